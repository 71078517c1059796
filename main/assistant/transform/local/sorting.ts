import type { Surroundings } from '../../syntax/python/effects.ts'
import { isOwn } from '../../syntax/python/callables.ts'
import { kindOf } from '../../syntax/python/kinds.ts'
import { keyOf } from '../../syntax/python/replace.ts'
import type { Argument, Expression, Statement } from '../../syntax/python/tree.ts'
import { eachExpressionIn, eachStatement, mapStatement } from '../../syntax/python/visit.ts'
import { call, importModule, integer, name, perform, subscript } from '../build.ts'
import { placesIn, siteOf, splice } from '../places.ts'
import { surroundingsOf } from '../surroundings.ts'
import type { Draft, DraftContext, Transform, TransformSite } from '../transform.ts'

/** The first few of a sorted list come from a heap. */
export const fewSmallest: Transform = {
  name: 'few-smallest',
  family: 'algorithm',
  title: 'heapq for the first few instead of sorting all',
  why: 'heapq.nsmallest and nlargest give the head of the sorted list, ties in the same order, without sorting the rest.',
  reorders: false,
  sites: (draft, context) => {
    const around = surroundingsOf(draft, context)
    if (around.locals.has('sorted')) return []
    const isSite = (part: Expression): boolean => headOfSorted(part, 'heapq') !== undefined
    let count = 0
    for (const statement of draft.function.body)
      eachExpressionIn(statement, part => (count += isSite(part) ? 1 : 0))
    if (count === 0) return []
    const alias = context.modules['heapq']
    const needed = alias === undefined ? [importModule('heapq', '')] : []
    const change = (part: Expression): Expression => headOfSorted(part, alias ?? 'heapq') ?? part
    const apply = () => ({
      function: {
        ...draft.function,
        body: draft.function.body.map(statement => mapStatement(statement, change)),
      },
      added: [...draft.added, ...needed],
    })
    return [{ at: 'all', apply }]
  },
}

/** A list that is sorted after every append gets each value put where it belongs. */
export const insertSorted: Transform = {
  name: 'insert-sorted',
  family: 'algorithm',
  title: 'bisect.insort instead of sorting after every append',
  why: 'The list is sorted before the append, begun empty and changed by nothing else, so the value goes behind its equals, where a stable sort would put it.',
  reorders: false,
  sites: (draft, context) => {
    const around = surroundingsOf(draft, context)
    return placesIn(draft.function).flatMap(place =>
      place.block.flatMap((statement, index): readonly TransformSite[] => {
        const id = sortedAfterAppend(statement, place.block[index + 1])
        if (id === undefined || !isOnlySorted(id, draft, around)) return []
        return [
          {
            at: siteOf(place, index),
            apply: () => withInsort(draft, context, { id, place, index, statement }),
          },
        ]
      }),
    )
  },
}

/** `sorted(rows)[:3]` and `sorted(rows)[0]` as calls of `heapq`; undefined where it is neither. */
function headOfSorted(expression: Expression, heapq: string): Expression | undefined {
  if (expression.kind !== 'subscript' || expression.value.kind !== 'call') return undefined
  const { callee, arguments: given } = expression.value
  const [rows, ...options] = given
  if (callee.kind !== 'name' || callee.id !== 'sorted' || rows?.form !== 'positional') return undefined
  if (
    options.some(({ form, name: option }) => form !== 'keyword' || (option !== 'key' && option !== 'reverse'))
  )
    return undefined
  const direction = options.find(({ name: option }) => option === 'reverse')?.value
  if (direction && (direction.kind !== 'constant' || direction.type !== 'boolean')) return undefined
  const isReversed = direction?.kind === 'constant' && direction.text === 'True'
  const key = options.filter(({ name: option }) => option === 'key')
  const of = (count: Expression) =>
    headCall(`${heapq}.${isReversed ? 'nlargest' : 'nsmallest'}`, count, rows, key)
  const { index } = expression
  if (index.kind === 'constant' && index.text === '0') return subscript(of(integer(1)), integer(0))
  if (index.kind !== 'slice' || index.lower || index.step || !index.upper) return undefined
  const isCount = index.upper.kind === 'constant' && index.upper.type === 'integer'
  return isCount ? of(index.upper) : undefined
}

function headCall(callee: string, count: Expression, rows: Argument, key: readonly Argument[]): Expression {
  return {
    kind: 'call',
    callee: name(callee),
    arguments: [{ form: 'positional', name: '', value: count }, rows, ...key],
  }
}

/** `rows.append(value)` and then `rows.sort()`. */
function sortedAfterAppend(statement: Statement, after: Statement | undefined): string | undefined {
  const added = methodOn(statement)
  const sorted = after && methodOn(after)
  if (
    added?.method !== 'append' ||
    added.given.length !== 1 ||
    sorted?.method !== 'sort' ||
    sorted.given.length > 0
  )
    return undefined
  return added.id === sorted.id ? added.id : undefined
}

function methodOn(
  statement: Statement,
): { id: string; method: string; given: readonly Argument[] } | undefined {
  if (statement.kind !== 'expression' || statement.value.kind !== 'call') return undefined
  const { callee, arguments: given } = statement.value
  if (callee.kind !== 'attribute' || callee.value.kind !== 'name') return undefined
  return { id: callee.value.id, method: callee.attribute, given }
}

/** Whether a list begins empty in the function and is changed by appending and sorting alone. */
function isOnlySorted(id: string, { function: statement }: Draft, around: Surroundings): boolean {
  if (!isOwn(id, statement) || kindOf(name(id), around.kinds, around.callables.modules) !== 'list')
    return false
  let isFit = true
  let bound = 0
  for (const inner of statement.body) {
    eachStatement(inner, part => {
      const target =
        part.kind === 'assign' ? part.targets[0] : part.kind === 'augmented' ? part.target : undefined
      if (target && keyOf(target) === keyOf(name(id))) {
        bound += 1
        isFit &&= part.kind === 'assign' && part.value?.kind === 'list' && part.value.elements.length === 0
      }
      if (target?.kind === 'subscript' && keyOf(target.value) === keyOf(name(id))) isFit = false
      const used = methodOn(part)
      if (used?.id === id && used.method !== 'append' && used.method !== 'sort') isFit = false
    })
    eachExpressionIn(inner, part => {
      const isPassed =
        part.kind === 'call' && part.arguments.some(({ value }) => keyOf(value) === keyOf(name(id)))
      if (isPassed && !(part.callee.kind === 'name' && /^(?:len|sum|min|max)$/.test(part.callee.id)))
        isFit = false
    })
  }
  const appends = placesIn(statement).flatMap(({ block }) =>
    block.filter(
      (part, index) =>
        methodOn(part)?.id === id &&
        methodOn(part)?.method === 'append' &&
        sortedAfterAppend(part, block[index + 1]) === undefined,
    ),
  )
  return isFit && bound === 1 && appends.length === 0
}

function withInsort(
  draft: Draft,
  context: DraftContext,
  {
    id,
    place,
    index,
    statement,
  }: { id: string; place: ReturnType<typeof placesIn>[number]; index: number; statement: Statement },
): Draft {
  const alias = context.modules['bisect.insort']
  const module = context.modules['bisect']
  const needed = alias === undefined && module === undefined ? [importModule('bisect', '')] : []
  const value = methodOn(statement)?.given[0]?.value
  if (!value) throw new Error('append must have a value')
  const made = perform(call(alias ?? `${module ?? 'bisect'}.insort`, [name(id), value]))
  const next = { ...made, above: statement.above, beside: statement.beside }
  return { function: place.rebuild(splice(place.block, index, 2, next)), added: [...draft.added, ...needed] }
}
