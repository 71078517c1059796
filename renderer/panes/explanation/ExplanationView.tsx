import './explanation.css'
import { useDesk, type DeskState } from '../../state/deskStore.ts'
import { useView } from '../../state/viewStore.ts'
import { headline } from '../../ui/decisionWords.ts'
import { clock, duration, number } from '../../ui/format.ts'
import { Cases, Flips, Unknowns } from '../suggestion/ReasonBlocks.tsx'
import { AttentionMap } from './AttentionMap.tsx'
import { FeatureWaterfall } from './FeatureWaterfall.tsx'
import { useExplanation, type Explaining } from './useExplanation.ts'

type Decision = DeskState['decisions'][number]

/** Why a decision was made, in full: every feature, what would flip it, what was alike, what was not known. */
export function ExplanationView() {
  const id = useView(view => view.explained)
  const decision = useDesk(state => state.decisions.find(made => made.id === id) ?? state.decisions.at(-1))
  if (!decision) return <p className="empty">No decision yet: there is nothing to explain.</p>
  return <Explanation decision={decision} />
}

function Explanation({ decision }: { readonly decision: Decision }) {
  const explaining = useExplanation(decision.id)
  const { report } = explaining
  return (
    <div className="explanation">
      <p className="reason">
        <b>
          no. {decision.number}, {clock(decision.time)}: {headline(decision)}.
        </b>{' '}
        {decision.reasons.sentence} {decision.reasons.sizing}
      </p>
      <p className="micro" role="status" data-testid="method">
        {methodWords(explaining)}
      </p>
      {report?.note !== undefined && (
        <p className="t2">
          <span className="warn">▲</span> {report.note}
        </p>
      )}
      <div className="explanation-parts">
        {report && (
          <div className="explanation-chart">
            <FeatureWaterfall report={report} />
            <p className="micro">
              Shapley values of the probability of this action. Solid bars raise it, hollow ones lower it; the
              figures are rounded so that they add up as written.
            </p>
          </div>
        )}
        <div className="explanation-side">
          <Flips decision={decision} />
          <Cases decision={decision} />
          <Unknowns decision={decision} />
          {report && <Attention report={report} />}
        </div>
      </div>
    </div>
  )
}

function Attention({ report }: { readonly report: NonNullable<Explaining['report']> }) {
  return (
    <div className="block">
      <div className="section">
        <span>What it looked at</span>
      </div>
      {report.attention ? (
        <AttentionMap picture={report.attention} />
      ) : (
        <p className="t3">This policy has no attention: it sees the moment as a whole.</p>
      )}
    </div>
  )
}

/** How the parts were computed, and whether better ones are on their way. */
export function methodWords({ report, refusal, isRefining }: Explaining): string {
  if (!report) return refusal === undefined ? 'Asking.' : `No explanation: ${refusal}.`
  const cost = `${number(report.evaluations, 0)} combinations in ${duration(report.microseconds)}`
  if (report.method === 'exact') return `Exact, ${cost}.`
  const error = `standard error ${number(report.standardError, 4)}`
  const next = isRefining
    ? report.refining === undefined
      ? 'Exact values are on their way.'
      : `Exact values in about ${duration(report.refining * 1000)}.`
    : refusal === undefined
      ? ''
      : `Not exact: ${refusal}.`
  return `Sampled, ${cost}, ${error}. ${next}`.trim()
}
