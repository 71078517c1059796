import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../core/base/random.ts'
import { at } from '../core/base/assert.ts'
import { lagReport } from './oneBarLag.ts'

function normals(seed: number, count: number): number[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => random.normal())
}

/** Positions taken one bar later than they were decided; before the first decision nothing is held. */
function oneBarLate(positions: readonly number[]): number[] {
  return positions.map((_, bar) => (bar === 0 ? 0 : at(positions, bar - 1)))
}

function heldReturns(positions: readonly number[], returns: readonly number[]): number[] {
  return returns.map((value, bar) => at(positions, bar) * value)
}

test('a strategy that sees the bar it trades on is found out', () => {
  const returns = normals(1, 400)
  const foresight = returns.map(Math.sign)
  const report = lagReport(heldReturns(foresight, returns), heldReturns(oneBarLate(foresight), returns), 1)
  expect(report.onTime.low).toBeGreaterThan(0.5)
  expect(report.lost.low).toBeGreaterThan(0.5)
  expect(Math.abs(report.late.value)).toBeLessThan(0.15)
})

test('an edge that lasts survives a bar', () => {
  const returns = normals(2, 400).map(value => value + 0.5)
  const always = returns.map(() => 1)
  const report = lagReport(heldReturns(always, returns), heldReturns(oneBarLate(always), returns), 1)
  expect(report.isSuspicious).toBe(false)
  expect(report.late.low).toBeGreaterThan(0)
})

test('what is lost is the difference of both', () => {
  fc.assert(
    fc.property(fc.nat(), seed => {
      const [one, other] = [normals(seed, 20), normals(seed + 1, 20)]
      const { onTime, late, lost } = lagReport(one, other, seed)
      expect(lost.value).toBeCloseTo(onTime.value - late.value, 9)
    }),
    { numRuns: 5 },
  )
  expect(() => lagReport([1], [1, 2], 1)).toThrow(RangeError)
})
