import { greekColumns } from '../../core/pricing/optionBatch.ts'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { present } from '../../core/base/assert.ts'
import { americanPrice } from '../../core/pricing/american.ts'
import { americanGreeks } from '../../core/pricing/americanGreeks.ts'
import { createKernelColumns } from '../../core/pricing/chainKernels.ts'
import { BATCH_INPUTS, BATCH_OUTPUTS, batchGreeks, createBatch } from '../../core/pricing/optionBatch.ts'
import { AmericanChain, americanBatch } from './nativeAmerican.ts'
import {
  bindAmericanGreeks,
  bindAmericanPrices,
  bindAmericanQuickPrices,
  bindAmericanRowGreeks,
  bindAmericanRowVolatilities,
  bindAmericanVolatilities,
  expiryBoundaries,
  type AmericanColumns,
} from '../../../native/americanKernels.ts'
import { loadPricingKernels, type PricingKernels } from '../../../native/pricingKernels.ts'

const NATIVE = new URL('../../../native', import.meta.url).pathname
const loaded = loadPricingKernels(NATIVE)
const kernels: PricingKernels | undefined = 'absent' in loaded ? undefined : loaded

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const logarithmic = (min: number, max: number) => between(Math.log(min), Math.log(max)).map(Math.exp)

interface Option {
  readonly sign: number
  readonly spot: number
  readonly strike: number
  readonly years: number
  readonly discountYears: number
  readonly volatility: number
  readonly rate: number
  readonly dividendYield: number
}

/** Options of a day to a year within four deviations, on two clocks. */
const option: fc.Arbitrary<Option> = fc
  .record({
    sign: fc.constantFrom(1, -1),
    spot: between(50, 700),
    distance: between(-4, 4),
    years: logarithmic(1 / 365, 1),
    clocks: fc.constantFrom(0, 0.7, 1, 1.4),
    volatility: logarithmic(0.06, 0.8),
    rate: fc.oneof(fc.constant(0), between(0, 0.1)),
    dividendYield: fc.oneof(fc.constant(0), between(0, 0.08)),
  })
  .map(({ distance, clocks, ...rest }) => ({
    ...rest,
    strike: rest.spot * Math.exp(distance * rest.volatility * Math.sqrt(rest.years)),
    discountYears: rest.years * clocks,
  }))

const NAMES = ['price', 'delta', 'gamma', 'theta', 'vega', 'rho', 'vanna', 'charm', 'vomma'] as const

function columnsOf(options: readonly Option[]): AmericanColumns {
  const column = (name: keyof Option) => Float64Array.from(options, it => it[name])
  return {
    spot: column('spot'),
    strike: column('strike'),
    years: column('years'),
    discountYears: column('discountYears'),
    volatility: column('volatility'),
    rate: column('rate'),
    dividendYield: column('dividendYield'),
    sign: column('sign'),
  }
}

function rightOf({ sign }: Option): 'call' | 'put' {
  return sign > 0 ? 'call' : 'put'
}

/** 1e-6 of 600 dollars up to a month, 1e-4 beyond. */
function allowed({ spot, discountYears }: Option): number {
  return (spot / 600) * (discountYears <= 30 / 365 ? 1e-6 : 1e-4)
}

function reference(it: Option): number {
  return americanPrice(rightOf(it), it.spot, it.strike, it.volatility, it)
}

describe.skipIf(kernels === undefined)('the American kernels of this machine', () => {
  const here = () => present(kernels, 'these tests are skipped without kernels')

  test.each(kernels?.instructionSets ?? [])(
    'price as the reference does, to 1e-6 of 600 dollars up to a month, by %s',
    set => {
      fc.assert(
        fc.property(fc.array(option, { minLength: 1, maxLength: 9 }), options => {
          const price = new Float64Array(options.length)
          bindAmericanPrices(here(), columnsOf(options), price).run(options.length, 1, set)
          for (const [row, it] of options.entries())
            expect(Math.abs((price[row] ?? Number.NaN) - reference(it))).toBeLessThan(allowed(it))
        }),
        { numRuns: 25 },
      )
    },
  )

  test('quick prices are within 1e-5 of the spot', () => {
    fc.assert(
      fc.property(option, it => {
        const price = new Float64Array(1)
        bindAmericanQuickPrices(here(), columnsOf([it]), price).run(1)
        expect(Math.abs((price[0] ?? Number.NaN) - reference(it))).toBeLessThan(1e-5 * it.spot)
      }),
      { numRuns: 60 },
    )
  })

  test('a row does not depend on the rows beside it, nor on where it stands', () => {
    fc.assert(
      fc.property(fc.array(option, { minLength: 2, maxLength: 11 }), fc.nat(), (options, seed) => {
        const together = greekColumns(options.length)
        bindAmericanGreeks(here(), columnsOf(options), together).run(options.length)
        const row = seed % options.length
        const alone = greekColumns(1)
        bindAmericanGreeks(here(), columnsOf(options.slice(row, row + 1)), alone).run(1)
        for (const name of NAMES) expect(together[name][row]).toBe(alone[name][0])
      }),
      { numRuns: 30 },
    )
  })

  test('Greeks are those of the reference', () => {
    fc.assert(
      fc.property(option, it => {
        const native = greekColumns(1)
        bindAmericanGreeks(here(), columnsOf([it]), native).run(1)
        const wanted = americanGreeks(rightOf(it), it.spot, it.strike, it.volatility, it)
        // Next to the boundary the higher derivatives of the integral hang on its last points
        if (Math.abs(Math.abs(wanted.delta) - 1) < 0.05) return
        const scales = {
          price: it.spot,
          vega: it.spot,
          vomma: it.spot,
          rho: it.spot,
          theta: it.spot / it.years,
        }
        for (const name of NAMES) {
          const scale = Math.abs(wanted[name]) + 0.01 * (name in scales ? Reflect.get(scales, name) : 1)
          expect(Math.abs((native[name][0] ?? Number.NaN) - wanted[name]) / scale).toBeLessThan(2e-3)
        }
      }),
      { numRuns: 40 },
    )
  })

  test('a chain with boundaries of its expiry gives what rows of their own give', () => {
    fc.assert(
      fc.property(fc.array(option, { minLength: 1, maxLength: 9 }), ([first, ...others]) => {
        if (first === undefined) return
        const rows = [first, ...others].map(it => ({
          ...first,
          strike: first.spot * (it.strike / it.spot),
          volatility: it.volatility,
          sign: it.sign,
        }))
        const columns = columnsOf(rows)
        const expiry = Float64Array.of(
          first.spot,
          first.years,
          first.discountYears,
          first.rate,
          first.dividendYield,
        )
        const boundaries = expiryBoundaries(here(), expiry)
        boundaries.refresh()
        expect(boundaries.refresh()).toBe(false)
        const [own, chain] = [greekColumns(rows.length), greekColumns(rows.length)]
        bindAmericanGreeks(here(), columns, own).run(rows.length)
        bindAmericanRowGreeks(here(), expiry, boundaries, columns, chain).run(rows.length)
        for (const row of rows.keys())
          expect(Math.abs((chain.price[row] ?? Number.NaN) - (own.price[row] ?? 0))).toBeLessThan(
            // What is expanded over volatilities follows them less well in a long life
            (first.years < 0.1 && first.discountYears < 0.1 ? 1e-9 : 1e-7) * first.spot,
          )
      }),
      { numRuns: 40 },
    )
  })

  test('bits of a chain do not depend on what was asked before', () => {
    fc.assert(
      fc.property(
        fc.array(option, { minLength: 2, maxLength: 9 }),
        between(0.5, 2),
        ([first, ...others], share) => {
          if (first === undefined) return
          const volatilities = others.map(it => it.volatility)
          const chain = () => chainOf(here(), first, volatilities)
          const [fresh, used] = [chain(), chain()]
          used.ask({ ...first, years: first.years * share }, share)
          used.ask(first, share)
          expect(used.ask(first, 1)).toEqual(fresh.ask(first, 1))
        },
      ),
      { numRuns: 30 },
    )
  })

  test('where a market has two boundaries, prices and volatilities are those of the reference', () => {
    const batch = createBatch(2)
    batch.spot.fill(100)
    batch.strike.fill(105)
    batch.years.fill(0.5)
    batch.volatility.fill(0.25)
    batch.rate.fill(-0.01)
    batch.dividendYield.fill(-0.03)
    batch.sign.fill(-1)
    const american = americanBatch(here(), batch, 1)
    american.price(2)
    const carry = { years: 0.5, discountYears: 0.5, rate: -0.01, dividendYield: -0.03 }
    expect(batch.price[0]).toBe(americanPrice('put', 100, 105, 0.25, carry))
    batch.price[1] = Number.NaN
    american.solve(2)
    expect(batch.volatility[0]).toBeCloseTo(0.25, 4)
    expect([...batch.status]).toEqual([0, 5])
  })

  test('at high volatility a month is priced to 1e-6 dollars', () => {
    // What QuantLib's QdFp engine says at 64 nodes
    const known = [299.14060997177154, 207.40060396146328, 238.50768734287823]
    const rows: readonly Row[] = [
      [1, 600, 301, 0.06069568287174948, 1.2, 0.05, 0.05],
      [1, 450.25, 243, 0.0504213698692086, 1.2, 0.0525, 0.0525],
      [-1, 600, 838, 0.0410958904109589, 0.8, 0.08, 0.08],
    ]
    const { price, spot, strike, years, volatility, rate, dividendYield, sign } = batchOf(here(), rows)
    const alone = new Float64Array(rows.length)
    const columns = { spot, strike, years, discountYears: years, volatility, rate, dividendYield, sign }
    bindAmericanPrices(here(), columns, alone).run(rows.length)
    for (const [row, value] of known.entries()) {
      expect(Math.abs((price[row] ?? Number.NaN) - value)).toBeLessThan(2e-7)
      expect(Math.abs((alone[row] ?? Number.NaN) - value)).toBeLessThan(2e-7)
    }
  })

  test('next to the boundary theta and charm are those of the reference', () => {
    const rows: readonly Row[] = [
      [-1, 450.25, 553, 0.0599, 0.3, 0.03, 0.03],
      [-1, 439.215, 510, 0.0201, 0.5, 0.08, 0.013],
    ]
    const batch = batchOf(here(), rows)
    for (const row of rows.keys()) {
      const wanted = batchGreeks(batch, 'american', row)
      for (const name of BATCH_OUTPUTS)
        expect(Math.abs((batch[name][row] ?? Number.NaN) / wanted[name] - 1)).toBeLessThan(1e-3)
    }
  })

  test.each<Row>([
    [-1, 100, 100, 0.5, 0.3, 0.05, 10],
    [1, 100, 100, 0.5, 0.3, 0.05, 2],
    [-1, 100, 100, 1, 0.3, -1000, 0],
    [-1, 100, 100, 1e5, 0.3, 0.05, 0],
    [-1, 100, 110, 2, 4, 0.05, 0],
    [-1, 100, 110, 0, 0.3, 0.05, 0.02],
    [1, 100, 100, 0, 0.3, 0.05, 0.02],
    [-1, 0, 110, 0.1, 0.3, 0.05, 0.02],
    [1, 100, 90, 0.1, 0, 0.05, 0.02],
  ])(
    'what lies outside the domain of the kernels is priced by the reference: %d %d %d %d %d %d %d',
    (...row) => {
      const batch = batchOf(here(), [row])
      const wanted = batchGreeks(batch, 'american', 0)
      for (const name of BATCH_OUTPUTS) expect(batch[name][0]).toBe(wanted[name])
    },
  )

  test('no price lies below what exercise pays', () => {
    fc.assert(
      fc.property(option, it => {
        const greeks = greekColumns(1)
        bindAmericanGreeks(here(), columnsOf([it]), greeks).run(1)
        const price = new Float64Array(1)
        bindAmericanPrices(here(), columnsOf([it]), price).run(1)
        const exercised = it.sign * (it.spot - it.strike)
        expect(greeks.price[0]).toBeGreaterThanOrEqual(exercised)
        expect(price[0]).toBeGreaterThanOrEqual(exercised)
      }),
    )
  })

  test('volatilities give their prices back, or say that exercise hides them', () => {
    fc.assert(
      fc.property(option, it => {
        const columns = columnsOf([it])
        const given = greekColumns(1)
        bindAmericanGreeks(here(), columns, given).run(1)
        const { price } = given
        const answer = { volatility: new Float64Array(1), status: new Uint8Array(1) }
        bindAmericanVolatilities(here(), { ...columns, price }, answer).run(1)
        const isFound = answer.status[0] === 0
        expect(Number.isNaN(answer.volatility[0])).toBe(!isFound)
        const back = greekColumns(1)
        bindAmericanGreeks(here(), { ...columns, volatility: answer.volatility }, back).run(1)
        const again = back.price
        // Where exercise is right at once, or nearly, the price tells no volatility
        const told = isFound ? again : [Math.max(0, it.sign * (it.spot - it.strike))]
        expect(Math.abs((told[0] ?? Number.NaN) - (price[0] ?? Number.NaN))).toBeLessThan(
          (isFound ? 1e-11 : 1e-7) * it.spot,
        )
      }),
      { numRuns: 40 },
    )
  })

  test('a quote of a chain has a status for everything that can be wrong with it', () => {
    const expiry = Float64Array.of(100, 0.1, 0.1, 0.05, 0)
    const boundaries = expiryBoundaries(here(), expiry)
    boundaries.refresh()
    const rows = {
      strike: Float64Array.of(100, 110, 110, 110, 100),
      price: Float64Array.of(2, 9.99, 110, 10, Number.NaN),
      sign: new Float64Array(5).fill(-1),
    }
    const answer = { volatility: new Float64Array(5), status: new Uint8Array(5) }
    bindAmericanRowVolatilities(here(), expiry, boundaries, rows, answer).run(5)
    expect([...answer.status]).toEqual([0, 1, 2, 3, 5])
    expire(expiry)
    bindAmericanRowVolatilities(here(), expiry, boundaries, rows, answer).run(1)
    expect(answer.status[0]).toBe(4)
  })
})

/** Sign, spot, strike, years, volatility, rate and dividend yield. */
type Row = readonly [number, number, number, number, number, number, number]

/** The rows in a batch, priced by the addon where it can and by the reference where it says nothing. */
function batchOf(kernels: PricingKernels, rows: readonly Row[]) {
  const batch = createBatch(rows.length)
  for (const [place, [sign, spot, strike, years, volatility, rate, dividendYield]] of rows.entries()) {
    const values = { sign, spot, strike, years, volatility, rate, dividendYield }
    for (const name of BATCH_INPUTS) batch[name][place] = values[name]
  }
  americanBatch(kernels, batch, 1).price(rows.length)
  return batch
}

/** A chain of puts on strikes around the spot, priced tick by tick at volatilities times a factor. */
function chainOf(kernels: PricingKernels, { spot }: Option, volatilities: readonly number[]) {
  const columns = createKernelColumns(volatilities.length)
  const expiry = new Float64Array(5)
  const chain = new AmericanChain(kernels, columns, expiry)
  return {
    ask(it: Option, factor: number): readonly number[] {
      expiry.set([it.spot, it.years, it.discountYears, it.rate, it.dividendYield])
      const terms = { style: 'american' as const, underlying: it.spot, carry: it }
      for (const [place, volatility] of volatilities.entries()) {
        columns.strike[place] = spot * (1 + 0.01 * place)
        columns.sign[place] = -1
        columns.volatility[place] = volatility * factor
      }
      chain.greeks(volatilities.length, terms)
      const prices = [...columns.price.subarray(0, volatilities.length)]
      chain.volatilities(volatilities.length, terms)
      return [...prices, ...columns.volatility.subarray(0, volatilities.length)]
    },
  }
}

function expire(expiry: Float64Array): void {
  expiry[1] = 0
  expiry[2] = 0
}
