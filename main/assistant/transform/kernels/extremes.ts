import { keyOf } from '../../syntax/python/replace.ts'
import type { Expression } from '../../syntax/python/tree.ts'
import { call } from '../build.ts'
import type { Transform } from '../transform.ts'
import { factOf, type ArrayFacts } from './arrayFacts.ts'
import { sitesOfRule } from './rewriting.ts'

/** `np.where(0.0 > x, 0.0, x)` as `np.maximum(x, 0.0)`: one pass instead of two. */
export const extremesAtOnce: Transform = {
  name: 'extremes-at-once',
  family: 'algorithm',
  title: 'The larger of two in one pass',
  why: 'NumPy compares and chooses in one pass over the numbers; where NaN met the limit, the form of it is taken that keeps what the comparison kept.',
  // Of two zeros it may take the one with the other sign
  reorders: true,
  sites: (draft, context) => sitesOfRule(draft, context, asExtreme),
}

function asExtreme(expression: Expression, facts: ArrayFacts): Expression | undefined {
  if (expression.kind !== 'call' || expression.callee.kind !== 'attribute') return undefined
  const { callee } = expression
  const [test, chosen, other] = expression.arguments.map(({ value }) => value)
  if (callee.attribute !== 'where' || test?.kind !== 'compare' || !chosen || !other) return undefined
  const [operator, ...more] = test.operators
  const [right] = test.comparators
  if (!right || more.length > 0 || (operator !== '<' && operator !== '>')) return undefined
  const isLeft = keyOf(chosen) === keyOf(test.left) && keyOf(other) === keyOf(right)
  const isRight = keyOf(chosen) === keyOf(right) && keyOf(other) === keyOf(test.left)
  if (!isLeft && !isRight) return undefined
  const numbers = isLimit(chosen) ? other : isLimit(other) ? chosen : undefined
  if (!numbers || (factOf(numbers, facts)?.axes ?? 0) === 0) return undefined
  const isLargest = isLeft === (operator === '>')
  // A comparison with NaN does not hold, so that the other one is taken
  const isKept = numbers === other
  const kernel = isLargest ? (isKept ? 'maximum' : 'fmax') : isKept ? 'minimum' : 'fmin'
  return call({ ...callee, attribute: kernel }, [numbers, isKept ? chosen : other])
}

/** A number that is written out, which is never NaN. */
function isLimit(expression: Expression): boolean {
  if (expression.kind === 'unary') return expression.operator === '-' && isLimit(expression.operand)
  return expression.kind === 'constant' && (expression.type === 'float' || expression.type === 'integer')
}
