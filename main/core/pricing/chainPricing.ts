import type { Price, Volatility } from '../base/units.ts'
import { at } from '../base/assert.ts'
import { intrinsicValue } from '../market/optionContract.ts'
import { counterpartOf, rightOf, rowCount, strikeOf, type OptionChain } from '../market/optionChain.ts'
import { isTwoSided } from '../market/quote.ts'
import { americanPrice, isEarlyExerciseWorthless } from './american.ts'
import { europeanGreeks, europeanPrice, type Carry, type Greeks } from './blackScholes.ts'
import { impliedVolatility } from './impliedVolatility.ts'

/**
 * How the volatility of a row was found. `mid`: from its own mid. `counterpart`: the out-of-the-money option of the
 * same strike says it, and the price it gives lies inside the row's own bid and ask. `smile`: the fit of the whole
 * chain says it, inside the row's own quotes. `none`: nobody can say.
 */
export const VOLATILITY_SOURCES = ['none', 'mid', 'counterpart', 'smile'] as const
export type VolatilitySource = (typeof VOLATILITY_SOURCES)[number]

/** The code of a volatility source in `OptionChain.volatilitySource`. */
export function sourceCode(source: VolatilitySource): number {
  return VOLATILITY_SOURCES.indexOf(source)
}

/**
 * Writes the implied volatility of every row whose quotes say one. Out of the money the own mid decides. In the
 * money a mid says little (its time value is a difference of large numbers, often below zero when quotes are wide),
 * so the option across the strike decides, if its volatility fits the row's own quotes; else the own mid, where even
 * the bid pays more than exercise. The rest waits for `fillFromSmile`.
 */
export function fillImpliedVolatilities(chain: OptionChain, underlying: Price, carry: Carry): void {
  chain.impliedVolatility.fill(Number.NaN)
  chain.volatilitySource.fill(sourceCode('none'))
  for (let row = 0; row < rowCount(chain); row += 1) {
    if (isQuoted(chain, row) && isOutOfTheMoney(chain, row, underlying))
      writeFromMid(chain, row, underlying, carry)
  }
  for (let row = 0; row < rowCount(chain); row += 1) {
    if (!isQuoted(chain, row) || isOutOfTheMoney(chain, row, underlying)) continue
    const across = at(chain.impliedVolatility, counterpartOf(chain, row))
    const intrinsic = intrinsicValue(rightOf(chain, row), strikeOf(chain, row), underlying)
    if (fitsQuotes(chain, row, across, underlying, carry)) writeVolatility(chain, row, across, 'counterpart')
    else if (at(chain.bid, row) > intrinsic) writeFromMid(chain, row, underlying, carry)
  }
}

/**
 * Writes the volatility of the fitted smile into rows that have none, where the price it gives lies inside the row's
 * own quotes; where it does not, the own mid has the last word.
 */
export function fillFromSmile(
  chain: OptionChain,
  underlying: Price,
  carry: Carry,
  smileVolatility: (strike: Price) => Volatility,
): void {
  for (let row = 0; row < rowCount(chain); row += 1) {
    if (chain.listed[row] !== 1 || at(chain.ask, row) <= 0 || !Number.isNaN(at(chain.impliedVolatility, row)))
      continue
    const volatility = smileVolatility(strikeOf(chain, row))
    if (fitsQuotes(chain, row, volatility, underlying, carry))
      writeVolatility(chain, row, volatility, 'smile')
    else if (isQuoted(chain, row)) writeFromMid(chain, row, underlying, carry)
  }
}

/** Writes the Greeks of every row that has a volatility, NaN elsewhere. */
export function fillGreeks(chain: OptionChain, underlying: Price, carry: Carry): void {
  for (let row = 0; row < rowCount(chain); row += 1) {
    const volatility = at(chain.impliedVolatility, row)
    const greeks = Number.isNaN(volatility)
      ? UNKNOWN
      : optionGreeks(chain.style, rightOf(chain, row), underlying, strikeOf(chain, row), volatility, carry)
    chain.delta[row] = greeks.delta
    chain.gamma[row] = greeks.gamma
    chain.theta[row] = greeks.theta
    chain.vega[row] = greeks.vega
    chain.vanna[row] = greeks.vanna
    chain.charm[row] = greeks.charm
  }
}

/** The value of an option under its exercise style. */
export function optionPrice(
  style: OptionChain['style'],
  right: 'call' | 'put',
  underlying: Price,
  strike: Price,
  volatility: Volatility,
  carry: Carry,
): Price {
  return style === 'american'
    ? americanPrice(right, underlying, strike, volatility, carry)
    : europeanPrice(right, underlying, strike, volatility, carry)
}

/** Price and Greeks under the exercise style; American ones by differences where early exercise is worth something. */
export function optionGreeks(
  style: OptionChain['style'],
  right: 'call' | 'put',
  underlying: Price,
  strike: Price,
  volatility: Volatility,
  carry: Carry,
): Greeks {
  if (style === 'european' || isEarlyExerciseWorthless(right, carry)) {
    return europeanGreeks(right, underlying, strike, volatility, carry)
  }
  const value = (spot: Price, sigma: Volatility, shift: Partial<Carry>) =>
    americanPrice(right, spot, strike, sigma, { ...carry, ...shift })
  return greeksByDifferences(value, underlying, volatility, carry)
}

function greeksByDifferences(
  value: (spot: Price, volatility: Volatility, shift: Partial<Carry>) => Price,
  spot: Price,
  volatility: Volatility,
  carry: Carry,
): Greeks {
  const ds = spot * 1e-3
  const dv = volatility * 1e-2
  const dt = carry.years * 1e-2
  const later = { years: carry.years - dt, discountYears: Math.max(0, carry.discountYears - dt) }
  const price = value(spot, volatility, {})
  const delta = (sigma: Volatility, shift: Partial<Carry>) =>
    (value(spot + ds, sigma, shift) - value(spot - ds, sigma, shift)) / (2 * ds)
  const up = value(spot, volatility + dv, {})
  const down = value(spot, volatility - dv, {})
  const dr = 1e-4
  return {
    price,
    delta: delta(volatility, {}),
    gamma: (value(spot + ds, volatility, {}) - 2 * price + value(spot - ds, volatility, {})) / (ds * ds),
    theta: (value(spot, volatility, later) - price) / dt,
    vega: (up - down) / (2 * dv),
    rho:
      (value(spot, volatility, { rate: carry.rate + dr }) -
        value(spot, volatility, { rate: carry.rate - dr })) /
      (2 * dr),
    vanna: (delta(volatility + dv, {}) - delta(volatility - dv, {})) / (2 * dv),
    charm: (delta(volatility, later) - delta(volatility, {})) / dt,
    vomma: (up - 2 * price + down) / (dv * dv),
  }
}

function writeFromMid(chain: OptionChain, row: number, underlying: Price, carry: Carry): void {
  const mid = (at(chain.bid, row) + at(chain.ask, row)) / 2
  const right = rightOf(chain, row)
  const strike = strikeOf(chain, row)
  const european = impliedVolatility(right, underlying, strike, mid, carry)
  if (chain.style === 'european' || isEarlyExerciseWorthless(right, carry)) {
    if (european.status === 'ok') writeVolatility(chain, row, european.volatility, 'mid')
    return
  }
  const american = americanImpliedVolatility(right, underlying, strike, mid, carry)
  if (american !== undefined) writeVolatility(chain, row, american, 'mid')
}

/** The volatility at which the American value gives a price back, by bisection; undefined at or below exercise value. */
export function americanImpliedVolatility(
  right: 'call' | 'put',
  spot: Price,
  strike: Price,
  price: Price,
  carry: Carry,
): Volatility | undefined {
  if (!(carry.years > 0) || !(price > intrinsicValue(right, strike, spot) * (1 + 1e-12))) return undefined
  let low = 1e-4
  let high = 0.5
  while (americanPrice(right, spot, strike, high, carry) < price) {
    high *= 2
    if (high > 64) return undefined
  }
  if (americanPrice(right, spot, strike, low, carry) > price) return undefined
  for (let step = 0; step < 60 && high - low > 1e-12 * high; step += 1) {
    const middle = (low + high) / 2
    if (americanPrice(right, spot, strike, middle, carry) < price) low = middle
    else high = middle
  }
  return (low + high) / 2
}

function fitsQuotes(
  chain: OptionChain,
  row: number,
  volatility: Volatility,
  underlying: Price,
  carry: Carry,
): boolean {
  if (!(volatility > 0)) return false
  const price = optionPrice(
    chain.style,
    rightOf(chain, row),
    underlying,
    strikeOf(chain, row),
    volatility,
    carry,
  )
  return price >= at(chain.bid, row) && price <= at(chain.ask, row)
}

function writeVolatility(
  chain: OptionChain,
  row: number,
  volatility: Volatility,
  source: VolatilitySource,
): void {
  chain.impliedVolatility[row] = volatility
  chain.volatilitySource[row] = sourceCode(source)
}

function isQuoted(chain: OptionChain, row: number): boolean {
  return isTwoSided(at(chain.bid, row), at(chain.ask, row))
}

function isOutOfTheMoney(chain: OptionChain, row: number, underlying: Price): boolean {
  const strike = strikeOf(chain, row)
  return rightOf(chain, row) === 'call' ? strike >= underlying : strike < underlying
}

const UNKNOWN = {
  delta: Number.NaN,
  gamma: Number.NaN,
  theta: Number.NaN,
  vega: Number.NaN,
  vanna: Number.NaN,
  charm: Number.NaN,
}
