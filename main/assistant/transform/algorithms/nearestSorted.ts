import { functionNamed } from '../../syntax/python/functions.ts'
import { dotted } from '../../syntax/python/modules.ts'
import { localNames } from '../../syntax/python/names.ts'
import { printExpression } from '../../syntax/python/printExpression.ts'
import type { Expression, FunctionStatement, Statement } from '../../syntax/python/tree.ts'
import { eachStatement, someExpression } from '../../syntax/python/visit.ts'
import { assignmentOf } from '../assignment.ts'
import { assign, call, name } from '../build.ts'
import { arrayFormsIn, changed, type ArrayForm } from '../arrays/forms.ts'
import { namesIn } from '../lanes/names.ts'
import type { Draft, Transform, TransformSite } from '../transform.ts'
import { withFunction, writtenFunction } from '../writtenFunction.ts'

/** The nearest of what is sorted is found by a binary search for every point, without a table of all distances. */
export const nearestSorted: Transform = {
  name: 'nearest-sorted',
  family: 'algorithm',
  title: 'A search in what is sorted instead of a table of all distances',
  why: 'The nearest of sorted numbers is one of the two between which the point falls; of equally near ones it is the first, as in the loop.',
  reorders: true,
  sites: (draft, context) => {
    if (functionNamed(context.module, NEAREST) || localNames(draft.function).has(NEAREST)) return []
    return arrayFormsIn(draft).flatMap(form => siteOf(draft, form))
  },
}

/** The function that does it. */
export const NEAREST = 'nearest_sorted'

const TEXT = `"""For every point the first of the nearest of ascending values; ValueError where that is not certain."""
place = values.searchsorted(points)
above = values[np.minimum(place, len(values) - 1)]
below = values[np.maximum(place - 1, 0)]
found = np.where(np.abs(above - points) < np.abs(below - points), above, below)
# A point may be so far away that its distances to different values are rounded to the same
lower = values[np.maximum(values.searchsorted(found) - 1, 0)]
is_tied = (lower < found) & (np.abs(lower - points) <= np.abs(found - points))
if np.any(is_tied) or np.any(values[1:] < values[:-1]) or np.isnan(values.sum() + points.sum()):
    raise ValueError
return found`

function siteOf(draft: Draft, form: ArrayForm): readonly TransformSite[] {
  const block = form.arrays.body
  return block.flatMap((statement, at): readonly TransformSite[] => {
    const found = foundIn(statement, block)
    if (!found || !isSorted(found.values, block, draft.function)) return []
    const written = writtenFunction(NEAREST, ['values', 'points'], TEXT.replaceAll('np.', `${form.numpy}.`))
    const made = assign(found.target, call(NEAREST, [name(found.values), name(found.points)]))
    const arrays = block.flatMap(one =>
      one === statement ? [made] : found.unneeded.includes(one) ? [] : [one],
    )
    return [
      {
        at: `arrays ${form.place.way.map(place => place.at).join('.')} ${String(at)}`,
        apply: () => ({
          function: changed(draft, form, { arrays }),
          added: withFunction(draft.added, written),
        }),
      },
    ]
  })
}

/** What is looked for, and what only the table of distances is needed for. */
interface Found {
  readonly target: string
  readonly values: string
  readonly points: string
  readonly unneeded: readonly Statement[]
}

/** `best = strike[distances.argmin(axis=-1)]`, the distances being `np.abs(strike - target[:, None])` and read nowhere else. */
function foundIn(statement: Statement, block: readonly Statement[]): Found | undefined {
  const assigned = assignmentOf(statement)
  if (assigned?.[1].kind !== 'subscript' || assigned[1].value.kind !== 'name') return undefined
  const { value, index } = assigned[1]
  const table = /^(\w+)\.argmin\(axis=-1\)$/.exec(printExpression(index))?.[1]
  if (table === undefined) return undefined
  const users = block.filter(one => one !== statement && namesIn(one).has(table))
  const [made, guard, ...others] = users
  const distances = made && assignmentOf(made)
  if (!distances || distances[0] !== table || others.length > 0) return undefined
  if (guard && !isCheckOf(guard, table)) return undefined
  const points = pointsIn(distances[1], value.id)
  return points === undefined ? undefined : { target: assigned[0], values: value.id, points, unneeded: users }
}

/** `target` of `np.abs(strike - target[:, None])`. */
function pointsIn(distances: Expression, values: string): string | undefined {
  const text = printExpression(distances)
  const [, left = '', right = ''] =
    /^\w+\.abs\((\w+(?:\[:, None\])?) - (\w+(?:\[:, None\])?)\)$/.exec(text) ?? []
  const column = left === values ? right : right === values ? left : ''
  return /^(\w+)\[:, None\]$/.exec(column)?.[1]
}

/** `if np.isnan(distances.sum()): raise ValueError`. */
function isCheckOf(statement: Statement, table: string): boolean {
  if (statement.kind !== 'if' || statement.otherwise.length > 0 || statement.body.length !== 1) return false
  const isAsked = printExpression(statement.test).endsWith(`.isnan(${table}.sum())`)
  return isAsked && statement.body[0]?.kind === 'raise'
}

/** Whether an array is made of what `sorted` gave, which makes it likely that the search is worth while. */
function isSorted(values: string, block: readonly Statement[], { body }: FunctionStatement): boolean {
  const made = block.map(assignmentOf).find(assigned => assigned?.[0] === values)?.[1]
  if (!made) return false
  if (someExpression(made, isSorting)) return true
  let found = false
  for (const outer of body)
    eachStatement(outer, statement => {
      const assigned = assignmentOf(statement)
      if (assigned && isSorting(assigned[1]))
        found ||= someExpression(made, part => part.kind === 'name' && part.id === assigned[0])
    })
  return found
}

function isSorting(expression: Expression): boolean {
  return (
    expression.kind === 'call' && dotted(expression.callee) === 'sorted' && expression.arguments.length === 1
  )
}
