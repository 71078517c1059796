import type { Surroundings } from '../../syntax/python/effects.ts'
import { kindOf } from '../../syntax/python/kinds.ts'
import type { Expression } from '../../syntax/python/tree.ts'
import { eachExpressionIn, mapStatement } from '../../syntax/python/visit.ts'
import { binary, float } from '../build.ts'
import { surroundingsOf } from '../surroundings.ts'
import type { Draft, DraftContext, Transform, TransformSite } from '../transform.ts'

/** Division by a power of two becomes multiplication, which is exact. */
export const multiplyByHalf: Transform = {
  name: 'multiply-by-half',
  family: 'reduce',
  title: 'Multiplication instead of division by a power of two',
  why: 'Dividing a float by a power of two and multiplying by its inverse round alike.',
  reorders: false,
  sites: (draft, context) => everywhere(draft, context, asInverse),
}

/** One site for all expressions of a function that are rewritten, the innermost first. */
export function everywhere(
  draft: Draft,
  context: DraftContext,
  rewrite: (expression: Expression, around: Surroundings) => Expression | undefined,
): readonly TransformSite[] {
  const around = surroundingsOf(draft, context)
  let count = 0
  for (const statement of draft.function.body)
    eachExpressionIn(statement, part => (count += rewrite(part, around) ? 1 : 0))
  if (count === 0) return []
  const change = (part: Expression): Expression => rewrite(part, around) ?? part
  const body = () => draft.function.body.map(statement => mapStatement(statement, change))
  return [{ at: 'all', apply: () => ({ ...draft, function: { ...draft.function, body: body() } }) }]
}

const POWERS_OF_TWO: ReadonlySet<number> = new Set([2, 4, 8, 16, 32, 64])

function asInverse(expression: Expression, around: Surroundings): Expression | undefined {
  if (expression.kind !== 'binary' || expression.operator !== '/' || expression.right.kind !== 'constant')
    return undefined
  const { left, right } = expression
  if (kindOf(left, around.kinds, around.callables.modules) !== 'float' || left.kind === 'constant')
    return undefined
  const divisor = right.type === 'integer' || right.type === 'float' ? Number(right.text) : 0
  return POWERS_OF_TWO.has(divisor) ? binary(left, '*', float(1 / divisor)) : undefined
}
