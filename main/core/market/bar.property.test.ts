import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { extendBars, minuteOf, volumeWeightedAveragePrice, type Bar } from './bar.ts'

const OPEN = Date.UTC(2026, 10, 20, 14, 30)
const MINUTE = 60_000

interface Trade {
  readonly price: number
  readonly volume: number
  readonly time: number
}

const trade: fc.Arbitrary<Trade> = fc.record({
  price: fc.integer({ min: 60_000, max: 70_000 }).map(cents => cents / 100),
  volume: fc.nat(1000),
  time: fc.integer({ min: OPEN, max: OPEN + 8 * MINUTE }),
})
const trades = fc.array(trade, { minLength: 1, maxLength: 60 })

function barsOf(trades: readonly Trade[]): Bar[] {
  const bars: Bar[] = []
  for (const { price, volume, time } of trades) extendBars(bars, price, volume, time)
  return bars
}

test('a minute starts on the minute and holds its instants', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: OPEN * 2 }), time => {
      const minute = minuteOf(time)
      expect(minute % MINUTE).toBe(0)
      expect(time - minute >= 0 && time - minute < MINUTE).toBe(true)
    }),
  )
})

test('bars of trades in order are what sorting the trades into minutes gives', () => {
  fc.assert(
    fc.property(trades, trades => {
      const inOrder = trades.toSorted((a, b) => a.time - b.time)
      const minutes = Map.groupBy(inOrder, trade => trade.time - (trade.time % MINUTE))
      const expected = [...minutes].map(([time, group]) => {
        const prices = group.map(trade => trade.price)
        const volume = group.reduce((sum, trade) => sum + trade.volume, 0)
        const [high, low] = [Math.max(...prices), Math.min(...prices)]
        return { time, open: prices[0], high, low, close: prices.at(-1), volume }
      })
      expect(barsOf(inOrder)).toEqual(expected)
    }),
  )
})

test('a trade of a minute that is over changes nothing, so bars only rise in time', () => {
  fc.assert(
    fc.property(trades, trade, (trades, late) => {
      const bars = barsOf(trades)
      for (const [index, bar] of bars.entries()) {
        expect(bar.time > (bars[index - 1]?.time ?? 0)).toBe(true)
        expect(bar.low <= Math.min(bar.open, bar.close)).toBe(true)
        expect(bar.high >= Math.max(bar.open, bar.close)).toBe(true)
      }
      const before = structuredClone(bars)
      extendBars(bars, late.price, late.volume, (bars.at(-1)?.time ?? 0) - 1)
      expect(bars).toEqual(before)
    }),
  )
})

test('a bar that was handed out is never changed', () => {
  const bars = barsOf([{ price: 690, volume: 5, time: OPEN }])
  const [first] = bars
  extendBars(bars, 691, 3, OPEN + 1000)
  expect(first).toEqual({ time: OPEN, open: 690, high: 690, low: 690, close: 690, volume: 5 })
  expect(bars).toEqual([{ time: OPEN, open: 690, high: 691, low: 690, close: 691, volume: 8 }])
})

test('the volume-weighted average price lies inside the day and moves with the prices', () => {
  fc.assert(
    fc.property(trades, fc.integer({ min: -100, max: 100 }), (trades, shift) => {
      const bars = barsOf(trades)
      const average = volumeWeightedAveragePrice(bars)
      expect(average).toBeGreaterThanOrEqual(Math.min(...bars.map(bar => bar.low)) - 1e-9)
      expect(average).toBeLessThanOrEqual(Math.max(...bars.map(bar => bar.high)) + 1e-9)
      const moved = bars.map(bar => ({
        ...bar,
        high: bar.high + shift,
        low: bar.low + shift,
        close: bar.close + shift,
      }))
      expect(volumeWeightedAveragePrice(moved)).toBeCloseTo(average + shift, 8)
    }),
  )
})

test('a bar weighs what was traded in it; without volumes all bars weigh the same; without bars there is no average', () => {
  const bar = (price: number, volume: number): Bar => ({
    time: OPEN,
    open: price,
    high: price + 1,
    low: price - 1,
    close: price,
    volume,
  })
  expect(volumeWeightedAveragePrice([bar(100, 300), bar(200, 100)])).toBeCloseTo(125, 12)
  expect(volumeWeightedAveragePrice([bar(100, 0), bar(200, 0)])).toBeCloseTo(150, 12)
  expect(volumeWeightedAveragePrice([])).toBeNaN()
})
