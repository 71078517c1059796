import { printExpression } from '../../syntax/python/printExpression.ts'
import type { Expression } from '../../syntax/python/tree.ts'
import { binary, integer } from '../build.ts'

/** A sum of whole multiples of terms and a whole number: `i - window + 1`. */
export interface Linear {
  readonly terms: ReadonlyMap<string, { readonly term: Expression; readonly times: number }>
  readonly constant: number
}

/** An expression as a sum; what is no sum is a term of its own. */
export function linearOf(expression: Expression): Linear {
  if (expression.kind === 'constant' && expression.type === 'integer' && /^\d+$/.test(expression.text))
    return { terms: new Map(), constant: Number(expression.text) }
  if (expression.kind === 'unary' && expression.operator === '-')
    return plus({ terms: new Map(), constant: 0 }, linearOf(expression.operand), -1)
  if (expression.kind === 'binary' && (expression.operator === '+' || expression.operator === '-'))
    return plus(linearOf(expression.left), linearOf(expression.right), expression.operator === '+' ? 1 : -1)
  return { terms: new Map([[printExpression(expression), { term: expression, times: 1 }]]), constant: 0 }
}

/** `left + times * right`. */
export function plus(left: Linear, right: Linear, times: number): Linear {
  const terms = new Map(left.terms)
  for (const [key, { term, times: count }] of right.terms) {
    const sum = (terms.get(key)?.times ?? 0) + times * count
    if (sum === 0) terms.delete(key)
    else terms.set(key, { term, times: sum })
  }
  return { terms, constant: left.constant + times * right.constant }
}

/** How often a name is in it as a term. */
export function timesOf(linear: Linear, term: string): number {
  return linear.terms.get(term)?.times ?? 0
}

/** The number it is, where it holds no terms. */
export function constantOf(linear: Linear): number | undefined {
  return linear.terms.size === 0 ? linear.constant : undefined
}

/** Written out again, positive terms first; undefined where a term is taken more than once. */
export function written(linear: Linear): Expression | undefined {
  let made: Expression | undefined
  const terms = [...linear.terms.values()].toSorted((left, right) => right.times - left.times)
  for (const { term, times } of terms) {
    if (Math.abs(times) !== 1) return undefined
    if (made === undefined) made = times === 1 ? term : { kind: 'unary', operator: '-', operand: term }
    else made = binary(made, times === 1 ? '+' : '-', term)
  }
  if (made === undefined) return integer(linear.constant)
  if (linear.constant === 0) return made
  return binary(made, linear.constant > 0 ? '+' : '-', integer(Math.abs(linear.constant)))
}
