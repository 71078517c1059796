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
import { bindRowVolatilities, bindVolatilities } from '../../../native/europeanKernels.ts'
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
