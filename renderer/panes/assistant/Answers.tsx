import { chooseAssistant, useAssistantChoices, type AssistantList } from '../../state/assistantChoices.ts'
import { Segmented } from '../../ui/Segmented.tsx'
import { ChoicesTable } from './ChoicesTable.tsx'
import { FindingList } from './FindingList.tsx'
import { FoundList } from './FoundList.tsx'
import { MorningReport } from './MorningReport.tsx'
import { VariantList } from './VariantList.tsx'

const LISTS: readonly { readonly value: AssistantList; readonly label: string }[] = [
  { value: 'variants', label: 'Variants' },
  { value: 'findings', label: 'Findings' },
  { value: 'found', label: 'Found' },
  { value: 'morning', label: 'Morning' },
  { value: 'choices', label: 'Choices' },
]

/** What came of what was asked, one list at a time. */
export function Answers({ onEnter }: { readonly onEnter: () => void }) {
  const list = useAssistantChoices(choices => choices.list)
  return (
    <section className="code-column" aria-label="Answers">
      <div className="pane-head">
        <Segmented
          label="Answers"
          choices={LISTS}
          value={list}
          onChoose={chosen => chooseAssistant({ list: chosen })}
        />
      </div>
      {list === 'variants' && <VariantList onEnter={onEnter} />}
      {list === 'findings' && <FindingList onEnter={onEnter} />}
      {list === 'found' && <FoundList onEnter={onEnter} />}
      {list === 'morning' && <MorningReport />}
      {list === 'choices' && <ChoicesTable />}
    </section>
  )
}
