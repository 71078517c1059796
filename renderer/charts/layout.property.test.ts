import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextPlace } from './ReadPlot.tsx'
import { commonSteps, extent, valueAt } from './namedLines.ts'
import { roundedToSum, waterfallSteps } from './waterfallSteps.ts'
import { intervalWords, whiskerScale } from './whiskerScale.ts'

const amount = fc.integer({ min: -100_000, max: 100_000 }).map(cents => cents / 100)
const interval = fc
  .tuple(amount, amount, amount)
  .map(values => values.toSorted((one, other) => one - other))
  .map(([low = 0, value = 0, high = 0]) => ({ low, value, high }))

test('every whisker lies inside its column, in the order of its figures, and zero is always there', () => {
  fc.assert(
    fc.property(fc.array(interval, { maxLength: 8 }), intervals => {
      const scale = whiskerScale(intervals)
      for (const { low, value, high } of [...intervals, { low: 0, value: 0, high: 0 }]) {
        const places = [scale(low), scale(value), scale(high)]
        expect(places).toEqual(places.toSorted((one, other) => one - other))
        expect(Math.min(...places)).toBeGreaterThanOrEqual(2 - 1e-9)
        expect(Math.max(...places)).toBeLessThanOrEqual(98 + 1e-9)
      }
    }),
  )
})

test('figures that nobody knows do not bend the scale, and their interval is a dash', () => {
  const known = { value: 1, low: -1, high: 3 }
  const unknown = { value: 2, low: Number.NaN, high: Number.POSITIVE_INFINITY }
  expect(whiskerScale([known, unknown]).domain()).toEqual(whiskerScale([known]).domain())
  expect(intervalWords(unknown, String)).toBe('–')
  expect(intervalWords(known, String)).toBe('-1 to 3')
})

test('a waterfall has no gap and ends at its start and all parts', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -900, max: 900 })),
      fc.integer({ min: -900, max: 900 }),
      (parts, start) => {
        const steps = waterfallSteps(
          parts.map((value, index) => ({ name: String(index), value })),
          start,
        )
        let running = start
        for (const step of steps) {
          expect(step.from).toBe(running)
          running += step.value
          expect(step.to).toBe(running)
        }
        expect(running).toBe(parts.reduce((sum, part) => sum + part, start))
      },
    ),
  )
})

test('rounded parts add up to their rounded sum, and none is off by a whole step', () => {
  const part = fc.double({ min: -1, max: 1, noNaN: true })
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 21 }), parts => {
      const rounded = roundedToSum(parts, 3)
      const sum = parts.reduce((total, value) => total + value, 0)
      const shown = rounded.reduce((total, value) => total + value, 0)
      expect(Math.abs(shown - sum)).toBeLessThanOrEqual(0.0005 + 1e-9)
      rounded.forEach((value, index) => {
        expect(Math.abs(value - (parts[index] ?? 0))).toBeLessThan(0.001 + 1e-12)
        expect(Math.abs(value * 1000 - Math.round(value * 1000))).toBeLessThan(1e-9)
      })
    }),
  )
})

const line = fc
  .uniqueArray(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 30 })
  .map(steps => steps.toSorted((one, other) => one - other))
  .map(steps => ({ steps: Float64Array.from(steps), values: Float64Array.from(steps, step => step * 3) }))

test('a line has its last value at or before a step, and none outside its ends', () => {
  fc.assert(
    fc.property(line, fc.integer({ min: -5, max: 205 }), (drawn, step) => {
      const steps = [...drawn.steps]
      const isInside = step >= (steps[0] ?? 0) && step <= (steps.at(-1) ?? 0)
      const expected = isInside ? 3 * (steps.findLast(known => known <= step) ?? 0) : Number.NaN
      expect(valueAt(drawn, step)).toBe(expected)
    }),
  )
})

test('common steps are those of all lines, each once and in order', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 4 }), lines => {
      const steps = commonSteps(lines)
      expect(steps).toEqual([...new Set(steps)].toSorted((one, other) => one - other))
      for (const drawn of lines) for (const step of drawn.steps) expect(steps).toContain(step)
    }),
  )
})

test('an axis has room for every value, for a single one and for none', () => {
  expect(extent([{ values: Float64Array.of(Number.NaN, 3, -2) }])).toEqual([-2, 3])
  expect(extent([{ values: Float64Array.of(5) }])).toEqual([4, 6])
  expect(extent([])).toEqual([0, 1])
})

test.each([
  ['ArrowLeft', 5, 4],
  ['ArrowLeft', 0, 0],
  ['ArrowRight', 9, 9],
  ['PageDown', 5, 9],
  ['PageUp', 5, 0],
  ['Home', 5, 0],
  ['End', 5, 9],
  ['a', 5, undefined],
])('%s leads from point %i of ten to %s', (key, from, to) => {
  expect(nextPlace(key, from, 9)).toBe(to)
})
