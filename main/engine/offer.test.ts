import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { CALM, TIMES, clock, pricedChain } from '../fixtures/market.ts'
import { LOCKOUT } from '../fixtures/risks.ts'
import { OPEN_DESK, PLAN, WIDE_LIMITS, positionOf, proposalOf } from '../fixtures/trades.ts'
import { rowOf, type OptionChain } from '../core/market/optionChain.ts'
import { ACTIONS, opensRisk, targetDelta, type Action } from '../core/policy/action.ts'
import { allowedActions, type ActionMask } from '../core/policy/actionMask.ts'
import { DEFAULT_LIMITS } from '../core/risk/limits.ts'
import { legQuotes, offerActions, type Desk } from './offer.ts'

const LIVELY = { volatility: 0.25 }
const { chain, smile } = pricedChain(LIVELY)
const OPENINGS = ACTIONS.filter(opensRisk)
const DESK: Desk = { times: TIMES, plan: PLAN, limits: DEFAULT_LIMITS, risk: OPEN_DESK, held: [] }

function offers(desk: Partial<Desk> = {}, time = CALM.time): ActionMask {
  return offerActions(chain, smile, { ...DESK, ...desk }, time)
}

function reasonsOf(mask: ActionMask): Set<string> {
  return new Set(OPENINGS.map(action => (mask[action].allowed ? 'allowed' : mask[action].reason)))
}

function proposalAt(mask: ActionMask, action: Action) {
  const entry = mask[action]
  if (!entry.allowed || !entry.proposal) throw new Error(`${action} must be on offer`)
  return entry.proposal
}

/** The same chain with only some rows quoted. */
function thinned(keep: (right: 'call' | 'put', strike: number) => boolean): OptionChain {
  const copy = structuredClone(chain)
  for (const right of ['call', 'put'] as const) {
    for (const strike of copy.strikes) {
      if (keep(right, strike)) continue
      const row = rowOf(copy, right, strike)
      copy.bid[row] = 0
      copy.ask[row] = 0
    }
  }
  return copy
}

test('on a quoted chain with nothing held everything but closing is on offer', () => {
  const mask = offers()
  expect(allowedActions(mask)).toEqual(ACTIONS.filter(action => action !== 'close'))
  expect(mask.close).toEqual({ allowed: false, reason: 'noPosition' })
  expect(mask.noTrade).toEqual({ allowed: true })
})

test('the short leg of an offer has the delta that its action asks for', () => {
  const mask = offers()
  for (const action of OPENINGS) {
    for (const leg of proposalAt(mask, action).legs) {
      if (leg.ratio > 0) continue
      const delta = Math.abs(chain.delta[rowOf(chain, leg.right, leg.strike)] ?? Number.NaN)
      expect(Math.abs(delta - targetDelta(action))).toBeLessThan(0.45 * targetDelta(action))
    }
  }
})

test('an offer in a thin chain is no worse than nothing: too few strikes and nothing is allowed', () => {
  const few = thinned((right, strike) => (right === 'put' ? strike >= 687 && strike < 690 : strike > 690))
  expect(reasonsOf(offerActions(few, smile, DESK, CALM.time))).toEqual(new Set(['noChain']))
  expect(reasonsOf(offerActions(chain, undefined, DESK, CALM.time))).toEqual(new Set(['noChain']))
})

test('no strike and no wing are told apart', () => {
  const noDelta = thinned(() => true)
  noDelta.delta.fill(0.4)
  const mask = offerActions(noDelta, smile, DESK, CALM.time)
  expect(reasonsOf(mask)).toEqual(new Set(['noStrike']))
  const short = proposalAt(offers(), 'sellPutVertical10').legs.find(leg => leg.ratio < 0)?.strike ?? 0
  const wingless = thinned((right, strike) => right === 'call' || strike >= short)
  expect(offerActions(wingless, smile, DESK, CALM.time).sellPutVertical10).toEqual({
    allowed: false,
    reason: 'noWing',
  })
})

test('a trade that pays less than the least credit is not offered', () => {
  const plan = { ...PLAN, minimumCredit: 5 }
  expect(reasonsOf(offers({ plan }))).toEqual(new Set(['creditTooSmall']))
})

test.each([
  ['a minute before the open', 'outsideSession', clock(9, 29)],
  ['at the open', 'allowed', clock(9, 30)],
  ['a quarter of an hour before the guard', 'allowed', clock(15, 15)],
  ['a moment later', 'outsideSession', clock(15, 15) + 1],
  ['after the close', 'outsideSession', clock(16, 5)],
])('%s new risk is %s', (_, reason, time) => {
  expect(reasonsOf(offers({}, time))).toEqual(new Set([reason]))
})

test.each([
  ['tooManyPositions', { openStructures: DEFAULT_LIMITS.openStructures }],
  ['notAllowedNow', { lockout: LOCKOUT }],
  ['notAllowedNow', { isFlattening: true }],
  ['notAllowedNow', { isHalted: true }],
] as const)('new risk is off as %s, and what is held may still be closed', (reason, state) => {
  const held = [positionOf(proposalOf())]
  const mask = offers({ risk: { ...OPEN_DESK, ...state }, held })
  expect(reasonsOf(mask)).toEqual(new Set([reason]))
  expect(proposalAt(mask, 'close')).toMatchObject({ purpose: 'close', position: 'decision-1' })
})

test('the exit of an offer is never later than a minute before the guard', () => {
  const exitAt = (time: number) => proposalAt(offers({}, time), 'sellIronCondor').exit.time
  expect(exitAt(clock(11, 0))).toBe(clock(12, 0))
  expect(exitAt(clock(15, 0))).toBe(clock(15, 29))
})

test('the exit of an offer does not depend on its size or on the desk', () => {
  const exits = [DEFAULT_LIMITS, WIDE_LIMITS].map(limits => proposalAt(offers({ limits }), 'sellIronCondor'))
  expect(exits[0]?.quantity).not.toBe(exits[1]?.quantity)
  expect(exits[0]?.exit).toEqual(exits[1]?.exit)
})

test('no limit is broken by the size of an offer, as long as one lot keeps it', () => {
  const anyLimits = fc.record({
    maximumLossPerTrade: fc.integer({ min: 100, max: 5000 }),
    dayLossLimit: fc.integer({ min: 200, max: 5000 }),
    lotsPerOrder: fc.integer({ min: 1, max: 20 }),
    openContracts: fc.integer({ min: 4, max: 60 }),
    exposure: fc.integer({ min: 200, max: 9000 }),
  })
  fc.assert(
    fc.property(anyLimits, given => {
      const limits = { ...WIDE_LIMITS, ...given }
      const mask = offers({ limits })
      for (const action of OPENINGS) {
        const { quantity, atWorst, margin, legs } = proposalAt(mask, action)
        expect(quantity).toBeLessThanOrEqual(limits.lotsPerOrder)
        if (quantity === 1) continue
        expect(-atWorst).toBeLessThanOrEqual(limits.maximumLossPerTrade + 1e-6)
        expect(margin).toBeLessThanOrEqual(limits.exposure + 1e-6)
        expect(quantity * legs.length).toBeLessThanOrEqual(limits.openContracts)
      }
    }),
    { numRuns: 40 },
  )
})

test('of several positions the one with most left to lose is offered to be closed', () => {
  const proposal = proposalOf()
  const held = ['near', 'far', 'middle'].map((decision, index) =>
    positionOf(proposal, { decision, exit: { ...proposal.exit, stop: [1, 3, 2][index] ?? 0 } }),
  )
  expect(proposalAt(offers({ held }), 'close').position).toBe('far')
  expect(proposalAt(offers({ held: [...held].reverse() }), 'close').position).toBe('far')
})

test('what is held and not offered cannot be closed, and that is said', () => {
  const held = [positionOf(proposalOf())]
  const bare = thinned(() => false)
  expect(offerActions(bare, undefined, { ...DESK, held }, CALM.time).close).toEqual({
    allowed: false,
    reason: 'notQuoted',
  })
})

test('waiting is on offer and nothing is thrown, whatever is quoted and at whatever hour', () => {
  const anyRows = fc.array(fc.boolean(), { minLength: 122, maxLength: 122 })
  fc.assert(
    fc.property(anyRows, fc.integer({ min: -60, max: 600 }), fc.boolean(), (rows, minute, isHeld) => {
      const some = thinned((right, strike) => rows[(right === 'call' ? 0 : 61) + strike - 660] === true)
      const held = isHeld ? [positionOf(proposalOf())] : []
      const mask = offerActions(some, smile, { ...DESK, held }, TIMES.open + minute * 60_000)
      expect(mask.noTrade).toEqual({ allowed: true })
      for (const action of allowedActions(mask)) {
        if (action === 'noTrade') continue
        for (const leg of proposalAt(mask, action).legs)
          expect(some.ask[rowOf(some, leg.right, leg.strike)]).toBeGreaterThan(0)
      }
    }),
    { numRuns: 60 },
  )
})

test('quotes of legs carry their age, and legs that were never quoted are left out', () => {
  const fresh = structuredClone(chain)
  fresh.quoteTime[rowOf(fresh, 'put', 686)] = 0
  const legs = [686, 683, 5000].map(strike => ({ right: 'put' as const, strike, ratio: 1 as const }))
  const quotes = legQuotes(fresh, legs, CALM.time + 1234)
  expect(Object.keys(quotes)).toEqual(['P683'])
  expect(quotes.P683?.age).toBe(1234)
  expect(legQuotes(fresh, legs, CALM.time - 5).P683?.age).toBe(0)
})
