import type { Dependency } from '../event.ts'
import { dollarWords } from '../../core/base/dollarWords.ts'
import type { EpochMilliseconds, Milliseconds } from '../../core/base/units.ts'
import { legKey } from '../../core/portfolio/structure.ts'
import type { Position } from '../../core/portfolio/position.ts'
import { activeRule, isSilenced, type AlertKind } from '../../core/risk/alerts.ts'
import { DAY_LOSS_WARNINGS } from '../../core/risk/limits.ts'
import { dayProfit, openProfitAt, riskStateAt } from './accounts.ts'
import { heldPositions } from './book.ts'
import type { BookMark } from './bookEvent.ts'
import { cancelOpenings } from './orders.ts'
import type { Step } from './step.ts'

/** Looks over the book once a beat: the day's loss and its lockout first, then everything worth telling. */
export function watchBook(step: Step, mark: BookMark): void {
  watchDayLoss(step, mark)
  watchExposure(step, mark)
  for (const position of heldPositions(step.book)) {
    watchLoss(step, position, mark)
    watchShortLegs(step, position, mark)
  }
  watchSilence(step, mark)
}

/** Tells that the guard has begun and which short legs could be assigned. */
export function announceGuard(step: Step, mark: BookMark): void {
  for (const position of heldPositions(step.book)) {
    const shorts = position.structure.legs
      .filter(leg => leg.ratio < 0)
      .map(leg => `${leg.strike} ${leg.right}`)
    raise(
      step,
      'guard',
      position.decision,
      mark.time,
      `Guard: short ${shorts.join(' and ')}`,
      `Held into the last half hour, spot ${mark.spot.toFixed(2)}. A short leg in the money at the close is assigned.`,
    )
  }
}

/** Tells that an outside thing is gone. */
export function announceLoss(
  step: Step,
  dependency: Dependency,
  reason: string,
  time: EpochMilliseconds,
): void {
  const names = {
    feed: 'Feed gone',
    broker: 'Broker gone',
    memory: 'Database gone',
    policy: 'AI gone',
  } as const
  const follows = {
    feed: 'No order from old quotes; exits wait for fresh ones.',
    broker: 'Orders wait. What rests at the broker stands.',
    memory: 'Trading goes on; nothing is learned and new suggestions stop.',
    policy: 'Suggestions stop. Exits, limits and the kill switch go on.',
  } as const
  raise(step, dependency, dependency, time, names[dependency], `${reason}. ${follows[dependency]}`)
}

/** Tells that a decision took longer than the trader wants to wait. */
export function announceLatency(step: Step, latency: Milliseconds, time: EpochMilliseconds): void {
  const rule = activeRule(step.book.alertRules, 'latency')
  if (!rule || latency <= (rule.threshold ?? 1000)) return
  raise(step, 'latency', 'decision', time, 'A decision was slow', `It took ${(latency / 1000).toFixed(2)} s.`)
}

/** Writes an alert, unless its kind is switched off or the same was told in the last minutes. */
export function raise(
  step: Step,
  kind: AlertKind,
  subject: string,
  time: EpochMilliseconds,
  title: string,
  body: string,
): void {
  const { book } = step
  if (!activeRule(book.alertRules, kind) || isSilenced(book.alerts, kind, subject, time)) return
  const alert = {
    id: `${book.session?.id ?? 'start'}!${book.alerts.length + 1}`,
    kind,
    subject,
    time,
    title,
    body,
    isSeen: false,
  }
  step.record({ kind: 'alerted', alert })
}

function watchDayLoss(step: Step, mark: BookMark): void {
  const { book } = step
  const { total } = dayProfit(book, mark)
  const limit = book.limits.dayLossLimit
  if (total <= -limit && !book.lockout && book.session) {
    step.record({
      kind: 'lockedOut',
      lockout: { since: mark.time, session: book.session.date, dayLoss: -total },
    })
    if (book.keysArmedUntil !== undefined) step.record({ kind: 'keysDisarmed' })
    cancelOpenings(step)
    raise(
      step,
      'lockout',
      book.session.id,
      mark.time,
      'Locked out until the next session',
      `Day loss ${money(-total)}. Closing still works.`,
    )
    return
  }
  const passed = DAY_LOSS_WARNINGS.findLast(share => total <= -limit * share)
  const isTold =
    passed !== undefined &&
    book.alerts.some(alert => alert.kind === 'dayLoss' && alert.subject === String(passed))
  if (passed === undefined || isTold || book.lockout) return
  const follows = passed >= 0.85 ? 'Only closing orders from here.' : `Locks at ${money(limit)}.`
  raise(
    step,
    'dayLoss',
    String(passed),
    mark.time,
    `Day loss at ${Math.round((-total / limit) * 100)} % of its limit`,
    `${money(-total)} of ${money(limit)}. ${follows}`,
  )
}

function watchExposure(step: Step, mark: BookMark): void {
  const rule = activeRule(step.book.alertRules, 'exposure')
  if (!rule) return
  const share = riskStateAt(step.book, mark).exposure / step.book.limits.exposure
  if (share > (rule.threshold ?? 0.8)) {
    raise(
      step,
      'exposure',
      'book',
      mark.time,
      `Exposure at ${Math.round(share * 100)} %`,
      `${money(share * step.book.limits.exposure)} of ${money(step.book.limits.exposure)}.`,
    )
  }
}

function watchLoss(step: Step, position: Position, mark: BookMark): void {
  const rule = activeRule(step.book.alertRules, 'loss')
  const profit = openProfitAt(step.book, position, mark)
  if (!rule || profit > -(rule.threshold ?? 100)) return
  raise(
    step,
    'loss',
    position.decision,
    mark.time,
    `Open loss of ${money(-profit)}`,
    `${position.structure.legs.map(leg => leg.strike).join('/')}; the stop buys back at ${position.exit.stop.toFixed(2)}.`,
  )
}

function watchShortLegs(step: Step, position: Position, mark: BookMark): void {
  const nearness = activeRule(step.book.alertRules, 'shortStrike')
  const delta = activeRule(step.book.alertRules, 'shortDelta')
  for (const leg of position.structure.legs) {
    if (leg.ratio > 0) continue
    const name = `${leg.strike} ${leg.right}`
    const distance = leg.right === 'put' ? mark.spot - leg.strike : leg.strike - mark.spot
    const moves = mark.expectedMove === undefined ? undefined : distance / mark.expectedMove
    if (nearness && moves !== undefined && moves < (nearness.threshold ?? 1)) {
      raise(
        step,
        'shortStrike',
        name,
        mark.time,
        `Short ${name}: ${Math.max(0, moves).toFixed(1)} moves left`,
        `Spot ${mark.spot.toFixed(2)}, strike ${distance.toFixed(2)} away. The stop buys back at ${position.exit.stop.toFixed(2)}.`,
      )
    }
    const size = Math.abs(mark.legs[legKey(leg)]?.delta ?? Number.NaN)
    if (delta && size > (delta.threshold ?? 0.3)) {
      raise(
        step,
        'shortDelta',
        name,
        mark.time,
        `Short ${name}: delta ${size.toFixed(2)}`,
        `Over ${(delta.threshold ?? 0.3).toFixed(2)}. Spot ${mark.spot.toFixed(2)}.`,
      )
    }
  }
}

function watchSilence(step: Step, mark: BookMark): void {
  const rule = activeRule(step.book.alertRules, 'lateData')
  const limit = Math.max(rule?.threshold ?? 5000, step.book.quoteInterval * 1.5)
  const isTrading = step.book.phase === 'session' || step.book.phase === 'guard'
  if (!rule || !isTrading || mark.silence <= limit) return
  raise(
    step,
    'lateData',
    'feed',
    mark.time,
    `Feed is late: ${(mark.silence / 1000).toFixed(1)} s`,
    'Suggestions pause. They return by themselves.',
  )
}

function money(amount: number): string {
  return dollarWords(Math.round(amount))
}
