import { namesOfTarget, freshName } from '../../syntax/python/names.ts'
import { keyOf } from '../../syntax/python/replace.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import {
  assign,
  attribute,
  call,
  comprehension,
  integer,
  method,
  name,
  negative,
  text,
  tuple,
} from '../build.ts'
import type { Draft, DraftContext, Transform, TransformSite } from '../transform.ts'
import { arrayFormsIn, changed, isWrittenInto, packing, type ArrayForm } from './forms.ts'
import { readIn, type Read } from './packing.ts'

/** Several fields of the same records are read in one pass over them. */
export const readRecordsOnce: Transform = {
  name: 'read-records-once',
  family: 'share',
  title: 'All fields of a record read at once',
  why: 'Every record is looked at once for all of its fields instead of once for each, and its numbers are written one after the other as 64-bit floats, of which the columns are made. What is no number is left to the loop.',
  reorders: true,
  sites,
}

function sites(draft: Draft, context: DraftContext): readonly TransformSite[] {
  const added = packing(draft, context)
  if (!added) return []
  return arrayFormsIn(draft).flatMap(form =>
    recordsIn(form).map((fields): TransformSite => ({
      at: `line ${form.statement.lines?.first ?? 'made'} ${fields.map(({ array }) => array).join(' ')}`,
      apply: () => ({
        function: changed(draft, form, { arrays: readOnce(draft, form, fields), raises: 'struct.error' }),
        added,
      }),
    })),
  )
}

/** A field of every record. */
interface Field extends Read {
  readonly statement: Statement
  readonly values: Expression & { kind: 'comprehension' }
}

/** Fields that are read of the same records, two and more. */
function recordsIn(form: ArrayForm): readonly (readonly Field[])[] {
  const groups = new Map<string, Field[]>()
  for (const statement of form.arrays.body) {
    const read = readIn(statement, form)
    const [clause] = read?.values.kind === 'comprehension' ? read.values.clauses : []
    if (!read || !clause || read.values.kind !== 'comprehension') continue
    // An array from bytes cannot be written to
    if (isWrittenInto([form.arrays, ...form.statement.otherwise], read.array)) continue
    const key = `${keyOf(clause.target)} in ${keyOf(clause.iterable)}`
    groups.set(key, [...(groups.get(key) ?? []), { ...read, statement, values: read.values }])
  }
  return [...groups.values()].filter(fields => fields.length > 1)
}

/** The statements of a form with the fields read where the first of them was. */
function readOnce(draft: Draft, form: ArrayForm, fields: readonly Field[]): readonly Statement[] {
  const [first] = fields
  if (!first) return form.arrays.body
  const { clauses } = first.values
  const bound = new Set([
    ...draft.function.parameters.map(parameter => parameter.name),
    ...clauses.flatMap(({ target }) => [...namesOfTarget(target).writes]),
  ])
  const pack = freshName('pack', draft.function.body, bound)
  const format = text(`${fields.length}d`)
  const record = comprehension(
    call(
      pack,
      fields.map(({ values }) => values.element),
    ),
    clauses,
  )
  const bytes = method({ kind: 'constant', type: 'string', text: 'b""' }, 'join', [record])
  const table = method(call(`${form.numpy}.frombuffer`, [bytes]), 'reshape', [
    negative(integer(1)),
    integer(fields.length),
  ])
  const made = [
    { ...assign(pack, attribute(call('struct.Struct', [format]), 'pack')), above: first.statement.above },
    assign(tuple(fields.map(({ array }) => name(array))), attribute(table, 'T')),
  ]
  return form.arrays.body.flatMap(statement => {
    if (statement === first.statement) return made
    return fields.some(field => field.statement === statement) ? [] : [statement]
  })
}
