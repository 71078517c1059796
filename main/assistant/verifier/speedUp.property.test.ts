import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../../core/base/random.ts'
import { median, speedUp } from './speedUp.ts'

const times = (seed: number, level: number, count = 8) => {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => level * Math.exp(0.05 * random.normal()))
}
const size = (label: string, isUnseen: boolean, seed: number, before: number, after: number) => ({
  label,
  isUnseen,
  before: times(seed, before),
  after: times(seed + 1, after),
})

test('twice as fast is called faster, half as fast slower, with the ratio inside its interval', () => {
  fc.assert(
    fc.property(fc.integer(), fc.double({ min: 1e-6, max: 1, noNaN: true }), (seed, level) => {
      const sizes = (ratio: number) => [
        size('a', false, seed, level, level / ratio),
        size('b', true, seed + 9, 3 * level, (3 * level) / ratio),
      ]
      const faster = speedUp(sizes(2))
      expect(faster.verdict).toBe('faster')
      expect(faster.speedUp.low).toBeLessThanOrEqual(faster.speedUp.value)
      expect(faster.speedUp.high).toBeGreaterThanOrEqual(faster.speedUp.value)
      expect(speedUp(sizes(0.5)).verdict).toBe('slower')
    }),
    { numRuns: 15 },
  )
})

test('the same times are hardly ever called anything', () => {
  const verdicts = Array.from({ length: 24 }, (_, run) => {
    const own = run * 1_000
    return speedUp([
      size('a', false, own, 1, 1),
      size('b', false, own + 20, 4, 4),
      size('c', true, own + 40, 2, 2),
    ]).verdict
  })
  expect(verdicts.filter(it => it !== 'not shown').length).toBeLessThanOrEqual(2)
})

test('faster only where it was tuned, and slower where it was not, is not faster', () => {
  const sizes = [size('a', false, 1, 1, 0.1), size('b', false, 30, 1, 0.1), size('unseen', true, 60, 1, 1.5)]
  expect(speedUp(sizes).verdict).not.toBe('faster')
})

test('the median is the middle, whatever the order', () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([5])]).toEqual([2, 2.5, 5])
})
