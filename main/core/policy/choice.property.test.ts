import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { FEATURES, featureIndex } from '../features/observation.ts'
import { ACTIONS, ACTION_COUNT, actionIndex } from './action.ts'
import {
  adapterShifts,
  bestTrade,
  chooseProbabilities,
  likeliest,
  probabilityOf,
  type Adapter,
} from './choice.ts'
import { firstPreference, learnPreference } from './preference.ts'
import { firstQuality, learnQuality } from './quality.ts'

const score = fc.double({ min: -30, max: 30, noNaN: true })
const scores = fc.array(score, { minLength: ACTION_COUNT, maxLength: ACTION_COUNT })

/** Which actions are allowed; waiting always is. */
const masks = fc
  .array(fc.boolean(), { minLength: ACTION_COUNT, maxLength: ACTION_COUNT })
  .map(mask => mask.map((allowed, index) => allowed || index === 0))

const none = new Float64Array(ACTION_COUNT)

test('probabilities of allowed actions sum to 1, masked ones are exactly 0', () => {
  fc.assert(
    fc.property(scores, masks, scores, (logits, allowed, shifts) => {
      const probabilities = chooseProbabilities(logits, allowed, shifts)
      expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12)
      const masked = probabilities.filter((_, index) => !allowed[index])
      expect(masked).toEqual(new Float64Array(masked.length))
      expect(Math.min(...probabilities)).toBeGreaterThanOrEqual(0)
    }),
  )
})

test('probabilities are the exponentials of the scores over their sum', () => {
  fc.assert(
    fc.property(scores, masks, scores, (logits, allowed, shifts) => {
      const odds = logits.map((logit, index) =>
        allowed[index] ? Math.exp(logit) * Math.exp(shifts[index] ?? 0) : 0,
      )
      const total = odds.reduce((sum, value) => sum + value, 0)
      const probabilities = chooseProbabilities(logits, allowed, shifts)
      odds.forEach((value, index) => expect(probabilities[index]).toBeCloseTo(value / total, 9))
    }),
  )
})

test('a shift that is the same for every action changes nothing', () => {
  fc.assert(
    fc.property(scores, masks, score, (logits, allowed, shift) => {
      const shifted = chooseProbabilities(
        logits,
        allowed,
        none.map(() => shift),
      )
      const plain = chooseProbabilities(logits, allowed, none)
      plain.forEach((value, index) => expect(shifted[index]).toBeCloseTo(value, 9))
    }),
  )
})

test('a shift up makes its action likelier and every other one less likely', () => {
  const small = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), {
    minLength: ACTION_COUNT,
    maxLength: ACTION_COUNT,
  })
  fc.assert(
    fc.property(small, fc.nat(ACTION_COUNT - 1), (logits, lifted) => {
      const all = logits.map(() => true)
      const shifts = none.map((_, index) => (index === lifted ? 0.5 : 0))
      const [before, after] = [
        chooseProbabilities(logits, all, none),
        chooseProbabilities(logits, all, shifts),
      ]
      const directions = after.map((value, index) => Math.sign(value - (before[index] ?? 9)))
      expect(directions).toEqual(none.map((_, index) => (index === lifted ? 1 : -1)))
    }),
  )
})

test('logits far beyond what an exponential can hold are still probabilities', () => {
  const logits = [9000, 9001, -9000, 0, 0, 0, 0]
  const probabilities = chooseProbabilities(
    logits,
    logits.map(() => true),
    none,
  )
  expect(probabilities[0]).toBeCloseTo(1 / (1 + Math.E), 12)
  expect(probabilities[2]).toBe(0)
})

test('the probability of one action in a row of many is the one that choosing gives', () => {
  fc.assert(
    fc.property(
      fc.array(scores, { minLength: 1, maxLength: 4 }),
      masks,
      scores,
      fc.nat(ACTION_COUNT - 1),
      (rows, allowed, shifts, chosen) => {
        const logits = Float32Array.from(rows.flat())
        rows.forEach((_, row) => {
          const offset = row * ACTION_COUNT
          const own = logits.subarray(offset, offset + ACTION_COUNT)
          const one = probabilityOf(chosen, logits, offset, allowed, Float64Array.from(shifts))
          expect(one).toBeCloseTo(chooseProbabilities(own, allowed, shifts)[chosen] ?? Number.NaN, 12)
        })
      },
    ),
  )
})

test('a masked action has no probability, alone as among others', () => {
  const allowed = ACTIONS.map(action => action === 'noTrade')
  const logits = new Float32Array(ACTION_COUNT)
  expect(probabilityOf(actionIndex('close'), logits, 0, allowed, none)).toBe(0)
  expect(probabilityOf(actionIndex('noTrade'), logits, 0, allowed, none)).toBe(1)
})

test('the likeliest is the one that no other exceeds, and the earliest of equals', () => {
  const coarse = fc.array(fc.integer({ min: 0, max: 3 }), {
    minLength: ACTION_COUNT,
    maxLength: ACTION_COUNT,
  })
  fc.assert(
    fc.property(coarse, weights => {
      const probabilities = Float64Array.from(weights, weight => weight / 21)
      const { action, probability } = likeliest(probabilities)
      const highest = Math.max(...probabilities)
      expect(probability).toBe(highest)
      expect(actionIndex(action)).toBe(probabilities.indexOf(highest))
    }),
  )
})

test('where all are equal, waiting wins', () => {
  expect(likeliest(none.map(() => 1 / ACTION_COUNT)).action).toBe('noTrade')
})

test('the best trade takes risk and is at least as likely as any other that does', () => {
  fc.assert(
    fc.property(scores, masks, (logits, allowed) => {
      const probabilities = chooseProbabilities(logits, allowed, none)
      const trades = ACTIONS.filter(
        (action, index) => (probabilities[index] ?? 0) > 0 && action !== 'noTrade' && action !== 'close',
      )
      const best = bestTrade(probabilities)
      const odds = trades.map(action => probabilities[actionIndex(action)] ?? 0)
      expect(best === undefined).toBe(trades.length === 0)
      if (best === undefined) return
      expect(trades).toContain(best)
      expect(probabilities[actionIndex(best)]).toBe(Math.max(...odds))
    }),
  )
})

test('where only waiting and closing are allowed, there is no trade to pass over', () => {
  const allowed = ACTIONS.map(action => action === 'noTrade' || action === 'close')
  expect(bestTrade(chooseProbabilities(none, allowed, none))).toBeUndefined()
})

const observations = fc
  .array(fc.double({ min: 0, max: 1, noNaN: true }), {
    minLength: FEATURES.length,
    maxLength: FEATURES.length,
  })
  .map(values => Float32Array.from(values))

const answers = fc.array(
  fc.record({ action: fc.constantFrom(...ACTIONS), seen: observations, yes: fc.boolean() }),
  { maxLength: 6 },
)

const adapters: fc.Arbitrary<Adapter> = fc.tuple(answers, answers).map(([said, ended]) => ({
  preference: said.reduce(
    (model, { action, seen, yes }) => learnPreference(model, action, seen, yes ? 'accepted' : 'rejected'),
    firstPreference(),
  ),
  quality: ended.reduce(
    (model, { action, seen, yes }) => learnQuality(model, action, seen, 0.8, yes),
    firstQuality(),
  ),
}))

test('somebody new gets the policy as it is', () => {
  fc.assert(
    fc.property(observations, seen => {
      const shifts = adapterShifts({ preference: firstPreference(), quality: firstQuality() }, seen)
      expect(shifts).toEqual(new Float64Array(ACTION_COUNT))
    }),
  )
})

test('what he would accept and what turned out good add up and never mix', () => {
  fc.assert(
    fc.property(adapters, observations, ({ preference, quality }, seen) => {
      const both = adapterShifts({ preference, quality }, seen)
      const said = adapterShifts({ preference, quality: firstQuality() }, seen)
      const ended = adapterShifts({ preference: firstPreference(), quality }, seen)
      both.forEach((shift, index) => expect(shift).toBeCloseTo((said[index] ?? 9) + (ended[index] ?? 9), 12))
    }),
    { numRuns: 40 },
  )
})

test('shifts are bounded, and waiting and closing are never shifted', () => {
  fc.assert(
    fc.property(adapters, observations, (adapter, seen) => {
      const shifts = adapterShifts(adapter, seen)
      expect(Math.min(...shifts)).toBeGreaterThanOrEqual(-6)
      expect(Math.max(...shifts)).toBeLessThanOrEqual(2)
      expect([shifts[actionIndex('noTrade')], shifts[actionIndex('close')]]).toEqual([0, 0])
    }),
    { numRuns: 40 },
  )
})

test('shifts depend on the hour, the trend and implied volatility, and on nothing else', () => {
  const looked = new Set((['minutesSinceOpen', 'regime', 'impliedVolatility'] as const).map(featureIndex))
  fc.assert(
    fc.property(adapters, observations, observations, (adapter, seen, other) => {
      const elsewhere = other.map((value, index) => (looked.has(index) ? (seen[index] ?? 0) : value))
      expect(adapterShifts(adapter, elsewhere)).toEqual(adapterShifts(adapter, seen))
    }),
    { numRuns: 40 },
  )
})
