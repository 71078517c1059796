import type { Probability } from '../core/base/units.ts'
import { at, present } from '../core/base/assert.ts'
import { logOdds } from '../core/base/statistics.ts'

/** What combinatorially symmetric cross-validation says of a choice among strategies. */
export interface OverfittingReport {
  /** How often the best in sample is no better than the median out of sample. */
  readonly probability: Probability
  /** How often the best in sample loses out of sample. */
  readonly probabilityOfLoss: Probability
  /** Splits of the sample that were looked at. */
  readonly splits: number
  /** The mean of the log-odds of the rank out of sample; below 0 the choice does harm. */
  readonly meanLogit: number
}

/** Least periods a block: of fewer no Sharpe ratio is worth ranking. */
const FEWEST_IN_BLOCK = 2

/** The sums over one block that the Sharpe ratio of any union of blocks follows from. */
interface BlockSums {
  readonly counts: Float64Array
  readonly sums: readonly Float64Array[]
  readonly squares: readonly Float64Array[]
}

/**
 * The probability of backtest overfitting by combinatorially symmetric cross-validation (Bailey, Borwein, Lopez de Prado
 * and Zhu 2017): the sample is cut into an even number of blocks; for every choice of half of them the strategy with the
 * best Sharpe ratio there is ranked by its Sharpe ratio on the other half. `returns` holds one row a strategy with one
 * return a period; undefined for fewer than two strategies or too few periods. Equal ratios share their rank.
 */
export function overfittingProbability(
  returns: readonly ArrayLike<number>[],
  blocks = 16,
): OverfittingReport | undefined {
  const periods = returns[0]?.length ?? 0
  const count = Math.min(blocks, 2 * Math.floor(periods / FEWEST_IN_BLOCK / 2))
  if (returns.length < 2 || count < 2) return undefined
  const sums = blockSums(returns, periods, count)
  let [overfitted, losing, splits, logits] = [0, 0, 0, 0]
  for (const chosen of halves(count)) {
    const inside = returns.map((_, strategy) => sharpeOf(sums, strategy, chosen, true))
    const outside = returns.map((_, strategy) => sharpeOf(sums, strategy, chosen, false))
    const best = inside.indexOf(Math.max(...inside))
    const logit = logOdds(shareBelow(outside, at(outside, best)))
    splits += 1
    logits += logit
    if (logit <= 0) overfitted += 1
    if (at(outside, best) < 0) losing += 1
  }
  return {
    probability: overfitted / splits,
    probabilityOfLoss: losing / splits,
    splits,
    meanLogit: logits / splits,
  }
}

function blockSums(returns: readonly ArrayLike<number>[], periods: number, count: number): BlockSums {
  const counts = new Float64Array(count)
  const sums = returns.map(() => new Float64Array(count))
  const squares = returns.map(() => new Float64Array(count))
  for (let period = 0; period < periods; period += 1) {
    const block = Math.min(count - 1, Math.floor((period * count) / periods))
    counts[block] = at(counts, block) + 1
    returns.forEach((row, strategy) => {
      const value = at(row, period)
      addTo(sums[strategy], block, value)
      addTo(squares[strategy], block, value ** 2)
    })
  }
  return { counts, sums, squares }
}

function addTo(column: Float64Array | undefined, position: number, value: number): void {
  const known = present(column, 'a strategy has its sums')
  known[position] = at(known, position) + value
}

/** Every choice of half of the blocks, as a mask. */
function* halves(count: number): Generator<number> {
  for (let mask = 0; mask < 2 ** count; mask += 1) if (bitsOf(mask) === count / 2) yield mask
}

function bitsOf(mask: number): number {
  let bits = 0
  for (let left = mask; left > 0; left &= left - 1) bits += 1
  return bits
}

/** The Sharpe ratio a period of a strategy over the chosen blocks, or over the others; 0 without spread. */
function sharpeOf(
  { counts, sums, squares }: BlockSums,
  strategy: number,
  chosen: number,
  isInside: boolean,
): number {
  const [sumOf, squareOf] = [sums[strategy], squares[strategy]]
  if (!sumOf || !squareOf) return 0
  let [count, sum, square] = [0, 0, 0]
  for (let block = 0; block < counts.length; block += 1) {
    if (((chosen >> block) & 1) === (isInside ? 0 : 1)) continue
    count += at(counts, block)
    sum += at(sumOf, block)
    square += at(squareOf, block)
  }
  const variance = (square - sum ** 2 / count) / Math.max(1, count - 1)
  return variance > 1e-14 * (square / count) ? sum / count / Math.sqrt(variance) : 0
}

/** The relative rank of a value among all of them, strictly between 0 and 1; equals count half. */
function shareBelow(values: readonly number[], value: number): Probability {
  const below = values.filter(other => other < value).length
  const equal = values.filter(other => other === value).length
  return (below + (equal + 1) / 2) / (values.length + 1)
}
