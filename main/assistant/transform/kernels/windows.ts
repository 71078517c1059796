import { assignmentOf } from '../assignment.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { mapStatement } from '../../syntax/python/visit.ts'
import {
  attribute,
  binary,
  call,
  compare,
  float,
  integer,
  method,
  name,
  raise,
  slice,
  subscript,
  tuple,
  when,
} from '../build.ts'
import type { Draft, DraftContext, Transform, TransformSite } from '../transform.ts'
import { factOf, type ArrayFacts } from './arrayFacts.ts'
import { siteWith, sitesInForms } from './rewriting.ts'

/** `windows.sum(axis=-1)` as `windows.T.sum(axis=0)`: whole series are added instead of many short windows. */
export const windowsByColumn: Transform = {
  name: 'windows-by-column',
  family: 'algorithm',
  title: 'Windows are added up one place after the other',
  why: 'Turned round, the windows are a few long series, each shifted by one; NumPy adds those at full speed, and many short windows slowly.',
  reorders: true,
  sites,
}

function sites(draft: Draft, context: DraftContext): readonly TransformSite[] {
  return sitesInForms(draft, context, (form, facts, block) => {
    const made = block.flatMap(
      statement => deviation(statement, facts, form.numpy) ?? mapStatement(statement, turn(facts)),
    )
    const isChanged = made.some((statement, at) => statement !== block[at])
    return isChanged ? [siteWith(draft, form, made, 'windows')] : []
  })
}

function turn(facts: ArrayFacts): (expression: Expression) => Expression {
  return part => asTurned(part, REDUCING, facts) ?? part
}

const REDUCING = /^(?:sum|mean|min|max|any|all|prod)$/

/** Share of a number from which on a deviation is more than what rounding makes of equal numbers. */
const ROUNDING = 1e-6

/**
 * `deviation = windows.std(axis=-1)` turned round. What rounding makes of windows of equal numbers, nought or nearly so, is another in
 * another order: these are left to the loop.
 */
function deviation(statement: Statement, facts: ArrayFacts, numpy: string): readonly Statement[] | undefined {
  const [deviations, spread] = assignmentOf(statement) ?? []
  if (statement.kind !== 'assign' || deviations === undefined || !spread) return undefined
  const value = asTurned(spread, /^std$/, facts)
  const windows = spread.kind === 'call' && spread.callee
  if (!value || !windows || windows.kind !== 'attribute' || windows.value.kind !== 'name') return undefined
  const first = subscript(windows.value, tuple([slice(), integer(0)]))
  const least = binary(float(ROUNDING), '*', call(`${numpy}.abs`, [first]))
  const isOdd = call(`${numpy}.any`, [compare(name(deviations), '<', least)])
  return [{ ...statement, value }, when(isOdd, [raise(name('ValueError'))])]
}

function asTurned(expression: Expression, wanted: RegExp, facts: ArrayFacts): Expression | undefined {
  if (expression.kind !== 'call' || expression.callee.kind !== 'attribute') return undefined
  const { callee, arguments: given } = expression
  const [axis, ...others] = given
  if (!wanted.test(callee.attribute) || others.length > 0 || axis?.name !== 'axis') return undefined
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
