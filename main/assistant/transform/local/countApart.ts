import { isOwn } from '../../syntax/python/callables.ts'
import { changesOfPasses, isPure, isUnchangedBy, type Surroundings } from '../../syntax/python/effects.ts'
import { kindOf } from '../../syntax/python/kinds.ts'
import { freshName, namesOfBlock } from '../../syntax/python/names.ts'
import { keyOf } from '../../syntax/python/replace.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { eachExpression, eachStatement, expressionsIn, mapBlocks } from '../../syntax/python/visit.ts'
import { assign, binary, compare, integer, method, name, subscript, when } from '../build.ts'
import { surroundingsOf } from '../surroundings.ts'
import type { Transform, TransformSite } from '../transform.ts'
import { loopsIn, type LoopPlace } from './loops.ts'

/** Scalar replacement (Muchnick, Advanced Compiler Design and Implementation, section 20.3) of a count that a loop keeps in a dictionary. */
export const countApart: Transform = {
  name: 'count-apart',
  family: 'share',
  title: 'A count is kept under a name while the loop runs',
  why: 'All that the loop counts goes to one entry of the dictionary. Counted under a name and stored at the end, it spares two look-ups in every pass.',
  reorders: false,
  sites: (draft, context) => {
    const around = surroundingsOf(draft, context)
    return loopsIn(draft.function).flatMap((found): readonly TransformSite[] => {
      const { loop, place, index, at } = found
      const counted = countedIn(found, around)
      if (!counted) return []
      const { into, key } = counted
      const fresh = (wanted: string) => freshName(wanted, draft.function.body, around.locals)
      const [before, count] = [name(fresh('count_before')), name(fresh('count'))]
      const body = withCount(loop.body, counted, count)
      const made = [
        { ...assign(before, method(name(into), 'get', [key, integer(0)])), above: loop.above },
        assign(count, before),
        { ...loop, above: [], body },
        when(compare(count, 'is not', before), [assign(subscript(name(into), key), count)]),
      ]
      return [
        {
          at,
          apply: () => ({ ...draft, function: place.rebuild(place.block.toSpliced(index, 1, ...made)) }),
        },
      ]
    })
  },
}

/** An entry to which whole numbers greater than zero are added. */
interface Counted {
  readonly into: string
  readonly key: Expression
  readonly added: Expression
}

const KEYS: ReadonlySet<string> = new Set(['string', 'integer', 'float', 'boolean'])

/** The one entry of a dictionary of the function's own that a loop counts in, if it does nothing else with it. */
function countedIn({ loop, place }: LoopPlace, around: Surroundings): Counted | undefined {
  if (place.around.some(({ kind }) => kind === 'try' || kind === 'with')) return undefined
  let counted: Counted | undefined
  for (const statement of loop.body) eachStatement(statement, inner => (counted ??= asCount(inner)))
  if (!counted || !isOwn(counted.into, around.function) || isHeldElsewhere(counted.into, around))
    return undefined
  const { into, key } = counted
  const changes = changesOfPasses(loop, around)
  const isOneKey = isPure(key, around) && isUnchangedBy(key, { ...changes, objects: new Set() }, around)
  const isKey = KEYS.has(kindOf(key, around.kinds, around.callables.modules) ?? '')
  const rest = namesOfBlock(withCount(loop.body, counted, integer(0)))
  const isElsewhere =
    rest.reads.has(into) || rest.writes.has(into) || namesOfBlock([{ ...loop, body: [] }]).reads.has(into)
  return isOneKey && isKey && !isElsewhere ? counted : undefined
}

/** `into[key] = into.get(key, 0) + 1`. */
function asCount(statement: Statement): Counted | undefined {
  const [target, ...others] = statement.kind === 'assign' ? statement.targets : []
  const value = statement.kind === 'assign' ? statement.value : undefined
  if (target?.kind !== 'subscript' || target.value.kind !== 'name' || others.length > 0) return undefined
  if (value?.kind !== 'binary' || value.operator !== '+' || value.right.kind !== 'constant') return undefined
  const { value: holder, index: key } = target
  const isAdded = value.right.type === 'integer' && Number(value.right.text) > 0
  const isFound = keyOf(value.left) === keyOf(method(holder, 'get', [key, integer(0)]))
  return isAdded && isFound ? { into: holder.id, key, added: value.right } : undefined
}

/** The statements with what is counted under a name. */
function withCount(block: readonly Statement[], counted: Counted, count: Expression): readonly Statement[] {
  return block.map(statement => {
    const own = asCount(statement)
    const isOne = own?.into === counted.into && keyOf(own.key) === keyOf(counted.key)
    if (!isOne) return mapBlocks(statement, inner => withCount(inner, counted, count))
    const { above, beside } = statement
    return { ...assign(count, binary(count, '+', own.added)), above, beside }
  })
}

/** Whether a dictionary may go by another name: something is done with it as a whole other than giving it back. */
function isHeldElsewhere(id: string, { function: { body } }: Surroundings): boolean {
  let whole = 0
  const look = (part: Expression): void => {
    if (part.kind === 'name' && part.id === id) whole += 1
    const holder = part.kind === 'subscript' || part.kind === 'attribute' ? part.value : undefined
    if (holder?.kind === 'name' && holder.id === id) whole -= 1
  }
  for (const statement of body)
    eachStatement(statement, inner => {
      const isBound =
        inner.kind === 'assign' && inner.targets.some(target => target.kind === 'name' && target.id === id)
      const isGiven = inner.kind === 'return' && inner.value?.kind === 'name'
      if (isBound) whole -= 1
      if (!isGiven) for (const expression of expressionsIn(inner)) eachExpression(expression, look)
    })
  return whole > 0
}
