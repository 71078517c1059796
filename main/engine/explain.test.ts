import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { CALM } from '../fixtures/market.ts'
import {
  chanceOf,
  evaluationPorts,
  explainedAs,
  madeUpMoment,
  observationOf,
  rulePolicy,
  type Answers,
} from '../fixtures/moments.ts'
import { featureIndex, FEATURES, type FeatureName } from '../core/features/observation.ts'
import { ACTIONS, type Action } from '../core/policy/action.ts'
import { adapterShifts, chooseProbabilities, type Adapter } from '../core/policy/choice.ts'
import { firstPreference, learnPreference } from '../core/policy/preference.ts'
import { firstQuality, learnQuality } from '../core/policy/quality.ts'
import { unusualDrivers } from '../core/policy/shapley.ts'
import { explain } from './explain.ts'
import type { Moment } from './moment.ts'

const MOMENT = madeUpMoment()

/** A policy whose logits are weights times features. */
function weighted(weights: Partial<Record<FeatureName, number>>, action: Action = 'sellIronCondor'): Answers {
  return seen => {
    const terms = FEATURES.map(({ name }) => (weights[name] ?? 0) * (seen[featureIndex(name)] ?? 0))
    return { [action]: terms.reduce((sum, term) => sum + term, 0) }
  }
}

/** A trader who was asked often and said what he said. */
function taught(answers: readonly ('accepted' | 'rejected')[], wasGood: boolean): Adapter {
  const observation = observationOf(MOMENT)
  let [preference, quality] = [firstPreference(), firstQuality()]
  for (const answer of answers) {
    preference = learnPreference(preference, 'sellIronCondor', observation, answer)
    quality = learnQuality(quality, 'sellPutVertical10', observation, 0.8, wasGood)
  }
  return { preference, quality }
}

function reasonsOf(answers: Answers, moment: Moment = MOMENT, action: Action = 'sellIronCondor') {
  return explain(explainedAs(action, moment), evaluationPorts(rulePolicy(answers)))
}

function sum(drivers: readonly { readonly contribution: number }[]): number {
  return drivers.reduce((total, driver) => total + driver.contribution, 0)
}

/** The probability of an action at an observation, by the policy's answer alone. */
function chance(answers: Answers, seen: Float32Array, moment: Moment, action: Action): number {
  const { mask } = explainedAs(action, moment)
  const given = answers(seen)
  const logits = Float32Array.from(ACTIONS, name => given[name] ?? 0)
  const allowed = ACTIONS.map(name => mask[name].allowed)
  return chanceOf(action, chooseProbabilities(logits, allowed, adapterShifts(moment.adapter, seen)))
}

test('drivers sum to how far the action is from usual, for any policy and any trader', async () => {
  const weight = fc.double({ min: -4, max: 4, noNaN: true })
  const anyWeights = fc.record(Object.fromEntries(FEATURES.map(({ name }) => [name, weight])))
  const anyAdapter = fc
    .record({
      answers: fc.array(fc.constantFrom('accepted' as const, 'rejected' as const), { maxLength: 4 }),
      wasGood: fc.boolean(),
    })
    .map(({ answers, wasGood }) => taught(answers, wasGood))
  await fc.assert(
    fc.asyncProperty(anyWeights, anyAdapter, async (weights, adapter) => {
      const moment = { ...MOMENT, adapter, smile: undefined }
      const answers = weighted(weights)
      const explained = { ...explainedAs('sellIronCondor', MOMENT), moment }
      const { usual, now, drivers } = await explain(explained, evaluationPorts(rulePolicy(answers)))
      expect(sum(drivers)).toBeCloseTo(now - usual, 9)
      const seen = { ...MOMENT, adapter }
      expect(now).toBeCloseTo(chance(answers, explained.observation, seen, 'sellIronCondor'), 9)
      expect(usual).toBeCloseTo(chance(answers, explained.usual, seen, 'sellIronCondor'), 9)
    }),
    { numRuns: 15 },
  )
})

test('a driver that the policy does not look at contributes nothing', async () => {
  const { drivers } = await reasonsOf(weighted({ regime: 3, riskScore: 5 }))
  const moved = drivers.filter(driver => Math.abs(driver.contribution) > 1e-12).map(driver => driver.name)
  expect(moved.filter(name => name !== 'risk' && name !== 'regime')).toEqual([])
  expect(moved).toContain('risk')
})

test('a policy that sees nothing is as usual, and the sentence says so', async () => {
  const { usual, now, drivers, flips, sentence } = await reasonsOf(() => ({ sellIronCondor: 1 }))
  expect(now).toBe(usual)
  expect(drivers.every(driver => driver.contribution === 0)).toBe(true)
  // Where volatility falls no structure pays enough: the mask flips it, not the policy
  expect(flips).toContainEqual({ axis: 'volatility', action: 'noTrade', change: expect.any(Number) })
  expect(sentence).toMatch(
    /^Nothing stands out from the usual; an iron condor is the likeliest of what is allowed\. With volatility about \d+ % lower it would be no trade\.$/,
  )
})

test('drivers come strongest first, and the sentence begins with one that speaks for the action', async () => {
  const { drivers, sentence } = await reasonsOf(weighted({ minutesToClose: 6, riskScore: -3 }))
  const sizes = drivers.map(driver => Math.abs(driver.contribution))
  expect([...sizes].sort((a, b) => b - a)).toEqual(sizes)
  expect(drivers).toHaveLength(13)
  expect(sentence).toMatch(/^(The risk score is|300 minutes are left)/)
})

test('all coalitions are asked in one call, so that reasons cost one answer of the policy', async () => {
  const policy = rulePolicy(() => ({}))
  const explained = explainedAs('noTrade', { ...MOMENT, smile: undefined })
  await explain(explained, evaluationPorts(policy))
  const unusual = unusualDrivers(explained.observation, explained.usual)
  expect(unusual.length).toBeGreaterThan(2)
  expect(policy.rowsAsked).toEqual([2 ** unusual.length])
})

test('everything that is not known is named', async () => {
  const bare: Moment = { ...MOMENT, smile: undefined, expectedMove: undefined, realisedVolatility: undefined }
  const { unknown, flips } = await reasonsOf(() => ({}), bare, 'noTrade')
  expect(flips).toEqual([])
  expect(unknown).toEqual([
    'The smile: too few contracts are quoted.',
    'The expected move: a strike around the money is not quoted on both sides.',
    'Realised volatility: fewer than ten minutes are known.',
    'VIX: this source does not send it.',
    'Past cases: memory did not answer in time.',
  ])
})

test.each([
  [0, ['Past cases: none has ended yet.']],
  [29, ['Past cases: only 29 have ended.']],
  [30, []],
] as const)('of %i past cases it is said how far they carry', async (searched, expected) => {
  const moment = madeUpMoment({}, { realisedVolatility: 0.1, volatilityIndex: 15, smile: undefined })
  const recall = { neighbours: [], searched, daysSinceSimilar: undefined }
  const explained = explainedAs('noTrade', moment, recall)
  const { unknown, remembered } = await explain(explained, evaluationPorts(rulePolicy(() => ({}))))
  expect(remembered).toBe(searched)
  expect(unknown.filter(line => line.startsWith('Past'))).toEqual(expected)
})

test('an old leg is named with its age', async () => {
  const moment = madeUpMoment()
  const old = { ...moment, time: CALM.time + 2300 }
  const { unknown } = await reasonsOf(() => ({}), old)
  expect(unknown).toContain('A leg was quoted 2.3 s before the decision.')
})
