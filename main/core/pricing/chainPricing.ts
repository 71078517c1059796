import type { Price, Volatility } from '../base/units.ts'
import { at, numberAt } from '../base/assert.ts'
import { intrinsicValue } from '../market/optionContract.ts'
import { counterpartOf, rightOf, rowCount, strikeOf, type OptionChain } from '../market/optionChain.ts'
import { isTwoSided } from '../market/quote.ts'
import type { Carry } from './blackScholes.ts'
import type { ChainKernels, ChainTerms, KernelColumns } from './chainKernels.ts'
import { statusCode, VOLATILITY_STATUSES } from './impliedVolatility.ts'

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
 * What became of the own mid of a row, whoever's volatility the row took in the end. `notQuoted`: it has none, a side is
 * missing. The rest says what `VOLATILITY_STATUSES` says.
 */
export const MID_STATUSES = ['notQuoted', ...VOLATILITY_STATUSES] as const
export type MidStatus = (typeof MID_STATUSES)[number]

/** The code of what became of a mid in `OptionChain.volatilityStatus`. */
export function midStatusCode(status: MidStatus): number {
  return MID_STATUSES.indexOf(status)
}

const SOLVED = statusCode('ok')

/** What is added to a code of `VOLATILITY_STATUSES` to make it one of `MID_STATUSES`. */
const AFTER_NOT_QUOTED = midStatusCode('ok') - SOLVED

/** Dollars by which a price that lies on a quote may miss it: no kernel's last digit decides who is believed. */
const ROUNDING = 1e-8

/** Volatilities and Greeks of whole chains. Which row is asked what is decided here, once; kernels do the arithmetic. */
export class ChainPricer {
  /** What people call its kernels. */
  readonly name: string
  readonly #kernels: ChainKernels
  /** The rows of the chain that were gathered, in the order of the kernel's columns. */
  #rows: Uint32Array = new Uint32Array(0)
  #count = 0
  /** What the own mids say, by row of the chain; NaN where they say nothing. */
  #midVolatilities: Float64Array = new Float64Array(0)

  constructor(kernels: ChainKernels) {
    this.name = kernels.name
    this.#kernels = kernels
  }

  /**
   * Writes the implied volatility of every row whose quotes say one. Out of the money the own mid decides. In the
   * money a mid says little (its time value is a difference of large numbers, often below zero when quotes are wide),
   * so the option across the strike decides, if its volatility fits the row's own quotes; else the own mid, where even
   * the bid pays more than exercise. The rest waits for `fillFromSmile`. What became of each mid is written beside it.
   */
  impliedVolatilities(chain: OptionChain, underlying: Price, carry: Carry): void {
    const terms = { style: chain.style, underlying, carry }
    chain.impliedVolatility.fill(Number.NaN)
    chain.volatilitySource.fill(sourceCode('none'))
    chain.volatilityStatus.fill(midStatusCode('notQuoted'))
    this.#gather(chain, row => isQuoted(chain, row))
    this.#solveMids(chain, terms)
    this.#takeMids(chain, row => isOutOfTheMoney(chain, row, underlying))
    const across = (row: number) => at(chain.impliedVolatility, counterpartOf(chain, row))
    this.#gather(chain, row => isQuoted(chain, row) && isUnknown(chain, row) && across(row) > 0)
    this.#writeWhereItFits(chain, terms, 'counterpart', across)
    this.#takeMids(
      chain,
      row =>
        isUnknown(chain, row) &&
        at(chain.bid, row) > intrinsicValue(rightOf(chain, row), strikeOf(chain, row), underlying),
    )
  }

  /**
   * Writes the volatility of the fitted smile into rows that have none, where the price it gives lies inside the row's
   * own quotes; where it does not, the own mid has the last word.
   */
  fillFromSmile(
    chain: OptionChain,
    underlying: Price,
    carry: Carry,
    smileVolatility: (strike: Price) => Volatility,
  ): void {
    const terms = { style: chain.style, underlying, carry }
    this.#gather(chain, row => chain.listed[row] === 1 && at(chain.ask, row) > 0 && isUnknown(chain, row))
    this.#writeWhereItFits(chain, terms, 'smile', row => smileVolatility(strikeOf(chain, row)))
    this.#gather(chain, row => isQuoted(chain, row) && isUnknown(chain, row))
    this.#solveMids(chain, terms)
    this.#takeMids(chain, row => isUnknown(chain, row))
  }

  /** Writes the Greeks of every row that has a volatility, NaN elsewhere. */
  greeks(chain: OptionChain, underlying: Price, carry: Carry): void {
    const columns = this.#gather(chain, () => true)
    for (let place = 0; place < this.#count; place += 1)
      columns.volatility[place] = at(chain.impliedVolatility, at(this.#rows, place))
    this.#kernels.greeks(this.#count, { style: chain.style, underlying, carry })
    // Every row was gathered, so places are rows
    copyColumn(columns.delta, chain.delta, this.#count)
    copyColumn(columns.gamma, chain.gamma, this.#count)
    copyColumn(columns.theta, chain.theta, this.#count)
    copyColumn(columns.vega, chain.vega, this.#count)
    copyColumn(columns.vanna, chain.vanna, this.#count)
    copyColumn(columns.charm, chain.charm, this.#count)
  }

  /** Writes, by strike, the volatility that the value of its side out of the money says; NaN where it says none. */
  strikeVolatilities(
    { strikes }: OptionChain,
    forward: Price,
    carry: Carry,
    values: Float64Array,
    volatilities: Float64Array,
  ): void {
    const columns = this.#kernels.columns(strikes.length)
    for (const [place, strike] of strikes.entries()) {
      columns.strike[place] = strike
      columns.sign[place] = strike >= forward ? 1 : -1
    }
    columns.price.set(values)
    this.#kernels.volatilities(strikes.length, { style: 'european', underlying: forward, carry })
    copyColumn(columns.volatility, volatilities, strikes.length)
  }

  /** Takes rows of a chain into the columns of the kernels: strike and sign. */
  #gather(chain: OptionChain, isAsked: (row: number) => boolean): KernelColumns {
    const columns = this.#kernels.columns(rowCount(chain))
    if (this.#rows.length < columns.capacity) this.#rows = new Uint32Array(columns.capacity)
    this.#count = 0
    for (let row = 0; row < rowCount(chain); row += 1) {
      if (!isAsked(row)) continue
      this.#rows[this.#count] = row
      columns.strike[this.#count] = strikeOf(chain, row)
      columns.sign[this.#count] = rightOf(chain, row) === 'call' ? 1 : -1
      this.#count += 1
    }
    return columns
  }

  /** Asks the own mid of every gathered row for its volatility, and writes what became of it. */
  #solveMids(chain: OptionChain, terms: ChainTerms): void {
    if (this.#midVolatilities.length < rowCount(chain))
      this.#midVolatilities = new Float64Array(this.#rows.length)
    this.#midVolatilities.fill(Number.NaN)
    if (this.#count === 0) return
    const { price, volatility, status } = this.#kernels.columns(rowCount(chain))
    for (let place = 0; place < this.#count; place += 1) {
      const row = at(this.#rows, place)
      price[place] = (at(chain.bid, row) + at(chain.ask, row)) / 2
    }
    this.#kernels.volatilities(this.#count, terms)
    for (let place = 0; place < this.#count; place += 1) {
      const row = at(this.#rows, place)
      chain.volatilityStatus[row] = at(status, place) + AFTER_NOT_QUOTED
      if (at(status, place) === SOLVED) this.#midVolatilities[row] = at(volatility, place)
    }
  }

  /** Writes the volatilities that mids said into the rows that are to take them. */
  #takeMids(chain: OptionChain, isToTake: (row: number) => boolean): void {
    for (let row = 0; row < rowCount(chain); row += 1) {
      const volatility = at(this.#midVolatilities, row)
      if (!Number.isNaN(volatility) && isToTake(row)) writeVolatility(chain, row, volatility, 'mid')
    }
  }

  /** Writes a volatility into every gathered row whose own quotes hold the price it gives. */
  #writeWhereItFits(
    chain: OptionChain,
    terms: ChainTerms,
    source: VolatilitySource,
    volatilityOf: (row: number) => Volatility,
  ): void {
    if (this.#count === 0) return
    const { price, volatility } = this.#kernels.columns(rowCount(chain))
    for (let place = 0; place < this.#count; place += 1)
      volatility[place] = volatilityOf(at(this.#rows, place))
    this.#kernels.prices(this.#count, terms)
    for (let place = 0; place < this.#count; place += 1) {
      const row = at(this.#rows, place)
      const isInside =
        at(price, place) >= at(chain.bid, row) - ROUNDING && at(price, place) <= at(chain.ask, row) + ROUNDING
      if (isInside && at(volatility, place) > 0) writeVolatility(chain, row, at(volatility, place), source)
    }
  }
}

/** Fills a column from the first places of another; nothing is made on the way. */
function copyColumn(from: Float64Array, to: Float64Array, count: number): void {
  for (let place = 0; place < count; place += 1) to[place] = numberAt(from, place)
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

function isUnknown(chain: OptionChain, row: number): boolean {
  return Number.isNaN(at(chain.impliedVolatility, row))
}

function isQuoted(chain: OptionChain, row: number): boolean {
  return isTwoSided(at(chain.bid, row), at(chain.ask, row))
}

function isOutOfTheMoney(chain: OptionChain, row: number, underlying: Price): boolean {
  const strike = strikeOf(chain, row)
  return rightOf(chain, row) === 'call' ? strike >= underlying : strike < underlying
}
