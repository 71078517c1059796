import { localNames } from '../syntax/python/names.ts'
import { printStatements } from '../syntax/python/print.ts'
import type { Expression, Statement } from '../syntax/python/tree.ts'
import { eachExpressionIn, eachStatement, expressionsIn, someExpression } from '../syntax/python/visit.ts'
import { pathOf } from './lanes/kernels.ts'
import { assignedIn, isReadFirst, namesIn } from './lanes/names.ts'
import { vectorised, type Vectorised } from './lanes/vectorised.ts'
import { isReadAfter, placesIn, replaced, type StatementPlace } from './lanes/places.ts'
import type { Draft, DraftContext, Transform, TransformSite } from './transform.ts'

const WHY =
  'The same operations are done for all rounds at once by NumPy, told to raise where Python raises; few or odd elements and every exception are left to the loop as it was.'

/** A loop over numbers, records or rows of a data frame becomes array expressions; inner loops stay loops over arrays. */
export const vectoriseLoop: Transform = {
  name: 'vectorise-loop',
  family: 'vectorise',
  title: 'One array expression for all rounds of the loop',
  why: WHY,
  reorders: true,
  sites: (draft, context) => sitesOf(draft, context, false),
}

/** As `vectoriseLoop`, and inner loops over what is the same in every round become a second axis. */
export const vectoriseGrid: Transform = {
  name: 'vectorise-grid',
  family: 'batch',
  title: 'One table for both loops',
  why: `${WHY} Inner loops become a second axis, so memory grows by their length.`,
  reorders: true,
  sites: (draft, context) => sitesOf(draft, context, true),
}

function sitesOf(draft: Draft, context: DraftContext, broadcasts: boolean): readonly TransformSite[] {
  return placesIn(draft.function).flatMap(place => {
    if (place.statement.kind !== 'for') return []
    const made = formOf(draft, context, place, broadcasts)
    if (!made) return []
    const lines = place.statement.lines
    return [
      {
        at: `line ${lines?.first ?? 'made'}`,
        apply: () => ({
          function: replaced(draft.function, place, made.statements),
          added: [...draft.added, ...made.imports],
        }),
      },
    ]
  })
}

/** Forms that were made of a loop; a loop that stays where it is has the same one in every variant. */
const known = new WeakMap<Statement, Map<string, Vectorised | undefined>>()

function formOf(
  draft: Draft,
  context: DraftContext,
  place: StatementPlace,
  broadcasts: boolean,
): Vectorised | undefined {
  const { statement } = place
  if (statement.kind !== 'for' || !canMove(statement)) return undefined
  const assigned = assignedIn([statement])
  const after = [...assigned].filter(name => isReadAfter(place, name))
  const hasInner = statement.body.some(inner => inner.kind === 'for' || someComprehension(inner))
  if (broadcasts && !hasInner) return undefined
  const key = `${broadcasts} ${after.join(' ')} ${context.packages.join(' ')}`
  const kept = known.get(statement) ?? new Map<string, Vectorised | undefined>()
  known.set(statement, kept)
  if (kept.has(key)) {
    const form = kept.get(key)
    if (!form || !isTaken(form, draft)) return form
  }
  const made = vectorised(
    context,
    surroundings(draft, context, place, assigned, after, broadcasts),
    statement,
  )
  const isWhole = made !== undefined && after.every(name => made.results.has(name))
  const plain = broadcasts && isWhole ? formOf(draft, context, place, false) : undefined
  const isSame = plain !== undefined && made !== undefined && textOf(plain) === textOf(made)
  const form = isWhole && !isSame ? made : undefined
  kept.set(key, form)
  return form
}

/** Whether a name that the form brings in is used in the function by now. */
function isTaken({ brought }: Vectorised, draft: Draft): boolean {
  const names = namesIn(draft.function)
  return brought.some(name => names.has(name))
}

function textOf({ statements }: Vectorised): string {
  return printStatements(statements)
}

function surroundings(
  draft: Draft,
  context: DraftContext,
  place: StatementPlace,
  assigned: ReadonlySet<string>,
  after: readonly string[],
  broadcasts: boolean,
): Parameters<typeof vectorised>[1] {
  const { statement } = place
  const body = statement.kind === 'for' ? statement.body : []
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

/** Loops whose body leaves the loop, yields or defines something stay as they are. */
function canMove(statement: Statement): boolean {
  let isPlain = true
  eachStatement(statement, inner => {
    if (!/^(for|if|assign|augmented|expression|pass|continue|break|raise)$/.test(inner.kind)) isPlain = false
  })
  eachExpressionIn(statement, inner => {
    if (inner.kind === 'verbatim' || inner.kind === 'named' || inner.kind === 'starred') isPlain = false
  })
  return isPlain
}

function someComprehension(statement: Statement): boolean {
  return expressionsIn(statement).some(part => someExpression(part, inner => inner.kind === 'comprehension'))
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
