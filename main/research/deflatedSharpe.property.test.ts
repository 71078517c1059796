import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../core/base/random.ts'
import { standardDeviation } from '../core/base/statistics.ts'
import { normalDistribution } from '../core/pricing/normal.ts'
import { deflatedSharpe, luckiestSharpe, normalQuantile, probabilisticSharpe } from './deflatedSharpe.ts'
import { sharpeRatio } from './sharpe.ts'

function normals(seed: number, count: number, shift = 0): number[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => random.normal() + shift)
}

const returns = fc
  .record({ seed: fc.nat(), shift: fc.double({ min: -0.3, max: 0.3, noNaN: true }) })
  .map(({ seed, shift }) => normals(seed, 120, shift))

test('the quantile turns the distribution back', () => {
  fc.assert(
    fc.property(fc.double({ min: -6, max: 6, noNaN: true }), x => {
      expect(normalQuantile(normalDistribution(x))).toBeCloseTo(x, 6)
    }),
  )
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12)
})

test('the more was tried, the less a ratio says', () => {
  fc.assert(
    fc.property(
      returns,
      fc.integer({ min: 1, max: 500 }),
      fc.integer({ min: 1, max: 500 }),
      (sample, one, more) => {
        const [few, many] = [deflatedSharpe(sample, one), deflatedSharpe(sample, one + more)]
        expect(many).toBeLessThanOrEqual(few)
        expect(many).toBeGreaterThanOrEqual(0)
        expect(few).toBeLessThanOrEqual(1)
      },
    ),
  )
})

test('trials that lie apart for other reasons than luck say no more than worthless ones, those alike say less', () => {
  const variances = fc.double({ min: 0, max: 4, noNaN: true })
  fc.assert(
    fc.property(returns, fc.integer({ min: 2, max: 500 }), variances, (sample, trials, variance) => {
      const [known, worthless] = [deflatedSharpe(sample, trials, variance), deflatedSharpe(sample, trials)]
      const asSpread = probabilisticSharpe(sample, luckiestSharpe(trials, variance))
      expect(known).toBeGreaterThanOrEqual(worthless)
      expect(known).toBe(variance < 1 / (sample.length - 1) ? asSpread : worthless)
    }),
  )
})

test('losing trials beside it do not hide an edge', () => {
  const ratios = [0.6, -0.8, -0.9, -1.1]
  const variance = standardDeviation(ratios) ** 2
  expect(deflatedSharpe(normals(1, 120, 0.6), ratios.length, variance)).toBeGreaterThan(0.99)
})

test('of one trial it is the probability that the ratio is above zero', () => {
  fc.assert(
    fc.property(returns, sample => {
      expect(deflatedSharpe(sample, 1)).toBe(probabilisticSharpe(sample, 0))
      expect(probabilisticSharpe(sample, 0) > 0.5).toBe(sharpeRatio(sample) > 0)
    }),
  )
})

test('a higher bar is passed less often', () => {
  fc.assert(
    fc.property(returns, fc.double({ min: 0, max: 0.5, noNaN: true }), (sample, bar) => {
      expect(probabilisticSharpe(sample, bar + 0.1)).toBeLessThanOrEqual(probabilisticSharpe(sample, bar))
    }),
  )
})

test('the luckiest of worthless trials shows what is expected of it', () => {
  const best = Array.from({ length: 60 }, (_, round) => {
    const ratios = Array.from({ length: 50 }, (_, trial) => sharpeRatio(normals(round * 50 + trial + 1, 100)))
    return { highest: Math.max(...ratios), deviation: standardDeviation(ratios) }
  })
  const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const expected = luckiestSharpe(50, average(best.map(({ deviation }) => deviation ** 2)))
  expect(average(best.map(({ highest }) => highest)) / expected).toBeCloseTo(1, 0)
  expect(Math.abs(average(best.map(({ highest }) => highest)) / expected - 1)).toBeLessThan(0.1)
})

test('returns without spread say nothing', () => {
  expect(probabilisticSharpe([0, 0, 0, 0], 0)).toBeCloseTo(0.5, 12)
  expect(deflatedSharpe([0, 0, 0, 0], 20)).toBeLessThan(0.5)
  expect(probabilisticSharpe([-1, 1], 0)).toBeCloseTo(0.5, 12)
})
