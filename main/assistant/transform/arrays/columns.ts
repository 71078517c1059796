import { dotted } from '../../syntax/python/modules.ts'
import type { Expression } from '../../syntax/python/tree.ts'
import { eachExpressionIn, mapStatement } from '../../syntax/python/visit.ts'
import { method, name } from '../build.ts'
import type { Draft, DraftContext, Transform, TransformSite } from '../transform.ts'

/** A column of texts is compared as an array of objects, not as a series. */
export const compareAsArray: Transform = {
  name: 'compare-as-array',
  family: 'reduce',
  title: 'A column of texts compared as an array',
  why: 'Every text of the column is compared with the same text, one after the other; a series does much more before and after that.',
  reorders: false,
  sites,
}

function sites(draft: Draft, context: DraftContext): readonly TransformSite[] {
  if (context.modules['pandas'] === undefined) return []
  const change = (part: Expression): Expression => compared(part, context)
  let count = 0
  for (const statement of draft.function.body)
    eachExpressionIn(statement, part => (count += change(part) === part ? 0 : 1))
  if (count === 0) return []
  const body = () => draft.function.body.map(statement => mapStatement(statement, change))
  return [{ at: 'all', apply: () => ({ ...draft, function: { ...draft.function, body: body() } }) }]
}

/** `(chain["right"] == "C").to_numpy()`, and the same as the test of `np.where`, with an array instead of the series. */
function compared(expression: Expression, context: DraftContext): Expression {
  if (expression.kind !== 'call') return expression
  const { callee, arguments: given } = expression
  if (callee.kind === 'attribute' && callee.attribute === 'to_numpy' && given.length === 0)
    return comparison(callee.value) ?? expression
  const [test, ...others] = given
  const isChoice = dotted(callee) === `${context.modules['numpy']}.where` && given.length === 3
  const made = isChoice && test?.form === 'positional' ? comparison(test.value) : undefined
  return made && test ? { ...expression, arguments: [{ ...test, value: made }, ...others] } : expression
}

/** A column that is compared with a text. */
function comparison(expression: Expression): Expression | undefined {
  if (expression.kind !== 'compare' || expression.comparators.length !== 1) return undefined
  const { left, operators, comparators } = expression
  const isEqual = operators[0] === '==' || operators[0] === '!='
  if (!isEqual || !isText(comparators[0]) || left.kind !== 'subscript' || !isText(left.index))
    return undefined
  // Of objects, so that a column of numbers is compared one by one as well
  return { ...expression, left: method(left, 'to_numpy', [], { dtype: name('object') }) }
}

function isText(expression: Expression | undefined): boolean {
  return expression?.kind === 'constant' && expression.type === 'string'
}
