import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../core/base/random.ts'
import { heldReturns, lagReport, oneBarLate } from './oneBarLag.ts'

function normals(seed: number, count: number): number[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => random.normal())
}

test('a strategy that sees the bar it trades on is found out', () => {
  const returns = normals(1, 400)
  const foresight = returns.map(Math.sign)
  const report = lagReport(heldReturns(foresight, returns), heldReturns(oneBarLate(foresight, 0), returns), 1)
  expect(report.onTime.low).toBeGreaterThan(0.5)
  expect(report.lost.low).toBeGreaterThan(0.5)
  expect(Math.abs(report.late.value)).toBeLessThan(0.15)
})

test('an edge that lasts survives a bar', () => {
  const returns = normals(2, 400).map(value => value + 0.5)
  const always = returns.map(() => 1)
  const report = lagReport(heldReturns(always, returns), heldReturns(oneBarLate(always, 0), returns), 1)
  expect(report.isSuspicious).toBe(false)
  expect(report.late.low).toBeGreaterThan(0)
})

test('one bar late is the same, one bar later', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), positions => {
      const late = oneBarLate(positions, 0)
      expect(late).toEqual([0, ...positions.slice(0, -1)])
    }),
  )
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
