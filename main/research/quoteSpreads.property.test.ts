import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareSpreads, readMinuteSpreads, spreadSample, type SpreadSample } from './quoteSpreads.ts'

const HEADER =
  'date,time_et,underlying,expiry,right,strike,bid_open,bid_high,bid_low,bid_close,bid_size,ask_open,ask_high,ask_low,ask_close,ask_size'

function row(time: string, right: string, strike: number, bid: string, ask: string, expiry = '2021-01-04') {
  return `2021-01-04,${time},SPXW,${expiry},${right},${strike},1,1,1,${bid},9,2,2,2,${ask},9`
}

const sample: fc.Arbitrary<SpreadSample> = fc.record({
  minute: fc.integer({ min: 1, max: 389 }),
  isInTheMoney: fc.boolean(),
  price: fc.double({ min: 0.1, max: 500, noNaN: true }),
  relative: fc.double({ min: 0.001, max: 1, noNaN: true }),
})
const samples = fc.array(sample, { minLength: 40, maxLength: 200 })

test('a quote with two sides that stand apart is a sample, and no other', () => {
  const quote = { minute: 10, isCall: true, strike: 3700, bid: 14, ask: 16, spot: 3750 }
  expect(spreadSample(quote)).toEqual({ minute: 10, isInTheMoney: true, price: 40, relative: 2 / 15 })
  expect(spreadSample({ ...quote, isCall: false })?.isInTheMoney).toBe(false)
  for (const broken of [{ bid: 0 }, { ask: 14 }, { ask: 13 }, { bid: Number.NaN }])
    expect(spreadSample({ ...quote, ...broken })).toBeUndefined()
})

test('quotes that expire the same day are read at the end of their minute, around the underlying of the closest pair', () => {
  const text = [
    HEADER,
    row('09:30:00', 'call', 3700, '64.9', '67.9'),
    row('09:30:00', 'put', 3700, '0.35', '0.5'),
    row('09:30:00', 'call', 3800, '0.35', '0.4'),
    row('09:30:00', 'put', 3800, '32.3', '35.9'),
    row('09:31:00', 'put', 3800, '30', '31'),
    row('09:32:00', 'call', 3700, '', '67.9'),
    row('09:33:00', 'call', 3700, '60', '61', '2021-01-06'),
  ].join('\n')
  const read = readMinuteSpreads(text)
  const found = read.ok ? read.value : []
  // The pair at 3800 is the closest: 3800 + 0.375 - 34.1
  const spot = 3766.275
  expect(found.map(({ minute }) => minute)).toEqual([1, 1, 1, 1])
  expect(found.map(({ isInTheMoney }) => isInTheMoney)).toEqual([true, false, false, true])
  expect(found[0]?.price).toBeCloseTo((10_000 * 66.4) / spot, 9)
  expect(found[1]?.relative).toBeCloseTo(0.15 / 0.425, 12)
})

test('lines that are no quotes are refused by their number, and no text throws', () => {
  expect(readMinuteSpreads('a,b').ok).toBe(false)
  for (const line of [row('x', 'call', 3700, '1', '2'), row('09:30:00', 'call', 3700, 'one', '2')])
    expect(readMinuteSpreads(`${HEADER}\n${line}`)).toMatchObject({
      ok: false,
      failure: expect.stringMatching(/^line 2 /),
    })
  fc.assert(
    fc.property(fc.string(), text => {
      expect(typeof readMinuteSpreads(`${HEADER}\n${text}`).ok).toBe('boolean')
      expect(typeof readMinuteSpreads(text).ok).toBe('boolean')
    }),
    { numRuns: 300 },
  )
})

test('spreads beside themselves have the ratio 1, and twice as wide the ratio 2, in every margin', () => {
  fc.assert(
    fc.property(samples, fc.constantFrom(1, 2), (recorded, scale) => {
      const wider = recorded.map(it => ({ ...it, relative: it.relative * scale }))
      const { byMinute, byPrice, cells } = compareSpreads(recorded, wider)
      for (const { ratio } of [...byMinute, ...byPrice]) expect(ratio).toBeCloseTo(scale, 9)
      for (const { recorded, simulated } of cells) expect(simulated).toBeCloseTo(scale * recorded, 9)
    }),
  )
})

test('every recorded quote is in one cell or left out', () => {
  fc.assert(
    fc.property(samples, samples, (recorded, simulated) => {
      const { cells, byMinute, byPrice, leftOut } = compareSpreads(recorded, simulated)
      const sum = (of: readonly { readonly count: number }[]) =>
        of.reduce((total, { count }) => total + count, 0)
      expect(sum(cells) + leftOut).toBe(recorded.length)
      expect([sum(byMinute), sum(byPrice)]).toEqual([sum(cells), sum(cells)])
    }),
  )
})
