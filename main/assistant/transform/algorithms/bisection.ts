import { pathOf } from '../lanes/arrayNames.ts'
import { assignmentOf } from '../assignment.ts'
import { binary, negative } from '../build.ts'
import { keyOf } from '../../syntax/python/replace.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import type { DraftContext } from '../transform.ts'

type For = Statement & { kind: 'for' }

/** A loop that halves a bracket around a root, round after round. */
export interface Bisection {
  readonly low: string
  readonly high: string
  readonly middle: string
  /** What a round computes on the way to the test. */
  readonly steps: readonly Statement[]
  /** What rises with the middle, below zero where the root is above it. */
  readonly gap: Expression
  readonly rounds: Expression
  /** Whether it halves many brackets at once, choosing for each. */
  readonly isOfArrays: boolean
}

/** Rounds after which the bracket is so narrow that any point of it is the root for all purposes. */
const ENOUGH = 40

/** Reads a loop as a bisection; undefined for every other. */
export function bisectionOf(
  { target, iterable, body, otherwise }: For,
  context: DraftContext,
): Bisection | undefined {
  const [first, ...rest] = body
  const rounds = roundsOf(iterable)
  const halved = first && halvedIn(first)
  if (!halved || otherwise.length > 0 || target.kind !== 'name' || !rounds) return undefined
  const found = branchIn(halved, rest) ?? choiceIn(halved, rest, context)
  const gap = found && gapOf(found.test, found.isRising)
  return gap && { ...halved, steps: found.steps, gap, rounds, isOfArrays: found.isOfArrays }
}

/** The 60 of `range(60)`. */
function roundsOf(iterable: Expression): Expression | undefined {
  if (iterable.kind !== 'call' || keyOf(iterable.callee) !== keyOf({ kind: 'name', id: 'range' }))
    return undefined
  const [stop, ...others] = iterable.arguments
  const isLong = stop?.value.kind === 'constant' && Number(stop.value.text) >= ENOUGH
  return isLong && others.length === 0 ? stop.value : undefined
}

type Halved = Pick<Bisection, 'low' | 'high' | 'middle'>

/** `middle = 0.5 * (low + high)`, or half of it in another way. */
function halvedIn(statement: Statement): Halved | undefined {
  const assigned = assignmentOf(statement)
  const value = assigned?.[1]
  if (!assigned || value?.kind !== 'binary') return undefined
  const { operator, left, right } = value
  const sum =
    operator === '/' && isNumber(right, 2)
      ? left
      : operator === '*' && isNumber(left, 0.5)
        ? right
        : undefined
  const whole = sum ?? (operator === '*' && isNumber(right, 0.5) ? left : undefined)
  if (whole?.kind !== 'binary' || whole.operator !== '+') return undefined
  if (whole.left.kind !== 'name' || whole.right.kind !== 'name') return undefined
  return { low: whole.left.id, high: whole.right.id, middle: assigned[0] }
}

interface Found {
  readonly steps: readonly Statement[]
  readonly test: Expression
  /** Whether the root is above the middle where the test holds. */
  readonly isRising: boolean
  readonly isOfArrays: boolean
}

/** `if price(middle) < target: low = middle else: high = middle`. */
function branchIn(halved: Halved, rest: readonly Statement[]): Found | undefined {
  const last = rest.at(-1)
  if (last?.kind !== 'if' || last.body.length !== 1 || last.otherwise.length !== 1) return undefined
  const [body, otherwise] = [...last.body, ...last.otherwise].map(assignmentOf)
  const isMiddle = (value: Expression | undefined) => value?.kind === 'name' && value.id === halved.middle
  if (!isMiddle(body?.[1]) || !isMiddle(otherwise?.[1])) return undefined
  const isRising = body?.[0] === halved.low && otherwise?.[0] === halved.high
  const isFalling = body?.[0] === halved.high && otherwise?.[0] === halved.low
  if (!isRising && !isFalling) return undefined
  return { steps: rest.slice(0, -1), test: last.test, isRising, isOfArrays: false }
}

/** `low, high = np.where(chosen, middle, low), np.where(chosen, high, middle)`, in the statements that an array form has for it. */
function choiceIn(halved: Halved, rest: readonly Statement[], context: DraftContext): Found | undefined {
  const { low, high, middle } = halved
  const values = new Map(rest.map(assignmentOf).filter(pair => pair !== undefined))
  if (values.size !== rest.length) return undefined
  const used = new Set([low, high])
  const behind = (name: string): Expression | undefined => {
    const value = values.get(name)
    if (value?.kind !== 'name') return value
    used.add(value.id)
    return values.get(value.id)
  }
  const chosen = [low, high].map(name => whereOf(behind(name), context))
  const [lower, upper] = chosen
  if (!lower || !upper || keyOf(lower.test) !== keyOf(upper.test)) return undefined
  if (lower.yes !== middle || lower.no !== low || upper.yes !== high || upper.no !== middle) return undefined
  if (lower.test.kind === 'name') used.add(lower.test.id)
  const test = lower.test.kind === 'name' ? values.get(lower.test.id) : lower.test
  const steps = rest.filter(statement => !used.has(assignmentOf(statement)?.[0] ?? ''))
  // What touches zero, or is not a number, must count as above it, as it does where the gap is compared
  const isStrict = test?.kind === 'compare' && /^[<>]$/.test(test.operators[0] ?? '')
  return isStrict ? { steps, test, isRising: true, isOfArrays: true } : undefined
}

/** The test and the two names of `np.where(test, yes, no)`. */
function whereOf(
  value: Expression | undefined,
  context: DraftContext,
): { readonly test: Expression; readonly yes: string; readonly no: string } | undefined {
  if (value?.kind !== 'call' || !/^(numpy|np)\.where$/.test(pathOf(value.callee, context))) return undefined
  const [test, yes, no] = value.arguments.map(argument => argument.value)
  return test && yes?.kind === 'name' && no?.kind === 'name' ? { test, yes: yes.id, no: no.id } : undefined
}

/** `price - target` of `price < target`. */
function gapOf(test: Expression, isRising: boolean): Expression | undefined {
  const [operator, ...others] = test.kind === 'compare' ? test.operators : []
  const [right] = test.kind === 'compare' ? test.comparators : []
  if (test.kind !== 'compare' || !right || others.length > 0 || !operator || !/^[<>]=?$/.test(operator))
    return undefined
  return operator.startsWith('<') === isRising ? less(test.left, right) : less(right, test.left)
}

function less(left: Expression, right: Expression): Expression {
  if (isNumber(right, 0)) return left
  return isNumber(left, 0) ? negative(right) : binary(left, '-', right)
}

function isNumber(expression: Expression, value: number): boolean {
  return expression.kind === 'constant' && Number(expression.text) === value
}
