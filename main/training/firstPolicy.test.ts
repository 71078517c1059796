import { existsSync, readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { beforeAll, expect, test } from 'vitest'
import { evaluate } from '../engine/evaluate.ts'
import { evaluationPorts, madeUpMoment, rulePolicy } from '../fixtures/moments.ts'
import {
  FEATURES,
  OBSERVATION_SIZE,
  OBSERVATION_VERSION,
  type FeatureName,
} from '../core/features/observation.ts'
import { ACTIONS, ACTION_COUNT, ACTION_VERSION, actionIndex, type Action } from '../core/policy/action.ts'
import { at } from '../core/base/assert.ts'
import { firstPolicyCard, firstPolicyModel } from './firstPolicy.ts'

const FOLDER = 'assets/policies/first'
let session: InferenceSession

beforeAll(async () => {
  session = await InferenceSession.create(firstPolicyModel())
})

/** A quiet mid-morning with nothing held, changed here and there. */
function seen(changes: Partial<Record<FeatureName, number>> = {}): Float32Array {
  const quiet: Partial<Record<FeatureName, number>> = {
    minutesSinceOpen: 0.3,
    spot: 0.69,
    impliedVolatility: 0.2,
    riskScore: 0.1,
    minutesToClose: 0.7,
    acceptanceRate: 0.5,
    winRateThisHour: 0.5,
    daysSinceSimilar: 1,
    suggestionsThisSession: 0.2,
    riskTolerance: 0.5,
    ...changes,
  }
  return Float32Array.from(FEATURES, ({ name }) => quiet[name] ?? 0)
}

async function logitsOf(...rows: readonly Float32Array[]): Promise<Float32Array> {
  const data = Float32Array.from(rows.flatMap(row => [...row]))
  const { logits } = await session.run({
    observation: new Tensor('float32', data, [rows.length, OBSERVATION_SIZE]),
  })
  const answer = logits?.data
  if (!(answer instanceof Float32Array)) throw new Error('the answer must be floats')
  return answer
}

async function logit(action: Action, changes: Partial<Record<FeatureName, number>> = {}): Promise<number> {
  return at(await logitsOf(seen(changes)), actionIndex(action))
}

async function likeliest(changes: Partial<Record<FeatureName, number>>, without: readonly Action[] = []) {
  const logits = await logitsOf(seen(changes))
  const ranked = ACTIONS.filter(action => !without.includes(action)).sort(
    (one, other) => at(logits, actionIndex(other)) - at(logits, actionIndex(one)),
  )
  return ranked[0]
}

const anyObservation = fc
  .tuple(...FEATURES.map(({ range }) => fc.double({ min: range[0], max: range[1], noNaN: true })))
  .map(values => Float32Array.from(values))

test('the same code gives the same bytes, and they are those that are shipped', () => {
  expect(firstPolicyModel()).toEqual(firstPolicyModel())
  expect(firstPolicyModel()).toEqual(new Uint8Array(readFileSync(`${FOLDER}/policy.onnx`)))
  expect(JSON.parse(readFileSync(`${FOLDER}/card.json`, 'utf8'))).toEqual(firstPolicyCard())
  expect(existsSync(`${FOLDER}/policy.onnx.data`)).toBe(false)
})

test('the card says what goes in and out, and claims nothing', () => {
  const card = firstPolicyCard()
  expect(card.inputs).toEqual(FEATURES.map(feature => feature.name))
  expect(card.outputs).toEqual([...ACTIONS])
  expect([card.observationVersion, card.actionVersion]).toEqual([OBSERVATION_VERSION, ACTION_VERSION])
  expect(card.claims).toMatch(/^None\./)
})

test('every unit reads features that there are, and has a name of its own', () => {
  const { units } = firstPolicyCard()
  expect(new Set(units.map(unit => unit.name)).size).toBe(units.length)
  const names: readonly string[] = FEATURES.map(feature => feature.name)
  for (const { formula } of units) {
    const read = [...formula.matchAll(/\* (\w+)/g)].map(match => match[1] ?? '')
    expect(read.length).toBeGreaterThan(0)
    for (const feature of read) expect(names).toContain(feature)
  }
})

test('logits are finite and bounded for every observation that there can be', async () => {
  await fc.assert(
    fc.asyncProperty(anyObservation, async observation => {
      const logits = await logitsOf(observation)
      expect(logits).toHaveLength(ACTION_COUNT)
      for (const value of logits) expect(Math.abs(value)).toBeLessThan(12)
    }),
    { numRuns: 60 },
  )
})

test('an observation gets the same answer alone and among others', async () => {
  await fc.assert(
    fc.asyncProperty(anyObservation, anyObservation, async (one, other) => {
      const alone = [...(await logitsOf(one)), ...(await logitsOf(other))]
      const together = await logitsOf(one, other)
      together.forEach((value, index) => expect(value).toBeCloseTo(at(alone, index), 5))
    }),
    { numRuns: 30 },
  )
})

test('puts and calls are mirrored: a rising market is to one what a falling one is to the other', async () => {
  const regime = fc.double({ min: -1, max: 1, noNaN: true })
  await fc.assert(
    fc.asyncProperty(anyObservation, regime, async (observation, trend) => {
      const index = FEATURES.findIndex(feature => feature.name === 'regime')
      const [rising, falling] = [observation.with(index, trend), observation.with(index, -trend)]
      const [up, down] = [await logitsOf(rising), await logitsOf(falling)]
      for (const [put, call] of [
        ['sellPutVertical10', 'sellCallVertical10'],
        ['sellPutVertical15', 'sellCallVertical15'],
      ] as const)
        expect(at(up, actionIndex(put))).toBeCloseTo(at(down, actionIndex(call)), 4)
      for (const action of ['noTrade', 'sellIronCondor', 'close'] as const)
        expect(at(up, actionIndex(action))).toBeCloseTo(at(down, actionIndex(action)), 4)
    }),
    { numRuns: 30 },
  )
})

test.each([
  ['a market that goes nowhere', {}, 'sellIronCondor'],
  ['a rising market', { regime: 0.8 }, 'sellPutVertical15'],
  ['a falling market', { regime: -0.8 }, 'sellCallVertical15'],
  ['the first minutes', { minutesSinceOpen: 0.005 }, 'noTrade'],
  ['much risk', { riskScore: 0.9 }, 'noTrade'],
  ['hardly any volatility', { impliedVolatility: 0.06 }, 'noTrade'],
] as const)('%s with nothing held asks for its own action', async (_, changes, action) => {
  expect(await likeliest(changes, ['close'])).toBe(action)
})

test('a position that was long in a loss, late in the day and with much risk is to be closed', async () => {
  const trouble = {
    hasPosition: 1,
    positionProfit: -0.3,
    minutesInPosition: 0.2,
    riskScore: 0.9,
    minutesToClose: 0.1,
  }
  expect(await likeliest(trouble)).toBe('close')
  expect(await logit('close', trouble)).toBeGreaterThan((await logit('close')) + 3)
})

test.each([
  ['riskScore', 'noTrade', 1],
  ['riskScore', 'close', 1],
  ['riskScore', 'sellPutVertical15', -1],
  ['regime', 'sellPutVertical10', 1],
  ['regime', 'sellCallVertical10', -1],
  ['riskTolerance', 'sellPutVertical15', 1],
  ['riskTolerance', 'sellPutVertical10', -1],
  ['suggestionsThisSession', 'noTrade', 1],
  ['positionProfit', 'sellIronCondor', 0],
] as const)('more of %s moves %s one way all along', async (feature, action, direction) => {
  const range = FEATURES.find(each => each.name === feature)?.range ?? [0, 1]
  const steps = Array.from({ length: 11 }, (_, index) => range[0] + ((range[1] - range[0]) * index) / 10)
  const values = await Promise.all(steps.map(value => logit(action, { [feature]: value })))
  const changes = values.slice(1).map((value, index) => value - at(values, index))
  for (const change of changes) expect(change * direction).toBeGreaterThanOrEqual(-1e-6)
  const total = at(values, 10) - at(values, 0)
  expect(Math.sign(Math.abs(total) < 1e-6 ? 0 : total)).toBe(direction)
})

test('what the mask forbids is not chosen, however much the policy wants it', async () => {
  const policy = {
    ...rulePolicy(() => ({})),
    logits: async (observations: Float32Array, count: number) =>
      logitsOf(
        ...Array.from({ length: count }, (_, row) =>
          observations.subarray(row * OBSERVATION_SIZE, (row + 1) * OBSERVATION_SIZE),
        ),
      ),
  }
  const allowed = await evaluate(madeUpMoment({ volatility: 0.2 }), evaluationPorts(policy))
  expect(allowed.draft.action).toBe('sellIronCondor')
  const bare = madeUpMoment({ volatility: 0.2 }, { smile: undefined })
  const forbidden = await evaluate(bare, evaluationPorts(policy))
  expect(forbidden.draft.action).toBe('noTrade')
  expect(forbidden.draft.reasons.sentence).toContain('Too few strikes')
})
