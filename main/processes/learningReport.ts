import type {
  Comparison,
  LearningReport,
  ModelRole,
  ModelSummary,
  PreferenceWeight,
  WeightFormat,
} from '../contract/learning.ts'
import type { LearnedTaste } from '../core/policy/learnedTastes.ts'
import type { StoredJudgement, StoredModel } from '../registry/modelRegistry.ts'
import { differenceInWords, promotionRule } from '../registry/promotionRule.ts'

/** Who is what among the models. */
export interface Roles {
  readonly champion: StoredModel
  readonly previous: string | undefined
  readonly judgements: ReadonlyMap<string, StoredJudgement>
  /** The weight file of the champion that is loaded. */
  readonly loadedFile: string
}

/** The models as the Learning page shows them, the champion first, then the newest. */
export function modelSummaries(models: readonly StoredModel[], roles: Roles): ModelSummary[] {
  const ranks: readonly ModelRole[] = ['champion', 'challenger', 'previous', 'kept']
  const rank = ({ role }: ModelSummary) => ranks.indexOf(role)
  return models
    .map(model => summaryOf(model, roles))
    .toSorted((one, other) => rank(one) - rank(other) || (other.createdAt ?? 0) - (one.createdAt ?? 0))
}

function summaryOf(model: StoredModel, roles: Roles): ModelSummary {
  const { card, version, copies } = model
  const role = roleOf(model, roles)
  const loaded = role === 'champion' ? formatOf(copies, roles.loadedFile) : undefined
  return {
    version,
    name: card.name,
    role,
    parent: card.parent,
    createdAt: card.createdAt,
    observationVersion: card.observationVersion,
    actionVersion: card.actionVersion,
    seeds: card.seeds,
    data: card.data,
    madeBy: card.madeBy,
    kind: card.kind,
    claims: card.claims,
    metrics: card.metrics,
    copies: copies.map(({ format, bytes, agreement, relativeError }) => ({
      format,
      bytes,
      agreement,
      relativeError,
    })),
    loaded,
    promotion: promotionOf(model, roles),
  }
}

/** The rule that the registry promotes by, told before anybody asks it. */
function promotionOf(
  { version, digest, card: { observationVersion, actionVersion } }: StoredModel,
  { champion, judgements }: Roles,
): ModelSummary['promotion'] {
  const judgement = judgements.get(version)
  const rule = promotionRule(champion, { version, digest, observationVersion, actionVersion }, judgement)
  if (!rule.ok) return { isAllowed: false, why: rule.failure.join(' ') }
  const better = judgement ? `Better: ${differenceInWords(judgement)}` : 'Better'
  return { isAllowed: true, why: `${better} against ${champion.version}.` }
}

/** A challenger is one that was made here and was not judged against somebody who is no longer in charge. */
function roleOf({ version, isBuiltIn }: StoredModel, { champion, previous, judgements }: Roles): ModelRole {
  if (version === champion.version) return 'champion'
  if (version === previous) return 'previous'
  const judgement = judgements.get(version)
  if (judgement) return judgement.champion.digest === champion.digest ? 'challenger' : 'kept'
  return isBuiltIn ? 'kept' : 'challenger'
}

function formatOf(copies: StoredModel['copies'], file: string): WeightFormat | undefined {
  return copies.find(copy => copy.file === file)?.format
}

/** The newest comparison with the model in charge. */
export function newestComparison(
  champion: StoredModel,
  comparisons: readonly { readonly judgement: StoredJudgement; readonly comparison: Comparison }[],
): Comparison | undefined {
  return comparisons
    .filter(({ judgement }) => judgement.champion.digest === champion.digest)
    .map(({ comparison }) => comparison)
    .toSorted((one, other) => other.time - one.time)[0]
}

const SIDES = { put: 'puts', call: 'calls', both: 'condors', none: 'anything' } as const

/** What the preference has learned, in words, strongest first. */
export function preferenceWeights(tastes: readonly LearnedTaste[]): PreferenceWeight[] {
  return tastes.map(({ side, from, to, delta, trend, shift }) => {
    const trades = delta === undefined ? SIDES[side] : `${Math.round(delta * 100)}-delta ${SIDES[side]}`
    const lean = trend && (trend === 'in' ? ' in a trend' : ` ${trend} the trend`)
    const hours = delta === undefined && !lean ? ` from ${clock(from)} to ${clock(to)}` : ''
    return { words: `${shift < 0 ? 'declines' : 'likes'} selling ${trades}${lean ?? hours}`, weight: shift }
  })
}

/** The wall clock of a whole session so many minutes after its open. */
function clock(minutes: number): string {
  const total = 9 * 60 + 30 + minutes
  return `${String(Math.floor(total / 60)).padStart(2, '0')}:${String(total % 60).padStart(2, '0')}`
}

/** The parts of a report that are put together. */
export type ReportParts = Omit<LearningReport, 'models'> & {
  readonly stored: readonly StoredModel[]
  readonly roles: Roles
}

/** Everything the Learning page shows. */
export function learningReport({ stored, roles, ...rest }: ReportParts): LearningReport {
  return { ...rest, models: modelSummaries(stored, roles) }
}
