import type { FeatureName } from '../features/observation.ts'
import { featureIndex } from '../features/observation.ts'
import { CHOPPY_BELOW } from '../volatility/realised.ts'
import type { Action } from './action.ts'
import { mainReason, type ActionMask, type MaskReason } from './actionMask.ts'
import type { DecisionContext, Driver } from './decision.ts'
import type { DriverName } from './shapley.ts'

/** A driver is told in the sentence from this contribution on. */
const WORTH_TELLING = 0.005

/** Why the cockpit suggests what it suggests, in one sentence made of its drivers and of measured facts only. */
export function reasonSentence(
  action: Action,
  drivers: readonly Driver[],
  context: DecisionContext,
  observation: ArrayLike<number>,
  mask: ActionMask,
): string {
  const others = Object.entries(mask).filter(([name, entry]) => name !== 'noTrade' && entry.allowed)
  if (action === 'noTrade' && others.length === 0)
    return `${FORCED_WAIT[mainReason(mask) ?? 'notAllowedNow']}.`
  const facts = drivers
    .filter(driver => driver.contribution > WORTH_TELLING)
    .slice(0, 2)
    .map(driver => driverFact(driver.name, context, observation))
  const first = facts[0]
  if (first === undefined)
    return `Nothing stands out from the usual; ${PLAIN_WORDS[action]} is the likeliest of what is allowed.`
  const told = facts.length > 1 ? `${first}, and ${facts[1]}` : first
  return `${told.charAt(0).toUpperCase()}${told.slice(1)}.`
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
    case 'time':
      return `${Math.round(context.minutesToClose)} minutes are left to the close`
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
    case 'acceptanceRate':
      return `you said yes to ${percent(value('acceptanceRate'))} lately`
    case 'winRateThisHour':
      return `trades of this hour won ${percent(value('winRateThisHour'))}`
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
  return `what is held stands at ${profit < 0 ? '\u2212' : '+'}$${Math.abs(profit).toFixed(0)}`
}

function outcomesFact(observation: ArrayLike<number>): string {
  const first = featureIndex('lastOutcome1')
  const outcomes = Array.from({ length: 5 }, (_, index) => observation[first + index] ?? 0).filter(
    value => value !== 0,
  )
  if (outcomes.length === 0) return 'no trade has ended yet'
  return `${outcomes.filter(value => value > 0).length} of the last ${outcomes.length} trades won`
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
