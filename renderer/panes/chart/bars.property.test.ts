import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { averagePrices, gatherBars, withRunningBar, type Bar } from './bars.ts'

const MINUTE = 60_000
const START = Date.parse('2026-11-20T14:30:00Z')

/** Minutes of a session, some missing, prices in whole dollars so that sums are exact. */
const sessions = fc
  .array(
    fc.record({
      isThere: fc.boolean(),
      open: fc.integer({ min: 680, max: 700 }),
      close: fc.integer({ min: 680, max: 700 }),
      above: fc.nat(5),
      below: fc.nat(5),
      volume: fc.nat(1000),
    }),
    { maxLength: 60 },
  )
  .map(minutes =>
    minutes.flatMap(({ isThere, open, close, above, below, volume }, minute): Bar[] => {
      const [high, low] = [Math.max(open, close) + above, Math.min(open, close) - below]
      return isThere ? [{ time: START + minute * MINUTE, open, high, low, close, volume }] : []
    }),
  )

const sizes = fc.constantFrom(5, 15)
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

test('longer bars lose nothing: volume, extremes, the first and the last price stay', () => {
  fc.assert(
    fc.property(sessions, sizes, (bars, minutes) => {
      const gathered = gatherBars(bars, minutes)
      expect(sum(gathered.map(bar => bar.volume))).toBe(sum(bars.map(bar => bar.volume)))
      expect(Math.max(...gathered.map(bar => bar.high))).toBe(Math.max(...bars.map(bar => bar.high)))
      expect(Math.min(...gathered.map(bar => bar.low))).toBe(Math.min(...bars.map(bar => bar.low)))
      expect(gathered[0]?.open).toBe(bars[0]?.open)
      expect(gathered.at(-1)?.close).toBe(bars.at(-1)?.close)
    }),
  )
})

test('longer bars rise in time, each on the grid of the hour, and hold just the minutes that are theirs', () => {
  fc.assert(
    fc.property(sessions, sizes, (bars, minutes) => {
      const gathered = gatherBars(bars, minutes)
      const span = minutes * MINUTE
      expect(gathered.map(bar => bar.time)).toEqual([
        ...new Set(bars.map(bar => bar.time - (bar.time % span))),
      ])
      for (const bar of gathered) {
        const own = bars.filter(({ time }) => time >= bar.time && time < bar.time + span)
        expect(bar).toEqual({
          time: bar.time,
          open: own[0]?.open,
          close: own.at(-1)?.close,
          high: Math.max(...own.map(({ high }) => high)),
          low: Math.min(...own.map(({ low }) => low)),
          volume: sum(own.map(({ volume }) => volume)),
        })
      }
    }),
  )
})

test('bars of fifteen are the same through bars of five, and bars of one are the bars', () => {
  fc.assert(
    fc.property(sessions, bars => {
      expect(gatherBars(gatherBars(bars, 5), 15)).toEqual(gatherBars(bars, 15))
      expect(gatherBars(bars, 1)).toEqual(bars)
    }),
  )
})

test('a session told bar by bar, each as it runs, ends as the session', () => {
  fc.assert(
    fc.property(sessions, bars => {
      let shown: readonly Bar[] = []
      for (const bar of bars) {
        const young = { ...bar, high: bar.open, low: bar.open, close: bar.open, volume: 0 }
        shown = withRunningBar(withRunningBar(shown, young), bar)
      }
      expect(shown).toEqual(bars)
    }),
  )
})

test('without a running bar, or with one of the past, the bars stay the very same', () => {
  fc.assert(
    fc.property(
      sessions.filter(bars => bars.length > 1),
      bars => {
        expect(withRunningBar(bars, undefined)).toBe(bars)
        expect(withRunningBar(bars, bars[0])).toBe(bars)
      },
    ),
  )
})

test('the average price lies between the extremes so far, and is that of the volume', () => {
  fc.assert(
    fc.property(sessions, bars => {
      const averages = averagePrices(bars)
      expect(averages).toHaveLength(bars.length)
      averages.forEach((average, index) => {
        const far = bars.slice(0, index + 1)
        expect(average).toBeLessThanOrEqual(Math.max(...far.map(bar => bar.high)) + 1e-9)
        expect(average).toBeGreaterThanOrEqual(Math.min(...far.map(bar => bar.low)) - 1e-9)
      })
      const traded = bars.filter(bar => bar.volume > 0)
      const typical = traded.map(bar => ((bar.high + bar.low + bar.close) / 3) * bar.volume)
      const last = averagePrices(traded).at(-1) ?? 0
      expect(last * sum(traded.map(bar => bar.volume))).toBeCloseTo(sum(typical), 4)
    }),
  )
})

test('an index without volume has the plain average', () => {
  const bar = { open: 10, high: 12, low: 9, close: 9, volume: 0 }
  expect(
    averagePrices([
      { time: 0, ...bar },
      { time: MINUTE, ...bar, close: 12 },
    ]),
  ).toEqual([10, 10.5])
})
