import type { Dollars, IsoDate, Price } from '../base/units.ts'
import { CONTRACT_MULTIPLIER } from '../base/units.ts'
import type { OptionRight } from '../market/optionContract.ts'
import { intrinsicValue } from '../market/optionContract.ts'

/** The shapes the house trades: credit spreads with a known worst case. */
export type StructureKind = 'putVertical' | 'callVertical' | 'ironCondor'

/** One option of a structure; `ratio` is +1 where one lot holds it long, -1 where it is short. */
export interface Leg {
  readonly right: OptionRight
  readonly strike: Price
  readonly ratio: 1 | -1
}

/** Options that are bought and sold as one order. */
export interface Structure {
  readonly kind: StructureKind
  readonly underlying: string
  readonly expiry: IsoDate
  readonly legs: readonly Leg[]
}

/** The bid and the ask of one leg at an instant; 0 where a side is not quoted. */
export interface LegQuote {
  readonly right: OptionRight
  readonly strike: Price
  readonly bid: Price
  readonly ask: Price
  readonly bidSize: number
  readonly askSize: number
  /** How old the quote is. */
  readonly age: number
}

/** The key of a leg among quotes and positions: `P628`. */
export function legKey(leg: Pick<Leg, 'right' | 'strike'>): string {
  return `${leg.right === 'call' ? 'C' : 'P'}${leg.strike}`
}

/** A put credit vertical: short the higher strike, long the lower. */
export function putCreditVertical(underlying: string, expiry: IsoDate, short: Price, long: Price): Structure {
  if (!(long < short)) throw new RangeError(`long put strike must be below ${short}, was ${long}`)
  return structure('putVertical', underlying, expiry, [
    { right: 'put', strike: short, ratio: -1 },
    { right: 'put', strike: long, ratio: 1 },
  ])
}

/** A call credit vertical: short the lower strike, long the higher. */
export function callCreditVertical(
  underlying: string,
  expiry: IsoDate,
  short: Price,
  long: Price,
): Structure {
  if (!(long > short)) throw new RangeError(`long call strike must be above ${short}, was ${long}`)
  return structure('callVertical', underlying, expiry, [
    { right: 'call', strike: short, ratio: -1 },
    { right: 'call', strike: long, ratio: 1 },
  ])
}

/** An iron condor: both credit verticals at once, the puts below the calls. */
export function ironCondor(puts: Structure, calls: Structure): Structure {
  const shortPut = puts.legs.find(leg => leg.ratio < 0)?.strike ?? 0
  const shortCall = calls.legs.find(leg => leg.ratio < 0)?.strike ?? 0
  if (!(shortPut < shortCall))
    throw new RangeError(`short put must lie below short call, was ${shortPut}/${shortCall}`)
  return structure('ironCondor', puts.underlying, puts.expiry, [...puts.legs, ...calls.legs])
}

/** The widest distance between a short strike and its wing. */
export function widestWing(legs: readonly Leg[]): Price {
  const side = (right: OptionRight) => {
    const strikes = legs.filter(leg => leg.right === right).map(leg => leg.strike)
    return strikes.length < 2 ? 0 : Math.max(...strikes) - Math.min(...strikes)
  }
  return Math.max(side('put'), side('call'))
}

/** The structure as a trader writes it: `628/625 put vertical`, `620/617/636/639 iron condor`. */
export function structureName(given: Pick<Structure, 'kind' | 'legs'>): string {
  const strikes = given.legs.map(leg => leg.strike).join('/')
  return `${strikes} ${{ putVertical: 'put vertical', callVertical: 'call vertical', ironCondor: 'iron condor' }[given.kind]}`
}

/** The same legs the other way round, what an order trades to close a structure. */
export function reversed(legs: readonly Leg[]): readonly Leg[] {
  return legs.map(leg => ({ ...leg, ratio: leg.ratio === 1 ? -1 : 1 }))
}

/** What one lot is worth a share at expiry, in dollars a share; the credit received is not part of it. */
export function expiryValue(legs: readonly Leg[], underlying: Price): Price {
  return legs.reduce((sum, leg) => sum + leg.ratio * intrinsicValue(leg.right, leg.strike, underlying), 0)
}

/** The most one lot can lose at expiry when it was sold for a net credit a share, before fees. */
export function maximumLoss(legs: readonly Leg[], net: Price): Dollars {
  return Math.max(0, -(lowestExpiryValue(legs) + net)) * CONTRACT_MULTIPLIER
}

/** The underlying prices at which one lot sold for a net credit breaks even at expiry, rising. */
export function breakEvens(legs: readonly Leg[], net: Price): Price[] {
  const strikes = [...new Set(legs.map(leg => leg.strike))].sort((a, b) => a - b)
  const corners = [0, ...strikes, (strikes.at(-1) ?? 0) * 2]
  const crossings: Price[] = []
  for (let index = 1; index < corners.length; index += 1) {
    const [left, right] = [corners[index - 1] ?? 0, corners[index] ?? 0]
    const [before, after] = [expiryValue(legs, left) + net, expiryValue(legs, right) + net]
    if (before !== 0 && before * after < 0)
      crossings.push(left + ((right - left) * before) / (before - after))
  }
  return crossings
}

function lowestExpiryValue(legs: readonly Leg[]): Price {
  const strikes = legs.map(leg => leg.strike)
  return Math.min(...[0, ...strikes, Math.max(...strikes) * 2].map(price => expiryValue(legs, price)))
}

function structure(
  kind: StructureKind,
  underlying: string,
  expiry: IsoDate,
  legs: readonly Leg[],
): Structure {
  return { kind, underlying, expiry, legs }
}
