import { isPure, mayRaise } from '../syntax/python/effects.ts'
import { isNumber, kindOf, type Kind } from '../syntax/python/kinds.ts'
import type { Expression, FunctionStatement, Statement } from '../syntax/python/tree.ts'
import {
  eachExpression,
  expressionsIn,
  mapBlocks,
  mapExpressions,
  mapParts,
  ofValues,
} from '../syntax/python/visit.ts'
import { integer } from './build.ts'
import { placesIn, replaced } from './lanes/places.ts'
import { FEWEST } from './lanes/vectorised.ts'
import { surroundingsOf } from './surroundings.ts'
import type { Draft, DraftContext, Transform, TransformSite } from './transform.ts'

/** Rounds from which an array form may pay: few where a round does much, many where it does little. */
const ROUNDS = [4, 64]

/** How many rounds a loop must have for its array form to be tried. */
export const roundsForArrays: Transform = {
  name: 'rounds-for-arrays',
  family: 'parameter',
  title: 'Arrays from another number of elements on',
  why: 'With fewer elements the loop is run as before; the results are the same on both ways.',
  reorders: true,
  sites: draft =>
    placesIn(draft.function).flatMap(({ statement, way }): readonly TransformSite[] => {
      const guard = statement.kind === 'if' && statement.body.at(-1)?.kind === 'raise' ? statement : undefined
      const left = guard && guardIn(guard.test)
      if (!guard || !left) return []
      return ROUNDS.map(rounds => ({
        at: `${way.length} ${rounds}`,
        apply: () => {
          const test = swapped(guard.test, left, integer(rounds))
          return { ...draft, function: replaced(draft.function, { statement, way }, [{ ...guard, test }]) }
        },
      }))
    }),
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

/** `a * b` for `b * a`: the last of all that is tried, since it rarely matters which is loaded first. */
export const commuteOperands: Transform = {
  name: 'commute-operands',
  family: 'parameter',
  title: 'Operands in the other order',
  why: 'A product or sum of two numbers is the same to the bit in either order.',
  reorders: false,
  sites: commutable,
}

function commutable(draft: Draft, context: DraftContext): readonly TransformSite[] {
  const around = surroundingsOf(draft, context)
  const found: TransformSite[] = []
  for (const { statement, way } of placesIn(draft.function)) {
    for (const part of expressionsIn(statement))
      eachExpression(part, inner => {
        if (inner.kind !== 'binary' || (inner.operator !== '+' && inner.operator !== '*')) return
        const { left, right } = inner
        const areNumbers = [left, right].every(side => isNumeric(kindOf(side, around.kinds, context.modules)))
        if (!areNumbers || !isPure(left, around) || !isPure(right, around)) return
        if (mayRaise(left, around) && mayRaise(right, around)) return
        found.push({
          at: `${way.map(({ at }) => at).join('.')}:${found.length}`,
          apply: () => ({ ...draft, function: inFunction(draft.function, statement, inner) }),
        })
      })
  }
  return found
}

function isNumeric(kind: Kind | undefined): boolean {
  return isNumber(kind) || kind === 'array'
}

function inFunction(
  definition: FunctionStatement,
  statement: Statement,
  product: Expression & { kind: 'binary' },
): FunctionStatement {
  const turned: Expression = { ...product, left: product.right, right: product.left }
  const change = ofValues(part => swapped(part, product, turned))
  const inBlock = (block: readonly Statement[]): readonly Statement[] => {
    const at = block.indexOf(statement)
    if (at >= 0) return block.with(at, mapExpressions(statement, change))
    const changed = block.map(each => mapBlocks(each, inBlock))
    return changed.some((each, index) => each !== block[index]) ? changed : block
  }
  return { ...definition, body: inBlock(definition.body) }
}

/** An expression with one of those in it swapped for another. */
function swapped(expression: Expression, old: Expression, made: Expression): Expression {
  if (expression === old) return made
  return mapParts(
    expression,
    ofValues(part => swapped(part, old, made)),
  )
}
