import { join } from 'node:path'
import { expect, test } from 'vitest'
import { namesIn, temporaryFolder } from '../fixtures/folder.ts'
import { DATE, TIMES, clock } from '../fixtures/market.ts'
import { createSessionFile, openSessionFile } from '../adapters/history/sessionFile.ts'
import { replayFeed } from '../adapters/marketdata/replayFeed.ts'
import { simulatedFeed } from '../adapters/marketdata/simulatedFeed.ts'
import { createChain, rightOf, strikeOf } from '../core/market/optionChain.ts'
import type { MarketEvent, QuoteBatch } from '../engine/event.ts'
import type { MarketSource } from '../engine/ports.ts'
import { SessionRecorder } from './sessionRecorder.ts'

async function eventsOf(source: MarketSource, steps = Number.POSITIVE_INFINITY): Promise<MarketEvent[]> {
  const events = [...source.opening]
  for (let step = await source.next(); step && steps > 0; step = await source.next()) {
    events.push(...step.events)
    steps -= 1
  }
  return events
}

async function recorded(events: readonly MarketEvent[], file: string): Promise<number> {
  const recorder = new SessionRecorder(await createSessionFile(file))
  for (const event of events) recorder.hear(event)
  return recorder.finish()
}

async function replayed(file: string): Promise<MarketEvent[]> {
  const opened = await openSessionFile(file)
  if (!opened.ok) throw new Error(opened.failure)
  const source = await replayFeed(opened.value, 'again')
  const events = await eventsOf(source)
  await source.close()
  return events
}

/** Quotes as texts, a row each; strikes that were never quoted have no row in a recording. */
function quotesOf(events: readonly MarketEvent[]): string[] {
  const opened = events.find(event => event.kind === 'sessionOpened')
  if (!opened) throw new Error('a session must be opened')
  const chain = createChain(opened.listing)
  const name = (row: number) => `${rightOf(chain, row)} ${strikeOf(chain, row)}`
  return events
    .filter((event): event is QuoteBatch => event.kind === 'quotes')
    .flatMap(batch =>
      Array.from({ length: batch.count }, (_, index) =>
        [
          batch.times[index],
          name(batch.rows[index] ?? -1),
          ...[batch.bid, batch.ask, batch.bidSize, batch.askSize].map(column => column[index]),
        ].join(' '),
      ),
    )
}

const ofKind = (events: readonly MarketEvent[], kind: MarketEvent['kind']) =>
  events.filter(event => event.kind === kind)

test('what is recorded and replayed is what was heard: quotes, trades, VIX and bars', async () => {
  const file = join(temporaryFolder(), 'day.parquet')
  const heard = await eventsOf(simulatedFeed({ date: DATE, seed: 11, from: clock(9, 33) }), 700)
  const rows = await recorded(heard, file)
  const again = await replayed(file)
  expect(quotesOf(again)).toEqual(quotesOf(heard))
  expect(quotesOf(heard).length).toBeGreaterThan(10_000)
  expect(rows).toBeGreaterThan(quotesOf(heard).length)
  for (const kind of ['underlying', 'volatilityIndex'] as const)
    expect(ofKind(again, kind)).toEqual(ofKind(heard, kind))
  const bars = (events: readonly MarketEvent[]) =>
    events.flatMap(event =>
      event.kind === 'barsBackfilled' ? event.bars : event.kind === 'bar' ? [event.bar] : [],
    )
  expect(bars(again)).toEqual(bars(heard))
  expect(ofKind(again, 'statistics').length).toBe(2)
  expect(again.at(-1)).toEqual({ kind: 'sessionEnded', time: TIMES.watchEnd })
})

test('a recording says what session it is of', async () => {
  const file = join(temporaryFolder(), 'day.parquet')
  const heard = await eventsOf(simulatedFeed({ date: DATE, seed: 11 }), 20)
  await recorded(heard, file)
  const opened = await openSessionFile(file)
  const [session] = heard
  if (!opened.ok || session?.kind !== 'sessionOpened') throw new Error('a session must be opened')
  const { date, underlying, style, source, quoteInterval, previousClose } = session.session
  const known = { date, underlying, style, source, quoteInterval, previousClose }
  expect(opened.value.header).toEqual({ ...known, refused: {} })
  await opened.value.close()
})

test('who heard no session makes no file', async () => {
  const folder = temporaryFolder()
  const recorder = new SessionRecorder(await createSessionFile(join(folder, 'none.parquet')))
  recorder.hear({ kind: 'quotesConfirmed', time: TIMES.open })
  expect(await recorder.finish()).toBe(0)
  expect(namesIn(folder)).not.toContain('none.parquet')
})
