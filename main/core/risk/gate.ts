import type { Milliseconds } from '../base/units.ts'
import { dollarWords } from '../base/dollarWords.ts'
import { roundTo } from '../base/statistics.ts'
import type { Proposal } from '../policy/proposal.ts'
import type { Limits } from './limits.ts'
import { CLOSING_ONLY_FROM, ROUNDING } from './limits.ts'
import type { RiskState } from './riskState.ts'

/** The rules of the gate by name. */
export type GateRule =
  | 'session'
  | 'account'
  | 'lockout'
  | 'memory'
  | 'dataAge'
  | 'lossPerTrade'
  | 'dayLoss'
  | 'lots'
  | 'contracts'
  | 'structures'
  | 'exposure'
  | 'trades'
  | 'reduceOnly'

/** A rule that an order breaks, in a sentence with its figures. */
export interface Refusal {
  readonly rule: GateRule
  readonly sentence: string
}

/** One rule held against one order. */
export interface GateCheck {
  readonly rule: GateRule
  readonly passed: boolean
  readonly sentence: string
}

/** What the rules weigh of a proposal. */
export type WeighedProposal = Pick<Proposal, 'legs' | 'quantity' | 'atStop' | 'atWorst' | 'margin'>

/** All rules for taking risk, held against a proposal; the order is refused where one does not pass. */
export function openingChecks(
  proposal: WeighedProposal,
  dataAge: Milliseconds,
  state: RiskState,
  limits: Limits,
): GateCheck[] {
  return [
    ...stateChecks(state),
    ...tradeChecks(proposal, dataAge, state, limits),
    ...totalChecks(proposal, state, limits),
  ]
}

/** The rules for taking any risk at all, whatever the trade. */
export function stateChecks(state: RiskState): GateCheck[] {
  return [
    check('session', state.phase === 'session', `the session must be open for new risk, is "${state.phase}"`),
    check('account', state.account !== 'unsure', 'the account must be confirmed as paper or live'),
    check('lockout', isOpenForRisk(state), lockoutSentence(state)),
    check('memory', !state.isMemoryDown, 'the database must answer before new risk is taken'),
  ]
}

function tradeChecks(
  proposal: WeighedProposal,
  dataAge: Milliseconds,
  state: RiskState,
  limits: Limits,
): GateCheck[] {
  const loss = -proposal.atWorst
  const atStops = -Math.min(0, state.profitAtStops + proposal.atStop, state.dayProfit + proposal.atStop)
  const allowed = limits.dayLossLimit * CLOSING_ONLY_FROM
  return [
    check(
      'dataAge',
      dataAge <= limits.maximumQuoteAge,
      `quotes must be at most ${seconds(limits.maximumQuoteAge)} old, are ${seconds(dataAge)}`,
    ),
    check(
      'lossPerTrade',
      loss <= limits.maximumLossPerTrade + ROUNDING,
      `the worst loss must be at most ${dollarWords(limits.maximumLossPerTrade)}, is ${dollarWords(loss)}`,
    ),
    check(
      'dayLoss',
      atStops <= allowed + ROUNDING,
      `with it the loss at stops is ${percent(atStops / limits.dayLossLimit)} of the day limit; ${percent(CLOSING_ONLY_FROM)} is allowed`,
    ),
    check(
      'lots',
      isLots(proposal.quantity) && proposal.quantity <= limits.lotsPerOrder,
      `size must be from 1 to ${limits.lotsPerOrder}, is ${proposal.quantity}`,
    ),
  ]
}

function totalChecks(proposal: WeighedProposal, state: RiskState, limits: Limits): GateCheck[] {
  const contracts = state.openContracts + proposal.legs.length * proposal.quantity
  const structures = state.openStructures + 1
  const exposure = state.exposure + proposal.margin
  const trades = state.tradesOpened + 1
  return [
    check(
      'contracts',
      contracts <= limits.openContracts,
      `open contracts must be at most ${limits.openContracts}, would be ${contracts}`,
    ),
    check(
      'structures',
      structures <= limits.openStructures,
      `structures held must be at most ${limits.openStructures}, would be ${structures}`,
    ),
    check(
      'exposure',
      exposure <= limits.exposure + ROUNDING,
      `exposure must be at most ${dollarWords(limits.exposure)}, would be ${dollarWords(exposure)}`,
    ),
    check(
      'trades',
      trades <= limits.tradesPerSession,
      `trades of a session must be at most ${limits.tradesPerSession}, would be ${trades}`,
    ),
  ]
}

/** All rules for giving risk back: it must only give back, and there must be a market and a confirmed account. */
export function closingChecks(quantity: number, held: number, state: RiskState): GateCheck[] {
  return [
    ...tradableChecks(state),
    check(
      'reduceOnly',
      isLots(quantity) && quantity <= held,
      `a close must be from 1 to the ${held} held, was ${quantity}`,
    ),
  ]
}

/** The rules for sending any order at all: there must be a market and a confirmed account. */
export function tradableChecks(state: RiskState): GateCheck[] {
  const isTradable = state.phase === 'session' || state.phase === 'guard' || state.phase === 'lastTrades'
  return [
    check('session', isTradable, `options must be trading, the session is "${state.phase}"`),
    check('account', state.account !== 'unsure', 'the account must be confirmed as paper or live'),
  ]
}

/** The first rule that did not pass, as a refusal. */
export function firstRefusal(checks: readonly GateCheck[]): Refusal | undefined {
  const broken = checks.find(entry => !entry.passed)
  return broken && { rule: broken.rule, sentence: broken.sentence }
}

/** Whether nothing has shut new risk: no lockout, no flattening, no halt. */
function isOpenForRisk(state: RiskState): boolean {
  return !state.lockout && !state.isFlattening && !state.isHalted
}

function lockoutSentence(state: RiskState): string {
  if (state.lockout)
    return `locked out until the next session, the day lost ${dollarWords(state.lockout.dayLoss)}`
  if (state.isFlattening) return 'everything is being flattened'
  return 'trading is halted'
}

function check(rule: GateRule, passed: boolean, sentence: string): GateCheck {
  return { rule, passed, sentence }
}

function isLots(quantity: number): boolean {
  return Number.isInteger(quantity) && quantity >= 1
}

// Fine enough that a figure beyond a limit never reads like the limit
function percent(share: number): string {
  return `${roundTo(share * 100, 2)} %`
}

function seconds(age: Milliseconds): string {
  return Number.isFinite(age) ? `${roundTo(age / 1000, 3)} s` : 'unknown'
}
