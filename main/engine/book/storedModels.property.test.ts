import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { FEATURES } from '../../core/features/observation.ts'
import { ACTIONS, opensRisk } from '../../core/policy/action.ts'
import {
  firstPreference,
  learnPreference,
  preferenceShift,
  tasteShares,
} from '../../core/policy/preference.ts'
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
      expect(tasteShares(restored)['side and hour']).toBeGreaterThan(0.3)
      expect(preferenceShift(restored, action, seen)).toBeLessThanOrEqual(0.35)
    }),
    { numRuns: 30 },
  )
})
