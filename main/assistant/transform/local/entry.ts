import { isPure, type Surroundings } from '../../syntax/python/effects.ts'
import { namesOfBlock, namesOfExpression, overlap } from '../../syntax/python/names.ts'
import { keyOf, replaceInBlock, replacing } from '../../syntax/python/replace.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { eachExpressionIn } from '../../syntax/python/visit.ts'
import { assign, name } from '../build.ts'
import { nameFor } from '../naming.ts'
import { placesIn, siteOf } from '../places.ts'
import { surroundingsOf } from '../surroundings.ts'
import type { Transform, TransformSite } from '../transform.ts'

/** An entry of a dictionary or list that is written into several times gets a name. */
export const nameEntry: Transform = {
  name: 'name-entry',
  family: 'share',
  title: 'One look-up of an entry that is used several times',
  why: 'The statements change what is in the entry and never which entry stands there, so all of them mean the same object.',
  reorders: false,
  sites: (draft, context) => {
    const around = surroundingsOf(draft, context)
    return placesIn(draft.function).flatMap(place =>
      entriesIn(place.block, around).map(({ entry, first, last }, number): TransformSite => ({
        at: `${siteOf(place, first)}:${String(number)}`,
        apply: () => {
          const id = nameFor(entry, draft.function, new Set())
          const [head, ...rest] = replaceInBlock(
            place.block.slice(first, last + 1),
            replacing(entry, name(id)),
          )
          const made = { ...assign(id, entry), above: head?.above ?? [] }
          const next = head ? [made, { ...head, above: [] }, ...rest] : [made]
          return {
            ...draft,
            function: place.rebuild(place.block.toSpliced(first, last + 1 - first, ...next)),
          }
        },
      })),
    )
  },
}

interface Entry {
  readonly entry: Expression
  readonly first: number
  readonly last: number
}

/** Entries that straight statements, one after the other, write into or read from more than once. */
function entriesIn(block: readonly Statement[], around: Surroundings): readonly Entry[] {
  const found = new Map<string, Entry>()
  block.forEach((statement, first) => {
    const base = writtenEntry(statement)
    if (!base || !isPure(base, around) || found.has(keyOf(base))) return
    const last = lastUse(block, first, base, around)
    if (timesUsed(block.slice(first, last + 1), base) > 2)
      found.set(keyOf(base), { entry: base, first, last })
  })
  return [...found.values()]
}

/** `bars[minute]` of `bars[minute][1] = …`. */
function writtenEntry(statement: Statement): Expression | undefined {
  const target =
    statement.kind === 'assign'
      ? statement.targets[0]
      : statement.kind === 'augmented'
        ? statement.target
        : undefined
  return target?.kind === 'subscript' && target.value.kind === 'subscript' ? target.value : undefined
}

/** The last of the statements from one on that leave the entry where it is. */
function lastUse(
  block: readonly Statement[],
  first: number,
  entry: Expression,
  around: Surroundings,
): number {
  const { reads } = namesOfExpression(entry)
  let last = first
  for (let position = first; position < block.length; position += 1) {
    const statement = block[position]
    if (!statement || (statement.kind !== 'assign' && statement.kind !== 'augmented')) break
    if (
      overlap(namesOfBlock([statement]).writes, reads) ||
      replaces(statement, entry) ||
      calls(statement, around)
    )
      break
    if (timesUsed([statement], entry) > 0) last = position
  }
  return last
}

/** Whether a statement puts something else where an entry is: it stores straight into what holds the entry. */
function replaces(statement: Statement, entry: Expression): boolean {
  if (entry.kind !== 'subscript') return true
  const targets =
    statement.kind === 'assign' ? statement.targets : statement.kind === 'augmented' ? [statement.target] : []
  return targets.some(target => {
    if (target.kind === 'name') return false
    const isInside = target.kind === 'subscript' && keyOf(target.value) === keyOf(entry)
    return !isInside
  })
}

/** Whether a statement computes its value by something that may change anything. */
function calls(statement: Statement, around: Surroundings): boolean {
  const isStored = statement.kind === 'assign' || statement.kind === 'augmented'
  return !isStored || !statement.value || !isPure(statement.value, around)
}

function timesUsed(block: readonly Statement[], entry: Expression): number {
  const wanted = keyOf(entry)
  let times = 0
  for (const statement of block)
    eachExpressionIn(statement, part => (times += keyOf(part) === wanted ? 1 : 0))
  return times
}
