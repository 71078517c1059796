import { printStatements } from '../syntax/python/print.ts'
import type { Statement } from '../syntax/python/tree.ts'
import { eachExpressionIn, eachStatement, expressionsIn, someExpression } from '../syntax/python/visit.ts'
import { assignedIn, namesIn } from './lanes/names.ts'
import { pairsVectorised } from './lanes/pairs.ts'
import { surroundingsOf } from './lanes/start.ts'
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
  sites: (draft, context) => sitesOf(draft, context, 'rounds'),
}

/** As `vectoriseLoop`, and inner loops over what is the same in every round become a second axis. */
export const vectoriseGrid: Transform = {
  name: 'vectorise-grid',
  family: 'batch',
  title: 'One table for both loops',
  why: `${WHY} Inner loops become a second axis, so memory grows by their length.`,
  reorders: true,
  sites: (draft, context) => sitesOf(draft, context, 'grid'),
}

/** A loop over rows in a loop over rows, which makes a table of a number for each pair. */
export const vectorisePairs: Transform = {
  name: 'vectorise-pairs',
  family: 'batch',
  title: 'One table for all pairs of rows',
  why: `${WHY} What is of one row alone is computed once for each row instead of once for each pair; memory grows by the number of pairs.`,
  reorders: true,
  sites: (draft, context) => sitesOf(draft, context, 'pairs'),
}

/** What an array form has on its axes: the rounds; inner loops too, where they are the same in every round; rounds of two loops. */
type Axes = 'rounds' | 'grid' | 'pairs'

function sitesOf(draft: Draft, context: DraftContext, axes: Axes): readonly TransformSite[] {
  return placesIn(draft.function).flatMap(place => {
    if (place.statement.kind !== 'for') return []
    const made = formOf(draft, context, place, axes)
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
  axes: Axes,
): Vectorised | undefined {
  const { statement } = place
  if (statement.kind !== 'for' || !canMove(statement)) return undefined
  const assigned = assignedIn([statement])
  const after = [...assigned].filter(name => isReadAfter(place, name))
  const hasInner = statement.body.some(inner => inner.kind === 'for' || someComprehension(inner))
  if (axes !== 'rounds' && !hasInner) return undefined
  const key = `${axes} ${after.join(' ')} ${context.packages.join(' ')}`
  const kept = known.get(statement) ?? new Map<string, Vectorised | undefined>()
  known.set(statement, kept)
  if (kept.has(key)) {
    const form = kept.get(key)
    if (!form || !isTaken(form, draft)) return form
  }
  const around = surroundingsOf(draft, context, statement, after, axes !== 'rounds')
  const made = (axes === 'pairs' ? pairsVectorised : vectorised)(context, around, statement)
  const isWhole = made !== undefined && after.every(name => made.results.has(name))
  const plain = axes === 'grid' && isWhole ? formOf(draft, context, place, 'rounds') : undefined
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
