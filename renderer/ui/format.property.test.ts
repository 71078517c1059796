import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import * as format from './format.ts'

const MINUS = '\u2212'

/** Every way in which a figure is written, with how much a written figure may differ from the figure. */
const WRITERS = [
  ['number', (value?: number) => format.number(value)],
  ['number in whole', (value?: number) => format.number(value, 0)],
  ['signed', (value?: number) => format.signed(value, 1)],
  ['profit', (value?: number) => format.profit(value)],
  ['dollars', (value?: number) => format.dollars(value)],
  ['points', (value?: number) => format.points(value)],
  ['lean', (value?: number) => format.lean(value, 3)],
  ['percent', (value?: number) => format.percent(value, 1)],
  ['count', (value?: number) => format.count(value)],
  ['age', (value?: number) => format.age(value)],
] as const

/** Figures as they come: any size, cents, and what lies beside a rounding. */
const figures = fc.oneof(
  fc.double({ min: -1e9, max: 1e9, noNaN: true }),
  fc.integer({ min: -200_000, max: 200_000 }).map(cents => cents / 100),
  fc.constantFrom(0, -0, 0.004, -0.004, 0.005, -0.005, 999.994, 999.995, 999.999, -999.999, 9999.995, 1e-12),
)

/** The figure that a text stands for. */
function read(text: string): number {
  return Number(
    text
      .replace(MINUS, '-')
      .replaceAll(/[+$,%\s]/g, '')
      .replace(/^(-?)\./, '$10.'),
  )
}

test.each(WRITERS)('%s writes a dash, and never a zero, where nothing is known', (_, write) => {
  for (const unknown of [undefined, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
    expect(write(unknown)).toBe(format.UNKNOWN)
})

test.each(WRITERS)('%s never writes a hyphen for a minus, an exponent, or what is no number', (_, write) => {
  fc.assert(
    fc.property(figures, value => {
      expect(write(value)).toMatch(/^[+\u2212]?\$?[\d,]*(\.\d+)?([kM]| (%|ms|s|min))?$/)
    }),
    { numRuns: 300 },
  )
})

test.each(WRITERS)('%s writes no minus before a zero', (_, write) => {
  fc.assert(
    fc.property(fc.oneof(figures, fc.double({ min: -0.01, max: 0.01, noNaN: true })), value => {
      const text = write(value)
      expect(text.startsWith(MINUS) && !/[1-9]/.test(text)).toBe(false)
    }),
    { numRuns: 300 },
  )
})

test('a number reads back within half of its last digit, whatever its decimals', () => {
  fc.assert(
    fc.property(figures, fc.integer({ min: 0, max: 5 }), (value, decimals) => {
      const error = Math.abs(read(format.number(value, decimals)) - value)
      expect(error).toBeLessThanOrEqual(0.5 * 10 ** -decimals + Math.abs(value) * 1e-12)
    }),
  )
})

test('numbers keep their order when written', () => {
  fc.assert(
    fc.property(figures, figures, fc.integer({ min: 0, max: 3 }), (one, other, decimals) => {
      const [low, high] = [Math.min(one, other), Math.max(one, other)]
      expect(read(format.number(low, decimals))).toBeLessThanOrEqual(read(format.number(high, decimals)))
    }),
  )
})

test('thousands are parted from 10,000 on, and only before the point', () => {
  fc.assert(
    fc.property(figures, fc.integer({ min: 0, max: 5 }), (value, decimals) => {
      const [whole = '', rest = ''] = format.number(value, decimals).replace(MINUS, '').split('.')
      const digits = whole.replaceAll(',', '')
      expect(rest).not.toContain(',')
      expect(whole).toBe(digits.length < 5 ? digits : BigInt(digits).toLocaleString('en-US'))
    }),
  )
})

test('a figure and its opposite differ in their sign alone', () => {
  fc.assert(
    fc.property(
      figures.filter(value => value > 0),
      value => {
        const bare = (text: string) => text.replace(/^[+\u2212]/, '')
        for (const write of [format.number, format.signed, format.profit, format.dollars])
          expect(bare(write(-value))).toBe(bare(write(value)))
      },
    ),
  )
})

test('a profit reads back within a cent, within a dollar from 1,000 on, and has cents only below', () => {
  fc.assert(
    fc.property(figures, value => {
      const text = format.profit(value)
      const isLarge = Math.abs(read(text)) >= 1000
      expect(Math.abs(read(text) - value)).toBeLessThanOrEqual(
        (isLarge ? 0.5 : 0.005) + 1e-9 * Math.abs(value),
      )
      expect(/\.\d\d$/.test(text)).toBe(!isLarge && read(text) !== 0)
    }),
  )
})

test('gains have a plus, losses a minus, nothing has neither; the colour says the same as the sign', () => {
  fc.assert(
    fc.property(figures, value => {
      const sign = format.profit(value).at(0)
      const tone = sign === '+' ? 'up' : sign === MINUS ? 'down' : ''
      expect(format.tone(value)).toBe(tone)
      expect(format.signed(value)[0] === '+').toBe(tone === 'up')
    }),
  )
})

test('a count has at most four figures and a letter, and is within one percent', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 99_000_000 }), value => {
      const text = format.count(value)
      const factor = text.endsWith('M') ? 1e6 : text.endsWith('k') ? 1000 : 1
      expect(Math.abs(Number.parseFloat(text) * factor - value)).toBeLessThanOrEqual(value * 0.05)
      expect(Number.parseFloat(text)).toBeLessThan(1000)
    }),
  )
})

test('an age is written in the largest unit that tells it within ten percent', () => {
  const units = { ms: 1, s: 1000, min: 60_000 } as const
  fc.assert(
    fc.property(fc.double({ min: 0, max: 3.6e6, noNaN: true }), value => {
      const [figure = '', unit = ''] = format.age(value).split(' ')
      const size = unit === 'ms' || unit === 's' || unit === 'min' ? units[unit] : Number.NaN
      expect(Math.abs(Number(figure) * size - value)).toBeLessThanOrEqual(Math.max(0.5, value * 0.34))
      expect(Number(figure)).toBeLessThan(unit === 'ms' ? 1000 : 61)
    }),
  )
})

test('a countdown counts whole seconds, never runs below zero, and reads back', () => {
  fc.assert(
    fc.property(fc.integer({ min: -10_000, max: 30_000_000 }), fc.boolean(), (left, isShort) => {
      const text = format.countdown(left, isShort)
      expect(text).toMatch(/^(\d+:)?\d{1,2}:\d\d$/)
      const seconds = text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
      expect(seconds).toBe(Math.max(0, Math.ceil(left / 1000)))
    }),
  )
})
