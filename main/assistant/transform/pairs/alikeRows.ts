import { printExpression } from '../../syntax/python/printExpression.ts'
import { keyOf } from '../../syntax/python/replace.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { mapExpression, mapStatement, partsOf } from '../../syntax/python/visit.ts'
import { assignmentOf } from '../assignment.ts'
import { name, NONE, slice, subscript, tuple } from '../build.ts'
import { arrayFormsIn, changed } from '../arrays/forms.ts'
import { factsOf, type ArrayFacts } from '../kernels/arrayFacts.ts'
import { ELEMENTWISE, pathOf } from '../lanes/arrayNames.ts'
import { assignedIn, namesIn, reads } from '../lanes/names.ts'
import { surroundingsOf } from '../surroundings.ts'
import type { DraftContext, Transform, TransformSite } from '../transform.ts'

/** Where the rows of a table of pairs are those of its columns, what is of a row alone is computed once for both. */
export const alikeRows: Transform = {
  name: 'alike-rows',
  family: 'share',
  title: 'What is of one row alone is computed once, not once for either side of a pair',
  why: 'Both sides of the pairs are the same rows, so that what is computed of each row by itself comes out the same and is only laid along another axis.',
  reorders: false,
  sites: (draft, context) =>
    arrayFormsIn(draft).flatMap((form): readonly TransformSite[] => {
      const block = form.arrays.body
      const made = unified(block, factsOf(block, surroundingsOf(draft, context)), context)
      if (!made) return []
      const at = `arrays ${form.place.way.map(place => place.at).join('.')}`
      return [{ at, apply: () => ({ ...draft, function: changed(draft, form, { arrays: made }) }) }]
    }),
}

/** The statements with what is of the first axis taken from what is of the second. */
function unified(
  block: readonly Statement[],
  facts: ArrayFacts,
  context: DraftContext,
): readonly Statement[] | undefined {
  const alike = alikeIn(block, facts, context)
  if (alike.size < 2) return undefined
  const [rows = ''] = alike.keys()
  const asOther = (part: Expression): Expression => {
    if (part.kind === 'subscript' && isLastOfShape(part, alike))
      return mapExpression(part, inner => renamed(inner, alike))
    const other = part.kind === 'name' && part.id !== rows ? alike.get(part.id) : undefined
    return other === undefined ? part : other.isShape ? name(other.name) : subscript(name(other.name), COLUMN)
  }
  const kept = block.filter(statement => {
    const assigned = assignmentOf(statement)
    return !assigned || assigned[0] === rows || !alike.has(assigned[0])
  })
  const made = kept
    .map(statement => mapStatement(statement, asOther))
    .filter(statement => !isSettled(statement))
  const isRowsRead = made.some(
    statement => assignmentOf(statement)?.[0] !== rows && namesIn(statement).has(rows),
  )
  const rest = isRowsRead ? made : made.filter(statement => assignmentOf(statement)?.[0] !== rows)
  return isInOrder(rest) ? rest : undefined
}

/** What a name of the first axis is along the second. */
interface Other {
  readonly name: string
  readonly isShape: boolean
}

/** Names of what is of the first axis alone, each with the same of the second; the rows themselves come first. */
function alikeIn(
  block: readonly Statement[],
  facts: ArrayFacts,
  context: DraftContext,
): ReadonlyMap<string, Other> {
  const alike = new Map<string, Other>()
  const assigned = block.flatMap(statement => assignmentOf(statement) ?? [])
  const times = (id: string): number => block.filter(statement => assignedIn([statement]).has(id)).length
  const made = block.map(assignmentOf).filter(pair => pair !== undefined)
  if (assigned.length === 0) return alike
  for (const [id, value] of made) {
    if (times(id) !== 1) continue
    if (alike.size === 0) {
      const rows = rowsOf(value)
      if (rows !== undefined && times(rows) <= 1) alike.set(id, { name: rows, isShape: false })
      continue
    }
    if (![...alike.keys()].some(key => reads(value, key)) || !isOfRows(value, alike, facts, context)) continue
    const same = keyOf(mapExpression(value, part => renamed(part, alike)))
    const other = made.find(([own, given]) => own !== id && times(own) === 1 && keyOf(given) === same)
    if (other) alike.set(id, { name: other[0], isShape: value.kind === 'attribute' })
  }
  return alike
}

/** `rows` of `rows[:, None]`. */
function rowsOf(value: Expression): string | undefined {
  if (value.kind !== 'subscript' || value.value.kind !== 'name') return undefined
  return keyOf(value.index) === keyOf(COLUMN) ? value.value.id : undefined
}

/** Whether each row of it is computed of the same row of what is alike, and of numbers. */
function isOfRows(
  expression: Expression,
  alike: ReadonlyMap<string, Other>,
  facts: ArrayFacts,
  context: DraftContext,
): boolean {
  const isFit = (part: Expression): boolean => isOfRows(part, alike, facts, context)
  switch (expression.kind) {
    case 'constant':
      return true
    case 'name': {
      const other = alike.get(expression.id)
      return other ? !other.isShape : facts.names.get(expression.id)?.axes === 0
    }
    case 'unary':
    case 'binary':
    case 'compare':
      return partsOf(expression).every(isFit)
    case 'attribute':
      return isShapeOf(expression, alike)
    case 'subscript':
      return isLastOfShape(expression, alike) || (isNewAxis(expression.index) && isFit(expression.value))
    case 'call': {
      const { callee, arguments: given } = expression
      if (ELEMENTWISE.has(pathOf(callee, context)))
        return given.every(({ value, form }) => form === 'positional' && isFit(value))
      const [axis, ...others] = given
      const isAlong = axis?.name === 'axis' && isLast(axis.value) && others.length === 0
      return callee.kind === 'attribute' && REDUCING.test(callee.attribute) && isAlong && isFit(callee.value)
    }
    default:
      return false
  }
}

const REDUCING = /^(sum|mean|min|max|std|var|any|all)$/

/** `rows.shape[-1]`, which a new axis before it leaves alone, or the same of a shape under a name. */
function isLastOfShape(
  { value, index }: Expression & { kind: 'subscript' },
  alike: ReadonlyMap<string, Other>,
): boolean {
  if (!isLast(index)) return false
  if (value.kind === 'name') return alike.get(value.id)?.isShape === true
  return value.kind === 'attribute' && isShapeOf(value, alike)
}

/** `rows.shape`. */
function isShapeOf(
  { attribute, value }: Expression & { kind: 'attribute' },
  alike: ReadonlyMap<string, Other>,
): boolean {
  return attribute === 'shape' && value.kind === 'name' && alike.get(value.id)?.isShape === false
}

/** `..., None`. */
function isNewAxis(index: Expression): boolean {
  const [first, last, ...others] = index.kind === 'tuple' ? index.elements : []
  if (!first || !last || others.length > 0) return false
  return first.kind === 'constant' && first.text === '...' && keyOf(last) === keyOf(NONE)
}

function renamed(part: Expression, alike: ReadonlyMap<string, Other>): Expression {
  const other = part.kind === 'name' ? alike.get(part.id) : undefined
  return other ? name(other.name) : part
}

/** `if shape[-1] != shape[-1]: raise …`, which never does. */
function isSettled(statement: Statement): boolean {
  if (statement.kind !== 'if' || statement.test.kind !== 'compare' || statement.otherwise.length > 0)
    return false
  const { left, operators, comparators } = statement.test
  const [right] = comparators
  return (
    operators[0] === '!=' && comparators.length === 1 && right !== undefined && keyOf(left) === keyOf(right)
  )
}

/** Whether every name is read after it is bound. */
function isInOrder(block: readonly Statement[]): boolean {
  return block.every((statement, at) => {
    const later = assignedIn(block.slice(at))
    const value = assignmentOf(statement)?.[1]
    const earlier = assignedIn(block.slice(0, at))
    return !value || [...later].every(id => earlier.has(id) || !reads(value, id))
  })
}

/** `-1`, as one constant or as the negative of one. */
function isLast(expression: Expression): boolean {
  return printExpression(expression) === '-1'
}

const COLUMN = tuple([slice(), NONE])
