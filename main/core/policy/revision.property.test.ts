import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { CALM, pricedChain, quoteOf, type MarketShape } from '../../fixtures/market.ts'
import { CONDOR, PLAN, anyStructure, positionOf, proposalOf } from '../../fixtures/trades.ts'
import { comboQuote, type LegQuotes } from '../portfolio/comboQuote.ts'
import { legKey } from '../portfolio/structure.ts'
import type { Edits } from './decision.ts'
import { proposeClosing, proposeOpening, type Proposal } from './proposal.ts'
import { reviseProposal } from './revision.ts'

/** A market lively enough that a condor pays more than the least credit. */
const LIVELY = { ...CALM, volatility: 0.25 }
const { smile } = pricedChain(LIVELY)
const QUOTES = allQuotes(LIVELY)
const LARGEST = 3

/** Quotes of every listed option of a made-up market. */
function allQuotes(shape: MarketShape): LegQuotes {
  const legs = Array.from({ length: 61 }, (_, index) => 660 + index).flatMap(strike =>
    (['call', 'put'] as const).map(right => ({ right, strike })),
  )
  return Object.fromEntries(
    legs.map(({ right, strike }) => {
      const [bid, ask] = quoteOf(shape, right, strike)
      return [legKey({ right, strike }), { right, strike, bid, ask, bidSize: 20, askSize: 20, age: 0 }]
    }),
  )
}

function revised(proposal: Proposal, edits: Edits, plan = PLAN, quotes = QUOTES, largest = LARGEST) {
  return reviseProposal(proposal, edits, quotes, smile, plan, largest)
}

/** Edits that a person or a program may come up with, good and bad. */
const edits = fc
  .record(
    {
      moves: fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 5 }),
      quantity: fc.oneof(fc.integer({ min: -1, max: 5 }), fc.constantFrom(1.5, Number.NaN)),
      limit: fc.oneof(
        fc.integer({ min: -50, max: 300 }).map(cents => cents / 100),
        fc.double({ min: -1, max: 3 }),
        fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY),
      ),
    },
    { requiredKeys: [] },
  )
  .map(({ moves, ...rest }) => ({
    ...rest,
    of: (proposal: Proposal): Edits => ({
      ...(rest.quantity === undefined ? {} : { quantity: rest.quantity }),
      ...(rest.limit === undefined ? {} : { limit: rest.limit }),
      ...(moves
        ? { strikes: moves.map((move, leg) => (proposal.structure.legs[leg]?.strike ?? 690) + move) }
        : {}),
    }),
  }))

/** Edits that stay near what was suggested, of which many are possible. */
const nearEdits = fc
  .record(
    {
      moves: fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 4, maxLength: 4 }),
      quantity: fc.integer({ min: 1, max: 3 }),
      cents: fc.integer({ min: -6, max: 6 }),
    },
    { requiredKeys: [] },
  )
  .map(({ moves, quantity, cents }) => (proposal: Proposal): Edits => {
    const { legs } = proposal.structure
    const moved = legs.map((leg, index) => ({ ...leg, strike: leg.strike + (moves?.[index] ?? 0) }))
    const mid = comboQuote(moved, QUOTES)?.mid ?? 0
    return {
      ...(quantity === undefined ? {} : { quantity }),
      ...(cents === undefined ? {} : { limit: (Math.round(mid * 100) + cents) / 100 }),
      ...(moves ? { strikes: moved.map(leg => leg.strike) } : {}),
    }
  })

/** Structures near enough to the money to pay for themselves. */
const paying = anyStructure.filter(({ legs }) => legs.every(leg => Math.abs(leg.strike - 690) <= 12))

test('a revision without edits changes nothing, whatever the least credit', () => {
  fc.assert(
    fc.property(
      anyStructure,
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 0, max: 40 }),
      (structure, lots, least) => {
        const plan = { ...PLAN, minimumCredit: least / 100 }
        const given = proposeOpening(structure, lots, QUOTES, smile, plan, CALM.time, CALM.time + 3_600_000)
        fc.pre(given.ok)
        expect(revised(given.value, {}, plan)).toEqual(given)
      },
    ),
  )
})

test('a revision of a close without edits changes nothing, however many lots are held', () => {
  fc.assert(
    fc.property(anyStructure, fc.integer({ min: 1, max: 9 }), (structure, lots) => {
      const given = proposeClosing(positionOf(proposalOf(structure, lots, LIVELY)), QUOTES, PLAN)
      fc.pre(given.ok)
      expect(revised(given.value, {})).toEqual(given)
    }),
    { numRuns: 40 },
  )
})

test('what comes of an edit stays within its bounds', () => {
  fc.assert(
    fc.property(paying, nearEdits, (structure, change) => {
      const before = proposalOf(structure, 1, LIVELY)
      const after = revised(before, change(before))
      fc.pre(after.ok)
      const { walk, quantity, quote, structure: now } = after.value
      expect([1, 2, 3]).toContain(quantity)
      expect(walk.start).toBeGreaterThanOrEqual(Math.max(PLAN.minimumCredit, quote.natural - 0.01))
      expect(walk.start).toBeLessThanOrEqual(quote.best + 1e-9)
      expect(walk.end).toBeLessThanOrEqual(walk.start)
      expect(walk.end).toBeGreaterThanOrEqual(PLAN.minimumCredit)
      expect(Math.abs(walk.start * 100 - Math.round(walk.start * 100))).toBeLessThan(1e-6)
      now.legs.forEach((leg, index) => {
        const old = structure.legs[index]
        expect([leg.right, leg.ratio]).toEqual([old?.right, old?.ratio])
        expect(Math.abs(leg.strike - (old?.strike ?? 0))).toBeLessThanOrEqual((old?.strike ?? 0) * 0.01)
      })
    }),
    { numRuns: 200 },
  )
})

test('no edit hides a risk: the worst loss is that of the revised legs, size and walk', () => {
  fc.assert(
    fc.property(paying, nearEdits, (structure, change) => {
      const before = proposalOf(structure, 1, LIVELY)
      const after = revised(before, change(before))
      fc.pre(after.ok)
      const { legs, quantity, walk, atWorst, margin } = after.value
      const payoff = (price: number) =>
        legs.reduce((sum, { right, strike, ratio }) => {
          const worth = right === 'call' ? price - strike : strike - price
          return sum + ratio * Math.max(0, worth)
        }, 0)
      const worst = Math.min(...Array.from({ length: 90 }, (_, index) => payoff(645 + index)))
      expect(worst).toBeLessThan(0)
      expect(margin).toBeCloseTo(-worst * 100 * quantity, 6)
      expect(atWorst).toBeCloseTo((worst + walk.end) * 100 * quantity - legs.length * quantity * 0.7, 6)
    }),
    { numRuns: 200 },
  )
})

test('a refusal names a field and, unless the credit is the matter, one that was edited', () => {
  fc.assert(
    fc.property(anyStructure, edits, (structure, change) => {
      const before = proposalOf(structure, 1, LIVELY)
      fc.pre(before.walk.start >= PLAN.minimumCredit)
      const asked = change.of(before)
      const after = revised(before, asked)
      fc.pre(!after.ok)
      const { field, rule } = after.failure
      const edited = new Set(Object.keys(asked))
      expect(edited.has(field) || (field === 'limit' && edited.has('strikes'))).toBe(true)
      expect(rule).toMatch(/(must|may|keeps)/)
    }),
    { numRuns: 200 },
  )
})

test('strikes that were moved are priced anew, at their own mid', () => {
  fc.assert(
    fc.property(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 }), (puts, calls) => {
      const strikes = CONDOR.legs.map(leg => leg.strike + (leg.right === 'put' ? puts : calls))
      const moved = {
        ...CONDOR,
        legs: CONDOR.legs.map((leg, index) => ({ ...leg, strike: strikes[index] ?? 0 })),
      }
      const plan = { ...PLAN, minimumCredit: 0 }
      const fresh = proposeOpening(moved, 1, QUOTES, smile, plan, CALM.time, CALM.time + PLAN.horizon)
      expect(revised(proposalOf(CONDOR, 1, LIVELY), { strikes }, plan)).toEqual(fresh)
    }),
  )
})

test('in a market that moved on, an edit of the size alone keeps the limit or says why it cannot', () => {
  const before = proposalOf(CONDOR, 1, LIVELY)
  const still = revised(before, { quantity: 2 }, PLAN, allQuotes({ ...LIVELY, spot: 690.05 }))
  expect(still).toMatchObject({ ok: true, value: { quantity: 2, walk: { start: before.walk.start } } })
  const gone = revised(before, { quantity: 2 }, PLAN, allQuotes({ ...LIVELY, volatility: 0.3 }))
  expect(gone).toMatchObject({ ok: false, failure: { field: 'limit' } })
})
