import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../core/base/random.ts'
import { overfittingProbability } from './overfitting.ts'

function noise(seed: number, strategies: number, periods: number): number[][] {
  const random = createRandom(seed)
  return Array.from({ length: strategies }, () => Array.from({ length: periods }, () => random.normal()))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

test('the best of pure noise is an average one afterwards', () => {
  const found = Array.from({ length: 40 }, (_, seed) => overfittingProbability(noise(seed + 1, 10, 160), 8))
  const average = mean(found.map(report => report?.probability ?? 0))
  expect(average).toBeGreaterThan(0.4)
  expect(average).toBeLessThan(0.7)
})

test('a strategy that is really better stays so', () => {
  const returns = noise(3, 10, 160)
  const better = returns.map((row, strategy) => (strategy === 4 ? row.map(value => value + 0.8) : row))
  expect(overfittingProbability(better, 8)?.probability).toBeLessThan(0.02)
  expect(overfittingProbability(better, 8)?.probabilityOfLoss).toBe(0)
  expect(overfittingProbability(better, 8)?.meanLogit).toBeGreaterThan(1)
})

test('what shines in one half only is found out', () => {
  // Every strategy earns in blocks of its own and loses the same elsewhere
  const returns = Array.from({ length: 8 }, (_, strategy) =>
    Array.from(
      { length: 80 },
      (_, period) => (Math.floor(period / 10) === strategy ? 7 : -1) + (period % 2) / 10,
    ),
  )
  expect(overfittingProbability(returns, 8)?.probability).toBe(1)
})

test('neither the order nor the unit of strategies matters', () => {
  fc.assert(
    fc.property(fc.nat(), fc.double({ min: 0.1, max: 10, noNaN: true }), (seed, unit) => {
      const returns = noise(seed, 5, 48)
      const known = overfittingProbability(returns, 6)
      expect(overfittingProbability(returns.toReversed(), 6)?.probability).toBeCloseTo(
        known?.probability ?? 0,
        12,
      )
      const scaled = returns.map(row => row.map(value => value * unit))
      expect(overfittingProbability(scaled, 6)?.probability).toBeCloseTo(known?.probability ?? 0, 12)
      expect(known?.splits).toBe(20)
    }),
    { numRuns: 20 },
  )
})

test('strategies that are alike share their rank, and one alone cannot be chosen', () => {
  const [row = []] = noise(7, 1, 32)
  expect(overfittingProbability([row, row, row], 4)?.meanLogit).toBeCloseTo(0, 12)
  expect(overfittingProbability([row], 4)).toBeUndefined()
  expect(overfittingProbability([[1], [2]], 4)).toBeUndefined()
})
