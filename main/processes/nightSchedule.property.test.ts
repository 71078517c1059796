import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isNightDue, lastNight, nextNight } from './nightSchedule.ts'

const HOUR = 3_600_000
const instant = fc.integer({ min: Date.UTC(2010, 0, 1), max: Date.UTC(2060, 0, 1) })
const platform = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/New_York',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

test('a night begins at two by the clocks of New York, whatever the season', () => {
  fc.assert(
    fc.property(instant, now => {
      const next = nextNight(now)
      expect(next).toBeGreaterThan(now)
      expect(next - now).toBeLessThanOrEqual(25 * HOUR)
      // In the night that has no two o'clock it is three
      expect(platform.format(next)).toMatch(/^0[23]:00$/)
      expect(nextNight(next - 1)).toBe(next)
      expect(lastNight(next)).toBe(next)
      expect(lastNight(next - 1)).toBeLessThanOrEqual(now)
    }),
    { numRuns: 2000 },
  )
})

test('one start makes up for missed nights once, and never while a session runs', () => {
  fc.assert(
    fc.property(instant, instant, (now, done) => {
      expect(isNightDue(now, done, false)).toBe(nextNight(done) <= now)
      expect(isNightDue(now, now, false)).toBe(false)
      expect(isNightDue(now, done, true)).toBe(false)
    }),
    { numRuns: 1000 },
  )
})

test('a program that never had a night makes up for one', () => {
  expect(isNightDue(Date.UTC(2026, 10, 22, 15), 0, false)).toBe(true)
})
