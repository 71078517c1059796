import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { DATE, TIMES, clock } from '../../fixtures/market.ts'
import { createChain, writeQuote, type OptionChain } from '../../core/market/optionChain.ts'
import type { MarketEvent } from '../../engine/event.ts'
import type { MarketSource, MarketStep } from '../../engine/ports.ts'
import { simulatedFeed, type SimulatedDay } from './simulatedFeed.ts'

const seed = fc.integer({ min: 0, max: 2_147_483_647 })

/** Clean quotes: nothing crossed, nothing silent, nothing missing. */
const CLEAN = { crossed: 0, silence: 0, holes: 0 }

async function steps(source: MarketSource, count: number): Promise<MarketStep[]> {
  const taken: MarketStep[] = []
  for (let step = await source.next(); step; step = await source.next()) {
    taken.push(step)
    if (taken.length === count) break
  }
  return taken
}

function feed(given: Partial<SimulatedDay> = {}): MarketSource {
  return simulatedFeed({ date: DATE, seed: 1, ...given })
}

function eventOf<Kind extends MarketEvent['kind']>(
  events: readonly MarketEvent[],
  kind: Kind,
): Extract<MarketEvent, { kind: Kind }> {
  const found = events.find((event): event is Extract<MarketEvent, { kind: Kind }> => event.kind === kind)
  if (!found) throw new Error(`there must be an event of kind ${kind}`)
  return found
}

/** The chain after one second of quotes, the spot at its end, and how far the spot went meanwhile. */
async function quoted(
  given: Partial<SimulatedDay>,
): Promise<{ chain: OptionChain; spot: number; range: number }> {
  const source = feed(given)
  const chain = createChain(eventOf(source.opening, 'sessionOpened').listing)
  const spots: number[] = []
  for (const { events } of await steps(source, 10)) {
    spots.push(eventOf(events, 'underlying').last)
    const batch = eventOf(events, 'quotes')
    for (let index = 0; index < batch.count; index += 1) {
      const [row = -1, bid = 0, ask = 0] = [batch.rows[index], batch.bid[index], batch.ask[index]]
      writeQuote(chain, row, bid, ask, 1, 1, batch.time)
    }
  }
  return { chain, spot: spots.at(-1) ?? 0, range: Math.max(...spots) - Math.min(...spots) }
}

test('the same seed and date are the same day, tick by tick', async () => {
  await fc.assert(
    fc.asyncProperty(seed, async seed => {
      const [one, other] = [feed({ seed }), feed({ seed })]
      expect(one.opening).toEqual(other.opening)
      expect(await steps(one, 120)).toEqual(await steps(other, 120))
    }),
    { numRuns: 5 },
  )
})

test('another seed or another date is another day', async () => {
  const spots = async (given: Partial<SimulatedDay>) =>
    (await steps(feed(given), 50)).map(step => eventOf(step.events, 'underlying').last).join(' ')
  await fc.assert(
    fc.asyncProperty(seed, async seed => {
      const days = [{ seed }, { seed: seed + 1 }, { seed, date: '2026-11-19' }]
      expect(new Set(await Promise.all(days.map(spots))).size).toBe(3)
    }),
    { numRuns: 5 },
  )
})

test('whenever a day is joined, it goes on as if it had been watched from the open', async () => {
  const minute = fc.integer({ min: 1, max: 25 })
  await fc.assert(
    fc.asyncProperty(seed, minute, fc.integer({ min: 0, max: 599 }), async (seed, minute, tenths) => {
      const from = TIMES.open + minute * 60_000 + tenths * 100
      const [watched, joined] = [feed({ seed }), feed({ seed, from })]
      const before = (from - TIMES.open) / 100
      const all = await steps(watched, before + 30)
      expect(joined.start).toBe(from)
      expect(await steps(joined, 30)).toEqual(all.slice(before))
    }),
    { numRuns: 5 },
  )
})

test('bars told to who joins late hold every trade that was missed, minute by minute', async () => {
  const from = clock(9, 47, 12)
  const { bars } = eventOf(feed({ from }).opening, 'barsBackfilled')
  const trades = (await steps(feed(), (from - TIMES.open) / 100)).map(step =>
    eventOf(step.events, 'underlying'),
  )
  expect(bars.map(bar => bar.time)).toEqual(
    Array.from({ length: 18 }, (_, minute) => TIMES.open + minute * 60_000),
  )
  for (const bar of bars) {
    const minute = trades.filter(trade => trade.time >= bar.time && trade.time < bar.time + 60_000)
    const prices = minute.map(trade => trade.last)
    expect([bar.open, bar.close]).toEqual([prices[0], prices.at(-1)])
    expect([bar.high, bar.low]).toEqual([Math.max(...prices), Math.min(...prices)])
    expect(bar.volume).toBe(minute.reduce((sum, trade) => sum + trade.volume, 0))
  }
})

test('at least eighty strikes of calls and of puts are listed around the money, a dollar apart', () => {
  fc.assert(
    fc.property(seed, seed => {
      const { listing, session } = eventOf(feed({ seed }).opening, 'sessionOpened')
      expect(listing.callStrikes).toEqual(listing.putStrikes)
      expect(listing.callStrikes.length).toBeGreaterThanOrEqual(80)
      const steps = listing.callStrikes.slice(1).map((strike, at) => strike - (listing.callStrikes[at] ?? 0))
      expect(new Set(steps)).toEqual(new Set([1]))
      const middle = ((listing.callStrikes[0] ?? 0) + (listing.callStrikes.at(-1) ?? 0)) / 2
      expect(Math.abs(middle / (session.previousClose ?? 0) - 1)).toBeLessThan(0.03)
      expect(session).toMatchObject({ id: `${DATE}-simulated-${seed}`, underlying: 'SPY', style: 'american' })
    }),
    { numRuns: 30 },
  )
})

test('mids fall with the strike for calls and rise for puts, and bend upward, within the noise of a quote', async () => {
  const minutes = fc.integer({ min: 0, max: 35 }).map(ten => ten * 10)
  await fc.assert(
    fc.asyncProperty(seed, minutes, async (seed, minute) => {
      const from = TIMES.open + minute * 60_000
      const { chain, range } = await quoted({ seed, from, imperfections: CLEAN })
      const count = chain.strikes.length
      const [mids, halves] = [new Float64Array(2 * count), new Float64Array(2 * count)]
      for (let row = 0; row < 2 * count; row += 1) {
        const [bid = 0, ask = 0] = [chain.bid[row], chain.ask[row]]
        mids[row] = (bid + ask) / 2
        halves[row] = (ask - bid) / 2
      }
      for (let row = 1; row < 2 * count; row += 1) {
        if (row === count) continue
        const rise = (mids[row] ?? 0) - (mids[row - 1] ?? 0)
        // A maker's centre moves a tenth of the half spread in one standard deviation, and cents are rounded
        const noise = 0.011 + range + 0.8 * (halves[row] ?? 0)
        const lawful = row < count ? -rise : rise
        expect(lawful).toBeGreaterThan(-noise)
        expect(lawful).toBeLessThan(1 + noise)
        if (row === 1 || row === count + 1) continue
        const bend = (mids[row] ?? 0) - 2 * (mids[row - 1] ?? 0) + (mids[row - 2] ?? 0)
        expect(bend).toBeGreaterThan(-2 * noise)
      }
    }),
    { numRuns: 6 },
  )
})

test('calls minus puts is the forward: the spot less the strike, within the spreads', async () => {
  await fc.assert(
    fc.asyncProperty(seed, async seed => {
      const { chain, spot, range } = await quoted({ seed, from: clock(12, 0), imperfections: CLEAN })
      const count = chain.strikes.length
      chain.strikes.forEach((strike, index) => {
        const [callBid = 0, callAsk = 0] = [chain.bid[index], chain.ask[index]]
        const [putBid = 0, putAsk = 0] = [chain.bid[count + index], chain.ask[count + index]]
        // Quotes of one second are up to a second older than the spot
        const slack = 0.02 + range
        expect(callBid - putAsk).toBeLessThan(spot - strike + slack)
        expect(callAsk - putBid).toBeGreaterThan(spot - strike - slack)
      })
    }),
    { numRuns: 6 },
  )
})

test('a bid of nothing has no size, asks always have a price and a size, and every price is a cent', async () => {
  await fc.assert(
    fc.asyncProperty(seed, async seed => {
      for (const { events } of await steps(feed({ seed, from: clock(14, 30) }), 20)) {
        const batch = eventOf(events, 'quotes')
        for (let index = 0; index < batch.count; index += 1) {
          const [bid = -1, ask = -1] = [batch.bid[index], batch.ask[index]]
          expect([Math.round(bid * 100) / 100, Math.round(ask * 100) / 100]).toEqual([bid, ask])
          expect(ask).toBeGreaterThan(0)
          expect(batch.askSize[index]).toBeGreaterThanOrEqual(1)
          expect((batch.bidSize[index] ?? 0) > 0).toBe(bid > 0)
        }
      }
    }),
    { numRuns: 5 },
  )
})

test('every contract is quoted in every second but for holes, silences and crossed quotes, which are few', async () => {
  const counts = { quotes: 0, crossed: 0, possible: 0, quotedRows: new Set<number>() }
  const source = feed({
    seed: 5,
    from: clock(11, 0),
    imperfections: { crossed: 0.01, silence: 0.05, holes: 0.3 },
  })
  const rows = eventOf(source.opening, 'sessionOpened').listing.callStrikes.length * 2
  for (const { events } of await steps(source, 600)) {
    const batch = eventOf(events, 'quotes')
    counts.quotes += batch.count
    for (let index = 0; index < batch.count; index += 1) {
      counts.quotedRows.add(batch.rows[index] ?? -1)
      if ((batch.bid[index] ?? 0) > (batch.ask[index] ?? 0)) counts.crossed += 1
    }
  }
  expect(counts.quotedRows.size).toBeLessThan(rows)
  expect(counts.quotedRows.size).toBeGreaterThan(rows * 0.6)
  expect(counts.crossed / counts.quotes).toBeGreaterThan(0.004)
  expect(counts.crossed / counts.quotes).toBeLessThan(0.016)
  const clean = await steps(feed({ seed: 5, from: clock(11, 0), imperfections: CLEAN }), 600)
  const all = clean.reduce((sum, step) => sum + eventOf(step.events, 'quotes').count, 0)
  expect(all).toBe(rows * 60)
  const silent = 1 - counts.quotes / (counts.quotedRows.size * 60)
  expect(silent).toBeLessThan(0.12)
})

test('VIX is told every five seconds beside volume and open interest, and volume only grows', async () => {
  const all = (await steps(feed({ seed: 9, from: clock(13, 0) }), 1300)).flatMap(step => step.events)
  const indexes = all.filter(event => event.kind === 'volatilityIndex')
  const statistics = all.filter(event => event.kind === 'statistics')
  expect(indexes.map(event => event.time - clock(13, 0))).toEqual(
    Array.from({ length: 26 }, (_, five) => five * 5000),
  )
  expect(statistics.map(event => event.time)).toEqual(indexes.map(event => event.time))
  for (const { value, previousClose } of indexes) {
    expect(value / previousClose).toBeGreaterThan(0.7)
    expect(value / previousClose).toBeLessThan(1.5)
  }
  statistics.slice(1).forEach(({ volume }, at) => {
    for (const [row, count] of volume.entries())
      expect(count).toBeGreaterThanOrEqual(statistics[at]?.volume[row] ?? Number.NaN)
  })
})

test('a day that is over is told a minute at a time until it ends, once, and no option is quoted any more', async () => {
  const source = feed({ from: TIMES.watchEnd })
  expect(source.start).toBe(TIMES.lastTrade)
  const rest = await steps(source, 1000)
  expect(rest.map(step => step.time)).toEqual(
    Array.from({ length: 75 }, (_, minute) => TIMES.lastTrade + minute * 60_000),
  )
  expect(rest.flatMap(step => step.events.map(event => event.kind))).toEqual(['sessionEnded'])
  expect(await source.next()).toBeUndefined()
})

test('who comes before the open begins at the open, with nothing missed', () => {
  const source = feed({ from: clock(4, 0) })
  expect(source.start).toBe(TIMES.open)
  expect(eventOf(source.opening, 'barsBackfilled').bars).toEqual([])
})

test('a day on which nobody trades is refused', () => {
  expect(() => feed({ date: '2026-11-26' })).toThrow('date must be a trading day, was 2026-11-26')
})
