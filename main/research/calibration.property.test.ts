import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  compareStrategies,
  legsOf,
  readPublished,
  soldStraddle,
  strategyFigures,
  strategyReturn,
  type SettledOptions,
} from './calibration.ts'

const HEADER = 'Strategy,Moneyness,Count,Mean,Volatility,Min,1%,25%,50%,75%,99%,Max,Skew,"SR, p.a."'
const ROW = 'Strangle/Straddle,0.99/1.01,344,0.0008,0.38,-1.02,-0.49,-0.16,-0.04,-0.01,1.77,2.58,2.90,0.04'
const STRATEGIES: readonly (readonly [string, readonly number[]])[] = [
  ['Strangle/Straddle', [0.99, 1.01]],
  ['Risk Reversal', [0.99, 1.01]],
  ['Bull Call Spread', [1, 1.01]],
  ['Call Ratio Spread', [1, 1.01]],
  ['Bear Put Spread', [0.99, 1]],
  ['Put Ratio Spread', [0.99, 1]],
  ['Iron Butterfly/Condor', [0.99, 1, 1.01]],
  ['Iron Butterfly/Condor', [0.98, 0.99, 1.01, 1.02]],
]
const anyStrategy = fc.constantFrom(...STRATEGIES)
const anyMove = fc.double({ min: -0.05, max: 0.05, noNaN: true })

/** A day whose options cost nothing, so that a return is a payoff. */
function free(move: number): SettledOptions {
  return { spot: 4000, settlement: 4000 * (1 + move), worth: () => 0 }
}

function payoff(strategy: string, strikes: readonly number[], move: number): number {
  return strategyReturn(legsOf(strategy, strikes) ?? [], free(move))
}

test('payoffs are those of the strategies, in percent of the underlying', () => {
  fc.assert(
    fc.property(anyMove, move => {
      const above = (level: number) => Math.max(0, 100 * (1 + move - level))
      const below = (level: number) => Math.max(0, 100 * (level - 1 - move))
      const expected = [
        below(0.99) + above(1.01),
        above(1.01) - below(0.99),
        above(1) - above(1.01),
        above(1) - 2 * above(1.01),
        below(1) - below(0.99),
        below(1) - 2 * below(0.99),
        below(0.99) - below(1) - above(1) + above(1.01),
        below(0.98) - below(0.99) - above(1.01) + above(1.02),
      ]
      STRATEGIES.forEach(([strategy, strikes], index) => {
        expect(payoff(strategy, strikes, move)).toBeCloseTo(expected[index] ?? Number.NaN, 9)
      })
    }),
  )
})

test('what is paid for the legs is taken off, and a day that costs what it pays brings nothing', () => {
  fc.assert(
    fc.property(anyStrategy, anyMove, ([strategy, strikes], move) => {
      const settlement = 4000 * (1 + move)
      const worth = (right: string, strike: number) =>
        Math.max(0, right === 'call' ? settlement - strike : strike - settlement)
      const legs = legsOf(strategy, strikes) ?? []
      expect(strategyReturn(legs, { spot: 4000, settlement, worth })).toBe(0)
      const dearer = (right: string, strike: number) => worth(right, strike) + 4
      const bought = legs.reduce((sum, { quantity }) => sum + quantity, 0)
      expect(strategyReturn(legs, { spot: 4000, settlement, worth: dearer })).toBeCloseTo(-0.1 * bought, 9)
    }),
  )
})

test('other names and other numbers of strikes are no strategy', () => {
  expect(legsOf('Calendar', [1, 1])).toBeUndefined()
  for (const [strategy] of STRATEGIES) expect(legsOf(strategy, [1])).toBeUndefined()
  expect(legsOf('Strangle/Straddle', [0.98, 0.99, 1])).toBeUndefined()
})

test('a published row is read with its legs and figures', () => {
  const read = readPublished(`${HEADER}\r\n${ROW}\n\n`)
  expect(read).toEqual({
    ok: true,
    value: [
      {
        strategy: 'Strangle/Straddle',
        moneyness: '0.99/1.01',
        legs: [
          { right: 'put', moneyness: 0.99, quantity: 1 },
          { right: 'call', moneyness: 1.01, quantity: 1 },
        ],
        figures: {
          count: 344,
          mean: 0.0008,
          volatility: 0.38,
          quantile1: -0.49,
          quantile99: 1.77,
          sharpe: 0.04,
        },
      },
    ],
  })
})

test('rows that say something else are refused by line, and no text throws', () => {
  const broken = [
    ROW.replace('0.38', ''),
    ROW.replace('0.38', 'NaN'),
    ROW.replace('0.99/1.01', '0.99'),
    ROW.replace('0.99/1.01', '0/1.01'),
    'x',
  ]
  for (const line of broken)
    expect(readPublished(`${HEADER}\n${ROW}\n${line}`)).toMatchObject({
      ok: false,
      failure: expect.stringMatching(/^line 3 /),
    })
  expect(readPublished('a,b').ok).toBe(false)
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map(text => `${HEADER}\n${ROW}${text}`),
      ),
      text => {
        expect(typeof readPublished(text).ok).toBe('boolean')
      },
    ),
    { numRuns: 300 },
  )
})

test('figures of returns: the mean moves with them, the rest scales with them', () => {
  const anyReturns = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 5, maxLength: 80 })
  fc.assert(
    fc.property(anyReturns, fc.double({ min: 0.1, max: 5, noNaN: true }), (returns, scale) => {
      const [one, scaled] = [strategyFigures(returns), strategyFigures(returns.map(value => value * scale))]
      expect(scaled.mean).toBeCloseTo(one.mean * scale, 9)
      expect(scaled.volatility).toBeCloseTo(one.volatility * scale, 9)
      expect(scaled.quantile1).toBeCloseTo(one.quantile1 * scale, 9)
      expect(one.quantile1).toBeLessThanOrEqual(one.quantile99)
      expect(scaled.sharpe * scaled.volatility).toBeCloseTo(one.sharpe * one.volatility * scale, 6)
    }),
  )
})

test('ratios are of ours over the published, and a sold straddle is the bought one turned round', () => {
  const days = [-0.02, -0.004, 0.001, 0.012].map(move => ({ ...free(move), worth: () => 16 }))
  const published = readPublished(`${HEADER}\n${ROW}`)
  const [row] = published.ok ? compareStrategies(published.value, days) : []
  expect(row?.ratio).toBeCloseTo((row?.ours.volatility ?? 0) / 0.38, 12)
  const straddle = legsOf('Strangle/Straddle', [1, 1]) ?? []
  const bought = strategyFigures(days.map(day => strategyReturn(straddle, day)))
  expect(soldStraddle(days).mean).toBeCloseTo(-bought.mean, 12)
  expect(soldStraddle(days).volatility).toBeCloseTo(bought.volatility, 12)
})
