import { expect, test } from 'vitest'
import { Desk } from '../../fixtures/desk.ts'
import type { DeskMarket } from '../../fixtures/deskMarket.ts'
import { CONDOR, WIDE_LIMITS } from '../../fixtures/trades.ts'
import { ALERT_SILENCE, DEFAULT_ALERT_RULES, type AlertKind } from '../../core/risk/alerts.ts'

const MINUTES = 60_000

const alerts = (desk: Desk, kind: AlertKind) => desk.book.alerts.filter(alert => alert.kind === kind)

/** A desk that holds a condor, with every alert but one switched off. */
function listening(kind: AlertKind, threshold?: number): Desk {
  const desk = new Desk().open()
  desk.hold(CONDOR)
  const rule = DEFAULT_ALERT_RULES.find(entry => entry.kind === kind)
  setRules(desk, [{ kind, isOn: true, threshold: threshold ?? rule?.threshold }])
  return desk
}

function setRules(
  desk: Desk,
  rules: readonly { kind: string; isOn: boolean; threshold?: number | undefined }[],
): void {
  desk.send({ name: 'alerts/setRules', request: { rules: [...rules] } })
}

/** What raises each alert, by the change of the market that does it. */
const RAISED: readonly (readonly [AlertKind, Partial<DeskMarket>, string])[] = [
  ['loss', { spot: 684 }, 'Open loss of $'],
  ['shortStrike', { spot: 688.9 }, 'Short 686 put: 1.0 moves left'],
  ['shortDelta', { spot: 688 }, 'Short 686 put: delta 0.'],
  ['lateData', { silence: 5001 }, 'Feed is late: 5.0 s'],
  ['guard', { time: new Desk().times.guard }, 'Guard: short 686 put and 694 call'],
]

test.each(RAISED)('%s is told once where its figure is passed, and not before', (kind, change, title) => {
  const desk = listening(kind)
  desk.beat({ time: desk.market.time + 1000 })
  expect(alerts(desk, kind)).toEqual([])
  desk.beat(change)
  desk.pass(5)
  const [alert, ...more] = alerts(desk, kind)
  expect(alert?.title).toContain(title)
  expect(alert?.isSeen).toBe(false)
  expect(more).toEqual([])
})

test.each(RAISED)('%s is not told where the trader switched it off', (kind, change) => {
  const desk = listening(kind)
  setRules(desk, [{ kind, isOn: false }])
  desk.beat(change)
  expect(desk.book.alerts).toEqual([])
})

test('what goes on is told again after five minutes, and not a moment earlier', () => {
  const desk = listening('lateData')
  desk.beat({ silence: 6000 })
  const since = desk.market.time
  desk.beat({ time: since + ALERT_SILENCE - 1 })
  expect(alerts(desk, 'lateData')).toHaveLength(1)
  desk.beat({ time: since + ALERT_SILENCE })
  expect(alerts(desk, 'lateData')).toHaveLength(2)
  expect(new Set(desk.book.alerts.map(alert => alert.id)).size).toBe(2)
})

test('a threshold that the trader moved holds from the next beat on', () => {
  const desk = listening('loss', 500)
  desk.beat({ spot: 684 })
  expect(alerts(desk, 'loss')).toEqual([])
  setRules(desk, [{ kind: 'loss', isOn: true, threshold: 50 }])
  desk.beat()
  expect(alerts(desk, 'loss')).toHaveLength(1)
})

test('exposure is told beyond its share of the limit, not at it', () => {
  const desk = listening('exposure', 0.8)
  const limit = (exposure: number) => desk.send({ name: 'limits/set', request: { ...WIDE_LIMITS, exposure } })
  limit(375)
  desk.beat()
  expect(alerts(desk, 'exposure')).toEqual([])
  limit(374)
  desk.beat()
  expect(alerts(desk, 'exposure')).toMatchObject([{ title: 'Exposure at 80 %', body: '$300 of $374.' }])
})

test('the day loss is told once at each of its shares, however often it comes back, and at last locks out', () => {
  const desk = listening('dayLoss')
  setRules(desk, [
    { kind: 'dayLoss', isOn: true },
    { kind: 'lockout', isOn: true },
  ])
  const limit = (dayLossLimit: number) =>
    desk.send({ name: 'limits/set', request: { ...WIDE_LIMITS, dayLossLimit } })
  const told = () => desk.book.alerts.map(alert => [alert.kind, alert.subject])
  desk.beat({ spot: 685 })
  for (const share of [0.49, 0.51, 0.3, 0.51, 0.71, 0.86, 0.69]) {
    desk.market = { ...desk.market, time: desk.market.time + 6 * MINUTES }
    limit(lossOf(desk) / share)
    desk.beat()
  }
  expect(told()).toEqual([
    ['dayLoss', '0.5'],
    ['dayLoss', '0.7'],
    ['dayLoss', '0.85'],
  ])
  limit(lossOf(desk))
  desk.beat()
  expect(told().at(-1)).toEqual(['lockout', '2026-11-20 made up'])
  limit(lossOf(desk) * 2)
  desk.beat()
  expect(told()).toHaveLength(4)
})

/** What the condor that was sold for 0.58 has lost at mid, with its fees of opening. */
function lossOf(desk: Desk): number {
  const { legs } = desk.mark()
  const cost = CONDOR.legs.reduce((sum, leg) => {
    const quote = legs[`${leg.right === 'put' ? 'P' : 'C'}${leg.strike}`]
    return sum - (leg.ratio * ((quote?.bid ?? 0) + (quote?.ask ?? 0))) / 2
  }, 0)
  return 100 * (cost - 0.58) + 4 * 0.7 - 1e-9
}

test('an outside thing that is lost is told once, and again where it was lost anew later', () => {
  const desk = new Desk().open()
  const lose = () =>
    desk.tell({ kind: 'dependencyLost', time: desk.market.time, dependency: 'policy', reason: 'it died' })
  const find = () =>
    desk.tell({ kind: 'dependencyRestored', time: desk.market.time, dependency: 'policy' }).step.facts
  expect(find()).toEqual([])
  lose()
  expect(lose().step.facts).toEqual([])
  expect(desk.book.lost.get('policy')).toEqual({ since: desk.market.time, reason: 'it died' })
  expect(find()).toHaveLength(1)
  desk.pass(301)
  lose()
  expect(alerts(desk, 'policy')).toMatchObject([
    { title: 'AI gone', body: 'it died. Suggestions stop. Exits, limits and the kill switch go on.' },
    { title: 'AI gone' },
  ])
})

test.each([
  [1000, 0],
  [1001, 1],
] as const)('a decision of %i ms is told %i times where a second is the limit', (latency, times) => {
  const desk = new Desk().open()
  desk.tell({ kind: 'slowDecision', time: desk.market.time, latency })
  expect(alerts(desk, 'latency')).toHaveLength(times)
})

test('a feed that speaks rarely is late only after one and a half of its intervals', () => {
  const desk = listening('lateData')
  desk.book.quoteInterval = 60_000
  desk.beat({ silence: 90_000 })
  expect(alerts(desk, 'lateData')).toEqual([])
  desk.beat({ silence: 90_001 })
  expect(alerts(desk, 'lateData')).toHaveLength(1)
})

test('alerts that were seen are marked, the others are not', () => {
  const desk = new Desk().open()
  desk.hold(CONDOR)
  desk.beat({ spot: 684, silence: 6000 })
  const ids = desk.book.alerts.map(alert => alert.id)
  expect(ids.length).toBeGreaterThan(2)
  desk.send({ name: 'alerts/see', request: { ids: ids.slice(0, 1) } })
  expect(desk.book.alerts.map(alert => alert.isSeen)).toEqual(ids.map((_, index) => index === 0))
})
