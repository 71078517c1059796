import { assignmentOf } from '../assignment.ts'
import { dotted } from '../../syntax/python/modules.ts'
import { keyOf } from '../../syntax/python/replace.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { call, method, name, raise, when } from '../build.ts'
import type { Draft, DraftContext, Transform, TransformSite } from '../transform.ts'
import { factOf, type ArrayFacts } from './arrayFacts.ts'
import { siteWith, sitesInForms, sitesOfRule } from './rewriting.ts'

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

/** `np.where(y > x, y, x)` of two arrays as `np.maximum(x, y)`, with NaN left to the loop. */
export const largerOfTwo: Transform = {
  name: 'larger-of-two',
  family: 'algorithm',
  title: 'The larger of two arrays in one pass',
  why: 'NumPy compares and chooses in one pass over the numbers. NaN, which it passes on where a comparison does not, is left to the loop.',
  // Of two zeros it may take the one with the other sign
  reorders: true,
  sites,
}

function sites(draft: Draft, context: DraftContext): readonly TransformSite[] {
  return sitesInForms(draft, context, (form, facts, block) => {
    const made = block.map(statement => ofTwo(statement, facts) ?? statement)
    const changed = made.filter((statement, at) => statement !== block[at])
    if (changed.length === 0) return []
    const isPassedOn = (id: string) =>
      changed.some(other => other.kind === 'assign' && other.value && operandsOf(other.value).includes(id))
    const checked = made.flatMap((statement, at): readonly Statement[] => {
      const id = statement === block[at] ? undefined : assignmentOf(statement)?.[0]
      // NaN in one of them is in what is made of it, too
      return id === undefined || isPassedOn(id) ? [statement] : [statement, withoutNaN(id, form.numpy)]
    })
    return [siteWith(draft, form, checked, 'larger')]
  })
}

/** An assignment of the larger or smaller of two arrays. */
function ofTwo(statement: Statement, facts: ArrayFacts): Statement | undefined {
  const value = assignmentOf(statement)?.[1]
  const choice = value && choiceIn(value)
  if (
    statement.kind !== 'assign' ||
    !choice ||
    [choice.chosen, choice.other].some(side => (factOf(side, facts)?.axes ?? 0) === 0)
  )
    return undefined
  const kernel = { ...choice.callee, attribute: choice.isLargest ? 'maximum' : 'minimum' }
  return { ...statement, value: call(kernel, [choice.other, choice.chosen]) }
}

function operandsOf(expression: Expression): readonly string[] {
  return expression.kind === 'call' ? expression.arguments.map(({ value }) => dotted(value) ?? '') : []
}

/** `if np.isnan(values.sum()): raise ValueError`. */
function withoutNaN(id: string, numpy: string): Statement {
  return when(call(`${numpy}.isnan`, [method(name(id), 'sum')]), [raise(name('ValueError'))])
}

function asExtreme(expression: Expression, facts: ArrayFacts): Expression | undefined {
  const choice = choiceIn(expression)
  if (!choice) return undefined
  const { callee, chosen, other, isLargest } = choice
  const numbers = isLimit(chosen) ? other : isLimit(other) ? chosen : undefined
  if (!numbers || (factOf(numbers, facts)?.axes ?? 0) === 0) return undefined
  // A comparison with NaN does not hold, so that the other one is taken
  const isKept = numbers === other
  const kernel = isLargest ? (isKept ? 'maximum' : 'fmax') : isKept ? 'minimum' : 'fmin'
  return call({ ...callee, attribute: kernel }, [numbers, isKept ? chosen : other])
}

interface Choice {
  readonly callee: Expression & { kind: 'attribute' }
  readonly chosen: Expression
  readonly other: Expression
  readonly isLargest: boolean
}

/** A choice of the larger or the smaller of two, `np.where(y > x, y, x)`. */
function choiceIn(expression: Expression): Choice | undefined {
  if (expression.kind !== 'call' || expression.callee.kind !== 'attribute') return undefined
  const { callee } = expression
  const [test, chosen, other] = expression.arguments.map(({ value }) => value)
  if (callee.attribute !== 'where' || test?.kind !== 'compare' || !chosen || !other) return undefined
  const [operator, ...more] = test.operators
  const [right] = test.comparators
  if (!right || more.length > 0 || (operator !== '<' && operator !== '>')) return undefined
  const isLeft = keyOf(chosen) === keyOf(test.left) && keyOf(other) === keyOf(right)
  const isRight = keyOf(chosen) === keyOf(right) && keyOf(other) === keyOf(test.left)
  return isLeft || isRight ? { callee, chosen, other, isLargest: isLeft === (operator === '>') } : undefined
}

/** A number that is written out, which is never NaN. */
function isLimit(expression: Expression): boolean {
  if (expression.kind === 'unary') return expression.operator === '-' && isLimit(expression.operand)
  return expression.kind === 'constant' && (expression.type === 'float' || expression.type === 'integer')
}
