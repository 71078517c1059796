import { dotted } from '../../syntax/python/modules.ts'
import { printExpression } from '../../syntax/python/printExpression.ts'
import type { Expression, FunctionStatement, Statement } from '../../syntax/python/tree.ts'
import { mapExpression, mapExpressions, ofValues } from '../../syntax/python/visit.ts'
import { method } from '../build.ts'
import type { Draft, Transform, TransformSite } from '../transform.ts'
import { arrayFormsIn, changed } from './forms.ts'
import { areMentions, isLengthOf, isNamed, type Accepted } from './mentions.ts'

/** The elements of an array are given as Python's own floats where the function says that it gives those. */
export const givePlainNumbers: Transform = {
  name: 'give-plain-numbers',
  family: 'reduce',
  title: "Python's own floats instead of NumPy's",
  why: "The function is said to give a list of floats. An array gives all of its numbers as those at once, and one after the other as NumPy's, which are the same numbers.",
  reorders: true,
  sites,
}

function sites(draft: Draft): readonly TransformSite[] {
  if (!givesFloats(draft.function)) return []
  return arrayFormsIn(draft).flatMap((form): readonly TransformSite[] => {
    const made = form.statement.otherwise.map(statement => plain(statement, draft.function))
    if (made.every((statement, at) => statement === form.statement.otherwise[at])) return []
    return [
      {
        at: `line ${form.statement.lines?.first ?? 'made'}`,
        apply: () => ({ ...draft, function: changed(draft, form, { results: made }) }),
      },
    ]
  })
}

/** Whether a function is said to give floats in a list, or in lists of a list. */
function givesFloats({ returns }: FunctionStatement): boolean {
  return returns !== undefined && /^[lL]ist\[(float|[lL]ist\[float\])\]$/.test(printExpression(returns))
}

/** A statement that hands over the elements of an array, as plain numbers; any other one as it is. */
function plain(statement: Statement, within: FunctionStatement): Statement {
  const list = filledBy(statement)
  if (list !== undefined && !isOnlyGiven(list, within, new Set())) return statement
  const change = (part: Expression): Expression => {
    const array = elementsOf(part)
    return array ? method(array, 'tolist') : part
  }
  return list === undefined && statement.kind !== 'return'
    ? statement
    : mapExpressions(
        statement,
        ofValues(part => mapExpression(part, change)),
      )
}

/** The list that a statement makes or lengthens: `ranges = list(values)`, `ranges.extend(list(values))`. */
function filledBy(statement: Statement): string | undefined {
  if (statement.kind === 'assign') {
    const [target, ...others] = statement.targets
    const isList = statement.value && elementsOf(statement.value)
    return isList && target?.kind === 'name' && others.length === 0 ? target.id : undefined
  }
  const call =
    statement.kind === 'expression' && statement.value.kind === 'call' ? statement.value : undefined
  if (call?.callee.kind !== 'attribute' || call.callee.attribute !== 'extend') return undefined
  return call.callee.value.kind === 'name' ? call.callee.value.id : undefined
}

/** `values` of `list(values)`, and of `map(list, values)`. */
function elementsOf(expression: Expression): Expression | undefined {
  if (expression.kind !== 'call') return undefined
  const [first] = expression.arguments
  const isOfRows = dotted(expression.callee) === 'map' && isNamed(first?.value, 'list')
  if (!isOfRows && dotted(expression.callee) !== 'list') return undefined
  const [only, ...others] = expression.arguments.slice(isOfRows ? 1 : 0)
  return only?.value.kind === 'name' && others.length === 0 ? only.value : undefined
}

/** Whether nothing is computed from what is in a list: it is filled, counted, sorted, put into such a list, and given. */
function isOnlyGiven(list: string, within: FunctionStatement, known: Set<string>): boolean {
  if (known.has(list)) return true
  known.add(list)
  const accepted: Accepted = {
    statement: statement => {
      if (statement.kind === 'return' && isNamed(statement.value, list)) return 1
      if (statement.kind === 'assign') return statement.targets.filter(target => isNamed(target, list)).length
      const call =
        statement.kind === 'expression' && statement.value.kind === 'call' ? statement.value : undefined
      if (call?.callee.kind !== 'attribute' || !FILLING.has(call.callee.attribute)) return 0
      const { value: owner } = call.callee
      if (isNamed(owner, list)) return 1
      const [given] = call.arguments
      const isPut = call.callee.attribute === 'append' && isNamed(given?.value, list) && owner.kind === 'name'
      return isPut && isOnlyGiven(owner.id, within, known) ? 1 : 0
    },
    expression: expression => isLengthOf(expression, list),
  }
  return areMentions(within.body, list, accepted)
}

const FILLING: ReadonlySet<string> = new Set(['append', 'extend', 'sort', 'reverse'])
