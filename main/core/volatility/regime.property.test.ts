import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { at } from '../base/assert.ts'
import { createRandom } from '../base/random.ts'
import {
  MINUTE_REGIMES,
  firstBelief,
  hearReturn,
  type RegimeBelief,
  type RegimeLaw,
  type RegimeModel,
} from './regime.ts'

const laws: fc.Arbitrary<RegimeLaw> = fc.record({
  name: fc.string(),
  drift: fc.double({ min: -1, max: 1, noNaN: true }),
  persistence: fc.double({ min: -0.9, max: 0.9, noNaN: true }),
  deviation: fc.double({ min: 0.2, max: 4, noNaN: true }),
})
const models: fc.Arbitrary<RegimeModel> = fc.record({
  laws: fc.array(laws, { minLength: 2, maxLength: 4 }),
  stay: fc.double({ min: 0.6, max: 0.99, noNaN: true }),
  announceFrom: fc.double({ min: 0.55, max: 0.95, noNaN: true }),
})
const returns = fc.array(fc.double({ min: -8, max: 8, noNaN: true }), { maxLength: 30 })

function beliefs(model: RegimeModel, heard: readonly number[]): RegimeBelief[] {
  const all = [firstBelief(model)]
  for (const value of heard) all.push(hearReturn(model, all.at(-1) ?? firstBelief(model), value))
  return all
}

/** The probability of every regime at the end, by adding up every path through the regimes. */
function byEnumeration(model: RegimeModel, heard: readonly number[]): number[] {
  const count = model.laws.length
  const totals = model.laws.map(() => 0)
  const leave = (1 - model.stay) / (count - 1)
  const walk = (step: number, regime: number, weight: number) => {
    if (step === heard.length) {
      totals[regime] = at(totals, regime) + weight
      return
    }
    model.laws.forEach((law, next) => {
      const last = step === 0 ? 0 : at(heard, step - 1)
      const surprise = (at(heard, step) - law.drift - law.persistence * last) / law.deviation
      const density = Math.exp(-0.5 * surprise ** 2) / law.deviation
      walk(step + 1, next, weight * (next === regime ? model.stay : leave) * density)
    })
  }
  for (let regime = 0; regime < count; regime += 1) walk(0, regime, 1 / count)
  const sum = totals.reduce((all, total) => all + total, 0)
  return totals.map(total => total / sum)
}

test('probabilities are probabilities after whatever is heard', () => {
  const anything = fc.array(fc.double({ min: -1e6, max: 1e6 }), { maxLength: 40 })
  fc.assert(
    fc.property(models, anything, (model, heard) => {
      for (const { probabilities, announced } of beliefs(model, heard)) {
        expect(probabilities.every(value => value >= 0 && value <= 1)).toBe(true)
        expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 9)
        expect(announced).toBeLessThan(model.laws.length)
      }
    }),
  )
})

test('the filter adds up every path through the regimes', () => {
  const few = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(models, few, (model, heard) => {
      const expected = byEnumeration(model, heard)
      const last = beliefs(model, heard).at(-1)?.probabilities ?? []
      expected.forEach((value, index) => {
        expect(at(last, index)).toBeCloseTo(value, 8)
      })
    }),
    { numRuns: 50 },
  )
})

test('what is announced changes only to a regime that is likely enough', () => {
  fc.assert(
    fc.property(models, returns, (model, heard) => {
      const all = beliefs(model, heard)
      const isHeld = all.slice(1).every((belief, index) => {
        const isSame = belief.announced === all[index]?.announced
        return isSame || at(belief.probabilities, belief.announced) >= model.announceFrom
      })
      expect(isHeld).toBe(true)
    }),
  )
})

test('the order of the regimes does not matter, nor does the unit of returns', () => {
  fc.assert(
    fc.property(models, returns, fc.double({ min: 0.01, max: 100, noNaN: true }), (model, heard, unit) => {
      const turned = { ...model, laws: [...model.laws].reverse() }
      const scaled = {
        ...model,
        laws: model.laws.map(law => ({
          ...law,
          drift: law.drift * unit,
          deviation: law.deviation * unit,
        })),
      }
      const last = (given: RegimeModel, values: readonly number[]) =>
        beliefs(given, values).at(-1)?.probabilities ?? []
      const expected = last(model, heard)
      const inTurn = [...last(turned, heard)].reverse()
      const inUnits = last(
        scaled,
        heard.map(value => value * unit),
      )
      expected.forEach((value, index) => {
        expect(at(inTurn, index)).toBeCloseTo(value, 9)
        expect(at(inUnits, index)).toBeCloseTo(value, 6)
      })
    }),
  )
})

test('a return that is not a number tells nothing', () => {
  fc.assert(
    fc.property(returns, fc.constantFrom(Number.NaN, Infinity, -Infinity), (heard, broken) => {
      const belief = beliefs(MINUTE_REGIMES, heard).at(-1) ?? firstBelief(MINUTE_REGIMES)
      expect(hearReturn(MINUTE_REGIMES, belief, broken)).toBe(belief)
    }),
  )
})

test('a planted change is announced within forty minutes on nearly every day, and held', () => {
  const delays: number[] = []
  let right = 0
  let heardInAll = 0
  for (let seed = 1; seed <= 60; seed += 1) {
    const random = createRandom(seed)
    const [first, second] = [random.below(3), 1 + random.below(2)]
    const truths = [first, (first + second) % 3]
    let belief = firstBelief(MINUTE_REGIMES)
    let delay = 120
    let last = 0
    for (let minute = 0; minute < 240; minute += 1) {
      const truth = at(truths, minute < 120 ? 0 : 1)
      const { persistence, deviation } = MINUTE_REGIMES.laws[truth] ?? { persistence: 0, deviation: 1 }
      last = persistence * last + deviation * random.normal()
      belief = hearReturn(MINUTE_REGIMES, belief, last)
      if (minute >= 120 && delay === 120 && belief.announced === truth) delay = minute - 120
      if (minute % 120 >= 60) {
        heardInAll += 1
        right += belief.announced === truth ? 1 : 0
      }
    }
    delays.push(delay)
  }
  delays.sort((one, other) => one - other)
  expect(at(delays, 54)).toBeLessThan(40)
  expect(right / heardInAll).toBeGreaterThan(0.85)
})
