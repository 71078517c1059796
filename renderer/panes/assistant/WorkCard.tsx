import type { AssistantTask } from '../../../main/contract/assistant.ts'
import { useAssistant } from '../../state/assistantStore.ts'
import { Card } from '../../ui/Card.tsx'
import { useNow } from '../../ui/useNow.ts'
import { age } from '../../ui/format.ts'
import { cancel } from '../../state/assistantActions.ts'
import { grouped } from './assistantWords.ts'

/** What runs, how far it is, and how to end it. */
export function WorkCard() {
  const tasks = useAssistant(state => state.tasks)
  return (
    <Card
      title="Work"
      note={tasks.length === 0 ? 'nothing runs' : `${tasks.length} running, below all that is live`}
      className="work-card"
    >
      {tasks.length === 0 ? (
        <p className="t3">What runs stands here with how far it is, and can be cancelled.</p>
      ) : (
        <ul className="work-list">
          {tasks.map(task => (
            <Task key={task.id} task={task} />
          ))}
        </ul>
      )}
    </Card>
  )
}

function Task({ task }: { readonly task: AssistantTask }) {
  const { id, kind, title, phase, done, total, startedAt } = task
  const now = useNow()
  return (
    <li data-testid="task" data-kind={kind}>
      <span className="b ell" title={title}>
        {title}
      </span>
      <button type="button" className="chip" aria-label={`Cancel ${title}`} onClick={() => void cancel(id)}>
        Cancel
      </button>
      <span className="t2 ell">
        {phase}
        {total > 1 && done > 0 && !/\d/.test(phase) && (
          <span className="t3">
            , {grouped(done)} of {grouped(total)}
          </span>
        )}
      </span>
      <span className="t3">{age(Math.max(0, now - startedAt))}</span>
      {total > 1 ? (
        <progress aria-label={title} value={Math.min(done, total)} max={total} />
      ) : (
        <progress aria-label={title} />
      )}
    </li>
  )
}
