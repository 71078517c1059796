import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { newYorkClock } from '../core/session/newYork.ts'
import { isRetrainingDue, lastRetraining, nextRetraining } from './retrainingSchedule.ts'

const HOUR = 3_600_000
const WEEK = 168 * HOUR
const instant = fc.integer({ min: Date.UTC(2010, 0, 1), max: Date.UTC(2060, 0, 1) })
const platform = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/New_York',
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

test('it is the next Sunday at two by the clocks of New York, whatever the season', () => {
  fc.assert(
    fc.property(instant, now => {
      const next = nextRetraining(now)
      expect(next).toBeGreaterThan(now)
      expect(next - now).toBeLessThanOrEqual(WEEK + HOUR)
      // In the night that has no two o'clock it is three
      expect(platform.format(next)).toMatch(/^Sun,? 0[23]:00$/)
      expect(newYorkClock(next)).toMatch(/^0[23]:00:00$/)
      expect(nextRetraining(next - 1)).toBe(next)
      expect(lastRetraining(next)).toBe(next)
      expect(lastRetraining(next - 1)).toBeLessThanOrEqual(now)
    }),
    { numRuns: 2000 },
  )
})

test.each([
  ['an ordinary week', '2026-11-20T12:00:00-05:00', '2026-11-22T02:00:00-05:00'],
  ['the minute itself is past', '2026-11-22T02:00:00-05:00', '2026-11-29T02:00:00-05:00'],
  ['clocks go forward: no two o’clock', '2026-03-07T12:00:00-05:00', '2026-03-08T03:00:00-04:00'],
  [
    'clocks go back: two o’clock once, after the hour that comes twice',
    '2026-10-31T12:00:00-04:00',
    '2026-11-01T02:00:00-05:00',
  ],
])('%s', (_name, now, next) => {
  expect(new Date(nextRetraining(Date.parse(now))).toISOString()).toBe(new Date(next).toISOString())
})

test('one start makes up for a missed week once', () => {
  fc.assert(
    fc.property(instant, instant, (now, done) => {
      const isDue = isRetrainingDue(now, done)
      expect(isDue).toBe(nextRetraining(done) <= now)
      expect(isRetrainingDue(now, now)).toBe(false)
    }),
    { numRuns: 1000 },
  )
})
