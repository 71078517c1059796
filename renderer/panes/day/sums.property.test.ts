import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { NOW, PROPOSAL, decisionOf, heldPosition, outcomeOf, waitOf } from '../../../main/fixtures/screen.ts'
import { dayFigures } from './dayFigures.ts'
import { tasteWords } from './tasteWords.ts'
import { journalSums } from '../journal/journalSums.ts'
import { attributionSteps } from '../positions/Waterfall.tsx'

/** Amounts of whole dollars, so that sums are exact. */
const dollars = fc.integer({ min: -900, max: 900 })
const closedTrade = fc.record({ net: dollars, fees: fc.nat(9), minute: fc.nat(389), isOpen: fc.boolean() })
const trades = fc.uniqueArray(closedTrade, { maxLength: 20, selector: trade => trade.minute })

type Trade = typeof closedTrade extends fc.Arbitrary<infer Value> ? Value : never

function positionsOf(given: readonly Trade[]) {
  return given.map(({ net, fees, minute, isOpen }) =>
    heldPosition({
      realised: net + fees,
      fees,
      quantity: isOpen ? 2 : 0,
      ...(isOpen ? {} : { closedAt: NOW + minute * 60_000 }),
    }),
  )
}

test('the figures of the day are those of the closed trades, in whatever order they are listed', () => {
  fc.assert(
    fc.property(trades, given => {
      const closed = given.filter(trade => !trade.isOpen)
      const figures = dayFigures(positionsOf(given))
      expect(figures.trades).toBe(closed.length)
      expect(figures.net).toBe(closed.reduce((sum, { net }) => sum + net, 0))
      expect(figures.fees).toBe(closed.reduce((sum, { fees }) => sum + fees, 0))
      expect(dayFigures(positionsOf(given.toReversed()))).toEqual(figures)
      expect(dayFigures(positionsOf(closed))).toEqual(figures)
    }),
  )
})

test('the deepest fall is the largest sum of trades in a row, lost', () => {
  fc.assert(
    fc.property(trades, given => {
      const nets = given
        .filter(trade => !trade.isOpen)
        .toSorted((one, other) => one.minute - other.minute)
        .map(({ net }) => net)
      const stretches = nets.flatMap((_, from) =>
        nets
          .slice(from)
          .map((__, length) => nets.slice(from, from + length + 1).reduce((sum, net) => sum + net, 0)),
      )
      expect(dayFigures(positionsOf(given)).drawdown).toBe(Math.max(0, ...stretches.map(sum => -sum)))
    }),
  )
})

test('a share or a ratio is within its bounds, or not a number where there is nothing to divide by', () => {
  fc.assert(
    fc.property(trades, given => {
      const closed = given.filter(trade => !trade.isOpen)
      const { winRate, profitFactor, sharpe } = dayFigures(positionsOf(given))
      expect(Number.isNaN(winRate)).toBe(closed.length === 0)
      expect(winRate < 0 || winRate > 1).toBe(false)
      expect(Number.isNaN(profitFactor)).toBe(!closed.some(({ net }) => net < 0))
      expect(profitFactor < 0).toBe(false)
      expect(Number.isNaN(sharpe)).toBe(new Set(closed.map(({ net }) => net)).size < 2)
    }),
  )
})

test('four trades by hand', () => {
  const nets = [100, -50, 30, -80]
  const given = nets.map((net, minute) => ({ net, fees: 1, minute, isOpen: false }))
  // Mean 0, deviation sqrt(19,800 / 3); highest at 100, lowest after it at 0
  expect(dayFigures(positionsOf(given))).toEqual({
    trades: 4,
    net: 0,
    fees: 4,
    winRate: 0.5,
    profitFactor: 1,
    sharpe: 0,
    drawdown: 100,
  })
  expect(dayFigures(positionsOf(given.slice(0, 2))).sharpe).toBeCloseTo(25 / Math.sqrt(11_250), 12)
})

const decisions = fc.array(
  fc.record({
    status: fc.constantFrom('open', 'accepted', 'modified', 'rejected', 'lapsed', 'refused'),
    kind: fc.constantFrom('open', 'close', 'wait'),
    net: fc.option(dollars, { nil: undefined }),
    isKnown: fc.boolean(),
  }),
  { maxLength: 30 },
)

test('the sums of the journal: taken and refused are parts of the model, lessons are counted once', () => {
  fc.assert(
    fc.property(decisions, given => {
      const made = given.map(({ status, kind, net, isKnown }) => {
        const outcome =
          net === undefined ? {} : { outcome: outcomeOf(net, { status: isKnown ? 'scored' : 'unavailable' }) }
        if (kind === 'wait') return waitOf({ status, ...outcome })
        return decisionOf({ status, proposal: { ...PROPOSAL, purpose: kind }, ...outcome })
      })
      const sums = journalSums(made)
      const scored = given.flatMap(({ net, isKnown, kind, status }) =>
        net !== undefined && isKnown && kind === 'open' ? [{ net, status }] : [],
      )
      const total = (...statuses: string[]) =>
        scored.filter(({ status }) => statuses.includes(status)).reduce((sum, { net }) => sum + net, 0)
      expect(sums).toEqual({
        scored: scored.length,
        taken: total('accepted', 'modified'),
        rejected: total('rejected'),
        model: total('open', 'accepted', 'modified', 'rejected', 'lapsed', 'refused'),
        rejectedWinners: scored.filter(({ net, status }) => net > 0 && status === 'rejected').length,
        acceptedLosers: scored.filter(
          ({ net, status }) => net <= 0 && (status === 'accepted' || status === 'modified'),
        ).length,
      })
      expect(journalSums(made.toReversed())).toEqual(sums)
    }),
  )
})

test('a waterfall has no gap: each part starts where the one before ended, and the total is their sum', () => {
  fc.assert(
    fc.property(fc.array(dollars, { minLength: 1, maxLength: 9 }), values => {
      const parts = values.map((value, index) => ({ name: `part ${index}`, value }))
      const steps = attributionSteps(parts)
      expect(steps.map(({ name, value }) => ({ name, value }))).toEqual([
        ...parts,
        { name: 'Net', value: values.reduce((sum, value) => sum + value, 0) },
      ])
      steps.slice(0, -1).forEach((step, index) => {
        expect(step.from).toBe(index === 0 ? 0 : steps[index - 1]?.to)
        expect(step.to - step.from).toBe(step.value)
      })
      expect(steps.at(-1)).toMatchObject({ from: 0, to: steps.at(-2)?.to, isTotal: true })
    }),
  )
})

test.each([
  [{ side: 'call', from: 0, to: 90, shift: -1.2 }, 'Fewer call verticals from 09:30 to 11:00'],
  [{ side: 'both', from: 150, to: 390, shift: 0.8 }, 'More condors from 12:00 to 16:00'],
] as const)('the taste %j reads "%s"', (taste, expected) => {
  expect(tasteWords(taste)).toBe(expected)
})
