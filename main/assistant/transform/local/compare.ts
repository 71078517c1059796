import type { Surroundings } from '../../syntax/python/effects.ts'
import { kindOf } from '../../syntax/python/kinds.ts'
import { keyOf } from '../../syntax/python/replace.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { eachExpressionIn } from '../../syntax/python/visit.ts'
import { assign, compare, name, when } from '../build.ts'
import { nameFor } from '../naming.ts'
import { surroundingsOf } from '../surroundings.ts'
import type { Transform } from '../transform.ts'
import { isStraight, rewriteExpression, rewriteInOrder, type Keeping } from './straight.ts'

/** `max` and `min` of a few values, written as the comparisons that they make. */
export const compareDirectly: Transform = {
  name: 'compare-directly',
  family: 'reduce',
  title: 'A comparison instead of calling max() or min()',
  why: 'max() takes the second of two values where it is greater and else the first, and min() where it is less. The comparison itself is made without a call.',
  reorders: false,
  sites: (draft, context) => {
    const around = surroundingsOf(draft, context)
    const { body } = draft.function
    if (!body.some(statement => callsExtreme(statement, around))) return []
    const writer: Writer = { around, taken: new Set() }
    const next = rewriteInOrder(body, around, {
      expression: (expression, keeping) => compared(expression, keeping, writer),
      statement: (block, at, before) => asUpdate(block, at, before, writer),
    })
    if (next === body) return []
    return [{ at: 'all', apply: () => ({ ...draft, function: { ...draft.function, body: next } }) }]
  },
}

interface Writer {
  readonly around: Surroundings
  /** Names that were given to values already. */
  readonly taken: Set<string>
}

interface Extreme {
  readonly operator: '<' | '>'
  readonly values: readonly Expression[]
}

const MOST_VALUES = 4

function callsExtreme(statement: Statement, around: Surroundings): boolean {
  let isCalled = false
  eachExpressionIn(statement, part => (isCalled ||= asExtreme(part, around) !== undefined))
  return isCalled
}

/** `max(first, second)` or `min(first, second, third)`, without a key. */
function asExtreme(expression: Expression, { locals }: Surroundings): Extreme | undefined {
  if (expression.kind !== 'call' || expression.callee.kind !== 'name') return undefined
  const { id } = expression.callee
  if ((id !== 'max' && id !== 'min') || locals.has(id)) return undefined
  const given = expression.arguments
  if (given.length < 2 || given.length > MOST_VALUES) return undefined
  if (given.some(({ form }) => form !== 'positional')) return undefined
  return { operator: id === 'max' ? '>' : '<', values: given.map(({ value }) => value) }
}

/** An extreme written as comparisons; one for which that needs more than can be kept stays the same. */
function compared(expression: Expression, keeping: Keeping, writer: Writer): Expression {
  const extreme = asExtreme(expression, writer.around)
  const [first, ...others] = extreme?.values ?? []
  if (!extreme || !first) return expression
  let kept: Expression | undefined = first
  for (const value of others) kept = kept && chosen(kept, value, extreme.operator, keeping, writer)
  return kept ?? expression
}

/** `second if second > first else first`, with names for what would be computed twice. */
function chosen(
  first: Expression,
  second: Expression,
  operator: '<' | '>',
  keeping: Keeping,
  writer: Writer,
): Expression | undefined {
  const choose = (
    tested: Expression,
    other: Expression,
    body: Expression,
    otherwise: Expression,
  ): Expression => ({
    kind: 'conditional',
    test: compare(tested, operator, other),
    body,
    otherwise,
  })
  if (typeof keeping !== 'string') {
    const [one, other] = [held(first, keeping, writer), held(second, keeping, writer)]
    return choose(other, one, other, one)
  }
  if (isSimple(first) && isSimple(second)) return choose(second, first, second, first)
  if (keeping === 'nowhere' || (!isSimple(first) && !isSimple(second))) return undefined
  const value = isSimple(first) ? second : first
  const target = named(value, writer)
  const given: Expression = { kind: 'named', target, value }
  return isSimple(first) ? choose(given, first, target, first) : choose(second, given, second, target)
}

/** `if value > into: into = value` for `into = max(into, value)`. */
function asUpdate(
  block: readonly Statement[],
  at: number,
  before: Statement[],
  writer: Writer,
): Statement | undefined {
  const statement = block[at]
  if (statement?.kind !== 'assign' || statement.targets.length !== 1 || !statement.value) return undefined
  const [into] = statement.targets
  const extreme = asExtreme(statement.value, writer.around)
  const [first, second, ...others] = extreme?.values ?? []
  if (!into || !extreme || !first || !second || others.length > 0) return undefined
  const isFirst = keyOf(first) === keyOf(into)
  if (!isFirst && keyOf(second) !== keyOf(into)) return undefined
  if (!isStraight(statement, writer.around)) return undefined
  if (into.kind !== 'name' && !isStoredInto(block, at, writer.around)) return undefined
  const value = rewriteExpression(isFirst ? second : first, before, {
    expression: (expression, keeping) => compared(expression, keeping, writer),
  })
  const other = held(value, before, writer)
  const isChanged: Expression = isFirst
    ? compare(other, extreme.operator, into)
    : { kind: 'unary', operator: 'not', operand: compare(into, extreme.operator, other) }
  return when(isChanged, [{ ...assign(into, other), beside: statement.beside }])
}

const HOLDERS: ReadonlySet<string> = new Set(['list', 'dict', 'array'])

/**
 * Whether an element may be left in place where it would be stored again: what holds it takes elements, because it is known to or because
 * the statements next to this one store into it in any case.
 */
function isStoredInto(block: readonly Statement[], at: number, around: Surroundings): boolean {
  const holder = holderOf(block[at])
  if (!holder) return false
  if (HOLDERS.has(kindOf(holder, around.kinds, around.callables.modules) ?? '')) return true
  const from = block.findLastIndex((statement, place) => place < at && !holderOf(statement)) + 1
  const after = block.findIndex((statement, place) => place > at && !holderOf(statement))
  return block.slice(from, after < 0 ? block.length : after).some(other => {
    const held = holderOf(other)
    const isKept = other.kind === 'assign' && other.value && asExtreme(other.value, around) !== undefined
    return held !== undefined && !isKept && keyOf(held) === keyOf(holder)
  })
}

/** `bar` of `bar[1] = value`. */
function holderOf(statement: Statement | undefined): Expression | undefined {
  const [target, ...others] = statement?.kind === 'assign' ? statement.targets : []
  return target?.kind === 'subscript' && others.length === 0 ? target.value : undefined
}

/** The value itself where it costs nothing to say it twice, else a name for it. */
function held(value: Expression, before: Statement[], writer: Writer): Expression {
  if (isSimple(value)) return value
  const target = named(value, writer)
  before.push(assign(target, value))
  return target
}

function named(value: Expression, { around, taken }: Writer): Expression {
  const id = nameFor(value, around.function, taken)
  taken.add(id)
  return name(id)
}

function isSimple(value: Expression): boolean {
  return value.kind === 'name' || value.kind === 'constant'
}
