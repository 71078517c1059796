import { at } from '../core/base/assert.ts'
import { mean, standardDeviation } from '../core/base/statistics.ts'
import { bootstrap, type Interval } from './bootstrap.ts'

/** Sessions of a year, by which daily figures become yearly ones. */
export const SESSIONS_PER_YEAR = 252

/** A spread this small beside the largest value is rounding, and no risk. */
const LEAST_SPREAD_SHARE = 1e-12

/** The shape of a sample of returns. */
export interface Moments {
  readonly count: number
  readonly mean: number
  /** Sample standard deviation (n - 1). */
  readonly deviation: number
  /** Third standardised moment; 0 of a sample without spread. */
  readonly skewness: number
  /** Fourth standardised moment, 3 of a normal; 3 of a sample without spread. */
  readonly kurtosis: number
}

/** The first four moments of a sample. */
export function momentsOf(returns: ArrayLike<number>): Moments {
  const count = returns.length
  const centre = mean(returns)
  let [second, third, fourth] = [0, 0, 0]
  for (let index = 0; index < count; index += 1) {
    const distance = at(returns, index) - centre
    second += distance ** 2
    third += distance ** 3
    fourth += distance ** 4
  }
  const isFlat = isWithoutSpread(returns)
  const spread = Math.sqrt(second / count)
  return {
    count,
    mean: centre,
    deviation: standardDeviation(returns),
    skewness: isFlat ? 0 : third / count / spread ** 3,
    kurtosis: isFlat ? 3 : fourth / count / spread ** 4,
  }
}

/** Mean over sample deviation, a period; 0 of a sample without spread, which shows no skill and no lack of it. */
export function sharpeRatio(returns: ArrayLike<number>): number {
  return isWithoutSpread(returns) ? 0 : mean(returns) / standardDeviation(returns)
}

/** The Sharpe ratio of a year of sessions, from returns a session. */
export function yearlySharpe(returns: ArrayLike<number>): number {
  return sharpeRatio(returns) * Math.sqrt(SESSIONS_PER_YEAR)
}

/** The standard error of a Sharpe ratio a period where returns are independent and normal (Lo 2002, equation 9). */
export function normalSharpeError(sharpe: number, count: number): number {
  return Math.sqrt((1 + sharpe ** 2 / 2) / count)
}

/**
 * The standard error of a Sharpe ratio a period for returns of any shape (Mertens 2002; Bailey and Lopez de Prado 2012,
 * equation 5): skewed and fat-tailed returns, those of sold options, say less than their count promises.
 */
export function sharpeError(sharpe: number, { count, skewness, kurtosis }: Moments): number {
  const variance = 1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe ** 2
  return Math.sqrt(Math.max(0, variance) / Math.max(1, count - 1))
}

/**
 * What a Sharpe ratio a period is multiplied by to be one of `periods` of them where returns follow on each other (Lo
 * 2002, equation 20): the square root of the periods without autocorrelation, less with a positive one. Autocorrelations
 * to `lags` are counted; undefined where they leave no variance.
 */
export function autocorrelatedScale(
  returns: ArrayLike<number>,
  periods: number,
  lags: number,
): number | undefined {
  let sum = periods
  for (let lag = 1; lag <= Math.min(lags, periods - 1, returns.length - 2); lag += 1)
    sum += 2 * (periods - lag) * autocorrelation(returns, lag)
  return sum > 0 ? periods / Math.sqrt(sum) : undefined
}

/** The yearly Sharpe ratio of returns a session with its 95 % percentile bootstrap interval over sessions. */
export function sharpeInterval(returns: readonly number[], seed: number): Interval {
  return bootstrap(returns, yearlySharpe, seed)
}

/** The correlation of a sample with itself a number of periods later; 0 without spread. */
export function autocorrelation(returns: ArrayLike<number>, lag: number): number {
  if (isWithoutSpread(returns)) return 0
  const centre = mean(returns)
  let [together, alone] = [0, 0]
  for (let index = 0; index < returns.length; index += 1) {
    const distance = at(returns, index) - centre
    alone += distance ** 2
    if (index >= lag) together += distance * (at(returns, index - lag) - centre)
  }
  return together / alone
}

function isWithoutSpread(returns: ArrayLike<number>): boolean {
  let largest = 0
  for (let index = 0; index < returns.length; index += 1)
    largest = Math.max(largest, Math.abs(at(returns, index)))
  return !(standardDeviation(returns) > LEAST_SPREAD_SHARE * largest)
}
