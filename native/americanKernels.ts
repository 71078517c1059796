import { greekList, type ExpiryColumn, type GreekColumns, type VolatilityColumns } from './europeanKernels.ts'
import type { BoundKernel, PricingKernels } from './pricingKernels.ts'

/**
 * American options with terms of their own, on two clocks. `sign` is 1 for a call, -1 for a put. Where a market has two
 * exercise boundaries (a negative rate above a yet lower yield) the kernels answer NaN: only the reference prices that.
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
   * takes about a millisecond: when interest or dividends over the life have changed, or volatilities have left the range.
   */
  refresh(): boolean
}

/** Prices within 1e-6 of a converged value up to a month, 1e-5 up to a year, on a spot of 600 dollars. */
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
 * Boundaries of an expiry over a range of volatilities, a column of the lowest and the highest. Volatilities outside of it
 * are priced all the same, by boundaries of their own.
 */
export function expiryBoundaries(
  kernels: PricingKernels,
  expiry: ExpiryColumn,
  range: Float64Array,
): ExpiryBoundaries {
  const column = new Float64Array(kernels.addon.americanBoundariesSize)
  // As the clock of variance runs down deviations fall: made a little wider, the range holds for some time
  const widened = new Float64Array(2)
  const kernel = kernels.bind('american.boundaries', [expiry, widened], [column])
  let held = { interest: Number.NaN, dividends: Number.NaN, low: Number.NaN, high: Number.NaN }
  return {
    column,
    refresh: () => {
      const [, years = 0, discountYears = 0, rate = 0, dividendYield = 0] = expiry
      const [lowest = 0, highest = 0] = range
      const [interest, dividends] = [rate * discountYears, dividendYield * discountYears]
      const [low, high] = [lowest * Math.sqrt(years), highest * Math.sqrt(years)]
      const isSame = held.interest === interest && held.dividends === dividends
      if (isSame && held.low <= low && high <= held.high) return false
      widened.set([lowest / WIDENED, highest * WIDENED])
      kernel.run(1)
      held = { interest, dividends, low: low / WIDENED, high: high * WIDENED }
      return true
    },
  }
}

const WIDENED = 1.5

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
