import { localNames } from '../../syntax/python/names.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { eachExpressionIn, eachStatement, expressionsIn, someExpression } from '../../syntax/python/visit.ts'
import type { Draft, DraftContext } from '../transform.ts'
import { pathOf } from './arrayNames.ts'
import { assignedIn, isReadFirst, namesIn } from './names.ts'
import type { Surroundings } from './vectorised.ts'

/** What is known around a loop of a draft; `after` are the names of the loop that are read after it. */
export function surroundingsOf(
  draft: Draft,
  context: DraftContext,
  statement: Statement & { kind: 'for' },
  after: readonly string[],
  broadcasts: boolean,
): Surroundings {
  const { body } = statement
  const assigned = assignedIn([statement])
  const made = arraysMade(draft, context)
  const written = storedIn(body)
  return {
    taken: new Set([...namesIn(draft.function), ...globalNames(context)]),
    reusable: new Set([...assigned].filter(name => !after.includes(name) && !isReadFirst([statement], name))),
    locals: localNames(draft.function),
    stored: new Set([...written].filter(name => made.has(name))),
    filled: new Set([...written, ...appendedIn(body)]),
    generators: generatorsOf(draft, context, body),
    arrays: new Set([...made, ...parametersOf(context, 'array')]),
    broadcasts,
  }
}

/** Names that only ever hold arrays which the function has made itself. */
function arraysMade(draft: Draft, context: DraftContext): ReadonlySet<string> {
  const made = new Set<string>()
  const other = new Set<string>()
  for (const outer of draft.function.body)
    eachStatement(outer, statement => {
      if (statement.kind !== 'assign') return
      for (const target of statement.targets) {
        if (target.kind !== 'name') continue
        const { value } = statement
        const path = value?.kind === 'call' ? pathOf(value.callee, context) : ''
        if (/^numpy\.(zeros|ones|empty|full)(_like)?$/.test(path)) made.add(target.id)
        else other.add(target.id)
      }
    })
  return new Set([...made].filter(name => !other.has(name)))
}

/** Names whose elements are assigned, as `prices[i] = …` does. */
function storedIn(block: readonly Statement[]): ReadonlySet<string> {
  const names = new Set<string>()
  for (const outer of block)
    eachStatement(outer, statement => {
      const targets = statement.kind === 'assign' ? statement.targets : []
      for (const target of targets)
        if (target.kind === 'subscript' && target.value.kind === 'name') names.add(target.value.id)
    })
  return names
}

/** Names of what the statements call methods of by themselves, as `levels.append(…)` does. */
function appendedIn(block: readonly Statement[]): ReadonlySet<string> {
  const names = new Set<string>()
  for (const outer of block)
    eachStatement(outer, statement => {
      if (statement.kind !== 'expression' || statement.value.kind !== 'call') return
      const { callee } = statement.value
      if (callee.kind === 'attribute' && callee.value.kind === 'name') names.add(callee.value.id)
    })
  return names
}

/** NumPy's generators of which every round draws once, whatever happens in it. */
function generatorsOf(draft: Draft, context: DraftContext, body: readonly Statement[]): ReadonlySet<string> {
  const names = new Set<string>()
  for (const statement of draft.function.body) {
    if (statement.kind !== 'assign' || statement.value?.kind !== 'call') continue
    const [target] = statement.targets
    if (target?.kind === 'name' && pathOf(statement.value.callee, context) === 'numpy.random.default_rng')
      names.add(target.id)
  }
  return new Set(
    [...names].filter(name => {
      const uses = body.map(statement => countOf(statement, name))
      const [at] = uses.flatMap((count, index) => (count > 0 ? [index] : []))
      const statement = at === undefined ? undefined : body[at]
      return (
        uses.reduce((sum, count) => sum + count, 0) === 1 &&
        statement?.kind === 'assign' &&
        isStraight(statement)
      )
    }),
  )
}

function countOf(statement: Statement, wanted: string): number {
  let count = 0
  eachExpressionIn(statement, ({ ...inner }) => {
    if (inner.kind === 'name' && inner.id === wanted) count += 1
  })
  return count
}

function isStraight(statement: Statement): boolean {
  return !expressionsIn(statement).some(part =>
    someExpression(
      part,
      ({ kind }: Expression) => kind === 'conditional' || kind === 'boolean' || kind === 'comprehension',
    ),
  )
}

/** Names that the module binds at its top. */
function globalNames({ module }: DraftContext): readonly string[] {
  return module.body.flatMap(statement => {
    if (statement.kind === 'function' || statement.kind === 'class') return [statement.name]
    return statement.kind === 'assign' ? [...assignedIn([statement])] : []
  })
}

function parametersOf({ parameters }: DraftContext, type: string): readonly string[] {
  return Object.entries(parameters).flatMap(([name, { types }]) =>
    types.length === 1 && types[0] === type ? [name] : [],
  )
}
