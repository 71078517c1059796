import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { mapStatement } from '../../syntax/python/visit.ts'
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
    return [{ at, apply: () => ({ ...draft, function: changed(draft, form, { arrays: made }) }) }]
  })
}
