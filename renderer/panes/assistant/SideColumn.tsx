import type { AssistantReport } from '../../../main/contract/assistant.ts'
import { FoldersCard } from './FoldersCard.tsx'
import { LanguageModelCard } from './LanguageModelCard.tsx'
import { ModeCard } from './ModeCard.tsx'
import { RequestCard } from './RequestCard.tsx'
import { TasteCard } from './TasteCard.tsx'
import { WorkCard } from './WorkCard.tsx'

/** What is asked, what runs, what is read, and what it goes by. */
export function SideColumn({
  report,
  refusal,
}: {
  readonly report: AssistantReport
  readonly refusal: string | undefined
}) {
  return (
    <div className="code-side">
      <RequestCard />
      <WorkCard />
      <div className="code-settings scroll">
        {refusal !== undefined && <Notice words={`Asking failed: ${refusal}.`} />}
        {report.notices.map(words => (
          <Notice key={words} words={words} />
        ))}
        <FoldersCard folders={report.folders} />
        <ModeCard report={report} />
        <TasteCard taste={report.taste} />
        <LanguageModelCard mode={report.model} />
      </div>
    </div>
  )
}

function Notice({ words }: { readonly words: string }) {
  return (
    <p className="empty" role="status">
      <span className="warn">▲</span> {words}
    </p>
  )
}
