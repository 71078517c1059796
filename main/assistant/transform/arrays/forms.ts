import { dotted } from '../../syntax/python/modules.ts'
import { localNames, namesOfExpression, namesOfStatement } from '../../syntax/python/names.ts'
import type { Expression, FunctionStatement, Statement } from '../../syntax/python/tree.ts'
import { eachStatement, expressionsIn, someExpression } from '../../syntax/python/visit.ts'
import { importModule, name } from '../build.ts'
import { placesIn, replaced, type StatementPlace } from '../lanes/places.ts'
import type { Draft, DraftContext } from '../transform.ts'

type Try = Statement & { kind: 'try' }
type With = Statement & { kind: 'with' }

/** The array form of a loop in a draft: `try: guards; with np.errstate(…): arrays / except (…): the loop / else: results`. */
export interface ArrayForm {
  readonly place: StatementPlace
  readonly statement: Try
  /** Where the arrays are computed. */
  readonly arrays: With
  /** What NumPy is called there. */
  readonly numpy: string
}

/** What becomes of an array form; what is not named stays. */
export interface FormChange {
  readonly arrays?: readonly Statement[]
  readonly handler?: readonly Statement[]
  readonly results?: readonly Statement[]
  /** An exception that the arrays may end in as well. */
  readonly raises?: string
}

const known = new WeakMap<FunctionStatement, readonly ArrayForm[]>()

/** Every array form of a function; found once for each. */
export function arrayFormsIn({ function: definition }: Draft): readonly ArrayForm[] {
  const before = known.get(definition)
  if (before) return before
  const forms = placesIn(definition).flatMap(place => formAt(place) ?? [])
  known.set(definition, forms)
  return forms
}

function formAt(place: StatementPlace): ArrayForm | undefined {
  const { statement } = place
  if (statement.kind !== 'try' || statement.handlers.length !== 1 || statement.last.length > 0)
    return undefined
  const arrays = statement.body.at(-1)
  const numpy = arrays?.kind === 'with' ? numpyOf(arrays) : undefined
  const isKept = expectedOf(statement).some(type => dotted(type) === 'ArithmeticError')
  return arrays?.kind === 'with' && numpy !== undefined && isKept
    ? { place, statement, arrays, numpy }
    : undefined
}

/** A function with one of its array forms changed. */
export function changed(draft: Draft, form: ArrayForm, change: FormChange): Draft['function'] {
  return replaced(draft.function, form.place, [changedForm(form, change)])
}

/** An array form with parts of it changed. */
export function changedForm(
  { statement, arrays }: ArrayForm,
  { arrays: made, handler, results, raises }: FormChange,
): Statement {
  const types = expectedOf(statement)
  const isExpected = raises === undefined || types.some(type => dotted(type) === raises)
  const elements = isExpected || raises === undefined ? types : [...types, name(raises)]
  return {
    ...statement,
    body: made ? [...statement.body.slice(0, -1), { ...arrays, body: made }] : statement.body,
    handlers: statement.handlers.map(one => ({
      ...one,
      type: { kind: 'tuple', elements },
      body: handler ?? one.body,
    })),
    otherwise: results ?? statement.otherwise,
  }
}

/** What makes arrays of lists by way of their bytes: `struct`, imported if need be; undefined where something else is called so. */
export function packing(draft: Draft, context: DraftContext): Draft['added'] | undefined {
  if (localNames(draft.function).has('struct')) return undefined
  if (context.modules['struct'] === 'struct' || draft.added.some(isStruct)) return draft.added
  const isTaken = context.module.body.some(statement => namesOfStatement(statement).writes.has('struct'))
  return isTaken ? undefined : [...draft.added, importModule('struct', '')]
}

/** Whether something is written into an array where it is, or where its memory is: by index, in place, or as `out`. */
export function isWrittenInto(block: readonly Statement[], array: string): boolean {
  let found = false
  for (const statement of block)
    eachStatement(statement, inner => {
      const targets =
        inner.kind === 'assign' ? inner.targets : inner.kind === 'augmented' ? [inner.target] : []
      found ||= targets.some(target => writes(target, inner.kind === 'augmented', array))
      for (const expression of expressionsIn(inner))
        found ||= someExpression(expression, part => part.kind === 'call' && givesOut(part, array))
    })
  return found
}

function writes(target: Expression, isInPlace: boolean, array: string): boolean {
  if (target.kind === 'name') return isInPlace && target.id === array
  return target.kind === 'subscript' && rootOf(target.value) === array
}

/** `prices` of `prices[1:][0]` and `prices.T[0]`. */
function rootOf(expression: Expression): string | undefined {
  if (expression.kind === 'name') return expression.id
  return expression.kind === 'subscript' || expression.kind === 'attribute'
    ? rootOf(expression.value)
    : undefined
}

function givesOut({ callee, arguments: given }: Expression & { kind: 'call' }, array: string): boolean {
  const isMethod =
    callee.kind === 'attribute' &&
    callee.value.kind === 'name' &&
    callee.value.id === array &&
    IN_PLACE.has(callee.attribute)
  return isMethod || given.some(one => one.name === 'out' && namesOfExpression(one.value).reads.has(array))
}

const IN_PLACE: ReadonlySet<string> = new Set(['sort', 'partition', 'fill', 'put', 'resize', 'itemset'])

function isStruct(statement: Statement): boolean {
  return statement.kind === 'import' && statement.names.some(one => one.name === 'struct' && one.alias === '')
}

function expectedOf({ handlers }: Try): readonly Expression[] {
  const type = handlers[0]?.type
  return type?.kind === 'tuple' ? type.elements : []
}

/** `np` of `with np.errstate(…):`. */
function numpyOf({ items }: With): string | undefined {
  const [item, ...others] = items
  if (item?.value.kind !== 'call' || others.length > 0) return undefined
  return /^(\w+)\.errstate$/.exec(dotted(item.value.callee) ?? '')?.[1]
}
