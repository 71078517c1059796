import type { Expression } from '../../syntax/python/tree.ts'
import { attribute, binary, call, integer, method } from '../build.ts'
import type { Transform } from '../transform.ts'
import { factOf, type ArrayFacts } from './arrayFacts.ts'
import { sitesOfRule } from './rewriting.ts'

/** `windows.sum(axis=-1)` as `windows.T.sum(axis=0)`: whole series are added instead of many short windows. */
export const windowsByColumn: Transform = {
  name: 'windows-by-column',
  family: 'algorithm',
  title: 'Windows are added up one place after the other',
  why: 'Turned round, the windows are a few long series, each shifted by one; NumPy adds those at full speed, and many short windows slowly.',
  reorders: true,
  sites: (draft, context) => sitesOfRule(draft, context, asTurned),
}

const REDUCING = /^(?:sum|mean|std|var|min|max|any|all|prod)$/

function asTurned(expression: Expression, facts: ArrayFacts): Expression | undefined {
  if (expression.kind !== 'call' || expression.callee.kind !== 'attribute') return undefined
  const { callee, arguments: given } = expression
  const [axis, ...others] = given
  if (!REDUCING.test(callee.attribute) || others.length > 0 || axis?.name !== 'axis') return undefined
  if (axis.value.kind !== 'unary' || !holdsWindows(callee.value, facts)) return undefined
  const turned = turnedRound(callee.value, facts)
  return turned && method(turned, callee.attribute, [], { axis: integer(0) })
}

function holdsWindows(expression: Expression, facts: ArrayFacts): boolean {
  if (expression.kind === 'name') return factOf(expression, facts)?.isWindows === true
  if (expression.kind === 'unary') return holdsWindows(expression.operand, facts)
  if (expression.kind !== 'binary') return false
  return holdsWindows(expression.left, facts) || holdsWindows(expression.right, facts)
}

/** The table with its rows as columns; undefined where that cannot be written. */
function turnedRound(expression: Expression, facts: ArrayFacts): Expression | undefined {
  if (expression.kind === 'binary') {
    const left = turnedRound(expression.left, facts)
    const right = turnedRound(expression.right, facts)
    return left && right && binary(left, expression.operator, right)
  }
  if (expression.kind === 'unary') {
    const operand = turnedRound(expression.operand, facts)
    return operand && { ...expression, operand }
  }
  if (expression.kind === 'call' && expression.callee.kind === 'attribute') {
    const [only, ...others] = expression.arguments
    const turned = only && others.length === 0 ? turnedRound(only.value, facts) : undefined
    return turned && /^(?:abs|square|sqrt|exp|log)$/.test(expression.callee.attribute)
      ? call(expression.callee, [turned])
      : undefined
  }
  const fact = factOf(expression, facts)
  if (fact?.axes === 0) return expression
  if (fact?.axes !== 2) return undefined
  const isColumn = expression.kind === 'subscript' && expression.index.kind === 'tuple' && fact.isColumn
  return isColumn ? expression.value : attribute(expression, 'T')
}
