import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../../core/base/random.ts'
import { inverseOf } from './positiveDefinite.ts'
import { independentBelief, learn, learnInSlices, utility, type Observation } from './preference.ts'

const SIZE = 4
const PRIOR = independentBelief(new Float64Array(SIZE), new Float64Array(SIZE).fill(1))
const option = fc
  .array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: SIZE, maxLength: SIZE })
  .map(values => Float64Array.from(values))
const observation: fc.Arbitrary<Observation> = fc
  .record({
    kind: fc.constantFrom('taken', 'refused'),
    options: fc.array(option, { minLength: 2, maxLength: 5 }),
    place: fc.nat(),
  })
  .map(({ kind, options, place }) => ({ kind, options, picked: place % options.length }))
const observations = fc.array(observation, { minLength: 1, maxLength: 12 })

/** The negative logarithm of the posterior, written down once more and plainly. */
function height(weights: Float64Array, seen: readonly Observation[]): number {
  let sum = weights.reduce((total, weight) => total + weight ** 2 / 2, 0)
  for (const { kind, options, picked } of seen) {
    const values = options.map(features => features.reduce((total, x, k) => total + x * (weights[k] ?? 0), 0))
    const own = values[picked] ?? 0
    const others = values.filter((_, index) => index !== picked)
    sum +=
      kind === 'taken'
        ? Math.log(values.reduce((total, value) => total + Math.exp(value - own), 0))
        : others.reduce((total, value) => total + Math.log1p(Math.exp(own - value)), 0) / others.length
  }
  return sum
}

test('nothing near the learned weights explains the choices better', () => {
  fc.assert(
    fc.property(observations, option, (seen, direction) => {
      const { mean } = learn(PRIOR, seen).belief
      const best = height(mean, seen)
      for (const step of [1e-2, -1e-2, 1, -1])
        expect(
          height(
            mean.map((weight, k) => weight + step * (direction[k] ?? 0)),
            seen,
          ),
        ).toBeGreaterThanOrEqual(best - 1e-9)
    }),
    { numRuns: 60 },
  )
})

test('the curvature is that of the surface', () => {
  fc.assert(
    fc.property(observations, seen => {
      const { mean, precision } = learn(PRIOR, seen).belief
      const step = 1e-3
      for (let k = 0; k < SIZE; k += 1) {
        const moved = (by: number) => height(mean.with(k, (mean[k] ?? 0) + by), seen)
        const curvature = (moved(step) - 2 * moved(0) + moved(-step)) / step ** 2
        expect(precision[k * SIZE + k]).toBeCloseTo(curvature, 3)
      }
    }),
    { numRuns: 60 },
  )
})

test('in slices the same is learned, and a cancel gives nothing', async () => {
  await fc.assert(
    fc.asyncProperty(observations, async seen => {
      const many = Array.from({ length: 60 }, (_, index) => seen[index % seen.length] ?? seen[0]).filter(
        entry => entry !== undefined,
      )
      const whole = learn(PRIOR, many)
      expect(await learnInSlices(PRIOR, many, new AbortController().signal)).toEqual(whole)
      expect(await learnInSlices(PRIOR, many, AbortSignal.abort())).toBeUndefined()
    }),
    { numRuns: 10 },
  )
})

test('a choice never makes what was taken less worth, nor what was refused more', () => {
  fc.assert(
    fc.property(observation, seen => {
      const { belief } = learn(PRIOR, [seen])
      const values = seen.options.map(features => utility(belief, features))
      const own = values[seen.picked] ?? 0
      const usual = values.reduce((sum, value) => sum + value, 0) / values.length
      expect((own - usual) * (seen.kind === 'taken' ? 1 : -1)).toBeGreaterThanOrEqual(-1e-9)
    }),
  )
})

test('weights that made the choices are found again', () => {
  const random = createRandom(7)
  const truth = Float64Array.of(2, -1.5, 0, 1)
  const seen = Array.from({ length: 800 }, (): Observation => {
    const options = Array.from({ length: 4 }, () =>
      Float64Array.from({ length: SIZE }, () => random.normal()),
    )
    // Gumbel noise makes a choice of the logit model
    const values = options.map(
      features =>
        features.reduce((sum, x, k) => sum + x * (truth[k] ?? 0), 0) - Math.log(-Math.log(random.uniform())),
    )
    return { kind: 'taken', options, picked: values.indexOf(Math.max(...values)) }
  })
  const { mean, precision } = learn(PRIOR, seen).belief
  const covariance = inverseOf(precision, SIZE)
  truth.forEach((weight, k) => {
    const deviation = Math.sqrt(covariance[k * SIZE + k] ?? 0)
    expect(Math.abs((mean[k] ?? 0) - weight)).toBeLessThan(4 * deviation)
    expect(deviation).toBeLessThan(0.2)
  })
})

test('an inverse is one', () => {
  fc.assert(
    fc.property(observations, seen => {
      const { precision } = learn(PRIOR, seen).belief
      const inverse = inverseOf(precision, SIZE)
      for (let row = 0; row < SIZE; row += 1)
        for (let column = 0; column < SIZE; column += 1) {
          let sum = 0
          for (let k = 0; k < SIZE; k += 1)
            sum += (precision[row * SIZE + k] ?? 0) * (inverse[k * SIZE + column] ?? 0)
          expect(sum).toBeCloseTo(row === column ? 1 : 0, 8)
        }
    }),
    { numRuns: 30 },
  )
})
