import { isPure, type Surroundings } from '../../syntax/python/effects.ts'
import { isNumber, kindOf } from '../../syntax/python/kinds.ts'
import { keyOf } from '../../syntax/python/replace.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { assign, binary, method, perform, subscript } from '../build.ts'
import { placesIn, siteOf, splice } from '../places.ts'
import { surroundingsOf } from '../surroundings.ts'
import type { Transform, TransformSite } from '../transform.ts'

/** Two ways of adding to an entry become one. */
export const addToEntry: Transform = {
  name: 'add-to-entry',
  family: 'algorithm',
  title: 'One look-up to add to an entry',
  why: 'An entry that is missing counts as zero, and zero and a number are that number; the sign of a zero apart.',
  reorders: true,
  sites: (draft, context) => {
    const around = surroundingsOf(draft, context)
    return rewrites(draft.function, around, asEntryAddition).map(({ at, rebuild }) => ({
      at,
      apply: () => ({ ...draft, function: rebuild() }),
    }))
  },
}

/** A list that is made for a new key and then appended to becomes one call. */
export const groupByKey: Transform = {
  name: 'group-by-key',
  family: 'algorithm',
  title: 'setdefault() instead of asking for the key first',
  why: 'setdefault() puts the empty collection in where the key is missing and gives what is there, in one look-up.',
  reorders: false,
  sites: (draft, context) => {
    const around = surroundingsOf(draft, context)
    return placesIn(draft.function).flatMap(place =>
      place.block.flatMap((statement, index): readonly TransformSite[] => {
        const grouped = asGrouping(statement, place.block[index + 1], around)
        if (!grouped) return []
        const next = { ...grouped, above: statement.above, beside: statement.beside }
        return [
          {
            at: siteOf(place, index),
            apply: () => ({ ...draft, function: place.rebuild(splice(place.block, index, 2, next)) }),
          },
        ]
      }),
    )
  },
}

function rewrites(
  statement: Parameters<typeof placesIn>[0],
  around: Surroundings,
  rewrite: (statement: Statement, around: Surroundings) => Statement | undefined,
) {
  return placesIn(statement).flatMap(place =>
    place.block.flatMap((inner, index) => {
      const next = rewrite(inner, around)
      if (!next) return []
      const spaced = { ...next, above: inner.above, beside: inner.beside }
      return [
        { at: siteOf(place, index), rebuild: () => place.rebuild(splice(place.block, index, 1, spaced)) },
      ]
    }),
  )
}

/** `if key in counts: counts[key] += value else: counts[key] = value`, also the other way round. */
function asEntryAddition(statement: Statement, around: Surroundings): Statement | undefined {
  if (statement.kind !== 'if' || statement.test.kind !== 'compare') return undefined
  const { left: key, operators, comparators } = statement.test
  const [counts] = comparators
  const [operator, ...others] = operators
  if (!counts || others.length > 0 || (operator !== 'in' && operator !== 'not in')) return undefined
  const [present, missing] =
    operator === 'in' ? [statement.body, statement.otherwise] : [statement.otherwise, statement.body]
  const [add, ...restOfAdd] = present
  const [start, ...restOfStart] = missing
  if (add?.kind !== 'augmented' || add.operator !== '+' || start?.kind !== 'assign' || !start.value)
    return undefined
  if (restOfAdd.length + restOfStart.length > 0 || start.targets.length !== 1) return undefined
  const entry = subscript(counts, key)
  const [target] = start.targets
  const isSame =
    keyOf(add.target) === keyOf(entry) &&
    target &&
    keyOf(target) === keyOf(entry) &&
    keyOf(add.value) === keyOf(start.value)
  if (!isSame || ![counts, key, add.value].every(part => isPure(part, around))) return undefined
  if (!isNumeric(add.value, around)) return undefined
  const zero: Expression = isWhole(add.value, around)
    ? { kind: 'constant', type: 'integer', text: '0' }
    : { kind: 'constant', type: 'float', text: '0.0' }
  return assign(entry, binary(method(counts, 'get', [key, zero]), '+', add.value))
}

/** A number as far as can be told, or the result of arithmetic with one. */
function isNumeric(value: Expression, around: Surroundings): boolean {
  const kind = kindOf(value, around.kinds, around.callables.modules)
  if (kind !== undefined) return isNumber(kind)
  if (value.kind === 'binary') return isNumeric(value.left, around) || isNumeric(value.right, around)
  return (
    value.kind === 'name' &&
    valuesOf(value.id, around).some(part => part.kind === 'binary' && isNumeric(part, around))
  )
}

function isWhole(value: Expression, around: Surroundings): boolean {
  const kind = kindOf(value, around.kinds, around.callables.modules)
  return kind === 'integer' || kind === 'boolean'
}

/** What a local name is given in the function. */
function valuesOf(id: string, around: Surroundings): readonly Expression[] {
  return placesIn(around.function).flatMap(({ block }) =>
    block.flatMap(statement => {
      const isBinding =
        statement.kind === 'assign' &&
        statement.targets.some(target => target.kind === 'name' && target.id === id)
      return isBinding && statement.value ? [statement.value] : []
    }),
  )
}

/** `if key not in groups: groups[key] = []` and then `groups[key].append(value)`. */
function asGrouping(
  statement: Statement,
  after: Statement | undefined,
  around: Surroundings,
): Statement | undefined {
  if (statement.kind !== 'if' || statement.test.kind !== 'compare' || statement.otherwise.length > 0)
    return undefined
  const { left: key, operators, comparators } = statement.test
  const [groups] = comparators
  const [start, ...others] = statement.body
  if (!groups || operators.length !== 1 || operators[0] !== 'not in' || others.length > 0) return undefined
  if (
    start?.kind !== 'assign' ||
    start.targets.length !== 1 ||
    !start.value ||
    !isEmptyCollection(start.value)
  )
    return undefined
  const entry = keyOf(subscript(groups, key))
  const [target] = start.targets
  const used = after?.kind === 'expression' && after.value.kind === 'call' ? after.value : undefined
  if (
    !target ||
    keyOf(target) !== entry ||
    used?.callee.kind !== 'attribute' ||
    keyOf(used.callee.value) !== entry
  )
    return undefined
  if (![groups, key].every(part => isPure(part, around))) return undefined
  const kept = method(groups, 'setdefault', [key, start.value])
  return perform({ ...used, callee: { ...used.callee, value: kept } })
}

function isEmptyCollection(value: Expression): boolean {
  if (value.kind === 'list') return value.elements.length === 0
  if (value.kind === 'dict') return value.entries.length === 0
  return (
    value.kind === 'call' &&
    value.callee.kind === 'name' &&
    /^(?:list|set|dict)$/.test(value.callee.id) &&
    value.arguments.length === 0
  )
}
