import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { namesIn, temporaryFolder } from '../../fixtures/folder.ts'
import { clock } from '../../fixtures/market.ts'
import { BAR_HEADER, QUOTE_HEADER, barLine, importFiles, quoteLine } from '../../fixtures/minuteFiles.ts'
import { RECORD_KINDS, type RecordNumber } from '../../core/market/recording.ts'
import { importSession } from './importSession.ts'
import { openSessionFile } from './sessionFile.ts'

/** The rows of a session file as texts: minute, kind, right, and the named numbers. */
async function rowsOf(file: string, names: readonly RecordNumber[]): Promise<string[]> {
  const opened = await openSessionFile(file)
  if (!opened.ok) throw new Error(opened.failure)
  const told: string[] = []
  for (let rows = await opened.value.next(); rows; rows = await opened.value.next()) {
    for (let row = 0; row < rows.count; row += 1) {
      const minute = ((rows.time[row] ?? 0) - clock(0, 0)) / 60_000
      const numbers = names
        .map(name => rows.numbers[name][row] ?? Number.NaN)
        .filter(value => value === value)
      told.push([minute, RECORD_KINDS[rows.kind[row] ?? 9], rows.isPut[row], ...numbers].join(' '))
    }
  }
  await opened.value.close()
  return told
}

const quotesWith = (...lines: string[]) => [QUOTE_HEADER, ...lines]
const barsWith = (...lines: string[]) => [BAR_HEADER, ...lines]

test('a minute is known when it is over, bars before quotes, and every minute is confirmed', async () => {
  const folder = temporaryFolder()
  const put = quoteLine({ time_et: '09:33:00', right: 'put', strike: 685.5, bid_close: 0.4, ask_close: 0.45 })
  const { result, out } = await importFiles(folder, { quotes: quotesWith(quoteLine(), put) })
  expect(result).toMatchObject({ ok: true, value: { quotes: 2, bars: 1, rows: 6, refused: {} } })
  expect(await rowsOf(out, ['strike', 'bid', 'ask', 'bidSize', 'askSize', 'open', 'close'])).toEqual([
    '572 bar 0 690 690.5',
    '572 quote 0 690 1.2 1.22 10 12',
    '572 confirmed 0',
    '573 confirmed 0',
    '574 quote 1 685.5 0.4 0.45 10 12',
    '574 confirmed 0',
  ])
  expect(namesIn(folder)).toEqual(['bars.csv', 'quotes.csv', 'session.parquet'])
})

test.each([
  ['a side without an order', { bid_close: '', bid_size: '' }, '0 1.22 0 12'],
  ['a locked market', { bid_close: 1.22 }, '1.22 1.22 10 12'],
  ['a number in exponents', { ask_close: '1.3e0' }, '1.2 1.3 10 12'],
  ['sides that vanished both', { bid_close: '', ask_close: '', bid_size: 0, ask_size: 0 }, '0 0 0 0'],
])('keeps %s as it is', async (_what, fields, expected) => {
  const { result, out } = await importFiles(temporaryFolder(), { quotes: quotesWith(quoteLine(fields)) })
  expect(result).toMatchObject({ ok: true, value: { quotes: 1, refused: {} } })
  const quote = (await rowsOf(out, ['bid', 'ask', 'bidSize', 'askSize'])).find(row => /quote/.test(row))
  expect(quote).toBe(`572 quote 0 ${expected}`)
})

test.each([
  ['text in a price', { bid_close: 'abc' }, 'notANumber'],
  ['blanks for a price', { ask_close: ' ' }, 'notANumber'],
  ['not a number', { bid_close: 'NaN' }, 'notANumber'],
  ['infinity', { ask_close: 'Infinity' }, 'notANumber'],
  ['a number beyond all numbers', { ask_close: '1e400' }, 'notANumber'],
  ['text in a size', { bid_size: 'ten' }, 'notANumber'],
  ['a negative price', { bid_close: -0.01 }, 'negative'],
  ['a negative size', { ask_size: -1 }, 'negative'],
  ['a crossed quote', { bid_close: 1.23 }, 'crossed'],
  ['zeros on both sides', { bid_close: 0, ask_close: 0 }, 'noPrice'],
  ['a strike of nothing', { strike: 0 }, 'badStrike'],
  ['a strike that is no number', { strike: 'ATM' }, 'badStrike'],
  ['a right that is neither call nor put', { right: 'C' }, 'badRight'],
  ['a time that is none', { time_et: '9:31' }, 'badTime'],
  ['a minute that no hour has', { time_et: '09:61:00' }, 'badTime'],
  ['another day', { date: '2026-11-19' }, 'otherDate'],
  ['another underlying', { underlying: 'QQQ' }, 'otherUnderlying'],
  ['another expiry', { expiry: '2026-11-23' }, 'otherExpiry'],
])('counts a quote with %s as refused and keeps the others', async (_what, fields, reason) => {
  const quotes = quotesWith(
    quoteLine({ time_et: '09:30:00' }),
    quoteLine(fields),
    quoteLine({ right: 'put' }),
  )
  const { result, out } = await importFiles(temporaryFolder(), { quotes })
  expect(result).toMatchObject({ ok: true, value: { quotes: 2, refused: { [reason]: 1 } } })
  expect((await rowsOf(out, [])).filter(row => /quote/.test(row))).toEqual(['571 quote 0', '572 quote 1'])
})

test('counts quotes from before and after the day as refused', async () => {
  const times = ['04:00:00', '09:13:00', '10:00:00', '17:30:00', '23:00:00']
  const quotes = quotesWith(...times.map(time_et => quoteLine({ time_et })))
  const { result, out } = await importFiles(temporaryFolder(), { quotes })
  expect(result).toMatchObject({ ok: true, value: { quotes: 1, refused: { outsideSession: 4 } } })
  expect((await rowsOf(out, [])).filter(row => /quote/.test(row))).toEqual(['601 quote 0'])
})

test.each([
  ['text in a price', { close: 'abc' }, 'bar:notANumber'],
  ['text in its volume', { volume: 'many' }, 'bar:notANumber'],
  ['a negative volume', { volume: -5 }, 'bar:negative'],
  ['a price of nothing', { low: 0 }, 'bar:negative'],
  ['a high below its close', { high: 690.2 }, 'bar:badRange'],
  ['a low above its open', { low: 690.2 }, 'bar:badRange'],
  ['a time that is none', { time_et: 'noon' }, 'bar:badTime'],
  ['another day', { date: '2026-11-19' }, 'bar:otherDate'],
  ['a time after the day', { time_et: '20:00:00' }, 'bar:outsideSession'],
])('counts a bar with %s as refused and keeps the others', async (_what, fields, reason) => {
  const bars = barsWith(barLine({ time_et: '09:30:00' }), barLine(fields))
  const { result, out } = await importFiles(temporaryFolder(), { bars })
  expect(result).toMatchObject({ ok: true, value: { bars: 1, refused: { [reason]: 1 } } })
  expect((await rowsOf(out, ['volume'])).filter(row => /bar/.test(row))).toEqual(['571 bar 0 1000'])
})

test('bars of quotes are bars of their mids, and a side that is missing makes no price', async () => {
  const parts = ['open', 'high', 'low', 'close'].flatMap(part => [`bid_${part}`, `ask_${part}`])
  const header = ['date', 'time_et', ...parts].join(',')
  const both = '2026-11-20,09:31:00,690,690.1,691,691.1,689,689.1,690,690.2'
  const oneSided = '2026-11-20,09:32:00,0,690.1,691,691.1,689,689.1,690,690.2'
  const { result, out } = await importFiles(temporaryFolder(), { bars: [header, both, oneSided] })
  expect(result).toMatchObject({ ok: true, value: { bars: 1, refused: { 'bar:notANumber': 1 } } })
  expect((await rowsOf(out, ['open', 'high', 'low', 'close', 'volume']))[0]).toBe(
    '572 bar 0 690.05 691.05 689.05 690.1 0',
  )
})

test.each([
  ['a row that was cut short', quoteLine().split(',').slice(0, 8).join(',')],
  ['a row with a comma inside a number', quoteLine({ ask_close: '1,220' })],
])('counts %s as refused instead of guessing which field is which', async (_what, line) => {
  const { result } = await importFiles(temporaryFolder(), { quotes: quotesWith(quoteLine(), line) })
  expect(result).toMatchObject({ ok: true, value: { quotes: 1, refused: { fieldCount: 1 } } })
})

test.each(['date', 'time_et', 'underlying', 'expiry', 'right', 'strike', 'bid_close', 'ask_size'])(
  'names the column "%s" that quotes must have',
  async name => {
    const without = [QUOTE_HEADER.replace(new RegExp(`(^|,)${name}(?=,|$)`), '$1other'), quoteLine()]
    const { result, quotes } = await importFiles(temporaryFolder(), { quotes: without })
    const start = `quotes: ${quotes} must have a column "${name}", has `
    expect(result).toMatchObject({ ok: false, failure: expect.stringContaining(start) })
  },
)

test.each(['date', 'time_et', 'open', 'high', 'low', 'close'])(
  'names the column "%s" that bars must have',
  async name => {
    const without = [BAR_HEADER.replace(name, 'other'), barLine()]
    const { result, bars } = await importFiles(temporaryFolder(), { bars: without })
    const start = `underlying: ${bars} must have a column "${name}"`
    expect(result).toMatchObject({ ok: false, failure: expect.stringContaining(start) })
  },
)

const late = [quoteLine(), quoteLine({ time_et: '09:30:00' })]
const lateBars = [barLine(), barLine({ time_et: '09:30:00' })]
test.each([
  ['an empty file', { quotes: [] }, /^quotes: .*quotes\.csv must have a header row, is empty$/],
  ['a header alone', { quotes: [QUOTE_HEADER] }, /^quotes: .* must have rows below its header, has none$/],
  ['empty lines alone', { bars: ['', '', ''] }, /^underlying: .*bars\.csv must have a header row, is empty$/],
  [
    'quotes out of order',
    { quotes: quotesWith(...late) },
    /quotes\.csv must be in order of time, time_et in line 3 is 09:30:00 after 09:31:00$/,
  ],
  [
    'bars out of order',
    { bars: barsWith('', '', ...lateBars) },
    /bars\.csv must be in order of time, time_et in line 5 is 09:30:00 after 09:31:00$/,
  ],
  [
    'a day without trading',
    { quotes: quotesWith(quoteLine({ date: '2026-11-21' })) },
    /must begin on a trading day, date in line 2 is "2026-11-21"$/,
  ],
  [
    'no quote that may be kept',
    { quotes: quotesWith(quoteLine({ bid_close: 9 }), quoteLine({ strike: -1 })) },
    /must have quotes that expire on 2026-11-20, all 2 rows were refused \(crossed 1, badStrike 1\)$/,
  ],
  [
    'no bar that may be kept',
    { bars: barsWith(barLine({ close: -1 })) },
    /must have bars of 2026-11-20, all 1 rows were refused \(bar:negative 1\)$/,
  ],
  ['a quote mark gone astray', { quotes: quotesWith('"2026') }, /quotes\.csv must be CSV \(/],
])('refuses %s in one line and leaves nothing behind', async (_what, files, sentence) => {
  const folder = temporaryFolder()
  const { result } = await importFiles(folder, files)
  expect(result).toMatchObject({ ok: false, failure: expect.stringMatching(sentence) })
  expect(result).toMatchObject({ failure: expect.not.stringContaining('\n') })
  expect(namesIn(folder)).toEqual(['bars.csv', 'quotes.csv'])
})

test('refuses a gzip file that is none, and one that was cut off at any place', async () => {
  const whole = gzipSync(Buffer.from(`${quotesWith(quoteLine(), quoteLine({ right: 'put' })).join('\n')}\n`))
  const folder = temporaryFolder()
  const plain = Buffer.from(`${QUOTE_HEADER}\n${quoteLine()}\n`)
  const { result } = await importFiles(folder, { quotes: plain, isPacked: true })
  expect(result).toMatchObject({ ok: false, failure: expect.stringMatching(/must be a gzip file \(/) })
  for (let size = 1; size < whole.length; size += 7) {
    const cut = await importFiles(folder, { quotes: whole.subarray(0, size), isPacked: true })
    expect(cut.result, `cut at ${size}`).toMatchObject({
      ok: false,
      failure: `quotes: ${cut.quotes} must be a whole gzip file, is cut off`,
    })
  }
  expect(namesIn(folder)).toEqual(['bars.csv.gz', 'quotes.csv.gz'])
})

test('packed or plain, with CRLF, a byte order mark, empty lines or quoted fields: the same session', async () => {
  const quotes = quotesWith(quoteLine(), quoteLine({ right: 'put', time_et: '09:32:00' }))
  const text = quotes.join('\r\n')
  const quoted = quotes.map(line => line.replaceAll(/[^,]+/g, '"$&"'))
  const ways = [
    { quotes },
    { quotes, isPacked: true },
    { quotes: Buffer.from(text) },
    { quotes: Buffer.from(`\uFEFF${text}`) },
    { quotes: quotes.flatMap(line => [line, '']) },
    { quotes: quoted },
  ]
  const told = await Promise.all(
    ways.map(async way => {
      const { result, out } = await importFiles(temporaryFolder(), way)
      expect(result).toMatchObject({ ok: true, value: { quotes: 2, refused: {} } })
      return rowsOf(out, ['strike', 'bid', 'ask', 'bidSize', 'askSize', 'close'])
    }),
  )
  for (const rows of told) expect(rows).toEqual(told[0])
  expect(told[0]).toHaveLength(5)
})

test('names the file that is not there', async () => {
  const folder = temporaryFolder()
  const { quotes, bars, out } = await importFiles(folder, {})
  const absent = join(folder, 'absent.csv')
  expect(await importSession(absent, bars, out)).toEqual({
    ok: false,
    failure: `quotes: there is no file ${absent}`,
  })
  expect(await importSession(quotes, absent, out)).toEqual({
    ok: false,
    failure: `underlying: there is no file ${absent}`,
  })
})

test('says which file cannot be written, and leaves nothing behind', async () => {
  const folder = temporaryFolder()
  const { quotes, bars, out } = await importFiles(folder, {})
  const before = namesIn(folder)
  const asFolder = join(folder, 'taken')
  mkdirSync(asFolder)
  expect(await importSession(quotes, bars, asFolder)).toEqual({
    ok: false,
    failure: `out: ${asFolder} must be a file, is a folder`,
  })
  const below = join(out, 'session.parquet')
  const refused = await importSession(quotes, bars, below)
  expect(refused).toMatchObject({
    ok: false,
    failure: expect.stringContaining(`out: ${below} must be a file`),
  })
  expect(namesIn(folder)).toEqual([...before, 'taken'])
})

test('what an import that died left beside its file does not get into the next one', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'session.parquet.rows'), 'not a database')
  const { result, out } = await importFiles(folder, {})
  expect(result).toMatchObject({ ok: true, value: { rows: 3 } })
  expect(await rowsOf(out, [])).toHaveLength(3)
  expect(existsSync(`${out}.rows`)).toBe(false)
})

test('importing again replaces the file and adds nothing to it', async () => {
  const folder = temporaryFolder()
  const [first, second] = [await importFiles(folder, {}), await importFiles(folder, {})]
  expect(second.result).toEqual(first.result)
  expect(await rowsOf(second.out, [])).toHaveLength(3)
})
