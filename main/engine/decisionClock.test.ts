import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { RULES } from '../fixtures/floor.ts'
import { CALM } from '../fixtures/market.ts'
import { openedBook, pricedMarket } from '../fixtures/moments.ts'
import { LOCKOUT } from '../fixtures/risks.ts'
import { positionOf, proposalOf } from '../fixtures/trades.ts'
import type { Decision } from '../core/policy/decision.ts'
import type { Book } from './book/book.ts'
import { NEVER_DECIDED, isDecisionDue, type LastDecision } from './decisionClock.ts'

const MARKET = pricedMarket()
const MOVE = MARKET.move?.move ?? Number.NaN

function isDue(last: Partial<LastDecision> = {}, changes: Partial<Book> = {}, market = MARKET): boolean {
  const decided = { time: CALM.time - RULES.cadence, spot: CALM.spot, ...last }
  return isDecisionDue(market, { ...openedBook(), ...changes }, RULES, decided, CALM.time)
}

function bookWith(decision: Pick<Decision, 'action' | 'status'>): Pick<Book, 'decisions'> {
  return { decisions: new Map([['a', decision as Decision]]) }
}

test('the first decision is due as soon as there is a price', () => {
  expect(isDecisionDue(MARKET, openedBook(), RULES, NEVER_DECIDED, CALM.time)).toBe(true)
  expect(isDue({}, {}, { ...MARKET, spot: undefined })).toBe(false)
})

test('a decision is due when its cadence has passed, and not a millisecond before', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 * RULES.cadence }), since => {
      expect(isDue({ time: CALM.time - since })).toBe(since >= RULES.cadence)
    }),
  )
})

/** Moves of any size, many of them about as large as counts. */
const anyShare = fc.oneof(
  fc.double({ min: -1, max: 1, noNaN: true }),
  fc.double({ min: 0.34, max: 0.36, noNaN: true }),
  fc.double({ min: -0.36, max: -0.34, noNaN: true }),
)

test('a move of more than 35 hundredths of the expected move asks for one before its time', () => {
  fc.assert(
    fc.property(anyShare, share => {
      const last = { time: CALM.time - 1000, spot: CALM.spot + share * MOVE }
      fc.pre(Math.abs(Math.abs(share) - 0.35) > 1e-9)
      expect(isDue(last)).toBe(Math.abs(share) > 0.35)
    }),
  )
})

test('where no move is expected no move is large', () => {
  const market = { ...MARKET, move: undefined }
  expect(isDue({ time: CALM.time - 1000, spot: 500 }, {}, market)).toBe(false)
  expect(isDue({}, {}, market)).toBe(true)
})

test.each(['closed', 'preflight', 'guard', 'lastTrades', 'watch'] as const)(
  'nothing is decided in the phase %s',
  phase => expect(isDue({}, { phase })).toBe(false),
)

test('nothing is decided on what a silent source said', () => {
  const heard = (age: number) => ({ ...MARKET, heardAt: CALM.time - age })
  const { maximumQuoteAge } = openedBook().limits
  expect(isDue({}, {}, heard(maximumQuoteAge))).toBe(true)
  expect(isDue({}, {}, heard(maximumQuoteAge + 1))).toBe(false)
  expect(isDue({}, { quoteInterval: 60_000 }, heard(90_000))).toBe(true)
  expect(isDue({}, { quoteInterval: 60_000 }, heard(90_001))).toBe(false)
})

test('a suggested trade stays until it is answered, a wait makes room', () => {
  expect(isDue({}, bookWith({ action: 'sellIronCondor', status: 'open' }))).toBe(false)
  expect(isDue({}, bookWith({ action: 'noTrade', status: 'open' }))).toBe(true)
  expect(isDue({}, bookWith({ action: 'sellIronCondor', status: 'rejected' }))).toBe(true)
})

test('nothing is decided while nothing could follow from it', () => {
  const lost = (dependency: 'memory' | 'policy') => new Map([[dependency, { since: 0, reason: '' }]])
  expect(isDue({}, { lost: lost('memory') })).toBe(false)
  expect(isDue({}, { lost: lost('policy') })).toBe(true)
  expect(isDue({}, { flattening: { since: 0, closesAt: 0 } })).toBe(false)
  expect(isDue({}, { halted: 'a rule' })).toBe(false)
})

test('in a lockout only what is held may still be decided on', () => {
  const positions = new Map([['a', positionOf(proposalOf())]])
  expect(isDue({}, { lockout: LOCKOUT })).toBe(false)
  expect(isDue({}, { lockout: LOCKOUT, positions })).toBe(true)
})
