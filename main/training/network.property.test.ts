import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { viewsOf } from '../autodiff/layout.ts'
import { at } from '../core/base/assert.ts'
import { createRandom } from '../core/base/random.ts'
import { initialParameters, networkLayout, normalise } from './network.ts'
import { createRunningMoments, restoreRunningMoments } from './runningMoments.ts'

const numbers = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 40 })

test('moments by turns are those of all rows at once, also when kept and taken up again', () => {
  fc.assert(
    fc.property(numbers, fc.nat(), (values, cut) => {
      const first = createRunningMoments(1)
      first.add(values.slice(0, cut % values.length))
      const second = restoreRunningMoments(first.numbers())
      second.add(values.slice(cut % values.length))
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
      expect(second.mean(0)).toBeCloseTo(mean, 8)
      expect(second.variance(0)).toBeCloseTo(variance, 5)
    }),
  )
})

test('columns of moments know nothing of each other', () => {
  fc.assert(
    fc.property(numbers, values => {
      const both = createRunningMoments(2)
      both.add(values.flatMap(value => [value, -3 * value]))
      const alone = createRunningMoments(1)
      alone.add(values)
      expect(both.mean(0)).toBe(alone.mean(0))
      expect(both.variance(1)).toBeCloseTo(9 * alone.variance(0), 4)
    }),
  )
})

test('first matrices have sides at right angles, of the length of their gain', () => {
  fc.assert(
    fc.property(
      fc.nat(999),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      (seed, rows, units) => {
        const shape = { observationSize: rows, hidden: [units], actionCount: 3 }
        const view = viewsOf(initialParameters(shape, createRandom(seed)), networkLayout(shape))
        const matrix = view('weights0')
        const [count, length] = rows <= units ? [rows, units] : [units, rows]
        const cell = (vector: number, index: number) =>
          at(matrix, rows <= units ? vector * units + index : index * units + vector)
        for (let one = 0; one < count; one += 1)
          for (let other = 0; other <= one; other += 1) {
            let product = 0
            for (let index = 0; index < length; index += 1) product += cell(one, index) * cell(other, index)
            expect(product).toBeCloseTo(one === other ? 2 : 0, 5)
          }
        expect([...view('biases0'), ...view('policyBiases')].every(bias => bias === 0)).toBe(true)
      },
    ),
    { numRuns: 40 },
  )
})

test('normalised features are held within the limit, and the mean becomes 0', () => {
  fc.assert(
    fc.property(
      fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 3, maxLength: 3 }),
      mean => {
        const normalisation = { mean: Float32Array.from(mean), scale: Float32Array.of(1, 100, 0.5), limit: 5 }
        const into = new Float32Array(6)
        normalise(Float32Array.from([...mean.map(Math.fround), 1e30, -1e30, 1]), normalisation, into)
        for (const value of into) expect(Math.abs(value)).toBeLessThanOrEqual(5)
        expect(into.slice(0, 3).every(value => value === 0)).toBe(true)
      },
    ),
  )
})
