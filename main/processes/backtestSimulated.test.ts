import { beforeAll, expect, test } from 'vitest'
import { ACTION_COUNT, actionIndex } from '../core/policy/action.ts'
import { DO_NOTHING, FIXED_TIME, type Strategy } from '../training/baselines.ts'
import { playSessions } from '../training/judgePolicies.ts'
import type { SessionTable } from '../training/sessionTable.ts'
import { playDays, testOnSimulated } from './backtestSimulated.ts'
import { FAIR_MARKET, TRAINING_LIMITS, sessionTables } from './sessionTables.ts'

let tables: SessionTable[]

beforeAll(async () => {
  tables = [await sessionTables()(5, FAIR_MARKET)]
})

/** Sells whatever it may and closes as soon as it can. */
const HASTY: Strategy = {
  name: 'hasty',
  choose: (_observations, masks, count) =>
    Promise.resolve(
      Int32Array.from({ length: count }, (_, row) => {
        const mask = masks.subarray(row * ACTION_COUNT, (row + 1) * ACTION_COUNT)
        return mask[actionIndex('close')] === 1 ? actionIndex('close') : Math.max(0, mask.indexOf(1, 1))
      }),
    ),
}

test.each([DO_NOTHING, ...FIXED_TIME, HASTY])(
  '$name makes here what it makes where models are judged, and its trades sum to it',
  async strategy => {
    const [day] = await playDays(tables, strategy, TRAINING_LIMITS, 0)
    const judged = await playSessions(strategy, { tables, limits: TRAINING_LIMITS, seed: 1 })
    expect(day?.profit).toBeCloseTo(judged.nets[0] ?? Number.NaN, 9)
    expect(day?.trades).toHaveLength(judged.trades)
    expect(day?.trades.reduce((sum, { net }) => sum + net, 0)).toBeCloseTo(day?.profit ?? Number.NaN, 9)
    expect(day?.trades.every(({ net, gross }) => net < gross)).toBe(true)
  },
)

test('who closes by hand is seen to', async () => {
  const [day] = await playDays(tables, HASTY, TRAINING_LIMITS, 0)
  expect(day?.trades.some(({ exit }) => exit === 'closed')).toBe(true)
})

test('one decision late the same trades come later, and no more of them', async () => {
  for (const strategy of FIXED_TIME) {
    const [[onTime], [late]] = [
      await playDays(tables, strategy, TRAINING_LIMITS, 0),
      await playDays(tables, strategy, TRAINING_LIMITS, 1),
    ]
    expect(late?.trades.length).toBeLessThanOrEqual(onTime?.trades.length ?? 0)
    const firsts = [onTime, late].map(day => day?.trades[0]?.time ?? 0)
    expect(firsts[1]).toBeGreaterThan(firsts[0] ?? Number.NaN)
  }
})

test('a series has an entry a session and a row a peer', async () => {
  const [condor = DO_NOTHING] = FIXED_TIME
  const series = await testOnSimulated(
    [...tables, ...tables],
    condor,
    [DO_NOTHING, ...FIXED_TIME],
    TRAINING_LIMITS,
  )
  expect(series.dates).toEqual(['2026-01-02', '2026-01-05'])
  expect(series.peers.map(({ returns }) => returns.length)).toEqual([2, 2, 2, 2])
  expect(series.peers[0]).toMatchObject({ name: condor.name, returns: series.net })
  expect(series.trades.every(({ date, time }) => new Date(time).toISOString().startsWith(date))).toBe(true)
  expect(series.net[0]).toBe(series.net[1])
})
