import { assignmentOf } from '../assignment.ts'
import { functionNamed } from '../../syntax/python/functions.ts'
import { original, dotted } from '../../syntax/python/modules.ts'
import { localNames } from '../../syntax/python/names.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { mapStatement } from '../../syntax/python/visit.ts'
import { call, negative } from '../build.ts'
import { arrayFormsIn, changed, type ArrayForm } from '../arrays/forms.ts'
import { factOf, factsOf, type ArrayFacts } from '../kernels/arrayFacts.ts'
import { assignedIn, namesIn } from '../lanes/names.ts'
import { surroundingsOf } from '../surroundings.ts'
import type { Draft, DraftContext, Transform, TransformSite } from '../transform.ts'
import { withFunction, writtenFunction } from '../writtenFunction.ts'
import { kinkIn, weightedIn, type Meaning } from './hinge.ts'

/** A table of all distances, of which only sums are taken, becomes two running sums over what is sorted. */
export const hingeSums: Transform = {
  name: 'hinge-sums',
  family: 'algorithm',
  title: 'Running sums over what is sorted instead of a table of all pairs',
  why: 'The sum of weight * max(point - knot, 0) over all knots needs of those below the point only their weights and their moments added up, which a search in the sorted knots finds.',
  reorders: true,
  sites: (draft, context) => {
    const isTaken = functionNamed(context.module, HINGE_SUMS) ?? localNames(draft.function).has(HINGE_SUMS)
    return isTaken !== false ? [] : arrayFormsIn(draft).flatMap(form => siteOf(draft, context, form))
  },
}

/** The function that does it. */
export const HINGE_SUMS = 'hinge_sums'

const TEXT = `"""For every point the sum of weight * max(point - knot, 0); ValueError where something is not finite."""
order = knots.argsort()
first = knots[order[0]]
reach = knots[order] - first
weights = weights[order]
weight = np.concatenate(([0.0], weights.cumsum()))
moment = np.concatenate(([0.0], (weights * reach).cumsum()))
points = points - first
below = reach.searchsorted(points)
sums = points * weight[below] - moment[below]
if not np.isfinite(moment[-1] + sums.sum()):
    raise ValueError
return sums`

function siteOf(draft: Draft, context: DraftContext, form: ArrayForm): readonly TransformSite[] {
  const block = form.arrays.body
  const facts = factsOf(block, surroundingsOf(draft, context))
  const meaning = meaningOf(block, facts)
  const made = block.map(statement => mapStatement(statement, part => summed(part, meaning, facts) ?? part))
  if (made.every((statement, at) => statement === block[at])) return []
  const at = `arrays ${form.place.way.map(place => place.at).join('.')}`
  const written = writtenFunction(
    HINGE_SUMS,
    ['points', 'knots', 'weights'],
    TEXT.replaceAll('np.', `${form.numpy}.`),
  )
  const after = form.statement.otherwise
  return [
    {
      at,
      apply: () => ({
        function: changed(draft, form, { arrays: withoutUnused(made, block, after) }),
        added: withFunction(draft.added, written),
      }),
    },
  ]
}

/** What a name stands for, where it is bound once. */
function meaningOf(block: readonly Statement[], { names, around }: ArrayFacts): Meaning {
  const values = new Map(block.map(assignmentOf).filter(pair => pair !== undefined))
  return {
    of: expression =>
      expression.kind === 'name' && names.has(expression.id)
        ? (values.get(expression.id) ?? expression)
        : expression,
    kernel: expression => original(dotted(expression) ?? '', around.callables.modules, 'numpy'),
  }
}

/** `hinge_sums(settle, strike, call)` for `(call * np.where(0.0 > table, 0.0, table)).sum(axis=-1)`. */
function summed(expression: Expression, meaning: Meaning, facts: ArrayFacts): Expression | undefined {
  const weighted = weightedIn(expression)
  for (const [weights, table] of weighted) {
    const fact = factOf(weights, facts)
    const kink = kinkIn(table, meaning)
    if (!kink || fact?.axes !== 1) continue
    const sides = [kink.left, kink.right].map(side => sideOf(side, meaning, facts))
    const [left, right] = sides
    if (!left || !right || left.isColumn === right.isColumn) continue
    if (left.isColumn) return call(HINGE_SUMS, [left.values, right.values, weights])
    return call(HINGE_SUMS, [negative(right.values), negative(left.values), weights])
  }
  return undefined
}

/** The numbers of one side of a difference, and whether they are a column of the table or a row of it. */
function sideOf(side: Expression, meaning: Meaning, facts: ArrayFacts) {
  const fact = factOf(side, facts)
  const whole = meaning.of(side)
  if (!fact?.isFloat) return undefined
  if (fact.axes === 1 && side.kind === 'name') return { values: side, isColumn: false }
  if (!fact.isColumn || whole.kind !== 'subscript' || whole.value.kind !== 'name') return undefined
  return factOf(whole.value, facts)?.axes === 1 ? { values: whole.value, isColumn: true } : undefined
}

/** The statements without those whose values were read before and are not any more. */
function withoutUnused(
  made: readonly Statement[],
  before: readonly Statement[],
  after: readonly Statement[],
): readonly Statement[] {
  const isRead = (id: string, among: readonly Statement[], own: Statement): boolean =>
    [...among, ...after].some(reader => reader !== own && namesIn(reader).has(id))
  const kept = made.filter(
    statement =>
      statement.kind !== 'assign' ||
      !before.includes(statement) ||
      [...assignedIn([statement])].every(id => isRead(id, made, statement) || !isRead(id, before, statement)),
  )
  return kept.length === made.length ? made : withoutUnused(kept, before, after)
}
