import { existsSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { namesIn, temporaryFolder } from '../../fixtures/folder.ts'
import { TIMES, clock } from '../../fixtures/market.ts'
import { BAR_HEADER, QUOTE_HEADER, barLine, importFiles, quoteLine } from '../../fixtures/minuteFiles.ts'
import { replayFeed } from '../marketdata/replayFeed.ts'
import { rowOf, createChain } from '../../core/market/optionChain.ts'
import type { MarketEvent } from '../../engine/event.ts'
import { openSessionFile } from './sessionFile.ts'

/** A quote as it was made up, on the cent grid. */
interface MadeUp {
  readonly minute: number
  readonly right: 'call' | 'put'
  readonly strike: number
  readonly bid: number
  readonly ask: number
  readonly bidSize: number
  readonly askSize: number
}

const cents = fc.integer({ min: 0, max: 5000 }).map(value => value / 100)
const size = fc.integer({ min: 0, max: 900 })
const madeUp: fc.Arbitrary<MadeUp> = fc
  .record({
    minute: fc.integer({ min: 570, max: 590 }),
    right: fc.constantFrom('call', 'put'),
    strike: fc.integer({ min: 1300, max: 1400 }).map(half => half / 2),
    bid: cents,
    spread: fc.integer({ min: 1, max: 300 }).map(value => value / 100),
    bidSize: size,
    askSize: size,
  })
  .map(({ spread, ...quote }) => ({ ...quote, ask: Math.round((quote.bid + spread) * 100) / 100 }))

/** Quotes in order of time, at most one a contract and minute. */
const madeUpDay = fc
  .uniqueArray(madeUp, {
    minLength: 1,
    maxLength: 40,
    selector: ({ minute, right, strike }) => `${minute} ${right} ${strike}`,
  })
  .map(quotes => quotes.sort((one, other) => one.minute - other.minute))

function timeText(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00`
}

function lineOf({ minute, right, strike, bid, ask, bidSize, askSize }: MadeUp): string {
  const prices = { bid_close: bid, ask_close: ask, bid_size: bidSize, ask_size: askSize }
  return quoteLine({ time_et: timeText(minute), right, strike, ...prices })
}

async function replayed(file: string): Promise<MarketEvent[]> {
  const opened = await openSessionFile(file)
  if (!opened.ok) throw new Error(opened.failure)
  const source = await replayFeed(opened.value, 'made-up')
  const events: MarketEvent[] = [...source.opening]
  for (let step = await source.next(); step; step = await source.next()) events.push(...step.events)
  await source.close()
  return events
}

test('what was imported is what the replay says: every quote, at the end of its minute, and nothing else', async () => {
  const folder = temporaryFolder()
  await fc.assert(
    fc.asyncProperty(madeUpDay, async day => {
      const { result, out } = await importFiles(folder, { quotes: [QUOTE_HEADER, ...day.map(lineOf)] })
      expect(result).toMatchObject({ ok: true, value: { quotes: day.length, refused: {} } })
      const events = await replayed(out)
      const opened = events.find(event => event.kind === 'sessionOpened')
      if (!opened) throw new Error('a session must be opened')
      const chain = createChain(opened.listing)
      const told = events.flatMap(event =>
        event.kind === 'quotes'
          ? Array.from(event.rows, (row, index) => [
              event.time,
              row,
              ...[event.bid, event.ask, event.bidSize, event.askSize].map(column => column[index]),
            ])
          : [],
      )
      const expected = day.map(({ minute, right, strike, bid, ask, bidSize, askSize }) => [
        clock(0, minute + 1),
        rowOf(chain, right, strike),
        bid,
        ask,
        bidSize,
        askSize,
      ])
      expect(told).toEqual(expected)
    }),
    { numRuns: 6 },
  )
}, 20_000)

test('every minute from the first quote to the last ends by confirming what stands, and the day ends once', async () => {
  const folder = temporaryFolder()
  await fc.assert(
    fc.asyncProperty(madeUpDay, async day => {
      const { out } = await importFiles(folder, { quotes: [QUOTE_HEADER, ...day.map(lineOf)] })
      const events = await replayed(out)
      const confirmed = events.filter(event => event.kind === 'quotesConfirmed').map(event => event.time)
      const [first = 0, last = 0] = [day[0]?.minute, day.at(-1)?.minute]
      const minutes = Array.from({ length: last - first + 1 }, (_, index) => clock(0, first + index + 1))
      expect(confirmed).toEqual(minutes)
      const times = events.map(event => event.time)
      expect(times).toEqual([...times].sort((one, other) => one - other))
      expect(events.at(-1)).toEqual({ kind: 'sessionEnded', time: TIMES.watchEnd })
    }),
    { numRuns: 4 },
  )
}, 20_000)

/** A field as nobody should write it. */
const nonsense = fc.oneof(
  fc.constantFrom('', ' ', 'NaN', '-1', '1e400', 'Infinity', '0', '0.0', '--', '1.2.3', '1 2', 'null', '１'),
  fc.string({ maxLength: 6 }).map(text => text.replaceAll(/[",\r\n]/g, '')),
  fc.double().map(String),
)

test('whatever stands in the fields, rows are kept or counted, and every number kept stood in its field', async () => {
  const folder = temporaryFolder()
  const position = fc.integer({ min: 4, max: 9 })
  const spoiled = fc.array(fc.tuple(position, nonsense), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(spoiled, async spoils => {
      const fields = quoteLine().split(',')
      const lines = spoils.map(([at, text]) => fields.map((field, index) => (index === at ? text : field)))
      const rows = [fields, ...lines]
      const { result, out } = await importFiles(folder, {
        quotes: [QUOTE_HEADER, ...rows.map(row => row.join(','))],
      })
      if (!result.ok) throw new Error(result.failure)
      const left = Object.values(result.value.refused).reduce((sum, count) => sum + count, 0)
      expect(result.value.quotes + left).toBe(rows.length)
      // An empty field is a side without an order, which is nothing
      const known = new Set(rows.flat().map(text => (text === '' ? 0 : Number(text))))
      for (const event of await replayed(out)) {
        if (event.kind !== 'quotes') continue
        for (const value of [...event.bid, ...event.ask, ...event.bidSize, ...event.askSize])
          expect(known.has(value) && value >= 0).toBe(true)
      }
    }),
    { numRuns: 10 },
  )
}, 20_000)

test('a file damaged anywhere gives a session or one line that names the file, and leaves nothing half written', async () => {
  const minutes = Array.from({ length: 12 }, (_, index) => quoteLine({ time_et: timeText(575 + index) }))
  const text = Buffer.from(`${[QUOTE_HEADER, ...minutes].join('\n')}\n`)
  const damage = fc.record({
    place: fc.nat(),
    bytes: fc.uint8Array({ minLength: 0, maxLength: 4 }),
    isCut: fc.boolean(),
    isPacked: fc.boolean(),
    isOfBars: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(damage, async ({ place, bytes, isCut, isPacked, isOfBars }) => {
      const folder = temporaryFolder()
      const plain = isOfBars ? Buffer.from(`${BAR_HEADER}\n${barLine()}\n`) : text
      const whole = isPacked ? gzipSync(plain) : plain
      const at = place % whole.length
      const rest = isCut ? new Uint8Array() : whole.subarray(at + bytes.length)
      const damaged = Buffer.concat([whole.subarray(0, at), bytes, rest])
      const usual = isOfBars ? [QUOTE_HEADER, quoteLine()] : [BAR_HEADER, barLine()]
      const files = isOfBars ? { quotes: usual, bars: damaged } : { quotes: damaged, bars: usual }
      const { result, out, ...named } = await importFiles(folder, { ...files, isPacked })
      expect(existsSync(out)).toBe(result.ok)
      expect(namesIn(folder).filter(name => /\.(rows|wal|part)$/.test(name))).toEqual([])
      if (result.ok) return
      expect(result.failure.startsWith(isOfBars ? 'underlying: ' : 'quotes: ')).toBe(true)
      expect(result.failure).toContain(isOfBars ? named.bars : named.quotes)
      expect(result.failure).not.toContain('\n')
    }),
    { numRuns: 30 },
  )
}, 20_000)
