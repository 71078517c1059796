import { expect, test } from 'vitest'
import { CALM, TIMES, clock, quoteOf } from '../../fixtures/market.ts'
import {
  minuteSmiles,
  predictBetween,
  predictQuote,
  type ContractQuote,
  type QuotedDay,
} from './minuteSmiles.ts'
import { localDeviations } from './smile.ts'

/** Ten minutes of quotes of a calm market; `volatilityAt` says how it is quoted in each. */
function dayOf(volatilityAt: (minute: number) => number, strikes = range(680, 700)): QuotedDay {
  const quotes: ContractQuote[] = []
  for (let minute = 0; minute < 10; minute += 1) {
    const shape = { ...CALM, time: clock(11, minute), volatility: volatilityAt(minute) }
    for (const strike of strikes) {
      for (const right of ['call', 'put'] as const) {
        const [bid, ask] = quoteOf(shape, right, strike)
        quotes.push({ time: shape.time, right, strike, bid, ask })
      }
    }
  }
  return { quotes, underlyingAt: () => CALM.spot, close: TIMES.close, until: clock(11, 12) }
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

test('every minute has a smile, to the last that is wanted', () => {
  const minutes = [...minuteSmiles(dayOf(() => 0.14))]
  expect(minutes.map(({ time }) => time)).toEqual(range(0, 12).map(minute => clock(11, minute)))
  expect(minutes.every(({ isFitted }) => isFitted)).toBe(true)
})

test('what comes later changes nothing before', () => {
  const calm = [...minuteSmiles(dayOf(() => 0.14))]
  const storm = [...minuteSmiles(dayOf(minute => (minute < 5 ? 0.14 : 0.6)))]
  expect(storm.slice(0, 5).map(({ smile }) => smile)).toEqual(calm.slice(0, 5).map(({ smile }) => smile))
  expect(storm[6]?.smile.atTheMoney).toBeGreaterThan(0.4)
})

test('a strike that was left out is predicted inside its bid and ask', () => {
  const minutes = [
    ...minuteSmiles(
      dayOf(
        () => 0.14,
        range(680, 700).filter(strike => strike % 2 === 0),
      ),
    ),
  ]
  for (const strike of [683, 687, 689, 691, 695]) {
    for (const right of ['call', 'put'] as const) {
      const last = minutes[9]
      const predicted = last && predictQuote(last, right, strike)
      const [bid, ask] = quoteOf({ ...CALM, time: clock(11, 9) }, right, strike)
      expect(predicted?.mid).toBeGreaterThanOrEqual(bid - 1e-9)
      expect(predicted?.mid).toBeLessThanOrEqual(ask + 1e-9)
      expect(predicted?.low).toBeLessThanOrEqual(predicted?.mid ?? 0)
      expect(predicted?.high).toBeGreaterThanOrEqual(predicted?.mid ?? 0)
    }
  }
})

test('a later expiry is never less spread out than a sooner one, also where its quotes say so or fall silent', () => {
  const today = [...minuteSmiles(dayOf(minute => (minute > 8 ? 0.5 : 0.2)))]
  // The whole move of the later day is quoted lower from the fifth minute on, and not at all after the tenth
  const close = TIMES.close + 24 * 3_600_000
  const nextDay = { ...dayOf(minute => (minute < 5 ? 0.4 : 0.1)), close, until: clock(11, 20) }
  const todayLonger = [...minuteSmiles({ ...dayOf(() => 0.2), until: clock(11, 20) })]
  for (const sooner of [today, todayLonger]) {
    const later = [...minuteSmiles(nextDay, sooner)]
    expect(later.length).toBeGreaterThan(10)
    for (const [minute, { smile }] of later.entries()) {
      const least = sooner[Math.min(minute, sooner.length - 1)]
      const local = least && localDeviations(least.smile)
      localDeviations(smile).forEach((deviation, segment) =>
        expect(deviation).toBeGreaterThanOrEqual((local?.[segment] ?? Number.NaN) * (1 - 1e-12)),
      )
    }
  }
})

test('between two expiries a quote is expected inside what both allow', () => {
  const close = TIMES.close + 72 * 3_600_000
  const today = [...minuteSmiles(dayOf(() => 0.14))]
  const later = [...minuteSmiles({ ...dayOf(() => 0.8), close }, today)]
  const [sooner, after] = [today[5], later[5]]
  if (!sooner || !after) throw new Error('both days must have a sixth minute')
  const [near, far] = [sooner.smile.years, after.smile.years]
  for (const strike of range(675, 705)) {
    const found = predictBetween(sooner, after, 0.7 * near + 0.3 * far, 'put', strike)
    expect(found?.low).toBeLessThanOrEqual(found?.mid ?? Number.NaN)
    expect(found?.high).toBeGreaterThanOrEqual(found?.mid ?? Number.NaN)
    for (const edge of [sooner, after]) {
      const there = predictBetween(sooner, after, edge.smile.years, 'put', strike)
      expect(there?.mid).toBeCloseTo(predictQuote(edge, 'put', strike).mid, 9)
    }
  }
})

test('before the underlying is known there is no smile', () => {
  const day = dayOf(() => 0.14)
  const late = { ...day, underlyingAt: (time: number) => (time < clock(11, 3) ? undefined : CALM.spot) }
  expect([...minuteSmiles(late)][0]?.time).toBe(clock(11, 3))
})

test('when quotes vanish the smile is carried on and says so', () => {
  const day = dayOf(() => 0.14)
  const vanished = day.quotes.map(quote => (quote.time > clock(11, 4) ? { ...quote, bid: 0, ask: 0 } : quote))
  const minutes = [...minuteSmiles({ ...day, quotes: vanished })]
  expect(minutes.map(({ isFitted }) => isFitted)).toEqual(range(0, 12).map(minute => minute <= 4))
  expect(minutes[8]?.smile.years).toBeLessThan(minutes[4]?.smile.years ?? 0)
})

test('at the close options are worth their exercise', () => {
  const day = dayOf(() => 0.14)
  const minutes = [...minuteSmiles({ ...day, close: clock(11, 11) })]
  const last = minutes.at(-1)
  expect(last && predictQuote(last, 'call', 685).mid).toBeCloseTo((last?.smile.forward ?? 0) - 685, 9)
  expect(last && predictQuote(last, 'put', 685).mid).toBe(0)
  expect(last?.time).toBe(clock(11, 12))
})

test('no quotes are no smiles', () => {
  expect([...minuteSmiles({ ...dayOf(() => 0.14), quotes: [] })]).toEqual([])
})
