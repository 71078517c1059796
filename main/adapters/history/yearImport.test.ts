import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { at } from '../../core/base/assert.ts'
import { namesIn, temporaryFolder } from '../../fixtures/folder.ts'
import { BAR_HEADER, QUOTE_HEADER, barLine, quoteLine } from '../../fixtures/minuteFiles.ts'
import { MIDS_HEADER, midsLines, writeLines } from '../../fixtures/midsFiles.ts'
import { DATE } from '../../fixtures/market.ts'
import { ChainStore, dayFile, type MinuteChain } from './chainStore.ts'
import { importYear, type YearReport } from './yearImport.ts'
import { readMids } from './mids.ts'

async function imported(
  kind: 'quotes' | 'mids',
  from: string,
  out: string,
  underlying?: string,
): Promise<YearReport> {
  const done = await importYear({ kind, from, underlying, out })
  if (!done.ok) throw new Error(done.failure)
  return done.value
}

async function opened(folder: string): Promise<ChainStore> {
  const store = await ChainStore.open(folder)
  if (!store.ok) throw new Error(store.failure)
  return store.value
}

async function chain(store: ChainStore, date: string, minute: number): Promise<MinuteChain | undefined> {
  const read = await store.chainAt(date, minute)
  if (!read.ok) throw new Error(read.failure)
  return read.value
}

test('mids come back as they were, a chain an instant, strikes rising, whatever the order of files and rows', async () => {
  const folder = temporaryFolder()
  const [header = '', ...rows] = midsLines(2, 9, { implied: 0.2, realised: 0.2 })
  const whole = await readMids(writeLines(folder, 'whole.csv', [header, ...rows]))
  if (!whole.ok) throw new Error(whole.failure)
  const source = join(folder, 'year')
  writeFolder(source, header, rows)
  const out = join(folder, 'days')
  const report = await imported('mids', source, out)
  expect(report).toMatchObject({ files: 3, days: 2, rows: rows.length, first: '2024-01-02' })
  const store = await opened(out)
  expect(store.dates).toEqual(whole.value.days.map(({ date }) => date))
  for (const { date, instants } of whole.value.days) {
    expect(await store.minutesOf(date)).toEqual(instants.map(({ minute }) => minute))
    for (const { minute, underlying, strikes, calls, puts } of instants) {
      expect(await chain(store, date, minute)).toMatchObject({
        date,
        minute,
        underlying,
        strikes,
        callBid: calls,
        callAsk: calls,
        putBid: puts,
        putAsk: puts,
      })
    }
  }
  expect(await chain(store, '2024-01-02', 601)).toBeUndefined()
  expect(await chain(store, '2019-01-02', 600)).toBeUndefined()
  store.close()
  expect(namesIn(out)).toHaveLength(2)
})

/** Rows dealt out to three files, the rows of each backwards. */
function writeFolder(source: string, header: string, rows: readonly string[]): void {
  mkdirSync(source)
  for (const [index, name] of ['a.csv', 'b.csv.gz', 'c.csv'].entries()) {
    const share = rows.filter((_, row) => row % 3 === index).toReversed()
    writeLines(source, name, [header, ...share])
  }
}

test('a quote stands until it changes, and a side that is gone is gone', async () => {
  const folder = temporaryFolder()
  const source = join(folder, 'year')
  mkdirSync(source)
  const minutes = [
    quoteLine({ time_et: '09:31:00' }),
    quoteLine({ time_et: '09:31:00', strike: 700, right: 'put' }),
    quoteLine({ time_et: '09:32:00', strike: 700, right: 'put', bid_close: 2, ask_close: 2.1 }),
    quoteLine({ time_et: '09:33:00', bid_close: '', bid_size: 0 }),
    quoteLine({ time_et: '09:33:00', expiry: '2026-12-24' }),
    quoteLine({ time_et: '09:33:00', bid_close: 9 }),
  ]
  writeLines(source, 'quotes.csv', [QUOTE_HEADER, ...minutes])
  const bars = writeLines(folder, 'bars.csv', [BAR_HEADER, barLine({ time_et: '09:31:00' })])
  const report = await imported('quotes', source, join(folder, 'days'), bars)
  expect(report.refused).toEqual({
    otherExpiry: { rows: 1, first: `${join(source, 'quotes.csv')} line 6` },
    crossed: { rows: 1, first: `${join(source, 'quotes.csv')} line 7` },
  })
  const store = await opened(join(folder, 'days'))
  const [first, second, third] = [
    await chain(store, DATE, 572),
    await chain(store, DATE, 573),
    await chain(store, DATE, 574),
  ]
  expect(first?.strikes).toEqual(Float64Array.of(690, 700))
  expect(first?.underlying).toBeGreaterThan(0)
  expect(second?.underlying).toBe(first?.underlying)
  expect([first, second, third].map(each => each?.callBid[0])).toEqual([1.2, 1.2, 0])
  expect([first, second, third].map(each => each?.putAsk[1])).toEqual([1.22, 2.1, 2.1])
  expect(first?.callBid[1]).toBeNaN()
  store.close()
})

test('what is carried on is what was told last, for any quotes', async () => {
  const told = fc.record({
    minute: fc.integer({ min: 0, max: 9 }),
    strike: fc.constantFrom(690, 691, 692),
    right: fc.constantFrom('call', 'put'),
    bid: fc.integer({ min: 1, max: 500 }).map(cents => cents / 100),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(told, { minLength: 1, maxLength: 40 }), async quotes => {
      const folder = temporaryFolder()
      const rows = quotes.toSorted((one, other) => one.minute - other.minute)
      const file = writeLines(folder, 'quotes.csv', [
        QUOTE_HEADER,
        ...rows.map(({ minute, strike, right, bid }) =>
          quoteLine({ time_et: `10:0${minute}:00`, strike, right, bid_close: bid, ask_close: bid + 1 }),
        ),
      ])
      await imported('quotes', file, join(folder, 'days'))
      const store = await opened(join(folder, 'days'))
      for (const minute of new Set(rows.map(row => row.minute))) {
        const read = await chain(store, DATE, 601 + minute)
        for (const [index, strike] of (read?.strikes ?? []).entries()) {
          const last = rows.findLast(
            row => row.minute <= minute && row.strike === strike && row.right === 'call',
          )
          expect(at(read?.callBid ?? [], index)).toBe(last?.bid ?? Number.NaN)
        }
      }
      store.close()
    }),
    { numRuns: 3 },
  )
})

test('a broken row of mids is refused by file, line and column, and nothing is written', async () => {
  const folder = temporaryFolder()
  const file = writeLines(folder, 'mids.csv', [
    MIDS_HEADER,
    '2024-01-02,10:00,5000,5000,1,1',
    '2024-01-02,10:00,5000,5005,-1,1',
  ])
  expect(
    await importYear({ kind: 'mids', from: file, underlying: undefined, out: join(folder, 'days') }),
  ).toEqual({
    ok: false,
    failure: `mids: ${file} column call_mid in line 3 must be a number not below 0, is "-1"`,
  })
  expect(namesIn(join(folder, 'days'))).toEqual([])
})

test('what is no folder of days is refused in one line, and so is a damaged day', async () => {
  const folder = temporaryFolder()
  expect(await ChainStore.open(join(folder, 'absent'))).toMatchObject({ ok: false })
  expect(await ChainStore.open(folder)).toMatchObject({
    ok: false,
    failure: `history: ${folder} must hold days, has none`,
  })
  await imported(
    'mids',
    writeLines(folder, 'mids.csv', [MIDS_HEADER, '2024-01-02,10:00,5000,5000,1,1']),
    folder,
  )
  const store = await opened(folder)
  writeFileSync(dayFile(folder, '2024-01-02'), 'PAR1 no more')
  expect(await store.chainAt('2024-01-02', 600)).toMatchObject({
    ok: false,
    failure: expect.stringContaining('2024-01-02.parquet'),
  })
  store.close()
  expect(await ChainStore.open(folder)).toMatchObject({ ok: false })
})

const REAL = join(
  import.meta.dirname,
  '../../../../shared/data/options_0dte/spx_0dte_mids_2023-11_to_2024-12.csv.gz',
)

test.skipIf(!existsSync(REAL))('the real year of mids comes back (needs ../shared/data)', async () => {
  const out = temporaryFolder()
  expect(await imported('mids', REAL, out)).toMatchObject({ days: 290, rows: 44_064 })
  const store = await opened(out)
  const read = await chain(store, '2024-06-18', 600)
  expect(read?.underlying).toBe(5480.91)
  expect(read?.strikes).toHaveLength(17)
  expect(read?.callBid[8]).toBe(9.8)
  expect(read?.putAsk[14]).toBeNaN()
  store.close()
})
