import { expect, test } from 'vitest'
import type { Decision } from '../core/policy/decision.ts'
import { featureIndex } from '../core/features/observation.ts'
import { Floor } from '../fixtures/floor.ts'
import { decisionOf } from '../fixtures/screen.ts'
import { observe, teach, type Sitting, type TrialDesk } from './preferenceTrial.ts'
import { SCRIPTED_TRADERS, isEarlyCall } from './scriptedTrader.ts'

const SITTING: Sitting = { date: '2026-11-20', seed: 1, from: 600, until: 610 }

/** A sitting in which one trade is suggested, and again every minute. */
function opener(wish: Decision['action'], floors: Floor[]): () => Promise<TrialDesk> {
  return () => {
    const floor = new Floor({ wish, session: `sitting-${floors.length}` })
    floors.push(floor)
    return Promise.resolve({
      engine: floor.engine,
      async play() {
        await floor.open()
        await floor.pass(150)
      },
      close: () => Promise.resolve(),
    })
  }
}

function seenAt(minute: number, action: Decision['action']): Decision {
  const { observation } = decisionOf()
  return decisionOf({ action, observation: observation.with(featureIndex('minutesSinceOpen'), minute / 390) })
}

test.each([
  [89, 'sellCallVertical10', true],
  [90, 'sellCallVertical15', false],
  [10, 'sellPutVertical10', false],
  [10, 'sellIronCondor', false],
] as const)('at minute %d a %s counts as an early call: %s', (minute, action, isEarly) => {
  const decision = seenAt(minute, action)
  expect(isEarlyCall(decision)).toBe(isEarly)
  expect(SCRIPTED_TRADERS.map(trader => trader.accepts(decision))).toEqual([!isEarly, isEarly])
})

test('a trader gives one answer of a kind in a sitting, and no more than he was asked for', async () => {
  const floors: Floor[] = []
  const trader = { name: 'says no', refuses: 'others', accepts: () => false } as const
  const given = await teach(opener('sellIronCondor', floors), [SITTING, SITTING, SITTING], trader, 2)
  expect(given).toBe(2)
  expect(floors.map(floor => floor.facts('answered').length)).toEqual([1, 1, 0])
  expect(
    floors.flatMap(floor => floor.facts('answered')).every(({ decision }) => decision.status === 'rejected'),
  ).toBe(true)
})

test('what is suggested is counted by kind while nobody answers', async () => {
  const floors: Floor[] = []
  const counts = await observe(opener('sellIronCondor', floors), [SITTING, SITTING])
  const suggested = floors
    .flatMap(floor => floor.facts('suggested'))
    .filter(({ decision }) => decision.action !== 'noTrade')
  expect(counts).toEqual({ earlyCalls: 0, others: suggested.length })
  expect(counts.others).toBeGreaterThan(2)
  expect(floors.flatMap(floor => floor.facts('answered'))).toEqual([])
})
