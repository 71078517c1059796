import type { BoundKernel, PricingKernels } from './pricingKernels.ts'

/** What is written for every option, in this order. Units: theta and charm a year, vega, rho, vanna and vomma per 1.00. */
export interface GreekColumns {
  readonly price: Float64Array
  readonly delta: Float64Array
  readonly gamma: Float64Array
  readonly theta: Float64Array
  readonly vega: Float64Array
  readonly rho: Float64Array
  readonly vanna: Float64Array
  readonly charm: Float64Array
  readonly vomma: Float64Array
}

/** Options with terms of their own; one clock serves variance and interest. `sign` is 1 for a call, -1 for a put. */
export interface BatchColumns {
  readonly spot: Float64Array
  readonly strike: Float64Array
  readonly years: Float64Array
  readonly volatility: Float64Array
  readonly rate: Float64Array
  readonly dividendYield: Float64Array
  readonly sign: Float64Array
}

/**
 * What the options of one expiry have in common, as a column of five that the caller may change between runs: spot, years
 * of variance, years of interest, rate and dividend yield.
 */
export type ExpiryColumn = Float64Array

/** Options of one expiry, each with its own volatility. */
export interface RowColumns {
  readonly strike: Float64Array
  readonly volatility: Float64Array
  readonly sign: Float64Array
}

/** What is written for a strike of which call and put are worked out together; what they share stands once. */
export interface StrikeColumns {
  readonly call: SideColumns
  readonly put: SideColumns
  readonly gamma: Float64Array
  readonly vega: Float64Array
  readonly vanna: Float64Array
  readonly vomma: Float64Array
}

/** What differs between call and put. */
export interface SideColumns {
  readonly price: Float64Array
  readonly delta: Float64Array
  readonly theta: Float64Array
  readonly rho: Float64Array
  readonly charm: Float64Array
}

/** Quotes with terms of their own; prices are undiscounted. */
export interface QuoteColumns {
  readonly forward: Float64Array
  readonly strike: Float64Array
  readonly years: Float64Array
  readonly price: Float64Array
  readonly sign: Float64Array
}

/** The same by spot, with ln(forward / spot): a forward has lost the digits of a minute in rounding. */
export interface SpotQuoteColumns extends Omit<QuoteColumns, 'forward'> {
  readonly spot: Float64Array
  readonly drift: Float64Array
}

/** Volatilities, NaN where there is none, and why: the codes of `VOLATILITY_STATUSES`. */
export interface VolatilityColumns {
  readonly volatility: Float64Array
  readonly status: Uint8Array
}

/** Price and eight Greeks of options with terms of their own, in closed form. */
export function bindBatchGreeks(
  kernels: PricingKernels,
  batch: BatchColumns,
  greeks: GreekColumns,
): BoundKernel {
  return kernels.bind('european.greeks', batchList(batch), greekList(greeks))
}

/** Prices alone of options with terms of their own. */
export function bindBatchPrices(
  kernels: PricingKernels,
  batch: BatchColumns,
  price: Float64Array,
): BoundKernel {
  return kernels.bind('european.prices', batchList(batch), [price])
}

/** Price and eight Greeks of options of one expiry, each with its own volatility. */
export function bindRowGreeks(
  kernels: PricingKernels,
  expiry: ExpiryColumn,
  rows: RowColumns,
  greeks: GreekColumns,
): BoundKernel {
  return kernels.bind(
    'european.rowGreeks',
    [expiry, rows.strike, rows.volatility, rows.sign],
    greekList(greeks),
  )
}

/** Prices alone of options of one expiry. */
export function bindRowPrices(
  kernels: PricingKernels,
  expiry: ExpiryColumn,
  rows: RowColumns,
  price: Float64Array,
): BoundKernel {
  return kernels.bind('european.rowPrices', [expiry, rows.strike, rows.volatility, rows.sign], [price])
}

/** Call and put of every strike of one expiry at once, under one volatility a strike: the fastest way to price a chain. */
export function bindStrikeGreeks(
  kernels: PricingKernels,
  expiry: ExpiryColumn,
  strikes: Omit<RowColumns, 'sign'>,
  { call, put, gamma, vega, vanna, vomma }: StrikeColumns,
): BoundKernel {
  const outputs = [...sideList(call), ...sideList(put), gamma, vega, vanna, vomma]
  return kernels.bind('european.strikeGreeks', [expiry, strikes.strike, strikes.volatility], outputs)
}

/** Half the rows of a chain: its calls or its puts. */
export interface ChainHalf extends RowColumns, GreekColumns {}

/**
 * Price and eight Greeks of a chain of one expiry, one row of both halves a strike. Call and put of a strike are worked out
 * together where they stand in the same row of their halves and share their volatility; that changes no bit of any figure.
 */
export function bindChainGreeks(
  kernels: PricingKernels,
  expiry: ExpiryColumn,
  calls: ChainHalf,
  puts: ChainHalf,
): BoundKernel {
  const asked = [calls, puts].flatMap(({ strike, volatility, sign }) => [strike, volatility, sign])
  return kernels.bind('european.chainGreeks', [expiry, ...asked], [...greekList(calls), ...greekList(puts)])
}

/** Call and put prices of every strike of one expiry. */
export function bindStrikePrices(
  kernels: PricingKernels,
  expiry: ExpiryColumn,
  strikes: Omit<RowColumns, 'sign'>,
  prices: { readonly call: Float64Array; readonly put: Float64Array },
): BoundKernel {
  const inputs = [expiry, strikes.strike, strikes.volatility]
  return kernels.bind('european.strikePrices', inputs, [prices.call, prices.put])
}

/** Implied volatilities of quotes with terms of their own. */
export function bindVolatilities(
  kernels: PricingKernels,
  quotes: QuoteColumns,
  answer: VolatilityColumns,
): BoundKernel {
  const { forward, strike, years, price, sign } = quotes
  const inputs = [forward, strike, years, price, sign]
  return kernels.bind('european.volatilities', inputs, [answer.volatility, answer.status])
}

/** The same by spot and drift. */
export function bindSpotVolatilities(
  kernels: PricingKernels,
  quotes: SpotQuoteColumns,
  answer: VolatilityColumns,
): BoundKernel {
  const { spot, strike, years, price, sign, drift } = quotes
  const inputs = [spot, strike, years, price, sign, drift]
  return kernels.bind('european.spotVolatilities', inputs, [answer.volatility, answer.status])
}

/** Implied volatilities of options of one expiry from prices as they are paid. */
export function bindRowVolatilities(
  kernels: PricingKernels,
  expiry: ExpiryColumn,
  rows: { readonly strike: Float64Array; readonly price: Float64Array; readonly sign: Float64Array },
  answer: VolatilityColumns,
): BoundKernel {
  const inputs = [expiry, rows.strike, rows.price, rows.sign]
  return kernels.bind('european.rowVolatilities', inputs, [answer.volatility, answer.status])
}

function batchList(batch: BatchColumns): Float64Array[] {
  const { spot, strike, years, volatility, rate, dividendYield, sign } = batch
  return [spot, strike, years, volatility, rate, dividendYield, sign]
}

/** The columns of Greeks in the order in which every kernel writes them. */
export function greekList(greeks: GreekColumns): Float64Array[] {
  const { price, delta, gamma, theta, vega, rho, vanna, charm, vomma } = greeks
  return [price, delta, gamma, theta, vega, rho, vanna, charm, vomma]
}

function sideList({ price, delta, theta, rho, charm }: SideColumns): Float64Array[] {
  return [price, delta, theta, rho, charm]
}
