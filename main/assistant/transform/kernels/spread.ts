import { freshName } from '../../syntax/python/names.ts'
import { keyOf } from '../../syntax/python/replace.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { eachExpressionIn } from '../../syntax/python/visit.ts'
import { assign, binary, call, integer, method, name } from '../build.ts'
import type { ArrayForm } from '../arrays/forms.ts'
import type { Draft, DraftContext, Transform, TransformSite } from '../transform.ts'
import { factOf } from './arrayFacts.ts'
import { computedOnce, siteWith, sitesInForms } from './rewriting.ts'

/** `rows.std(axis=0)` beside `rows.mean(axis=0)` from that mean. */
export const spreadFromMean: Transform = {
  name: 'spread-from-mean',
  family: 'algorithm',
  title: 'The deviation from the mean that is known',
  why: 'A standard deviation begins with the mean, which is computed here as well; now it is computed once, and the squares are added as NumPy does it.',
  reorders: true,
  sites,
}

function sites(draft: Draft, context: DraftContext): readonly TransformSite[] {
  return sitesInForms(draft, context, (form, facts, block) => {
    const first = spreadsIn(block).find(({ owner }) => owner.kind !== 'call' && factOf(owner, facts))
    return first ? [siteWith(draft, form, joined(form, first, draft), 'spread')] : []
  })
}

type Call = Expression & { kind: 'call' }

/** The mean and the deviation, or variance, of one table along its first axis. */
interface Spread {
  readonly owner: Expression
  readonly mean: Call
  readonly spread: Call
  readonly isRoot: boolean
}

function spreadsIn(block: readonly Statement[]): readonly Spread[] {
  const means = new Map<string, Call>()
  const found: Omit<Spread, 'mean'>[] = []
  for (const statement of block)
    eachExpressionIn(statement, part => {
      if (part.kind !== 'call' || part.callee.kind !== 'attribute' || !isAlongFirst(part)) return
      const { value: owner, attribute } = part.callee
      if (attribute === 'mean') means.set(keyOf(owner), part)
      if (attribute === 'std' || attribute === 'var')
        found.push({ owner, spread: part, isRoot: attribute === 'std' })
    })
  return found.flatMap(one => {
    const mean = means.get(keyOf(one.owner))
    return mean ? [{ ...one, mean }] : []
  })
}

/** Whether `axis=0` is all that a method is given. */
function isAlongFirst({ arguments: given }: Call): boolean {
  const [axis, ...others] = given
  return others.length === 0 && axis?.name === 'axis' && keyOf(axis.value) === keyOf(integer(0))
}

/** The block with the mean computed once, and the deviation from it. */
function joined({ arrays, numpy }: ArrayForm, { owner, mean, spread, isRoot }: Spread, draft: Draft) {
  const parameters = draft.function.parameters.map(parameter => parameter.name)
  const id = freshName('mean', draft.function.body, new Set(parameters))
  const squares = binary(binary(owner, '-', name(id)), '**', integer(2))
  const variance = method(squares, 'mean', [], { axis: integer(0) })
  return computedOnce(arrays.body, assign(id, mean), [
    [mean, name(id)],
    [spread, isRoot ? call(`${numpy}.sqrt`, [variance]) : variance],
  ])
}
