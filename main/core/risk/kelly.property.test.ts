import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyLimits, anyState, anyTrade, openingOf } from '../../fixtures/risks.ts'
import { OPEN_DESK, PUT_VERTICAL, WIDE_LIMITS } from '../../fixtures/trades.ts'
import {
  betOf,
  doubtedOdds,
  kellyLots,
  kellyShrinkage,
  kellySize,
  kellyStake,
  oddsOfEnsemble,
  oddsOfEstimate,
  sizingSentence,
  type SizingRule,
  type Bet,
  type Odds,
} from './kelly.ts'
import { lotsFor } from './sizing.ts'

const bets: fc.Arbitrary<Bet> = fc.record({
  win: fc.double({ min: 1, max: 500, noNaN: true }),
  loss: fc.double({ min: 1, max: 500, noNaN: true }),
})
const probabilities = fc.double({ min: 0.01, max: 0.99, noNaN: true })
const anyOdds: fc.Arbitrary<Odds> = fc.record({
  mean: probabilities,
  deviation: fc.double({ min: 0, max: 0.4, noNaN: true }),
})
const volatilities = fc.double({ min: 0.02, max: 2, noNaN: true })
const rules: fc.Arbitrary<SizingRule> = fc.record({
  bankroll: fc.double({ min: 100, max: 1e6, noNaN: true }),
  volatilityTarget: fc.double({ min: 0.05, max: 0.5, noNaN: true }),
})
const RULE: SizingRule = { bankroll: 25_000, volatilityTarget: 0.15 }

/** Expected growth of the logarithm of money, when a share of it is staked. */
function growth(stake: number, probability: number, { win, loss }: Bet): number {
  return probability * Math.log(1 + (stake * win) / loss) + (1 - probability) * Math.log(1 - stake)
}

test('no other stake makes money grow faster than that of Kelly', () => {
  fc.assert(
    fc.property(
      probabilities,
      bets,
      fc.double({ min: 0, max: 0.99, noNaN: true }),
      (probability, bet, other) => {
        const best = growth(kellyStake(probability, bet), probability, bet)
        expect(best).toBeGreaterThanOrEqual(growth(other, probability, bet) - 1e-12)
      },
    ),
    { numRuns: 300 },
  )
})

test('shrunk by Baker and McHale, the stake does about as well as any shrunk one where odds are estimated', () => {
  // Their formula is of second order: held where the deviation is small against the edge
  const bet: Bet = { win: 100, loss: 100 }
  const [probability, deviation] = [0.6, 0.05]
  const expected = (shrinkage: number) => {
    let [sum, weights] = [0, 0]
    for (let step = -300; step <= 300; step += 1) {
      const estimate = probability + (step / 100) * deviation
      const weight = Math.exp(-((step / 100) ** 2) / 2)
      sum += weight * growth(shrinkage * kellyStake(estimate, bet), probability, bet)
      weights += weight
    }
    return sum / weights
  }
  const chosen = kellyShrinkage({ mean: probability, deviation }, bet)
  expect(chosen).toBeCloseTo(0.8, 9)
  const best = Math.max(...Array.from({ length: 101 }, (_, step) => expected(step / 100)))
  expect(expected(chosen)).toBeGreaterThan(0.97 * best)
  expect(expected(chosen)).toBeGreaterThan(expected(1))
})

test('a size is never above what the limits allow, and never below one lot', () => {
  fc.assert(
    fc.property(
      anyTrade,
      anyState,
      anyLimits,
      anyOdds,
      volatilities,
      rules,
      (trade, state, limits, odds, implied, rule) => {
        const oneLot = openingOf(trade, 1)
        const size = kellySize(betOf(oneLot), odds, implied, rule)
        const lots = kellyLots(size, oneLot, state, limits)
        expect(Number.isInteger(lots)).toBe(true)
        expect(lots).toBeGreaterThanOrEqual(1)
        expect(lots).toBeLessThanOrEqual(lotsFor(oneLot, state, limits))
        expect(lots).toBeLessThanOrEqual(Math.max(1, size.lots))
      },
    ),
    { numRuns: 500 },
  )
})

test('a stake is never above half of Kelly, nor does it lose more than itself', () => {
  fc.assert(
    fc.property(bets, anyOdds, volatilities, rules, (bet, odds, implied, rule) => {
      const size = kellySize(bet, odds, implied, rule)
      expect(size.stake).toBeLessThanOrEqual(size.full / 2)
      expect(size.full).toBe(kellyStake(odds.mean, bet))
      expect(size.lots * bet.loss).toBeLessThanOrEqual(size.stake * rule.bankroll + 1e-6)
      expect((size.lots + 1) * bet.loss).toBeGreaterThan(size.stake * rule.bankroll - 1e-6)
    }),
    { numRuns: 300 },
  )
})

test('more doubt, more volatility, worse odds or less to win never make it larger', () => {
  fc.assert(
    fc.property(
      bets,
      anyOdds,
      volatilities,
      rules,
      fc.double({ min: 0, max: 0.3, noNaN: true }),
      (bet, odds, implied, rule, by) => {
        const { stake } = kellySize(bet, odds, implied, rule)
        const worse = [
          kellySize(bet, { ...odds, deviation: odds.deviation + by }, implied, rule),
          kellySize(bet, odds, implied + by, rule),
          kellySize(bet, { ...odds, mean: Math.max(0, odds.mean - by) }, implied, rule),
          kellySize({ ...bet, win: bet.win * (1 - by) }, odds, implied, rule),
          kellySize({ ...bet, loss: bet.loss * (1 + by) }, odds, implied, rule),
        ]
        for (const size of worse) expect(size.stake).toBeLessThanOrEqual(stake + 1e-12)
      },
    ),
    { numRuns: 300 },
  )
})

test('what cannot win, or cannot be lost, is not staked on by odds', () => {
  const odds = { mean: 0.9, deviation: 0.01 }
  for (const bet of [
    { win: 0, loss: 50 },
    { win: 50, loss: 0 },
  ]) {
    expect(kellySize(bet, odds, 0.1, RULE)).toMatchObject({ full: 0, shrinkage: 0, stake: 0, lots: 0 })
  }
  expect(kellySize({ win: 50, loss: 50 }, odds, 0, RULE).stake).toBe(0)
})

test('the bet of a proposal is that of one lot, however many it has, after all its fees', () => {
  fc.assert(
    fc.property(anyTrade, fc.integer({ min: 1, max: 9 }), (trade, lots) => {
      const [one, many] = [betOf(openingOf(trade, 1)), betOf(openingOf(trade, lots))]
      expect(many.win).toBeCloseTo(one.win, 6)
      expect(many.loss).toBeCloseTo(one.loss, 6)
    }),
  )
  const { fees } = openingOf({ structure: PUT_VERTICAL, start: 0.6, end: 0.5, stop: 1.5 }, 1)
  const bet = betOf(openingOf({ structure: PUT_VERTICAL, start: 0.6, end: 0.5, stop: 1.5 }, 1))
  expect(bet.win).toBeCloseTo(40 - fees, 9)
  expect(bet.loss).toBeCloseTo(90 + fees, 9)
})

test('five models that agree are sure, five that do not are not', () => {
  expect(oddsOfEnsemble([0.7, 0.7, 0.7, 0.7, 0.7])).toEqual({ mean: 0.7, deviation: 0 })
  const unsure = oddsOfEnsemble([0.5, 0.6, 0.7, 0.8, 0.9])
  expect(unsure.mean).toBeCloseTo(0.7, 12)
  expect(unsure.deviation).toBeCloseTo(0.1581, 4)
  expect(oddsOfEstimate({ mean: 0.7, low: 0.6, high: 0.8 }).deviation).toBeCloseTo(0.1 / 1.2816, 9)
})

test('the sentence has the figures of the size, and says when odds, limits or a single lot decided', () => {
  const bet: Bet = { win: 60, loss: 40 }
  const size = kellySize(bet, { mean: 0.7, deviation: 0.05 }, 0.25, RULE)
  expect(sizingSentence(size, size.lots, RULE)).toBe(
    `Sizing: ${size.lots} lots. Kelly stakes 50.0 % of $25,000, 50.0 % of it is left after doubt, 60.0 % of that for volatility: 15.0 % (odds 70.0 % give or take 5.0 %, $60 to win against $40).`,
  )
  expect(sizingSentence(size, 3, RULE)).toContain('; limits allow no more')
  expect(sizingSentence({ ...size, lots: 0 }, 1, RULE)).toContain(', less than one lot; the least')
  const none = kellySize(bet, { mean: 0.2, deviation: 0.05 }, 0.2, RULE)
  expect(sizingSentence(none, 1, RULE)).toBe(
    'Sizing: 1 lot, the least: no edge by Kelly (odds 20.0 % give or take 5.0 %, $60 to win against $40).',
  )
})

test('with wide limits the lots are those of the stake', () => {
  const oneLot = openingOf({ structure: PUT_VERTICAL, start: 0.6, end: 0.5, stop: 0.9 }, 1)
  const size = kellySize(betOf(oneLot), { mean: 0.75, deviation: 0.02 }, 0.12, RULE)
  expect(size.lots).toBeGreaterThan(3)
  expect(kellyLots(size, oneLot, OPEN_DESK, { ...WIDE_LIMITS, lotsPerOrder: 1000 })).toBe(
    Math.min(size.lots, lotsFor(oneLot, OPEN_DESK, { ...WIDE_LIMITS, lotsPerOrder: 1000 })),
  )
})

test('doubt widens odds and never moves them: nobody stakes more for doubting more', () => {
  fc.assert(
    fc.property(bets, anyOdds, fc.double({ min: 0, max: 500, noNaN: true }), (bet, odds, doubt) => {
      const doubted = doubtedOdds(odds, bet, doubt)
      expect(doubted.mean).toBe(odds.mean)
      expect(doubted.deviation).toBeGreaterThanOrEqual(odds.deviation * (1 - 1e-12))
      expect(kellySize(bet, doubted, 0.1, RULE).stake).toBeLessThanOrEqual(
        kellySize(bet, odds, 0.1, RULE).stake + 1e-12,
      )
      expect(doubtedOdds(odds, bet, 0).deviation).toBeCloseTo(odds.deviation, 12)
    }),
  )
  // A dollar of doubt where a dollar is won or lost altogether is a whole chance
  expect(doubtedOdds({ mean: 0.5, deviation: 0 }, { win: 0.4, loss: 0.6 }, 1).deviation).toBe(1)
})
