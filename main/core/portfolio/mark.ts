import type { EpochMilliseconds, Price, Volatility, Years } from '../base/units.ts'
import { CONTRACT_MULTIPLIER } from '../base/units.ts'
import type { AttributionMark, LegVolatility, PositionGreeks } from './attribution.ts'
import { legKey, type Leg, type LegQuote } from './structure.ts'

/** A leg's quote with its volatility and Greeks a share; NaN where the chain does not know them. */
export interface LegMark extends LegQuote {
  readonly impliedVolatility: Volatility
  readonly delta: number
  readonly gamma: number
  readonly theta: number
  readonly vega: number
  readonly vanna: number
  readonly charm: number
}

/** What the book needs to know of the market at one instant: the legs it watches and the underlying. */
export interface MarketMark {
  readonly time: EpochMilliseconds
  readonly spot: Price
  readonly years: Years
  /** The volatility at the money, once it is known. */
  readonly atTheMoney?: Volatility
  readonly legs: Readonly<Record<string, LegMark>>
}

const GREEKS = ['delta', 'gamma', 'theta', 'vega', 'vanna', 'charm'] as const

const UNKNOWN = {
  impliedVolatility: Number.NaN,
  delta: Number.NaN,
  gamma: Number.NaN,
  theta: Number.NaN,
  vega: Number.NaN,
  vanna: Number.NaN,
  charm: Number.NaN,
}

export const NO_GREEKS: PositionGreeks = { delta: 0, gamma: 0, theta: 0, vega: 0, vanna: 0, charm: 0 }

/** Legs that are only quoted, by their keys: none of their Greeks is known. */
export function quotedLegs(quotes: readonly LegQuote[]): MarketMark['legs'] {
  return Object.fromEntries(quotes.map(quote => [legKey(quote), { ...quote, ...UNKNOWN }]))
}

/** The mid of a leg; half the ask where nobody bids; undefined where nobody offers. */
export function legMid(quote: LegQuote | undefined): Price | undefined {
  return quote && quote.ask > 0 ? (quote.bid + quote.ask) / 2 : undefined
}

/** The Greeks of a number of lots, in dollars and shares. A leg whose Greeks are unknown makes them unknown. */
export function lotGreeks(
  legs: readonly Leg[],
  quantity: number,
  mark: MarketMark,
): PositionGreeks | undefined {
  const sum = { ...NO_GREEKS }
  for (const leg of legs) {
    const known = mark.legs[legKey(leg)]
    if (!known || Number.isNaN(known.delta)) return undefined
    for (const name of GREEKS) sum[name] += leg.ratio * quantity * CONTRACT_MULTIPLIER * known[name]
  }
  return sum
}

/** The sum of Greeks. */
export function addGreeks(one: PositionGreeks, other: PositionGreeks): PositionGreeks {
  const sum = { ...NO_GREEKS }
  for (const name of GREEKS) sum[name] = one[name] + other[name]
  return sum
}

/** Everything attribution needs of a number of lots at one instant; undefined where a leg is not known. */
export function attributionMark(
  legs: readonly Leg[],
  quantity: number,
  mark: MarketMark,
): AttributionMark | undefined {
  const greeks = lotGreeks(legs, quantity, mark)
  if (!greeks) return undefined
  let value = 0
  let weighted = 0
  let weight = 0
  const apart: LegVolatility[] = []
  for (const leg of legs) {
    const known = mark.legs[legKey(leg)]
    const mid = legMid(known)
    if (!known || mid === undefined) return undefined
    value += leg.ratio * quantity * CONTRACT_MULTIPLIER * mid
    weighted += known.vega * known.impliedVolatility
    weight += known.vega
    const scale = leg.ratio * quantity * CONTRACT_MULTIPLIER
    apart.push({
      volatility: known.impliedVolatility,
      vega: scale * known.vega,
      vanna: scale * known.vanna,
    })
  }
  const volatility = weight > 0 ? weighted / weight : 0
  const whole = { spot: mark.spot, years: mark.years, volatility, value, greeks }
  // A journal from before the volatility at the money was marked is lived again as it was
  return mark.atTheMoney === undefined ? whole : { ...whole, legs: apart }
}
