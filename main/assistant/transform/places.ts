import type { FunctionStatement, Statement } from '../syntax/python/tree.ts'
import { mapBlocks } from '../syntax/python/visit.ts'

/** A block of a function, with what it takes to put another in its place. */
export interface Place {
  readonly block: readonly Statement[]
  /** Where it is: numbers of statements and of their blocks from the outside. */
  readonly path: string
  /** The statements around it, the outermost first. */
  readonly around: readonly Statement[]
  /** The block that each of those stands in. */
  readonly outer: readonly (readonly Statement[])[]
  /** The function with another block here. */
  readonly rebuild: (block: readonly Statement[]) => FunctionStatement
}

const known = new WeakMap<FunctionStatement, readonly Place[]>()

/** Every block of a function that is run on the usual way through it, the outer first: no handlers of exceptions. Functions and classes inside it have scopes of their own and are left alone. */
export function placesIn(statement: FunctionStatement): readonly Place[] {
  const before = known.get(statement)
  if (before) return before
  const places: Place[] = []
  collect(places, {
    block: statement.body,
    path: '',
    around: [],
    outer: [],
    rebuild: body => ({ ...statement, body }),
  })
  known.set(statement, places)
  return places
}

/** Where a statement of a block is, for telling sites apart. */
export function siteOf({ path }: Place, index: number): string {
  return `${path}${String(index)}`
}

/** The block with one statement replaced by others. */
export function splice(
  block: readonly Statement[],
  index: number,
  count: number,
  ...next: readonly Statement[]
): readonly Statement[] {
  return block.toSpliced(index, count, ...next)
}

function collect(places: Place[], place: Place): void {
  places.push(place)
  place.block.forEach((statement, index) => {
    if (statement.kind === 'function' || statement.kind === 'class') return
    const seldom = new Set(statement.kind === 'try' ? statement.handlers.map(({ body }) => body) : [])
    let number = 0
    mapBlocks(statement, block => {
      const own = number
      number += 1
      if (block.length > 0 && !seldom.has(block))
        collect(places, {
          block,
          path: `${place.path}${String(index)}.${String(own)}.`,
          around: [...place.around, statement],
          outer: [...place.outer, place.block],
          rebuild: next => place.rebuild(place.block.with(index, replaceBlock(statement, own, next))),
        })
      return block
    })
  })
}

function replaceBlock(statement: Statement, wanted: number, next: readonly Statement[]): Statement {
  let number = -1
  return mapBlocks(statement, block => {
    number += 1
    return number === wanted ? next : block
  })
}
