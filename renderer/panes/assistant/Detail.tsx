import { Fragment } from 'react'
import { useAssistantChoices } from '../../state/assistantChoices.ts'
import { modifierKey } from '../../ui/keys.ts'
import { FindingDetail } from './FindingDetail.tsx'
import { shownFinding, useFindings } from './FindingList.tsx'
import { useHits } from './FoundList.tsx'
import { HitDetail } from './HitDetail.tsx'
import { VariantDetail } from './VariantDetail.tsx'
import { useShownVariants } from './useShownVariants.ts'

/** What is looked at in the list, with all there is to know of it. */
export function Detail() {
  const { list, finding: chosenFinding, hit } = useAssistantChoices()
  const variants = useShownVariants()
  const found = useFindings()
  const hits = useHits()
  if (list === 'findings') {
    const finding = found && shownFinding(found.findings, chosenFinding)
    if (finding) return <FindingDetail key={finding.id} finding={finding} />
  } else if (list === 'found') {
    const shown = hits[hit]
    if (shown) return <HitDetail hit={shown} />
  } else if (list === 'variants' && variants?.looked)
    return <VariantDetail key={variants.looked.id} card={variants.looked} />
  return <NothingChosen />
}

/** The keys of the page, where nothing is looked at yet. */
function NothingChosen() {
  const keys = [
    ['/', 'ask, from anywhere in the window'],
    ['↑ ↓', 'what was asked before, in the box; the next entry, in a list'],
    ['Enter', 'ask; in a list, go to what is looked at'],
    [`${modifierKey()}Enter`, 'only search, in the box; apply the variant that is looked at'],
    [`${modifierKey()}Z`, 'take back an edit in the difference'],
  ] as const
  return (
    <>
      <p className="empty">
        What is chosen in the list stands here: the code before and after, what shows that it is the same, and
        how long both take.
      </p>
      <dl className="detail-keys">
        {keys.map(([key, does]) => (
          <Fragment key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </Fragment>
        ))}
      </dl>
    </>
  )
}
