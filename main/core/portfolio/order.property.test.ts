import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { cents } from '../../fixtures/risks.ts'
import { orderOf, proposalOf } from '../../fixtures/trades.ts'
import type { ComboQuote } from './comboQuote.ts'
import { isOpenOrder, stepsDue, walkFromMid, walkLimit, type LimitWalk, type OrderStatus } from './order.ts'

const anyPrice = fc.double({ min: -9, max: 9, noNaN: true })
const anyHalfSpread = fc.double({ min: 0, max: 1, noNaN: true })
const anyQuote: fc.Arbitrary<ComboQuote> = fc
  .tuple(anyPrice, anyHalfSpread)
  .map(([mid, half]) => ({ natural: mid - half, mid, best: mid + half, naturalSize: 20, age: 0 }))
const anySteps = fc.nat(20)
const anyFloor = fc.oneof(anyPrice, fc.constant(Number.NEGATIVE_INFINITY))

const anyWalk: fc.Arbitrary<LimitWalk> = fc
  .record({
    end: cents(-5, 5),
    way: cents(0, 1),
    steps: anySteps,
    stepEvery: fc.integer({ min: 1, max: 60_000 }),
  })
  .map(({ end, way, ...pace }) => ({ ...pace, start: Math.round((end + way) * 100) / 100, end }))

const isOnGrid = (price: number) => Math.round(price * 100) / 100 === price

const limitsOf = (walk: LimitWalk) =>
  Array.from({ length: walk.steps + 4 }, (_, stepsTaken) => walkLimit(walk, stepsTaken))

test('a walk starts at the mid and ends at the natural price or at its floor, on the grid and never upward', () => {
  fc.assert(
    fc.property(anyQuote, anyFloor, anySteps, (quote, floor, steps) => {
      const walk = walkFromMid(quote, floor, steps, 1000)
      expect(isOnGrid(walk.start) && isOnGrid(walk.end)).toBe(true)
      expect(walk.start).toBeLessThanOrEqual(quote.mid + 1e-7)
      expect(quote.mid - walk.start).toBeLessThan(0.01)
      expect(walk.end).toBeLessThanOrEqual(walk.start)
      expect(walk.end).toBeGreaterThanOrEqual(Math.min(walk.start, floor - 1e-7))
      expect(walk.end).toBeLessThanOrEqual(Math.max(quote.natural + 1e-7, floor + 0.01))
    }),
    { numRuns: 500 },
  )
})

test('a walk without a floor gives way as far as the natural price, less than a cent further', () => {
  fc.assert(
    fc.property(anyQuote, quote => {
      const { end } = walkFromMid(quote, Number.NEGATIVE_INFINITY, 2, 1000)
      expect(end).toBeLessThanOrEqual(quote.natural + 1e-7)
      expect(quote.natural - end).toBeLessThan(0.01)
    }),
  )
})

test.each([
  ['as far as the market', { natural: 0.4, mid: 0.425 }, 0.1, 0.42, 0.4],
  ['as far as a floor above the market', { natural: 0.4, mid: 0.425 }, 0.41, 0.42, 0.41],
  ['as far as the cent above a floor between cents', { natural: 0.4, mid: 0.425 }, 0.405, 0.42, 0.41],
  ['nowhere where the floor is above the mid', { natural: 0.4, mid: 0.425 }, 0.5, 0.42, 0.42],
  ['down to a higher debit', { natural: -0.44, mid: -0.42 }, Number.NEGATIVE_INFINITY, -0.42, -0.44],
])('walks %s', (_, prices, floor, start, end) => {
  const quote = { ...prices, best: 1, naturalSize: 20, age: 0 }
  expect(walkFromMid(quote, floor, 2, 10_000)).toEqual({ start, end, steps: 2, stepEvery: 10_000 })
})

test('limits of a walk only fall, from its start to its end, cent by cent, and rest there', () => {
  fc.assert(
    fc.property(anyWalk, walk => {
      const limits = limitsOf(walk)
      expect(limits).toEqual([...limits].sort((one, other) => other - one))
      expect(limits[0]).toBe(walk.steps === 0 ? walk.end : walk.start)
      expect(limits.slice(walk.steps)).toEqual([walk.end, walk.end, walk.end, walk.end])
      expect(limits.every(isOnGrid)).toBe(true)
    }),
    { numRuns: 300 },
  )
})

test('no limit passes the end of a walk, even where the end lies between two cents', () => {
  fc.assert(
    fc.property(anyWalk, fc.double({ min: 0, max: 0.01, noNaN: true }), (walk, off) => {
      const limits = limitsOf({ ...walk, end: Math.min(walk.start, walk.end + off) })
      expect(Math.min(...limits)).toBeGreaterThanOrEqual(Math.min(walk.start, walk.end + off))
    }),
  )
})

test('steps of a walk are equal, to the cent', () => {
  fc.assert(
    fc.property(anyWalk, walk => {
      fc.pre(walk.steps > 0)
      const even = limitsOf(walk).map(
        (limit, step) =>
          limit - (walk.start + ((walk.end - walk.start) * Math.min(step, walk.steps)) / walk.steps),
      )
      expect(Math.max(...even)).toBeLessThan(1e-7)
      expect(Math.min(...even)).toBeGreaterThan(-0.01 - 1e-9)
    }),
  )
})

test.each([
  [0, 0.42],
  [1, 0.41],
  [2, 0.4],
  [3, 0.4],
])('after %i of two steps the limit is %s', (stepsTaken, limit) => {
  expect(walkLimit({ start: 0.42, end: 0.4, steps: 2, stepEvery: 10_000 }, stepsTaken)).toBe(limit)
})

test('steps due are whole, only grow with time, and are never more than the walk has', () => {
  const anyTime = fc.integer({ min: -60_000, max: 2_000_000 })
  fc.assert(
    fc.property(anyWalk, anyTime, fc.nat(100_000), (walk, since, later) => {
      const due = stepsDue(walk, since)
      expect(Number.isInteger(due)).toBe(true)
      expect(due).toBeGreaterThanOrEqual(0)
      expect(due).toBeLessThanOrEqual(walk.steps)
      expect(stepsDue(walk, since + later)).toBeGreaterThanOrEqual(due)
    }),
  )
})

test('the next step is due one pace later and not a moment before', () => {
  fc.assert(
    fc.property(anyWalk, fc.integer({ min: 1, max: 20 }), (walk, step) => {
      fc.pre(step <= walk.steps)
      expect(stepsDue(walk, step * walk.stepEvery - 1)).toBe(step - 1)
      expect(stepsDue(walk, step * walk.stepEvery)).toBe(step)
    }),
  )
})

test.each<[OrderStatus, boolean]>([
  ['sending', true],
  ['working', true],
  ['filled', false],
  ['cancelled', false],
  ['rejected', false],
])('an order that is %s can still trade: %s', (status, isOpen) => {
  expect(isOpenOrder(orderOf(proposalOf(), { status }))).toBe(isOpen)
})
