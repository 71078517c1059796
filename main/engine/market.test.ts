import { expect, test } from 'vitest'
import { referencePricer } from '../adapters/pricer/referencePricer.ts'
import { CALM, TIMES, clock } from '../fixtures/market.ts'
import { batchOf, minutesUntil, openingOf, pricedMarket, tradeOf, wholeChain } from '../fixtures/moments.ts'
import { rowCount, rowOf, type OptionChain } from '../core/market/optionChain.ts'
import type { OptionRight } from '../core/market/optionContract.ts'
import { VOLATILITY_SOURCES } from '../core/pricing/chainPricing.ts'
import { hearMarket, marketPhase, carryAt, openMarket, priceMarket, type Market } from './market.ts'

const SMALL = { lowest: 685, highest: 695 }

function emptyMarket(): Market {
  return openMarket(openingOf(SMALL))
}

/** Quotes one contract; gives its row. */
function quote(
  market: Market,
  right: OptionRight,
  strike: number,
  bid: number,
  ask: number,
  time = CALM.time,
): number {
  const row = rowOf(market.chain, right, strike)
  hearMarket(market, batchOf([{ row, bid, ask, time }]))
  return row
}

function price(market: Market, time = CALM.time): Market {
  priceMarket(market, time, referencePricer)
  return market
}

/** Both rows of some strikes lose their quotes. */
function withHoles(market: Market, strikes: readonly number[], time: number): void {
  const rows = strikes.flatMap(strike => [
    rowOf(market.chain, 'call', strike),
    rowOf(market.chain, 'put', strike),
  ])
  hearMarket(market, batchOf(rows.map(row => ({ row, bid: 0, ask: 0, time }))))
}

function computed(chain: OptionChain): Float64Array[] {
  return [
    chain.impliedVolatility,
    chain.delta,
    chain.gamma,
    chain.theta,
    chain.vega,
    chain.vanna,
    chain.charm,
  ]
}

test('before its first quote a market knows nothing', () => {
  const market = price(emptyMarket())
  expect(market).toMatchObject({ spot: undefined, smile: undefined, move: undefined, bars: [] })
  expect(computed(market.chain).every(column => column.every(Number.isNaN))).toBe(true)
})

test.each([
  ['crossed', 1.2, 1.1, 5],
  ['negative', -0.1, 1.1, 5],
  ['notFinite', Number.NaN, 1.1, 5],
  ['notFinite', 1, Number.POSITIVE_INFINITY, 5],
  ['outOfOrder', 1, 1.1, -1],
  ['outOfOrder', 1, 1.1, Number.NaN],
] as const)('a %s quote is counted and written nowhere', (reason, bid, ask, later) => {
  const market = emptyMarket()
  const row = quote(market, 'call', 690, 0.9, 1.05)
  quote(market, 'call', 690, bid, ask, CALM.time + later)
  expect([...market.refusals]).toEqual([[reason, 1]])
  expect(market.quotes.accepted).toBe(1)
  expect([market.chain.bid[row], market.chain.ask[row]]).toEqual([0.9, 1.05])
  expect(market.chain.quoteTime[row]).toBe(CALM.time)
})

test('a quote of a row that is not listed is counted as unknown', () => {
  const market = emptyMarket()
  hearMarket(
    market,
    batchOf([
      { row: 900, bid: 1, ask: 1.1, time: 5 },
      { row: -1, bid: 1, ask: 1.1, time: 5 },
    ]),
  )
  expect([...market.refusals]).toEqual([['unknownContract', 2]])
})

test('a side that is withdrawn leaves no mid, no volatility and no Greeks', () => {
  const market = pricedMarket()
  const row = quote(market, 'put', 685, 0, 0, CALM.time + 1000)
  price(market, CALM.time + 1000)
  for (const column of computed(market.chain)) expect(column[row]).toBeNaN()
})

test('a trade at no price moves nothing, and the source still counts as heard', () => {
  const market = pricedMarket()
  for (const last of [0, -5, Number.NaN]) hearMarket(market, tradeOf(last, CALM.time + 1000))
  expect(market.spot?.last).toBe(CALM.spot)
  expect(market.heardAt).toBe(CALM.time + 1000)
})

test('a bar at no price moves nothing', () => {
  const market = pricedMarket()
  const bar = { time: CALM.time, open: 1, high: 1, low: 0, close: 0, volume: 1 }
  hearMarket(market, { kind: 'bar', time: CALM.time + 60_000, bar })
  expect(market.spot?.last).toBe(CALM.spot)
})

test('what was heard last never moves back', () => {
  const market = pricedMarket()
  hearMarket(market, { kind: 'volatilityIndex', time: CALM.time - 60_000, value: 14, previousClose: 13 })
  expect(market.heardAt).toBe(CALM.time)
  expect(market.volatilityIndex?.value).toBe(14)
})

test('a confirmation makes every quote young and quotes nothing that never was', () => {
  const market = emptyMarket()
  const row = quote(market, 'call', 690, 1, 1.1)
  hearMarket(market, { kind: 'quotesConfirmed', time: CALM.time + 9000 })
  expect(market.chain.quoteTime[row]).toBe(CALM.time + 9000)
  expect(market.chain.quoteTime.filter(time => time > 0)).toHaveLength(1)
})

test('no expected move is made up where an option around the money is not quoted', () => {
  const market = pricedMarket()
  const first = market.firstMove
  expect(first?.move).toBeGreaterThan(0)
  expect(market.move).toEqual(first)
  withHoles(market, [692], CALM.time + 1000)
  price(market, CALM.time + 1000)
  expect(market.move).toBeUndefined()
  expect(market.firstMove).toEqual(first)
})

test('the expected move is near what the volatility at the money says', () => {
  const market = pricedMarket()
  const deviation = CALM.spot * CALM.volatility * Math.sqrt(carryAt(market, CALM.time).years)
  // A straddle is worth 0.8 deviations, strangles less
  expect(market.move?.move).toBeGreaterThan(0.6 * deviation)
  expect(market.move?.move).toBeLessThan(0.8 * deviation)
})

test('a hole in the chain is filled by the smile only where somebody offers', () => {
  const market = pricedMarket()
  const time = CALM.time + 1000
  withHoles(market, [684], time)
  const offered = quote(market, 'put', 683, 0, 0.6, time)
  price(market, time)
  const hole = rowOf(market.chain, 'put', 684)
  expect(market.chain.impliedVolatility[hole]).toBeNaN()
  expect(market.chain.impliedVolatility[offered]).toBeGreaterThan(0.1)
  expect(market.chain.volatilitySource[offered]).not.toBe(0)
})

test('a smile is carried for ten minutes where nothing is quoted any more, then it is gone', () => {
  const market = pricedMarket()
  const strikes = [...market.chain.strikes]
  const fitted = market.smile
  withHoles(market, strikes, CALM.time + 1000)
  hearMarket(market, tradeOf(695, CALM.time + 600_000))
  price(market, CALM.time + 600_000)
  expect(market.smile).toMatchObject({ forward: 695, shape: fitted?.shape })
  expect(market.smile?.years).toBe(carryAt(market, CALM.time + 600_000).years)
  price(market, CALM.time + 600_001)
  expect(market.smile).toBeUndefined()
  expect(market.firstSmile?.smile).toEqual(fitted)
})

test('the forward is the one that calls and puts agree on, not the last trade', () => {
  const market = openMarket(openingOf())
  hearMarket(market, tradeOf(688))
  hearMarket(market, wholeChain(market.chain, { spot: 690 }))
  price(market)
  expect(market.forward).toBeCloseTo(690, 1)
})

test('a first smile needs six contracts, so that one quote does not become the morning', () => {
  const market = emptyMarket()
  hearMarket(market, tradeOf(690))
  quote(market, 'call', 691, 1, 1.05)
  price(market)
  expect(market.smile?.contracts).toBe(1)
  expect(market.firstSmile).toBeUndefined()
})

test('bars are those of the session: nothing before the open, nothing after the last trade', () => {
  const market = openMarket(openingOf())
  for (const time of [TIMES.open - 1, TIMES.open, TIMES.open + 59_000, TIMES.open + 60_000, TIMES.lastTrade])
    hearMarket(market, tradeOf(690, time))
  expect(market.bars.map(bar => [bar.time - TIMES.open, bar.volume])).toEqual([
    [0, 200],
    [60_000, 100],
  ])
})

test('a minute that is told twice counts once, and an older one not at all', () => {
  const market = openMarket(openingOf())
  const [first, second] = minutesUntil(CALM.time, 2)
  for (const bar of [second, second, first])
    if (bar) hearMarket(market, { kind: 'bar', time: bar.time + 60_000, bar })
  expect(market.bars).toEqual([second])
})

test('bars told afterwards replace those that were gathered', () => {
  const market = pricedMarket()
  const bars = minutesUntil(CALM.time, 30)
  hearMarket(market, { kind: 'barsBackfilled', time: CALM.time, bars })
  expect(market.bars).toEqual(bars)
})

test('the closing price is the last one before the close, and later trades leave it alone', () => {
  const market = openMarket(openingOf())
  hearMarket(market, tradeOf(690, TIMES.close - 30_000))
  hearMarket(market, tradeOf(691, TIMES.close - 1))
  expect(market.closingPrice).toBeUndefined()
  hearMarket(market, tradeOf(699, TIMES.close))
  hearMarket(market, tradeOf(650, TIMES.close + 120_000))
  expect(market.closingPrice).toBe(691)
})

test('no closing price is known where nothing was traded before the close', () => {
  const market = openMarket(openingOf())
  hearMarket(market, tradeOf(699, TIMES.close + 1000))
  expect(market.closingPrice).toBeUndefined()
})

test('after the close no quote says a volatility, and the figures of the run do not count it as missing', () => {
  const market = pricedMarket({ time: clock(15, 59) })
  const before = { ...market.quotes }
  hearMarket(market, wholeChain(market.chain, { time: clock(16, 1) }))
  price(market, clock(16, 1))
  expect(market.quotes.twoSided).toBe(before.twoSided)
  const sources = [...market.chain.volatilitySource].map(code => VOLATILITY_SOURCES[code])
  expect(sources).not.toContain('mid')
  expect(sources).not.toContain('counterpart')
})

test('of the quotes since the last pricing those with two sides are counted once', () => {
  const market = pricedMarket()
  const { chain } = market
  const twoSided = Array.from({ length: rowCount(chain) }, (_, row) => row).filter(
    row => (chain.bid[row] ?? 0) > 0,
  )
  expect(market.quotes).toMatchObject({ accepted: rowCount(chain), twoSided: twoSided.length })
  price(market, CALM.time + 1000)
  expect(market.quotes.twoSided).toBe(twoSided.length)
  expect(market.quotes.withVolatility).toBeGreaterThan(0.9 * twoSided.length)
})

test('strikes that are listed later keep every quote, count them, and ask clients to look anew', () => {
  const market = openMarket(openingOf(SMALL))
  hearMarket(market, tradeOf(690))
  quote(market, 'call', 691, 0.6, 0.65)
  quote(market, 'put', 689, 0.6, 0.65)
  hearMarket(market, { kind: 'contractsListed', time: CALM.time, callStrikes: [690.5], putStrikes: [684] })
  expect(market.layout).toBe(2)
  const { chain } = market
  const quoted = [rowOf(chain, 'call', 691), rowOf(chain, 'put', 689)]
  expect(quoted.map(row => chain.bid[row])).toEqual([0.6, 0.6])
  expect(rowOf(chain, 'put', 690.5)).toBe(-1)
  price(market)
  expect(market.quotes).toEqual({ accepted: 2, twoSided: 2, withVolatility: 2 })
})

test('a row that moves is counted once, at its new place', () => {
  const market = pricedMarket()
  const { twoSided } = market.quotes
  quote(market, 'call', 691, 0.9, 0.95, CALM.time + 1000)
  hearMarket(market, {
    kind: 'contractsListed',
    time: CALM.time + 1000,
    callStrikes: [690.5],
    putStrikes: [],
  })
  price(market, CALM.time + 1000)
  expect(market.quotes.twoSided).toBe(twoSided + 1)
})

test('volume and open interest stand in their rows', () => {
  const market = emptyMarket()
  const volume = Float64Array.from({ length: rowCount(market.chain) }, (_, row) => row)
  const openInterest = volume.map(value => value * 10)
  hearMarket(market, { kind: 'statistics', time: CALM.time, volume, openInterest })
  const row = rowOf(market.chain, 'put', 690)
  expect([market.chain.volume[row], market.chain.openInterest[row]]).toEqual([row, row * 10])
})

test('the end of a session changes nothing but when the source was heard', () => {
  const market = pricedMarket()
  const before = structuredClone(market)
  hearMarket(market, { kind: 'sessionEnded', time: CALM.time + 5000 })
  expect(market).toEqual({ ...before, heardAt: CALM.time + 5000 })
})

test('phase and time to the close follow the marks of the day', () => {
  const market = emptyMarket()
  const at = [
    clock(9, 0),
    clock(9, 20),
    clock(9, 30),
    clock(15, 30),
    clock(16, 0),
    clock(16, 15),
    clock(17, 30),
  ]
  const phases = ['closed', 'preflight', 'session', 'guard', 'lastTrades', 'watch', 'closed']
  expect(at.map(time => marketPhase(market, time))).toEqual(phases)
  expect(carryAt(market, clock(15, 0)).years).toBeCloseTo(60 / 525_600, 15)
  expect(carryAt(market, clock(16, 5)).years).toBe(0)
})
