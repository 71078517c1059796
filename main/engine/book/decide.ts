import type { Command } from '../../contract/commands.ts'
import type { EpochMilliseconds } from '../../core/base/units.ts'
import { isSameSizing } from '../../core/risk/kelly.ts'
import { ALERT_KINDS, type AlertRule } from '../../core/risk/alerts.ts'
import type { BrokerEvent } from '../event.ts'
import {
  acceptSuggestion,
  lapseSuggestion,
  modifySuggestion,
  previewSuggestion,
  rateOutcome,
  rejectSuggestion,
} from './answers.ts'
import { leaveSession, liveOneBeat } from './beat.ts'
import { openBook, openOrders, type Book } from './book.ts'
import type { BookEvent, BookMark, SuggestionRules } from './bookEvent.ts'
import { acceptFill, endOrder, placeClosing, urgentWalk } from './orders.ts'
import { isOpenOrder } from '../../core/portfolio/order.ts'
import { reversed } from '../../core/portfolio/structure.ts'
import { armKeys, continueFlatten, disarmKeys, flattenAll, keepPositions } from './safety.ts'
import { createStep, done, refused, type CommandReply, type Step } from './step.ts'
import { takeEvaluation } from './suggestions.ts'
import { announceLatency, announceLoss, raise } from './watch.ts'

/** What one event did to the book: facts, effects, and the reply where it was a command. */
export interface Decided {
  readonly step: Step
  readonly reply: CommandReply
}

/**
 * Works one event into the book. A pure function of book and event: the journal lives a day again through it. A broken
 * rule of the program stops trading at once; what was recorded before it stays.
 */
export function decide(book: Book, event: BookEvent): Decided {
  const step = createStep(book)
  try {
    return { step, reply: workIn(step, event) }
  } catch (cause) {
    return { step, reply: halt(step, cause instanceof Error ? cause.message : String(cause), event.time) }
  }
}

function halt(step: Step, rule: string, time: EpochMilliseconds): CommandReply {
  if (step.book.halted === undefined) {
    step.record({ kind: 'halted', rule })
    step.cause({ kind: 'cancelAll' })
    raise(step, 'halt', rule, time, 'Trading is halted', `${rule}. Data keeps flowing; closing still works.`)
  }
  return refused('refused', 'Trading is halted: a rule of the program was broken.')
}

function workIn(step: Step, event: BookEvent): CommandReply {
  switch (event.kind) {
    case 'sessionOpened':
      leaveSession(step, event.time)
      openBook(step.book, event)
      step.record({ kind: 'sessionOpened', session: event.session, time: event.time })
      return done()
    case 'beat':
      liveOneBeat(step, event.mark)
      return done()
    case 'evaluated':
      takeEvaluation(step, event.evaluation, event.mark)
      return done()
    case 'command':
      return obey(step, event)
    case 'broker':
      hearBroker(step, event.event, event.mark)
      return done()
    case 'sessionResumed':
      renewSizing(step, event.rules)
      return done()
    case 'slowDecision':
      announceLatency(step, event.latency, event.time)
      return done()
    case 'dependencyLost':
      if (step.book.lost.has(event.dependency)) return done()
      step.record(event)
      announceLoss(step, event.dependency, event.reason, event.time)
      return done()
    case 'dependencyRestored':
      if (step.book.lost.has(event.dependency)) step.record(event)
      return done()
    case 'failed':
      return halt(step, event.rule, event.time)
  }
}

function obey(step: Step, event: Extract<BookEvent, { kind: 'command' }>): CommandReply {
  const { command, mark, smile } = event
  switch (command.name) {
    case 'suggestion/accept':
      return acceptSuggestion(step, command.request, mark)
    case 'suggestion/modify':
      return modifySuggestion(step, command.request, mark, smile)
    case 'suggestion/preview':
      return previewSuggestion(step.book, command.request, mark, smile)
    case 'suggestion/reject':
      return rejectSuggestion(step, command.request, mark)
    case 'suggestion/lapse':
      return lapseSuggestion(step, command.request)
    case 'outcome/rate':
      return rateOutcome(step, command.request)
    case 'killSwitch/flatten':
      return flattenAll(step, command.request, mark)
    case 'killSwitch/keep':
      return keepPositions(step, mark.time)
    case 'order/cancel':
      return cancelOrder(step, command.request.id)
    case 'position/close':
      return closePosition(step, command.request.id, mark)
    default:
      return setUp(step, command, mark)
  }
}

type SetUpCommand = Extract<
  Command,
  {
    name:
      | 'keys/arm'
      | 'keys/disarm'
      | 'limits/set'
      | 'sizing/set'
      | 'reasons/set'
      | 'alerts/setRules'
      | 'alerts/see'
  }
>

function setUp(step: Step, command: SetUpCommand, mark: BookMark): CommandReply {
  switch (command.name) {
    case 'keys/arm':
      return armKeys(step, command.request.minutes, mark.time)
    case 'keys/disarm':
      return disarmKeys(step)
    case 'limits/set':
      step.record({ kind: 'limitsSet', limits: command.request })
      return done()
    case 'sizing/set':
      step.record({ kind: 'sizingSet', sizing: command.request, isChosen: true })
      return done()
    case 'reasons/set':
      step.record({ kind: 'reasonsSet', reasons: command.request.reasons })
      return done()
    case 'alerts/setRules':
      return setAlertRules(step, command.request.rules)
    case 'alerts/see':
      step.record({ kind: 'alertsSeen', ids: command.request.ids })
      return done()
  }
}

/** The settings of today say how lots are counted, unless the trader has chosen himself. The rest is as the session began. */
function renewSizing(step: Step, { sizing }: SuggestionRules): void {
  const { book } = step
  if (!sizing || book.isSizingChosen || isSameSizing(sizing, book.sizing)) return
  step.record({ kind: 'sizingSet', sizing, isChosen: false })
}

function setAlertRules(
  step: Step,
  rules: readonly {
    readonly kind: string
    readonly isOn: boolean
    readonly threshold?: number | undefined
  }[],
): CommandReply {
  const known: AlertRule[] = []
  for (const rule of rules) {
    const kind = ALERT_KINDS.find(name => name === rule.kind)
    if (!kind) return refused('badRequest', `rules: "${rule.kind}" is no kind of alert`)
    known.push({
      kind,
      isOn: rule.isOn,
      ...(rule.threshold === undefined ? {} : { threshold: rule.threshold }),
    })
  }
  step.record({ kind: 'alertRulesSet', rules: known })
  return done()
}

function cancelOrder(step: Step, id: string): CommandReply {
  const order = step.book.orders.get(id)
  if (!order) return refused('notFound', `no order is called "${id}"`)
  if (order.status !== 'working' && order.status !== 'sending')
    return refused('notOpen', `the order is ${order.status} already`)
  step.cause({ kind: 'cancel', order: id })
  return done()
}

function closePosition(step: Step, decision: string, mark: BookMark): CommandReply {
  const position = step.book.positions.get(decision)
  if (!position || position.quantity === 0) return refused('notFound', `no position is called "${decision}"`)
  const walk = urgentWalk(reversed(position.structure.legs), mark)
  if (!walk) return refused('held', 'a leg is not offered; the position cannot be priced')
  const refusal = placeClosing(step, position, walk, 'close', mark)
  return refusal ? refused('refused', `Risk: ${refusal.sentence}.`) : done()
}

function hearBroker(step: Step, event: BrokerEvent, mark: BookMark): void {
  switch (event.kind) {
    case 'orderAcknowledged': {
      const order = step.book.orders.get(event.order)
      if (order?.status === 'sending')
        step.record({ kind: 'orderChanged', order: { ...order, status: 'working' } })
      return
    }
    case 'orderFilled':
      acceptFill(step, event.fill, mark)
      return
    case 'orderCancelled':
      endOrder(step, event.order, 'cancelled', event.note)
      continueFlatten(step, mark)
      return
    case 'orderRejected':
      endOrder(step, event.order, 'rejected', event.note)
      return
    case 'accountConfirmed':
      step.record({ kind: 'accountConfirmed', id: event.id, mode: event.mode })
      return
    case 'reconciled':
      reconcile(step, event, mark)
  }
}

/**
 * Brings the book to what the broker says: orders that left just before a crash are adopted, fills it missed come in,
 * and orders that the broker does not work any more are dead.
 */
function reconcile(step: Step, event: Extract<BrokerEvent, { kind: 'reconciled' }>, mark: BookMark): void {
  const { book } = step
  for (const order of event.orders) {
    if (!book.orders.has(order.id) && book.decisions.has(order.decision))
      step.record({ kind: 'orderPlaced', order: { ...order, filled: 0 } })
  }
  const known = new Set(book.fills.map(fill => fill.id))
  const missing = event.fills.filter(fill => !known.has(fill.id) && book.orders.has(fill.order))
  for (const fill of missing) acceptFill(step, fill, mark)
  const working = new Set(event.orders.filter(isOpenOrder).map(order => order.id))
  for (const order of openOrders(book)) {
    // What left after the broker spoke is not in what it said
    if (order.time > event.time) continue
    if (working.has(order.id)) {
      if (order.status === 'sending')
        step.record({ kind: 'orderChanged', order: { ...order, status: 'working' } })
    } else {
      endOrder(step, order.id, 'cancelled', 'not worked by the broker any more')
    }
  }
  step.record({ kind: 'reconciled', time: event.time, missing: missing.length })
}
