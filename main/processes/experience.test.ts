import { expect, test } from 'vitest'
import { createRandom } from '../core/base/random.ts'
import { OBSERVATION_SIZE, OBSERVATION_VERSION } from '../core/features/observation.ts'
import { ACTIONS, ACTION_COUNT, ACTION_VERSION, actionIndex } from '../core/policy/action.ts'
import type { Decision } from '../core/policy/decision.ts'
import { networkLayout } from '../training/network.ts'
import { layoutSize } from '../autodiff/layout.ts'
import { drillJob } from './drills/drillTraining.ts'
import { experienceSince, learnFromTrader, type ExperienceRow } from './experience.ts'

/** What of a decision is looked at. */
function decision(changes: Partial<Decision>): Decision {
  const made: Pick<Decision, 'time' | 'status' | 'action' | 'probabilities' | 'observation' | 'versions'> = {
    time: 1000,
    status: 'accepted',
    action: 'sellIronCondor',
    probabilities: [0.3, 0, 0.1, 0.1, 0, 0.5, 0],
    observation: Array.from({ length: OBSERVATION_SIZE }, () => 0.5),
    versions: { observation: OBSERVATION_VERSION, actions: ACTION_VERSION, policy: 'first-1' },
  }
  // The rest of a decision is never looked at here
  return { ...made, ...changes } as Decision
}

test('a yes is its action, a no is waiting, a change counts half; what is old, open or of another version is left out', () => {
  const outcome = { status: 'scored', time: 1, reason: 'time', net: 1, wasGood: true } as const
  const found = experienceSince(
    [
      decision({ outcome }),
      decision({ status: 'rejected' }),
      decision({ status: 'modified', action: 'sellPutVertical15' }),
      decision({ status: 'open' }),
      decision({ status: 'accepted', action: 'sellPutVertical10' }),
      decision({ time: 5 }),
      decision({ versions: { observation: 99, actions: ACTION_VERSION, policy: 'old' } }),
    ],
    10,
  )
  expect([found.answers, found.outcomes]).toEqual([4, 1])
  // The fourth took what its mask does not allow, as a decision of a damaged journal may
  expect(found.rows.map(({ action, weight }) => [action, weight])).toEqual([
    [actionIndex('sellIronCondor'), 1],
    [actionIndex('noTrade'), 1],
    [actionIndex('sellPutVertical15'), 0.5],
  ])
  expect(found.rows[0]?.mask).toEqual([1, 0, 1, 1, 0, 1, 0])
  expect(found.rows.map(({ declined }) => declined)).toEqual([
    undefined,
    actionIndex('sellIronCondor'),
    undefined,
  ])
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
    weight: 1,
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

test("what was declined loses against waiting, unless the answers are a coin's", async () => {
  const random = createRandom(5)
  const hidden = [16, 16]
  const layout = networkLayout({ observationSize: OBSERVATION_SIZE, hidden, actionCount: ACTION_COUNT })
  const moments = [100, ...Array.from({ length: OBSERVATION_SIZE }, () => 0)].concat(
    Array.from({ length: OBSERVATION_SIZE }, () => 100),
  )
  const parameters = Array.from({ length: layoutSize(layout) }, () => Math.fround(random.normal() / 10))
  const { plan } = drillJob(new Uint8Array(), { start: { parameters, moments } })
  const rowsOf = (declines: (early: boolean) => boolean) =>
    Array.from({ length: 40 }, (_, index): ExperienceRow => {
      const early = index % 2 === 0
      const observation = Array.from({ length: OBSERVATION_SIZE }, () => (early ? -1 : 1))
      const row = { observation, mask: ACTIONS.map(() => 1), weight: 1 }
      return declines(early) ? { ...row, action: 0, declined: 5 } : { ...row, action: 5 }
    })
  const followed = async (rows: readonly ExperienceRow[]) => {
    const both = await Promise.all([
      learnFromTrader(plan, rows),
      learnFromTrader(
        plan,
        rows.map(row => ({ ...row, declined: undefined })),
      ),
    ])
    return both.map(({ start }) => JSON.stringify(start))
  }
  const [tuned, imitated] = await followed(rowsOf(early => early))
  expect(tuned).not.toBe(imitated)
  const [coin, alike] = await followed(rowsOf(() => random.uniform() < 0.5))
  expect(coin).toBe(alike)
}, 90_000)
