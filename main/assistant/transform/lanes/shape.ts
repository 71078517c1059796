import type { Expression } from '../../syntax/python/tree.ts'
import { eachExpression, someExpression } from '../../syntax/python/visit.ts'
import { integer, method } from '../build.ts'
import { scalar, type LaneArray } from './value.ts'

/** One number a row. */
export function along(rows: LaneArray, what: string, isNumpy: boolean): LaneArray {
  if (rows.isShared === true) return scalar(method(rows.code, what), 'free')
  return {
    kind: 'array',
    code: method(rows.code, what, [], { axis: integer(-1) }),
    rank: 1,
    type: rows.type === 'truth' ? 'truth' : 'float',
    isNumpy,
  }
}

/** Whether an expression costs nothing to write twice. */
export function isSimple(expression: Expression): boolean {
  return expression.kind === 'name' || expression.kind === 'constant'
}

/** How many nodes an expression has. */
export function sizeOf(expression: Expression): number {
  let size = 0
  eachExpression(expression, () => (size += 1))
  return size
}

/** Whether computing it may raise; what is never read is still computed then, as the loop does. */
export function mayRaise(expression: Expression): boolean {
  return someExpression(expression, inner => {
    if (inner.kind === 'binary') return ['/', '//', '%', '**'].includes(inner.operator)
    if (inner.kind !== 'call') return inner.kind === 'subscript'
    return !(inner.callee.kind === 'attribute' && /^(where|abs|isnan)$/.test(inner.callee.attribute))
  })
}
