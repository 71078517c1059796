import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { at, present } from '../../core/base/assert.ts'
import { forwardPrice } from '../../core/pricing/blackScholes.ts'
import { impliedVolatility, statusCode } from '../../core/pricing/impliedVolatility.ts'
import {
  anyChain,
  anyOption,
  anyQuote,
  batchOf,
  expiryOf,
  referenceGreeks,
  type OptionQuote,
} from '../../fixtures/options.ts'
import { TOP } from '../../fixtures/sources.ts'
import {
  bindRowVolatilities,
  bindSpotVolatilities,
  bindVolatilities,
} from '../../../native/europeanKernels.ts'
import {
  loadPricingKernels,
  type InstructionSet,
  type PricingKernels,
} from '../../../native/pricingKernels.ts'

const loaded = loadPricingKernels(join(TOP, 'native'))
const sets = 'absent' in loaded ? [] : loaded.instructionSets
const why = 'absent' in loaded ? ` (left out: ${loaded.absent})` : ''

describe.skipIf(why !== '')(`implied volatilities of the addon${why}`, () => {
  test.each(sets)('have the digits and the words of the reference, on %s', instructions => {
    fc.assert(
      fc.property(fc.array(anyQuote, { minLength: 1, maxLength: 90 }), quotes => {
        const answer = volatilitiesOf(quotes, instructions)
        quotes.forEach((quote, row) => {
          const expected = referenceVolatility(quote)
          expect(at(answer.status, row)).toBe(expected.status)
          expect(isClose(at(answer.volatility, row), expected.volatility, 1e-9)).toBe(true)
        })
      }),
    )
  })

  test('give back the volatility that a price out of the money was made with, to the last digits', () => {
    fc.assert(
      fc.property(fc.array(anyOption, { minLength: 1, maxLength: 90 }), options => {
        const quotes = options.map(option => {
          const outside = {
            ...option,
            rate: 0,
            dividendYield: 0,
            sign: option.strike >= option.spot ? 1 : -1,
          } as const
          return { ...outside, forward: option.spot, price: referenceGreeks(outside).price }
        })
        const answer = volatilitiesOf(quotes)
        const lost = options.filter(
          ({ volatility }, row) =>
            present(quotes[row], 'a quote').price > 1e-290 &&
            !isClose(at(answer.volatility, row), volatility, 1e-11),
        )
        expect(lost).toEqual([])
      }),
    )
  })

  test.each(sets)(
    'have the digits of the reference by spot and drift too, in the last minutes, on %s',
    set => {
      fc.assert(
        fc.property(fc.array(anyMinute, { minLength: 1, maxLength: 90 }), options => {
          const quotes = options.map(option => ({ ...option, price: referenceGreeks(option).price }))
          const answer = spotVolatilitiesOf(quotes, set)
          quotes.forEach((quote, row) => {
            const right = quote.sign > 0 ? 'call' : 'put'
            const expected = impliedVolatility(right, quote.spot, quote.strike, quote.price, quote)
            expect(at(answer.status, row)).toBe(statusCode(expected.status))
            if (expected.status !== 'ok') return
            expect(isClose(at(answer.volatility, row), expected.volatility, 1e-13 + 8 * blurOf(quote))).toBe(
              true,
            )
          })
        }),
      )
    },
  )

  test('take prices of a chain as they are paid', () => {
    fc.assert(
      fc.property(anyChain, options => {
        const price = Float64Array.from(options, option => referenceGreeks(option).price)
        const answer = answerFor(price.length)
        const expiry = expiryOf(present(options[0], 'an option'))
        bindRowVolatilities(kernels(), expiry, { ...batchOf(options), price }, answer).run(price.length)
        options.forEach((option, row) => {
          const forward = forwardPrice(option.spot, option)
          const undiscounted = at(price, row) * Math.exp(option.rate * option.discountYears)
          const value = undiscounted - Math.max(0, option.sign * (forward - option.strike))
          // Where less is left, the digits of the price no longer say which volatility it was
          const isClear = value > 1e-4
          expect(!isClear || isClose(at(answer.volatility, row), option.volatility, 1e-6)).toBe(true)
        })
      }),
    )
  })
})

/** Options of the last minutes near the money, with interest and dividends on the same clock. */
const anyMinute = fc
  .record({
    spot: fc.double({ min: 50, max: 700, noNaN: true }),
    deviations: fc.double({ min: -6, max: 6, noNaN: true }),
    years: fc.double({ min: 1 / 525_600, max: 1 / 365, noNaN: true }),
    volatility: fc.double({ min: 0.05, max: 1, noNaN: true }),
    rate: fc.double({ min: -0.02, max: 0.08, noNaN: true }),
    dividendYield: fc.double({ min: 0, max: 0.05, noNaN: true }),
    sign: fc.constantFrom<1 | -1>(1, -1),
  })
  .map(option => ({
    ...option,
    discountYears: option.years,
    strike: option.spot * Math.exp(option.deviations * option.volatility * Math.sqrt(option.years)),
  }))

type Minute = (typeof anyMinute extends fc.Arbitrary<infer Value> ? Value : never) & {
  readonly price: number
}

/** What a rounding of a price, and of what is taken from it, moves the volatility by, relatively. */
function blurOf(option: Minute): number {
  return (Number.EPSILON * option.price) / (referenceGreeks(option).vega * option.volatility)
}

function spotVolatilitiesOf(quotes: readonly Minute[], instructions: InstructionSet) {
  const column = (value: (quote: Minute) => number) => Float64Array.from(quotes, value)
  const columns = {
    spot: column(quote => quote.spot),
    strike: column(quote => quote.strike),
    years: column(quote => quote.years),
    price: column(quote => quote.price * Math.exp(quote.rate * quote.years)),
    sign: column(quote => quote.sign),
    drift: column(quote => (quote.rate - quote.dividendYield) * quote.years),
  }
  const answer = answerFor(quotes.length)
  bindSpotVolatilities(kernels(), columns, answer).run(quotes.length, 1, instructions)
  return answer
}

function kernels(): PricingKernels {
  if ('absent' in loaded) throw new Error(loaded.absent)
  return loaded
}

function answerFor(count: number) {
  return { volatility: new Float64Array(count), status: new Uint8Array(count) }
}

function volatilitiesOf(quotes: readonly OptionQuote[], instructions?: InstructionSet) {
  const column = (name: keyof OptionQuote) => Float64Array.from(quotes, quote => quote[name])
  const [forward, strike, years] = [column('forward'), column('strike'), column('years')]
  const answer = answerFor(quotes.length)
  const columns = { forward, strike, years, price: column('price'), sign: column('sign') }
  bindVolatilities(kernels(), columns, answer).run(quotes.length, 1, instructions)
  return answer
}

function referenceVolatility({ sign, forward, strike, price, years }: OptionQuote) {
  const carry = { years, discountYears: 0, rate: 0, dividendYield: 0 }
  const found = impliedVolatility(sign > 0 ? 'call' : 'put', forward, strike, price, carry)
  const volatility = found.status === 'ok' ? found.volatility : Number.NaN
  return { status: statusCode(found.status), volatility }
}

/** Whether two volatilities agree to so many digits, or are both none. */
function isClose(one: number, other: number, share: number): boolean {
  return Number.isNaN(other) ? Number.isNaN(one) : Math.abs(one / other - 1) <= share
}
