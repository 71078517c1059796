import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { CALM, TIMES, pricedChain } from '../../fixtures/market.ts'
import { CONDOR, PLAN, anyStructure, positionOf, proposalOf, quotesFor } from '../../fixtures/trades.ts'
import type { LimitWalk } from '../portfolio/order.ts'
import { legKey, type Structure } from '../portfolio/structure.ts'
import { probabilityAbove } from '../volatility/smile.ts'
import { openingAt, proposeClosing, proposeOpening, type Proposal } from './proposal.ts'

const { smile } = pricedChain()
const LATEST_EXIT = TIMES.guard - 60_000
const EXIT = { takeProfit: 0.1, stop: 0.9, time: LATEST_EXIT }
const FEE_A_CONTRACT = 0.7

/** Walks of any credit, from a cent to more than a wing is wide, giving way by up to a dollar. */
const walks: fc.Arbitrary<LimitWalk> = fc
  .record({ start: fc.integer({ min: 1, max: 900 }), room: fc.integer({ min: 0, max: 100 }) })
  .map(({ start, room }) => ({ start: start / 100, end: (start - room) / 100, steps: 2, stepEvery: 1000 }))

/** Walks of a credit that such structures really bring. */
const usualWalks = walks.map(walk => ({ ...walk, start: (walk.start * 100) / 900, end: walk.end / 9 }))

const quantities = fc.integer({ min: 1, max: 20 })

function opened(structure: Structure, quantity: number, walk: LimitWalk): Proposal {
  const quote = { natural: walk.end, mid: walk.start, best: walk.start + 0.05 }
  return openingAt(structure, quantity, walk, quote, EXIT, smile, PLAN)
}

/** What one share of a structure pays at expiry, spelled out leg by leg. */
function payoff({ legs }: Pick<Structure, 'legs'>, price: number): number {
  return legs.reduce((sum, { right, strike, ratio }) => {
    const worth = right === 'call' ? price - strike : strike - price
    return sum + ratio * (worth > 0 ? worth : 0)
  }, 0)
}

/** Prices at which something could be at its worst: every half dollar, far beyond the strikes. */
const EXPIRIES = Array.from({ length: 2800 }, (_, index) => index / 2)

test('the worst loss is what the worst expiry brings, sold at the end of the walk, after fees', () => {
  fc.assert(
    fc.property(anyStructure, quantities, fc.oneof(walks, usualWalks), (structure, quantity, walk) => {
      const worst = Math.min(0, ...EXPIRIES.map(price => payoff(structure, price) + walk.end))
      const fees = structure.legs.length * quantity * FEE_A_CONTRACT
      expect(opened(structure, quantity, walk).atWorst).toBeCloseTo(worst * 100 * quantity - fees, 6)
    }),
  )
})

test('margin is what the worst expiry would cost if nothing had been received', () => {
  fc.assert(
    fc.property(anyStructure, quantities, walks, (structure, quantity, walk) => {
      const worst = Math.min(...EXPIRIES.map(price => payoff(structure, price)))
      expect(opened(structure, quantity, walk).margin).toBeCloseTo(-worst * 100 * quantity, 6)
    }),
  )
})

test('cash is the first limit less the fees of one way, fees are those of both ways', () => {
  fc.assert(
    fc.property(anyStructure, quantities, walks, (structure, quantity, walk) => {
      const { cash, fees } = opened(structure, quantity, walk)
      expect(fees / 2).toBeCloseTo(structure.legs.length * quantity * FEE_A_CONTRACT, 9)
      expect(cash + fees / 2).toBeCloseTo(walk.start * 100 * quantity, 9)
    }),
  )
})

test('the loss at the stop is the debit there less the credit and all fees, and never a gain', () => {
  fc.assert(
    fc.property(anyStructure, quantities, walks, (structure, quantity, walk) => {
      const { atStop, fees } = opened(structure, quantity, walk)
      const net = walk.start * 100 * quantity - EXIT.stop * 100 * quantity - fees
      expect(atStop).toBeLessThanOrEqual(0)
      expect(atStop).toBeCloseTo(net < 0 ? net : 0, 9)
    }),
  )
})

test('break-evens are where profit after fees is nothing, all of them, rising', () => {
  fc.assert(
    fc.property(anyStructure, quantities, fc.oneof(walks, usualWalks), (structure, quantity, walk) => {
      const { breakEvens, cash } = opened(structure, quantity, walk)
      const profit = (price: number) => payoff(structure, price) * 100 * quantity + cash
      for (const price of breakEvens) expect(profit(price)).toBeCloseTo(0, 6)
      const signs = EXPIRIES.map(price => profit(price) > 0)
      const turns = signs.filter((sign, index) => index > 0 && sign !== signs[index - 1])
      expect(breakEvens).toHaveLength(turns.length)
      expect(breakEvens).toEqual([...breakEvens].sort((one, other) => one - other))
    }),
  )
})

test('the probability of profit is the sum over all closing prices that end above water', () => {
  const step = 0.05
  const closes = Array.from({ length: 1600 }, (_, index) => 650 + index * step)
  const above = closes.map(price => probabilityAbove(smile, price))
  fc.assert(
    fc.property(anyStructure, quantities, fc.oneof(walks, usualWalks), (structure, quantity, walk) => {
      const { probabilityOfProfit, cash } = opened(structure, quantity, walk)
      const profit = (price: number) => payoff(structure, price) * 100 * quantity + cash
      let total = 0
      for (let index = 1; index < closes.length; index += 1) {
        const middle = (closes[index] ?? 0) - step / 2
        if (profit(middle) > 0) total += (above[index - 1] ?? 0) - (above[index] ?? 0)
      }
      expect(Math.abs(probabilityOfProfit - total)).toBeLessThan(0.02)
      expect(probabilityOfProfit).toBeGreaterThanOrEqual(0)
      expect(probabilityOfProfit).toBeLessThanOrEqual(1)
    }),
    { numRuns: 60 },
  )
})

test('a credit beyond the wing cannot lose, and below the fees it cannot win', () => {
  const sure = { start: 3.2, end: 3.2, steps: 0, stepEvery: 1000 }
  expect(opened(CONDOR, 1, sure)).toMatchObject({ probabilityOfProfit: 1, breakEvens: [] })
  expect(opened(CONDOR, 1, sure).atWorst).toBeCloseTo(-4 * FEE_A_CONTRACT, 9)
  const dust = { start: 0.01, end: 0.01, steps: 0, stepEvery: 1000 }
  expect(opened(CONDOR, 1, dust)).toMatchObject({ probabilityOfProfit: 0, breakEvens: [] })
})

test('every figure in dollars grows with the size, prices and probability do not', () => {
  fc.assert(
    fc.property(anyStructure, quantities, walks, (structure, quantity, walk) => {
      const [one, many] = [opened(structure, 1, walk), opened(structure, quantity, walk)]
      for (const figure of ['cash', 'fees', 'atStop', 'atWorst', 'margin'] as const)
        expect(many[figure]).toBeCloseTo(one[figure] * quantity, 6)
      many.breakEvens.forEach((price, index) => expect(price).toBeCloseTo(one.breakEvens[index] ?? 0, 6))
      expect(many.probabilityOfProfit).toBeCloseTo(one.probabilityOfProfit, 9)
    }),
  )
})

test('a proposal starts at the mid, gives way no further than the natural price and the least credit', () => {
  fc.assert(
    fc.property(
      anyStructure,
      fc.integer({ min: 0, max: 8 }),
      fc.integer({ min: 0, max: 60 }),
      (structure, halfSpread, least) => {
        const plan = { ...PLAN, minimumCredit: least / 100 }
        const quotes = quotesFor(structure, { halfSpread: halfSpread / 100 })
        const given = proposeOpening(structure, 1, quotes, smile, plan, CALM.time, LATEST_EXIT)
        const mids = structure.legs.map(leg => {
          const { bid = 0, ask = 0 } = quotes[legKey(leg)] ?? {}
          return (-leg.ratio * (bid + ask)) / 2
        })
        const mid = mids.reduce((sum, value) => sum + value, 0)
        expect(given.ok).toBe(Math.floor(mid * 100 + 1e-6) >= least)
        if (!given.ok) return
        const { walk, quote } = given.value
        expect(Math.abs(walk.start - mid)).toBeLessThan(0.01)
        expect(walk.start).toBeLessThanOrEqual(mid + 1e-6)
        expect(walk.end).toBeLessThanOrEqual(walk.start)
        expect(walk.end).toBeGreaterThanOrEqual(plan.minimumCredit)
        expect(walk.end).toBeGreaterThan(quote.natural - 0.01)
        expect(walk.start * 100).toBeCloseTo(Math.round(walk.start * 100), 9)
      },
    ),
  )
})

test('a structure with a leg that nobody offers is not proposed', () => {
  fc.assert(
    fc.property(anyStructure, fc.nat(3), (structure, missing) => {
      const leg = structure.legs[missing % structure.legs.length] ?? CONDOR.legs[0]
      const quotes = quotesFor(structure)
      const key = leg ? legKey(leg) : ''
      const { [key]: taken, ...others } = quotes
      const unoffered = { ...others, ...(taken ? { [key]: { ...taken, ask: 0 } } : {}) }
      for (const given of [others, unoffered]) {
        const refused = proposeOpening(structure, 1, given, smile, PLAN, CALM.time, LATEST_EXIT)
        expect(refused).toEqual({ ok: false, failure: 'notQuoted' })
      }
    }),
    { numRuns: 20 },
  )
})

test('the exit is frozen at shares of the credit, and comes before the guard', () => {
  const { exit, walk } = proposalOf(CONDOR)
  expect(exit.takeProfit).toBeCloseTo(walk.start * PLAN.takeProfitShare, 2)
  expect(exit.stop).toBeCloseTo(walk.start * PLAN.stopMultiple, 2)
  expect(exit.time).toBe(CALM.time + PLAN.horizon)
  const late = proposeOpening(
    CONDOR,
    1,
    quotesFor(CONDOR),
    smile,
    { ...PLAN, minimumCredit: 0 },
    LATEST_EXIT - 60_000,
    LATEST_EXIT,
  )
  expect(late).toMatchObject({ ok: true, value: { exit: { time: LATEST_EXIT } } })
})

test('no stop lies beyond what the widest wing can cost', () => {
  fc.assert(
    fc.property(anyStructure, structure => {
      const { exit, margin } = proposalOf(structure)
      expect(exit.stop).toBeLessThanOrEqual(margin / 100)
    }),
    { numRuns: 30 },
  )
})

test('closing trades the legs the other way round, all lots, and takes no new risk', () => {
  fc.assert(
    fc.property(anyStructure, quantities, (structure, quantity) => {
      const position = positionOf(proposalOf(structure, quantity))
      const given = proposeClosing(position, quotesFor(structure), PLAN)
      expect(given.ok).toBe(true)
      if (!given.ok) return
      const { value } = given
      expect(value.legs.map(leg => -leg.ratio)).toEqual(structure.legs.map(leg => leg.ratio))
      expect(value).toMatchObject({ purpose: 'close', position: position.decision, quantity, margin: 0 })
      expect([value.atWorst, value.atStop, value.breakEvens, value.exit]).toEqual([0, 0, [], position.exit])
      const fees = structure.legs.length * quantity * FEE_A_CONTRACT
      expect(value.fees).toBeCloseTo(fees, 9)
      expect(value.cash).toBeCloseTo(value.walk.start * 100 * quantity - fees, 9)
      expect(value.walk.end).toBeLessThanOrEqual(value.walk.start)
    }),
    { numRuns: 40 },
  )
})

test('what is held and not quoted cannot be closed', () => {
  const refused = proposeClosing(positionOf(proposalOf(CONDOR)), {}, PLAN)
  expect(refused).toEqual({ ok: false, failure: 'notQuoted' })
})
