import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { namesIn, temporaryFolder } from '../../fixtures/folder.ts'
import { DATE, TIMES } from '../../fixtures/market.ts'
import { importFiles } from '../../fixtures/minuteFiles.ts'
import { replayFeed } from '../marketdata/replayFeed.ts'
import {
  RECORD_KINDS,
  RECORD_NUMBERS,
  emptyRows,
  type RecordedRows,
  type Recording,
  type RecordingHeader,
} from '../../core/market/recording.ts'
import { connectDuckdb, literal } from './duckdb.ts'
import { createSessionFile, openSessionFile, writeSessionFile } from './sessionFile.ts'

const HEADER: RecordingHeader = {
  date: DATE,
  underlying: 'SPY',
  style: 'american',
  source: 'a \'made up\' day; with "quotes"',
  quoteInterval: 1000,
  previousClose: 689.25,
  refused: { crossed: 3 },
}

async function open(file: string): Promise<Recording> {
  const opened = await openSessionFile(file)
  if (!opened.ok) throw new Error(opened.failure)
  return opened.value
}

/** Everything a recording holds, one plain object a row. */
async function readAll(recording: Recording): Promise<object[]> {
  const all: object[] = []
  for (let rows = await recording.next(); rows; rows = await recording.next()) all.push(...plainRows(rows))
  await recording.close()
  return all
}

function plainRows(rows: RecordedRows): object[] {
  return Array.from({ length: rows.count }, (_, row) => ({
    time: rows.time[row],
    kind: RECORD_KINDS[rows.kind[row] ?? 9],
    isPut: rows.isPut[row],
    ...Object.fromEntries(RECORD_NUMBERS.map(name => [name, rows.numbers[name][row]])),
  }))
}

const anyNumber = fc.oneof(
  fc.constant(Number.NaN),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter(value => !Object.is(value, -0)),
)
const anyRow = fc.record({
  time: fc.integer({ min: TIMES.preflight, max: TIMES.watchEnd }),
  kind: fc.nat({ max: RECORD_KINDS.length - 1 }),
  isPut: fc.nat({ max: 1 }),
  numbers: fc.tuple(...RECORD_NUMBERS.map(() => anyNumber)),
})

/** Rows as columns; only what is about an option has a side. */
function columnsOf(
  given: readonly (typeof anyRow extends fc.Arbitrary<infer Row> ? Row : never)[],
): RecordedRows {
  const rows = emptyRows(given.length)
  rows.count = given.length
  given.forEach((row, position) => {
    rows.time[position] = row.time
    rows.kind[position] = row.kind
    RECORD_NUMBERS.forEach((name, index) => (rows.numbers[name][position] = row.numbers[index] ?? 0))
    rows.isPut[position] = Number.isNaN(rows.numbers.strike[position]) ? 0 : row.isPut
  })
  return rows
}

test('reading gives back what was written, bit by bit and in order', async () => {
  const folder = temporaryFolder()
  const chunks = fc.array(fc.array(anyRow, { maxLength: 30 }), { minLength: 1, maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(chunks, async given => {
      const file = join(folder, 'any.parquet')
      const recorder = await createSessionFile(file)
      const written = given.map(columnsOf)
      for (const rows of written) await recorder.write(rows)
      const count = await recorder.finish(HEADER)
      const recording = await open(file)
      expect(recording.header).toEqual(HEADER)
      const read = await readAll(recording)
      expect(read).toEqual(written.flatMap(plainRows))
      expect(count).toBe(read.length)
    }),
    { numRuns: 5 },
  )
}, 20_000)

test('more rows than fit into a chunk come in order, and strikes are listed rising, each once', async () => {
  const file = join(temporaryFolder(), 'long.parquet')
  const rows = emptyRows(5000)
  rows.count = 5000
  for (let row = 0; row < 5000; row += 1) {
    rows.time[row] = TIMES.open + row
    rows.isPut[row] = row % 2
    rows.numbers.strike[row] = 700 - (row % 10)
  }
  expect(await writeSessionFile(file, rows, HEADER)).toEqual({ ok: true, value: 5000 })
  const recording = await open(file)
  expect([recording.callStrikes, recording.putStrikes]).toEqual([
    [692, 694, 696, 698, 700],
    [691, 693, 695, 697, 699],
  ])
  expect(await readAll(recording)).toEqual(plainRows(rows))
})

test('a file appears whole or not at all, and rows that a crash left are gone on with', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'day.parquet')
  const rows = columnsOf(fc.sample(anyRow, { numRuns: 3, seed: 7 }))
  const died = await createSessionFile(file)
  await died.write(rows)
  expect(existsSync(file)).toBe(false)
  await died.finish(HEADER)
  expect(namesIn(folder)).toEqual(['day.parquet'])
  expect(await readAll(await open(file))).toHaveLength(3)
})

test('a header without a close of the day before has none', async () => {
  const file = join(temporaryFolder(), 'day.parquet')
  await writeSessionFile(file, emptyRows(0), { ...HEADER, previousClose: undefined })
  const recording = await open(file)
  expect(recording.header.previousClose).toBeUndefined()
  expect(await readAll(recording)).toEqual([])
})

async function foreignParquet(file: string, metadata: string): Promise<void> {
  const connection = await connectDuckdb()
  await connection.run(`COPY (SELECT 1 AS a) TO ${literal(file)} (FORMAT parquet${metadata})`)
  connection.closeSync()
}

const withHeader = (header: object) => `, KV_METADATA {zerodte: ${literal(JSON.stringify(header))}}`
const whole = { formatVersion: 1, ...HEADER }
test.each([
  ['somebody else’s Parquet file', '', /must carry the header of a session file, has none$/],
  ['a header that is no JSON', `, KV_METADATA {zerodte: 'hello'}`, /must be a session file \(.*JSON/],
  ['a newer format', withHeader({ ...whole, formatVersion: 2 }), /formatVersion of .*: .*expected 1/],
  ['a date that is none', withHeader({ ...whole, date: '2026-13-01' }), /date of .*: Invalid ISO date/],
  ['an interval of nothing', withHeader({ ...whole, quoteInterval: 0 }), /quoteInterval of .*: .*>0/],
  ['a header without the columns', withHeader(whole), /must be a session file \(.*"kind" not found/],
])('refuses %s in one line that names the file', async (_what, metadata, sentence) => {
  const file = join(temporaryFolder(), "it's [foreign].parquet")
  await foreignParquet(file, metadata)
  const opened = await openSessionFile(file)
  expect(opened).toMatchObject({ ok: false, failure: expect.stringMatching(sentence) })
  expect(opened).toMatchObject({ failure: expect.stringContaining(file) })
  expect(opened).toMatchObject({ failure: expect.not.stringContaining('\n') })
})

test('refuses a file that is not there, one that is empty, and a folder', async () => {
  const folder = temporaryFolder()
  const [absent, empty] = [join(folder, 'absent.parquet'), join(folder, 'empty.parquet')]
  writeFileSync(empty, '')
  expect(await openSessionFile(absent)).toEqual({ ok: false, failure: `session: there is no file ${absent}` })
  for (const file of [empty, folder]) {
    const start = `session: ${file} must be a session file (`
    expect(await openSessionFile(file)).toMatchObject({ ok: false, failure: expect.stringContaining(start) })
  }
})

test('a cut file is refused, and what a damaged one breaks is told in one line, when it is opened or when it is read', async () => {
  const folder = temporaryFolder()
  const { out } = await importFiles(folder, {})
  const bytes = readFileSync(out)
  const damage = fc.record({ place: fc.nat(), flip: fc.integer({ min: 1, max: 255 }), isCut: fc.boolean() })
  const file = join(folder, 'damaged.parquet')
  await fc.assert(
    fc.asyncProperty(damage, async ({ place, flip, isCut }) => {
      const at = place % bytes.length
      const damaged = Buffer.from(isCut ? bytes.subarray(0, at) : bytes)
      if (!isCut) damaged[at] = (bytes[at] ?? 0) ^ flip
      writeFileSync(file, damaged)
      const opened = await openSessionFile(file)
      const read = opened.ok
        ? await readAll(opened.value).catch((cause: unknown) => `while reading ${file}: ${String(cause)}`)
        : opened.failure
      const told = typeof read === 'string' ? read : `${read.length} rows of ${file}`
      expect(told).toContain(file)
      expect(told).not.toContain('\n')
      expect(told).toMatch(isCut ? /^session: / : /^(session: |while reading |3 rows)/)
    }),
    { numRuns: 30 },
  )
}, 20_000)

test('a session that was joined later is told what happened before, all at once', async () => {
  const { out } = await importFiles(temporaryFolder(), {})
  const from = TIMES.open + 600_000
  const source = await replayFeed(await open(out), 'late', from)
  expect(source.start).toBe(from)
  const [opened, backfilled] = source.opening
  expect(opened).toMatchObject({ kind: 'sessionOpened', time: from, session: { id: `${DATE}-replay-late` } })
  expect(backfilled).toMatchObject({ kind: 'barsBackfilled', bars: [{ close: 690.5, volume: 1000 }] })
  const step = await source.next()
  expect(step?.events.map(event => event.kind)).toEqual(['quotes', 'quotesConfirmed'])
  await source.close()
})
