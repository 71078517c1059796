import { useState } from 'react'
import type { AssistantTask } from '../../../main/contract/assistant.ts'
import { chooseAssistant, useAssistantChoices } from '../../state/assistantChoices.ts'
import { useAssistant } from '../../state/assistantStore.ts'
import { Segmented } from '../../ui/Segmented.tsx'
import { ChoiceList } from './ChoiceList.tsx'
import { Sentence } from './Sentence.tsx'
import { SearchFunnel } from './SearchFunnel.tsx'
import { SetAside } from './SetAside.tsx'
import { Variant } from './Variant.tsx'
import { useShownVariants } from './useShownVariants.ts'
import { heldAs } from './variantOrder.ts'

const ORDERS = [
  { value: 'forYou', label: 'For you' },
  { value: 'speed', label: 'Speed' },
  { value: 'fewestLines', label: 'Fewest lines' },
] as const

const FIRST = 'The first proven variant comes up here.'

/** What came of a request to make a function faster: how it was searched, the variants, and what was set aside. */
export function VariantList({ onEnter }: { readonly onEnter: () => void }) {
  const shown = useShownVariants()
  const running = useAssistant(state => state.tasks.find(({ kind }) => kind === 'optimise'))
  const order = useAssistantChoices(choices => choices.order)
  const [held, setHeld] = useState<readonly string[]>()
  if (!shown) return <NoVariants running={running} />
  const { report, looked } = shown
  const cards = held && !report.isDone ? heldAs(shown.cards, held) : shown.cards
  return (
    <>
      <SearchFunnel report={report} />
      <div className="code-bar">
        <span className="label" data-testid="optimise-sentence" data-done={report.isDone}>
          <Sentence text={report.sentence} />
        </span>
        <Segmented
          label="Order"
          choices={ORDERS}
          value={order}
          onChoose={next => chooseAssistant({ order: next })}
        />
      </div>
      {cards.length === 0 && !report.isDone && <p className="empty">{FIRST}</p>}
      <ChoiceList
        label="Variants"
        entries={cards}
        idOf={card => card.id}
        chosen={looked?.id}
        onChoose={card => chooseAssistant({ card: card.id })}
        onEnter={onEnter}
        onStay={isInside => setHeld(isInside ? cards.map(({ id }) => id) : undefined)}
      >
        {(card, index) => <Variant card={card} place={index + 1} />}
      </ChoiceList>
      <SetAside {...shown} />
    </>
  )
}

function NoVariants({ running }: { readonly running: AssistantTask | undefined }) {
  return (
    <p className="empty" role="status">
      {running
        ? `${running.title}: ${running.phase}. ${FIRST}`
        : 'Ask for a function to be made faster. Its proven variants stand here, the best first, each with its speed-up and what shows that it does the same.'}
    </p>
  )
}
