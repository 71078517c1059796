import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { present } from '../../core/base/assert.ts'
import { FEATURES } from '../../core/features/observation.ts'
import { ACTIONS, opensRisk } from '../../core/policy/action.ts'
import {
  firstPreference,
  learnPreference,
  preferenceShift,
  tasteShares,
} from '../../core/policy/preference.ts'
import { TASTES } from '../../core/policy/taste.ts'
import { restoredPreference, storedModel, storedPreference } from './storedModels.ts'

const observations = fc
  .tuple(...FEATURES.map(({ range: [min, max] }) => fc.double({ min, max, noNaN: true })))
  .map(values => Float32Array.from(values))
const actions = fc.constantFrom(...ACTIONS.filter(opensRisk))

const preferences = fc
  .array(fc.tuple(actions, observations, fc.constantFrom('accepted', 'modified', 'rejected')), {
    maxLength: 8,
  })
  .map(given => given.reduce((model, answer) => learnPreference(model, ...answer), firstPreference()))

test('a preference comes back out of a journal as it went in', () => {
  fc.assert(
    fc.property(preferences, preference => {
      const line = JSON.stringify(storedPreference(preference))
      expect(restoredPreference(JSON.parse(line))).toEqual(preference)
    }),
    { numRuns: 30 },
  )
})

test('the one model of an old journal goes on as the taste of sides and hours', () => {
  fc.assert(
    fc.property(preferences, actions, observations, (preference, action, seen) => {
      const old = preference.beliefs[1]?.model
      if (!old) throw new RangeError('the second taste is that of sides and hours')
      const restored = restoredPreference({ ...storedModel(old), answers: preference.answers })
      expect(restored.beliefs[1]?.model).toEqual(old)
      expect(restored.answers).toBe(preference.answers)
      if (preference.answers === 0) {
        expect(restored).toEqual(firstPreference())
        return
      }
      // What it knew is believed as before: nothing that heard no answer waters it down
      expect(tasteShares(restored)['side and hour']).toBeGreaterThan(0.98)
      const alone = estimateAt(old, present(TASTES[1], 'the taste of sides and hours').features(action, seen))
      expect(wouldAccept(restored, action, seen).mean).toBeCloseTo(alone.mean, 1)
    }),
    { numRuns: 30 },
  )
})
