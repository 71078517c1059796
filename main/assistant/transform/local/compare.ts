import { isPure, type Surroundings } from '../../syntax/python/effects.ts'
import { kindOf } from '../../syntax/python/kinds.ts'
import { keyOf } from '../../syntax/python/replace.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import {
  eachExpressionIn,
  expressionsIn,
  mapBlocks,
  mapExpressions,
  mapParts,
  ofValues,
} from '../../syntax/python/visit.ts'
import { assign, compare, name, when } from '../build.ts'
import { lazyParts } from '../evaluations.ts'
import { nameFor } from '../naming.ts'
import { surroundingsOf } from '../surroundings.ts'
import type { Transform } from '../transform.ts'

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
    const next = rewriteBlock(body, { around, taken: new Set() })
    if (next === body) return []
    return [{ at: 'all', apply: () => ({ ...draft, function: { ...draft.function, body: next } }) }]
  },
}

interface Writer {
  readonly around: Surroundings
  /** Names that were given to values already. */
  readonly taken: Set<string>
}

/** Where the value of an argument may be kept: in a statement before, in the expression itself, or nowhere. */
type Keeping = Statement[] | 'inside' | 'nowhere'

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

function rewriteBlock(block: readonly Statement[], writer: Writer): readonly Statement[] {
  const next = block.flatMap((_, at) => rewriteStatement(block, at, writer))
  return next.length === block.length && next.every((statement, at) => statement === block[at]) ? block : next
}

function rewriteStatement(block: readonly Statement[], at: number, writer: Writer): readonly Statement[] {
  const statement = block[at]
  if (!statement || statement.kind === 'function' || statement.kind === 'class')
    return statement ? [statement] : []
  const inner = mapBlocks(statement, within => rewriteBlock(within, writer))
  const before: Statement[] = []
  const keeping = isStraight(inner, writer.around) ? before : 'inside'
  const changed =
    asUpdate(inner, before, isStoredInto(block, at, writer.around), writer) ??
    mapExpressions(
      inner,
      ofValues(value => rewritten(value, keeping, writer)),
    )
  const [first, ...rest] = before
  return first ? [{ ...first, above: statement.above }, ...rest, { ...changed, above: [] }] : [changed]
}

/** Whether what a statement evaluates changes nothing until it is done, so that parts of it may be evaluated before. */
function isStraight(statement: Statement, around: Surroundings): boolean {
  switch (statement.kind) {
    case 'expression': {
      const { value } = statement
      const isMethod =
        value.kind === 'call' && value.callee.kind === 'attribute' && value.callee.value.kind === 'name'
      return isMethod ? value.arguments.every(given => isPure(given.value, around)) : isPure(value, around)
    }
    case 'assign':
    case 'augmented':
    case 'return':
    case 'if':
    case 'for':
      return expressionsIn(statement).every(part => isPure(part, around))
    default:
      return false
  }
}

/** The expression with every extreme in it written as comparisons; one that is left as it is stays the same. */
function rewritten(expression: Expression, keeping: Keeping, writer: Writer): Expression {
  const lazy = lazyParts(expression)
  const inner = mapParts(
    expression,
    ofValues(part => rewritten(part, keepingIn(expression, part, lazy(part), keeping), writer)),
  )
  const extreme = asExtreme(inner, writer.around)
  const [first, ...others] = extreme?.values ?? []
  if (!extreme || !first) return inner
  let kept: Expression | undefined = first
  for (const value of others) kept = kept && chosen(kept, value, extreme.operator, keeping, writer)
  return kept ?? inner
}

/** Python allows no names to be given in what a comprehension goes through. */
function keepingIn(around: Expression, part: Expression, isLazy: boolean, keeping: Keeping): Keeping {
  if (keeping === 'nowhere') return keeping
  const isGoneThrough =
    around.kind === 'comprehension' && around.clauses.some(({ iterable }) => iterable === part)
  if (isGoneThrough && (isLazy || keeping === 'inside')) return 'nowhere'
  return isLazy ? 'inside' : keeping
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
  statement: Statement,
  before: Statement[],
  isStored: boolean,
  writer: Writer,
): Statement | undefined {
  if (statement.kind !== 'assign' || statement.targets.length !== 1 || !statement.value) return undefined
  const [into] = statement.targets
  const extreme = asExtreme(statement.value, writer.around)
  const [first, second, ...others] = extreme?.values ?? []
  if (!into || !extreme || !first || !second || others.length > 0) return undefined
  if (into.kind !== 'name' && !(isStored && isStraight(statement, writer.around))) return undefined
  const isFirst = keyOf(first) === keyOf(into)
  if (!isFirst && keyOf(second) !== keyOf(into)) return undefined
  const keeping = isStraight(statement, writer.around) ? before : 'nowhere'
  const value = rewritten(isFirst ? second : first, keeping, writer)
  if (keeping === 'nowhere' && !isSimple(value)) return undefined
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
