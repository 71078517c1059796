import { dotted } from '../../syntax/python/modules.ts'
import { keyOf } from '../../syntax/python/replace.ts'
import type { Expression, FunctionStatement, Statement } from '../../syntax/python/tree.ts'
import {
  assign,
  binary,
  call,
  compare,
  integer,
  name,
  perform,
  raise,
  slice,
  subscript,
  tuple,
  when,
} from '../build.ts'
import { changed } from '../arrays/forms.ts'
import type { Draft, DraftContext, Transform, TransformSite } from '../transform.ts'
import { factOf, type ArrayFacts } from './arrayFacts.ts'
import { columnLoop } from './wholeColumns.ts'
import { sitesInForms } from './rewriting.ts'

/** `paths[:, step + 1] = paths[:, step] * factors[:, step]` for every step as one running product. */
export const runningColumns: Transform = {
  name: 'running-columns',
  family: 'algorithm',
  title: 'A running product instead of a loop over the columns',
  why: 'Each column is the one before, times or plus another: NumPy accumulates that along the rows in the same order, in one call.',
  reorders: true,
  sites,
}

function sites(draft: Draft, context: DraftContext): readonly TransformSite[] {
  return sitesInForms(draft, context, (form, facts, block) => {
    return block.flatMap((statement, at): readonly TransformSite[] => {
      const run = runIn(statement, facts)
      if (!run) return []
      const arrays = block.toSpliced(at, 1, ...accumulated(run, form.numpy, statement.above))
      return [
        {
          at: `running ${form.place.way.map(place => place.at).join('.')} ${at}`,
          apply: () => ({ ...draft, function: changed(draft, form, { arrays }) }),
        },
      ]
    })
  })
}

/** A loop that makes every column of a table of the one before and a column of another table. */
interface Run {
  readonly table: Expression
  readonly steps: Expression
  readonly count: Expression
  readonly kernel: string
}

function runIn(statement: Statement, facts: ArrayFacts): Run | undefined {
  const loop = columnLoop(statement, facts)
  const [only, ...others] = loop?.statement.body ?? []
  if (!loop || only?.kind !== 'assign' || others.length > 0 || only.targets.length !== 1) return undefined
  const { value, targets } = only
  const kernel = value?.kind === 'binary' ? KERNELS[value.operator] : undefined
  const [target] = targets
  if (value?.kind !== 'binary' || kernel === undefined || target?.kind !== 'subscript') return undefined
  const table = target.value
  const next = binary(name(loop.column), '+', integer(1))
  if (table.kind !== 'name' || !isMadeOfFloats(table.id, facts.around.function)) return undefined
  if (keyOf(target) !== keyOf(columnOf(table, next))) return undefined
  const before = keyOf(columnOf(table, name(loop.column)))
  const step =
    keyOf(value.left) === before ? value.right : keyOf(value.right) === before ? value.left : undefined
  if (step?.kind !== 'subscript' || step.value.kind !== 'name' || step.value.id === table.id) return undefined
  if (keyOf(step) !== keyOf(columnOf(step.value, name(loop.column)))) return undefined
  const isKnown = factOf(step.value, facts)?.axes === 2 && factOf(loop.count, facts)?.axes === 0
  return isKnown ? { table, steps: step.value, count: loop.count, kernel } : undefined
}

const KERNELS: Readonly<Partial<Record<string, string>>> = { '*': 'multiply', '+': 'add' }

/** `table[:, at]`. */
function columnOf(table: Expression, at: Expression): Expression {
  return subscript(table, tuple([slice(), at]))
}

/** Whether an array is made once, with room for numbers with fractions. */
function isMadeOfFloats(id: string, { body }: FunctionStatement): boolean {
  const made = body.filter(
    statement => statement.kind === 'assign' && statement.targets.some(target => dotted(target) === id),
  )
  const [only, ...others] = made
  if (only?.kind !== 'assign' || only.value?.kind !== 'call' || others.length > 0) return false
  const isPlain = only.value.arguments.length === 1
  return isPlain && /\.(?:empty|zeros|ones)$/.test(dotted(only.value.callee) ?? '')
}

/** The steps written behind the first column, and then accumulated where they are. */
function accumulated(
  { table, steps, count, kernel }: Run,
  numpy: string,
  above: Statement['above'],
): readonly Statement[] {
  const last = (of: Expression): Expression =>
    subscript({ kind: 'attribute', value: of, attribute: 'shape' }, integer(-1))
  const isOdd: Expression = {
    kind: 'boolean',
    operator: 'or',
    values: [compare(last(steps), '!=', count), compare(last(table), '<=', count)],
  }
  const end = binary(count, '+', integer(1))
  const filled = subscript(table, tuple([slice(), slice(undefined, end)]))
  const columns = subscript(table, tuple([slice(), slice(integer(1), end)]))
  return [
    { ...when(isOdd, [raise(name('ValueError'))]), above },
    assign(columns, steps),
    perform(call(`${numpy}.${kernel}.accumulate`, [filled], { axis: integer(-1), out: filled })),
  ]
}
