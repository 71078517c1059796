import { assignmentOf } from '../assignment.ts'
import { keyOf, replaceInBlock, replacingAll } from '../../syntax/python/replace.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import {
  eachExpression,
  eachExpressionIn,
  eachStatement,
  expressionsIn,
  mapStatement,
} from '../../syntax/python/visit.ts'
import { arrayFormsIn, changed, type ArrayForm } from '../arrays/forms.ts'
import { surroundingsOf } from '../surroundings.ts'
import type { Draft, DraftContext, TransformSite } from '../transform.ts'
import { factsOf, type ArrayFacts } from './arrayFacts.ts'

/** What an expression of an array form becomes; undefined where it stays. */
export type KernelRule = (
  expression: Expression,
  facts: ArrayFacts,
  block: readonly Statement[],
) => Expression | undefined

/** The sites in all array forms of a draft, each looked at with what is known of its arrays. */
export function sitesInForms(
  draft: Draft,
  context: DraftContext,
  sites: (form: ArrayForm, facts: ArrayFacts, block: readonly Statement[]) => readonly TransformSite[],
): readonly TransformSite[] {
  return arrayFormsIn(draft).flatMap(form => {
    const block = form.arrays.body
    return sites(form, factsOf(block, surroundingsOf(draft, context)), block)
  })
}

/** One site for each array form in which a rule holds anywhere. */
export function sitesOfRule(draft: Draft, context: DraftContext, rule: KernelRule): readonly TransformSite[] {
  return sitesInForms(draft, context, (form, facts, block) => {
    const made = block.map(statement => mapStatement(statement, part => rule(part, facts, block) ?? part))
    if (made.every((statement, at) => statement === block[at])) return []
    return [siteWith(draft, form, made, 'arrays')]
  })
}

/** The site where an array form gets other arrays, without names that are not read any more. */
export function siteWith(
  draft: Draft,
  form: ArrayForm,
  made: readonly Statement[],
  at: string,
): TransformSite {
  const apply = (): Draft => {
    const next = { ...draft, function: changed(draft, form, { arrays: made }) }
    const arrays = made.filter(statement => !isUnread(statement, draft, next))
    return { ...draft, function: changed(draft, form, { arrays }) }
  }
  return { at: `${at} ${form.place.way.map(place => place.at).join('.')}`, apply }
}

/** A block in which a value is computed above the first statement that has one of those, and expressions stand for them. */
export function computedOnce(
  block: readonly Statement[],
  made: Statement,
  replacements: readonly (readonly [Expression, Expression])[],
): readonly Statement[] {
  const keys = new Set(replacements.map(([wanted]) => keyOf(wanted)))
  const first = block.findIndex(statement => {
    let isFirst = false
    eachExpressionIn(statement, part => (isFirst ||= keys.has(keyOf(part))))
    return isFirst
  })
  const rest = replaceInBlock(block.slice(first), replacingAll(replacements))
  return [...block.slice(0, first), made, ...rest]
}

/** Whether a statement gives a name a value that was read before and is not any more. */
function isUnread(statement: Statement, before: Draft, after: Draft): boolean {
  const [bound] = assignmentOf(statement) ?? []
  return bound !== undefined && readsOf(before, bound) > 0 && readsOf(after, bound) === 0
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
