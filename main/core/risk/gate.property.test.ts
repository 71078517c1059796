import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  LOCKOUT,
  SHUT,
  anyLimits,
  anyOpenState,
  anyState,
  anyTrade,
  cents,
  openingOf,
} from '../../fixtures/risks.ts'
import { OPEN_DESK, WIDE_LIMITS } from '../../fixtures/trades.ts'
import type { Proposal } from '../policy/proposal.ts'
import { closingChecks, firstRefusal, openingChecks, type GateCheck } from './gate.ts'
import type { Limits } from './limits.ts'
import type { RiskState } from './riskState.ts'

const anySize = fc.integer({ min: 1, max: 12 })
const anyAge = fc.integer({ min: 0, max: 20_000 })
const anyOpening = fc.tuple(anyTrade, anySize).map(([trade, quantity]) => openingOf(trade, quantity))

interface Case {
  readonly proposal: Proposal
  readonly age: number
  readonly state: RiskState
  readonly limits: Limits
}

const anyCase: fc.Arbitrary<Case> = fc.record({
  proposal: anyOpening,
  age: anyAge,
  state: anyState,
  limits: anyLimits,
})

const checksOf = ({ proposal, age, state, limits }: Case) => openingChecks(proposal, age, state, limits)
const brokenRules = (checks: readonly GateCheck[]) =>
  checks.filter(check => !check.passed).map(check => check.rule)

/** Ways to take more risk than in a case, each by an amount of dollars. */
const MORE_RISK: readonly ((given: Case, by: number) => Case)[] = [
  (given, by) => ({ ...given, age: given.age + by }),
  (given, by) => ({ ...given, proposal: { ...given.proposal, atWorst: given.proposal.atWorst - by } }),
  (given, by) => ({ ...given, proposal: { ...given.proposal, atStop: given.proposal.atStop - by } }),
  (given, by) => ({ ...given, proposal: { ...given.proposal, margin: given.proposal.margin + by } }),
  given => ({ ...given, proposal: { ...given.proposal, quantity: given.proposal.quantity + 1 } }),
  (given, by) => ({ ...given, state: { ...given.state, dayProfit: given.state.dayProfit - by } }),
  (given, by) => ({ ...given, state: { ...given.state, profitAtStops: given.state.profitAtStops - by } }),
  (given, by) => ({ ...given, state: { ...given.state, exposure: given.state.exposure + by } }),
  given => ({ ...given, state: { ...given.state, openContracts: given.state.openContracts + 1 } }),
  given => ({ ...given, state: { ...given.state, openStructures: given.state.openStructures + 1 } }),
  given => ({ ...given, state: { ...given.state, tradesOpened: given.state.tradesOpened + 1 } }),
  given => ({ ...given, state: { ...given.state, phase: 'guard' } }),
  given => ({ ...given, state: { ...given.state, account: 'unsure' } }),
  given => ({ ...given, state: { ...given.state, lockout: LOCKOUT } }),
  given => ({ ...given, state: { ...given.state, isFlattening: true } }),
  given => ({ ...given, state: { ...given.state, isHalted: true } }),
  given => ({ ...given, state: { ...given.state, isMemoryDown: true } }),
  (given, by) => ({
    ...given,
    limits: { ...given.limits, maximumLossPerTrade: given.limits.maximumLossPerTrade - by },
  }),
  (given, by) => ({ ...given, limits: { ...given.limits, exposure: given.limits.exposure - by } }),
  given => ({ ...given, limits: { ...given.limits, lotsPerOrder: given.limits.lotsPerOrder - 1 } }),
]

test('more risk, or a narrower limit, never mends a broken rule', () => {
  fc.assert(
    fc.property(anyCase, fc.constantFrom(...MORE_RISK), cents(0, 500), (given, worsen, by) => {
      const after = brokenRules(checksOf(worsen(given, by)))
      expect(after).toEqual(expect.arrayContaining(brokenRules(checksOf(given))))
    }),
    { numRuns: 1000 },
  )
})

test('more lots of the same trade never turn a refusal into an approval', () => {
  const anyTwo = fc.record({ trade: anyTrade, lots: anySize, more: anySize, state: anyOpenState })
  fc.assert(
    fc.property(anyTwo, anyLimits, ({ trade, lots, more, state }, limits) => {
      const [few, many] = [lots, lots + more].map(quantity =>
        firstRefusal(openingChecks(openingOf(trade, quantity), 0, state, limits)),
      )
      expect(few === undefined || many !== undefined).toBe(true)
    }),
  )
})

test.each(SHUT)('refuses every opening by %s under %o, whatever else holds', (rule, shut) => {
  fc.assert(
    fc.property(anyOpening, anyAge, anyOpenState, (proposal, age, state) => {
      const checks = openingChecks(proposal, age, { ...state, ...shut }, WIDE_LIMITS)
      expect(firstRefusal(checks)?.rule).toBe(rule)
    }),
    { numRuns: 30 },
  )
})

/** An amount in hundredths of a cent, in which every limit of whole cents is a whole number. */
const whole = (dollars: number) => Math.round(dollars * 10_000)

test('refuses exactly where one of its rules, told in plain figures, is broken', () => {
  fc.assert(
    fc.property(anyCase, given => {
      const { proposal, age, state, limits } = given
      const isAllowed = [
        state.phase === 'session' && state.account !== 'unsure' && !state.isMemoryDown,
        state.lockout === undefined && !state.isFlattening && !state.isHalted,
        age <= limits.maximumQuoteAge,
        whole(-proposal.atWorst) <= whole(limits.maximumLossPerTrade),
        whole(Math.min(state.dayProfit, state.profitAtStops)) + whole(proposal.atStop) >=
          -whole(0.85 * limits.dayLossLimit),
        proposal.quantity <= limits.lotsPerOrder,
        state.openContracts + proposal.legs.length * proposal.quantity <= limits.openContracts,
        state.openStructures + 1 <= limits.openStructures,
        whole(state.exposure + proposal.margin) <= whole(limits.exposure),
        state.tradesOpened + 1 <= limits.tradesPerSession,
      ].every(Boolean)
      expect(firstRefusal(checksOf(given)) === undefined).toBe(isAllowed)
    }),
    { numRuns: 1000 },
  )
})

test('a sentence shows a figure beyond the one allowed exactly where the rule is broken', () => {
  const figures = /at most \$?([\d.,]+)(?: s old)?, (?:is|are|would be) \$?([\d.,]+)/
  const amount = (digits = '') => Number(digits.replaceAll(',', ''))
  const tellsOf = ({ sentence }: GateCheck) => {
    const [, allowed, found] = figures.exec(sentence) ?? []
    return allowed === undefined ? [] : [amount(found) <= amount(allowed)]
  }
  fc.assert(
    fc.property(anyCase, given => {
      const told = checksOf(given).filter(check => tellsOf(check).length > 0)
      expect(told).toHaveLength(6)
      expect(told.flatMap(tellsOf)).toEqual(told.map(check => check.passed))
    }),
    { numRuns: 500 },
  )
})

test('the first refusal is one of the checks, word for word', () => {
  fc.assert(
    fc.property(anyCase, given => {
      const checks = checksOf(given)
      const refusal = firstRefusal(checks)
      const first = checks.find(check => !check.passed)
      expect(refusal).toEqual(first && { rule: first.rule, sentence: first.sentence })
    }),
  )
})

test('a close passes in lockout, while flattening, halted and without memory, whatever the day has lost', () => {
  fc.assert(
    fc.property(anyState, anySize, anySize, (state, lots, others) => {
      const trading: RiskState = { ...state, phase: 'guard', account: 'paper' }
      expect(firstRefusal(closingChecks(lots, lots + others, trading))).toBeUndefined()
    }),
  )
})

test('a close passes exactly from one lot to all that is held', () => {
  const anyCount = fc.integer({ min: -3, max: 12 })
  fc.assert(
    fc.property(anyCount, anyCount, (quantity, held) => {
      const passed = firstRefusal(closingChecks(quantity, held, OPEN_DESK)) === undefined
      expect(passed).toBe(quantity > 0 && quantity <= held)
    }),
  )
})
