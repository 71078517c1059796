import { at } from '../core/base/assert.ts'
import { createRandom, type Random } from '../core/base/random.ts'
import { logOdds, logistic, mean } from '../core/base/statistics.ts'
import {
  estimateAt,
  learnAnswer,
  priorModel,
  type BayesianLogistic,
} from '../core/policy/bayesianLogistic.ts'
import { kellySize, kellyStake, oddsOfEnsemble, type Bet, type Odds } from '../core/risk/kelly.ts'
import { bootstrap, type Interval } from './bootstrap.ts'

/**
 * Whether sizes by Kelly under uncertainty make money grow faster than fixed sizes, where the odds of bets are planted: each
 * bet is seen by a few figures, its true log-odds are a weighted sum of them, and nobody is told the weights. An ensemble of
 * five learns them from bets of the past; the fixed size is the one that would have grown fastest over those same bets.
 */
export interface PlantedOdds {
  /** Win and loss of a bet. */
  readonly bet: Bet
  /** Probability of winning an average bet. */
  readonly average: number
  /** How far odds differ from bet to bet: the deviation of their log-odds. */
  readonly spread: number
  /** Bets of the past, and bets that are sized. */
  readonly past: number
  readonly future: number
}

/** Odds as of short spreads that differ from hour to hour: about 67 % to win 40 for 60, an edge of 12 % of the stake. */
export const PLANTED: PlantedOdds = {
  bet: { win: 40, loss: 60 },
  average: 0.67,
  spread: 0.5,
  past: 400,
  future: 1000,
}

/** The same bets without any difference among them: knowing figures is worth nothing, and sizes should come out alike. */
export const ALL_ALIKE: PlantedOdds = { ...PLANTED, spread: 0 }

/** Bets that lose on average and differ by nothing: whoever stakes, loses. */
export const NO_EDGE: PlantedOdds = { ...ALL_ALIKE, average: 0.58 }

/** Growth of the logarithm of money a bet, by who sized. */
export interface KellyTrial {
  /** Five models, their spread, Baker and McHale's shrinkage, at most half: as the cockpit sizes. */
  readonly ensemble: number
  /** The mean of the same five taken for certain, at most half. */
  readonly certain: number
  /** The same share of money every time, the one that was best in the past. */
  readonly fixed: number
  /** The same share every time, the one that was best in hindsight: no fixed size grows faster. */
  readonly hindsight: number
}

const MEMBERS = 5
const FIGURES = 4

/** No volatility is planted: sizes are not made smaller for it. */
const RULE = { bankroll: 1, volatilityTarget: 1 }

interface Played {
  readonly figures: Float64Array
  readonly isWon: boolean
}

/** One world with its past and its future; the same seed gives the same. */
export function kellyTrial(seed: number, planted: PlantedOdds = PLANTED): KellyTrial {
  const random = createRandom(seed)
  const weights = plantedWeights(planted, random.split('weights'))
  const past = playedBets(planted.past, weights, random.split('past'))
  const future = playedBets(planted.future, weights, random.split('future'))
  const members = ensembleOf(past, random.split('ensemble'))
  const odds = future.map(({ figures }) =>
    oddsOfEnsemble(members.map(member => estimateAt(member, figures).mean)),
  )
  const grown = (stakeOf: (index: number) => number) => growthOf(future, planted.bet, stakeOf)
  const byOdds = (change: (odds: Odds) => Odds) => (index: number) => {
    const known = odds[index]
    return known ? kellySize(planted.bet, change(known), 1, RULE).stake : 0
  }
  const [fixed, hindsight] = [past, future].map(bets => bestShare(bets, planted.bet))
  return {
    ensemble: grown(byOdds(known => known)),
    certain: grown(byOdds(known => ({ ...known, deviation: 0 }))),
    fixed: grown(() => fixed ?? 0),
    hindsight: grown(() => hindsight ?? 0),
  }
}

/**
 * What sizes by odds gain over fixed ones in growth, as a share of theirs, with intervals over worlds; and the growth of each.
 * NaN where fixed sizes do not grow.
 */
export interface KellyComparison {
  readonly worlds: number
  /** Growth of the ensemble over that of the best fixed size of the past, less 1. */
  readonly gain: Interval
  /** The same against the best fixed size in hindsight. */
  readonly gainOverHindsight: Interval
  /** Growth a bet. */
  readonly growth: Readonly<Record<keyof KellyTrial, Interval>>
}

/** Trials in several worlds, and what they say together. */
export function compareKelly(seeds: readonly number[], planted: PlantedOdds = PLANTED): KellyComparison {
  const trials = seeds.map(seed => kellyTrial(seed, planted))
  const average = (name: keyof KellyTrial) => (sample: readonly KellyTrial[]) =>
    mean(sample.map(trial => trial[name]))
  const gainOver = (name: keyof KellyTrial) => (sample: readonly KellyTrial[]) =>
    average(name)(sample) > 0 ? average('ensemble')(sample) / average(name)(sample) - 1 : Number.NaN
  const growthOf = (name: keyof KellyTrial) => bootstrap(trials, average(name), 1)
  return {
    worlds: trials.length,
    gain: bootstrap(trials, gainOver('fixed'), 1),
    gainOverHindsight: bootstrap(trials, gainOver('hindsight'), 1),
    growth: {
      ensemble: growthOf('ensemble'),
      certain: growthOf('certain'),
      fixed: growthOf('fixed'),
      hindsight: growthOf('hindsight'),
    },
  }
}

/** The average first, then weights in any direction whose length is the spread. */
function plantedWeights({ average, spread }: PlantedOdds, random: Random): Float64Array {
  const direction = Float64Array.from({ length: FIGURES }, () => random.normal())
  const length = Math.hypot(...direction)
  return Float64Array.of(logOdds(average), ...direction.map(part => (part * spread) / length))
}

function playedBets(count: number, weights: Float64Array, random: Random): Played[] {
  return Array.from({ length: count }, () => {
    const figures = Float64Array.of(1, ...Array.from({ length: FIGURES }, () => random.normal()))
    const trueLogOdds = figures.reduce((sum, figure, index) => sum + figure * at(weights, index), 0)
    return { figures, isWon: random.uniform() < logistic(trueLogOdds) }
  })
}

/** Five models, each of a sample of the past drawn with replacement (bagging, L. Breiman, 1996). */
function ensembleOf(past: readonly Played[], random: Random): BayesianLogistic[] {
  return Array.from({ length: MEMBERS }, () => {
    const size = FIGURES + 1
    const covariance = new Float64Array(size * size)
    for (let index = 0; index < size; index += 1) covariance[index * size + index] = 1
    let model = priorModel(new Float64Array(size), covariance)
    for (let turn = 0; turn < past.length; turn += 1) {
      const drawn = past[random.below(past.length)]
      if (drawn) model = learnAnswer(model, drawn.figures, drawn.isWon)
    }
    return model
  })
}

/** The share of money that would have grown fastest over some bets: Kelly of how often they were won. */
function bestShare(bets: readonly Played[], bet: Bet): number {
  return kellyStake(mean(bets.map(({ isWon }) => (isWon ? 1 : 0))), bet)
}

function growthOf(bets: readonly Played[], { win, loss }: Bet, stakeOf: (index: number) => number): number {
  const growths = bets.map(({ isWon }, index) => {
    const stake = stakeOf(index)
    return Math.log(isWon ? 1 + (stake * win) / loss : 1 - stake)
  })
  return mean(growths)
}
