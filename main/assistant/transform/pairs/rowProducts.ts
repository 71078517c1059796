import { printExpression } from '../../syntax/python/printExpression.ts'
import { keyOf } from '../../syntax/python/replace.ts'
import type { Expression } from '../../syntax/python/tree.ts'
import { attribute, binary, NONE, slice, tuple } from '../build.ts'
import { factOf, type ArrayFacts } from '../kernels/arrayFacts.ts'
import { sitesOfRule } from '../kernels/rewriting.ts'
import type { Transform } from '../transform.ts'

/** `(rows[:, None] * others).sum(axis=-1)` as `rows @ others.T`: the products of all pairs are never written down. */
export const rowProducts: Transform = {
  name: 'row-products',
  family: 'reduce',
  title: 'A product of matrices instead of all products of pairs',
  why: 'The sum of products for every pair of rows is what a product of matrices is, which multiplies and adds in one pass.',
  reorders: true,
  sites: (draft, context) => sitesOfRule(draft, context, asProduct),
}

function asProduct(expression: Expression, facts: ArrayFacts): Expression | undefined {
  if (expression.kind !== 'call' || expression.callee.kind !== 'attribute') return undefined
  const { callee, arguments: given } = expression
  const [axis, ...others] = given
  const { value } = callee
  if (callee.attribute !== 'sum' || axis?.name !== 'axis' || others.length > 0) return undefined
  if (printExpression(axis.value) !== '-1' || value.kind !== 'binary' || value.operator !== '*')
    return undefined
  const { left, right } = value
  if (left.kind !== 'subscript' || keyOf(left.index) !== keyOf(COLUMN)) return undefined
  const areTables = [left.value, right].every(side => {
    const fact = factOf(side, facts)
    return side.kind === 'name' && fact?.axes === 2 && !fact.isColumn && !fact.isWindows && fact.isFloat
  })
  return areTables ? binary(left.value, '@', attribute(right, 'T')) : undefined
}

const COLUMN = tuple([slice(), NONE])
