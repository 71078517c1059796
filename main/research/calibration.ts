import { mean, quantileBetween, standardDeviation } from '../core/base/statistics.ts'
import { failure, success, type Result } from '../core/base/result.ts'
import type { OptionRight } from '../core/market/optionContract.ts'

/** A published strategy on options of their last day, held from 10:00 to settlement; figures in percent of the underlying. */
export interface PublishedStrategy {
  readonly strategy: string
  /** Strikes over the underlying, as published: `0.99/1.01`. */
  readonly moneyness: string
  readonly legs: readonly StrategyLeg[]
  readonly figures: StrategyFigures
}

/** A leg of a strategy: its strike as a multiple of the underlying. */
export interface StrategyLeg {
  readonly right: OptionRight
  readonly moneyness: number
  readonly quantity: number
}

/** What a strategy brought over many days, in percent of the underlying. */
export interface StrategyFigures {
  readonly count: number
  readonly mean: number
  readonly volatility: number
  readonly quantile1: number
  readonly quantile99: number
  /** Mean over volatility for a year of 252 days. */
  readonly sharpe: number
}

/** One day as a strategy needs it. */
export interface SettledOptions {
  readonly spot: number
  readonly settlement: number
  /** The worth of an option at the instant of the spot. */
  readonly worth: (right: OptionRight, strike: number) => number
}

/**
 * The legs of a strategy of Vilkov, "0DTE Trading Rules" (2023), from its name and its strikes over the underlying.
 * Signs follow the published extremes: strangles are bought, butterflies and condors sold, risk reversals long the
 * call, spreads are debit spreads, and ratio spreads sell two for one bought. Undefined for another name or number of
 * strikes.
 */
export function legsOf(strategy: string, strikes: readonly number[]): readonly StrategyLeg[] | undefined {
  const [a = Number.NaN, b = Number.NaN, c = Number.NaN, d = Number.NaN] = strikes
  const call = (moneyness: number, quantity: number): StrategyLeg => ({ right: 'call', moneyness, quantity })
  const put = (moneyness: number, quantity: number): StrategyLeg => ({ right: 'put', moneyness, quantity })
  if (strikes.length === 2) {
    if (strategy === 'Strangle/Straddle') return [put(a, 1), call(b, 1)]
    if (strategy === 'Risk Reversal') return [put(a, -1), call(b, 1)]
    if (strategy === 'Bull Call Spread') return [call(a, 1), call(b, -1)]
    if (strategy === 'Call Ratio Spread') return [call(a, 1), call(b, -2)]
    if (strategy === 'Bear Put Spread') return [put(b, 1), put(a, -1)]
    if (strategy === 'Put Ratio Spread') return [put(b, 1), put(a, -2)]
  }
  if (strategy !== 'Iron Butterfly/Condor') return undefined
  if (strikes.length === 3) return [put(a, 1), put(b, -1), call(b, -1), call(c, 1)]
  return strikes.length === 4 ? [put(a, 1), put(b, -1), call(c, -1), call(d, 1)] : undefined
}

/** Reads published rows (`Strategy,Moneyness,Count,Mean,Volatility,...`); an error names the line it cannot read. */
export function readPublished(text: string): Result<readonly PublishedStrategy[], string> {
  const [header = '', ...lines] = text.split(/\r?\n/).filter(line => line.trim() !== '')
  const names = header.split(',').map(name => name.replaceAll('"', '').trim())
  const columns = ['Strategy', 'Moneyness', 'Count', 'Mean', 'Volatility', '1%', '99%'].map(name =>
    names.indexOf(name),
  )
  if (columns.includes(-1))
    return failure('a header must name Strategy, Moneyness, Count, Mean, Volatility, 1%, 99%')
  const found: PublishedStrategy[] = []
  for (const [index, line] of lines.entries()) {
    const cells = line.split(',')
    const [strategy = '', moneyness = '', ...numbers] = columns.map(column => cells[column]?.trim() ?? '')
    const [count = Number.NaN, average = Number.NaN, volatility = Number.NaN, low, high] =
      numbers.map(decimal)
    // The name of the last column holds a comma, so that it is read from the end
    const sharpe = decimal(cells.at(-1)?.trim() ?? '')
    const legs = legsOf(strategy, moneyness.split('/').map(decimal))
    const figures = {
      count,
      mean: average,
      volatility,
      quantile1: low ?? Number.NaN,
      quantile99: high ?? Number.NaN,
      sharpe,
    }
    const isWhole = legs?.every(leg => leg.moneyness > 0) && Object.values(figures).every(Number.isFinite)
    if (!legs || !isWhole)
      return failure(`line ${index + 2} must be a strategy with its figures, was ${line}`)
    found.push({ strategy, moneyness, legs, figures })
  }
  return success(found)
}

function decimal(text: string): number {
  return text === '' ? Number.NaN : Number(text)
}

/** What a strategy brings on one day without costs, in percent of the underlying. */
export function strategyReturn(legs: readonly StrategyLeg[], day: SettledOptions): number {
  let profit = 0
  for (const { right, moneyness, quantity } of legs) {
    const strike = moneyness * day.spot
    const payoff = Math.max(0, right === 'call' ? day.settlement - strike : strike - day.settlement)
    profit += quantity * (payoff - day.worth(right, strike))
  }
  return (100 * profit) / day.spot
}

/** The figures of daily returns. */
export function strategyFigures(returns: readonly number[]): StrategyFigures {
  const [average, volatility] = [mean(returns), standardDeviation(returns)]
  return {
    count: returns.length,
    mean: average,
    volatility,
    quantile1: quantileBetween(returns, 0.01),
    quantile99: quantileBetween(returns, 0.99),
    sharpe: volatility > 0 ? (average / volatility) * Math.sqrt(252) : 0,
  }
}

/** A published strategy beside the same on simulated days. */
export interface StrategyComparison extends PublishedStrategy {
  readonly ours: StrategyFigures
  /** Our volatility over the published one. */
  readonly ratio: number
}

/** Every published strategy beside the same on days of ours. */
export function compareStrategies(
  published: readonly PublishedStrategy[],
  days: readonly SettledOptions[],
): readonly StrategyComparison[] {
  return published.map(row => {
    const ours = strategyFigures(days.map(day => strategyReturn(row.legs, day)))
    return { ...row, ours, ratio: ours.volatility / row.figures.volatility }
  })
}

/** The variance premium of a sample of days, in percent of the underlying: mean and volatility of a sold straddle. */
export function soldStraddle(days: readonly SettledOptions[]): StrategyFigures {
  const legs = legsOf('Strangle/Straddle', [1, 1]) ?? []
  return strategyFigures(days.map(day => -strategyReturn(legs, day)))
}
