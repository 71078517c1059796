import { expect, test } from 'vitest'
import { LOCKOUT, SHUT } from '../../fixtures/risks.ts'
import { CONDOR, OPEN_DESK, WIDE_LIMITS, proposalOf } from '../../fixtures/trades.ts'
import type { Proposal } from '../policy/proposal.ts'
import type { SessionPhase } from '../session/phase.ts'
import { closingChecks, firstRefusal, openingChecks, stateChecks, tradableChecks } from './gate.ts'
import { CLOSING_ONLY_FROM, DAY_LOSS_WARNINGS, DEFAULT_LIMITS, type Limits } from './limits.ts'
import type { RiskState } from './riskState.ts'

/** Two condors that need 600 dollars of margin and may lose 480 at worst, 180 at their stop. */
const TRADE: Proposal = { ...proposalOf(CONDOR, 2), atWorst: -480, atStop: -180, margin: 600 }

interface Given {
  readonly proposal?: Partial<Proposal>
  readonly state?: Partial<RiskState>
  readonly limits?: Partial<Limits>
  readonly age?: number
}

function refusalOf({ proposal, state, limits, age = 0 }: Given) {
  const checks = openingChecks(
    { ...TRADE, ...proposal },
    age,
    { ...OPEN_DESK, ...state },
    { ...WIDE_LIMITS, ...limits },
  )
  return firstRefusal(checks)
}

test('lets a trade through that every rule allows, and says all twelve rules', () => {
  const checks = openingChecks(TRADE, 0, OPEN_DESK, WIDE_LIMITS)
  expect(checks.map(check => check.rule)).toEqual([
    'session',
    'account',
    'lockout',
    'memory',
    'dataAge',
    'lossPerTrade',
    'dayLoss',
    'lots',
    'contracts',
    'structures',
    'exposure',
    'trades',
  ])
  expect(checks.every(check => check.passed)).toBe(true)
  expect(firstRefusal(checks)).toBeUndefined()
})

const BOUNDS: readonly [rule: string, within: Given, beyond: Given, sentence: string][] = [
  [
    'dataAge',
    { age: 5000, limits: { maximumQuoteAge: 5000 } },
    { age: 5001, limits: { maximumQuoteAge: 5000 } },
    'quotes must be at most 5 s old, are 5.001 s',
  ],
  [
    'lossPerTrade',
    { limits: { maximumLossPerTrade: 480 } },
    { limits: { maximumLossPerTrade: 479.99 } },
    'the worst loss must be at most $479.99, is $480',
  ],
  [
    'dayLoss',
    { state: { profitAtStops: -330 }, limits: { dayLossLimit: 600 } },
    { state: { profitAtStops: -332.4 }, limits: { dayLossLimit: 600 } },
    'with it the loss at stops is 85.4 % of the day limit; 85 % is allowed',
  ],
  [
    'dayLoss',
    { state: { dayProfit: -330 }, limits: { dayLossLimit: 600 } },
    { state: { dayProfit: -345 }, limits: { dayLossLimit: 600 } },
    'with it the loss at stops is 87.5 % of the day limit; 85 % is allowed',
  ],
  [
    'lots',
    { limits: { lotsPerOrder: 2 } },
    { limits: { lotsPerOrder: 1 } },
    'size must be from 1 to 1, is 2',
  ],
  [
    'contracts',
    { state: { openContracts: 16 }, limits: { openContracts: 24 } },
    { state: { openContracts: 17 }, limits: { openContracts: 24 } },
    'open contracts must be at most 24, would be 25',
  ],
  [
    'structures',
    { state: { openStructures: 2 }, limits: { openStructures: 3 } },
    { state: { openStructures: 3 }, limits: { openStructures: 3 } },
    'structures held must be at most 3, would be 4',
  ],
  [
    'exposure',
    { state: { exposure: 4400 }, limits: { exposure: 5000 } },
    { state: { exposure: 4400.5 }, limits: { exposure: 5000 } },
    'exposure must be at most $5,000, would be $5,000.50',
  ],
  [
    'trades',
    { state: { tradesOpened: 11 }, limits: { tradesPerSession: 12 } },
    { state: { tradesOpened: 12 }, limits: { tradesPerSession: 12 } },
    'trades of a session must be at most 12, would be 13',
  ],
]

test.each(BOUNDS)('%s: allows the limit itself and refuses beyond it with both figures', (...row) => {
  const [rule, within, beyond, sentence] = row
  expect(refusalOf(within)).toBeUndefined()
  expect(refusalOf(beyond)).toEqual({ rule, sentence })
})

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses to open %s lots', quantity => {
  expect(refusalOf({ proposal: { quantity } })).toEqual({
    rule: 'lots',
    sentence: `size must be from 1 to 100, is ${quantity}`,
  })
})

test('profit of the day makes room for the stop of the next trade, a loss takes it', () => {
  const limits = { dayLossLimit: 200 }
  expect(refusalOf({ limits })?.rule).toBe('dayLoss')
  expect(refusalOf({ limits, state: { dayProfit: 10, profitAtStops: 10 } })).toBeUndefined()
  expect(refusalOf({ limits, state: { dayProfit: 10, profitAtStops: 9 } })?.rule).toBe('dayLoss')
  expect(refusalOf({ limits, state: { dayProfit: 9, profitAtStops: 10 } })?.rule).toBe('dayLoss')
})

test('refuses where a leg is not quoted at all, however long quotes may be', () => {
  const limits = { maximumQuoteAge: 600_000 }
  expect(refusalOf({ age: Number.POSITIVE_INFINITY, limits })).toEqual({
    rule: 'dataAge',
    sentence: 'quotes must be at most 600 s old, are unknown',
  })
})

test.each([
  ['dataAge', { age: Number.NaN }],
  ['lossPerTrade', { proposal: { atWorst: Number.NaN } }],
  ['dayLoss', { proposal: { atStop: Number.NaN } }],
  ['dayLoss', { state: { dayProfit: Number.NaN } }],
  ['contracts', { state: { openContracts: Number.NaN } }],
  ['exposure', { proposal: { margin: Number.NaN } }],
  ['trades', { state: { tradesOpened: Number.NaN } }],
] satisfies readonly [string, Given][])('refuses by %s where a figure is not a number', (rule, given) => {
  expect(refusalOf(given)?.rule).toBe(rule)
})

test.each(SHUT)('refuses by %s what the state of the desk shuts: %o', (rule, state) => {
  expect(refusalOf({ state })?.rule).toBe(rule)
  expect(firstRefusal(stateChecks({ ...OPEN_DESK, ...state }))?.rule).toBe(rule)
})

test.each([
  [{ phase: 'guard' }, 'the session must be open for new risk, is "guard"'],
  [{ account: 'unsure' }, 'the account must be confirmed as paper or live'],
  [{ lockout: LOCKOUT }, 'locked out until the next session, the day lost $612.50'],
  [{ isFlattening: true }, 'everything is being flattened'],
  [{ isHalted: true }, 'trading is halted'],
  [{ isMemoryDown: true }, 'the database must answer before new risk is taken'],
] satisfies readonly [Partial<RiskState>, string][])(
  'says why %o is no moment for risk',
  (state, sentence) => {
    expect(refusalOf({ state })?.sentence).toBe(sentence)
  },
)

test('names a lockout before flattening and flattening before a halt', () => {
  const all = { lockout: LOCKOUT, isFlattening: true, isHalted: true }
  expect(refusalOf({ state: all })?.sentence).toMatch(/^locked out/)
  expect(refusalOf({ state: { ...all, lockout: undefined } })?.sentence).toMatch(/flattened/)
})

test('gives the first broken rule where several are broken', () => {
  const refusal = refusalOf({ state: { isMemoryDown: true, exposure: 1e9 }, age: 1e9 })
  expect(refusal?.rule).toBe('memory')
})

const CLOSING_PHASES: readonly [SessionPhase, boolean][] = [
  ['closed', false],
  ['preflight', false],
  ['session', true],
  ['guard', true],
  ['lastTrades', true],
  ['watch', false],
]

test.each(CLOSING_PHASES)('in phase "%s" a close may go out: %s', (phase, isAllowed) => {
  const refusal = firstRefusal(closingChecks(1, 1, { ...OPEN_DESK, phase }))
  const sentence = `options must be trading, the session is "${phase}"`
  expect(refusal).toEqual(isAllowed ? undefined : { rule: 'session', sentence })
  expect(firstRefusal(tradableChecks({ ...OPEN_DESK, phase }))).toEqual(refusal)
})

test('nothing is closed in an account that may be the wrong one', () => {
  expect(firstRefusal(closingChecks(1, 1, { ...OPEN_DESK, account: 'unsure' }))?.rule).toBe('account')
})

test.each([
  [1, 0],
  [3, 2],
  [0, 2],
  [-1, 2],
  [0.5, 2],
  [Number.NaN, 2],
  [1, Number.NaN],
  [1, -1],
])('refuses to close %s lots of %s held', (quantity, held) => {
  expect(firstRefusal(closingChecks(quantity, held, OPEN_DESK))).toEqual({
    rule: 'reduceOnly',
    sentence: `a close must be from 1 to the ${held} held, was ${quantity}`,
  })
})

test('warnings of the day loss rise, and the last is where only closing is left', () => {
  expect([...DAY_LOSS_WARNINGS].sort((one, other) => one - other)).toEqual([...DAY_LOSS_WARNINGS])
  expect(DAY_LOSS_WARNINGS.at(-1)).toBe(CLOSING_ONLY_FROM)
  expect(CLOSING_ONLY_FROM).toBeLessThan(1)
})

test('the limits of a first day let one ordinary condor through and not ten', () => {
  expect(firstRefusal(openingChecks(proposalOf(CONDOR, 1), 0, OPEN_DESK, DEFAULT_LIMITS))).toBeUndefined()
  expect(firstRefusal(openingChecks(proposalOf(CONDOR, 10), 0, OPEN_DESK, DEFAULT_LIMITS))?.rule).toBe(
    'lossPerTrade',
  )
})
