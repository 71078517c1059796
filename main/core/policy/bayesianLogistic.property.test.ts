import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { estimateAt, learnAnswer, logOddsAt, meanLogOdds, priorModel } from './bayesianLogistic.ts'

const centred = fc.double({ min: -3, max: 3, noNaN: true })
const variances = fc.double({ min: 0.05, max: 6, noNaN: true })
const vector = fc.tuple(centred, centred, centred).map(values => Float64Array.from(values))

/** A prior with any correlations: the square of any matrix, and a little more on its diagonal. */
const prior = fc
  .record({ mean: vector, root: fc.array(centred, { minLength: 9, maxLength: 9 }) })
  .map(({ mean, root }) => {
    const covariance = Float64Array.from({ length: 9 }, (_, index) => {
      const [row, column] = [Math.floor(index / 3), index % 3]
      const products = [0, 1, 2].map(inner => (root[row * 3 + inner] ?? 0) * (root[column * 3 + inner] ?? 0))
      return products.reduce((sum, product) => sum + product, 0) + (row === column ? 0.01 : 0)
    })
    return priorModel(mean, covariance)
  })

function oneWeight(mean: number, variance: number) {
  return priorModel(Float64Array.of(mean), Float64Array.of(variance))
}

function chance(logOdds: number): number {
  return 0.5 + 0.5 * Math.tanh(logOdds / 2)
}

test('after one answer the mean is the peak of the posterior and the variance its curvature there', () => {
  fc.assert(
    fc.property(
      fc.record({
        mean: centred,
        variance: variances,
        x: fc.double({ min: 0.2, max: 2, noNaN: true }),
        offset: centred,
        weight: fc.constantFrom(0.5, 1),
        yes: fc.boolean(),
      }),
      ({ mean, variance, x, offset, weight, yes }) => {
        const after = learnAnswer(oneWeight(mean, variance), Float64Array.of(x), yes, weight, offset)
        const logPosterior = (w: number) =>
          -((w - mean) ** 2) / (2 * variance) +
          weight * Math.log(yes ? chance(w * x + offset) : 1 - chance(w * x + offset))
        const peak = peakOf(logPosterior, mean - 12, mean + 12)
        expect(after.mean[0]).toBeCloseTo(peak, 4)
        const step = 1e-3
        const curvature =
          (logPosterior(peak + step) - 2 * logPosterior(peak) + logPosterior(peak - step)) / step ** 2
        expect(after.covariance[0]).toBeCloseTo(-1 / curvature, 3)
      },
    ),
  )
})

test('after a few answers mean and variance stay near a posterior integrated on a grid', () => {
  const answers = [
    { x: [1, 0.5], yes: true },
    { x: [1, -1], yes: false },
    { x: [0.5, 1], yes: true },
    { x: [1, 0], yes: true },
    { x: [-0.5, 1], yes: false },
  ]
  fc.assert(
    fc.property(fc.integer({ min: 1, max: answers.length }), variances, (count, variance) => {
      const spread = Math.min(1, variance)
      let model = priorModel(Float64Array.of(0.2, -0.1), Float64Array.of(spread, 0, 0, spread))
      for (const { x, yes } of answers.slice(0, count)) model = learnAnswer(model, Float64Array.from(x), yes)
      const exact = integrated(answers.slice(0, count), spread)
      expect(Math.abs((model.mean[0] ?? 9) - exact.mean[0])).toBeLessThan(0.12 * spread + 0.01)
      expect(Math.abs((model.mean[1] ?? 9) - exact.mean[1])).toBeLessThan(0.12 * spread + 0.01)
      expect(Math.abs((model.covariance[0] ?? 9) - exact.variance[0])).toBeLessThan(0.1 * spread + 0.005)
      expect(Math.abs((model.covariance[3] ?? 9) - exact.variance[1])).toBeLessThan(0.1 * spread + 0.005)
      expect(model.answers).toBe(count)
    }),
    { numRuns: 12 },
  )
})

test('the pull of an answer balances what was believed, however sure or unsure that was', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -60, max: 60, noNaN: true }),
      fc.double({ min: 1e-6, max: 400, noNaN: true }),
      fc.boolean(),
      (centre, variance, yes) => {
        const after = learnAnswer(oneWeight(centre, variance), Float64Array.of(1), yes)
        const settled = after.mean[0] ?? Number.NaN
        const balance = centre + variance * ((yes ? 1 : 0) - chance(settled))
        expect(Math.abs(settled - balance)).toBeLessThan(1e-6)
      },
    ),
  )
})

test('a no to somebody who was sure of the yes but knew little settles, and does not jump to and fro', () => {
  const after = learnAnswer(oneWeight(50, 100), Float64Array.of(1), false)
  expect(after.mean[0]).toBeCloseTo(0, 9)
})

test('every answer makes it surer in every direction, most of all in its own', () => {
  fc.assert(
    fc.property(prior, vector, vector, fc.boolean(), (before, asked, direction, yes) => {
      const after = learnAnswer(before, asked, yes)
      const spread = logOddsAt(before, direction).variance
      expect(logOddsAt(after, direction).variance).toBeLessThanOrEqual(spread + 1e-9 * (1 + spread))
      const own = logOddsAt(before, asked).variance
      const certainty = chance(meanLogOdds(after, asked)) * (1 - chance(meanLogOdds(after, asked)))
      expect(logOddsAt(after, asked).variance).toBeCloseTo(own / (1 + own * certainty), 6)
    }),
  )
})

test('the covariance stays symmetric and no direction gets a negative variance', () => {
  const answers = fc.array(fc.tuple(vector, fc.boolean()), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(prior, answers, vector, (start, answers, direction) => {
      const model = answers.reduce((model, [asked, yes]) => learnAnswer(model, asked, yes), start)
      for (const [one, other] of [
        [1, 3],
        [2, 6],
        [5, 7],
      ] as const)
        expect(model.covariance[one]).toBeCloseTo(model.covariance[other] ?? Number.NaN, 8)
      const [a, b, c] = direction
      const spelled = [a, b, c].flatMap((x = 0, row) =>
        [a, b, c].map((y = 0, column) => x * y * (model.covariance[row * 3 + column] ?? Number.NaN)),
      )
      const variance = spelled.reduce((sum, part) => sum + part, 0)
      expect(variance).toBeGreaterThan(-1e-9)
      expect(logOddsAt(model, direction).variance).toBeCloseTo(Math.max(0, variance), 8)
    }),
  )
})

test('a yes raises the odds of what was asked, a no lowers them, and half an answer moves them less', () => {
  fc.assert(
    fc.property(prior, vector, (before, asked) => {
      fc.pre(logOddsAt(before, asked).variance > 1e-3)
      const odds = (yes: boolean, weight: number) =>
        meanLogOdds(learnAnswer(before, asked, yes, weight), asked)
      const start = meanLogOdds(before, asked)
      expect(odds(true, 1)).toBeGreaterThanOrEqual(odds(true, 0.5))
      expect(odds(true, 0.5)).toBeGreaterThan(start)
      expect(odds(false, 0.5)).toBeLessThan(start)
      expect(odds(false, 1)).toBeLessThanOrEqual(odds(false, 0.5))
      expect(odds(true, 0)).toBeCloseTo(start, 9)
    }),
  )
})

test('answers about unrelated things may come in any order', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }), variances, (yes, variance) => {
      const start = priorModel(
        Float64Array.of(0.3, -0.2, 0),
        Float64Array.of(variance, 0, 0, 0, variance, 0, 0, 0, 1),
      )
      const ask = (order: readonly number[]) =>
        order.reduce((model, index) => learnAnswer(model, axis(index), yes[index] ?? false), start)
      const [one, other] = [ask([0, 1, 2]), ask([2, 0, 1])]
      for (let index = 0; index < 3; index += 1)
        expect(one.mean[index]).toBeCloseTo(other.mean[index] ?? Number.NaN, 12)
    }),
  )
})

test('learning leaves the model it started from as it was', () => {
  fc.assert(
    fc.property(prior, vector, fc.boolean(), (before, asked, yes) => {
      const copy = { mean: before.mean.slice(), covariance: before.covariance.slice() }
      learnAnswer(before, asked, yes)
      expect({ mean: before.mean, covariance: before.covariance }).toEqual(copy)
      expect(before.answers).toBe(0)
    }),
  )
})

test('an estimate lies in its interval, the interval between 0 and 1, and an offset shifts it up', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -4, max: 4, noNaN: true }),
      fc.double({ min: 1e-3, max: 9, noNaN: true }),
      fc.double({ min: 0.01, max: 2, noNaN: true }),
      (centre, variance, offset) => {
        const model = oneWeight(centre, variance)
        const { low, mean, high } = estimateAt(model, Float64Array.of(1))
        expect(low).toBeGreaterThan(0)
        expect(low).toBeLessThan(mean)
        expect(mean).toBeLessThan(high)
        expect(high).toBeLessThan(1)
        expect(estimateAt(model, Float64Array.of(1), offset).mean).toBeGreaterThan(mean)
      },
    ),
  )
})

test('the mean of an estimate is near the average over all weights, its interval holds 80 % of them', () => {
  fc.assert(
    fc.property(fc.double({ min: -4, max: 4, noNaN: true }), variances, (centre, variance) => {
      const estimate = estimateAt(oneWeight(centre, variance), Float64Array.of(1))
      const deviation = Math.sqrt(variance)
      let [average, inside, total] = [0, 0, 0]
      for (let step = -800; step <= 800; step += 1) {
        const weight = Math.exp(-((step / 100) ** 2) / 2)
        const probability = chance(centre + (step / 100) * deviation)
        total += weight
        average += weight * probability
        if (probability >= estimate.low && probability <= estimate.high) inside += weight
      }
      expect(Math.abs(estimate.mean - average / total)).toBeLessThan(0.02)
      expect(inside / total).toBeCloseTo(0.8, 2)
    }),
    { numRuns: 40 },
  )
})

function axis(index: number): Float64Array {
  const result = new Float64Array(3)
  result[index] = 1
  return result
}

/** The place of the highest value of a curve with one hill, by thirds. */
function peakOf(curve: (x: number) => number, from: number, to: number): number {
  let [low, high] = [from, to]
  for (let step = 0; step < 120; step += 1) {
    const [left, right] = [low + (high - low) / 3, high - (high - low) / 3]
    if (curve(left) < curve(right)) low = left
    else high = right
  }
  return (low + high) / 2
}

/** Mean and variance of two weights after answers, summed over a grid of all weights. */
function integrated(
  answers: readonly { readonly x: readonly number[]; readonly yes: boolean }[],
  spread: number,
): { readonly mean: readonly [number, number]; readonly variance: readonly [number, number] } {
  let [total, sumA, sumB, squareA, squareB] = [0, 0, 0, 0, 0]
  const deviation = Math.sqrt(spread)
  for (let i = -60; i <= 60; i += 1) {
    for (let j = -60; j <= 60; j += 1) {
      const [a, b] = [0.2 + (i / 12) * deviation, -0.1 + (j / 12) * deviation]
      let weight = Math.exp(-((a - 0.2) ** 2 + (b + 0.1) ** 2) / (2 * spread))
      for (const { x, yes } of answers) weight *= chance((yes ? 1 : -1) * (a * (x[0] ?? 0) + b * (x[1] ?? 0)))
      total += weight
      sumA += weight * a
      sumB += weight * b
      squareA += weight * a * a
      squareB += weight * b * b
    }
  }
  const mean = [sumA / total, sumB / total] as const
  return { mean, variance: [squareA / total - mean[0] ** 2, squareB / total - mean[1] ** 2] }
}
