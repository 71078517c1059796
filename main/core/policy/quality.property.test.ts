import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { FEATURES, featureIndex } from '../features/observation.ts'
import { ACTIONS, opensRisk } from './action.ts'
import {
  breakEvenChance,
  firstQuality,
  learnQuality,
  qualityFeatures,
  qualityShift,
  wouldBeGood,
  type Quality,
} from './quality.ts'

/** Any observation that can be made, each feature within its range. */
const observations = fc
  .tuple(...FEATURES.map(({ range: [min, max] }) => fc.double({ min, max, noNaN: true })))
  .map(values => Float32Array.from(values))

const actions = fc.constantFrom(...ACTIONS.filter(opensRisk))
const probabilities = fc.double({ min: 0.01, max: 0.99, noNaN: true })

const qualities: fc.Arbitrary<Quality> = fc
  .array(fc.record({ action: actions, seen: observations, implied: probabilities, good: fc.boolean() }), {
    maxLength: 30,
  })
  .map(ended =>
    ended.reduce(
      (model, { action, seen, implied, good }) => learnQuality(model, action, seen, implied, good),
      firstQuality(),
    ),
  )

test('before any outcome the market is trusted: the estimate leans on what the smile implies', () => {
  fc.assert(
    fc.property(actions, observations, probabilities, (action, seen, implied) => {
      const { low, mean, high } = wouldBeGood(firstQuality(), action, seen, implied)
      expect(low).toBeLessThan(implied)
      expect(high).toBeGreaterThan(implied)
      // Being unsure pulls toward one half, never past it
      expect(Math.abs(mean - 0.5)).toBeLessThanOrEqual(Math.abs(implied - 0.5) + 1e-12)
      expect((mean - 0.5) * (implied - 0.5)).toBeGreaterThanOrEqual(0)
      expect(qualityShift(firstQuality(), action, seen)).toBe(0)
    }),
  )
})

test('a good outcome raises what is thought of an action, a bad one lowers it, within one either way', () => {
  fc.assert(
    fc.property(qualities, actions, observations, probabilities, (before, action, seen, implied) => {
      const [good, bad] = [true, false].map(was => learnQuality(before, action, seen, implied, was))
      const shift = (model = before) => qualityShift(model, action, seen)
      expect(shift(good)).toBeGreaterThanOrEqual(shift() - 1e-9)
      expect(shift(bad)).toBeLessThanOrEqual(shift() + 1e-9)
      expect(wouldBeGood(good ?? before, action, seen, implied).mean).toBeGreaterThan(
        wouldBeGood(bad ?? before, action, seen, implied).mean,
      )
      expect(Math.abs(shift(good))).toBeLessThanOrEqual(1)
      expect(Math.abs(shift(bad))).toBeLessThanOrEqual(1)
    }),
    { numRuns: 40 },
  )
})

test('an outcome that was expected teaches little, a surprise teaches much', () => {
  fc.assert(
    fc.property(actions, observations, (action, seen) => {
      const moved = (implied: number) =>
        qualityShift(learnQuality(firstQuality(), action, seen, implied, true), action, seen)
      expect(moved(0.95)).toBeLessThan(moved(0.6))
      expect(moved(0.6)).toBeLessThan(moved(0.1))
    }),
    { numRuns: 40 },
  )
})

test('over many outcomes the estimate finds a true rate that the market has wrong', () => {
  const seen = new Float32Array(FEATURES.length)
  seen[featureIndex('minutesSinceOpen')] = 0.5
  seen[featureIndex('impliedVolatility')] = 0.2
  let model = firstQuality()
  for (let index = 0; index < 400; index += 1)
    model = learnQuality(model, 'sellIronCondor', seen, 0.85, index % 10 < 6)
  expect(wouldBeGood(model, 'sellIronCondor', seen, 0.85).mean).toBeCloseTo(0.6, 1)
  expect(qualityShift(model, 'sellIronCondor', seen)).toBeLessThan(-0.8)
})

test('every part that it looks at is bounded, however wild the market', () => {
  fc.assert(
    fc.property(actions, observations, (action, seen) => {
      for (const part of qualityFeatures(action, seen)) expect(Math.abs(part)).toBeLessThanOrEqual(2)
    }),
  )
})

test('puts and calls mirror each other when the trend turns round', () => {
  fc.assert(
    fc.property(observations, seen => {
      const regime = featureIndex('regime')
      const mirrored = seen.with(regime, -(seen[regime] ?? 0))
      const [, , putSide, putTrend] = qualityFeatures('sellPutVertical10', seen)
      const [, , callSide, callTrend] = qualityFeatures('sellCallVertical10', mirrored)
      expect([putSide, callSide]).toEqual([1, -1])
      expect(putTrend).toBe(callTrend)
    }),
  )
})

test('waiting and closing are not judged by what trades brought', () => {
  fc.assert(
    fc.property(qualities, observations, (quality, seen) => {
      expect(qualityShift(quality, 'noTrade', seen)).toBe(0)
      expect(qualityShift(quality, 'close', seen)).toBe(0)
    }),
    { numRuns: 20 },
  )
})

test('at its break-even chance a trade is worth nothing: what is won so often pays for what is lost', () => {
  const cents = (least: number, most: number) =>
    fc.integer({ min: least, max: most }).map(value => value / 100)
  const trade = fc.record({ credit: cents(20, 200), share: cents(5, 60), multiple: cents(150, 400) })
  fc.assert(
    fc.property(trade, fc.integer({ min: 1, max: 9 }), ({ credit, share, multiple }, quantity) => {
      const fees = 2.8 * quantity
      const exit = { takeProfit: credit * share, stop: credit * multiple, time: 0 }
      const walk = { start: credit, end: credit, steps: 0, stepEvery: 0 }
      const chance = breakEvenChance({ walk, exit, fees, quantity })
      const won = (credit - exit.takeProfit) * 100 * quantity - fees
      const lost = (exit.stop - credit) * 100 * quantity + fees
      expect(chance * won - (1 - chance) * lost).toBeCloseTo(0, 8)
      // Lots do not change what one of them is worth
      expect(chance).toBeCloseTo(breakEvenChance({ walk, exit, fees: 2.8, quantity: 1 }), 12)
    }),
  )
})
