import * as fc from 'fast-check'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { halfSpread, halfSpreadShare } from './minuteCosts.ts'

const option = fc.record({
  right: fc.constantFrom('call', 'put'),
  strike: fc.integer({ min: 4000, max: 6000 }),
  underlying: fc.constant(5000),
  mid: fc.double({ min: 0.01, max: 500, noNaN: true }),
  minute: fc.integer({ min: 570, max: 959 }),
})

test('a trade costs at least half a tick, a dearer option not less, and never half of a price worth speaking of', () => {
  fc.assert(
    fc.property(option, fc.double({ min: 1, max: 3, noNaN: true }), (given, dearer) => {
      const half = halfSpread(given)
      expect(half).toBeGreaterThanOrEqual(0.025)
      expect(halfSpread({ ...given, mid: given.mid * dearer })).toBeGreaterThanOrEqual(half - 1e-9)
      expect(half).toBeLessThan(Math.max(0.05, given.mid / 2))
    }),
  )
})

test('calls above and puts below the index, equally far, cost the same share', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.1, max: 500, noNaN: true }),
      fc.integer({ min: 570, max: 959 }),
      (far, minute) => {
        const at = (right: 'call' | 'put', strike: number) =>
          halfSpreadShare({ right, strike, underlying: 5000, mid: 1, minute })
        expect(at('call', 5000 + far)).toBe(at('put', 5000 - far))
      },
    ),
  )
})

const DATA = join(import.meta.dirname, '../../../shared/data/options_minute')
const DAYS = ['2021-01-04', '2021-01-06'].map(date => ({
  date,
  file: join(DATA, `spxw_${date}_quotes.csv.gz`),
}))

test.skipIf(!DAYS.every(({ file }) => existsSync(file)))(
  'the table has the recorded half spreads of SPXW by hour (needs ../shared/data)',
  () => {
    const byHour = new Map<number, number[]>()
    for (const { date, file } of DAYS)
      for (const ratio of ratiosOf(date, file)) {
        const hour = Math.floor(ratio.minute / 60)
        byHour.set(hour, [...(byHour.get(hour) ?? []), ratio.value])
      }
    expect([...byHour.keys()].toSorted((one, other) => one - other)).toEqual([9, 10, 11, 12, 13, 14, 15])
    for (const ratios of byHour.values()) {
      const middle = ratios.toSorted((one, other) => one - other)[ratios.length >> 1] ?? 0
      expect(middle).toBeGreaterThan(0.7)
      expect(middle).toBeLessThan(1.4)
    }
  },
)

/** Half spreads of the table over those recorded, for quotes of the day's own expiry whose index parity tells. */
function ratiosOf(date: string, file: string): { readonly minute: number; readonly value: number }[] {
  const minutes = new Map<string, { right: 'call' | 'put'; strike: number; bid: number; ask: number }[]>()
  for (const line of gunzipSync(readFileSync(file)).toString().trim().split('\n').slice(1)) {
    const fields = line.split(',')
    const [bid, ask] = [Number(fields[9]), Number(fields[14])]
    if (fields[3] !== date || !(bid > 0) || !(ask > bid)) continue
    const quotes = minutes.get(fields[1] ?? '') ?? []
    minutes.set(fields[1] ?? '', quotes)
    quotes.push({ right: fields[4] === 'call' ? 'call' : 'put', strike: Number(fields[5]), bid, ask })
  }
  return [...minutes].flatMap(([clock, quotes]) => {
    const [hour = 0, minute = 0] = clock.split(':').map(Number)
    const middle = (right: string, strike: number) => {
      const quote = quotes.find(each => each.right === right && each.strike === strike)
      return quote && (quote.bid + quote.ask) / 2
    }
    const known = quotes
      .map(({ strike }) => ({ strike, call: middle('call', strike), put: middle('put', strike) }))
      .find(({ call, put }) => call !== undefined && put !== undefined)
    if (!known) return []
    const underlying = known.strike + (known.call ?? 0) - (known.put ?? 0)
    return quotes.map(({ right, strike, bid, ask }) => {
      const given = { right, strike, underlying, mid: (bid + ask) / 2, minute: hour * 60 + minute }
      return { minute: given.minute, value: halfSpread(given) / ((ask - bid) / 2) }
    })
  })
}
