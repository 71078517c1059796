import type { VariantCard } from '../../../main/contract/assistant.ts'
import type { VariantOrder } from '../../state/assistantChoices.ts'

/** Proven and faster first, then the same without a gain, then slower, then what was not proven; no order mixes them. */
function rankOf({ state }: VariantCard): number {
  if (state.kind === 'refuted') return 4
  if (state.kind === 'unverified') return 3
  return { faster: 0, 'not shown': 1, slower: 2 }[state.timing.verdict]
}

/** The variants that are shown, in an order that never puts what was not proven above what was; refuted ones are not shown. */
export function ordered(cards: readonly VariantCard[], order: VariantOrder): readonly VariantCard[] {
  const shown = cards.filter(({ state }) => state.kind !== 'refuted')
  return shown.toSorted(
    (one, other) => rankOf(one) - rankOf(other) || sizeIn(order, one) - sizeIn(order, other),
  )
}

/** Cards as they stood: those that came since stand after them, so that nothing moves under the hand. */
export function heldAs(cards: readonly VariantCard[], ids: readonly string[]): readonly VariantCard[] {
  const placeOf = ({ id }: VariantCard) => (ids.includes(id) ? ids.indexOf(id) : ids.length)
  return cards.toSorted((one, other) => placeOf(one) - placeOf(other))
}

/** What an order goes by, smallest first; for him they stand as they came. */
function sizeIn(order: VariantOrder, { state, diff }: VariantCard): number {
  if (order === 'forYou') return 0
  if (order === 'fewestLines') return diff.added + diff.removed
  return state.kind === 'verified' ? -state.timing.speedUp.value : 0
}
