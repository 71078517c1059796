import * as fc from 'fast-check'
import { mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { CALM, DATE, clock, quoteOf } from '../../fixtures/market.ts'
import { predictQuotes, type SmileFiles } from './smile.ts'

const folder = mkdtempSync(join(tmpdir(), 'zerodte-smile-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const QUOTE_HEADER =
  'date,time_et,underlying,expiry,right,strike,bid_open,bid_high,bid_low,bid_close,bid_size,ask_open,ask_high,ask_low,ask_close,ask_size'
const PREDICT_HEADER = 'note,date,time_et,expiry,right,strike'

/** Five minutes of even strikes; a side that is not quoted is empty. */
const QUOTES = [
  QUOTE_HEADER,
  ...[0, 1, 2, 3, 4].flatMap(minute => evenStrikes().flatMap(strike => quoteLines(minute, strike))),
]
const BARS = [
  'date,time_et,open,high,low,close',
  ...[0, 1, 2, 3, 4].map(minute => `${DATE},11:0${minute}:00,690,690,690,690`),
]

function evenStrikes(): number[] {
  return Array.from({ length: 21 }, (_, index) => 670 + 2 * index)
}

function quoteLines(minute: number, strike: number): string[] {
  return (['call', 'put'] as const).map(right => {
    // The minute that begins at 11:00 is known at 11:01
    const [bid, ask] = quoteOf({ ...CALM, time: clock(11, minute + 1) }, right, strike)
    const side = (price: number) => (price > 0 ? `${price},${price},${price},${price},5` : ',,,,0')
    return `${DATE},11:0${minute}:00,SPY,${DATE},${right},${strike},${side(bid)},${side(ask)}`
  })
}

let written = 0
function file(name: string, lines: readonly string[] | Buffer): string {
  written += 1
  const path = join(folder, `${written}-${name}`)
  writeFileSync(path, Buffer.isBuffer(lines) ? lines : `${lines.join('\n')}\n`)
  return path
}

function filesOf(given: Partial<Record<keyof SmileFiles, readonly string[]>>): SmileFiles {
  return {
    quotes: file('quotes.csv', given.quotes ?? QUOTES),
    underlying: file('bars.csv', given.underlying ?? BARS),
    predict: file('predict.csv', given.predict ?? [PREDICT_HEADER, row('11:02:00', 'call', 691)]),
    out: join(folder, `${written}-out.csv`),
  }
}

function row(time: string, right: string, strike: number | string, expiry = DATE, date = DATE): string {
  return `"a, b",${date},${time},${expiry},${right},${strike}`
}

function rowsOf(out: string): Record<string, string>[] {
  const [header = '', ...lines] = readFileSync(out, 'utf8').trim().split('\n')
  const names = header.split(',')
  return lines.map(text => {
    const cells = text.replace('"a, b"', 'ab').split(',')
    return Object.fromEntries(names.map((name, place) => [name, cells[place] ?? '']))
  })
}

test('odd strikes are predicted inside their bid and ask, and extra columns are carried through', async () => {
  const wanted = [683, 687, 689, 691, 693, 697].flatMap(strike => [
    row('11:02:00', 'call', strike),
    row('11:03:00', 'put', strike),
  ])
  const files = filesOf({ predict: [PREDICT_HEADER, ...wanted] })
  const done = await predictQuotes(files)
  expect(done).toMatchObject({ ok: true, value: { rows: 12, ok: 12, others: {} } })
  expect(readFileSync(files.out, 'utf8').split('\n')[0]).toBe(`${PREDICT_HEADER},mid,low,high,status`)
  expect(readFileSync(files.out, 'utf8').split('\n')[1]).toContain('"a, b",2026-11-20,11:02:00')
  for (const predicted of rowsOf(files.out)) {
    const right = predicted['right'] === 'call' ? 'call' : 'put'
    const minute = right === 'call' ? 3 : 4
    const [bid, ask] = quoteOf({ ...CALM, time: clock(11, minute) }, right, Number(predicted['strike']))
    expect(Number(predicted['mid'])).toBeGreaterThanOrEqual(bid)
    expect(Number(predicted['mid'])).toBeLessThanOrEqual(ask)
    expect(Number(predicted['low'])).toBeLessThanOrEqual(Number(predicted['mid']))
    expect(Number(predicted['high'])).toBeGreaterThanOrEqual(Number(predicted['mid']))
  }
})

test('bad rows say which rule they break, good rows are still predicted', async () => {
  const files = filesOf({
    predict: [
      PREDICT_HEADER,
      row('11:02:00', 'call', 691),
      row('25:02:00', 'call', 691),
      row('11:02:00', 'both', 691),
      row('11:02:00', 'put', 'much'),
      row('11:02:00', 'put', -5),
      row('11:02:00', 'put', 691, '2026-11-27'),
      row('11:02:00', 'put', 691, DATE, '2026-11-21'),
      row('10:00:00', 'put', 691),
      'too,few',
      row('11:02:00', 'call', '0x2b3'),
      row('11:02:00', 'call', '5e-324'),
      row('11:04:00', 'put', 691),
    ],
  })
  const done = await predictQuotes(files)
  expect(done).toMatchObject({ ok: true, value: { rows: 12, ok: 2 } })
  const found = rowsOf(files.out)
  expect(found).toHaveLength(12)
  expect(found[1]?.['status']).toContain('time_et must be HH:MM:SS')
  expect(readFileSync(files.out, 'utf8')).toContain('strike must be a number above 0')
  expect(readFileSync(files.out, 'utf8')).toContain(
    'expiry must be quoted on the date, or lie between two that are',
  )
  expect(readFileSync(files.out, 'utf8')).toContain('row must have 6 fields, is 2')
  expect(Number(found[11]?.['mid'])).toBeGreaterThan(0)
  expect(readFileSync(files.out, 'utf8')).not.toContain('NaN')
})

test('a later quote changes no earlier prediction', async () => {
  const predict = [PREDICT_HEADER, row('11:01:00', 'call', 691)]
  const early = filesOf({ predict, quotes: QUOTES.filter(line => !/,11:0[234]:00,/.test(line)) })
  const whole = filesOf({ predict })
  await predictQuotes(early)
  await predictQuotes(whole)
  expect(rowsOf(early.out)).toEqual(rowsOf(whole.out))
})

/** The same quotes a week later: twice as far away in every respect. */
const NEXT_WEEK = '2026-11-27'
const WITH_NEXT_WEEK = [
  ...QUOTES,
  ...[0, 1, 2, 3, 4].flatMap(minute =>
    evenStrikes().flatMap(strike =>
      (['call', 'put'] as const).map(right => {
        const value =
          Math.max(0, right === 'call' ? 690 - strike : strike - 690) + 9 - Math.abs(strike - 690) / 4
        const side = (price: number) => `${price},${price},${price},${price},5`
        const contract = `${DATE},11:0${minute}:00,SPY,${NEXT_WEEK},${right},${strike}`
        return `${contract},${side(value - 0.1)},${side(value + 0.1)}`
      }),
    ),
  ),
]

test('several expiries of a day are one surface: what lies between two is worth no less than the sooner and no more than the later', async () => {
  const expiries = [DATE, '2026-11-23', '2026-11-25', NEXT_WEEK]
  const strikes = [676, 683, 690, 697, 704]
  const predict = [
    PREDICT_HEADER,
    ...strikes.flatMap(strike => expiries.map(expiry => row('11:02:00', 'call', strike, expiry))),
  ]
  const files = filesOf({ predict, quotes: WITH_NEXT_WEEK })
  expect(await predictQuotes(files)).toMatchObject({ ok: true, value: { ok: 20 } })
  const rows = rowsOf(files.out)
  for (const [place] of strikes.entries()) {
    const mids = rows.slice(4 * place, 4 * place + 4).map(predicted => Number(predicted['mid']))
    expect(mids).toEqual(mids.toSorted((one, other) => one - other))
    for (const { low, mid, high } of rows) {
      expect(Number(low)).toBeLessThanOrEqual(Number(mid))
      expect(Number(high)).toBeGreaterThanOrEqual(Number(mid))
    }
  }
})

test('an expiry before the first or after the last that is quoted is refused', async () => {
  const predict = [
    PREDICT_HEADER,
    ...['2026-11-19', '2026-12-18', 'soon'].map(expiry => row('11:02:00', 'put', 690, expiry)),
  ]
  const files = filesOf({ predict, quotes: WITH_NEXT_WEEK })
  await predictQuotes(files)
  expect(rowsOf(files.out).map(({ mid }) => mid)).toEqual(['', '', ''])
  const text = readFileSync(files.out, 'utf8')
  expect(text.match(/expiry must be quoted on the date, or lie between two that are/g)).toHaveLength(2)
  expect(text).toContain('expiry must be a date')
})

test('a smile is carried on for a quarter of an hour, and never over the close; the report counts rows by rule', async () => {
  const times = ['11:19:00', '11:20:00', '12:30:00', '15:59:00', '16:01:00', '16:10:00', '23:59:00']
  const predict = [PREDICT_HEADER, ...times.map(time => row(time, 'call', 691))]
  const done = await predictQuotes(filesOf({ predict }))
  const stale = 'time_et must be in a minute with a smile, at most 15 minutes after a quote'
  const closed = 'time_et must not be after the close, or options be quoted after it'
  expect(done).toMatchObject({ ok: true, value: { rows: 7, ok: 1, others: { [stale]: 3, [closed]: 3 } } })
})

test('what expires today is answered at its close and not after it', async () => {
  const quotes = QUOTES.map(line =>
    line.replace(/,11:0(\d):00,/, ',15:5$1:00,').replace(',15:54:', ',15:59:'),
  )
  const underlying = BARS.map(line => line.replace(/,11:0(\d):00,/, ',15:5$1:00,'))
  const predict = [PREDICT_HEADER, row('16:00:00', 'call', 680), row('16:01:00', 'call', 680)]
  const files = filesOf({ quotes, underlying, predict })
  expect(await predictQuotes(files)).toMatchObject({ ok: true, value: { rows: 2, ok: 1 } })
  expect(Number(rowsOf(files.out)[0]?.['mid'])).toBeCloseTo(10, 1)
  expect(rowsOf(files.out)[1]?.['mid']).toBe('')
})

test('a column that has the name of an output is carried through under another', async () => {
  const files = filesOf({ predict: [`mid,${PREDICT_HEADER}`, `7,${row('11:02:00', 'call', 691)}`] })
  expect(await predictQuotes(files)).toMatchObject({ ok: true, value: { renamed: { mid: 'input_mid' } } })
  expect(rowsOf(files.out)[0]?.['input_mid']).toBe('7')
  expect(Number(rowsOf(files.out)[0]?.['mid'])).toBeLessThan(7)
})

test('the file of quotes is not written over', async () => {
  const files = filesOf({})
  const failure = `out: ${files.quotes} must be another file than is read`
  expect(await predictQuotes({ ...files, out: files.quotes })).toEqual({ ok: false, failure })
})

test('gzip is read as well', async () => {
  const files = { ...filesOf({}), quotes: file('quotes.csv.gz', gzipSync(QUOTES.join('\n'))) }
  expect(await predictQuotes(files)).toMatchObject({ ok: true, value: { ok: 1 } })
})

test.each([
  ['a file that is not there', { quotes: '/nowhere.csv' }, /^quotes: there is no file \/nowhere\.csv$/],
  ['no bars', { underlying: '/nowhere.csv' }, /^underlying: there is no file/],
  [
    'an underlying of another day',
    {
      underlying: file(
        'o.csv',
        BARS.map(line => line.replaceAll(DATE, '2026-11-19')),
      ),
    },
    /^underlying: .* must have prices of 2026-11-20$/,
  ],
  [
    'quotes of a day without trade',
    {
      quotes: file(
        'h.csv',
        QUOTES.map(line => line.replaceAll(DATE, '2026-11-21')),
      ),
    },
    /^quotes: .* must have quotes of trading days$/,
  ],
  ['nothing to predict', { predict: '/nowhere.csv' }, /^predict: there is no file/],
  [
    'a missing column of quotes',
    { quotes: file('q.csv', ['date,time_et', '1,2']) },
    /must have a column "underlying"/,
  ],
  [
    'a missing column to predict',
    { predict: file('p.csv', ['date,time_et', '1,2']) },
    /^predict: .* must have a column expiry/,
  ],
  ['an empty file', { quotes: file('e.csv', Buffer.alloc(0)) }, /must have a header row, is empty/],
  [
    'a gzip that is cut off',
    { quotes: file('c.csv.gz', gzipSync(QUOTES.join('\n')).subarray(0, 90)) },
    /must be a whole gzip file/,
  ],
  [
    'quotes that are all refused',
    { quotes: file('r.csv', [QUOTE_HEADER, `${DATE},11:00:00,SPY,${DATE},call,690,,,,5,1,,,,4,1`]) },
    /all 1 rows were refused \(crossed 1\)/,
  ],
])('%s is one line, and nothing is written', async (_, wrong, line) => {
  const files = { ...filesOf({}), ...wrong }
  const done = await predictQuotes(files)
  expect(done.ok).toBe(false)
  expect(done.ok ? '' : done.failure).toMatch(line)
  expect(done.ok ? '' : done.failure).not.toContain('\n')
  expect(existsSync(files.out)).toBe(false)
})

test('whatever stands in a row, there is an answer or a rule, and never a price that is no number', async () => {
  const cell = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.constantFrom('', DATE, '11:02:00', 'call', '691', '-0', '1e999', 'NaN'),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(cell, { minLength: 1, maxLength: 8 }), { maxLength: 5 }),
      async rows => {
        const plain = rows.map(cells => cells.map(each => each.replaceAll(/["\n\r,]/g, ' ')).join(','))
        const files = filesOf({ predict: [PREDICT_HEADER, row('11:02:00', 'call', 691), ...plain] })
        const done = await predictQuotes(files)
        expect(done.ok).toBe(true)
        const text = readFileSync(files.out, 'utf8')
        expect(text.split('\n').slice(1)[0]).toContain(',ok')
        expect(text).not.toMatch(/,NaN,NaN|Infinity,/)
      },
    ),
    { numRuns: 30 },
  )
})
