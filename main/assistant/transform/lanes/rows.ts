import type { Expression } from '../../syntax/python/tree.ts'
import type { Frame } from './frame.ts'
import { attribute, compare, integer, method, name, raise, subscript, when } from '../build.ts'
import { sequence } from './reading.ts'
import { along } from './shape.ts'
import { domainOf, requireLengths } from './domain.ts'
import { asRows, numbersOf, truthOf, valueOf } from './expression.ts'
import { pathOf } from './arrayNames.ts'
import type { Loom } from './loom.ts'
import { chosen } from './operators.ts'
import { scalar, type LaneArray, type LaneValue } from './value.ts'

/** `sum((price - mean) ** 2 for price in part)`: the expression for whole rows, and added up along them. */
export function overRows(
  loom: Loom,
  frame: Frame,
  path: string,
  comprehension: Expression & { kind: 'comprehension' },
): LaneArray | undefined {
  const [clause, ...others] = comprehension.clauses
  if (!clause || others.length > 0 || clause.isAsync || !/^(list|generator)$/.test(comprehension.form))
    return undefined
  const bound = boundOf(loom, frame, clause.target, clause.iterable)
  if (!bound) return undefined
  const inner: Frame = { ...frame, values: new Map([...frame.values, ...bound]) }
  const conditions = clause.conditions.map(condition => truthOf(loom, inner, condition))
  if (path === 'any' || path === 'all') {
    const test = truthOf(loom, inner, comprehension.element)
    if (test?.rank !== 2 || test.isShared === true || conditions.length > 0) return undefined
    const axis = { axis: { kind: 'constant', type: 'integer', text: '-1' } } as const
    return { ...test, rank: 1, code: method(test.code, path, [], axis) }
  }
  const value = numbersOf(loom, inner, comprehension.element)
  const zero = scalar({ kind: 'constant', type: 'float', text: '0.0' }, value?.type)
  const [condition, ...more] = conditions
  if (more.length > 0 || (condition === undefined && conditions.length > 0) || !value) return undefined
  const kept = condition && path === 'sum' ? chosen(loom, condition, value, zero) : value
  if (!kept || kept.rank !== 2 || !/^(sum|min|max)$/.test(path)) return undefined
  if (condition && path !== 'sum') return undefined
  return along(kept, path, kept.isNumpy)
}

/** What the clause binds: the elements of the lane's own rows, or a second axis. */
function boundOf(
  loom: Loom,
  frame: Frame,
  target: Expression,
  iterable: Expression,
): readonly (readonly [string, LaneValue])[] | undefined {
  if (
    iterable.kind === 'call' &&
    pathOf(iterable.callee, loom.context) === 'zip' &&
    target.kind === 'tuple'
  ) {
    const parts = target.elements.map((part, at) => {
      const given = iterable.arguments[at]
      if (given?.form !== 'positional') return undefined
      return rowsOf(loom, frame, part, given.value) ?? sharedRow(loom, frame, part, given.value)
    })
    if (parts.length === iterable.arguments.length && parts.every(part => part !== undefined))
      return sameLength(loom, parts) ? parts : undefined
  }
  const rows = rowsOf(loom, frame, target, iterable)
  if (rows) return [rows]
  if (!loom.broadcasts) return undefined
  const domain = domainOf(loom, frame, target, iterable, 2)
  if (domain) requireLengths(loom, domain)
  return domain?.bound
}

/** A sequence that is the same in all lanes, walked beside the lanes' own rows. */
function sharedRow(
  loom: Loom,
  frame: Frame,
  target: Expression,
  iterable: Expression,
): readonly [string, LaneArray] | undefined {
  const list = target.kind === 'name' ? numbersOf(loom, frame, iterable) : undefined
  if (target.kind !== 'name' || list?.rank !== 0 || list.code.kind !== 'name') return undefined
  return [target.id, sequence(loom, list.code, `${list.code.id}_row`, 2)]
}

/** `zip` ends with the shortest; the array form wants all equally long. */
function sameLength(loom: Loom, parts: readonly (readonly [string, LaneArray])[]): boolean {
  const [first, ...others] = parts.map(([, { code }]) => subscript(attribute(code, 'shape'), integer(-1)))
  if (!first || !parts.some(([, part]) => part.isShared !== true)) return false
  for (const other of others) loom.perform(when(compare(other, '!=', first), [raise(name('ValueError'))]))
  return true
}

function rowsOf(
  loom: Loom,
  frame: Frame,
  target: Expression,
  iterable: Expression,
): readonly [string, LaneArray] | undefined {
  if (target.kind !== 'name' || iterable.kind === 'call' || iterable.kind === 'constant') return undefined
  const value = valueOf(loom, frame, iterable)
  const rows = value && asRows(loom, value)
  return rows && [target.id, rows]
}
