import { greekList, type ExpiryColumn, type GreekColumns, type VolatilityColumns } from './europeanKernels.ts'
import type { BoundKernel, PricingKernels } from './pricingKernels.ts'

/**
 * American options with terms of their own, on two clocks. `sign` is 1 for a call, -1 for a put. Where a market has two
 * exercise boundaries (a negative rate above a yet lower yield), and outside of the domain that they are made for, the kernels answer
 * NaN, or the status of what is no number: only the reference prices that. Outside is a rate or yield beyond 50 %, either over the
 * life beyond 2, volatility times the root of the years beyond 3, and what has no chance left: no time, volatility, spot or strike.
 */
export interface AmericanColumns {
  readonly spot: Float64Array
  readonly strike: Float64Array
  /** Years in which the underlying still moves. */
  readonly years: Float64Array
  /** Years over which money is lent; 0 for today's expiry, where American and European are one. */
  readonly discountYears: Float64Array
  readonly volatility: Float64Array
  readonly rate: Float64Array
  readonly dividendYield: Float64Array
  readonly sign: Float64Array
}

/** American quotes with terms of their own. */
export type AmericanQuotes = Omit<AmericanColumns, 'volatility'> & { readonly price: Float64Array }

/** Boundaries of one expiry, which serve all its spots and strikes. */
export interface ExpiryBoundaries {
  /** What the row kernels take. */
  readonly column: Float64Array
  /**
   * Makes the boundaries hold for the expiry as its column now stands; returns whether they had to be collocated anew, which
   * takes about two milliseconds: when interest or dividends over the life have changed, or a tenth of the root of the time has passed.
   */
  refresh(): boolean
}

/** Prices within 1e-6 of a converged value up to a month, 1e-4 up to a year, on a spot of 600 dollars; never below what exercise pays. */
export function bindAmericanPrices(
  kernels: PricingKernels,
  options: AmericanColumns,
  price: Float64Array,
): BoundKernel {
  return kernels.bind('american.prices', optionList(options, options.volatility), [price])
}

/** Prices by fewer points: about ten times as fast, and within 1e-5 (a day) to 1e-3 (a quarter) on a spot of 600 dollars. */
export function bindAmericanQuickPrices(
  kernels: PricingKernels,
  options: AmericanColumns,
  price: Float64Array,
): BoundKernel {
  return kernels.bind('american.quickPrices', optionList(options, options.volatility), [price])
}

/** Price and eight Greeks. */
export function bindAmericanGreeks(
  kernels: PricingKernels,
  options: AmericanColumns,
  greeks: GreekColumns,
): BoundKernel {
  return kernels.bind('american.greeks', optionList(options, options.volatility), greekList(greeks))
}

/** Volatilities at which American values give prices back, and a status for each. */
export function bindAmericanVolatilities(
  kernels: PricingKernels,
  quotes: AmericanQuotes,
  answer: VolatilityColumns,
): BoundKernel {
  return kernels.bind('american.volatilities', optionList(quotes, quotes.price), [
    answer.volatility,
    answer.status,
  ])
}

/**
 * Boundaries of an expiry over the volatilities that quotes usually have. Volatilities outside of them are priced all the same,
 * by boundaries of their own. They depend on interest, dividends and time alone, never on what was asked before: the same
 * quotes give the same bits.
 */
export function expiryBoundaries(kernels: PricingKernels, expiry: ExpiryColumn): ExpiryBoundaries {
  const column = new Float64Array(kernels.addon.americanBoundariesSize)
  // Over one year of variance a volatility is a deviation, so nothing else of the clock enters
  const terms = new Float64Array(5)
  const deviations = new Float64Array(2)
  const kernel = kernels.bind('american.boundaries', [terms, deviations], [column])
  let held = { interest: Number.NaN, dividends: Number.NaN, low: Number.NaN, high: Number.NaN }
  return {
    column,
    refresh: () => {
      const [, years = 0, discountYears = 0, rate = 0, dividendYield = 0] = expiry
      const [interest, dividends] = [rate * discountYears, dividendYield * discountYears]
      const [low, high] = usualDeviations(years)
      const isSame = held.interest === interest && held.dividends === dividends
      if (isSame && held.low === low && held.high === high) return false
      terms.set([1, 1, discountYears, rate, dividendYield])
      deviations.set([low, high])
      kernel.run(1)
      held = { interest, dividends, low, high }
      return true
    },
  }
}

/** Volatilities that quotes usually have, whatever the time; with less time higher ones cost no accuracy, up to a limit. */
const USUAL = { lowest: 0.05, highest: 0.8, deviation: 0.3, limit: 3 }
/** Ranges begin and end at powers of it: time passes for a while before it takes another one. */
const GRID = 1.1

/** The range of deviations, from the grid around those of usual volatilities. */
function usualDeviations(years: number): readonly [low: number, high: number] {
  const root = Math.sqrt(Math.max(years, Number.MIN_VALUE))
  const highest = Math.min(USUAL.limit, Math.max(USUAL.highest, USUAL.deviation / root))
  const place = (volatility: number) => Math.log(volatility * root) / Math.log(GRID)
  return [GRID ** Math.floor(place(USUAL.lowest)), GRID ** Math.ceil(place(highest))]
}

/** Price and eight Greeks of options of one expiry. */
export function bindAmericanRowGreeks(
  kernels: PricingKernels,
  expiry: ExpiryColumn,
  boundaries: ExpiryBoundaries,
  rows: { readonly strike: Float64Array; readonly volatility: Float64Array; readonly sign: Float64Array },
  greeks: GreekColumns,
): BoundKernel {
  const inputs = [expiry, boundaries.column, rows.strike, rows.volatility, rows.sign]
  return kernels.bind('american.rowGreeks', inputs, greekList(greeks))
}

/** Volatilities of quotes of one expiry, and a status for each. */
export function bindAmericanRowVolatilities(
  kernels: PricingKernels,
  expiry: ExpiryColumn,
  boundaries: ExpiryBoundaries,
  rows: { readonly strike: Float64Array; readonly price: Float64Array; readonly sign: Float64Array },
  answer: VolatilityColumns,
): BoundKernel {
  const inputs = [expiry, boundaries.column, rows.strike, rows.price, rows.sign]
  return kernels.bind('american.rowVolatilities', inputs, [answer.volatility, answer.status])
}

function optionList(options: Omit<AmericanColumns, 'volatility'>, value: Float64Array): Float64Array[] {
  const { spot, strike, years, discountYears, rate, dividendYield, sign } = options
  return [spot, strike, years, discountYears, value, rate, dividendYield, sign]
}
