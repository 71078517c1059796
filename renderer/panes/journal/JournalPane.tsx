import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import './journal.css'
import { useDesk, type DeskState } from '../../state/deskStore.ts'
import { setView, useView } from '../../state/viewStore.ts'
import { DecisionMark } from '../../ui/DecisionMark.tsx'
import { Segmented } from '../../ui/Segmented.tsx'
import { answerWords, markShape, markTone, shortHeadline, verdictWords } from '../../ui/decisionWords.ts'
import { minute, profit, tone } from '../../ui/format.ts'
import { journalSums } from './journalSums.ts'

type Decision = DeskState['decisions'][number]

/** What the figures of the journal are. */
export function JournalMeta() {
  return <>net of costs, under the exit fixed beforehand</>
}

/** Trades alone, or every look. */
export function JournalControls() {
  const of = useView(view => view.journalOf)
  const all = useDesk(state => state.decisions.length)
  return (
    <Segmented
      label="Show"
      choices={[
        { value: 'trades', label: 'Trades' },
        { value: 'all', label: `All ${all}` },
      ]}
      value={of}
      onChoose={journalOf => setView({ journalOf })}
    />
  )
}

/** Every suggestion with his answer and what came of it, whatever the answer was. */
export function JournalPane() {
  const decisions = useDesk(state => state.decisions)
  const of = useView(view => view.journalOf)
  const rows = (of === 'trades' ? decisions.filter(decision => decision.proposal) : decisions).toReversed()
  if (rows.length === 0)
    return (
      <p className="empty">No suggestion yet. Each one is kept here with your answer and how it ended.</p>
    )
  return (
    <div className="journal">
      <div className="journal-head" aria-hidden="true">
        <span>Time</span>
        <span>Suggestion</span>
        <span>You</span>
        <span className="r">Net</span>
        <span>Verdict</span>
      </div>
      <JournalRows rows={rows} />
      <Sums decisions={decisions} />
    </div>
  )
}

function JournalRows({ rows }: { readonly rows: readonly Decision[] }) {
  const host = useRef<HTMLDivElement>(null)
  const height =
    Number.parseInt(getComputedStyle(document.documentElement).getPropertyValue('--row'), 10) || 20
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => host.current,
    estimateSize: () => height,
    overscan: 8,
  })
  return (
    <div ref={host} className="scroll" role="list" aria-label="Decisions, newest first">
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map(item => {
          const decision = rows[item.index]
          return (
            decision && (
              <JournalRow key={decision.id} decision={decision} top={item.start} height={item.size} />
            )
          )
        })}
      </div>
    </div>
  )
}

function JournalRow({
  decision,
  top,
  height,
}: {
  readonly decision: Decision
  readonly top: number
  readonly height: number
}) {
  const verdict = verdictWords(decision)
  const { outcome } = decision
  const isShown = useView(view => view.shownDecision === decision.id)
  return (
    <div role="listitem" style={{ position: 'absolute', top, height, left: 0, right: 0 }}>
      <button
        type="button"
        className={isShown ? 'journal-row shown' : 'journal-row'}
        data-testid="journal-row"
        onClick={() => setView({ shownDecision: isShown ? undefined : decision.id, page: 'cockpit' })}
        title={decision.answer?.comment}
      >
        <span className="t2">{minute(decision.time)}</span>
        <span className="ell">{shortHeadline(decision)}</span>
        <span className="ell">
          <DecisionMark shape={markShape(decision)} tone={markTone(decision)} /> {answerWords(decision)}
          {decision.answer?.reason !== undefined && (
            <span className="t3">, {decision.answer.reason.toLowerCase()}</span>
          )}
        </span>
        <span className={`b r ${tone(outcome?.net)}`}>
          {outcome && outcome.status === 'scored' ? profit(outcome.net) : ''}
        </span>
        <span className="ell">
          {verdict.isLesson ? (
            <span className="tag late">{verdict.words}</span>
          ) : (
            <span className="t3">{verdict.words}</span>
          )}
        </span>
      </button>
    </div>
  )
}

function Sums({ decisions }: { readonly decisions: readonly Decision[] }) {
  const sums = journalSums(decisions)
  return (
    <dl className="journal-sums">
      <Sum name="Taken" value={sums.taken} />
      <Sum name="Refused by you" value={sums.rejected} />
      <Sum name="All, untouched" value={sums.model} />
      <Sum name="No trade" value={0} />
      <div>
        <dt>Scored</dt>
        <dd className={sums.scored < FEWEST_TO_COMPARE ? 't3' : ''}>
          {sums.scored < FEWEST_TO_COMPARE ? `${sums.scored}, too few` : sums.scored}
        </dd>
      </div>
    </dl>
  )
}

/** Outcomes below which nothing can be said of one column against another. */
const FEWEST_TO_COMPARE = 30

function Sum({ name, value }: { readonly name: string; readonly value: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className={`b ${tone(value)}`}>{profit(value)}</dd>
    </div>
  )
}
