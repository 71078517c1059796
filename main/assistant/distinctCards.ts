import type { VariantCard } from '../contract/assistant.ts'
import { TRANSFORMS } from './transform/transforms.ts'

const TITLES = new Map(TRANSFORMS.map(({ name, title }) => [name, title]))
/** Ways of writing and numbers that are tried out: nobody chooses by them. */
const UNTELLING = new Set(TRANSFORMS.flatMap(({ name, family }) => (family === 'parameter' ? [name] : [])))
/** Steps that a title names beside the first one; the card lists all of them. */
const MOST_NAMED = 2

/**
 * Cards of which each does something that no card before it does: of those that differ only in how the same is written, the first.
 * Cards that would be called the same are called by what else they do.
 */
export function distinctCards(cards: readonly VariantCard[]): readonly VariantCard[] {
  const seen = new Set<string>()
  const distinct = cards.filter(card => {
    const does = card.origin === 'model' ? card.after : tellingSteps(card).toSorted().join(' ')
    return !seen.has(does) && seen.add(does)
  })
  return distinct.map(card => {
    const namesakes = distinct.filter(({ title }) => title === card.title)
    return namesakes.length === 1 ? card : { ...card, title: titleAmong(card, namesakes) }
  })
}

function tellingSteps({ steps }: VariantCard): readonly string[] {
  const telling = new Set(steps.filter(step => !UNTELLING.has(step)))
  // Where nothing else was done, the way of writing is what was done
  return [...(telling.size > 0 ? telling : new Set(steps))]
}

/** The title of a card with what it does and others of the same title do not. */
function titleAmong(card: VariantCard, namesakes: readonly VariantCard[]): string {
  const having = (step: string) => namesakes.filter(({ steps }) => steps.includes(step)).length
  const own = tellingSteps(card)
    .filter(step => TITLES.get(step) !== card.title && having(step) < namesakes.length)
    .toSorted((one, other) => having(one) - having(other))
  const named = own.slice(0, MOST_NAMED).map(step => asPart(TITLES.get(step) ?? step.replaceAll('-', ' ')))
  const left = own.length - named.length
  return [card.title, ...named, ...(left > 0 ? [`${left} more`] : [])].join('; ')
}

/** A title in the middle of another one: its first word small, unless it is a name. */
function asPart(title: string): string {
  return /^[A-Z][a-z]*\b/.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title
}
