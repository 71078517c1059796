import type { Probability } from '../core/base/units.ts'
import { normalDistribution } from '../core/pricing/normal.ts'
import { momentsOf, sharpeError, sharpeRatio } from './sharpe.ts'

/** Euler's constant, of the expected maximum of many normals. */
const EULER = 0.577_215_664_901_532_9

/** Farther out a normal has no probability that a double can tell from 0 or 1. */
const FARTHEST = 38

/**
 * The probability that the true Sharpe ratio of returns lies above a benchmark, both a period (Bailey and Lopez de Prado
 * 2012, "The Sharpe ratio efficient frontier", equation 4). One half where the returns have no spread.
 */
export function probabilisticSharpe(returns: ArrayLike<number>, benchmark: number): Probability {
  const sharpe = sharpeRatio(returns)
  const error = sharpeError(sharpe, momentsOf(returns))
  // Returns of two values can have a ratio without error: then it is above or it is not
  if (!(error > 0)) return sharpe > benchmark ? 1 : sharpe < benchmark ? 0 : 0.5
  return normalDistribution((sharpe - benchmark) / error)
}

/**
 * The Sharpe ratio a period that the best of a number of worthless trials is expected to show, when their Sharpe ratios
 * have a variance (Bailey and Lopez de Prado 2014, "The deflated Sharpe ratio", equation 1). 0 for one trial.
 */
export function luckiestSharpe(trials: number, variance: number): number {
  if (!(trials > 1)) return 0
  const best = normalQuantile(1 - 1 / trials)
  const nextBest = normalQuantile(1 - 1 / (trials * Math.E))
  return Math.sqrt(Math.max(0, variance)) * ((1 - EULER) * best + EULER * nextBest)
}

/**
 * The deflated Sharpe ratio (Bailey and Lopez de Prado 2014): the probability that the true Sharpe ratio lies above what
 * the luckiest of all trials would show. `variance` is that of the Sharpe ratios of the trials a period, where two are
 * known. It counts only as far as estimates of worthless strategies spread with as many returns, whatever their shape (that of
 * `sharpeError` at 0): trials much alike spread less, and so does their luck; what lies farther apart does so by true
 * differences, such as costs that make most of them lose, and the luckiest has none of that.
 */
export function deflatedSharpe(
  returns: ArrayLike<number>,
  trials: number,
  variance = Number.POSITIVE_INFINITY,
): Probability {
  const worthless = 1 / Math.max(1, returns.length - 1)
  return probabilisticSharpe(returns, luckiestSharpe(trials, Math.min(variance, worthless)))
}

/** The value below which a standard normal lies with a probability, by bisection to the last bit that matters. */
export function normalQuantile(probability: Probability): number {
  let [low, high] = [-FARTHEST, FARTHEST]
  for (let round = 0; round < 80; round += 1) {
    const middle = (low + high) / 2
    if (normalDistribution(middle) < probability) low = middle
    else high = middle
  }
  return (low + high) / 2
}
