import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { USUAL_CONFIDENCE, widened } from './widenedInterval.ts'

test('an interval of more confidence holds that of less; of a normal one its arms are those of the textbook', () => {
  const confidence = fc.double({ min: 0.5, max: 0.99999, noNaN: true })
  const arm = fc.double({ min: 0, max: 100, noNaN: true })
  fc.assert(
    fc.property(arm, arm, confidence, confidence, (below, above, one, other) => {
      const interval = { value: 3, low: 3 - below, high: 3 + above }
      const [narrow, wide] = [
        widened(interval, Math.min(one, other)),
        widened(interval, Math.max(one, other)),
      ]
      expect(wide.low).toBeLessThanOrEqual(narrow.low)
      expect(wide.high).toBeGreaterThanOrEqual(narrow.high)
      expect(widened(interval, USUAL_CONFIDENCE)).toEqual(interval)
    }),
  )
  const { low, high } = widened({ value: 0, low: -1.959964, high: 1.959964 }, 0.99)
  expect(high).toBeCloseTo(2.575829, 5)
  expect(low).toBeCloseTo(-2.575829, 5)
})
