import type { VariantCard } from '../contract/assistant.ts'
import { TRANSFORMS } from './transform/transforms.ts'

const TITLES = new Map(TRANSFORMS.map(({ name, title }) => [name, title]))
const REASONS = new Map(TRANSFORMS.map(({ name, why }) => [name, why]))
/** Ways of writing and numbers that are tried out: nobody chooses by them. */
const UNTELLING = new Set(TRANSFORMS.flatMap(({ name, family }) => (family === 'parameter' ? [name] : [])))
/** Steps that a title names beside the first one; the card lists all of them. */
const MOST_NAMED = 2

/**
 * Cards of which each does something that no card before it does: of those that differ only in how the same is written, the first.
 * Cards that would be called the same are called by what else they do, and why that is right is said first.
 */
export function distinctCards(cards: readonly VariantCard[]): readonly VariantCard[] {
  const seen = new Set<string>()
  const distinct = cards.filter(card => {
    const does = card.origin === 'model' ? card.after : tellingSteps(card).toSorted().join(' ')
    return !seen.has(does) && seen.add(does)
  })
  return distinct.map(card => {
    const namesakes = distinct.filter(({ title }) => title === card.title)
    if (namesakes.length === 1) return card
    const own = ownSteps(card, namesakes)
    return { ...card, title: titleOf(card, own), why: reasonsOf(card, own) }
  })
}

function tellingSteps({ steps }: VariantCard): readonly string[] {
  const telling = new Set(steps.filter(step => !UNTELLING.has(step)))
  // Where nothing else was done, the way of writing is what was done
  return [...(telling.size > 0 ? telling : new Set(steps))]
}

/** What a card does and others of the same title do not, the rarest first. */
function ownSteps(card: VariantCard, namesakes: readonly VariantCard[]): readonly string[] {
  const having = (step: string) => namesakes.filter(({ steps }) => steps.includes(step)).length
  return tellingSteps(card)
    .filter(step => TITLES.get(step) !== card.title && having(step) < namesakes.length)
    .toSorted((one, other) => having(one) - having(other))
}

function titleOf({ title }: VariantCard, own: readonly string[]): string {
  const named = own.slice(0, MOST_NAMED).map(step => asPart(TITLES.get(step) ?? step.replaceAll('-', ' ')))
  const left = own.length - named.length
  return [title, ...named, ...(left > 0 ? [`${left} more`] : [])].join('; ')
}

function reasonsOf({ why }: VariantCard, own: readonly string[]): readonly string[] {
  const first = own.flatMap(step => REASONS.get(step) ?? []).filter(reason => why.includes(reason))
  return [...new Set([...first, ...why])]
}

/** A title in the middle of another one: its first word small, unless it is a name. */
function asPart(title: string): string {
  return /^[A-Z][a-z]*\b/.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title
}
