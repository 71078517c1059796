import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { STAGES, createStageClock } from './stages.ts'

const KEPT = 4096

/** The value that a share of a list lies at or below, by counting. */
function naivePercentile(times: readonly number[], share: number): number {
  const candidates = times.filter(time => times.filter(other => other <= time).length > share * times.length)
  return Math.min(...candidates)
}

const anyTimes = fc.array(fc.double({ min: 0, max: 1e4, noNaN: true }), {
  minLength: 1,
  maxLength: 150,
  size: 'max',
})

test('percentiles are those that counting gives', () => {
  fc.assert(
    fc.property(anyTimes, fc.constantFrom(...STAGES), (times, stage) => {
      const clock = createStageClock()
      for (const time of times) clock.note(stage, time)
      expect(clock.times(stage)).toEqual({
        count: times.length,
        p50: naivePercentile(times, 0.5),
        p95: naivePercentile(times, 0.95),
        p99: naivePercentile(times, 0.99),
      })
    }),
  )
})

test('percentiles rise, lie among the samples, and do not depend on their order', () => {
  fc.assert(
    fc.property(anyTimes, times => {
      const [clock, backwards] = [createStageClock(), createStageClock()]
      for (const time of times) clock.note('book', time)
      for (const time of [...times].reverse()) backwards.note('book', time)
      const { p50, p95, p99 } = clock.times('book')
      expect(p50 <= p95 && p95 <= p99).toBe(true)
      for (const value of [p50, p95, p99]) expect(times).toContain(value)
      expect(backwards.times('book')).toEqual(clock.times('book'))
    }),
  )
})

test('only the latest samples count, and all are counted', () => {
  const clock = createStageClock()
  for (let sample = 0; sample < KEPT; sample += 1) clock.note('pricing', 1000)
  for (let sample = 0; sample < KEPT; sample += 1) clock.note('pricing', sample)
  const { count, p50, p99 } = clock.times('pricing')
  expect([count, p50, p99]).toEqual([2 * KEPT, KEPT / 2, Math.floor(0.99 * KEPT)])
  clock.note('pricing', 1e6)
  expect(clock.times('pricing').p50).toBe(KEPT / 2 + 1)
})

test('stages are kept apart, and one that was never measured has no times', () => {
  const clock = createStageClock()
  clock.note('commit', 7)
  expect(clock.times('commit')).toEqual({ count: 1, p50: 7, p95: 7, p99: 7 })
  expect(clock.times('decision')).toEqual({ count: 0, p50: 0, p95: 0, p99: 0 })
})
