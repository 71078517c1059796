import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../../core/base/random.ts'
import { mean, standardDeviation } from '../../core/base/statistics.ts'
import { normalDensity, normalDistribution } from '../../core/pricing/normal.ts'
import { createAffinePath } from './simulatedAffinePath.ts'
import { affineLaw } from './simulatedLaw.ts'
import { CALIBRATED, drawDayModel } from './simulatedModel.ts'

const LENGTH = 390
const minute = fc.double({ min: 0, max: 388, noNaN: true })
const variance = fc.double({ min: 0.05, max: 9, noNaN: true })
/** A few domains, so that few laws are solved. */
const models = [CALIBRATED, ...[1, 2, 3].map(seed => drawDayModel(createRandom(seed), 1))]
const model = fc.constantFrom(...models)

test('a day that opens as usual has one squared move ahead of it, and nothing when it is over', () => {
  for (const model of models) {
    const law = affineLaw(model, LENGTH)
    expect(law.varianceAhead(0, 1)).toBeCloseTo(1, 9)
    expect(law.varianceAhead(LENGTH, 5)).toBe(0)
  }
})

test('variance ahead shrinks as the day passes and grows with variance', () => {
  fc.assert(
    fc.property(model, minute, variance, (model, minute, variance) => {
      const law = affineLaw(model, LENGTH)
      const ahead = law.varianceAhead(minute, variance)
      expect(law.varianceAhead(minute + 1, variance)).toBeLessThan(ahead)
      expect(law.varianceAhead(minute, variance * 1.1)).toBeGreaterThan(ahead)
    }),
  )
})

test('what all strikes are worth together is the variance ahead', () => {
  // Breeden and Litzenberger (1978): twice the area under time values is the second moment
  fc.assert(
    fc.property(model, fc.double({ min: 0, max: 378, noNaN: true }), variance, (model, minute, variance) => {
      const law = affineLaw(model, LENGTH)
      const smile = law.smileAt(minute, variance)
      const deviation = Math.sqrt(law.varianceAhead(minute, variance))
      let area = 0
      const step = 0.02
      for (let x = -8; x <= 8; x += step) area += 2 * smile.timeValue(x * deviation) * step * deviation
      expect(area / deviation ** 2).toBeGreaterThan(0.985)
      expect(area / deviation ** 2).toBeLessThan(1.015)
    }),
    { numRuns: 40 },
  )
})

test('time value falls on both sides of the money, and no butterfly at the nodes costs less than nothing', () => {
  fc.assert(
    fc.property(model, minute, variance, (model, minute, variance) => {
      const law = affineLaw(model, LENGTH)
      const smile = law.smileAt(minute, variance)
      const deviation = Math.sqrt(law.varianceAhead(minute, variance))
      const call = (x: number) => smile.timeValue(x * deviation) / deviation + Math.max(0, -x)
      for (let x = 0; x <= 5; x += 0.25) {
        for (const side of [1, -1])
          expect(smile.timeValue(side * x * deviation)).toBeGreaterThanOrEqual(
            smile.timeValue(side * (x + 0.25) * deviation),
          )
        for (const centre of [x, -x])
          expect(call(centre - 0.5) - 2 * call(centre) + call(centre + 0.5)).toBeGreaterThan(-1e-4)
      }
    }),
    { numRuns: 60 },
  )
})

test('without jumps and with still variance the law is normal', () => {
  const still = {
    variance: { halfLifeMinutes: 40, deviation: 1e-3, leverage: 0 },
    jumps: { perDay: 0, deviation: 0.1, mean: 0, waking: 0 },
  }
  const law = affineLaw(still, LENGTH)
  fc.assert(
    fc.property(fc.double({ min: 0, max: 386, noNaN: true }), minute => {
      const smile = law.smileAt(minute, 1)
      const deviation = Math.sqrt(law.varianceAhead(minute, 1))
      for (let x = -3; x <= 3; x += 0.5) {
        const size = Math.abs(x)
        const excess = normalDensity(size) - size * normalDistribution(-size)
        expect(smile.timeValue(x * deviation) / deviation).toBeCloseTo(excess, 4)
      }
    }),
    { numRuns: 40 },
  )
})

test('with leverage puts are worth more than calls as far away', () => {
  const smile = affineLaw(CALIBRATED, LENGTH).smileAt(30, 1)
  for (const x of [1, 1.5, 2, 2.5]) expect(smile.timeValue(-x)).toBeGreaterThan(1.1 * smile.timeValue(x))
})

/** Moves of days from the open to the close, in the moves that their options price. */
function moves(count: number, seed: number, realisedShare = 1): number[] {
  const law = affineLaw(CALIBRATED, LENGTH)
  const character = {
    startPrice: 600,
    previousClose: 600,
    volatilityIndex: 16,
    impliedDayMove: 0.008,
    realisedShare,
    drift: 0,
    jumpsPerDay: 1.5,
  }
  return Array.from({ length: count }, (_, day) => {
    const path = createAffinePath(character, LENGTH, createRandom(seed + day), CALIBRATED, law, 60_000)
    for (let minute = 0; minute < LENGTH; minute += 1) path.step(minute + 0.5)
    return (path.point.spot - 600) / (600 * 0.008)
  })
}

test('paths drift nowhere and realise the variance they were drawn with', () => {
  for (const share of [0.5, 1]) {
    const drawn = moves(2500, 11, share)
    const squares = drawn.map(move => move ** 2)
    const error = (values: readonly number[]) => standardDeviation(values) / Math.sqrt(values.length)
    expect(Math.abs(mean(drawn))).toBeLessThan(3 * error(drawn))
    expect(Math.abs(mean(squares) - share)).toBeLessThan(3 * error(squares))
  }
})

test('variance stays above nothing however wild the day', () => {
  fc.assert(
    fc.property(fc.integer(), seed => {
      const wild = drawDayModel(createRandom(seed), 3)
      const law = { diffusionShare: 0.8 }
      const character = {
        startPrice: 600,
        previousClose: 600,
        volatilityIndex: 80,
        impliedDayMove: 0.05,
        realisedShare: 2.5,
        drift: 0,
        jumpsPerDay: wild.jumps.perDay,
      }
      const path = createAffinePath(character, LENGTH, createRandom(seed), wild, law, 15_000)
      let isSound = true
      for (let step = 0; step < 1560; step += 1) {
        path.step(step / 4)
        isSound &&= path.point.variance > 0 && path.point.spot > 0 && Number.isFinite(path.point.spot)
      }
      expect(isSound).toBe(true)
    }),
    { numRuns: 20 },
  )
})
