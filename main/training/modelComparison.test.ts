import { beforeAll, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../core/risk/limits.ts'
import { actionIndex, ACTION_COUNT } from '../core/policy/action.ts'
import { lateTables, withPutsPaying } from '../fixtures/sessionTables.ts'
import { DO_NOTHING, type Strategy } from './baselines.ts'
import { compareModels } from './modelComparison.ts'
import type { SessionTable } from './sessionTable.ts'

/** Sells puts as often as it may. */
const EAGER: Strategy = {
  name: 'eager',
  choose: (_observations, masks, count) =>
    Promise.resolve(
      Int32Array.from({ length: count }, (_, row) => {
        const put = actionIndex('sellPutVertical10')
        return masks[row * ACTION_COUNT + put] === 1 ? put : 0
      }),
    ),
}
const CHAMPION: Strategy = { ...DO_NOTHING, name: 'champion' }

let fair: readonly SessionTable[] = []
beforeAll(async () => {
  fair = await lateTables([1, 2, 3, 4])
})

/** The same session in which whatever is sold pays its stop. */
function withNothingPaying(table: SessionTable): SessionTable {
  const { openings } = table
  const debit = openings.exitDebit.map((known, index) =>
    Number.isNaN(known) ? known : (openings.stop[index] ?? known),
  )
  return { ...table, openings: { ...openings, exitDebit: debit, scoreDebit: debit } }
}

function compare(planted: readonly SessionTable[], without: readonly SessionTable[], trial = 1) {
  const ground = { planted, fair: without, limits: DEFAULT_LIMITS, seed: 1, seeds: [7], time: 5, trial }
  return compareModels(CHAMPION, EAGER, ground)
}

test('better is who wins where the edge is and is not shown to be worse where there is none', async () => {
  const paying = fair.map(withPutsPaying)
  const both = await compare(paying, paying)
  expect(both).toMatchObject({ verdict: 'better', sessions: 4, trial: 1, confidence: 0.975, seeds: [7] })
  expect(both.sentence).toMatch(
    /^eager made more than .* \(97\.5 % interval .* On the same sessions without the edge, over champion: .* \(95 % interval /,
  )
  const one = await compare(paying, fair.map(withNothingPaying))
  expect(one).toMatchObject({ verdict: 'noEdge', difference: both.difference })
  expect(one.fair.difference.high).toBeLessThan(0)
  expect(one.sentence).toMatch(/^No edge shown for eager\. On the same sessions without the edge, .* −\$/)
  const none = await compare(fair.map(withNothingPaying), paying)
  expect(none.verdict).toBe('noEdge')
  expect(none.sentence).toMatch(/^No edge shown for eager over 4 sessions/)
})

test('every comparison with the same champion asks for more', async () => {
  const paying = fair.map(withPutsPaying)
  const [first, ninth] = [await compare(paying, paying), await compare(paying, paying, 9)]
  expect(ninth.difference.value).toBe(first.difference.value)
  expect(ninth.difference.low).toBeLessThan(first.difference.low)
  expect(ninth.fair.difference).toEqual(first.fair.difference)
  expect(ninth.sentence).toContain('comparison 9 with champion')
})

test('progress of both markets is told as that of one piece of work', async () => {
  const told: string[] = []
  const ground = {
    planted: fair,
    fair,
    limits: DEFAULT_LIMITS,
    seed: 1,
    seeds: [],
    time: 5,
    trial: 1,
  }
  await compareModels(CHAMPION, EAGER, ground, {
    onProgress: ({ done, total }) => told.push(`${done} of ${total}`),
  })
  expect(told).toEqual(Array.from({ length: 12 }, (_, step) => `${step + 1} of 12`))
})
