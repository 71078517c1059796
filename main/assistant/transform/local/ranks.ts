import { changesOf, isPure, isUnchangedBy, type Surroundings } from '../../syntax/python/effects.ts'
import { isOwn } from '../../syntax/python/callables.ts'
import { namesOfBlock } from '../../syntax/python/names.ts'
import { keyOf, replaceInBlock, replacing, replacingAll } from '../../syntax/python/replace.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { call, name, NONE, subscript } from '../build.ts'
import { eachEvaluation } from '../evaluations.ts'
import { placesIn, siteOf, type Place } from '../places.ts'
import { surroundingsOf } from '../surroundings.ts'
import type { Transform, TransformSite } from '../transform.ts'
import { withFunction, writtenFunction } from '../writtenFunction.ts'
import { isReadLater } from './loops.ts'

/** One value of a sorted list is found without sorting the others. */
export const selectByRank: Transform = {
  name: 'select-by-rank',
  family: 'algorithm',
  title: 'One value is found by its rank, without sorting all',
  why: 'Of the sorted list only one value is used. NumPy finds it by parting the numbers in two again and again (Hoare 1961, "Algorithm 65: Find"). Few values, and other than plain numbers, are sorted as before.',
  // Of zeros with different signs another may be taken
  reorders: true,
  sites: (draft, context) => {
    const around = surroundingsOf(draft, context)
    const numpy = context.modules['numpy']
    if (numpy === undefined || ['sorted', RANKED].some(id => around.locals.has(id))) return []
    return placesIn(draft.function).flatMap(place =>
      place.block.flatMap((statement, index): readonly TransformSite[] => {
        const sorting = sortedBy(statement, around)
        const rank = sorting && rankIn(sorting.id, place, index, around)
        if (!sorting || !rank) return []
        const read = subscript(name(sorting.id), rank)
        const value = call(RANKED, [name(sorting.id), rank])
        const rest = replaceInBlock(place.block.slice(index + 1), replacing(read, value))
        const block = [...place.block.slice(0, index), ...sorting.instead, ...rest]
        const apply = () => ({
          function: place.rebuild(block),
          added: withFunction(draft.added, writtenFunction(RANKED, ['values', 'rank'], textWith(numpy))),
        })
        return [{ at: siteOf(place, index), apply }]
      }),
    )
  },
}

const RANKED = 'value_at_rank'

/** Below so many values sorting is as quick. */
function textWith(numpy: string): string {
  return `"""The value that stands at a place of the sorted values."""
if type(rank) is int and 128 <= len(values) and -len(values) <= rank < len(values) and {*map(type, values)} == {float}:
    array = ${numpy}.array(values)
    # What is no number would stand last
    array.partition((rank, -1))
    if array[-1] == array[-1]:
        return float(array[rank])
return sorted(values)[rank]`
}

/** The list that a statement sorts, and what stands instead where it need not be sorted. */
interface Sorting {
  readonly id: string
  readonly instead: readonly Statement[]
}

/** `ordered = sorted(values)` or `values.sort()`. */
function sortedBy(statement: Statement, around: Surroundings): Sorting | undefined {
  if (statement.kind === 'assign') {
    const [target, ...others] = statement.targets
    const values = statement.value && onlyArgument(statement.value, 'sorted')
    if (target?.kind !== 'name' || others.length > 0 || !values || !isPure(values, around)) return undefined
    const isSame = keyOf(values) === keyOf(target)
    return { id: target.id, instead: isSame ? [] : [{ ...statement, value: call('list', [values]) }] }
  }
  const value = statement.kind === 'expression' ? statement.value : undefined
  if (value?.kind !== 'call' || value.arguments.length > 0 || value.callee.kind !== 'attribute')
    return undefined
  const { value: holder, attribute } = value.callee
  const isSorted = attribute === 'sort' && holder.kind === 'name' && isOwn(holder.id, around.function)
  return isSorted ? { id: holder.id, instead: [] } : undefined
}

function onlyArgument(expression: Expression, callee: string): Expression | undefined {
  if (expression.kind !== 'call' || expression.callee.kind !== 'name' || expression.callee.id !== callee)
    return undefined
  const [only, ...others] = expression.arguments
  return only?.form === 'positional' && others.length === 0 ? only.value : undefined
}

/** The one place of the sorted list that is read after it, where nothing else is asked of it but its length. */
function rankIn(id: string, place: Place, index: number, around: Surroundings): Expression | undefined {
  const rest = place.block.slice(index + 1)
  const ranks: Expression[] = []
  eachEvaluation(rest, around, ({ expression, isCertain }) => {
    const isRead = expression.kind === 'subscript' && keyOf(expression.value) === keyOf(name(id))
    if (isRead && isCertain && expression.index.kind !== 'slice') ranks.push(expression.index)
    return true
  })
  const [rank, ...others] = ranks
  if (!rank || others.length > 0) return undefined
  const read = subscript(name(id), rank)
  const changes = changesOf(rest, around)
  const known = [read, call('len', [name(id)])].map(part => [part, NONE] as const)
  const left = replaceInBlock(rest, replacingAll(known))
  const { reads, writes } = namesOfBlock(left)
  const isElsewhere =
    reads.has(id) || writes.has(id) || isReadLater(id, { place, index: place.block.length - 1 })
  return !isElsewhere && isUnchangedBy(read, changes, around) ? rank : undefined
}
