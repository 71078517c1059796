import type { Surroundings } from '../syntax/python/effects.ts'
import { kindOf } from '../syntax/python/kinds.ts'
import { dotted } from '../syntax/python/modules.ts'
import type { Expression } from '../syntax/python/tree.ts'
import { call, compare, integer } from './build.ts'

/**
 * An expression that is true exactly when a loop over something runs at least once, without touching it; undefined where that cannot be
 * told, as of an iterator.
 */
export function runsAtLeastOnce(iterable: Expression, around: Surroundings): Expression | undefined {
  const kind = kindOf(iterable, around.kinds, around.callables.modules)
  if (iterable.kind === 'name') {
    if (kind === 'list' || kind === 'tuple' || kind === 'dict' || kind === 'set' || kind === 'string')
      return iterable
    const hasLength = kind === 'array' || kind === 'series' || kind === 'sequence'
    return hasLength ? compare(call('len', [iterable]), '>', integer(0)) : undefined
  }
  if (iterable.kind !== 'call') return undefined
  const name = dotted(iterable.callee)
  const [first, second] = iterable.arguments.map(({ value }) => value)
  if (name === 'sorted' && first) return runsAtLeastOnce(first, around)
  if (iterable.arguments.some(({ form }) => form !== 'positional')) return undefined
  if (name === 'range' && first && iterable.arguments.length < 3)
    return second ? compare(first, '<', second) : compare(first, '>', integer(0))
  if ((name === 'enumerate' || name === 'reversed') && first) return runsAtLeastOnce(first, around)
  if (name === 'zip')
    return allRun(
      iterable.arguments.map(({ value }) => value),
      around,
    )
  const { callee } = iterable
  if (callee.kind === 'attribute' && !first && /^(?:items|keys|values)$/.test(callee.attribute))
    return runsAtLeastOnce(callee.value, around)
  return undefined
}

function allRun(parts: readonly Expression[], around: Surroundings): Expression | undefined {
  const tests = parts.map(part => runsAtLeastOnce(part, around))
  const known = tests.flatMap(test => test ?? [])
  const [only] = known
  if (!only || known.length < tests.length) return undefined
  return known.length === 1 ? only : { kind: 'boolean', operator: 'and', values: known }
}
