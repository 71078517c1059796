import { assignmentOf } from '../assignment.ts'
import { dotted } from '../../syntax/python/modules.ts'
import { namesOfBlock, namesOfExpression, overlap } from '../../syntax/python/names.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { assign, binary, call, text } from '../build.ts'
import { surroundingsOf } from '../surroundings.ts'
import type { Draft, DraftContext, Transform, TransformSite } from '../transform.ts'
import { arrayFormsIn, changed, isWrittenInto, packing, type ArrayForm } from './forms.ts'

/** The lists of an array form go into arrays by way of their bytes. */
export const packNumbers: Transform = {
  name: 'pack-numbers',
  family: 'reduce',
  title: 'Lists become arrays by way of their bytes',
  why: 'The numbers of a list are written one after the other as 64-bit floats, and the array is made of those bytes as they are. What is no number is left to the loop.',
  reorders: true,
  sites,
}

function sites(draft: Draft, context: DraftContext): readonly TransformSite[] {
  const added = packing(draft, context)
  if (!added) return []
  return arrayFormsIn(draft).flatMap((form): readonly TransformSite[] => {
    const arrays = form.arrays.body.map(statement => packed(statement, form, draft, context))
    if (arrays.every((statement, at) => statement === form.arrays.body[at])) return []
    return [
      {
        at: `line ${form.statement.lines?.first ?? form.place.way.map(({ at }) => at).join('.')}`,
        apply: () => ({ function: changed(draft, form, { arrays, raises: 'struct.error' }), added }),
      },
    ]
  })
}

/** A statement that reads a list into an array, by way of bytes; any other one as it is. */
function packed(statement: Statement, form: ArrayForm, draft: Draft, context: DraftContext): Statement {
  const read = readIn(statement, form)
  if (!read || isPacked(statement)) return statement
  const count = countOf(read.values, draft, context)
  if (!count || isWrittenInto([form.arrays, ...form.statement.otherwise], read.array)) return statement
  // The bytes of an array cannot be written to
  const format = binary(text('%dd'), '%', count)
  const bytes = spread(call('struct.pack', [format]), read.values)
  return {
    ...statement,
    ...assign(read.array, call(`${form.numpy}.frombuffer`, [bytes])),
    above: statement.above,
  }
}

/** How many numbers there are, where they are in a list that can be counted and gone through as often as one likes. */
function countOf(values: Expression, draft: Draft, context: DraftContext): Expression | undefined {
  if (values.kind === 'comprehension') {
    const [only] = values.clauses
    return only?.iterable.kind === 'name' ? call('len', [only.iterable]) : undefined
  }
  if (values.kind !== 'name') return undefined
  const kind = surroundingsOf(draft, context).kinds.get(values.id)
  const { elements } = context.parameters[values.id] ?? { elements: [] }
  const isFlat = elements.every(type => type === 'float' || type === 'integer' || type === 'boolean')
  return (kind === 'list' || kind === 'tuple') && isFlat ? call('len', [values]) : undefined
}

/** An array that is made of a list. */
export interface Read {
  readonly array: string
  /** The list: a name, or a comprehension that goes through all of one. */
  readonly values: Expression
}

/** `strike = np.array(values, dtype=float)`, or the same by way of bytes, where the list is no work of the form itself. */
export function readIn(statement: Statement, form: ArrayForm): Read | undefined {
  const [array, made] = assignmentOf(statement) ?? []
  const values = made?.kind === 'call' ? valuesOf(made, form.numpy) : undefined
  if (array === undefined || !values) return undefined
  if (overlap(namesOfExpression(values).reads, namesOfBlock(form.arrays.body).writes)) return undefined
  if (values.kind === 'name') return { array, values }
  const [clause, ...more] = values.kind === 'comprehension' ? values.clauses : []
  const isWhole = clause && more.length === 0 && clause.conditions.length === 0 && !clause.isAsync
  return values.kind === 'comprehension' && values.form === 'list' && isWhole ? { array, values } : undefined
}

/** What an array is made of. */
function valuesOf(made: Expression & { kind: 'call' }, numpy: string): Expression | undefined {
  const [first, second, ...others] = made.arguments
  if (others.length > 0 || first?.form !== 'positional') return undefined
  const path = dotted(made.callee)
  if (path === `${numpy}.array`)
    return second?.name === 'dtype' && dotted(second.value) === 'float' ? first.value : undefined
  if (path !== `${numpy}.frombuffer` || second || first.value.kind !== 'call') return undefined
  const [, list] = first.value.arguments
  return dotted(first.value.callee) === 'struct.pack' && list?.form === 'star' ? list.value : undefined
}

function isPacked(statement: Statement): boolean {
  const value = statement.kind === 'assign' ? statement.value : undefined
  return value?.kind === 'call' && dotted(value.callee)?.endsWith('.frombuffer') === true
}

/** A call with the elements of a list as further arguments. */
function spread(made: Expression, list: Expression): Expression {
  if (made.kind !== 'call') return made
  return { ...made, arguments: [...made.arguments, { form: 'star', name: '', value: list }] }
}
