import { keyOf } from '../../syntax/python/replace.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { mapStatement } from '../../syntax/python/visit.ts'
import {
  attribute,
  binary,
  call,
  clause,
  compare,
  comprehension,
  method,
  name,
  NONE,
  perform,
  raise,
  slice,
  subscript,
  tuple,
  when,
} from '../build.ts'
import type { DraftContext } from '../transform.ts'
import { domainOf, requireLengths } from './domain.ts'
import type { Frame } from './frame.ts'
import type { Loom } from './loom.ts'
import { elementRows, isArray } from './reading.ts'
import { blockOf } from './statement.ts'
import type { LaneArray, LaneElement } from './value.ts'
import { guarded, loomFor, type Surroundings, type Vectorised } from './vectorised.ts'

type For = Statement & { kind: 'for' }

/**
 * `for a in rows: … for b in rows: row.append(value of a and b)`: both loops at once, each pair a lane. What is of `a` has its lanes on
 * an axis before those of `b`, so that what is of both has a lane for each pair.
 */
export function pairsVectorised(
  context: DraftContext,
  start: Surroundings,
  statement: For,
): Vectorised | undefined {
  const { target, iterable } = statement
  const table = tableIn(statement)
  if (!table || target.kind !== 'name') return undefined
  // Random numbers would be drawn in another order
  const loom = loomFor(context, { ...start, generators: new Set() }, statement)
  const rows = rowsOf(loom, iterable, table.inner.iterable)
  if (!rows) return undefined
  const column = loom.emit(`${target.id}_rows`, subscript(rows.code, tuple([slice(), NONE])))
  const read = loom.statements.length
  const frame: Frame = {
    values: new Map([[target.id, { ...rows, code: column }]]),
    assigned: loom.assigned,
    gathered: new Set(),
    calls: [],
  }
  const before = blockOf(loom, frame, table.before, 'loop')
  if (!before || before.effects.length > 0 || before.isRaised) return undefined
  const value = pairOf(loom, frame, table, iterable)
  if (!value) return undefined
  loom.statements.splice(
    read,
    Infinity,
    ...loom.statements.slice(read).map(made => mapStatement(made, withAllAxes)),
  )
  return guarded(loom, statement, [filled(table.result, value)], new Set())
}

/** The rows as a table: of an array that is one, or of lists of floats that both loops go through. */
function rowsOf(loom: Loom, outer: Expression, inner: Expression): LaneArray | undefined {
  if (outer.kind !== 'name' || loom.assigned.has(outer.id)) return undefined
  const [row, number] = [name(loom.fresh('row')), name(loom.fresh('number'))]
  const element: LaneElement = { kind: 'element', axis: 1, list: outer, target: row, part: row }
  if (isArray(loom, outer)) return elementRows(loom, element)
  if (keyOf(outer) !== keyOf(inner)) return undefined
  const types = comprehension(call('type', [number]), [clause(row, outer), clause(number, row)], 'set')
  const isOther = compare(types, '!=', { kind: 'set', elements: [name('float')] })
  loom.perform(when(isOther, [raise(name('TypeError'))]))
  return elementRows(loom, element)
}

/** The table of what the inner loop appends, of that shape and no other. */
function pairOf(
  loom: Loom,
  frame: Frame,
  { inner, row }: Table,
  iterable: Expression,
): LaneArray | undefined {
  const domain = domainOf(loom, frame, inner.target, inner.iterable, 1)
  if (!domain) return undefined
  requireLengths(loom, domain)
  for (const [key, bound] of domain.bound) frame.values.set(key, bound)
  const outer = call('len', [iterable])
  loom.count = binary(outer, '*', domain.count)
  const outcome = blockOf(loom, frame, inner.body, 'loop')
  const [effect, ...others] = outcome?.effects ?? []
  if (!outcome || outcome.isRaised || effect?.kind !== 'append' || others.length > 0) return undefined
  const { value, mask, list } = effect
  if (list !== row || mask || value.kind !== 'array' || value.rank !== 1) return undefined
  const code = loom.emit('values', value.code)
  const shape = compare(attribute(code, 'shape'), '!=', tuple([outer, domain.count]))
  loom.perform(when(shape, [raise(name('ValueError'))]))
  return { ...value, code }
}

function filled(result: string, { code, isNumpy }: LaneArray): Statement {
  const lists = isNumpy ? call('map', [name('list'), code]) : method(code, 'tolist')
  return perform(method(name(result), 'extend', [lists]))
}

/** `values[:, None]` becomes `values[..., None]`, since there is one axis of lanes more. */
function withAllAxes(part: Expression): Expression {
  if (part.kind !== 'subscript' || part.index.kind !== 'tuple') return part
  const [first, ...others] = part.index.elements
  const isWhole = first?.kind === 'slice' && !first.lower && !first.upper
  return isWhole ? { ...part, index: tuple([ALL, ...others]) } : part
}

const ALL: Expression = { kind: 'constant', type: 'other', text: '...' }

/** A loop that makes a table, and the loop in it that makes a row. */
interface Table {
  /** What is done before the row. */
  readonly before: readonly Statement[]
  readonly inner: For
  readonly row: string
  readonly result: string
}

/** `row = []; for …: …; result.append(row)`. */
function tableIn({ body }: For): Table | undefined {
  const [inner, last] = body.slice(-2)
  const [result, row] = (last && appendIn(last)) ?? []
  if (inner?.kind !== 'for' || inner.otherwise.length > 0 || result === undefined || row === undefined)
    return undefined
  const before = body.slice(0, -2).filter(statement => !isEmptyList(statement, row))
  return before.length === body.length - 3 && result !== row ? { before, inner, row, result } : undefined
}

function isEmptyList(statement: Statement, row: string): boolean {
  if (statement.kind !== 'assign' || statement.value?.kind !== 'list') return false
  const [target, ...others] = statement.targets
  return statement.value.elements.length + others.length === 0 && target?.kind === 'name' && target.id === row
}

/** The names in `result.append(row)`. */
function appendIn(statement: Statement): readonly [string, string] | undefined {
  if (statement.kind !== 'expression' || statement.value.kind !== 'call') return undefined
  const { callee, arguments: given } = statement.value
  const [row, ...others] = given
  if (callee.kind !== 'attribute' || callee.attribute !== 'append' || callee.value.kind !== 'name')
    return undefined
  if (row?.form !== 'positional' || row.value.kind !== 'name' || others.length > 0) return undefined
  return [callee.value.id, row.value.id]
}
