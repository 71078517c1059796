import type { EpochMilliseconds, Milliseconds } from '../base/units.ts'

/** What the trader is told about without having asked. */
export const ALERT_KINDS = [
  'dayLoss',
  'loss',
  'exposure',
  'shortStrike',
  'shortDelta',
  'guard',
  'lateData',
  'latency',
  'lockout',
  'flatten',
  'feed',
  'broker',
  'memory',
  'policy',
  'halt',
] as const

export type AlertKind = (typeof ALERT_KINDS)[number]

/** One rule: on or off, and from which figure on, where it has one. */
export interface AlertRule {
  readonly kind: AlertKind
  readonly isOn: boolean
  /** Dollars, shares of a limit, expected moves, delta or milliseconds, as the kind says. */
  readonly threshold?: number
}

/** One alert as it was raised. */
export interface Alert {
  readonly id: string
  readonly kind: AlertKind
  /** What it is about, so that the same thing is not told twice. */
  readonly subject: string
  readonly time: EpochMilliseconds
  readonly title: string
  readonly body: string
  readonly isSeen: boolean
}

/** How long the same alert about the same thing stays silent. */
export const ALERT_SILENCE: Milliseconds = 5 * 60_000

/** The rules of a first day. */
export const DEFAULT_ALERT_RULES: readonly AlertRule[] = [
  { kind: 'dayLoss', isOn: true },
  { kind: 'loss', isOn: true, threshold: 100 },
  { kind: 'exposure', isOn: true, threshold: 0.8 },
  { kind: 'shortStrike', isOn: true, threshold: 1 },
  { kind: 'shortDelta', isOn: true, threshold: 0.3 },
  { kind: 'guard', isOn: true },
  { kind: 'lateData', isOn: true, threshold: 5000 },
  { kind: 'latency', isOn: true, threshold: 1000 },
  { kind: 'lockout', isOn: true },
  { kind: 'flatten', isOn: true },
  { kind: 'feed', isOn: true },
  { kind: 'broker', isOn: true },
  { kind: 'memory', isOn: true },
  { kind: 'policy', isOn: true },
  { kind: 'halt', isOn: true },
]

/** The rule of a kind, undefined where the trader switched it off. */
export function activeRule(rules: readonly AlertRule[], kind: AlertKind): AlertRule | undefined {
  return rules.find(rule => rule.kind === kind && rule.isOn)
}

/** Whether the same alert about the same subject was raised within the silence before an instant. */
export function isSilenced(
  alerts: readonly Alert[],
  kind: AlertKind,
  subject: string,
  time: EpochMilliseconds,
): boolean {
  return alerts.some(
    alert =>
      alert.kind === kind &&
      alert.subject === subject &&
      time - alert.time < ALERT_SILENCE &&
      time >= alert.time,
  )
}
