import type { Comparison, LearningReport, ModelSummary } from '../../../main/contract/learning.ts'
import { showToast } from '../../state/toasts.ts'
import type { CallName } from '../../../main/contract/wire.ts'
import { Card } from '../../ui/Card.tsx'
import { day } from '../../ui/format.ts'
import { idleWords } from './ComparisonCard.tsx'
import { metricRows } from './learningWords.ts'
import type { Act } from './useActing.ts'

/** What a card of the page is given: the report, what is being done, and how to do something. */
export interface ActingProps {
  readonly report: LearningReport
  readonly busy: readonly CallName[]
  readonly act: Act
}

/** Who decides, who asks to, and the two clicks between them. */
export function ChampionCard({ report, busy, act }: ActingProps) {
  const champion = report.models.find(model => model.role === 'champion')
  const challenger = challengerOf(report)
  const previous = report.models.find(model => model.role === 'previous')
  return (
    <Card title="Champion and challenger" note="a better one takes over">
      <div className="versus">
        <ModelBox
          head="Champion, in use"
          model={champion}
          comparison={report.comparison}
          empty="No model is in charge."
        />
        <span aria-hidden="true">→</span>
        <ModelBox
          head="Challenger"
          model={challenger}
          comparison={report.comparison}
          empty="None. A training or the weekly retraining makes one."
        />
      </div>
      <div className="buttons">
        <PromoteButton model={challenger} busy={busy} act={act} />
        <button
          type="button"
          className="btn"
          disabled={!previous || busy.length > 0}
          onClick={() => void rollBack(act)}
        >
          Roll back
        </button>
        <CompareButton version={challenger?.version} report={report} busy={busy} act={act} />
      </div>
      <p className="t2" id="promotion" data-testid="promotion">
        {challenger ? challenger.promotion.why : 'Nothing asks to be promoted.'}{' '}
        {previous ? `Roll back brings ${previous.version} again.` : 'There is no champion before this one.'}
      </p>
    </Card>
  )
}

/** Who asks to take over: one that may be promoted, then the one that was compared last, else the newest challenger. */
export function challengerOf({
  models,
  comparison,
}: Pick<LearningReport, 'models' | 'comparison'>): ModelSummary | undefined {
  const others = models.filter(model => model.role !== 'champion')
  const compared = others.find(model => model.version === comparison?.challenger)
  if (compared?.promotion.isAllowed) return compared
  return (
    others.find(model => model.promotion.isAllowed) ??
    compared ??
    others.find(model => model.role === 'challenger')
  )
}

/** Puts a model in charge; off where the rule does not let it. */
export function PromoteButton({
  model,
  busy,
  act,
}: Omit<ActingProps, 'report'> & { readonly model: ModelSummary | undefined }) {
  return (
    <button
      type="button"
      className="btn"
      disabled={!model?.promotion.isAllowed || busy.length > 0}
      title={model?.promotion.why}
      onClick={() => model && void promote(act, model.version)}
    >
      Promote
    </button>
  )
}

async function promote(act: Act, version: string): Promise<void> {
  const answer = await act('learning/promote', { version })
  if (answer.ok) showToast({ kind: 'done', title: `${version} decides from now on`, body: '' })
}

async function rollBack(act: Act): Promise<void> {
  const answer = await act('learning/rollBack', {})
  if (answer.ok) showToast({ kind: 'done', title: `${answer.value.version} is in charge again`, body: '' })
}

/** Compares a model with the champion over held-back sessions. */
export function CompareButton({
  version,
  report,
  busy,
  act,
}: ActingProps & { readonly version: string | undefined }) {
  const isComparing = busy.includes('learning/compare')
  return (
    <button
      type="button"
      className="btn"
      disabled={version === undefined || busy.length > 0 || report.progress !== undefined}
      onClick={() => version !== undefined && void act('learning/compare', { version })}
    >
      {isComparing ? 'Comparing' : 'Compare'}
    </button>
  )
}

function ModelBox({
  head,
  model,
  comparison,
  empty,
}: {
  readonly head: string
  readonly model: ModelSummary | undefined
  readonly comparison: Comparison | undefined
  readonly empty: string
}) {
  if (!model)
    return (
      <div className="model-box none">
        <span className="micro">{head}</span>
        <span className="t3">{empty}</span>
      </div>
    )
  const measured = Object.entries(model.metrics).filter(([, metric]) => typeof metric !== 'number')
  const metrics = metricRows(Object.fromEntries(measured)).slice(0, MOST_METRICS)
  const idle = comparison && idleWords(comparison, model.version)
  return (
    <div className={`model-box ${model.role}`} data-testid={model.role}>
      <span className="micro">{head}</span>
      <b>{model.version}</b>
      <span className="t2">
        {model.createdAt === undefined ? 'date not known' : day(model.createdAt)}
        {model.parent !== undefined && `, from ${model.parent}`}
      </span>
      {idle && <b className="tx">{idle}</b>}
      {metrics.map(({ name, words }) => (
        <span key={name} className="t2">
          {name} <b className="tx">{words}</b>
        </span>
      ))}
      {metrics.length > 0 && <span className="t3">simulated sessions; its claims stand below</span>}
    </div>
  )
}

/** What it makes where an edge was planted and where there is none stand beside each other. */
const MOST_METRICS = 2
