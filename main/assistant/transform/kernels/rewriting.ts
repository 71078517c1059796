import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { eachExpression, eachStatement, expressionsIn, mapStatement } from '../../syntax/python/visit.ts'
import { arrayFormsIn, changed } from '../arrays/forms.ts'
import { surroundingsOf } from '../surroundings.ts'
import type { Draft, DraftContext, TransformSite } from '../transform.ts'
import { factsOf, type ArrayFacts } from './arrayFacts.ts'

/** What an expression of an array form becomes; undefined where it stays. */
export type KernelRule = (
  expression: Expression,
  facts: ArrayFacts,
  block: readonly Statement[],
) => Expression | undefined

/** One site for each array form in which a rule holds anywhere. */
export function sitesOfRule(draft: Draft, context: DraftContext, rule: KernelRule): readonly TransformSite[] {
  return arrayFormsIn(draft).flatMap((form): readonly TransformSite[] => {
    const block = form.arrays.body
    const facts = factsOf(block, surroundingsOf(draft, context))
    const made = block.map(statement => mapStatement(statement, part => rule(part, facts, block) ?? part))
    if (made.every((statement, at) => statement === block[at])) return []
    const at = `arrays ${form.place.way.map(place => place.at).join('.')}`
    const apply = (): Draft => {
      const next = { ...draft, function: changed(draft, form, { arrays: made }) }
      const arrays = made.filter(statement => !isUnread(statement, draft, next))
      return { ...draft, function: changed(draft, form, { arrays }) }
    }
    return [{ at, apply }]
  })
}

/** Whether a statement gives a name a value that was read before and is not any more. */
function isUnread(statement: Statement, before: Draft, after: Draft): boolean {
  const [target, ...others] = statement.kind === 'assign' ? statement.targets : []
  if (target?.kind !== 'name' || others.length > 0) return false
  return readsOf(before, target.id) > 0 && readsOf(after, target.id) === 0
}

function readsOf({ function: { body } }: Draft, id: string): number {
  let count = 0
  for (const statement of body)
    eachStatement(statement, inner => {
      const targets = inner.kind === 'assign' ? inner.targets : []
      for (const expression of expressionsIn(inner))
        if (expression.kind !== 'name' || !targets.includes(expression))
          eachExpression(expression, part => (count += part.kind === 'name' && part.id === id ? 1 : 0))
    })
  return count
}
