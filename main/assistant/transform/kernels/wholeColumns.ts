import { isOwn } from '../../syntax/python/callables.ts'
import { dotted } from '../../syntax/python/modules.ts'
import { freshName, namesOfBlock, namesOfExpression } from '../../syntax/python/names.ts'
import { replaceInBlock, replacing, replacingAll, replaceInExpression } from '../../syntax/python/replace.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { eachExpression, eachStatement, partsOf, someExpression } from '../../syntax/python/visit.ts'
import { assign, name, slice, subscript, tuple } from '../build.ts'
import { changed } from '../arrays/forms.ts'
import type { Draft, DraftContext, Transform, TransformSite } from '../transform.ts'
import { factOf, type ArrayFacts } from './arrayFacts.ts'
import { sitesInForms } from './rewriting.ts'

/** `np.exp(table[:, step])` in a loop over the columns as a column of `np.exp(table)`. */
export const wholeColumns: Transform = {
  name: 'whole-columns',
  family: 'algorithm',
  title: 'The whole table at once instead of column by column',
  why: 'What a round computes of a column needs no round before it, so it is computed for the whole table in one call, in the order in which the table lies in memory.',
  reorders: true,
  sites,
}

type For = Statement & { kind: 'for' }

/** A loop over the columns of tables, and what it computes of them alone. */
export interface ColumnLoop {
  readonly statement: For
  readonly column: string
  readonly count: Expression
  readonly facts: ArrayFacts
}

function sites(draft: Draft, context: DraftContext): readonly TransformSite[] {
  return sitesInForms(draft, context, (form, facts, block) => {
    return block.flatMap((statement, at): readonly TransformSite[] => {
      const loop = columnLoop(statement, facts)
      const found = loop ? wholeIn(loop) : []
      const [first] = found
      if (!loop || !first) return []
      const arrays = () => block.toSpliced(at, 1, ...taken(loop, first, draft))
      return [
        {
          at: `columns ${form.place.way.map(place => place.at).join('.')} ${at}`,
          apply: () => ({ ...draft, function: changed(draft, form, { arrays: arrays() }) }),
        },
      ]
    })
  })
}

/** `for step in range(steps)` that writes into arrays of the function's own alone. */
export function columnLoop(statement: Statement, facts: ArrayFacts): ColumnLoop | undefined {
  if (statement.kind !== 'for' || statement.target.kind !== 'name' || statement.otherwise.length > 0)
    return undefined
  const { iterable, target } = statement
  if (iterable.kind !== 'call' || dotted(iterable.callee) !== 'range') return undefined
  const [count, ...others] = iterable.arguments
  if (!count || count.form !== 'positional' || others.length > 0) return undefined
  const isPlain = statement.body.every(
    inner => inner.kind === 'assign' && inner.targets.every(({ kind }) => /^(?:name|subscript)$/.test(kind)),
  )
  const areOwn = [...writtenInto(statement)].every(id => isOwn(id, facts.around.function))
  return isPlain && areOwn ? { statement, column: target.id, count: count.value, facts } : undefined
}

/** Names of arrays that a loop writes into. */
function writtenInto({ body }: For): ReadonlySet<string> {
  const found = new Set<string>()
  for (const statement of body)
    eachStatement(statement, inner => {
      const targets = inner.kind === 'assign' ? inner.targets : []
      for (const target of targets)
        if (target.kind === 'subscript') for (const id of namesOfExpression(target.value).reads) found.add(id)
    })
  return found
}

/** The largest expressions of a round that are made of columns and of what stays the same in all rounds. */
function wholeIn(loop: ColumnLoop): readonly Expression[] {
  const { statement } = loop
  const changing = new Set([...namesOfBlock(statement.body).writes, ...writtenInto(statement)])
  const found: Expression[] = []
  const look = (expression: Expression): void => {
    if (
      !found.some(one => someExpression(one, part => part === expression)) &&
      isWhole(expression, loop, changing)
    )
      found.push(expression)
  }
  for (const inner of statement.body)
    if (inner.kind === 'assign' && inner.value) eachExpression(inner.value, look)
  return found
}

/** Whether an expression does something costly to columns of tables that stay as they are. */
function isWhole(expression: Expression, loop: ColumnLoop, changing: ReadonlySet<string>): boolean {
  const columns = columnsIn(expression, loop)
  if (columns.length === 0 || !someExpression(expression, part => isCostly(part, loop))) return false
  const { uncertain } = loop.facts.around
  const rest = replaceInExpression(expression, replacingAll(columns.map(column => [column, name('column')])))
  const reads = [rest, ...columns.map(({ value }) => value)].flatMap(part => [
    ...namesOfExpression(part).reads,
  ])
  if (reads.some(id => id === loop.column || changing.has(id) || uncertain.has(id))) return false
  return !someExpression(rest, part => !/^(?:name|constant|attribute|unary|binary|call)$/.test(part.kind))
}

/** `table[:, step]` for every table in an expression. */
function columnsIn(
  expression: Expression,
  { column, facts }: ColumnLoop,
): readonly (Expression & { kind: 'subscript' })[] {
  const found: (Expression & { kind: 'subscript' })[] = []
  eachExpression(expression, part => {
    if (part.kind !== 'subscript' || part.value.kind !== 'name' || part.index.kind !== 'tuple') return
    const [rows, place, ...others] = part.index.elements
    if (rows?.kind !== 'slice' || partsOf(rows).length > 0) return
    if (place && dotted(place) === column && others.length === 0 && factOf(part.value, facts)?.axes === 2)
      found.push(part)
  })
  return found
}

/** Whether it is a function of NumPy of a column, which is what pays in one call. */
function isCostly(expression: Expression, loop: ColumnLoop): boolean {
  if (expression.kind !== 'call' || factOf(expression.callee, loop.facts)) return false
  return factOf(expression, loop.facts)?.axes === 1
}

/** The loop with a column in place of an expression, below the table of them all. */
function taken(loop: ColumnLoop, whole: Expression, { function: definition }: Draft): readonly Statement[] {
  const { statement, count, column } = loop
  const parameters = definition.parameters.map(parameter => parameter.name)
  const id = freshName('columns', definition.body, new Set(parameters))
  const tables = columnsIn(whole, loop).map(
    part => [part, subscript(part.value, tuple([slice(), slice(undefined, count)]))] as const,
  )
  const table = replaceInExpression(whole, replacingAll(tables))
  const one = subscript(name(id), tuple([slice(), name(column)]))
  const body = replaceInBlock(statement.body, replacing(whole, one))
  return [
    { ...assign(id, table), above: statement.above },
    { ...statement, above: [], body },
  ]
}
