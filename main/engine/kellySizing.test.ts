import { expect, test } from 'vitest'
import { firstQuality, learnQuality } from '../core/policy/quality.ts'
import { evaluationPorts, madeUpMoment, observationOf, rulePolicy } from '../fixtures/moments.ts'
import { WIDE_LIMITS } from '../fixtures/trades.ts'
import { evaluate } from './evaluate.ts'
import type { Moment } from './moment.ts'

const MOMENT = madeUpMoment({ volatility: 0.25 })
const SIZING = { bankroll: 25_000, volatilityTarget: 0.15 }

/** A moment with room for many lots, whose condors turned out good, or bad, so many times. */
function sized(times: number, isGood: boolean, sizing: typeof SIZING | undefined): Moment {
  const observation = observationOf(MOMENT)
  let quality = firstQuality()
  for (let time = 0; time < times; time += 1)
    quality = learnQuality(quality, 'sellIronCondor', observation, 0.7, isGood)
  const limits = { ...WIDE_LIMITS, lotsPerOrder: 400, maximumLossPerTrade: 1e6 }
  return { ...MOMENT, desk: { ...MOMENT.desk, limits, sizing }, adapter: { ...MOMENT.adapter, quality } }
}

async function decided(moment: Moment, doubt?: number) {
  const policy = rulePolicy(() => ({ sellIronCondor: 5 }))
  const asked = doubt === undefined ? policy : { ...policy, doubt: () => Promise.resolve(doubt) }
  const { draft } = await evaluate(moment, evaluationPorts(asked))
  expect(draft.action).toBe('sellIronCondor')
  return { quantity: draft.proposal?.quantity ?? 0, sizing: draft.reasons.sizing }
}

test('without a rule the limits alone make the size, and nothing is said of odds', async () => {
  const { quantity, sizing } = await decided(sized(0, true, undefined))
  expect(quantity).toBeGreaterThan(100)
  expect(sizing).toBeUndefined()
})

test('where outcomes were bad there is no edge: one lot, the least, and it says why', async () => {
  const { quantity, sizing } = await decided(sized(8, false, SIZING))
  expect(quantity).toBe(1)
  expect(sizing).toMatch(/^Sizing: 1 lot, the least: no edge by Kelly \(odds /)
})

test('the more often it was good the larger it gets, never beyond the limits', async () => {
  const allowed = (await decided(sized(0, true, undefined))).quantity
  const sizes = await Promise.all([0, 10, 100].map(good => decided(sized(good, true, SIZING))))
  const lots = sizes.map(({ quantity }) => quantity)
  expect(lots).toEqual(lots.toSorted((one, other) => one - other))
  expect(lots.at(-1)).toBeGreaterThan(lots[0] ?? 0)
  expect(Math.max(...lots)).toBeLessThan(allowed)
  expect(sizes.at(-1)?.sizing).toMatch(/Kelly stakes \d+\.\d % of \$25,000/)
  const rich = await decided(sized(100, true, { ...SIZING, bankroll: 1e9 }))
  expect(rich).toMatchObject({ quantity: allowed, sizing: expect.stringContaining('limits allow no more') })
})

test('the more a policy doubts the moment the smaller the size; by the limits its doubt is not asked', async () => {
  const moment = sized(100, true, SIZING)
  const sizes = await Promise.all([undefined, 0, 20, 200].map(doubt => decided(moment, doubt)))
  const [unknown, none, some, much] = sizes.map(({ quantity }) => quantity)
  expect(none).toBe(unknown)
  expect(some).toBeLessThan(none ?? 0)
  expect(much).toBeLessThan(some ?? 0)
  const byLimits = sized(100, true, undefined)
  expect(await decided(byLimits, 1e6)).toEqual(await decided(byLimits))
})

test('a policy that cannot say what it doubts does not decide where sizes go by it', async () => {
  const policy = {
    ...rulePolicy(() => ({ sellIronCondor: 5 })),
    doubt: () => Promise.reject(new Error('the thread died')),
  }
  await expect(evaluate(sized(100, true, SIZING), evaluationPorts(policy))).rejects.toThrow('the thread died')
})
