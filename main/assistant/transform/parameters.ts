import type { Expression } from '../syntax/python/tree.ts'
import { eachExpression, mapParts, ofValues } from '../syntax/python/visit.ts'
import { integer } from './build.ts'
import { placesIn, replaced } from './lanes/places.ts'
import { FEWEST } from './lanes/vectorised.ts'
import type { Draft, Transform, TransformSite } from './transform.ts'

/** Rounds from which an array form may pay: few where a round does much, many where it does little. */
const FEW = 4
const MANY = 200

/** How many rounds a loop must have for its array form to be tried. */
export const roundsForArrays: Transform = {
  name: 'rounds-for-arrays',
  family: 'parameter',
  title: 'Arrays from another number of elements on',
  why: 'With fewer elements the loop is run as before; the results are the same on both ways.',
  reorders: true,
  sites: draft => [FEW, MANY].flatMap(rounds => sitesOf(draft, rounds)),
}

/** A draft whose array forms are all left to their loops where there are few elements; undefined where it has none to change. */
export function arraysForMany(draft: Draft): Draft | undefined {
  const [first] = sitesOf(draft, MANY)
  if (!first) return undefined
  const next = first.apply()
  return arraysForMany(next) ?? next
}

function sitesOf(draft: Draft, rounds: number): readonly TransformSite[] {
  return placesIn(draft.function).flatMap(({ statement, way }): readonly TransformSite[] => {
    const guard = statement.kind === 'if' && statement.body.at(-1)?.kind === 'raise' ? statement : undefined
    const left = guard && guardIn(guard.test)
    if (!guard || !left) return []
    const apply = (): Draft => {
      const test = swapped(guard.test, left, integer(rounds))
      return { ...draft, function: replaced(draft.function, { statement, way }, [{ ...guard, test }]) }
    }
    return [{ at: `${way.length} ${rounds}`, apply }]
  })
}

/** `16` of `not 16 <= len(prices)`, as the array form of a loop begins. */
function guardIn(test: Expression): Expression | undefined {
  let found: Expression | undefined
  eachExpression(test, inner => {
    const { kind } = inner
    if (kind !== 'compare' || inner.operators[0] !== '<=' || inner.left.kind !== 'constant') return
    if (inner.left.text === String(FEWEST)) found = inner.left
  })
  return found
}

/** An expression with one of those in it swapped for another. */
function swapped(expression: Expression, old: Expression, made: Expression): Expression {
  if (expression === old) return made
  return mapParts(
    expression,
    ofValues(part => swapped(part, old, made)),
  )
}
