import type { BookSession, Fact, Flattening, RunningAttribution } from '../../contract/audits.ts'
import { present } from '../../core/base/assert.ts'
import type { Dollars, EpochMilliseconds, Milliseconds } from '../../core/base/units.ts'
import { NOTHING_REMEMBERED, type Recollection } from '../../core/memory/recollection.ts'
import type { Decision } from '../../core/policy/decision.ts'
import { firstPreference, type Preference } from '../../core/policy/preference.ts'
import { firstQuality, type Quality } from '../../core/policy/quality.ts'
import { isOpenOrder, type Fill, type Order } from '../../core/portfolio/order.ts'
import type { Position } from '../../core/portfolio/position.ts'
import { DEFAULT_ALERT_RULES, type Alert, type AlertRule } from '../../core/risk/alerts.ts'
import { DEFAULT_SIZING, type Sizing } from '../../core/risk/kelly.ts'
import { DEFAULT_LIMITS, type Limits } from '../../core/risk/limits.ts'
import type { Lockout } from '../../core/risk/riskState.ts'
import type { SessionTimes } from '../../core/session/calendar.ts'
import type { SessionPhase } from '../../core/session/phase.ts'
import type { Dependency } from '../event.ts'
import type { Account, Carried, Loss, SuggestionRules } from './bookEvent.ts'
import { learnFromAnswer, learnFromOutcome } from './lessons.ts'
import { restoredModel, restoredPreference, storedModel, storedPreference } from './storedModels.ts'

/** Reasons offered for a no, until the trader edits them. */
const DEFAULT_REASONS: readonly string[] = ['Too close', 'Price', 'Size', 'Direction', 'Timing', 'Other']

/** Everything of a session that must never be lost. Only `applyFact` changes it, and only the engine calls that. */
export interface Book {
  session: BookSession | undefined
  times: SessionTimes | undefined
  rules: SuggestionRules | undefined
  quoteInterval: Milliseconds
  phase: SessionPhase
  account: Account
  readonly decisions: Map<string, Decision>
  readonly orders: Map<string, Order>
  fills: Fill[]
  /** By the decision they came from. */
  readonly positions: Map<string, Position>
  readonly attributions: Map<string, RunningAttribution>
  dayCurve: { readonly time: EpochMilliseconds; readonly profit: Dollars }[]
  alerts: Alert[]
  preference: Preference
  quality: Quality
  recollection: Recollection
  limits: Limits
  sizing: Sizing
  /** Whether the trader chose it; else the settings said so. */
  isSizingChosen: boolean
  reasons: readonly string[]
  alertRules: readonly AlertRule[]
  lockout: Lockout | undefined
  flattening: Flattening | undefined
  keysArmedUntil: EpochMilliseconds | undefined
  halted: string | undefined
  readonly lost: Map<Dependency, Loss>
}

/** A book in which nothing has happened. */
export function createBook(): Book {
  return {
    session: undefined,
    times: undefined,
    rules: undefined,
    quoteInterval: 1000,
    phase: 'closed',
    account: { id: '', mode: 'unsure' },
    decisions: new Map(),
    orders: new Map(),
    fills: [],
    positions: new Map(),
    attributions: new Map(),
    dayCurve: [],
    alerts: [],
    preference: firstPreference(),
    quality: firstQuality(),
    recollection: NOTHING_REMEMBERED,
    limits: DEFAULT_LIMITS,
    sizing: DEFAULT_SIZING,
    isSizingChosen: false,
    reasons: DEFAULT_REASONS,
    alertRules: DEFAULT_ALERT_RULES,
    lockout: undefined,
    flattening: undefined,
    keysArmedUntil: undefined,
    halted: undefined,
    lost: new Map(),
  }
}

/** What the next session takes over from a book. */
export function carriedFrom(book: Book): Carried {
  return {
    preference: storedPreference(book.preference),
    quality: storedModel(book.quality),
    recollection: { ...book.recollection, suggestionsThisSession: 0 },
    limits: book.limits,
    ...(book.isSizingChosen ? { sizing: book.sizing } : {}),
    reasons: book.reasons,
    alertRules: book.alertRules,
    account: book.account,
    lost: [...book.lost],
  }
}

/** Empties the book for a new session and puts in what is taken over. */
export function openBook(
  book: Book,
  opening: {
    readonly times: SessionTimes
    readonly rules: SuggestionRules
    readonly carried: Carried
    readonly quoteInterval: Milliseconds
  },
): void {
  const { carried } = opening
  Object.assign(book, createBook(), {
    account: carried.account,
    lost: new Map(carried.lost),
    times: opening.times,
    rules: opening.rules,
    quoteInterval: opening.quoteInterval,
    preference: restoredPreference(carried.preference),
    quality: restoredModel(carried.quality),
    recollection: carried.recollection,
    limits: carried.limits,
    sizing: carried.sizing ?? opening.rules.sizing ?? DEFAULT_SIZING,
    isSizingChosen: carried.sizing !== undefined,
    reasons: carried.reasons,
    alertRules: carried.alertRules,
  } satisfies Partial<Book>)
}

/** Puts one fact in its place. The same facts in the same order always give the same book. */
export function applyFact(book: Book, fact: Fact): void {
  switch (fact.kind) {
    case 'sessionOpened':
      book.session = fact.session
      return
    case 'phaseChanged':
      book.phase = fact.phase
      return
    case 'suggested':
      book.decisions.set(fact.decision.id, fact.decision)
      if (fact.decision.status === 'open' && fact.decision.proposal) {
        const count = book.recollection.suggestionsThisSession + 1
        book.recollection = { ...book.recollection, suggestionsThisSession: count }
      }
      return
    case 'answered':
      book.decisions.set(fact.decision.id, fact.decision)
      Object.assign(book, learnFromAnswer(book, fact.decision))
      return
    case 'scored':
      book.decisions.set(fact.decision.id, fact.decision)
      Object.assign(book, learnFromOutcome(book, fact.decision))
      return
    case 'lapsed':
    case 'rated':
      book.decisions.set(fact.decision.id, fact.decision)
      return
    default:
      applyMoneyFact(book, fact)
  }
}

type ThoughtFact = Extract<
  Fact,
  { kind: 'sessionOpened' | 'phaseChanged' | 'suggested' | 'answered' | 'scored' | 'lapsed' | 'rated' }
>

function applyMoneyFact(book: Book, fact: Exclude<Fact, ThoughtFact>): void {
  switch (fact.kind) {
    case 'orderPlaced':
    case 'orderChanged':
    case 'orderRefused':
      book.orders.set(fact.order.id, fact.order)
      return
    case 'filled':
      book.fills = [...book.fills, fact.fill]
      book.orders.set(fact.order.id, fact.order)
      book.positions.set(fact.position.decision, fact.position)
      return
    case 'settled':
      book.positions.set(fact.position.decision, fact.position)
      return
    case 'attributed':
      for (const entry of fact.attributions) book.attributions.set(entry.decision, entry)
      book.dayCurve = [...book.dayCurve, { time: fact.time, profit: fact.dayProfit }]
      return
    case 'reconciled':
      return
    default:
      applyStateFact(book, fact)
  }
}

type MoneyFact = Extract<
  Fact,
  {
    kind: 'orderPlaced' | 'orderChanged' | 'orderRefused' | 'filled' | 'settled' | 'attributed' | 'reconciled'
  }
>

function applyStateFact(book: Book, fact: Exclude<Fact, ThoughtFact | MoneyFact>): void {
  switch (fact.kind) {
    case 'alerted':
      book.alerts = [...book.alerts, fact.alert]
      return
    case 'alertsSeen':
      book.alerts = book.alerts.map(alert =>
        fact.ids.includes(alert.id) ? { ...alert, isSeen: true } : alert,
      )
      return
    case 'lockedOut':
      book.lockout = fact.lockout
      return
    case 'flattenStarted':
      book.flattening = fact.flattening
      return
    case 'flattenKept':
    case 'flattenEnded':
      book.flattening = undefined
      return
    case 'keysArmed':
      book.keysArmedUntil = fact.until
      return
    case 'keysDisarmed':
      book.keysArmedUntil = undefined
      return
    case 'limitsSet':
      book.limits = fact.limits
      return
    case 'sizingSet':
      book.sizing = fact.sizing
      book.isSizingChosen = fact.isChosen
      return
    case 'reasonsSet':
      book.reasons = fact.reasons
      return
    case 'alertRulesSet':
      book.alertRules = fact.rules
      return
    case 'accountConfirmed':
      book.account = { id: fact.id, mode: fact.mode }
      return
    case 'dependencyLost':
      book.lost.set(fact.dependency, { since: fact.time, reason: fact.reason })
      return
    case 'dependencyRestored':
      book.lost.delete(fact.dependency)
      return
    case 'halted':
      book.halted = fact.rule
  }
}

/** The suggestion or wait that is in front of the trader. */
export function openDecision(book: Book): Decision | undefined {
  for (const decision of book.decisions.values()) if (decision.status === 'open') return decision
  return undefined
}

/** Positions with lots in them. */
export function heldPositions(book: Book): Position[] {
  return [...book.positions.values()].filter(position => position.quantity > 0)
}

/** Orders that can still trade. */
export function openOrders(book: Book): Order[] {
  return [...book.orders.values()].filter(isOpenOrder)
}

/** Whether nothing is held and no order can still trade. */
export function isFlat(book: Book): boolean {
  return heldPositions(book).length === 0 && openOrders(book).length === 0
}

/** The plan and cadence of the session; a session must be open. */
export function rulesOf(book: Book): SuggestionRules {
  return present(book.rules, 'a session is open')
}
