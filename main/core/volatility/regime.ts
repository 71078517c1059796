import type { Probability } from '../base/units.ts'
import { at, invariant } from '../base/assert.ts'

/** How returns come about while a regime lasts. */
export interface RegimeLaw {
  readonly name: string
  /** Mean of a return, in the unit of the returns. */
  readonly drift: number
  /** Share of the last return that comes again: above 0 moves go on, below 0 they turn back. */
  readonly persistence: number
  /** Standard deviation of what the last return does not tell. */
  readonly deviation: number
}

/** The regimes a market may be in and how they change. */
export interface RegimeModel {
  readonly laws: readonly RegimeLaw[]
  /** Probability that a regime lasts one more return; the rest is shared by the others. */
  readonly stay: Probability
  /** Probability from which another regime is announced; above a half, so that no two can claim it. */
  readonly announceFrom: Probability
}

/** What is believed after some returns. */
export interface RegimeBelief {
  /** Probability of every regime, in the order of the model; they sum to 1. */
  readonly probabilities: readonly Probability[]
  /** The regime that is announced, by its position. It stays until another is likely enough: hysteresis. */
  readonly announced: number
  readonly lastReturn: number
}

/**
 * Regimes of one-minute returns in units of their usual deviation: moves that go on, moves that turn back, and moves
 * that are large. Persistences are of the size that half-hour efficiency ratios of a trending day imply, not fitted.
 */
export const MINUTE_REGIMES: RegimeModel = {
  laws: [
    { name: 'trending', drift: 0, persistence: 0.35, deviation: 1 },
    { name: 'reverting', drift: 0, persistence: -0.35, deviation: 1 },
    { name: 'volatile', drift: 0, persistence: 0, deviation: 2.5 },
  ],
  stay: 0.98,
  announceFrom: 0.75,
}

/** The belief before any return: every regime as likely as the other, the first announced. */
export function firstBelief(model: RegimeModel): RegimeBelief {
  const count = model.laws.length
  invariant(count > 1, 'a model of regimes has two or more')
  invariant(model.announceFrom > 0.5, 'a regime is announced from a probability above a half on')
  return { probabilities: model.laws.map(() => 1 / count), announced: 0, lastReturn: 0 }
}

/**
 * The belief after one more return: the filter of Hamilton (1989) for a Markov chain of autoregressions. Costs a few
 * dozen operations; a return that is not a number tells nothing and leaves the belief as it is.
 */
export function hearReturn(model: RegimeModel, belief: RegimeBelief, heard: number): RegimeBelief {
  if (!Number.isFinite(heard)) return belief
  const leave = (1 - model.stay) / (model.laws.length - 1)
  const scores = model.laws.map((law, index) => {
    const before = at(belief.probabilities, index)
    const expected = model.stay * before + leave * (1 - before)
    return Math.log(expected) + logDensity(law, belief.lastReturn, heard)
  })
  const highest = Math.max(...scores)
  const weights = scores.map(score => Math.exp(score - highest))
  const sum = weights.reduce((all, weight) => all + weight, 0)
  const probabilities = weights.map(weight => weight / sum)
  const likeliest = probabilities.indexOf(Math.max(...probabilities))
  const isClear = at(probabilities, likeliest) >= model.announceFrom
  return { probabilities, announced: isClear ? likeliest : belief.announced, lastReturn: heard }
}

/** Log density of a return after another under a law, without the constant that all laws share. */
function logDensity(law: RegimeLaw, last: number, heard: number): number {
  const surprise = (heard - law.drift - law.persistence * last) / law.deviation
  return -0.5 * surprise * surprise - Math.log(law.deviation)
}
