import { namesOfBlock } from '../syntax/python/names.ts'
import type { FunctionStatement, Statement } from '../syntax/python/tree.ts'
import { blocksIn, mapBlocks } from '../syntax/python/visit.ts'
import type { Draft } from '../transform/transform.ts'

/**
 * What a transformation changes of a function: statements in a row of one block, and what stands in their place. A function in which
 * these statements still stand can be changed in the same way, whatever else was changed in it.
 */
export interface Patch {
  readonly old: readonly Statement[]
  readonly made: readonly Statement[]
  /** Statements of the module that it adds. */
  readonly added: readonly Statement[]
  /** Names that stand in what is made and did not in what was. */
  readonly names: ReadonlySet<string>
}

/** What leads from one draft to the next; undefined where more than statements in a row was changed. */
export function patchBetween(before: Draft, after: Draft): Patch | undefined {
  if (!after.added.every((statement, at) => at >= before.added.length || statement === before.added[at]))
    return undefined
  const region = regionOf(before.function.body, after.function.body)
  if (!region || !isSameHead(before.function, after.function)) return undefined
  const { reads, writes } = namesOfBlock(region.old)
  const names = namesOfBlock(region.made)
  return {
    ...region,
    added: after.added.slice(before.added.length),
    names: new Set([...names.reads, ...names.writes].filter(name => !reads.has(name) && !writes.has(name))),
  }
}

/** The draft with the same change; undefined where what it changes is no longer there. */
export function patched(draft: Draft, { old, made, added }: Patch): Draft | undefined {
  let isFound = false
  const inBlock = (block: readonly Statement[]): readonly Statement[] => {
    if (isFound) return block
    const at = block.findIndex((_, start) =>
      old.every((statement, step) => block[start + step] === statement),
    )
    if (at >= 0) {
      isFound = true
      return [...block.slice(0, at), ...made, ...block.slice(at + old.length)]
    }
    for (const [index, statement] of block.entries()) {
      if (blocksIn(statement).length === 0) continue
      const changed = mapBlocks(statement, inBlock)
      if (changed !== statement) return block.with(index, changed)
    }
    return block
  }
  const body = inBlock(draft.function.body)
  if (!isFound) return undefined
  return {
    function: { ...draft.function, body },
    added: added.length === 0 ? draft.added : [...draft.added, ...added],
  }
}

interface Region {
  readonly old: readonly Statement[]
  readonly made: readonly Statement[]
}

/** The smallest run of statements that holds all of the change. */
function regionOf(before: readonly Statement[], after: readonly Statement[]): Region | undefined {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1
  let end = 0
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  )
    end += 1
  const old = before.slice(start, before.length - end)
  const made = after.slice(start, after.length - end)
  const [only, other] = [old[0], made[0]]
  if (old.length === 1 && made.length === 1 && only && other) {
    const inner = innerRegion(only, other)
    if (inner) return inner
  }
  if (old.length > 0) return { old, made }
  // Something is only put in: the statement beside it says where
  const beside = before[start]
  if (beside) return { old: [beside], made: [...made, beside] }
  const above = before[start - 1]
  return above && { old: [above], made: [above, ...made] }
}

/** The change inside one block of a statement of which nothing else was changed. */
function innerRegion(before: Statement, after: Statement): Region | undefined {
  if (before.kind !== after.kind) return undefined
  const [blocks, others] = [blocksIn(before), blocksIn(after)]
  const changed = blocks.flatMap((block, at) => (block === others[at] ? [] : [at]))
  const [at] = changed
  if (changed.length !== 1 || at === undefined || blocks.length !== others.length) return undefined
  let index = -1
  const restored = mapBlocks(after, block => {
    index += 1
    return blocks[index] ?? block
  })
  const isOnlyThere = Object.entries(restored).every(
    ([field, value]) => Reflect.get(before, field) === value || field === 'handlers',
  )
  const [block, other] = [blocks[at], others[at]]
  return isOnlyThere && block && other ? regionOf(block, other) : undefined
}

function isSameHead(before: FunctionStatement, after: FunctionStatement): boolean {
  return (
    before.parameters === after.parameters &&
    before.decorators === after.decorators &&
    before.name === after.name &&
    before.returns === after.returns
  )
}
