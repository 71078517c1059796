import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { CostModel } from './costModel.ts'

const microseconds = fc.double({ min: 0.01, max: 1e6, noNaN: true })
const points = fc
  .uniqueArray(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 12 })
  .chain(sizes => fc.tuple(...sizes.map(size => fc.record({ size: fc.constant(size), microseconds }))))

test('every measurement is told as it was measured, in whatever order they came', () => {
  fc.assert(
    fc.property(points, measured => {
      const model = new CostModel(measured)
      for (const point of measured) expect(model.predict(point.size) / point.microseconds).toBeCloseTo(1, 9)
    }),
  )
})

test('between two measurements the time lies between theirs', () => {
  fc.assert(
    fc.property(points, fc.double({ min: 0, max: 1, noNaN: true }), (measured, share) => {
      fc.pre(measured.length > 1)
      const model = new CostModel(measured)
      const [one, other] = model.points
      if (!one || !other) return
      const size = one.size + share * (other.size - one.size)
      const predicted = model.predict(size)
      const [least, most] = [one.microseconds, other.microseconds].sort((a, b) => a - b)
      expect(predicted).toBeGreaterThanOrEqual((least ?? 0) * (1 - 1e-9))
      expect(predicted).toBeLessThanOrEqual((most ?? 0) * (1 + 1e-9))
    }),
  )
})

test('beyond the largest measurement time grows with size, below the smallest it stays', () => {
  const model = new CostModel([
    { size: 10, microseconds: 3 },
    { size: 1000, microseconds: 50 },
  ])
  expect(model.predict(1)).toBeCloseTo(3, 12)
  expect(model.predict(3000)).toBeCloseTo(150, 9)
})

test('a machine that has become slower is believed little by little, and one bad pause hardly at all', () => {
  const slower = new CostModel([{ size: 100, microseconds: 10 }])
  for (let task = 0; task < 60; task += 1) slower.observe(100, 15)
  expect(slower.predict(100)).toBeCloseTo(15, 1)
  const paused = new CostModel([{ size: 100, microseconds: 10 }])
  paused.observe(100, 1_000_000)
  expect(paused.predict(100)).toBeLessThan(11)
})

test('what was measured for other sizes follows too', () => {
  const model = new CostModel([
    { size: 1, microseconds: 1 },
    { size: 100, microseconds: 100 },
  ])
  for (let task = 0; task < 100; task += 1) model.observe(100, 50)
  expect(model.predict(1)).toBeCloseTo(0.5, 3)
  expect(model.correction).toBeCloseTo(0.5, 3)
})
