import type { OptimiseReport, VariantCard } from '../../../main/contract/assistant.ts'
import { useAssistantChoices } from '../../state/assistantChoices.ts'
import { useAssistant } from '../../state/assistantStore.ts'
import { ordered } from './variantOrder.ts'

/** The variants that are listed, in their order, and the one that is looked at: the chosen one, else the first. */
export interface ShownVariants {
  readonly report: OptimiseReport
  readonly cards: readonly VariantCard[]
  readonly looked: VariantCard | undefined
  /** Whether those that were not proven are listed: as he chose, else where nothing was proven. */
  readonly showsUnproven: boolean
}

/** What is listed of the report that is shown; undefined where there is none. */
export function useShownVariants(): ShownVariants | undefined {
  const report = useAssistant(state => state.optimised)
  const { order, card: chosen, unproven } = useAssistantChoices()
  if (!report) return undefined
  const isProven = ({ state }: VariantCard) => state.kind === 'verified'
  const showsUnproven = unproven ?? !report.cards.some(isProven)
  const cards = ordered(
    report.cards.filter(card => showsUnproven || isProven(card)),
    order,
  )
  return { report, cards, looked: cards.find(({ id }) => id === chosen) ?? cards[0], showsUnproven }
}
