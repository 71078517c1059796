import { expect, test } from 'vitest'
import { Floor } from '../fixtures/floor.ts'
import { latencyAt, liveAtDesk } from './agreementDesk.ts'
import type { Sitting, TrialDesk } from './preferenceTrial.ts'
import { tasteTraders, type TasteTrader } from './scriptedTrader.ts'

const SITTING: Sitting = { date: '2026-11-20', seed: 1, from: 600, until: 610 }

/** A sitting in which condors are suggested, and again every minute. */
function condors(): Promise<TrialDesk> {
  const floor = new Floor({ wish: 'sellIronCondor' })
  return Promise.resolve({
    engine: floor.engine,
    async play() {
      await floor.open()
      await floor.pass(130)
    },
    close: () => Promise.resolve(),
  })
}

function traderOf(kind: TasteTrader['kind']): TasteTrader {
  const found = tasteTraders(1).find(trader => trader.kind === kind)
  if (!found) throw new RangeError(`there is no trader of kind ${kind}`)
  return found
}

test('who only watches answers nothing, and what he would decline is counted', async () => {
  const refuser = { ...traderOf('delta'), accepts: () => false }
  const lived = await liveAtDesk(condors, [SITTING], refuser, 0, () => 0, 0)
  expect(lived).toMatchObject({ answers: 0, latencies: [] })
  expect(lived.suggestions).toBeGreaterThan(1)
  expect(lived.declined).toBe(lived.suggestions)
})

test('every no is timed until the next decision, and no more answers are given than agreed', async () => {
  let now = 0
  const clock = () => (now += 5)
  const refuser = { ...traderOf('delta'), accepts: () => false }
  const lived = await liveAtDesk(condors, [SITTING], refuser, 2, clock, 0)
  expect(lived.answers).toBe(2)
  expect(lived.declined).toBeGreaterThan(1)
  expect(lived.latencies.length).toBeGreaterThan(0)
  expect(lived.latencies.every(latency => latency === 5)).toBe(true)
})

test('after a yes the next decision comes when it is due, and is not timed', async () => {
  const lived = await liveAtDesk(condors, [SITTING], traderOf('delta'), 2, () => 0, 0)
  expect(lived).toMatchObject({ answers: 2, declined: 0, latencies: [] })
})

test('a latency is one that was measured', () => {
  expect(latencyAt([3, 1, 2], 0.5)).toBe(2)
  expect(latencyAt([3, 1, 2], 0.99)).toBe(3)
  expect(() => latencyAt([], 0.5)).toThrow('there is an answer')
})
