import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { definitionOf, type ArrayFacts } from './arrayFacts.ts'

/** Whether an expression is an array of truths: a comparison of arrays, or several joined. */
export function isTruth(expression: Expression, facts: ArrayFacts, block: readonly Statement[]): boolean {
  const written = definitionOf(expression, facts, block)
  if (written.kind === 'compare') return written.operators.length === 1
  if (written.kind === 'unary') return written.operator === '~' && isTruth(written.operand, facts, block)
  if (written.kind !== 'binary' || !/^[&|]$/.test(written.operator)) return false
  return isTruth(written.left, facts, block) && isTruth(written.right, facts, block)
}
