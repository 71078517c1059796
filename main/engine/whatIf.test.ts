import { expect, test } from 'vitest'
import { CALM, TIMES, clock } from '../fixtures/market.ts'
import {
  evaluationPorts,
  madeUpMoment,
  observationOf,
  rulePolicy,
  type Answers,
} from '../fixtures/moments.ts'
import { featureIndex, type FeatureName } from '../core/features/observation.ts'
import type { Action } from '../core/policy/action.ts'
import type { Moment } from './moment.ts'
import { flipsOf } from './whatIf.ts'

const LIVELY = { volatility: 0.3 }
const MOMENT = madeUpMoment(LIVELY)
const MOVE = MOMENT.expectedMove ?? Number.NaN

function flips(answers: Answers, moment: Moment = MOMENT, action: Action = 'sellIronCondor') {
  return flipsOf(moment, action, observationOf(moment), evaluationPorts(rulePolicy(answers)))
}

/** Wants a condor while a feature is below a level, and to wait from there on. */
function until(feature: FeatureName, level: number): Answers {
  return seen => ({ sellIronCondor: (seen[featureIndex(feature)] ?? 0) < level ? 3 : -3 })
}

test('a policy that turns at a price flips there, to the fineness of the search', async () => {
  const found = await flips(until('spot', (CALM.spot + 0.7 * MOVE) / 1000))
  const [flip] = found
  expect(found.filter(other => other.axis === 'spot')).toEqual([flip])
  expect(flip).toMatchObject({ axis: 'spot', action: 'noTrade' })
  const beyond = (flip?.change ?? 0) - 0.7 * MOVE
  expect(beyond).toBeGreaterThan(-1e-4)
  expect(beyond).toBeLessThan((2 * MOVE) / 10 / 32 + 1e-4)
})

test('of two prices at which it turns the nearer is told, with its sign', async () => {
  const between: Answers = seen => {
    const spot = (seen[featureIndex('spot')] ?? 0) * 1000
    return { sellIronCondor: spot < CALM.spot + 1.2 * MOVE && spot > CALM.spot - 0.5 * MOVE ? 3 : -3 }
  }
  const [flip] = await flips(between)
  expect(flip?.change).toBeLessThan(-0.5 * MOVE + 1e-4)
  expect(flip?.change).toBeGreaterThan(-0.5 * MOVE - (2 * MOVE) / 10 / 32 - 1e-4)
})

test('a policy that turns at a volatility flips by the factor that reaches it', async () => {
  const flip = (await flips(until('impliedVolatility', MOMENT.impliedVolatility * 1.25))).find(
    found => found.axis === 'volatility',
  )
  expect(flip?.action).toBe('noTrade')
  expect(flip?.change).toBeGreaterThan(1.25 - 1e-4)
  expect(flip?.change).toBeLessThan(1.25 + 0.06 / 32 + 1e-4)
})

test('a policy that turns at an hour flips after the minutes until then', async () => {
  const flip = (await flips(until('minutesSinceOpen', 150 / 390))).find(found => found.axis === 'time')
  // At 11:00 ninety minutes have passed
  expect(flip?.change).toBeGreaterThan(60 - 1e-3)
  expect(flip?.change).toBeLessThan(60 + 27 / 32 + 1e-3)
})

test('a policy that always wants the same waits only once nothing may be opened any more', async () => {
  const always: Answers = () => ({ sellIronCondor: 9 })
  const moment = madeUpMoment({ ...LIVELY, time: clock(14, 50) })
  const flip = (await flips(always, moment)).find(found => found.axis === 'time')
  expect(flip?.action).toBe('noTrade')
  expect(flip?.change).toBeGreaterThan(0)
  // A quarter of an hour before the guard at the latest; before it where the credit has melted
  expect(moment.time + (flip?.change ?? 0) * 60_000).toBeLessThanOrEqual(TIMES.guard - 14 * 60_000)
})

test('a flip where the credit melts away is the market and not the policy', async () => {
  const always: Answers = () => ({ sellIronCondor: 9 })
  const found = (await flips(always, madeUpMoment())).find(flip => flip.axis === 'volatility')
  expect(found?.action).toBe('noTrade')
  expect(found?.change).toBeLessThan(1)
})

test('a flip is what would be decided in that market, and a little nearer it is not', async () => {
  const answers = until('spot', (CALM.spot + 0.7 * MOVE) / 1000)
  const [flip] = await flips(answers)
  const decides = (spot: number) => {
    const there = madeUpMoment({ ...LIVELY, spot })
    return (answers(observationOf(there)).sellIronCondor ?? 0) > 0 ? 'sellIronCondor' : 'noTrade'
  }
  const change = flip?.change ?? 0
  expect(decides(CALM.spot + change)).toBe(flip?.action)
  expect(decides(CALM.spot + change - (2 * MOVE) / 10 / 16)).toBe('sellIronCondor')
})

test('nothing is said about what would flip it where there is no smile or no expected move', async () => {
  const always: Answers = () => ({ noTrade: 9 })
  expect(await flips(always, { ...MOMENT, smile: undefined }, 'noTrade')).toEqual([])
  expect(await flips(always, { ...MOMENT, expectedMove: undefined }, 'noTrade')).toEqual([])
})

test('a wait that nothing changes has no flips', async () => {
  expect(await flips(() => ({ noTrade: 9 }), MOMENT, 'noTrade')).toEqual([])
})

test('trying leaves the moment as it was', async () => {
  const before = structuredClone(MOMENT)
  await flips(() => ({ sellIronCondor: 9 }))
  expect(MOMENT).toEqual(before)
})

test('a policy that dies while flips are tried says so', async () => {
  const policy = { ...rulePolicy(() => ({})), logits: () => Promise.reject(new Error('the thread died')) }
  const tried = flipsOf(MOMENT, 'noTrade', observationOf(MOMENT), evaluationPorts(policy))
  await expect(tried).rejects.toThrow('the thread died')
})
