import { useState } from 'react'
import type { CodeFinding } from '../../../main/contract/assistant.ts'
import { useAssistant, useFolders } from '../../state/assistantStore.ts'
import { Diff, DiffChoice } from './Diff.tsx'
import { mend, optimise, undo } from '../../state/assistantActions.ts'
import { Sentence } from './Sentence.tsx'
import { SourceLines } from './SourceLines.tsx'
import { ScrollRegion } from '../../ui/ScrollRegion.tsx'
import { linesWords, severityWords, shortPath } from './assistantWords.ts'

/** A finding: why it matters, the input that shows it, and the change that mends it. */
export function FindingDetail({ finding }: { readonly finding: CodeFinding }) {
  const folders = useFolders()
  const { words, className } = severityWords(finding.severity)
  const { place, lines, fix, failing } = finding
  return (
    <section className="code-detail" aria-label={finding.title}>
      <div className="pane-head">
        <h2>{finding.title}</h2>
        <span className="meta mono">
          {shortPath(place.file, folders)}, {linesWords(lines)}
        </span>
        {fix && (
          <span className="end">
            <DiffChoice />
          </span>
        )}
      </div>
      <div className="finding-facts">
        <p>
          <span className={className}>{words}</span> <b>{place.function}</b>:{' '}
          <Sentence text={finding.reason} />
        </p>
        {failing ? (
          <dl className="pairs" data-testid="failing">
            <dt>Input</dt>
            <dd className="mono">{failing.input}</dd>
            <dt>Gives</dt>
            <dd className="mono">
              <span className="down">✕</span> {failing.actual}
            </dd>
            <dt>Is right</dt>
            <dd className="mono">
              <span className="up">✓</span> {failing.expected}
            </dd>
          </dl>
        ) : (
          <p className="t3">It was read, not run: no input stands for it.</p>
        )}
      </div>
      <div className="diff-place">
        {fix ? (
          <Diff file={place.file} before={fix.before} after={fix.after} onEdit={undefined} />
        ) : (
          <ScrollRegion label="The function" className="hit-detail">
            <p className="t3">No change that mends it is known.</p>
            <SourceLines place={place} lines={[]} meant={lines} />
          </ScrollRegion>
        )}
      </div>
      <MendBar finding={finding} />
    </section>
  )
}

function MendBar({ finding }: { readonly finding: CodeFinding }) {
  const outcome = useAssistant(state =>
    state.outcome?.of === finding.id ? state.outcome.outcome : undefined,
  )
  const [isBusy, setBusy] = useState(false)
  const busily = async (work: Promise<void>) => {
    setBusy(true)
    await work
    setBusy(false)
  }
  const isMended = outcome?.kind === 'applied'
  return (
    <div className="change-bar" data-testid="change-bar">
      {(outcome?.kind === 'conflict' || outcome?.kind === 'refused') && (
        <p role="alert" className="edited">
          <span className="tag bad">✕ not written</span> {outcome.reason} The file is as it was.
        </p>
      )}
      {outcome && 'notice' in outcome && <p className="t2">{outcome.notice}</p>}
      <div className="change-row">
        <button
          type="button"
          className="btn big solid"
          disabled={isBusy || isMended || !finding.fix}
          onClick={() => void busily(mend(finding.id))}
        >
          {isMended ? '✓ Mended' : 'Mend'}
        </button>
        <button
          type="button"
          className="btn big"
          disabled={isBusy || !isMended}
          onClick={() => isMended && void busily(undo(outcome.change, finding.id))}
        >
          Undo
        </button>
        {finding.severity === 'slow' && (
          <button type="button" className="btn big" onClick={() => void optimise(finding.place)}>
            Make it faster
          </button>
        )}
        <span className="micro hide-s">{finding.fix ? 'The change was run on the input above.' : ''}</span>
      </div>
    </div>
  )
}
