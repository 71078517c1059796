import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { tradingSession } from './calendar.ts'
import { minutesSinceOpen, minutesToClose, phaseAt, yearsToClose, type SessionPhase } from './phase.ts'

const USUAL = tradingSession('2026-11-20')
const SHORT = tradingSession('2026-11-27')
const MINUTE = 60_000

const BOUNDARIES = [
  ['preflight', 'closed', 'preflight'],
  ['open', 'preflight', 'session'],
  ['guard', 'session', 'guard'],
  ['close', 'guard', 'lastTrades'],
  ['lastTrade', 'lastTrades', 'watch'],
  ['watchEnd', 'watch', 'closed'],
] as const

test.each(BOUNDARIES)('the mark %s ends the phase %s and begins %s', (mark, before, after) => {
  for (const session of [USUAL, SHORT]) {
    expect(phaseAt(session, session[mark] - 1)).toBe(before)
    expect(phaseAt(session, session[mark])).toBe(after)
  }
})

test('a day passes through its phases in order and never back', () => {
  const order: readonly SessionPhase[] = ['closed', 'preflight', 'session', 'guard', 'lastTrades', 'watch']
  fc.assert(
    fc.property(
      fc.constantFrom(USUAL, SHORT),
      fc.array(fc.integer({ min: -60, max: 800 }), { minLength: 2, maxLength: 20 }),
      (session, minutes) => {
        const times = minutes.map(minute => session.open + minute * MINUTE).toSorted((a, b) => a - b)
        const phases = times.filter(time => time < session.watchEnd).map(time => phaseAt(session, time))
        const ranks = phases.map(phase => order.indexOf(phase))
        expect(ranks.toSorted((a, b) => a - b)).toEqual(ranks)
      },
    ),
  )
})

test('another day is closed, before and after', () => {
  expect(phaseAt(USUAL, SHORT.open)).toBe('closed')
  expect(phaseAt(SHORT, USUAL.open)).toBe('closed')
})

test('minutes count from the open and to the close, which is not passed', () => {
  expect(minutesSinceOpen(USUAL, USUAL.open - 90_000)).toBe(-1.5)
  expect(minutesSinceOpen(USUAL, USUAL.close)).toBe(390)
  expect(minutesToClose(USUAL, USUAL.open)).toBe(390)
  expect(minutesToClose(SHORT, SHORT.open)).toBe(210)
  expect(minutesToClose(USUAL, USUAL.lastTrade)).toBe(0)
})

test('inside a session the two counts add up to its length, and time to the close only shrinks', () => {
  const length = (USUAL.close - USUAL.open) / MINUTE
  const inside = fc.integer({ min: USUAL.open, max: USUAL.close })
  fc.assert(
    fc.property(inside, inside, (a, b) => {
      expect(minutesSinceOpen(USUAL, a) + minutesToClose(USUAL, a)).toBeCloseTo(length, 9)
      expect(yearsToClose(USUAL, Math.max(a, b))).toBeLessThanOrEqual(yearsToClose(USUAL, Math.min(a, b)))
    }),
  )
})

test('a year of volatility has 525,600 minutes', () => {
  expect(yearsToClose(USUAL, USUAL.close - 365 * 24 * 60 * MINUTE)).toBe(1)
  expect(yearsToClose(USUAL, USUAL.close - 5 * MINUTE)).toBeCloseTo(5 / 525_600, 15)
  expect(yearsToClose(USUAL, USUAL.close)).toBe(0)
})
