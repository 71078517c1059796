import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { clock } from '../../fixtures/market.ts'
import { SLICES, USUAL_IMPERFECTIONS, createMarketMakers, type QuotedMarket } from './simulatedQuotes.ts'

const STRIKES = Array.from({ length: 91 }, (_, index) => 645 + index)
const CLEAN = { crossed: 0, silence: 0, holes: 0 }
const NOON: QuotedMarket = { spot: 690, atTheMoney: 0.13, skew: -0.075, minute: 150, length: 390 }
const anyMarket = fc.record({
  spot: fc.double({ min: 660, max: 720, noNaN: true }),
  atTheMoney: fc.double({ min: 0.05, max: 0.8, noNaN: true }),
  skew: fc.double({ min: -0.16, max: -0.015, noNaN: true }),
  minute: fc.double({ min: 0, max: 405, noNaN: true }),
  length: fc.constant(390),
})

function makersOf(seed: number, imperfections = CLEAN) {
  return createMarketMakers(STRIKES, 690, seed, imperfections)
}

/** Bid and ask of every row in one second. */
function second(market: QuotedMarket, seed = 1, time = clock(12, 0)): Map<number, [number, number]> {
  const makers = makersOf(seed)
  const quotes = new Map<number, [number, number]>()
  for (let slice = 0; slice < SLICES; slice += 1) {
    const batch = makers.quote(slice, time + slice * 100, market)
    for (let index = 0; index < batch.count; index += 1)
      quotes.set(batch.rows[index] ?? -1, [batch.bid[index] ?? -1, batch.ask[index] ?? -1])
  }
  return quotes
}

/** The mean spread of rows over some seconds. */
function meanSpread(market: QuotedMarket, rows: readonly number[]): number {
  const spreads = Array.from({ length: 20 }, (_, at) => second(market, 1, clock(12, 0, at))).flatMap(quotes =>
    rows.map(row => {
      const [bid, ask] = quotes.get(row) ?? [Number.NaN, Number.NaN]
      return ask - bid
    }),
  )
  return spreads.reduce((sum, spread) => sum + spread, 0) / spreads.length
}

test('every contract is quoted once a second, in a slice of its own', () => {
  fc.assert(
    fc.property(fc.integer(), anyMarket, (seed, market) => {
      const makers = makersOf(seed)
      const rows = Array.from({ length: SLICES }, (_, slice) => {
        const batch = makers.quote(slice, clock(12, 0) + slice * 100, market)
        return [...batch.rows.subarray(0, batch.count)]
      })
      expect(rows.flat().sort((one, other) => one - other)).toEqual(
        Array.from({ length: 182 }, (_, row) => row),
      )
      for (const [slice, of] of rows.entries()) for (const row of of) expect(row % SLICES).toBe(slice)
    }),
    { numRuns: 20 },
  )
})

test('asks lie above bids by a cent at least, and a call is never offered far below what exercising gives', () => {
  fc.assert(
    fc.property(fc.integer(), anyMarket, (seed, market) => {
      for (const [row, [bid, ask]] of second(market, seed)) {
        const strike = STRIKES[row % 91] ?? 0
        const intrinsic = Math.max(0, row < 91 ? market.spot - strike : strike - market.spot)
        expect(bid).toBeGreaterThanOrEqual(0)
        expect(ask - bid).toBeGreaterThan(0.009)
        expect(ask).toBeGreaterThan(intrinsic - 0.02)
      }
    }),
    { numRuns: 20 },
  )
})

test('after the close a contract is quoted around what exercising it gives', () => {
  for (const [row, [bid, ask]] of second({ ...NOON, minute: 395 })) {
    const strike = STRIKES[row % 91] ?? 0
    const intrinsic = Math.max(0, row < 91 ? 690 - strike : strike - 690)
    expect(bid).toBeLessThanOrEqual(intrinsic + 0.01)
    expect(ask).toBeGreaterThanOrEqual(intrinsic)
  }
})

test('spreads are tight near the money and widen with every step into it', () => {
  const spreads = [0, 10, 25, 45].map(into => meanSpread(NOON, [45 - into]))
  expect(spreads[0]).toBeLessThan(0.05)
  for (let at = 1; at < spreads.length; at += 1)
    expect(spreads[at]).toBeGreaterThan((spreads[at - 1] ?? 0) * 1.2)
})

test('spreads are wider at the open than at noon, and at noon tighter than into the close', () => {
  const rows = [30, 40, 45, 50, 136, 146]
  const at = (minute: number) => meanSpread({ ...NOON, minute }, rows)
  const noon = at(180)
  expect(at(1)).toBeGreaterThan(1.2 * noon)
  const hours = { ...NOON, spot: 690.5 }
  expect(meanSpread({ ...hours, minute: 389 }, [20, 30])).toBeGreaterThan(
    1.03 * meanSpread({ ...hours, minute: 200 }, [20, 30]),
  )
})

test('mids rise with volatility for every contract that has time value', () => {
  const mid = ([bid, ask]: readonly [number, number]) => (bid + ask) / 2
  const [low, high] = [second(NOON), second({ ...NOON, atTheMoney: 0.26 })]
  for (let row = 40; row <= 50; row += 1) {
    for (const of of [row, row + 91])
      expect(mid(high.get(of) ?? [0, 0])).toBeGreaterThan(mid(low.get(of) ?? [0, 0]) + 0.1)
  }
})

test('usual days have far strikes that are never quoted, none of them near the money', () => {
  const missing = Array.from({ length: 60 }, (_, seed) => {
    const makers = makersOf(seed, { ...USUAL_IMPERFECTIONS, silence: 0 })
    const seen = new Set<number>()
    for (let slice = 0; slice < SLICES; slice += 1) {
      const batch = makers.quote(slice, clock(12, 0) + slice * 100, NOON)
      for (const row of batch.rows.subarray(0, batch.count)) seen.add(row)
    }
    return Array.from({ length: 182 }, (_, row) => row).filter(row => !seen.has(row))
  }).flat()
  const far = STRIKES.filter(strike => Math.abs(strike / 690 - 1) > 0.03).length * 2
  for (const row of missing) expect(Math.abs((STRIKES[row % 91] ?? 0) / 690 - 1)).toBeGreaterThan(0.03)
  expect(missing.length / 60 / far).toBeGreaterThan(0.01)
  expect(missing.length / 60 / far).toBeLessThan(0.03)
})

test('a contract falls silent for whole minutes', () => {
  const makers = makersOf(4, { ...CLEAN, silence: 0.3 })
  const rowsAt = (time: number) => {
    const batch = makers.quote(0, time, NOON)
    return [...batch.rows.subarray(0, batch.count)].join(' ')
  }
  const first = Array.from({ length: 60 }, (_, at) => rowsAt(clock(12, 0, at)))
  expect(new Set(first).size).toBe(1)
  expect(rowsAt(clock(12, 1))).not.toBe(first[0])
})

test('volume of a minute comes in shares, is final with the next, and open interest is round and never below none', () => {
  const makers = makersOf(2)
  expect([...makers.volume(1)]).toEqual(Array.from({ length: 182 }, () => 0))
  makers.beginMinute(150, NOON)
  const [half, whole] = [makers.volume(0.5), makers.volume(1)]
  makers.beginMinute(151, NOON)
  expect([...makers.volume(0)]).toEqual([...whole])
  for (const [row, count] of whole.entries()) expect(half[row]).toBe(Math.floor(count / 2))
  const near = [...whole.subarray(40, 51)].reduce((sum, count) => sum + count, 0)
  expect(near).toBeGreaterThan([...whole.subarray(0, 30)].reduce((sum, count) => sum + count, 0))
  for (const count of makers.openInterest) expect(Number.isInteger(count) && count >= 0).toBe(true)
})
