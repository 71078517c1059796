import { dollarWords } from '../base/dollarWords.ts'
import type { FeatureName } from '../features/observation.ts'
import { featureIndex } from '../features/observation.ts'
import type { Neighbour } from '../memory/recollection.ts'
import { CHOPPY_BELOW } from '../volatility/realised.ts'
import type { Action } from './action.ts'
import { mainReason, type ActionMask, type MaskReason } from './actionMask.ts'
import type { DecisionContext, Driver } from './decision.ts'
import type { Flip } from './flip.ts'
import type { DriverName } from './shapley.ts'

/** A driver is told in the sentence from this contribution on. */
export const WORTH_TELLING = 0.005

/** Minutes of a usual session, the unit of time in an observation. */
const SESSION_MINUTES = 390

/** What a sentence is made of; it says nothing that is not among these. */
export interface Evidence {
  readonly action: Action
  /** Strongest first. */
  readonly drivers: readonly Driver[]
  /** Changes of the market that were found to change the decision, by deciding again. */
  readonly flips: readonly Flip[]
  readonly neighbours: readonly Neighbour[]
  readonly context: DecisionContext
  readonly observation: ArrayLike<number>
  readonly mask: ActionMask
}

/**
 * Why the cockpit suggests what it suggests: first the drivers that speak for it, then what would change it and how like
 * cases ended, where that is known. A wait without a choice is explained by that alone.
 */
export function reasonSentence(evidence: Evidence): string {
  const { action, mask } = evidence
  const others = Object.entries(mask).filter(([name, entry]) => name !== 'noTrade' && entry.allowed)
  if (action === 'noTrade' && others.length === 0)
    return `${FORCED_WAIT[mainReason(mask) ?? 'notAllowedNow']}.`
  const rest = [flipClause(evidence), casesClause(evidence.neighbours)].filter(clause => clause !== undefined)
  const told = [driversClause(evidence), rest.join('; ')].filter(clause => clause !== '')
  return told.map(clause => `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`).join(' ')
}

/** The two strongest drivers for the action; those against it are no reasons. */
function driversClause({ action, drivers, context, observation }: Evidence): string {
  const [first, second] = drivers
    .filter(driver => driver.contribution > WORTH_TELLING)
    .slice(0, 2)
    .map(driver => driverFact(driver.name, context, observation))
  if (first === undefined)
    return `nothing stands out from the usual; ${PLAIN_WORDS[action]} is the likeliest of what is allowed`
  return second === undefined ? first : `${first}, and ${second}`
}

/** The flip that lies nearest, each axis measured by how far it was searched. */
function flipClause({ flips, context }: Evidence): string | undefined {
  const distance = ({ axis, change }: Flip) => {
    if (axis === 'spot') return Math.abs(change) / (2 * (context.expectedMove ?? context.spot))
    return axis === 'volatility' ? Math.abs(change - 1) / 0.6 : change / Math.max(1, context.minutesToClose)
  }
  const nearest = flips.toSorted((one, other) => distance(one) - distance(other))[0]
  return nearest && `${flipFact(nearest)} it would be ${PLAIN_WORDS[nearest.action]}`
}

/** A change of the market in words. */
export function flipFact({ axis, change }: Flip): string {
  if (axis === 'spot') return `about $${Math.abs(change).toFixed(2)} ${change < 0 ? 'lower' : 'higher'}`
  if (axis === 'time') return `in about ${Math.round(change)} minutes, all else alike,`
  const percent = Math.round(Math.abs(change - 1) * 100)
  return `with volatility about ${percent} % ${change < 1 ? 'lower' : 'higher'}`
}

/** How the nearest past cases with a trade ended, net of costs: a wait could make no money, so it counts for neither. */
function casesClause(neighbours: readonly Neighbour[]): string | undefined {
  const traded = neighbours.filter(({ action }) => action !== PLAIN_WORDS.noTrade)
  if (traded.length === 0) return undefined
  const good = traded.filter(({ net }) => net > 0).length
  if (traded.length === 1)
    return `the nearest past case with a trade ${good === 1 ? 'made' : 'did not make'} money`
  return `of the ${traded.length} nearest past cases with a trade ${good} made money`
}

/** What a driver looks like at the moment, as a clause with its figure. */
export function driverFact(
  name: DriverName,
  context: DecisionContext,
  observation: ArrayLike<number>,
): string {
  const value = (feature: FeatureName) => observation[featureIndex(feature)] ?? 0
  const percent = (share: number) => `${Math.round(share * 100)} %`
  switch (name) {
    // Read as the policy saw it, in single precision, so that every page rounds the same figure
    case 'time':
      return `${Math.round(value('minutesToClose') * SESSION_MINUTES)} minutes are left to the close`
    case 'spot':
      return `the underlying stands at ${context.spot.toFixed(2)}`
    case 'impliedVolatility':
      return volatilityFact(context)
    case 'position':
      return positionFact(value('hasPosition'), value('positionProfit') * 1000)
    case 'risk':
      return `the risk score is ${value('riskScore').toFixed(2)}`
    case 'lastOutcomes':
      return outcomesFact(observation)
    // Both count one yes and one no, one win and one loss, before anything was seen
    case 'acceptanceRate':
      return `your rate of yes, smoothed, is ${percent(value('acceptanceRate'))}`
    case 'winRateThisHour':
      return `the win rate of this hour, smoothed, is ${percent(value('winRateThisHour'))}`
    case 'profitTrend':
      return trendFact(value('profitTrend'))
    case 'daysSinceSimilar':
      return daysFact(value('daysSinceSimilar') * 30)
    case 'suggestionsThisSession':
      return `${Math.round(value('suggestionsThisSession') * 50)} suggestions were made today`
    case 'riskTolerance':
      return `your answers allow ${value('riskTolerance') >= 0.5 ? 'more' : 'less'} risk than usual`
    case 'regime':
      return regimeFact(context.regime)
  }
}

/** An action in words. */
export const PLAIN_WORDS: Record<Action, string> = {
  noTrade: 'no trade',
  sellPutVertical10: 'a put vertical at 10 delta',
  sellPutVertical15: 'a put vertical at 15 delta',
  sellCallVertical10: 'a call vertical at 10 delta',
  sellCallVertical15: 'a call vertical at 15 delta',
  sellIronCondor: 'an iron condor',
  close: 'closing',
}

const FORCED_WAIT: Record<MaskReason, string> = {
  noChain: 'Too few strikes are quoted on both sides to decide on anything',
  noStrike: 'No quoted strike has the delta that a short leg needs',
  noWing: 'No wing is offered beyond the short strike',
  notQuoted: 'A leg of every structure is not quoted',
  creditTooSmall: 'No structure pays the least credit worth selling',
  noPosition: 'Nothing is held that could be closed',
  tooManyPositions: 'As many structures are held as the limits allow',
  outsideSession: 'No new risk is taken at this hour',
  notAllowedNow: 'Nothing is allowed at the moment',
}

function volatilityFact(context: DecisionContext): string {
  const points = (volatility: number) => (volatility * 100).toFixed(1)
  const implied = `implied volatility is ${points(context.impliedVolatility)}`
  if (context.realisedVolatility === undefined) return implied
  return `${implied} against ${points(context.realisedVolatility)} realised`
}

function positionFact(hasPosition: number, profit: number): string {
  if (hasPosition === 0) return 'nothing is held'
  return `what is held stands at ${profit < 0 ? '' : '+'}${dollarWords(Math.round(profit))}`
}

function outcomesFact(observation: ArrayLike<number>): string {
  const first = featureIndex('lastOutcome1')
  const outcomes = Array.from({ length: 5 }, (_, index) => observation[first + index] ?? 0).filter(
    value => value !== 0,
  )
  if (outcomes.length === 0) return 'no trade has won or lost yet'
  const won = outcomes.filter(value => value > 0).length
  return `of the last trades ${won} won and ${outcomes.length - won} lost`
}

function trendFact(trend: number): string {
  if (Math.abs(trend) < 0.05) return 'recent trades made about nothing'
  return `recent trades ${trend > 0 ? 'made' : 'lost'} money`
}

function daysFact(days: number): string {
  if (days >= 30) return 'nothing like this was seen for a month'
  return days < 1 ? 'it looked like this earlier today' : `it looked like this ${Math.round(days)} days ago`
}

function regimeFact(regime: number): string {
  const share = Math.abs(regime).toFixed(2)
  if (Math.abs(regime) < CHOPPY_BELOW) return `price goes nowhere (trend ${share} of 1)`
  return `price trends ${regime > 0 ? 'up' : 'down'} (${share} of 1 over half an hour)`
}
