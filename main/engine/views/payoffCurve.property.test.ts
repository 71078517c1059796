import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { CALM, pricedChain } from '../../fixtures/market.ts'
import { FLAT_SMILE, cents } from '../../fixtures/risks.ts'
import { CONDOR, PUT_VERTICAL, anyStructure, proposalOf } from '../../fixtures/trades.ts'
import { at } from '../../core/base/assert.ts'
import type { Leg } from '../../core/portfolio/structure.ts'
import { shiftSmile, type Smile } from '../../core/volatility/smile.ts'
import { holdingOf, payoffCurve, priceAxis, type Holding } from './curvesFrame.ts'

const { smile } = pricedChain()

const anyHolding: fc.Arbitrary<Holding> = fc.record({
  legs: anyStructure.map(structure => structure.legs),
  quantity: fc.integer({ min: 1, max: 9 }),
  net: cents(0.05, 0.9),
  fees: cents(0, 12),
})

const anyAxis = fc
  .tuple(fc.integer({ min: 600, max: 690 }), fc.integer({ min: 1, max: 120 }))
  .map(([low, width]) => Float64Array.from({ length: 121 }, (_, index) => low + (width * index) / 120))

/** Profit at expiry, told vertical by vertical: the credit less what the short side is in the money, up to its wing. */
function profitAtExpiry({ legs, quantity, net, fees }: Holding, price: number): number {
  const owed = (right: Leg['right']) => {
    const side = legs.filter(leg => leg.right === right)
    const short = side.find(leg => leg.ratio < 0)?.strike
    const long = side.find(leg => leg.ratio > 0)?.strike
    if (short === undefined || long === undefined) return 0
    const inside = right === 'put' ? short - price : price - short
    return Math.min(Math.abs(short - long), Math.max(0, inside))
  }
  return (net - owed('put') - owed('call')) * 100 * quantity - fees
}

function curveOf(holdings: readonly Holding[], prices: Float64Array, given: Smile = smile) {
  return payoffCurve('Book', holdings, given, prices)
}

test('profit at the close is the credit less what is owed, up to the wing', () => {
  fc.assert(
    fc.property(anyHolding, anyAxis, (holding, prices) => {
      const { atClose } = curveOf([holding], prices)
      prices.forEach((price, index) => expect(atClose[index]).toBeCloseTo(profitAtExpiry(holding, price), 6))
    }),
    { numRuns: 40 },
  )
})

test('profit at the close is straight between strikes', () => {
  fc.assert(
    fc.property(anyHolding, anyAxis, (holding, prices) => {
      const { atClose, strikes } = curveOf([holding], prices)
      for (let index = 1; index < prices.length - 1; index += 1) {
        const [low, high] = [at(prices, index - 1), at(prices, index + 1)]
        if (strikes.some(({ strike }) => strike > low && strike < high)) continue
        const bend = at(atClose, index - 1) - 2 * at(atClose, index) + at(atClose, index + 1)
        expect(Math.abs(bend)).toBeLessThan(1e-6)
      }
    }),
    { numRuns: 40 },
  )
})

test('nothing is made and nothing is lost at a break-even, fees included', () => {
  const wide = Float64Array.from({ length: 121 }, (_, index) => 650 + index * (80 / 120))
  fc.assert(
    fc.property(anyHolding, holding => {
      const { breakEvens } = curveOf([holding], wide)
      for (const price of breakEvens) expect(profitAtExpiry(holding, price)).toBeCloseTo(0, 6)
      const shorts = holding.legs.filter(leg => leg.ratio < 0)
      const earns = holding.net * 100 * holding.quantity > holding.fees + 1e-9
      expect(breakEvens).toHaveLength(earns ? shorts.length : 0)
    }),
  )
})

test('best and worst are what can happen at the close at all, on the axis or beyond it', () => {
  fc.assert(
    fc.property(fc.array(anyHolding, { minLength: 1, maxLength: 3 }), anyAxis, (holdings, prices) => {
      const { best, worst, atClose } = curveOf(holdings, prices)
      expect(best).toBeGreaterThanOrEqual(Math.max(...atClose) - 1e-6)
      expect(worst).toBeLessThanOrEqual(Math.min(...atClose) + 1e-6)
      const everywhere = Array.from({ length: 240 }, (_, index) => 600 + index / 1.5)
      const corners = holdings.flatMap(holding => holding.legs.map(leg => leg.strike))
      const profits = [...everywhere, ...corners].map(price =>
        holdings.reduce((sum, holding) => sum + profitAtExpiry(holding, price), 0),
      )
      expect(best).toBeCloseTo(Math.max(...profits), 6)
      expect(worst).toBeCloseTo(Math.min(...profits), 6)
    }),
    { numRuns: 40 },
  )
})

test('late in the day the worst of a far wing is still the worst', () => {
  const late = shiftSmile(smile, { years: smile.years / 500 })
  const holding = { legs: PUT_VERTICAL.legs, quantity: 2, net: 0.4, fees: 0 }
  const curve = curveOf([holding], priceAxis(late, 0.3), late)
  expect(Math.min(...curve.atClose)).toBe(80)
  expect(curve.worst).toBeCloseTo(-520, 9)
})

test('holdings together make what each makes alone', () => {
  fc.assert(
    fc.property(anyHolding, anyHolding, anyAxis, (one, other, prices) => {
      const together = curveOf([one, other], prices)
      const [first, second] = [curveOf([one], prices), curveOf([other], prices)]
      for (const name of ['now', 'atClose'] as const) {
        together[name].forEach((value, index) =>
          expect(value).toBeCloseTo(at(first[name], index) + at(second[name], index), 6),
        )
      }
      expect(together.strikes).toEqual([...first.strikes, ...second.strikes])
    }),
    { numRuns: 25 },
  )
})

test('break-evens of several holdings are where their curve changes sign', () => {
  fc.assert(
    fc.property(anyHolding, anyHolding, (one, other) => {
      const prices = Float64Array.from({ length: 1201 }, (_, index) => 640.013 + index / 12)
      const { breakEvens, atClose } = curveOf([one, other], prices)
      const signs = [...atClose].map(Math.sign).filter(sign => sign !== 0)
      const changes = signs.filter((sign, index) => index > 0 && sign !== signs[index - 1])
      expect(breakEvens).toHaveLength(changes.length)
      for (const price of breakEvens) {
        const profit = profitAtExpiry(one, price) + profitAtExpiry(other, price)
        // A strike may lie between two points of the axis
        expect(Math.abs(profit)).toBeLessThan((1 / 12) * 100 * (one.quantity + other.quantity))
      }
    }),
    { numRuns: 25 },
  )
})

test('profit now becomes profit at the close as time runs out', () => {
  fc.assert(
    fc.property(anyHolding, holding => {
      const prices = Float64Array.from({ length: 81 }, (_, index) => 670.5 + index / 2)
      const gapAt = (years: number) => {
        const { now, atClose } = curveOf([holding], prices, { ...FLAT_SMILE, years })
        return Math.max(...now.map((value, index) => Math.abs(value - at(atClose, index))))
      }
      const gaps = [1e-4, 1e-6, 1e-9, 1e-14].map(gapAt)
      expect([...gaps].sort((a, b) => b - a)).toEqual(gaps)
      expect(gaps.at(-1)).toBeLessThan(0.01 * holding.quantity)
    }),
    { numRuns: 20 },
  )
})

test('a market and strikes a little higher are the same market, so volatility moves with the underlying', () => {
  fc.assert(
    fc.property(anyHolding, fc.double({ min: 0.98, max: 1.02, noNaN: true }), (holding, scale) => {
      const scaled = { ...holding, legs: holding.legs.map(leg => ({ ...leg, strike: leg.strike * scale })) }
      const bare = (held: Holding, price: number) =>
        at(curveOf([{ ...held, net: 0, fees: 0 }], Float64Array.of(price)).now, 0)
      const [here, there] = [bare(holding, smile.forward), bare(scaled, smile.forward * scale)]
      expect(there).toBeCloseTo(here * scale, 6)
    }),
    { numRuns: 50 },
  )
})

test('profit now lies within what can be made and lost', () => {
  fc.assert(
    fc.property(anyHolding, anyAxis, (holding, prices) => {
      const { now, best, worst } = curveOf([holding], prices)
      expect(Math.max(...now)).toBeLessThanOrEqual(best + 1e-6)
      expect(Math.min(...now)).toBeGreaterThanOrEqual(worst - 1e-6)
    }),
    { numRuns: 25 },
  )
})

test('the chance of profit is the one that the proposal was made with', () => {
  for (const structure of [CONDOR, PUT_VERTICAL]) {
    const proposal = proposalOf(structure)
    const wide = Float64Array.from({ length: 1201 }, (_, index) => 660 + index / 20)
    const { probabilityOfProfit, breakEvens } = curveOf([holdingOf(proposal)], wide)
    expect(probabilityOfProfit).toBeCloseTo(proposal.probabilityOfProfit, 1)
    expect(Math.abs(probabilityOfProfit - proposal.probabilityOfProfit)).toBeLessThan(0.02)
    breakEvens.forEach((price, index) => expect(price).toBeCloseTo(at(proposal.breakEvens, index), 6))
  }
})

test('a proposal is drawn as it would be held: its first limit, and the fees of opening', () => {
  const proposal = proposalOf(CONDOR, 3)
  expect(holdingOf(proposal)).toEqual({
    legs: CONDOR.legs,
    quantity: 3,
    net: proposal.walk.start,
    fees: proposal.walk.start * 300 - proposal.cash,
  })
})

test('the axis lies evenly around the forward and reaches further than the market is expected to', () => {
  fc.assert(
    fc.property(fc.option(fc.double({ min: 0.01, max: 20, noNaN: true }), { nil: undefined }), move => {
      const prices = priceAxis(smile, move)
      const reach = at(prices, 120) - smile.forward
      expect(prices).toHaveLength(121)
      expect(prices[60]).toBeCloseTo(smile.forward, 9)
      expect(smile.forward - at(prices, 0)).toBeCloseTo(reach, 9)
      expect(reach).toBeGreaterThanOrEqual(Math.max(3 * (move ?? 0), CALM.spot * 0.0029))
    }),
  )
})
