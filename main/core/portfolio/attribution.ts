import type { Dollars, Price, Volatility, Years } from '../base/units.ts'

/** Sensitivities of a position as a whole, in dollars: times multiplier and lots. */
export interface PositionGreeks {
  /** Shares. */
  readonly delta: number
  /** Shares a dollar. */
  readonly gamma: number
  /** Dollars a calendar year. */
  readonly theta: Dollars
  /** Dollars per 1.00 of volatility. */
  readonly vega: Dollars
  /** Shares per 1.00 of volatility. */
  readonly vanna: number
  /** Shares a calendar year. */
  readonly charm: number
}

/** Where a profit came from; the parts sum to the total, what no part explains is `residual`. */
export interface Attribution {
  readonly delta: Dollars
  readonly gamma: Dollars
  readonly theta: Dollars
  readonly vega: Dollars
  readonly vanna: Dollars
  readonly charm: Dollars
  /** Paid to the other side of the market: fills against the mid. */
  readonly spread: Dollars
  readonly fees: Dollars
  readonly residual: Dollars
}

/** The state of the market for one position at one instant. */
export interface AttributionMark {
  readonly spot: Price
  /** Average volatility of the legs, weighted by vega. */
  readonly volatility: Volatility
  /** Time to the close. */
  readonly years: Years
  /** Worth of the position at mid, before what was paid or received for it. */
  readonly value: Dollars
  readonly greeks: PositionGreeks
  /** Leg by leg, where known: their volatilities move apart, and the average of a spread hides it. */
  readonly legs?: readonly LegVolatility[]
}

/** The volatility of one leg, and what it is worth to the position. */
export interface LegVolatility {
  readonly volatility: Volatility
  /** Dollars per 1.00 of volatility. */
  readonly vega: Dollars
  /** Shares per 1.00 of volatility. */
  readonly vanna: number
}

export const NO_ATTRIBUTION: Attribution = {
  delta: 0,
  gamma: 0,
  theta: 0,
  vega: 0,
  vanna: 0,
  charm: 0,
  spread: 0,
  fees: 0,
  residual: 0,
}

/** The names of the parts, in the order they are shown. */
export const ATTRIBUTION_PARTS = Object.keys(NO_ATTRIBUTION) as readonly (keyof Attribution)[]

/** What moved the value between two marks, by Taylor's second order around the first. */
export function attributeStep(from: AttributionMark, to: AttributionMark): Attribution {
  const move = to.spot - from.spot
  const passed = from.years - to.years
  const greeks = from.greeks
  const parts = {
    delta: greeks.delta * move,
    gamma: 0.5 * greeks.gamma * move * move,
    theta: greeks.theta * passed,
    ...volatilityParts(from, to, move),
    charm: greeks.charm * move * passed,
  }
  const explained = Object.values(parts).reduce((sum, part) => sum + part, 0)
  return { ...NO_ATTRIBUTION, ...parts, residual: to.value - from.value - explained }
}

/** Vega and vanna, each leg by its own volatility where both marks have them. */
function volatilityParts(
  from: AttributionMark,
  to: AttributionMark,
  move: Price,
): Pick<Attribution, 'vega' | 'vanna'> {
  const rise = to.volatility - from.volatility
  if (!from.legs || from.legs.length !== to.legs?.length)
    return { vega: from.greeks.vega * rise, vanna: from.greeks.vanna * move * rise }
  let [vega, vanna] = [0, 0]
  for (const [index, leg] of from.legs.entries()) {
    const risen = (to.legs[index]?.volatility ?? leg.volatility) - leg.volatility
    vega += leg.vega * risen
    vanna += leg.vanna * move * risen
  }
  return { vega, vanna }
}

/** The sum of two attributions. */
export function addAttribution(one: Attribution, other: Attribution): Attribution {
  return {
    delta: one.delta + other.delta,
    gamma: one.gamma + other.gamma,
    theta: one.theta + other.theta,
    vega: one.vega + other.vega,
    vanna: one.vanna + other.vanna,
    charm: one.charm + other.charm,
    spread: one.spread + other.spread,
    fees: one.fees + other.fees,
    residual: one.residual + other.residual,
  }
}

/** The profit that an attribution explains, its residual included. */
export function attributionTotal(attribution: Attribution): Dollars {
  return Object.values(attribution).reduce((sum: number, part: number) => sum + part, 0)
}
