import { mayRead } from '../../syntax/python/liveness.ts'
import {
  namesOfBlock,
  namesOfExpression,
  namesOfStatement,
  namesOfTarget,
} from '../../syntax/python/names.ts'
import type { Expression, FunctionStatement, Statement } from '../../syntax/python/tree.ts'
import { partsOf, someExpression } from '../../syntax/python/visit.ts'
import { placesIn, siteOf, type Place } from '../places.ts'

export type ForLoop = Extract<Statement, { kind: 'for' }>

/** A `for` loop where it stands. */
export interface LoopPlace {
  readonly loop: ForLoop
  readonly place: Place
  readonly index: number
  readonly at: string
}

/** Every `for` loop of a function that has no `else`. */
export function loopsIn(statement: FunctionStatement): readonly LoopPlace[] {
  return placesIn(statement).flatMap(place =>
    place.block.flatMap((loop, index) =>
      loop.kind === 'for' && loop.otherwise.length === 0
        ? [{ loop, place, index, at: siteOf(place, index) }]
        : [],
    ),
  )
}

/** Whether a name that is bound in a statement may be read after it, before it is bound anew. */
export function isReadLater(name: string, { place, index }: Pick<LoopPlace, 'place' | 'index'>): boolean {
  if (mayRead(place.block.slice(index + 1), name)) return true
  return place.around.some((outer, depth) => {
    if (
      outer.kind === 'try' &&
      namesOfBlock([...outer.handlers.flatMap(({ body }) => body), ...outer.last]).reads.has(name)
    )
      return true
    if ((outer.kind === 'for' || outer.kind === 'while') && comesRound(outer, name)) return true
    const block = place.outer[depth] ?? []
    return mayRead(block.slice(block.indexOf(outer) + 1), name)
  })
}

/** Whether a loop may read in its next pass what a name was in this one. */
function comesRound(outer: Extract<Statement, { kind: 'for' | 'while' }>, name: string): boolean {
  if (outer.kind === 'while' && namesOfExpression(outer.test).reads.has(name)) return true
  return mayRead(outer.body, name)
}

/** Whether a name that a comprehension would keep to itself is of use to nothing after the loop. */
export function isOnlyOfLoop(target: Expression, found: LoopPlace): boolean {
  return [...namesOfTarget(target).writes].every(name => !isReadLater(name, found))
}

/** The statement above that gives a name its value, if nothing between uses the name; undefined where there is none. */
export function startOf(
  name: string,
  { place, index }: Pick<LoopPlace, 'place' | 'index'>,
): { readonly at: number; readonly value: Expression } | undefined {
  const at = place.block.findLastIndex((statement, position) => position < index && usesName(statement, name))
  const statement = place.block[at]
  if (statement?.kind !== 'assign' || statement.annotation || !statement.value) return undefined
  const [target, ...others] = statement.targets
  if (target?.kind !== 'name' || target.id !== name || others.length > 0) return undefined
  return namesOfExpression(statement.value).reads.has(name) ? undefined : { at, value: statement.value }
}

/** Whether an expression can stand inside of a comprehension: it waits for nothing and binds nothing. */
export function fitsComprehension(expression: Expression): boolean {
  return (
    expression.kind !== 'lambda' &&
    !someExpression(
      expression,
      part =>
        part.kind === 'named' ||
        // A function made in a pass keeps the names of the pass, and those of a comprehension are others
        (part.kind !== 'call' && partsOf(part).some(({ kind }) => kind === 'lambda')) ||
        (part.kind === 'verbatim' && !/^[rR]?[fF]["']/.test(part.text)),
    )
  )
}

function usesName(statement: Statement, name: string): boolean {
  const { reads, writes } = namesOfStatement(statement)
  return reads.has(name) || writes.has(name)
}

/** The block with a result in place of the loop and of the statement that the result began with; comments of both stay. */
export function withResult(
  { loop, place, index }: LoopPlace,
  start: number,
  result: Statement,
): readonly Statement[] {
  const above = [...(place.block[start]?.above ?? []), ...loop.above]
  return place.block.with(index, { ...result, above, beside: loop.beside }).toSpliced(start, 1)
}
