import type { Expression, Statement } from '../syntax/python/tree.ts'
import { assign, attribute, call, give, loop, method, name, perform, tuple, when } from './build.ts'
import { pathOf } from './lanes/arrayNames.ts'
import { isReadAfter, placesIn, replaced, type StatementPlace } from './lanes/places.ts'
import { isSimple } from './lanes/shape.ts'
import { surroundingsOf } from './lanes/start.ts'
import type { LaneArray } from './lanes/value.ts'
import { guarded, weave, type Vectorised } from './lanes/vectorised.ts'
import type { Draft, DraftContext, Transform, TransformSite } from './transform.ts'

const WHY =
  'The same operations are done for all elements at once by NumPy, told to raise where Python raises; few or odd elements and every exception are left to the expression as it was.'

/** A comprehension over numbers, or the sum of one, becomes an array expression. */
export const vectoriseComprehension: Transform = {
  name: 'vectorise-comprehension',
  family: 'vectorise',
  title: 'One array expression for the comprehension',
  why: WHY,
  reorders: true,
  sites: (draft, context) => sitesOf(draft, context, comprehended),
}

/** `frame.apply(lambda row: …, axis=1)` becomes an expression of whole columns. */
export const applyColumns: Transform = {
  name: 'apply-columns',
  family: 'columns',
  title: 'Whole columns instead of row by row',
  why: `${WHY} No row of the frame is made into an object of its own.`,
  reorders: true,
  sites: (draft, context) => sitesOf(draft, context, applied),
}

/** A loop that does what an expression does, and how its results become the expression's value. */
interface Loop {
  readonly statement: Statement & { kind: 'for' }
  readonly result: (value: LaneArray, context: DraftContext) => Expression | undefined
}

/** What the made loop fills; no name of Python. */
const OUT = 'made out'

function sitesOf(
  draft: Draft,
  context: DraftContext,
  read: (expression: Expression, context: DraftContext) => Loop | undefined,
): readonly TransformSite[] {
  return placesIn(draft.function).flatMap((place): readonly TransformSite[] => {
    const value = valueOf(place.statement)
    const found = value && read(value, context)
    const made = found && formOf(draft, context, place, found)
    if (!made) return []
    return [
      {
        at: `line ${place.statement.lines?.first ?? 'made'}`,
        apply: () => ({
          function: replaced(draft.function, place, made.statements),
          added: [...draft.added, ...made.imports],
        }),
      },
    ]
  })
}

/** The value of a statement that does no more than give it on. */
function valueOf(statement: Statement): Expression | undefined {
  if (statement.kind === 'return') return statement.value
  if (statement.kind !== 'assign') return undefined
  const [target, ...others] = statement.targets
  return target && others.length === 0 && isPlainTarget(target) ? statement.value : undefined
}

/** `marks` or `chain["mark"]`: what is assigned to can be named after the value was made as well as before. */
function isPlainTarget(target: Expression): boolean {
  if (target.kind === 'name') return true
  return target.kind === 'subscript' && target.value.kind === 'name' && target.index.kind === 'constant'
}

function formOf(
  draft: Draft,
  context: DraftContext,
  place: StatementPlace,
  { statement: made, result }: Loop,
): Vectorised | undefined {
  const { statement } = place
  const target = statement.kind === 'assign' ? statement.targets[0] : undefined
  const after = target?.kind === 'name' && isReadAfter(place, target.id) ? [target.id] : []
  const woven = weave(context, surroundingsOf(draft, context, made, after, false), made)
  const [effect, ...others] = woven?.effects ?? []
  if (!woven || effect?.kind !== 'append' || others.length > 0 || effect.value.kind !== 'array')
    return undefined
  const { loom } = woven
  const { value, mask } = effect
  if (value.rank !== 1 || value.isShared === true || (mask && mask.rank !== 1)) return undefined
  if (value.type === 'free' && !value.isNumpy) loom.needsFloats = true
  const kept: Expression = mask ? { kind: 'subscript', value: value.code, index: mask.code } : value.code
  const code = isSimple(kept) ? kept : loom.emit('values', kept)
  const given = result({ ...value, code }, context)
  if (!given) return undefined
  const last = statement.kind === 'return' ? give(given) : target && assign(target, given)
  return last && guarded(loom, statement, [last], new Set(after))
}

function comprehended(expression: Expression, context: DraftContext): Loop | undefined {
  if (expression.kind === 'comprehension' && expression.form === 'list')
    return loopOf(expression, ({ code, isNumpy }) =>
      isNumpy ? call('list', [code]) : method(code, 'tolist'),
    )
  if (expression.kind !== 'call' || pathOf(expression.callee, context) !== 'sum') return undefined
  const [argument, ...others] = expression.arguments
  if (argument?.value.kind !== 'comprehension' || others.length > 0) return undefined
  return loopOf(argument.value, ({ code, isNumpy, type }) => {
    const sum = method(code, 'sum')
    // A sum of truths counts them, and one of whole numbers is whole
    if (type === 'truth' || type === 'whole') return call('int', [sum])
    return isNumpy ? sum : call('float', [sum])
  })
}

function loopOf(
  { clauses, element, form }: Expression & { kind: 'comprehension' },
  result: Loop['result'],
): Loop | undefined {
  const [clause, ...others] = clauses
  if (!clause || others.length > 0 || clause.isAsync || (form !== 'list' && form !== 'generator'))
    return undefined
  const fill = perform(method(name(OUT), 'append', [element]))
  const [condition, ...more] = clause.conditions
  if (more.length > 0) return undefined
  const made = loop(clause.target, clause.iterable, [condition ? when(condition, [fill]) : fill])
  return made.kind === 'for' ? { statement: made, result } : undefined
}

function applied(expression: Expression): Loop | undefined {
  if (
    expression.kind !== 'call' ||
    expression.callee.kind !== 'attribute' ||
    expression.callee.attribute !== 'apply'
  )
    return undefined
  const frame = expression.callee.value
  const [given, axis, ...others] = expression.arguments
  if (given?.form !== 'positional' || axis?.name !== 'axis' || others.length > 0) return undefined
  if (axis.value.kind !== 'constant' || !/^(1|"columns"|'columns')$/.test(axis.value.text)) return undefined
  const row = rowFunction(given.value)
  if (!row) return undefined
  const rows = method(frame, 'iterrows')
  const made = loop(tuple([name('made label'), name(row.name)]), rows, [
    perform(method(name(OUT), 'append', [row.body])),
  ])
  if (made.kind !== 'for') return undefined
  return {
    statement: made,
    result: ({ code }, context) => {
      const pandas = context.modules['pandas']
      return pandas === undefined
        ? undefined
        : call(`${pandas}.Series`, [code], { index: attribute(frame, 'index') })
    },
  }
}

/** What is done with a row: a lambda's body, or a call of a function by its name. */
function rowFunction(given: Expression): { readonly name: string; readonly body: Expression } | undefined {
  if (given.kind === 'name') return { name: 'row', body: call(given, [name('row')]) }
  const [parameter, ...others] = given.kind === 'lambda' ? given.parameters : []
  if (given.kind !== 'lambda' || parameter?.form !== 'plain' || others.length > 0) return undefined
  return { name: parameter.name, body: given.body }
}
