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
  const rise = to.volatility - from.volatility
  const passed = from.years - to.years
  const greeks = from.greeks
  const parts = {
    delta: greeks.delta * move,
    gamma: 0.5 * greeks.gamma * move * move,
    theta: greeks.theta * passed,
    vega: greeks.vega * rise,
    vanna: greeks.vanna * move * rise,
    charm: greeks.charm * move * passed,
  }
  const explained = Object.values(parts).reduce((sum, part) => sum + part, 0)
  return { ...NO_ATTRIBUTION, ...parts, residual: to.value - from.value - explained }
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
