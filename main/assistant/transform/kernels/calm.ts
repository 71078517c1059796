import { dotted, original } from '../../syntax/python/modules.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { eachStatement, expressionsIn, partsOf } from '../../syntax/python/visit.ts'
import { arrayFormsIn, type ArrayForm } from '../arrays/forms.ts'
import { replaced } from '../lanes/places.ts'
import { surroundingsOf } from '../surroundings.ts'
import type { Draft, DraftContext, Transform, TransformSite } from '../transform.ts'

/** Arrays that are only compared and chosen from need no `np.errstate`. */
export const withoutWatch: Transform = {
  name: 'without-watch',
  family: 'reduce',
  title: 'No watch for overflow where nothing can overflow',
  why: 'Comparing numbers and choosing among them neither overflows nor divides, so that NumPy need not be told what to do then and be told back afterwards.',
  reorders: false,
  sites,
}

function sites(draft: Draft, context: DraftContext): readonly TransformSite[] {
  const { modules } = surroundingsOf(draft, context).callables
  return arrayFormsIn(draft).flatMap((form): readonly TransformSite[] => {
    if (!form.arrays.body.every(statement => isCalm(statement, modules))) return []
    const at = `watch ${form.place.way.map(place => place.at).join('.')}`
    return [{ at, apply: () => ({ ...draft, function: unwatched(draft, form) }) }]
  })
}

/** The form with its arrays straight under `try`. */
function unwatched(draft: Draft, { place, statement, arrays }: ArrayForm): Draft['function'] {
  const body = [...statement.body.slice(0, -1), ...arrays.body]
  return replaced(draft.function, place, [{ ...statement, body }])
}

type Modules = Readonly<Record<string, string>>

/** Whether nothing in a statement computes numbers. */
function isCalm(statement: Statement, modules: Modules): boolean {
  let isSo = true
  eachStatement(statement, inner => {
    isSo &&= inner.kind === 'assign' || inner.kind === 'if' || inner.kind === 'raise'
    isSo &&= expressionsIn(inner).every(expression => choosesOnly(expression, modules))
  })
  return isSo
}

const KERNELS =
  /^(?:where|abs|absolute|fabs|maximum|minimum|fmax|fmin|isnan|isfinite|any|all|count_nonzero|flatnonzero|searchsorted|array|asarray|frombuffer|logical_and|logical_or|logical_not)$/
const METHODS = /^(?:all|any|max|min|argmax|argmin|tolist|view|to_numpy|copy)$/

/** Whether an expression compares numbers, chooses among them or moves them, and nothing else. */
function choosesOnly(expression: Expression, modules: Modules): boolean {
  const { kind } = expression
  if (kind === 'name' || kind === 'constant') return true
  if (kind === 'call' && dotted(expression.callee) === 'struct.pack') return true
  if (kind === 'call') return isChoice(expression, modules) && areCalm(argumentsOf(expression), modules)
  if (kind === 'binary') return areTruths(expression) && areCalm(partsOf(expression), modules)
  if (kind === 'unary') return expression.operator !== '+' && areCalm([expression.operand], modules)
  const isPlain = /^(?:compare|boolean|slice|subscript|tuple|attribute)$/.test(kind)
  return isPlain && areCalm(partsOf(expression), modules)
}

function areCalm(expressions: readonly Expression[], modules: Modules): boolean {
  return expressions.every(expression => choosesOnly(expression, modules))
}

function argumentsOf({ callee, arguments: given }: Expression & { kind: 'call' }): readonly Expression[] {
  const values = given.map(({ value }) => value)
  return callee.kind === 'attribute' ? [callee.value, ...values] : values
}

function isChoice({ callee }: Expression & { kind: 'call' }, modules: Modules): boolean {
  const path = dotted(callee) ?? ''
  const numpy = original(path, modules, 'numpy')
  if (numpy !== '') return KERNELS.test(numpy)
  return path === 'len' || (callee.kind === 'attribute' && METHODS.test(callee.attribute))
}

/** `one & other`, or the difference of truths as bytes. */
function areTruths({ operator, left, right }: Expression & { kind: 'binary' }): boolean {
  if (/^[&|^]$/.test(operator)) return true
  const isByte = (side: Expression): boolean =>
    side.kind === 'call' && side.callee.kind === 'attribute' && side.callee.attribute === 'view'
  return operator === '-' && isByte(left) && isByte(right)
}
