import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { present } from '../../core/base/assert.ts'
import { FEATURES } from '../../core/features/observation.ts'
import { ACTIONS, opensRisk } from '../../core/policy/action.ts'
import { estimateAt } from '../../core/policy/bayesianLogistic.ts'
import { firstPreference, learnPreference, tasteShares, wouldAccept } from '../../core/policy/preference.ts'
import { TASTES } from '../../core/policy/taste.ts'
import { restoredPreference, storedModel, storedPreference } from './storedModels.ts'

const SIDES_AND_HOURS = TASTES.findIndex(({ name }) => name === 'side and hour')

const observations = fc
  .tuple(...FEATURES.map(({ range: [min, max] }) => fc.double({ min, max, noNaN: true })))
  .map(values => Float32Array.from(values))
const actions = fc.constantFrom(...ACTIONS.filter(opensRisk))

function preferences(minLength: number) {
  return fc
    .array(fc.tuple(actions, observations, fc.constantFrom('accepted', 'modified', 'rejected')), {
      minLength,
      maxLength: 8,
    })
    .map(given => given.reduce((model, answer) => learnPreference(model, ...answer), firstPreference()))
}

test('a preference comes back out of a journal as it went in', () => {
  fc.assert(
    fc.property(preferences(0), preference => {
      const line = JSON.stringify(storedPreference(preference))
      expect(restoredPreference(JSON.parse(line))).toEqual(preference)
    }),
    { numRuns: 30 },
  )
})

test('what the one model of an old journal knew is believed as before', () => {
  const taste = present(TASTES[SIDES_AND_HOURS], 'the taste of sides and hours')
  fc.assert(
    fc.property(preferences(1), actions, observations, ({ beliefs, answers }, action, seen) => {
      const { model } = present(beliefs[SIDES_AND_HOURS], 'a belief of every taste')
      const restored = restoredPreference({ ...storedModel(model), answers })
      expect(restored.answers).toBe(answers)
      // Nothing that heard no answer waters it down
      expect(tasteShares(restored)['side and hour']).toBeGreaterThan(0.98)
      const alone = estimateAt(model, taste.features(action, seen)).mean
      expect(Math.abs(wouldAccept(restored, action, seen).mean - alone)).toBeLessThan(0.02)
    }),
    { numRuns: 30 },
  )
})

test('an old journal in which nothing was answered begins like anybody', () => {
  const { beliefs } = firstPreference()
  const { model } = present(beliefs[SIDES_AND_HOURS], 'a belief of every taste')
  expect(restoredPreference({ ...storedModel(model), answers: 0 })).toEqual(firstPreference())
})
