import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { present } from '../base/assert.ts'
import { FEATURES, featureIndex } from '../features/observation.ts'
import { ACTIONS, opensRisk, sideOf } from './action.ts'
import {
  firstPreference,
  learnPreference,
  preferenceShift,
  tasteShares,
  wouldAccept,
  type Preference,
} from './preference.ts'
import { learnedTastes } from './learnedTastes.ts'
import { TASTES } from './taste.ts'
const OPENING = ACTIONS.filter(opensRisk)
const sideAndHour = present(
  TASTES.find(({ name }) => name === 'side and hour'),
  'a taste by its name',
)

/** Any observation that can be made, each feature within its range. */
const observations = fc
  .tuple(...FEATURES.map(({ range: [min, max] }) => fc.double({ min, max, noNaN: true })))
  .map(values => Float32Array.from(values))

/** An observation of a usual market: volatility between 5 and 60 %. */
const usualMarkets = fc
  .tuple(observations, fc.double({ min: 0.05, max: 0.6, noNaN: true }))
  .map(([seen, volatility]) => seen.with(featureIndex('impliedVolatility'), volatility))

const actions = fc.constantFrom(...OPENING)
const replies = fc.constantFrom('accepted', 'modified', 'rejected')

const preferences: fc.Arbitrary<Preference> = fc
  .array(fc.record({ action: actions, seen: observations, answer: replies }), { maxLength: 12 })
  .map(given =>
    given.reduce(
      (model, { action, seen, answer }) => learnPreference(model, action, seen, answer),
      firstPreference(),
    ),
  )

test('a shift silences at most to -5, a liking lifts at most to 0.35', () => {
  fc.assert(
    fc.property(preferences, actions, observations, (preference, action, seen) => {
      const shift = preferenceShift(preference, action, seen)
      expect(shift).toBeGreaterThanOrEqual(-5)
      expect(shift).toBeLessThanOrEqual(0.35)
    }),
    { numRuns: 40 },
  )
})

test('a yes never lowers the odds of what was asked, a no never raises them', () => {
  fc.assert(
    fc.property(preferences, actions, observations, (before, action, seen) => {
      const shift = (model: Preference) => preferenceShift(model, action, seen)
      const likely = (model: Preference) => wouldAccept(model, action, seen).mean
      const [yes, no] = [
        learnPreference(before, action, seen, 'accepted'),
        learnPreference(before, action, seen, 'rejected'),
      ]
      expect(shift(yes)).toBeGreaterThanOrEqual(shift(before) - 1e-9)
      expect(shift(no)).toBeLessThanOrEqual(shift(before) + 1e-9)
      expect(likely(yes)).toBeGreaterThan(likely(no))
      expect(yes.answers).toBe(before.answers + 1)
    }),
    { numRuns: 40 },
  )
})

test('every half hour of the day belongs to one place of one curve, for every side', () => {
  fc.assert(
    fc.property(
      actions,
      fc.integer({ min: 0, max: 12 }),
      fc.integer({ min: 0, max: 29 }),
      (action, half, minute) => {
        const at = (time: number) => {
          const seen = new Float32Array(FEATURES.length)
          seen[featureIndex('minutesSinceOpen')] = time / 390
          return sideAndHour.features(action, seen)
        }
        expect(at(half * 30 + minute)).toEqual(at(half * 30))
        expect(at(half * 30 + 30)).not.toEqual(at(half * 30))
      },
    ),
  )
})

test('actions that sell the same side share a curve, others do not', () => {
  fc.assert(
    fc.property(actions, actions, usualMarkets, (one, other, seen) => {
      const place = (action: (typeof OPENING)[number]) => sideAndHour.features(action, seen).indexOf(1)
      expect(place(one) === place(other)).toBe(sideOf(one) === sideOf(other))
    }),
  )
})

test('an hour of no is one taste; what is told never overlaps and stays within the day', () => {
  fc.assert(
    fc.property(preferences, preference => {
      const tastes = learnedTastes(preference)
      for (const side of ['put', 'call', 'both'] as const) {
        const own = tastes.filter(taste => taste.side === side).sort((one, other) => one.from - other.from)
        own.forEach((taste, index) => {
          expect(taste.from).toBeGreaterThanOrEqual(own[index - 1]?.to ?? 0)
          expect(taste.to).toBeLessThanOrEqual(390)
          expect(Math.abs(taste.shift)).toBeGreaterThan(0.7)
        })
      }
    }),
    { numRuns: 40 },
  )
})

test('puts and calls mirror each other when the trend turns round', () => {
  fc.assert(
    fc.property(usualMarkets, seen => {
      const regime = featureIndex('regime')
      const mirrored = seen.with(regime, -(seen[regime] ?? 0))
      const slopes = (action: (typeof OPENING)[number], at: Float32Array) =>
        // Without the sign of zero
        sideAndHour
          .features(action, at)
          .slice(-4)
          .map(slope => slope + 0)
      expect(slopes('sellPutVertical15', seen)).toEqual(slopes('sellCallVertical15', mirrored))
      expect(slopes('sellIronCondor', seen)).toEqual(slopes('sellIronCondor', mirrored))
    }),
  )
})

test('shares of tastes are of one, and before any answer nothing moves', () => {
  fc.assert(
    fc.property(preferences, actions, observations, (preference, action, seen) => {
      const shares = Object.values(tasteShares(preference))
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12)
      for (const share of shares) expect(share).toBeGreaterThan(1e-4)
      expect(preferenceShift(firstPreference(), action, seen)).toBe(0)
    }),
    { numRuns: 30 },
  )
})

test('what a taste sees fits what is believed of it, for every action', () => {
  fc.assert(
    fc.property(actions, observations, (action, seen) => {
      for (const { prior, features } of TASTES) expect(features(action, seen)).toHaveLength(prior.mean.length)
    }),
    { numRuns: 30 },
  )
})
