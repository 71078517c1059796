import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  ALERT_KINDS,
  ALERT_SILENCE,
  DEFAULT_ALERT_RULES,
  activeRule,
  isSilenced,
  type Alert,
  type AlertRule,
} from './alerts.ts'

const NOON = Date.UTC(2026, 10, 20, 17)

function alertOf(given: Partial<Alert> = {}): Alert {
  const alert = { id: 'a1', kind: 'shortStrike', subject: '686 put', time: NOON, isSeen: false } as const
  return { ...alert, title: 'Short 686 put: 0.8 moves left', body: 'Spot 688.10.', ...given }
}

const silenced = (alert: Alert, time: number) => isSilenced([alert], 'shortStrike', '686 put', time)

test('on the first day every kind has one rule, and it is on', () => {
  expect(DEFAULT_ALERT_RULES.map(rule => rule.kind)).toEqual([...ALERT_KINDS])
  for (const kind of ALERT_KINDS) expect(activeRule(DEFAULT_ALERT_RULES, kind)?.kind).toBe(kind)
})

test.each([
  ['loss', 100],
  ['exposure', 0.8],
  ['latency', 1000],
] as const)('tells of %s from %s on, as the mission asks', (kind, threshold) => {
  expect(activeRule(DEFAULT_ALERT_RULES, kind)).toEqual({ kind, isOn: true, threshold })
})

test('finds the rule of a kind with its threshold, and none where it is switched off or missing', () => {
  const rules: readonly AlertRule[] = [
    { kind: 'loss', isOn: false, threshold: 50 },
    { kind: 'latency', isOn: true, threshold: 700 },
  ]
  expect(activeRule(rules, 'latency')).toEqual({ kind: 'latency', isOn: true, threshold: 700 })
  expect(activeRule(rules, 'loss')).toBeUndefined()
  expect(activeRule(rules, 'halt')).toBeUndefined()
})

test.each([
  ['at once', 0, true],
  ['a moment before five minutes', ALERT_SILENCE - 1, true],
  ['after five minutes', ALERT_SILENCE, false],
  ['before it was raised', -1, false],
])('the same alert is silenced %s: %i ms, %s', (_, after, isSilent) => {
  expect(ALERT_SILENCE).toBe(300_000)
  expect(silenced(alertOf(), NOON + after)).toBe(isSilent)
})

test('another kind or another subject is not silenced', () => {
  expect(silenced(alertOf({ kind: 'shortDelta' }), NOON)).toBe(false)
  expect(silenced(alertOf({ subject: '694 call' }), NOON)).toBe(false)
})

test('having been seen does not break the silence', () => {
  expect(silenced(alertOf({ isSeen: true }), NOON + 1000)).toBe(true)
})

test('telling only what is not silenced tells everything once, at least five minutes apart', () => {
  const anyKind = fc.constantFrom('loss', 'shortDelta')
  const anyWish = fc.record({ kind: anyKind, subject: fc.constantFrom('a', 'b'), wait: fc.nat(200_000) })
  fc.assert(
    fc.property(fc.array(anyWish, { minLength: 1, maxLength: 40 }), wishes => {
      const told: Alert[] = []
      let time = NOON
      for (const { kind, subject, wait } of wishes) {
        time += wait
        if (!isSilenced(told, kind, subject, time)) told.push(alertOf({ kind, subject, time }))
      }
      const about = (alert: Pick<Alert, 'kind' | 'subject'>) => `${alert.kind} ${alert.subject}`
      expect(new Set(told.map(about))).toEqual(new Set(wishes.map(about)))
      for (const name of new Set(told.map(about))) {
        const times = told.filter(alert => about(alert) === name).map(alert => alert.time)
        const gaps = times.slice(1).map((next, index) => next - (times[index] ?? next))
        expect(Math.min(ALERT_SILENCE, ...gaps)).toBe(ALERT_SILENCE)
      }
    }),
  )
})
