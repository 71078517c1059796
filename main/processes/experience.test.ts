import { expect, test } from 'vitest'
import { createRandom } from '../core/base/random.ts'
import { OBSERVATION_SIZE, OBSERVATION_VERSION } from '../core/features/observation.ts'
import { ACTIONS, ACTION_COUNT, ACTION_VERSION } from '../core/policy/action.ts'
import type { Decision } from '../core/policy/decision.ts'
import { decisionOf } from '../fixtures/screen.ts'
import { initialParameters, networkLayout } from '../training/network.ts'
import { logProbabilitiesOf } from '../training/preferenceTuning.ts'
import type { TrainingPlan } from '../training/trainingPlan.ts'
import { layoutSize } from '../autodiff/layout.ts'
import { drillJob } from './drills/drillTraining.ts'
import { beginningOf, experienceSince, learnFromTrader, type ExperienceRow } from './experience.ts'

const features = (value: number) => Array.from({ length: OBSERVATION_SIZE }, () => value)

/** What of a decision is looked at. */
function decision(changes: Partial<Decision>): Decision {
  const made: Pick<
    Decision,
    'time' | 'status' | 'action' | 'policyProbabilities' | 'observation' | 'versions'
  > = {
    time: 1000,
    status: 'accepted',
    action: 'sellIronCondor',
    policyProbabilities: [0.3, 0, 0.1, 0.1, 0, 0.5, 0],
    observation: Array.from({ length: OBSERVATION_SIZE }, () => 0.5),
    versions: { observation: OBSERVATION_VERSION, actions: ACTION_VERSION, policy: 'first-1' },
  }
  // The rest of a decision is never looked at here
  return { ...made, ...changes } as Decision
}

const saying = (kind: 'accepted' | 'modified' | 'rejected') =>
  ({ status: kind, answer: { kind, time: 1000 } }) as const

test('what was said of a decision is kept as it was said; what is old or of another version is left out', () => {
  const outcome = { status: 'scored', time: 1, reason: 'time', net: 1, wasGood: true } as const
  const { proposal } = decisionOf({})
  if (!proposal) throw new Error('a made-up decision must propose a trade')
  const passedOver = { action: 'sellPutVertical15', proposal } as const
  const found = experienceSince(
    [
      decision({ outcome, ...saying('accepted') }),
      decision({ ...saying('rejected'), rating: 5 }),
      decision({ ...saying('modified'), action: 'sellPutVertical15' }),
      decision({ status: 'lapsed', rating: 2 }),
      decision({ ...saying('rejected'), action: 'noTrade', passedOver, rating: 1 }),
      decision({ ...saying('rejected'), action: 'noTrade' }),
      decision({ ...saying('accepted'), action: 'noTrade', rating: 4 }),
      decision({ status: 'open', action: 'sellCallVertical10' }),
      decision({ status: 'lapsed', action: 'noTrade' }),
      decision({ ...saying('accepted'), action: 'sellPutVertical10' }),
      decision({ time: 5, ...saying('accepted') }),
      decision({ versions: { observation: 99, actions: ACTION_VERSION, policy: 'old' } }),
    ],
    10,
  )
  expect([found.answers, found.outcomes]).toEqual([7, 1])
  // One took what its mask does not allow, as a decision of a damaged journal may
  expect(found.rows.map(({ action, answer, rating }) => [ACTIONS[action], answer, rating])).toEqual([
    ['sellIronCondor', 'accepted', undefined],
    ['sellIronCondor', 'rejected', 5],
    ['sellPutVertical15', 'modified', undefined],
    ['sellIronCondor', undefined, 2],
    ['sellPutVertical15', 'accepted', undefined],
    ['noTrade', 'accepted', undefined],
    ['sellCallVertical10', undefined, undefined],
    ['noTrade', undefined, undefined],
  ])
  expect(found.rows[0]?.mask).toEqual([1, 0, 1, 1, 0, 1, 0])
})

test('a beginning that has imitated moves towards what was done, the same every time; too little moves nothing', async () => {
  const random = createRandom(1)
  const layout = networkLayout({
    observationSize: OBSERVATION_SIZE,
    hidden: [16, 16],
    actionCount: ACTION_COUNT,
  })
  const start = {
    parameters: Array.from({ length: layoutSize(layout) }, () => Math.fround(random.normal() / 10)),
    moments: [
      100,
      ...Array.from({ length: OBSERVATION_SIZE }, () => 0),
      ...Array.from({ length: OBSERVATION_SIZE }, () => 100),
    ],
  }
  const { plan } = drillJob(new Uint8Array(), { start })
  const row: ExperienceRow = {
    observation: Array.from({ length: OBSERVATION_SIZE }, () => 0.5),
    mask: [1, 1, 1, 1, 1, 1, 1],
    action: 5,
    answer: 'accepted',
  }
  const rows = Array.from({ length: 40 }, () => row)
  const one = await learnFromTrader(plan, rows)
  expect(await learnFromTrader(plan, rows)).toEqual(one)
  const bias = layoutSize(layout) - 16 - 1 - ACTION_COUNT
  const moved = (action: number) =>
    (one.start?.parameters[bias + action] ?? 0) - (start.parameters[bias + action] ?? 0)
  expect(moved(5)).toBeGreaterThan(0)
  for (const action of [0, 1, 2, 3, 4, 6]) expect(moved(action)).toBeLessThan(0)
  expect(await learnFromTrader(plan, rows.slice(0, 19))).toBe(plan)
  const { start: _start, ...fresh } = plan
  expect(await learnFromTrader(fresh, rows)).toBe(fresh)
})

/** A plan that begins with a small network of chance, and by how much it moves from waiting to a condor in the early half of a day. */
function shiftOf() {
  const random = createRandom(5)
  const hidden = [16, 16]
  const shape = { observationSize: OBSERVATION_SIZE, hidden, actionCount: ACTION_COUNT }
  const moments = [100, ...features(0), ...features(100)]
  const { plan } = drillJob(new Uint8Array(), {
    start: { parameters: [...initialParameters(shape, random)], moments },
  })
  const marginOf = async (learned: TrainingPlan) => {
    const network = beginningOf(learned)
    if (!network) throw new Error('it must begin with a network')
    const [logs] = await logProbabilitiesOf(network, [
      { observation: features(-1), allowed: ACTIONS.map(() => true) },
    ])
    return (logs?.[5] ?? 0) - (logs?.[0] ?? 0)
  }
  return async (said: (early: boolean) => Pick<ExperienceRow, 'answer' | 'rating'>) => {
    const rows = Array.from({ length: 40 }, (_, index): ExperienceRow => {
      const early = index < 30
      return { observation: features(early ? -1 : 1), mask: ACTIONS.map(() => 1), action: 5, ...said(early) }
    })
    return (await marginOf(await learnFromTrader(plan, rows))) - (await marginOf(plan))
  }
}

test("what was declined loses against waiting, unless the answers are a coin's", async () => {
  const shift = shiftOf()
  const random = createRandom(9)
  const declined = await shift(early => ({ answer: early ? 'rejected' : 'accepted' }))
  const coin = await shift(() => ({ answer: random.uniform() < 0.5 ? 'accepted' : 'rejected' }))
  // Held to the champion there as well, it would move half as far
  expect(declined).toBeLessThan(-1.5)
  expect(Math.abs(coin)).toBeLessThan(0.2)
}, 90_000)

test('trades that were let go and rated low lose against waiting; rated in the middle they teach nothing', async () => {
  const shift = shiftOf()
  const low = await shift(early => ({ rating: early ? 1 : 5 }))
  const middle = await shift(() => ({ rating: 3 }))
  const regretted = await shift(early => ({ answer: 'accepted', rating: early ? 1 : 5 }))
  const content = await shift(() => ({ answer: 'accepted', rating: 5 }))
  expect(low).toBeLessThan(-0.5)
  expect(middle).toBe(0)
  expect(regretted).toBeLessThan(content)
}, 90_000)
