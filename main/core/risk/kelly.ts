import type { Dollars, Probability, Volatility } from '../base/units.ts'
import { dollarWords } from '../base/dollarWords.ts'
import { CONTRACT_MULTIPLIER } from '../base/units.ts'
import { mean, standardDeviation } from '../base/statistics.ts'
import { INTERVAL_DEVIATIONS, type Estimate } from '../policy/bayesianLogistic.ts'
import type { Proposal } from '../policy/proposal.ts'
import type { Limits } from './limits.ts'
import type { RiskState } from './riskState.ts'
import { lotsFor } from './sizing.ts'

/** What sizes by odds are measured against. */
export interface SizingRule {
  /** The money that is to grow. */
  readonly bankroll: Dollars
  /** Implied volatility up to which a size is not made smaller for it. */
  readonly volatilityTarget: Volatility
}

/** What makes the number of lots: the limits alone, or Kelly under uncertainty within them. */
export interface Sizing extends SizingRule {
  readonly by: 'limits' | 'kelly'
}

/** No odds are known on a first day. */
export const DEFAULT_SIZING: Sizing = { by: 'limits', bankroll: 25_000, volatilityTarget: 0.15 }

/** Whether two ways to size are one. */
export function isSameSizing(one: Sizing, other: Sizing): boolean {
  return (
    one.by === other.by && one.bankroll === other.bankroll && one.volatilityTarget === other.volatilityTarget
  )
}

/** What one lot wins or loses, both above zero. */
export interface Bet {
  readonly win: Dollars
  readonly loss: Dollars
}

/** A probability of winning that is not known for sure. */
export interface Odds {
  readonly mean: Probability
  /** Standard deviation of what is believed of it. */
  readonly deviation: number
}

/** The most of a full Kelly stake that is ever taken: half of it has three quarters of the growth and half of the swings. */
const LARGEST_SHARE = 0.5

/** How a size came about. Stakes are shares of the bankroll that are lost where the bet is. */
export interface KellySize {
  readonly bet: Bet
  readonly odds: Odds
  /** The stake of one who is sure of the odds; 0 where the bet is not worth taking. */
  readonly full: number
  /** The share of it that is left for one who is not. */
  readonly shrinkage: number
  /** At most 1: what the volatility of the moment leaves. */
  readonly calm: number
  readonly stake: number
  /** Whole lots that the stake pays for; 0 where not even one. */
  readonly lots: number
}

/** The stake that makes money grow fastest in the long run, by known odds (J. L. Kelly, 1956); 0 without an edge. */
export function kellyStake(probability: Probability, { win, loss }: Bet): number {
  if (!(win > 0) || !(loss > 0)) return 0
  return Math.max(0, probability - ((1 - probability) * loss) / win)
}

/**
 * The share of the Kelly stake that is best where the odds are estimated: edge² / (edge² + (b + 1)² s²), the edge being
 * (b + 1) p - 1, b what is won for one that is lost and s the deviation of p (R. D. Baker and I. G. McHale, "Optimal betting
 * under parameter uncertainty: improving the Kelly criterion", Decision Analysis 10, 2013). 0 without an edge.
 */
export function kellyShrinkage({ mean: probability, deviation }: Odds, { win, loss }: Bet): number {
  if (!(win > 0) || !(loss > 0)) return 0
  const gain = win / loss
  const edge = (gain + 1) * probability - 1
  if (!(edge > 0)) return 0
  return edge ** 2 / (edge ** 2 + ((gain + 1) * deviation) ** 2)
}

/** The odds that a model with an interval believes in. */
export function oddsOfEstimate(estimate: Estimate): Odds {
  return { mean: estimate.mean, deviation: (estimate.high - estimate.low) / (2 * INTERVAL_DEVIATIONS) }
}

/** The odds that an ensemble believes in: where its members differ, nobody is sure. */
export function oddsOfEnsemble(probabilities: readonly Probability[]): Odds {
  return { mean: mean(probabilities), deviation: standardDeviation(probabilities) }
}

/**
 * The same odds for somebody who also doubts by so many dollars what the moment is worth: on a chance of winning hangs what
 * is won and what is lost together, and doubts of different models are taken for independent.
 */
export function doubtedOdds(odds: Odds, { win, loss }: Bet, doubt: Dollars): Odds {
  return win + loss > 0 ? { ...odds, deviation: Math.hypot(odds.deviation, doubt / (win + loss)) } : odds
}

/** One lot of a proposal as a bet: its profit is taken or its stop is hit, both after all fees. Exits by time are between. */
export function betOf({ walk, exit, fees, atStop, quantity }: Proposal): Bet {
  const win = (walk.start - exit.takeProfit) * CONTRACT_MULTIPLIER - fees / quantity
  return { win: Math.max(0, win), loss: Math.max(0, -atStop / quantity) }
}

/** The stake under uncertainty and its lots: shrunk, at most half, and less where volatility is above its target. */
export function kellySize(bet: Bet, odds: Odds, implied: Volatility, rule: SizingRule): KellySize {
  const full = kellyStake(odds.mean, bet)
  const shrinkage = kellyShrinkage(odds, bet)
  const calm = implied > 0 ? Math.min(1, rule.volatilityTarget / implied) : 0
  const stake = full * Math.min(shrinkage, LARGEST_SHARE) * calm
  const lots = bet.loss > 0 ? Math.floor((stake * rule.bankroll) / bet.loss) : 0
  return { bet, odds, full, shrinkage, calm, stake, lots }
}

/**
 * Lots for a proposal of one lot by Kelly under uncertainty, never more than the limits allow. At least one, as with limits
 * alone: whether to trade at all is for the policy, the gate and the trader to say.
 */
export function kellyLots(size: KellySize, oneLot: Proposal, state: RiskState, limits: Limits): number {
  return Math.max(1, Math.min(size.lots, lotsFor(oneLot, state, limits)))
}

/** How a size came about, in words. */
export function sizingSentence(size: KellySize, lots: number, rule: SizingRule): string {
  const { bet, odds, full, shrinkage, calm, stake } = size
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`
  const dollars = (amount: number) => dollarWords(Math.round(amount))
  const many = lots === 1 ? '1 lot' : `${lots} lots`
  const terms = `odds ${percent(odds.mean)} give or take ${percent(odds.deviation)}, ${dollars(bet.win)} to win against ${dollars(bet.loss)}`
  if (full === 0) return `Sizing: ${many}, the least: no edge by Kelly (${terms}).`
  const kept = percent(Math.min(shrinkage, LARGEST_SHARE))
  const calmer = calm < 1 ? `, ${percent(calm)} of that for volatility` : ''
  const told = `Kelly stakes ${percent(full)} of ${dollars(rule.bankroll)}, ${kept} of it is left after doubt${calmer}: ${percent(stake)}`
  const bound =
    lots < size.lots ? '; limits allow no more' : lots > size.lots ? ', less than one lot; the least' : ''
  return `Sizing: ${many}. ${told}${bound} (${terms}).`
}
