import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { cents } from '../../fixtures/risks.ts'
import { maximumDrawdown, performance } from './performance.ts'

const anyNet = cents(-400, 400)
const anyRow = fc.array(anyNet, { maxLength: 40 })
const anyLongRow = fc.array(anyNet, { minLength: 5, maxLength: 40 })
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

/** The running net after every trade, nothing at first. */
const curveOf = (nets: readonly number[]) =>
  Array.from({ length: nets.length + 1 }, (_, count) => sum(nets.slice(0, count)))

test('the deepest fall is the largest drop from any point of the curve to any later one', () => {
  fc.assert(
    fc.property(anyRow, nets => {
      const curve = curveOf(nets)
      const drops = curve.flatMap((peak, index) => curve.slice(index).map(trough => peak - trough))
      expect(maximumDrawdown(nets)).toBeCloseTo(Math.max(...drops), 6)
      expect(performance(nets).maximumDrawdown).toBe(maximumDrawdown(nets))
    }),
  )
})

test('the deepest fall is that of the row told backward with its signs turned', () => {
  fc.assert(
    fc.property(anyRow, nets => {
      const mirrored = [...nets].reverse().map(net => -net)
      const fall = maximumDrawdown(nets)
      const rise = Math.max(
        ...curveOf(mirrored).flatMap((low, index, all) => all.slice(index).map(high => high - low)),
      )
      expect(fall).toBeCloseTo(rise, 6)
      expect(fall).toBeGreaterThanOrEqual(Math.max(0, -sum(nets)) - 1e-9)
    }),
  )
})

test('net, count and share of winners are plain counts', () => {
  fc.assert(
    fc.property(fc.array(anyNet, { minLength: 1, maxLength: 40 }), nets => {
      const { trades, net, winRate } = performance(nets)
      let wins = 0
      for (const value of nets) wins += Number(value > 0)
      expect(trades).toBe(nets.length)
      expect(net).toBeCloseTo(sum(nets), 9)
      expect(winRate).toBeCloseTo(wins / nets.length, 12)
    }),
  )
})

test('the profit factor splits the net: what was won less what was lost', () => {
  fc.assert(
    fc.property(anyLongRow, nets => {
      const { profitFactor, net } = performance(nets)
      const lost = sum(nets.map(value => Math.max(0, -value)))
      fc.pre(lost > 0)
      expect((profitFactor ?? Number.NaN) * lost - lost).toBeCloseTo(net, 6)
    }),
  )
})

test('Sharpe a trade follows from the sum and the sum of squares', () => {
  fc.assert(
    fc.property(anyLongRow, nets => {
      const count = nets.length
      const variance = (sum(nets.map(net => net * net)) - sum(nets) ** 2 / count) / (count - 1)
      fc.pre(variance > 0.01)
      const { sharpePerTrade } = performance(nets)
      expect(sharpePerTrade).toBeCloseTo(sum(nets) / count / Math.sqrt(variance), 6)
    }),
  )
})

test('ten times the stake multiplies dollars by ten and leaves every ratio', () => {
  fc.assert(
    fc.property(anyLongRow, nets => {
      const one = performance(nets)
      const ten = performance(nets.map(net => net * 10))
      expect(ten.net).toBeCloseTo(10 * one.net, 6)
      expect(ten.maximumDrawdown).toBeCloseTo(10 * one.maximumDrawdown, 6)
      expect(ten.winRate).toBe(one.winRate)
      expect(ten.profitFactor ?? -1).toBeCloseTo(one.profitFactor ?? -1, 9)
      expect(ten.sharpePerTrade ?? -99).toBeCloseTo(one.sharpePerTrade ?? -99, 6)
    }),
  )
})

test('trades that all brought the same have no Sharpe ratio, whatever their cents', () => {
  fc.assert(
    fc.property(cents(-900, 900), fc.integer({ min: 5, max: 300 }), (net, count) => {
      expect(performance(Array.from({ length: count }, () => net)).sharpePerTrade).toBeUndefined()
    }),
  )
})

test('a cent of difference is enough for a ratio', () => {
  expect(performance([10, 10, 10, 10, 10.01]).sharpePerTrade).toBeCloseTo(10.002 / 0.004472136, 0)
})

test('of nothing there is nothing to say', () => {
  expect(performance([])).toEqual({
    trades: 0,
    net: 0,
    winRate: undefined,
    profitFactor: undefined,
    sharpePerTrade: undefined,
    maximumDrawdown: 0,
  })
})

test('four trades are too few for ratios, five are enough', () => {
  const four = [20, -10, 20, -10]
  expect(performance(four)).toMatchObject({
    winRate: 0.5,
    profitFactor: undefined,
    sharpePerTrade: undefined,
  })
  const five = performance([...four, 20])
  expect(five).toMatchObject({ trades: 5, net: 40, winRate: 0.6, profitFactor: 3, maximumDrawdown: 10 })
  expect(five.sharpePerTrade).toBeCloseTo(8 / Math.sqrt(270), 12)
})

test('a row without a loss has no profit factor, one without a win has zero', () => {
  expect(performance([1, 2, 3, 4, 5]).profitFactor).toBeUndefined()
  expect(performance([-1, -2, -3, -4, -5])).toMatchObject({
    profitFactor: 0,
    winRate: 0,
    maximumDrawdown: 15,
  })
})

test('a trade that brought nothing is no winner', () => {
  expect(performance([0, 5]).winRate).toBe(0.5)
})
