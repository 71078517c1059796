import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { at, present } from '../../core/base/assert.ts'
import { europeanGreeks, forwardPrice, type Carry, type Greeks } from '../../core/pricing/blackScholes.ts'
import { impliedVolatility, statusCode } from '../../core/pricing/impliedVolatility.ts'
import { TOP } from '../../fixtures/sources.ts'
import {
  bindBatchGreeks,
  bindBatchPrices,
  bindRowGreeks,
  bindRowPrices,
  bindRowVolatilities,
  bindStrikeGreeks,
  bindStrikePrices,
  bindVolatilities,
  type GreekColumns,
} from '../../../native/europeanKernels.ts'
import {
  loadPricingKernels,
  type InstructionSet,
  type PricingKernels,
} from '../../../native/pricingKernels.ts'

const loaded = loadPricingKernels(join(TOP, 'native'))
const absent = 'absent' in loaded
if (absent) process.stderr.write(`skipped, ${loaded.absent}: native European kernels\n`)

interface Option extends Carry {
  readonly spot: number
  readonly strike: number
  readonly volatility: number
  readonly sign: 1 | -1
}

const GREEKS = ['price', 'delta', 'gamma', 'theta', 'vega', 'rho', 'vanna', 'charm', 'vomma'] as const
const MINUTE = 1 / 525_600

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const anySign = fc.constantFrom<1 | -1>(1, -1)

/** Options from a minute to two years, out to nine deviations. */
const anyOption: fc.Arbitrary<Option> = fc
  .record({
    spot: between(20, 7000),
    logYears: between(Math.log(MINUTE), Math.log(2)),
    volatility: between(0.03, 2.5),
    distance: between(-9, 9),
    rate: between(-0.02, 0.09),
    dividendYield: between(0, 0.05),
    sign: anySign,
  })
  .map(({ logYears, distance, ...rest }) => {
    const years = Math.exp(logYears)
    const strike = rest.spot * Math.exp(distance * rest.volatility * Math.sqrt(years))
    return { ...rest, strike, years, discountYears: years }
  })

/** Options at the ends of the domain, and beyond it. */
const oddNumber = fc.constantFrom(0, 1e-300, 1e-12, 1, 600, 1e12, 1e300, Number.NaN, Number.POSITIVE_INFINITY)
const oddOption: fc.Arbitrary<Option> = fc.record({
  spot: oddNumber,
  strike: oddNumber,
  years: fc.constantFrom(0, 1e-15, MINUTE, 1, 50, Number.NaN),
  discountYears: fc.constant(0),
  volatility: fc.constantFrom(0, 1e-9, 0.2, 40, 1e6, Number.NaN),
  rate: fc.constantFrom(0, 0.04, Number.NaN),
  dividendYield: fc.constantFrom(0, 0.01),
  sign: anySign,
})

/** The terms that the rows of one expiry have in common. */
const anyExpiry = fc.record({
  spot: between(100, 900),
  years: between(MINUTE, 0.1),
  discountYears: fc.constantFrom(0, 1 / 365, 0.3),
  rate: between(-0.01, 0.08),
  dividendYield: between(0, 0.03),
})

describe.skipIf(absent)('European kernels of the addon', () => {
  const kernels = theKernels()

  test.each(kernels.instructionSets)('%s agrees with the reference on price and Greeks', instructions => {
    fc.assert(
      fc.property(fc.array(anyOption, { minLength: 1, maxLength: 150 }), options => {
        const greeks = batchGreeks(options, instructions)
        options.forEach((option, row) => expectGreeks(greeks, row, option, europeanGreeksOf(option)))
      }),
    )
  })

  test('rows of one expiry keep variance and interest on clocks of their own', () => {
    fc.assert(
      fc.property(anyExpiry, fc.array(anyOption, { minLength: 1, maxLength: 90 }), (terms, rows) => {
        const options = rows.map(({ sign, volatility, strike, spot }) => {
          const moneyness = strike / spot
          return { ...terms, sign, volatility, strike: terms.spot * Math.min(3, Math.max(0.3, moneyness)) }
        })
        const columns = columnsOf(options)
        const greeks = greekColumns(options.length)
        const price = new Float64Array(options.length)
        bindRowGreeks(kernels, expiryOf(terms), columns, greeks).run(options.length)
        bindRowPrices(kernels, expiryOf(terms), columns, price).run(options.length)
        options.forEach((option, row) => expectGreeks(greeks, row, option, europeanGreeksOf(option)))
        options.forEach((option, row) => expectPrice(at(price, row), option, at(greeks.price, row)))
      }),
    )
  })

  test('call and put of a strike are what their rows are', () => {
    fc.assert(
      fc.property(
        anyExpiry,
        fc.array(between(0.7, 1.4), { minLength: 1, maxLength: 90 }),
        (terms, shapes) => {
          const strikes = shapes.flatMap(shape => [shape * terms.spot, shape * terms.spot])
          const options = strikes.map((strike, row) => ({
            ...terms,
            strike,
            volatility: 0.1 + (strike % 7) / 10,
            sign: row % 2 === 0 ? (1 as const) : (-1 as const),
          }))
          const rows = greekColumns(options.length)
          bindRowGreeks(kernels, expiryOf(terms), columnsOf(options), rows).run(options.length)
          const calls = columnsOf(options.filter(({ sign }) => sign === 1))
          const call = greekColumns(shapes.length)
          const put = greekColumns(shapes.length)
          const shared = { gamma: call.gamma, vega: call.vega, vanna: call.vanna, vomma: call.vomma }
          bindStrikeGreeks(kernels, expiryOf(terms), calls, { call, put, ...shared }).run(shapes.length)
          const prices = { call: new Float64Array(shapes.length), put: new Float64Array(shapes.length) }
          bindStrikePrices(kernels, expiryOf(terms), calls, prices).run(shapes.length)
          shapes.forEach((_, strike) => {
            for (const name of ['price', 'delta', 'theta', 'rho', 'charm'] as const) {
              expect(at(call[name], strike)).toBe(at(rows[name], 2 * strike))
              expect(at(put[name], strike)).toBe(at(rows[name], 2 * strike + 1))
            }
            for (const name of ['gamma', 'vega', 'vanna', 'vomma'] as const)
              expect(at(shared[name], strike)).toBe(at(rows[name], 2 * strike))
          })
        },
      ),
    )
  })

  test('a senseless row is NaN, a limit is the reference’s, and no neighbour changes a bit', () => {
    fc.assert(
      fc.property(
        fc.array(anyOption, { minLength: 70, maxLength: 140 }),
        fc.array(oddOption),
        (good, odd) => {
          const alone = batchGreeks(good)
          const mixed = batchGreeks([...good, ...odd])
          for (const name of GREEKS)
            expect(areSame(mixed[name].slice(0, good.length), alone[name])).toBe(true)
          odd.forEach((option, place) => {
            const row = good.length + place
            const { rate, dividendYield, sign: _, discountYears: __, ...sizes } = option
            const isSenseless = [...Object.values(sizes), rate, dividendYield].some(
              value => !Number.isFinite(value),
            )
            for (const name of GREEKS) if (isSenseless) expect(at(mixed[name], row)).toBeNaN()
            if (!isSenseless) expect(Number.isNaN(at(mixed.price, row))).toBe(false)
            if (option.years === 0 && !isSenseless)
              expectGreeks(mixed, row, option, europeanGreeksOf({ ...option, discountYears: 0 }))
          })
        },
      ),
    )
  })

  test('neither threads nor place nor the way it is called change a bit', async () => {
    const options = fc.sample(anyOption, { numRuns: 1000, seed: 7 })
    const many = Array.from({ length: 70_000 }, (_, row) =>
      present(options[row % options.length], 'a sample'),
    )
    const columns = columnsOf(many)
    const [alone, shared, later] = [greekColumns(70_000), greekColumns(70_000), greekColumns(70_000)]
    bindBatchGreeks(kernels, columns, alone).run(70_000, 1)
    bindBatchGreeks(kernels, columns, shared).run(70_000, 4)
    await bindBatchGreeks(kernels, columns, later).runLater(70_000, 2)
    const price = new Float64Array(70_000)
    bindBatchPrices(kernels, columns, price).run(70_000)
    many.forEach((option, row) => expectPrice(at(price, row), option, at(alone.price, row)))
    for (const name of GREEKS) {
      expect(areSame(shared[name], alone[name])).toBe(true)
      expect(areSame(later[name], alone[name])).toBe(true)
      expect(areSame(alone[name].slice(63_000, 64_000), alone[name].slice(0, 1000))).toBe(true)
    }
  })

  test.each(kernels.instructionSets)(
    '%s finds volatilities with the digits and the words of the reference',
    set => {
      fc.assert(
        fc.property(fc.array(anyQuote, { minLength: 1, maxLength: 90 }), quotes => {
          const answer = volatilitiesOf(quotes, set)
          quotes.forEach((quote, row) => {
            const expected = impliedVolatility(
              quote.sign > 0 ? 'call' : 'put',
              quote.forward,
              quote.strike,
              quote.price,
              {
                years: quote.years,
                discountYears: 0,
                rate: 0,
                dividendYield: 0,
              },
            )
            expect(at(answer.status, row)).toBe(statusCode(expected.status))
            if (expected.status === 'ok')
              expect(Math.abs(at(answer.volatility, row) / expected.volatility - 1)).toBeLessThan(1e-9)
            else expect(at(answer.volatility, row)).toBeNaN()
          })
        }),
      )
    },
  )

  test('out of the money a price comes back as its volatility, to the last digits', () => {
    fc.assert(
      fc.property(fc.array(anyOption, { minLength: 1, maxLength: 90 }), options => {
        const quotes = options.map(option => {
          const sign: 1 | -1 = option.strike >= option.spot ? 1 : -1
          const carry = { years: option.years, discountYears: 0, rate: 0, dividendYield: 0 }
          const { price } = europeanGreeks(
            sign > 0 ? 'call' : 'put',
            option.spot,
            option.strike,
            option.volatility,
            carry,
          )
          return { forward: option.spot, strike: option.strike, years: option.years, price, sign }
        })
        const answer = volatilitiesOf(quotes)
        options.forEach(({ volatility }, row) => {
          if (at(answer.status, row) === 0)
            expect(Math.abs(at(answer.volatility, row) / volatility - 1)).toBeLessThan(1e-11)
          else expect(present(quotes[row], 'a quote').price).toBeLessThan(1e-290)
        })
      }),
    )
  })

  test('prices as they are paid are carried to expiry before they are asked', () => {
    fc.assert(
      fc.property(
        anyExpiry,
        fc.array(between(0.9, 1.1), { minLength: 1, maxLength: 40 }),
        (terms, shapes) => {
          const options = shapes.map((shape, row) => ({
            ...terms,
            strike: shape * terms.spot,
            volatility: 0.5,
            sign: row % 2 === 0 ? (1 as const) : (-1 as const),
          }))
          const columns = columnsOf(options)
          const price = Float64Array.from(options, option => europeanGreeksOf(option).price)
          const answer = { volatility: new Float64Array(price.length), status: new Uint8Array(price.length) }
          bindRowVolatilities(kernels, expiryOf(terms), { ...columns, price }, answer).run(price.length)
          options.forEach((option, row) => {
            const right = option.sign > 0 ? 'call' : 'put'
            const expected = impliedVolatility(right, option.spot, option.strike, at(price, row), option)
            const ahead = Math.max(0, option.sign * (forwardPrice(option.spot, option) - option.strike))
            const isClear = at(price, row) > 1e-6 && at(price, row) - ahead > 1e-6
            if (isClear) expect(at(answer.status, row)).toBe(statusCode(expected.status))
            if (isClear && expected.status === 'ok')
              expect(at(answer.volatility, row) / expected.volatility).toBeCloseTo(1, 6)
          })
        },
      ),
    )
  })

  test('a column that does not fit is named', () => {
    const columns = columnsOf(fc.sample(anyOption, { numRuns: 4, seed: 1 }))
    const greeks = greekColumns(4)
    const wrong = () => kernels.bind('european.greeks', [new Uint8Array(4)], Object.values(greeks))
    expect(wrong).toThrow('inputs must be 7 columns')
    expect(() =>
      kernels.bind(
        'european.volatilities',
        [1, 2, 3, 4, 5].map(() => columns.spot),
        [columns.spot, columns.spot],
      ),
    ).toThrow('status must be a Uint8Array')
    expect(() => kernels.bind('nothing', [], [])).toThrow('name must be that of an operation')
    expect(() => bindBatchGreeks(kernels, columns, greeks).run(5)).toThrow(
      'count must be a whole number from 0 to 4',
    )
    expect(() => bindBatchGreeks(kernels, columns, greeks).run(1, 1e9)).toThrow('threads must be')
    expect(() => bindRowPrices(kernels, new Float64Array(2), columns, greeks.price)).toThrow(
      'expiry must be at least 5 long',
    )
  })

  test('a column whose memory was given away is refused, not read', () => {
    const columns = columnsOf(fc.sample(anyOption, { numRuns: 4, seed: 1 }))
    const bound = bindBatchGreeks(kernels, columns, greekColumns(4))
    structuredClone(columns.strike.buffer, { transfer: [columns.strike.buffer] })
    expect(() => bound.run(4)).toThrow('whose buffers are still here')
  })
})

interface Quote {
  readonly forward: number
  readonly strike: number
  readonly years: number
  readonly price: number
  readonly sign: 1 | -1
}

/** Quotes of every kind: fair, below exercise, above the maximum, expired, no number. */
const anyQuote: fc.Arbitrary<Quote> = fc.record({
  forward: between(400, 700),
  strike: fc.oneof(between(300, 800), fc.constant(600)),
  years: fc.constantFrom(0, MINUTE, 30 * MINUTE, 1 / 365, 0.1, 2, Number.NaN),
  price: fc.oneof(between(0, 1000), between(0, 10), fc.constantFrom(0, 600, 1e-9, 1e9, Number.NaN)),
  sign: anySign,
})

function theKernels(): PricingKernels {
  return 'absent' in loaded
    ? {
        instructionSets: [],
        bind: refuse,
        addon: { levels: [], bind: refuse, run: refuse, runLater: refuse, misalignment: refuse, processorSeconds: refuse },
      }
    : loaded
}

function refuse(): never {
  throw new Error('the kernels are absent')
}

function europeanGreeksOf(option: Option): Greeks {
  return europeanGreeks(
    option.sign > 0 ? 'call' : 'put',
    option.spot,
    option.strike,
    option.volatility,
    option,
  )
}

function columnsOf(options: readonly Option[]) {
  const column = (name: keyof Option) => Float64Array.from(options, option => option[name])
  return {
    spot: column('spot'),
    strike: column('strike'),
    years: column('years'),
    volatility: column('volatility'),
    rate: column('rate'),
    dividendYield: column('dividendYield'),
    sign: column('sign'),
  }
}

function greekColumns(count: number): GreekColumns {
  const column = () => new Float64Array(count)
  return {
    price: column(),
    delta: column(),
    gamma: column(),
    theta: column(),
    vega: column(),
    rho: column(),
    vanna: column(),
    charm: column(),
    vomma: column(),
  }
}

function batchGreeks(options: readonly Option[], instructions?: InstructionSet): GreekColumns {
  const greeks = greekColumns(options.length)
  bindBatchGreeks(theKernels(), columnsOf(options), greeks).run(options.length, 1, instructions)
  return greeks
}

function expiryOf(terms: Omit<Option, 'strike' | 'volatility' | 'sign'>): Float64Array {
  return Float64Array.of(terms.spot, terms.years, terms.discountYears, terms.rate, terms.dividendYield)
}

function volatilitiesOf(quotes: readonly Quote[], instructions?: InstructionSet) {
  const column = (name: keyof Quote) => Float64Array.from(quotes, quote => quote[name])
  const columns = {
    forward: column('forward'),
    strike: column('strike'),
    years: column('years'),
    price: column('price'),
    sign: column('sign'),
  }
  const answer = { volatility: new Float64Array(quotes.length), status: new Uint8Array(quotes.length) }
  bindVolatilities(theKernels(), columns, answer).run(quotes.length, 1, instructions)
  return answer
}

function rowOf(greeks: GreekColumns, row: number): Greeks {
  const value = (name: keyof Greeks) => at(greeks[name], row)
  return {
    price: value('price'),
    delta: value('delta'),
    gamma: value('gamma'),
    theta: value('theta'),
    vega: value('vega'),
    rho: value('rho'),
    vanna: value('vanna'),
    charm: value('charm'),
    vomma: value('vomma'),
  }
}

/** Whether two columns are the same to the last bit. */
function areSame(one: Float64Array, other: Float64Array): boolean {
  return Buffer.from(one.buffer).equals(Buffer.from(other.buffer))
}

function expectPrice(price: number, { spot }: Option, expected: number): void {
  expect(Math.abs(price - expected)).toBeLessThanOrEqual(1e-12 * spot)
}

/** Both are right to about ten digits of the largest of the parts that they are made of. */
function expectGreeks(greeks: GreekColumns, row: number, option: Option, expected: Greeks): void {
  const perYear = (option.spot + 1) / Math.max(option.years, 1e-9)
  const unit = { price: option.spot, delta: 1, gamma: 1, theta: perYear, vega: option.spot, rho: option.spot }
  const units = {
    ...unit,
    vanna: 1 + 1 / option.volatility,
    charm: perYear,
    vomma: option.spot / option.volatility,
  }
  for (const name of GREEKS) {
    const tolerance =
      1e-9 * Math.abs(expected[name]) + 1e-12 * (Number.isFinite(units[name]) ? units[name] : 1)
    expect(Math.abs(at(greeks[name], row) - expected[name]), name).toBeLessThanOrEqual(tolerance)
  }
}
