import './assistant.css'
import { useRef } from 'react'
import { useAssistant } from '../../state/assistantStore.ts'
import { useDesk } from '../../state/deskStore.ts'
import { Answers } from './Answers.tsx'
import { Detail } from './Detail.tsx'
import { SideColumn } from './SideColumn.tsx'
import { useAssistantReports } from './useAssistantReports.ts'

/** The code assistant: what is asked, what came of it, and what is looked at, from left to right. */
export function CodePage() {
  const isConnected = useDesk(state => state.isConnected)
  const refusal = useAssistantReports()
  const report = useAssistant(state => state.report)
  const detail = useRef<HTMLDivElement>(null)
  if (!isConnected) return <p className="empty">The window lost the engine. Trying again.</p>
  if (!report)
    return (
      <p className="empty">
        {refusal === undefined ? 'Asking.' : `The code assistant is not there: ${refusal}. Asking again.`}
      </p>
    )
  return (
    <div className="code-page">
      <SideColumn report={report} refusal={refusal} />
      <Answers onEnter={() => detail.current?.focus()} />
      <div ref={detail} className="code-column" tabIndex={-1}>
        <Detail />
      </div>
    </div>
  )
}
