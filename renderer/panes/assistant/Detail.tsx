import { useAssistantChoices } from '../../state/assistantChoices.ts'
import { useAssistant } from '../../state/assistantStore.ts'
import { FindingDetail } from './FindingDetail.tsx'
import { shownFinding, useFindings } from './FindingList.tsx'
import { useHits } from './FoundList.tsx'
import { HitDetail } from './HitDetail.tsx'
import { VariantDetail } from './VariantDetail.tsx'
import { shownCard } from './VariantList.tsx'

/** What is looked at in the list, with all there is to know of it. */
export function Detail() {
  const { list, card: chosenCard, order, finding: chosenFinding, hit } = useAssistantChoices()
  const optimised = useAssistant(state => state.optimised)
  const found = useFindings()
  const hits = useHits()
  if (list === 'findings') {
    const finding = found && shownFinding(found.findings, chosenFinding)
    if (finding) return <FindingDetail key={finding.id} finding={finding} />
  } else if (list === 'found') {
    const shown = hits[hit]
    if (shown) return <HitDetail hit={shown} />
  } else if (optimised) {
    const card = shownCard(optimised, chosenCard, order)
    if (card) return <VariantDetail key={card.id} card={card} />
  }
  return (
    <p className="empty">
      What is chosen in the list stands here: the code before and after, what shows that it is the same, and
      how long both take.
    </p>
  )
}
