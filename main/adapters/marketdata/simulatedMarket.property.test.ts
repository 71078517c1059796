import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { DATE, TIMES } from '../../fixtures/market.ts'
import { createRandom } from '../../core/base/random.ts'
import { mean, standardDeviation } from '../../core/base/statistics.ts'
import { CHOPPY_BELOW, marketRegime } from '../../core/volatility/realised.ts'
import { extendBars, type Bar } from '../../core/market/bar.ts'
import { simulatedFeed } from './simulatedFeed.ts'
import { SimulatedMarket, settleDay, type SettledDay } from './simulatedMarket.ts'
import { CALIBRATED, FAIR, USUAL, drawDayModel, withEdge, type DayModel } from './simulatedModel.ts'
import { USUAL_IMPERFECTIONS, createMarketMakers, modelPrice } from './simulatedQuotes.ts'

const DAYS = 2500
const MINUTE = 60_000

function days(model: DayModel, count = DAYS): SettledDay[] {
  return Array.from({ length: count }, (_, seed) =>
    settleDay({ date: DATE, seed, quoteEvery: MINUTE, model }, 30),
  )
}

/** Strikes in priced moves from the money, and how many of each are held. */
const STRUCTURES: Readonly<Record<string, readonly (readonly ['call' | 'put', number, number])[]>> = {
  straddle: [
    ['call', 0, -1],
    ['put', 0, -1],
  ],
  strangle: [
    ['call', 1, -1],
    ['put', -1, -1],
  ],
  condor: [
    ['put', -1.5, 1],
    ['put', -0.75, -1],
    ['call', 0.75, -1],
    ['call', 1.5, 1],
  ],
  'put vertical': [
    ['put', -1.5, 1],
    ['put', -0.5, -1],
  ],
  'call vertical': [
    ['call', 0.5, -1],
    ['call', 1.5, 1],
  ],
  'far put': [['put', -2, -1]],
  'call held': [['call', 0.25, 1]],
}

/** What a structure brings without costs, in the move that the straddle prices. */
function profit(day: SettledDay, legs: (typeof STRUCTURES)[string]): number {
  const move = 1.25 * (day.worth('call', day.spot) + day.worth('put', day.spot))
  let sum = 0
  for (const [right, distance, quantity] of legs) {
    const strike = day.spot + distance * move
    const payoff = Math.max(0, right === 'call' ? day.settlement - strike : strike - day.settlement)
    sum += (quantity * (payoff - day.worth(right, strike))) / move
  }
  return sum
}

function errorOf(values: readonly number[]): number {
  return standardDeviation(values) / Math.sqrt(values.length)
}

test('on fair days no structure earns or loses anything at mid', () => {
  const fair = days(FAIR)
  const paying = Object.entries(STRUCTURES).filter(([, legs]) => {
    const profits = fair.map(day => profit(day, legs))
    return !(Math.abs(mean(profits)) / errorOf(profits) < 3)
  })
  expect(paying.map(([name]) => name)).toEqual([])
})

test('what is realised short of what is priced is what a seller earns', () => {
  const sold = (share: number) => {
    const model = { ...FAIR, realised: { median: share, deviation: 0, least: share, most: share } }
    const profits = days(model, 1000).map(day => profit(day, STRUCTURES['straddle'] ?? []))
    return mean(profits) / errorOf(profits)
  }
  expect(sold(0.6)).toBeGreaterThan(4)
  expect(sold(1.7)).toBeLessThan(-4)
})

test('a planted premium pays sellers on days of high volatility and costs them on calm ones', () => {
  const model = withEdge({ kind: 'premium', strength: 0.5 })
  const [high, low]: [number[], number[]] = [[], []]
  for (let seed = 0; seed < 1500; seed += 1) {
    const day = settleDay({ date: DATE, seed, quoteEvery: MINUTE, model }, 30)
    const { impliedDayMove } = new SimulatedMarket({ date: DATE, seed, quoteEvery: MINUTE, model }).character
    const isHigh = impliedDayMove > (0.17 / Math.sqrt(252)) * Math.sqrt(model.intradayShare)
    ;(isHigh ? high : low).push(profit(day, STRUCTURES['straddle'] ?? []))
  }
  expect(mean(high) / errorOf(high)).toBeGreaterThan(3)
  expect(mean(low) / errorOf(low)).toBeLessThan(-3)
})

/** How far the next hour goes the way of the trend, in priced moves of the day, at noon of many days. */
function followed(model: DayModel): number[] {
  const found: number[] = []
  for (let seed = 0; seed < 900; seed += 1) {
    const market = new SimulatedMarket({ date: DATE, seed, quoteEvery: MINUTE, model })
    const bars: Bar[] = []
    let [trend, from] = [0, 0]
    for (let minute = 0; minute <= 210; minute += 1) {
      const time = TIMES.open + minute * MINUTE
      market.advance(time)
      extendBars(bars, market.point.spot, 0, time)
      if (minute === 150) [trend, from] = [marketRegime(bars, market.point.spot), market.point.spot]
    }
    const { startPrice, impliedDayMove } = market.character
    if (Math.abs(trend) >= CHOPPY_BELOW)
      found.push((Math.sign(trend) * (market.point.spot - from)) / (startPrice * impliedDayMove))
  }
  return found
}

test('a planted momentum carries the trend into the next hour; without it the trend says nothing', () => {
  const [planted, fair] = [followed(withEdge({ kind: 'momentum', strength: 1 })), followed(FAIR)]
  expect(mean(planted) / errorOf(planted)).toBeGreaterThan(4)
  expect(Math.abs(mean(fair)) / errorOf(fair)).toBeLessThan(3)
})

test('every quote of a fair day costs: asks lie above worth and bids below in the mean of every price', () => {
  const market = new SimulatedMarket({ date: DATE, seed: 5, quoteEvery: MINUTE, model: FAIR })
  market.advance(TIMES.open)
  const quoted = market.quotedAt(TIMES.open)
  const centre = Math.round(quoted.spot)
  const strikes = Array.from({ length: 31 }, (_, index) => centre - 15 + index)
  const makers = createMarketMakers(strikes, centre, 1, { ...USUAL_IMPERFECTIONS, crossed: 0 }, FAIR.quotes)
  const [paid, given] = [new Float64Array(62), new Float64Array(62)]
  for (let time = 0; time < 200; time += 1) {
    const batch = makers.quoteAll(TIMES.open + time * MINUTE, quoted)
    for (let index = 0; index < batch.count; index += 1) {
      const row = batch.rows[index] ?? 0
      const worth = modelPrice(strikes[row % 31] ?? 0, row < 31, quoted)
      paid[row] = (paid[row] ?? 0) + (batch.ask[index] ?? 0) - worth
      given[row] = (given[row] ?? 0) + worth - (batch.bid[index] ?? 0)
    }
  }
  expect(Math.min(...paid)).toBeGreaterThan(0)
  expect(Math.min(...given)).toBeGreaterThan(0)
})

test('a day that is only settled is the day that is told', async () => {
  const model = fc.constantFrom(USUAL, CALIBRATED, withEdge({ kind: 'momentum', strength: 1 }))
  await fc.assert(
    fc.asyncProperty(model, fc.integer({ min: 0, max: 1e6 }), async (model, seed) => {
      const day = { date: DATE, seed, quoteEvery: MINUTE, model }
      const { spot, settlement } = settleDay(day, 30)
      const feed = simulatedFeed({ ...day, strikesEachSide: 1 })
      const told = new Map<number, number>()
      for (let step = await feed.next(); step; step = await feed.next())
        for (const event of step.events)
          if (event.kind === 'underlying') told.set((event.time - TIMES.open) / MINUTE, event.last)
      expect(told.get(30)).toBeCloseTo(spot, 1)
      expect(told.get(390)).toBeCloseTo(settlement, 1)
      expect([told.get(391), told.get(404)]).toEqual([told.get(390), told.get(390)])
    }),
    { numRuns: 6 },
  )
})

test('another domain keeps what pays; a spread of nothing keeps everything', () => {
  fc.assert(
    fc.property(fc.integer(), fc.constantFrom(CALIBRATED, FAIR), (seed, model) => {
      expect(drawDayModel(createRandom(seed), 0, model)).toEqual(model)
      const { realised, drift, edge, volatilityIndex, variance } = drawDayModel(createRandom(seed), 1, model)
      expect({ realised, drift, edge }).toEqual({
        realised: model.realised,
        drift: model.drift,
        edge: model.edge,
      })
      expect(volatilityIndex.median).not.toBe(model.volatilityIndex.median)
      expect(variance.deviation).toBeGreaterThanOrEqual(0.2)
      expect(variance.deviation).toBeLessThanOrEqual(0.9)
    }),
  )
})
