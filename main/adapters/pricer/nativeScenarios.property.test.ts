import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { scenarioFault } from '../../core/pricing/precision.ts'
import { SCENARIO_OUTPUTS, scenarioBook } from '../../core/pricing/scenario.ts'
import { scenarioCases } from '../../fixtures/scenarios.ts'
import { loadPricingKernels } from '../../../native/pricingKernels.ts'
import { scenarioKernels } from '../../../native/scenarioKernels.ts'
import { nativeScenarios } from './nativeScenarios.ts'

const loaded = loadPricingKernels(join(import.meta.dirname, '../../../native'))
const kernels = 'absent' in loaded ? undefined : scenarioKernels(loaded)
const sets = 'absent' in loaded ? [] : loaded.instructionSets
const why = 'absent' in loaded ? ` (left out: ${loaded.absent})` : ''

describe.skipIf(!kernels)(`native scenario grids${why}`, () => {
  const serving = (threads = 1, instructions = sets.at(-1)) => {
    if (!kernels) throw new Error('the kernels are there')
    return nativeScenarios(kernels, threads, instructions)
  }

  test.each(sets)('are what the reference says, on %s', async instructions => {
    await fc.assert(
      fc.asyncProperty(scenarioCases, async ({ book, axes }) => {
        const grid = await serving(1, instructions).grid(book, axes)
        expect(scenarioFault(book, axes, grid, 'f64', grid.profit.keys())).toBeUndefined()
      }),
    )
  })

  test('do not change by a bit with the number of threads', async () => {
    await fc.assert(
      fc.asyncProperty(scenarioCases, fc.integer({ min: 2, max: 5 }), async ({ book, axes }, threads) => {
        const one = await serving(1).grid(book, axes)
        const many = await serving(threads).grid(book, axes)
        for (const output of SCENARIO_OUTPUTS) expect(many[output]).toEqual(one[output])
      }),
      { numRuns: 30 },
    )
  })

  test('that are large are computed off the main thread, on several, and are the same', async () => {
    const axes = {
      spots: Float64Array.from({ length: 301 }, (_, step) => 570 + step / 5),
      volatilityFactors: Float64Array.of(0.5, 1, 2),
      minutes: Float64Array.from({ length: 30 }, (_, step) => step * 13),
    }
    const leg = { strike: 600, contracts: -1, basis: 1, years: 390 / 525_600, discountYears: 0 }
    const legs = Array.from({ length: 9 }, (_, place) => ({
      ...leg,
      right: place % 2 ? ('call' as const) : ('put' as const),
      strike: 596 + place,
    }))
    const book = scenarioBook(
      legs,
      axes,
      { rate: 0, dividendYield: 0 },
      (strike, spot) => 0.1 + Math.abs(strike - spot) / 200,
    )
    const [one, two] = await Promise.all([serving(1).grid(book, axes), serving(2).grid(book, axes)])
    const some = Array.from({ length: 300 }, (_, step) => (step * 7919) % one.profit.length)
    expect(scenarioFault(book, axes, one, 'f64', some)).toBeUndefined()
    for (const output of SCENARIO_OUTPUTS) expect(two[output]).toEqual(one[output])
  })

  test('mark what nobody knows, and compute the rest', async () => {
    const axes = {
      spots: Float64Array.from({ length: 11 }, (_, step) => 595 + step),
      volatilityFactors: Float64Array.of(1, 0),
      minutes: Float64Array.of(0),
    }
    const leg = {
      right: 'call' as const,
      strike: 600,
      contracts: 1,
      basis: 0,
      years: 0.001,
      discountYears: 0.001,
    }
    const book = scenarioBook(
      [leg, { ...leg, strike: 601 }],
      axes,
      { rate: 0.04, dividendYield: 0 },
      (strike, spot) => (strike === 601 && spot === 598 ? Number.NaN : 0.2),
    )
    const grid = await serving().grid(book, axes)
    expect(scenarioFault(book, axes, grid, 'f64', grid.profit.keys())).toBeUndefined()
    expect(grid.theta.filter(Number.isNaN)).toHaveLength(2)
  })

  test('refuse columns that do not fit, naming them', () => {
    const inputs = [1, 1, 1, 1, 1, 1, 6, 2, 1, 3, 2].map(length => new Float64Array(length).fill(1))
    const outputs = Array.from({ length: 5 }, () => new Float64Array(6))
    const wrong = (index: number, length: number) => inputs.with(index, new Float64Array(length))
    expect(() => kernels?.run(inputs, outputs)).not.toThrow()
    expect(() => kernels?.run(wrong(2, 3), outputs)).toThrow('shares must be 1 long')
    expect(() => kernels?.run(wrong(6, 7), outputs)).toThrow('volatility must be 6 long')
    expect(() => kernels?.run(inputs, outputs.with(4, new Float64Array(5)))).toThrow('vega must be 6 long')
    expect(() => kernels?.run(inputs.slice(1), outputs)).toThrow('inputs must be 11 columns')
  })
})
