import './learning.css'
import { useState } from 'react'
import type { LearningReport } from '../../../main/contract/learning.ts'
import { useDesk } from '../../state/deskStore.ts'
import { useRepeated } from '../../state/repeatedly.ts'
import { Card } from '../../ui/Card.tsx'
import { AgreementCard } from './AgreementCard.tsx'
import { ChampionCard } from './ChampionCard.tsx'
import { ComparisonCard } from './ComparisonCard.tsx'
import { ModelsCard } from './ModelsCard.tsx'
import { PreferenceCard } from './PreferenceCard.tsx'
import { RunsCard } from './RunsCard.tsx'
import { TrainingCard } from './TrainingCard.tsx'
import { useActing } from './useActing.ts'

/** Milliseconds between two looks: while something is trained or compared, and else. */
const EVERY = { working: 1000, waiting: 3000 } as const

/** The models, what is trained, what the runs were like, who is better, and what was learned from the answers. */
export function LearningPage() {
  const isConnected = useDesk(state => state.isConnected)
  const { busy, act, acts } = useActing()
  const [isWorking, setWorking] = useState(false)
  const { value: report, refusal } = useRepeated('learning/get', {
    request: {},
    key: String(acts),
    pause: isWorking ? EVERY.working : EVERY.waiting,
  })
  const works = busy.length > 0 || report?.progress !== undefined
  if (works !== isWorking) setWorking(works)
  if (!isConnected) return <p className="empty">The window lost the engine. Trying again.</p>
  if (!report)
    return (
      <p className="empty">
        {refusal === undefined ? 'Asking.' : `Learning is not there: ${refusal}. Asking again.`}
      </p>
    )
  return (
    <div className="sheet scroll learning">
      <div className="learning-column learning-side">
        <ChampionCard report={report} busy={busy} act={act} />
        <TrainingCard report={report} busy={busy} act={act} />
        <PreferenceCard preference={report.preference} />
        <Notes
          notes={refusal === undefined ? report.notes : [...report.notes, `Asking failed: ${refusal}.`]}
        />
      </div>
      <RunsCard report={report} act={act} />
      <div className="learning-column learning-judged">
        <ComparisonCard comparison={report.comparison} />
        <AgreementCard agreement={report.agreement} />
      </div>
      <ModelsCard report={report} busy={busy} act={act} />
    </div>
  )
}

/** What did not go well. */
function Notes({ notes }: Pick<LearningReport, 'notes'>) {
  if (notes.length === 0) return null
  return (
    <Card title="To be known" note={`${notes.length}`}>
      <ul className="notes">
        {notes.map(note => (
          <li key={note}>
            <span className="warn">▲</span> {note}
          </li>
        ))}
      </ul>
    </Card>
  )
}
