import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { FLAT_SMILE, anyTrade, cents, openingOf } from '../../fixtures/risks.ts'
import { CALL_VERTICAL, CONDOR, PUT_VERTICAL, positionOf } from '../../fixtures/trades.ts'
import { CALM, pricedChain } from '../../fixtures/market.ts'
import { normalDistribution } from '../pricing/normal.ts'
import type { Position } from '../portfolio/position.ts'
import { expiryValue, maximumLoss, type Structure } from '../portfolio/structure.ts'
import { createRandom } from '../base/random.ts'
import type { Smile } from '../volatility/smile.ts'
import { tailRisk } from './valueAtRisk.ts'

const anyPosition = fc
  .tuple(anyTrade, fc.integer({ min: 0, max: 5 }))
  .map(([trade, lots]) => positionOf(openingOf(trade, 1), { quantity: lots }))
const anyBook = fc.array(anyPosition, { maxLength: 4 })
const SKEWED = pricedChain().smile
const anySmile: fc.Arbitrary<Smile> = fc
  .record({ base: fc.constantFrom(FLAT_SMILE, SKEWED), forward: cents(670, 710), level: cents(0.05, 0.6) })
  .map(({ base, forward, level }) => ({ ...base, forward, atTheMoney: level }))

/** What a book could lose if every position were at its own worst, whether or not one price can do that. */
const worstLoss = (book: readonly Position[]) =>
  book.reduce(
    (sum, { structure, entryNet, quantity }) => sum + quantity * maximumLoss(structure.legs, entryNet),
    0,
  )

function holding(structure: Structure, entryNet: number, quantity = 1): Position {
  const position = positionOf(openingOf({ structure, start: entryNet, end: entryNet, stop: 2 }, quantity))
  return { ...position, entryNet }
}

test('value at risk is at most expected shortfall, which is at most the worst loss; neither is negative', () => {
  fc.assert(
    fc.property(anyBook, anySmile, (book, smile) => {
      const { valueAtRisk, expectedShortfall } = tailRisk(book, smile)
      expect(valueAtRisk).toBeGreaterThanOrEqual(0)
      expect(expectedShortfall).toBeGreaterThanOrEqual(valueAtRisk - 1e-9)
      expect(worstLoss(book)).toBeGreaterThanOrEqual(expectedShortfall - 1e-6)
    }),
  )
})

test('nothing held, or nothing left of it, is no risk', () => {
  expect(tailRisk([], SKEWED)).toEqual({ valueAtRisk: 0, expectedShortfall: 0 })
  expect(tailRisk([holding(CONDOR, 0.5, 0)], SKEWED)).toEqual({ valueAtRisk: 0, expectedShortfall: 0 })
})

test('risk grows in proportion to lots', () => {
  fc.assert(
    fc.property(anyTrade, fc.integer({ min: 2, max: 20 }), anySmile, (trade, lots, smile) => {
      const one = tailRisk([positionOf(openingOf(trade, 1))], smile)
      const many = tailRisk([positionOf(openingOf(trade, lots))], smile)
      expect(many.valueAtRisk).toBeCloseTo(lots * one.valueAtRisk, 6)
      expect(many.expectedShortfall).toBeCloseTo(lots * one.expectedShortfall, 6)
    }),
  )
})

test('shortfall of two positions together is at most that of each alone', () => {
  fc.assert(
    fc.property(anyPosition, anyPosition, anySmile, (one, other, smile) => {
      const [first, second] = [tailRisk([one], smile), tailRisk([other], smile)]
      const together = tailRisk([one, other], smile).expectedShortfall
      expect(together).toBeLessThanOrEqual(first.expectedShortfall + second.expectedShortfall + 1e-6)
    }),
  )
})

test('the order of the book does not matter', () => {
  fc.assert(
    fc.property(anyBook, anySmile, (book, smile) => {
      const [one, other] = [tailRisk(book, smile), tailRisk([...book].reverse(), smile)]
      expect(other.valueAtRisk).toBeCloseTo(one.valueAtRisk, 9)
      expect(other.expectedShortfall).toBeCloseTo(one.expectedShortfall, 9)
    }),
  )
})

/** Standard normal deviate below which one outcome in twenty lies. */
const ONE_IN_TWENTY = -1.6448536269514722

const deviationOf = (smile: Smile) => smile.atTheMoney * Math.sqrt(smile.years)

/** The price that the underlying closes below one time in twenty, where one volatility holds for every strike. */
const lowPrice = (smile: Smile) =>
  smile.forward * Math.exp(ONE_IN_TWENTY * deviationOf(smile) - deviationOf(smile) ** 2 / 2)

test.each([0.1, 0.2, 0.5, 0.9])(
  'a put vertical loses what it loses at the price of one in twenty: %s',
  level => {
    const smile = { ...FLAT_SMILE, atTheMoney: level }
    const short = Math.round(lowPrice(smile)) + 3
    const legs = PUT_VERTICAL.legs.map((leg, index) => ({ ...leg, strike: short - 20 * index }))
    const loss = -100 * (0.5 + expiryValue(legs, lowPrice(smile)))
    const found = tailRisk([holding({ ...PUT_VERTICAL, legs }, 0.5)], smile)
    const cell = (100 * smile.forward * 12 * deviationOf(smile)) / 200
    expect(Math.abs(found.valueAtRisk - loss)).toBeLessThan(cell)
  },
)

test('a call vertical is the mirror of a put vertical', () => {
  const calm = { ...FLAT_SMILE, atTheMoney: 0.05 }
  const { forward } = calm
  const mirror = (strike: number) => (forward * forward) / strike
  const legs = PUT_VERTICAL.legs.map(leg => ({ ...leg, right: 'call' as const, strike: mirror(leg.strike) }))
  const put = tailRisk([holding(PUT_VERTICAL, 0.3)], { ...calm, forward: 686 })
  const call = tailRisk([holding({ ...CALL_VERTICAL, legs }, 0.3)], { ...calm, forward: mirror(686) })
  expect(Math.abs(call.expectedShortfall / put.expectedShortfall - 1)).toBeLessThan(0.03)
})

test('agrees with two hundred thousand closes drawn from the same distribution', () => {
  const random = createRandom(7)
  const smile = { ...FLAT_SMILE, atTheMoney: 0.25 }
  const book = [holding(CONDOR, 0.6, 2), holding(PUT_VERTICAL, 0.4)]
  const losses = Float64Array.from({ length: 200_000 }, () => {
    const deviation = deviationOf(smile)
    const price = smile.forward * Math.exp(deviation * random.normal() - deviation ** 2 / 2)
    return -book.reduce(
      (sum, { structure, entryNet, quantity }) =>
        sum + 100 * quantity * (entryNet + expiryValue(structure.legs, price)),
      0,
    )
  }).sort()
  const tail = losses.subarray(190_000)
  const shortfall = tail.reduce((sum, loss) => sum + loss, 0) / tail.length
  const found = tailRisk(book, smile)
  expect(Math.abs(found.valueAtRisk - (tail[0] ?? 0))).toBeLessThan(25)
  expect(Math.abs(found.expectedShortfall - shortfall)).toBeLessThan(10)
})

test('a rarer loss than one in twenty moves the shortfall and not the value at risk', () => {
  const deviation = deviationOf(FLAT_SMILE)
  const short = Math.round(CALM.spot * Math.exp(-2.2 * deviation))
  const legs = PUT_VERTICAL.legs.map((leg, index) => ({ ...leg, strike: short - 3 * index }))
  const chance = normalDistribution(Math.log(short / CALM.spot) / deviation + deviation / 2)
  const { valueAtRisk, expectedShortfall } = tailRisk([holding({ ...PUT_VERTICAL, legs }, 0)], FLAT_SMILE)
  expect(chance).toBeLessThan(0.05)
  expect(valueAtRisk).toBe(0)
  expect(expectedShortfall).toBeGreaterThan(0)
  expect(expectedShortfall).toBeLessThan((300 * chance) / 0.05)
})

test('at the close there is one outcome, and its loss is all there is', () => {
  const smile = { ...FLAT_SMILE, years: 0, forward: 684.5 }
  const { valueAtRisk, expectedShortfall } = tailRisk([holding(PUT_VERTICAL, 0.4)], smile)
  expect(Math.abs(valueAtRisk - 110)).toBeLessThan(1)
  expect(Math.abs(expectedShortfall - 110)).toBeLessThan(1)
})
