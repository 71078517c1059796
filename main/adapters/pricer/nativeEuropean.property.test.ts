import { greekColumns } from '../../core/pricing/optionBatch.ts'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { at, present } from '../../core/base/assert.ts'
import {
  anyChain,
  anyOption,
  areSame,
  batchOf,
  expiryOf,
  GREEK_NAMES,
  greekFaults,
  oddOption,
  referenceGreeks,
  type OptionTerms,
} from '../../fixtures/options.ts'
import { TOP } from '../../fixtures/sources.ts'
import {
  bindBatchGreeks,
  bindBatchPrices,
  bindChainGreeks,
  bindRowGreeks,
  bindRowPrices,
  bindStrikeGreeks,
  bindStrikePrices,
  type GreekColumns,
} from '../../../native/europeanKernels.ts'
import {
  alignedColumns,
  loadPricingKernels,
  type InstructionSet,
  type PricingKernels,
} from '../../../native/pricingKernels.ts'

const loaded = loadPricingKernels(join(TOP, 'native'))
const sets = 'absent' in loaded ? [] : loaded.instructionSets
const why = 'absent' in loaded ? ` (left out: ${loaded.absent})` : ''
const someOptions = fc.array(anyOption, { minLength: 1, maxLength: 150 })

describe.skipIf(why !== '')(`European kernels of the addon${why}`, () => {
  test.each(sets)('agree with the reference on price and Greeks, on %s', instructions => {
    fc.assert(
      fc.property(someOptions, options => {
        const greeks = greeksOf(options, instructions)
        expect(faultsOf(greeks, options)).toEqual([])
      }),
    )
  })

  test('keep variance and interest of a chain on clocks of their own', () => {
    fc.assert(
      fc.property(anyChain, options => {
        const greeks = greekColumns(options.length)
        const expiry = expiryOf(present(options[0], 'an option'))
        bindRowGreeks(kernels(), expiry, batchOf(options), greeks).run(options.length)
        expect(faultsOf(greeks, options)).toEqual([])
      }),
    )
  })

  test('know call and put of a strike from one pass', () => {
    fc.assert(
      fc.property(anyChain, options => {
        const count = options.length
        const expiry = expiryOf(present(options[0], 'an option'))
        const call = greekColumns(count)
        const put = {
          ...greekColumns(count),
          gamma: call.gamma,
          vega: call.vega,
          vanna: call.vanna,
          vomma: call.vomma,
        }
        bindStrikeGreeks(kernels(), expiry, batchOf(options), { ...call, call, put }).run(count)
        expect(faultsOf(call, withSign(options, 1))).toEqual([])
        expect(faultsOf(put, withSign(options, -1))).toEqual([])
      }),
    )
  })

  test.each(sets)(
    'work out call and put of a strike together without changing a bit, on %s',
    instructions => {
      fc.assert(
        fc.property(anyChain, fc.boolean(), (options, isMixed) => {
          const count = options.length
          const expiry = expiryOf(present(options[0], 'an option'))
          // A volatility of its own here and there: such blocks go row by row
          const puts = withSign(options, -1).map((option, row) =>
            isMixed && row % 67 === 66 ? { ...option, volatility: Number.NaN } : option,
          )
          const halves = [withSign(options, 1), puts].map(side => ({
            ...batchOf(side),
            ...greekColumns(count),
          }))
          const [calls, others] = [present(halves[0], 'calls'), present(halves[1], 'puts')]
          bindChainGreeks(kernels(), expiry, calls, others).run(count, 1, instructions)
          for (const half of halves) {
            const alone = greekColumns(count)
            bindRowGreeks(kernels(), expiry, half, alone).run(count, 1, instructions)
            for (const name of GREEK_NAMES) expect(areSame(half[name], alone[name])).toBe(true)
          }
        }),
      )
    },
  )

  test('give the same prices when nothing but prices is wanted', () => {
    fc.assert(
      fc.property(anyChain, options => {
        const count = options.length
        const expiry = expiryOf(present(options[0], 'an option'))
        const batch = batchOf(options)
        const [row, call, put] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)]
        bindRowPrices(kernels(), expiry, batch, row).run(count)
        bindStrikePrices(kernels(), expiry, batch, { call, put }).run(count)
        expect(priceFaults(row, options)).toEqual([])
        expect(priceFaults(call, withSign(options, 1))).toEqual([])
        expect(priceFaults(put, withSign(options, -1))).toEqual([])
      }),
    )
  })

  test('are NaN where a term is none or no option’s, and a number everywhere else', () => {
    fc.assert(
      fc.property(fc.array(oddOption, { minLength: 1 }), options => {
        const greeks = greeksOf(options)
        options.forEach((option, row) => {
          const isSense = Object.values(option).every(Number.isFinite)
          expect(GREEK_NAMES.map(name => Number.isNaN(at(greeks[name], row)))).toEqual(
            GREEK_NAMES.map(() => !isSense),
          )
        })
      }),
    )
  })

  test('reach the limits of the reference where nothing is left to chance', () => {
    fc.assert(
      fc.property(someOptions, options => {
        const sure = options.map((option, row) => ({
          ...option,
          volatility: row % 2 === 0 ? 0 : option.volatility,
          years: row % 2 === 0 ? option.years : 0,
          discountYears: row % 2 === 0 ? option.years : 0,
        }))
        expect(faultsOf(greeksOf(sure), sure)).toEqual([])
      }),
    )
  })

  test('give a row the same bits whatever stands beside it', () => {
    fc.assert(
      fc.property(
        fc.array(anyOption, { minLength: 70, maxLength: 140 }),
        fc.array(oddOption),
        (good, odd) => {
          const alone = greeksOf(good)
          const mixed = greeksOf([...good, ...odd])
          for (const name of GREEK_NAMES)
            expect(areSame(mixed[name].slice(0, good.length), alone[name])).toBe(true)
        },
      ),
    )
  })

  test('give the same bits on any number of threads, aligned or not, at once or later', async () => {
    const count = 70_000
    const samples = fc.sample(anyOption, { numRuns: 1000, seed: 7 })
    const options = Array.from({ length: count }, (_, row) => present(samples[row % 1000], 'a sample'))
    const batch = batchOf(options)
    const [one, four, later, aligned] = [
      greekColumns(count),
      greekColumns(count),
      greekColumns(count),
      alignedGreeks(count),
    ]
    bindBatchGreeks(kernels(), batch, one).run(count, 1)
    bindBatchGreeks(kernels(), batch, four).run(count, 4)
    bindBatchGreeks(kernels(), batch, aligned).run(count, 1)
    await bindBatchGreeks(kernels(), batch, later).runLater(count, 2)
    for (const name of GREEK_NAMES) {
      expect(areSame(four[name], one[name])).toBe(true)
      expect(areSame(later[name], one[name])).toBe(true)
      expect(areSame(aligned[name], one[name])).toBe(true)
      expect(areSame(one[name].slice(63_000, 64_000), one[name].slice(0, 1000))).toBe(true)
    }
  })

  test('name the column or number that does not fit', () => {
    const batch = batchOf(fc.sample(anyOption, { numRuns: 4, seed: 1 }))
    const greeks = greekColumns(4)
    const bind = (name: string, count: number) => () =>
      kernels().bind(
        name,
        Array.from({ length: count }, () => batch.spot),
        [batch.spot, batch.spot],
      )
    expect(bind('european.greeks', 1)).toThrow('inputs must be 7 columns')
    expect(bind('european.volatilities', 5)).toThrow('status must be a Uint8Array')
    expect(bind('nothing', 1)).toThrow('name must be that of an operation')
    const bound = bindBatchGreeks(kernels(), batch, greeks)
    expect(() => bound.run(5)).toThrow('count must be a whole number from 0 to 4')
    expect(() => bound.run(1.5)).toThrow('count must be')
    expect(() => bound.run(1, 1e9)).toThrow('threads must be')
    expect(() => bindRowPrices(kernels(), new Float64Array(2), batch, greeks.price)).toThrow(
      'expiry must be at least 5 long',
    )
  })

  test('refuse a column whose memory was given away, instead of reading it', () => {
    const batch = batchOf(fc.sample(anyOption, { numRuns: 4, seed: 1 }))
    const bound = bindBatchPrices(kernels(), batch, new Float64Array(4))
    bound.run(4)
    structuredClone(batch.strike.buffer, { transfer: [batch.strike.buffer] })
    expect(() => bound.run(4)).toThrow('whose buffers are still here')
  })
})

function kernels(): PricingKernels {
  if ('absent' in loaded) throw new Error(loaded.absent)
  return loaded
}

function greeksOf(options: readonly OptionTerms[], instructions?: InstructionSet): GreekColumns {
  const greeks = greekColumns(options.length)
  bindBatchGreeks(kernels(), batchOf(options), greeks).run(options.length, 1, instructions)
  return greeks
}

function alignedGreeks(count: number): GreekColumns {
  const columns = alignedColumns(kernels(), GREEK_NAMES.length, count)
  const greeks = greekColumns(0)
  return { ...greeks, ...Object.fromEntries(GREEK_NAMES.map((name, place) => [name, columns[place]])) }
}

function withSign(options: readonly OptionTerms[], sign: 1 | -1): OptionTerms[] {
  return options.map(option => ({ ...option, sign }))
}

function faultsOf(greeks: GreekColumns, options: readonly OptionTerms[]): string[] {
  return options.flatMap((option, row) => greekFaults(greeks, row, option, referenceGreeks(option)))
}

function priceFaults(prices: Float64Array, options: readonly OptionTerms[]): string[] {
  return options.flatMap((option, row) => {
    const miss = Math.abs(at(prices, row) - referenceGreeks(option).price)
    return miss <= 1e-12 * option.spot ? [] : [`price of ${JSON.stringify(option)} is off by ${miss}`]
  })
}
