import type { Price } from '../../core/base/units.ts'
import { at } from '../../core/base/assert.ts'
import { copyChain } from '../../core/market/optionChain.ts'
import type { OptionRight } from '../../core/market/optionContract.ts'
import { isTwoSided } from '../../core/market/quote.ts'
import { europeanPrice } from '../../core/pricing/blackScholes.ts'
import { impliedVolatility } from '../../core/pricing/impliedVolatility.ts'
import {
  minuteSmiles,
  predictQuote,
  type ContractQuote,
  type MinuteSmile,
  type QuotedDay,
} from '../../core/volatility/minuteSmiles.ts'
import { fitSmile, smilePrice, type Smile } from '../../core/volatility/smile.ts'
import type { ExpiryQuotes } from '../../core/volatility/surface.ts'

/** How quotes were met that a fit had not seen. */
export interface Validation {
  /** Quotes with both sides, minute by minute. */
  quotes: number
  /** Predicted mids inside bid and ask, of the smile and of straight lines in volatility. */
  inside: number
  insideStraight: number
  /** Of those out of the money and within 2 % of it, where spreads are narrow. */
  near: number
  nearInside: number
  nearInsideStraight: number
  /** Quoted mids inside the band. */
  inBand: number
  fits: number
  /** Fits with a butterfly below zero anywhere on a fine grid, beyond the wings too. */
  arbitrage: number
}

const NEAR = 0.02

/** Leaves strikes out by turns, as a rule of their position says, and predicts their quotes from the rest. */
export function validate(day: QuotedDay, folds: readonly ((position: number) => boolean)[]): Validation {
  const strikes = [...new Set(day.quotes.map(quote => quote.strike))].sort((one, other) => one - other)
  const result: Validation = {
    quotes: 0,
    inside: 0,
    insideStraight: 0,
    near: 0,
    nearInside: 0,
    nearInsideStraight: 0,
    inBand: 0,
    fits: 0,
    arbitrage: 0,
  }
  for (const isLeftOut of folds) {
    const leftOut = new Set(strikes.filter((_, position) => isLeftOut(position)))
    const seen = day.quotes.filter(quote => !leftOut.has(quote.strike))
    const unseen = Map.groupBy(
      day.quotes.filter(quote => leftOut.has(quote.strike)),
      quote => quote.time,
    )
    for (const minute of minuteSmiles({ ...day, quotes: seen })) {
      if (minute.isFitted) {
        result.fits += 1
        if (hasButterfly(minute.smile)) result.arbitrage += 1
      }
      for (const quote of unseen.get(minute.time) ?? []) count(result, minute, quote)
    }
  }
  return result
}

/** Quotes out of the money of one chain that a fit had not seen: how many, with the mid inside them, and inside the band. */
export interface Unseen {
  quotes: number
  inside: number
  inBand: number
}

/** Fits every other strike of a chain, the even and then the odd ones, and predicts the rest. */
export function validateChain({ chain, forward, years }: ExpiryQuotes): Unseen {
  const found: Unseen = { quotes: 0, inside: 0, inBand: 0 }
  const count = chain.strikes.length
  for (const side of [0, 1]) {
    const seen = copyChain(chain)
    const isLeftOut = (row: number) => (row % count) % 2 === side
    for (let row = 0; row < 2 * count; row += 1) if (isLeftOut(row)) seen.bid[row] = seen.ask[row] = 0
    const smile = fitSmile(seen, forward, years)
    if (!smile) continue
    for (let position = side; position < count; position += 2) {
      const strike = at(chain.strikes, position)
      const right = strike >= forward ? 'call' : 'put'
      const row = right === 'call' ? position : position + count
      const [bid, ask] = [at(chain.bid, row), at(chain.ask, row)]
      if (!isTwoSided(bid, ask)) continue
      const { low, mid, high } = predictQuote({ smile, chain: seen }, right, strike)
      found.quotes += 1
      if (mid >= bid && mid <= ask) found.inside += 1
      if ((bid + ask) / 2 >= low && (bid + ask) / 2 <= high) found.inBand += 1
    }
  }
  return found
}

/** Whether a butterfly of narrow wings costs less than rounding anywhere from 12 deviations below to 12 above. */
export function hasButterfly(smile: Smile): boolean {
  if (!(smile.years > 0)) return false
  const deviation = smile.atTheMoney * Math.sqrt(smile.years)
  const strikes = Float64Array.from(
    { length: 241 },
    (_, step) => smile.forward * Math.exp(deviation * (step - 120) * 0.1),
  )
  const calls = strikes.map(strike => smilePrice(smile, 'call', strike))
  for (let step = 1; step < strikes.length - 1; step += 1) {
    const [left, right] = [
      at(strikes, step) - at(strikes, step - 1),
      at(strikes, step + 1) - at(strikes, step),
    ]
    const chord = (at(calls, step - 1) * right + at(calls, step + 1) * left) / (left + right)
    if (at(calls, step) - chord > 1e-12 * smile.forward) return true
    if (at(calls, step) > at(calls, step - 1) + 1e-12 * smile.forward) return true
  }
  return false
}

function count(result: Validation, minute: MinuteSmile, quote: ContractQuote): void {
  const { right, strike, bid, ask } = quote
  if (!isTwoSided(bid, ask) || !(minute.smile.years > 0)) return
  const isInside = (price: Price) => price >= bid - 1e-9 && price <= ask + 1e-9
  const predicted = predictQuote(minute, right, strike)
  const hit = isInside(predicted.mid) ? 1 : 0
  const straight = isInside(straightPrice(minute, right, strike)) ? 1 : 0
  const mid = (bid + ask) / 2
  result.quotes += 1
  result.inside += hit
  result.insideStraight += straight
  if (mid >= predicted.low && mid <= predicted.high) result.inBand += 1
  const ahead = (right === 'call' ? strike - minute.smile.forward : minute.smile.forward - strike) / strike
  if (ahead < 0 || ahead > NEAR) return
  result.near += 1
  result.nearInside += hit
  result.nearInsideStraight += straight
}

/** The price of a straight line in volatility between the last mids of the strikes around, level beyond them. */
function straightPrice({ smile, chain }: MinuteSmile, right: OptionRight, strike: Price): Price {
  const carry = { years: smile.years, discountYears: 0, rate: 0, dividendYield: 0 }
  const volatilityAt = (position: number) => {
    const known = at(chain.strikes, position)
    const row = known >= smile.forward ? position : position + chain.strikes.length
    const side = known >= smile.forward ? 'call' : 'put'
    if (!(at(chain.ask, row) > 0)) return undefined
    const mid = (at(chain.bid, row) + at(chain.ask, row)) / 2
    const found = impliedVolatility(side, smile.forward, known, mid, carry)
    return found.status === 'ok' ? { strike: known, volatility: found.volatility } : undefined
  }
  const known = Array.from(chain.strikes, (_, position) => volatilityAt(position)).filter(
    each => each !== undefined,
  )
  const below = known.findLast(each => each.strike <= strike)
  const above = known.find(each => each.strike > strike)
  const [low, high] = [below ?? above, above ?? below]
  if (!low || !high) return Number.NaN
  const share = high.strike > low.strike ? (strike - low.strike) / (high.strike - low.strike) : 0
  const volatility = low.volatility + share * (high.volatility - low.volatility)
  return europeanPrice(right, smile.forward, strike, volatility, carry)
}
