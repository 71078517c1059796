import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyTrade, cents, openingOf } from '../../fixtures/risks.ts'
import { closingOrderOf, orderOf, positionOf } from '../../fixtures/trades.ts'
import { CALM } from '../../fixtures/market.ts'
import type { Proposal } from '../policy/proposal.ts'
import type { Fill } from './order.ts'
import {
  applyFill,
  contractsFromFills,
  contractsFromPositions,
  openProfit,
  settle,
  type Position,
} from './position.ts'
import { expiryValue } from './structure.ts'

/** A wish to open or to close some lots; closing takes what is there at most. */
interface Wish {
  readonly opens: boolean
  readonly lots: number
  readonly price: number
  readonly fees: number
}

const anyWish: fc.Arbitrary<Wish> = fc.record({
  opens: fc.boolean(),
  lots: fc.integer({ min: 1, max: 6 }),
  price: cents(0, 3),
  fees: cents(0, 12),
})
const anyWishes = fc.array(anyWish, { maxLength: 14 })
const anyProposal = anyTrade.map(trade => openingOf(trade, 1))

interface Life {
  readonly fills: readonly Fill[]
  /** The position after each fill. */
  readonly stages: readonly Position[]
}

/** Lives wishes through one decision, each as an order of its own that fills at once. */
function live(proposal: Proposal, wishes: readonly Wish[], decision = 'decision-1'): Life {
  const fills: Fill[] = []
  const stages: Position[] = []
  for (const [index, { opens, lots, price, fees }] of wishes.entries()) {
    const before = stages.at(-1)
    const held = before?.quantity ?? 0
    const quantity = opens ? lots : Math.min(lots, held)
    if (quantity === 0) continue
    const id = `${decision}.${index}`
    const order = opens
      ? orderOf(proposal, { id, decision, quantity })
      : { ...closingOrderOf(positionOf(proposal, { decision }), quantity), id }
    const legs = order.legs.map(leg => ({ ...leg, price: 0.5 }))
    const time = CALM.time + 1000 * index
    const net = opens ? price : -price
    const fill = { id: `${id}-1`, order: id, time, quantity, net, fees, legs }
    fills.push(fill)
    stages.push(applyFill(before, order, fill, proposal.exit))
  }
  return { fills, stages }
}

const isOpening = (fill: Fill, proposal: Proposal) => fill.legs[0]?.ratio === proposal.legs[0]?.ratio
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const cashOf = (fills: readonly Fill[]) => sum(fills.map(fill => fill.net * 100 * fill.quantity))

test('the quantity held is the sum of the fills, after every one of them', () => {
  fc.assert(
    fc.property(anyProposal, anyWishes, (proposal, wishes) => {
      const { fills, stages } = live(proposal, wishes)
      const signed = fills.map(fill => (isOpening(fill, proposal) ? fill.quantity : -fill.quantity))
      const running = signed.map((_, index) => sum(signed.slice(0, index + 1)))
      expect(stages.map(stage => stage.quantity)).toEqual(running)
      const opened = signed.filter(lots => lots > 0)
      expect(stages.at(-1)?.opened ?? 0).toBe(sum(opened))
    }),
    { numRuns: 300 },
  )
})

test('realised profit and the entry of what is held are together the cash that came in less what went out', () => {
  fc.assert(
    fc.property(anyProposal, anyWishes, (proposal, wishes) => {
      const { fills, stages } = live(proposal, wishes)
      stages.forEach((stage, index) => {
        const atEntry = stage.entryNet * 100 * stage.quantity
        expect(stage.realised + atEntry).toBeCloseTo(cashOf(fills.slice(0, index + 1)), 6)
      })
      expect(stages.at(-1)?.fees ?? 0).toBeCloseTo(sum(fills.map(fill => fill.fees)), 9)
    }),
    { numRuns: 300 },
  )
})

test('once everything is closed the profit is cash alone', () => {
  fc.assert(
    fc.property(anyProposal, anyWishes, cents(0, 3), (proposal, wishes, price) => {
      const last = { opens: false, lots: 1000, price, fees: 1 }
      const { fills, stages } = live(proposal, [...wishes, last])
      const end = stages.at(-1)
      expect(end?.quantity ?? 0).toBe(0)
      expect(end?.realised ?? 0).toBeCloseTo(cashOf(fills), 6)
    }),
    { numRuns: 200 },
  )
})

test('a position has an end exactly while nothing is held, at the time of the fill that emptied it', () => {
  fc.assert(
    fc.property(anyProposal, anyWishes, (proposal, wishes) => {
      const { fills, stages } = live(proposal, wishes)
      const ends = stages.map((stage, index) => (stage.quantity === 0 ? fills[index]?.time : undefined))
      expect(stages.map(stage => stage.closedAt)).toEqual(ends)
    }),
    { numRuns: 200 },
  )
})

test('the average entry lies between the lowest and the highest credit that opened it', () => {
  fc.assert(
    fc.property(anyProposal, anyWishes, (proposal, wishes) => {
      const { fills, stages } = live(
        proposal,
        wishes.map(wish => ({ ...wish, opens: true })),
      )
      const nets = fills.map(fill => fill.net)
      const entry = stages.at(-1)?.entryNet ?? 0
      expect(entry).toBeGreaterThanOrEqual(Math.min(0, ...nets) - 1e-9)
      expect(entry).toBeLessThanOrEqual(Math.max(0, ...nets) + 1e-9)
      expect(entry * sum(fills.map(fill => fill.quantity))).toBeCloseTo(cashOf(fills) / 100, 6)
    }),
  )
})

test('open profit is what closing everything at that price would realise', () => {
  fc.assert(
    fc.property(anyProposal, anyWishes, cents(0, 3), (proposal, wishes, price) => {
      const held = live(proposal, wishes).stages.at(-1)
      const closed = live(proposal, [...wishes, { opens: false, lots: 1000, price, fees: 0 }]).stages.at(-1)
      const gained = (closed?.realised ?? 0) - (held?.realised ?? 0)
      expect(held ? openProfit(held, -price) : 0).toBeCloseTo(gained, 6)
    }),
  )
})

test('held to expiry, a position makes its cash and what the structure is worth', () => {
  fc.assert(
    fc.property(anyProposal, anyWishes, cents(660, 720), (proposal, wishes, price) => {
      const { fills, stages } = live(proposal, [{ opens: true, lots: 2, price: 0.5, fees: 0 }, ...wishes])
      const held = stages.at(-1) ?? positionOf(proposal)
      const worth = expiryValue(held.structure.legs, price)
      const settled = settle(held, openProfit(held, worth), CALM.time)
      expect(settled.quantity).toBe(0)
      expect(settled.realised).toBeCloseTo(cashOf(fills) + worth * 100 * held.quantity, 6)
    }),
  )
})

test('contracts counted from fills are contracts counted from positions, over any number of decisions', () => {
  const anyBook = fc.array(fc.tuple(anyProposal, anyWishes), { maxLength: 4 })
  fc.assert(
    fc.property(anyBook, book => {
      const lives = book.map(([proposal, wishes], index) => live(proposal, wishes, `decision-${index}`))
      const fromFills = contractsFromFills(lives.flatMap(life => life.fills))
      const fromPositions = contractsFromPositions(lives.flatMap(life => life.stages.slice(-1)))
      const sorted = (held: ReadonlyMap<string, number>) =>
        [...held].sort(([one], [other]) => (one < other ? -1 : 1))
      expect(sorted(fromFills)).toEqual(sorted(fromPositions))
      expect([...fromFills.values()].includes(0)).toBe(false)
    }),
    { numRuns: 200 },
  )
})

test('one lot too many breaks the invariant, whatever came before', () => {
  fc.assert(
    fc.property(anyProposal, anyWishes, (proposal, wishes) => {
      const held = live(proposal, wishes).stages.at(-1)
      const lots = held?.quantity ?? 0
      const order = closingOrderOf(positionOf(proposal), lots + 1)
      const fill: Fill = { id: 'f', order: order.id, time: 0, quantity: lots + 1, net: 0, fees: 0, legs: [] }
      const rule = `a closing fill must not exceed the position, was ${lots + 1} of ${lots}`
      expect(() => applyFill(held, order, fill, proposal.exit)).toThrow(rule)
    }),
  )
})
