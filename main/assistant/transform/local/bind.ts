import { changesOf, isOfModule, type Surroundings } from '../../syntax/python/effects.ts'
import { keyOf, replaceInBlock, replacingAll } from '../../syntax/python/replace.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { eachExpressionIn } from '../../syntax/python/visit.ts'
import { assign, name } from '../build.ts'
import { nameFor } from '../naming.ts'
import { placesIn, siteOf, splice } from '../places.ts'
import { surroundingsOf } from '../surroundings.ts'
import type { Draft, DraftContext, Transform, TransformSite } from '../transform.ts'

/** Functions of modules that a loop calls are looked up once. */
export const bindFunctions: Transform = {
  name: 'bind-functions',
  family: 'hoist',
  title: 'Functions that a loop calls are looked up once',
  why: 'The names of an imported module stay what they are, so a local name for one saves two look-ups in every pass.',
  reorders: false,
  sites: (draft: Draft, context: DraftContext) => {
    const around = surroundingsOf(draft, context)
    return placesIn(draft.function).flatMap(place =>
      place.block.flatMap((statement, index): readonly TransformSite[] => {
        const isOutermost = place.around.every(({ kind }) => kind !== 'for' && kind !== 'while')
        if ((statement.kind !== 'for' && statement.kind !== 'while') || !isOutermost) return []
        const found = functionsCalled(statement, around)
        if (found.length === 0) return []
        return [
          {
            at: siteOf(place, index),
            apply: () => ({
              ...draft,
              function: place.rebuild(splice(place.block, index, 1, ...bind(statement, found, around))),
            }),
          },
        ]
      }),
    )
  },
}

/** `math.sqrt` and the like that a loop calls, each once. */
function functionsCalled(loop: Statement, around: Surroundings): readonly Expression[] {
  const found = new Map<string, Expression>()
  const changes = changesOf([loop], around)
  eachExpressionIn(loop, part => {
    if (part.kind !== 'call' || part.callee.kind !== 'attribute' || !isOfModule(part.callee, around)) return
    const root = part.callee.value
    if (root.kind === 'name' && !changes.names.has(root.id)) found.set(keyOf(part.callee), part.callee)
  })
  return [...found.values()]
}

function bind(
  loop: Extract<Statement, { kind: 'for' | 'while' }>,
  found: readonly Expression[],
  around: Surroundings,
): readonly Statement[] {
  const taken = new Set<string>()
  const named = found.map(expression => {
    const id = nameFor(expression, around.function, taken)
    taken.add(id)
    return { expression, id }
  })
  const body = replaceInBlock(
    loop.body,
    replacingAll(named.map(({ expression, id }) => [expression, name(id)])),
  )
  const [first, ...rest] = named.map(({ expression, id }) => assign(id, expression))
  return first ? [{ ...first, above: loop.above }, ...rest, { ...loop, above: [], body }] : [loop]
}
