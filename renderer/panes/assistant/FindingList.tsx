import type { CodeFinding, CodeSuspicion } from '../../../main/contract/assistant.ts'
import { chooseAssistant, useAssistantChoices } from '../../state/assistantChoices.ts'
import { useAssistant, useFolders } from '../../state/assistantStore.ts'
import { age } from '../../ui/format.ts'
import { ChoiceList } from './ChoiceList.tsx'
import { Sentence } from './Sentence.tsx'
import { Suspicions } from './Suspicions.tsx'
import { findingsWords, grouped, severityWords, shortPath } from './assistantWords.ts'

/** What a review or the night found, in the order it came. */
export function FindingList({ onEnter }: { readonly onEnter: () => void }) {
  const found = useFindings()
  const running = useAssistant(state => state.tasks.find(({ kind }) => kind === 'review'))
  const chosen = useAssistantChoices(choices => choices.finding)
  if (!found)
    return (
      <p className="empty" role="status">
        {running
          ? `${running.title}: ${running.phase}.`
          : 'Review a folder or a file. What a trader would pay for stands here: each with its lines, its reason and an input that shows it.'}
      </p>
    )
  return (
    <>
      <div className="code-bar">
        <span className="label" data-testid="review-sentence">
          {findingsWords(found.findings)}; {found.sentence}
        </span>
      </div>
      <ChoiceList
        label="Findings"
        entries={found.findings}
        idOf={finding => finding.id}
        chosen={shownFinding(found.findings, chosen)?.id}
        onChoose={finding => chooseAssistant({ finding: finding.id })}
        onEnter={onEnter}
      >
        {finding => <Finding finding={finding} />}
      </ChoiceList>
      {found.suspicions.length > 0 && <Suspicions suspicions={found.suspicions} />}
    </>
  )
}

/** The findings that are listed, and what was read for them. */
export function useFindings():
  | {
      readonly findings: readonly CodeFinding[]
      readonly suspicions: readonly CodeSuspicion[]
      readonly sentence: string
    }
  | undefined {
  const { review, night } = useAssistant()
  const of = useAssistantChoices(choices => choices.findingsOf)
  if (of === 'night')
    return night && { findings: night.findings, suspicions: [], sentence: 'found in the night.' }
  if (!review) return undefined
  const { findings, functions, files, milliseconds, suspicions } = review
  const read = `${grouped(functions)} functions of ${grouped(files)} files in ${age(milliseconds)}.`
  const [count, verb] = [suspicions.length, suspicions.length === 1 ? 'looks' : 'look']
  const odd = count === 0 ? '' : ` ${count} more ${verb} odd, but no input shows it.`
  return { findings, suspicions, sentence: read + odd }
}

/** The finding that is looked at: the chosen one, else the first. */
export function shownFinding(
  findings: readonly CodeFinding[],
  chosen: string | undefined,
): CodeFinding | undefined {
  return findings.find(({ id }) => id === chosen) ?? findings[0]
}

/** One finding in a list. */
export function Finding({ finding }: { readonly finding: CodeFinding }) {
  const folders = useFolders()
  const { words, className } = severityWords(finding.severity)
  return (
    <article className="finding" data-testid="finding" data-rule={finding.rule}>
      <span className={className}>{words}</span>
      <div>
        <h3>{finding.title}</h3>
        <p className="t2">
          <Sentence text={finding.reason} />
        </p>
        <p className="where">
          {shortPath(finding.place.file, folders)}:{finding.lines.first}
          {finding.fix && <span className="t2"> · proven fix</span>}
        </p>
      </div>
    </article>
  )
}
