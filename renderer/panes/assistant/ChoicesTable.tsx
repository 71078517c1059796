import { useAssistant } from '../../state/assistantStore.ts'
import { useRepeated } from '../../state/repeatedly.ts'
import { ScrollRegion } from '../../ui/ScrollRegion.tsx'
import { TableHead } from '../../ui/TableHead.tsx'
import { momentWords } from './assistantWords.ts'

const EVERY = 10_000

/** Every choice that was made, newest first; the order of variants is learned from them. */
export function ChoicesTable() {
  const revision = useAssistant(state => state.revision)
  const { value: choices, refusal } = useRepeated('assistant/choices', {
    request: { limit: 200 },
    key: String(revision),
    pause: EVERY,
  })
  if (!choices || choices.length === 0)
    return (
      <p className="empty">
        {refusal === undefined
          ? 'No choice yet. What you apply, edit, refuse and undo stands here, and teaches the order.'
          : `No choices: ${refusal}.`}
      </p>
    )
  return (
    <ScrollRegion label="Choices, newest first" className="code-choices">
      <table className="grid">
        <TableHead heads={['When', 'What', 'Variant']} words={['When', 'What', 'Variant']} />
        <tbody>
          {choices.map(({ id, at, kind, title, place, reason }) => (
            <tr key={id} data-testid="choice">
              <td className="l">{momentWords(at)}</td>
              <td className="l">
                <span className={kind === 'applied' || kind === 'edited' ? 'tag good' : 'tag'}>{kind}</span>
              </td>
              <td className="l wrap">
                {title}
                <p className="t2">
                  {place.function}
                  {reason !== undefined && <span className="t3">: {reason}</span>}
                </p>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  )
}
