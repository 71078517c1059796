import { expect, test } from 'vitest'
import { createChain, rowOf, writeQuote, type OptionChain } from '../market/optionChain.ts'
import { halfSpreadAt, quotedGap, strikeEvidence } from './strikeEvidence.ts'

const STRIKES = [98, 99, 100, 101, 102]

function chainOf(quotes: readonly ['call' | 'put', number, number, number][]): OptionChain {
  const chain = createChain({
    underlying: 'SPY',
    expiry: '2026-11-20',
    style: 'american',
    callStrikes: STRIKES,
    putStrikes: STRIKES,
  })
  for (const [right, strike, bid, ask] of quotes)
    writeQuote(chain, rowOf(chain, right, strike), bid, ask, 1, 1, 1)
  return chain
}

test('an out-of-the-money mid counts with half its spread', () => {
  const { logs, values, spreads, isTwoSided } = strikeEvidence(chainOf([['call', 101, 0.4, 0.6]]), 100)
  expect([...isTwoSided]).toEqual([1])
  expect(logs[0]).toBeCloseTo(Math.log(1.01), 12)
  expect(values[0]).toBeCloseTo(0.005, 12)
  expect(spreads[0]).toBeCloseTo(0.001, 12)
})

test('the other right says the same less exercise value, and the narrower quote weighs more', () => {
  const { values, spreads } = strikeEvidence(
    chainOf([
      ['call', 101, 0.4, 0.6],
      ['put', 101, 1.1, 2.1],
    ]),
    100,
  )
  // Mids 0.50 and 1.60 - 1, half spreads 0.1 and 0.5, so weights 25 to 1
  expect(values[0]).toBeCloseTo((0.5 * 25 + 0.6) / 26 / 100, 12)
  expect(spreads[0]).toBeLessThan(0.001)
})

test('where nobody bids, the lowest ask is a ceiling and no mid', () => {
  const { values, isTwoSided } = strikeEvidence(
    chainOf([
      ['call', 102, 0, 0.3],
      ['put', 102, 1.9, 2.2],
    ]),
    100,
  )
  expect([...isTwoSided]).toEqual([0])
  expect(values[0]).toBeCloseTo(0.002, 12)
})

test('a mid in the money alone says nothing out of the money but a ceiling', () => {
  expect([...strikeEvidence(chainOf([['put', 101, 1.2, 1.6]]), 100).isTwoSided]).toEqual([0])
})

test('a quote below exercise value or without an ask is left out', () => {
  expect(strikeEvidence(chainOf([['put', 102, 1.5, 1.7]]), 100).values).toHaveLength(0)
  expect(strikeEvidence(chainOf([['call', 102, 0.5, 0]]), 100).values).toHaveLength(0)
})

test('half a spread is straight between strikes and level beyond them', () => {
  const chain = chainOf([
    ['call', 99, 1, 1.2],
    ['call', 101, 0.4, 1],
  ])
  expect(halfSpreadAt(chain, 'call', 99)).toBeCloseTo(0.1, 12)
  expect(halfSpreadAt(chain, 'call', 100)).toBeCloseTo(0.2, 12)
  expect(halfSpreadAt(chain, 'call', 110)).toBeCloseTo(0.3, 12)
  expect(halfSpreadAt(chain, 'call', 90)).toBeCloseTo(0.1, 12)
  expect(halfSpreadAt(chain, 'put', 100)).toBeNaN()
})

test('a gap is the way between the strikes around, and twice the way to the last beyond them', () => {
  const chain = chainOf([
    ['call', 99, 1, 1.2],
    ['call', 101, 0, 1],
    ['call', 102, 0.4, 1],
  ])
  expect([90, 99, 101, 110].map(strike => quotedGap(chain, 'call', strike))).toEqual([18, 3, 3, 16])
  expect(quotedGap(chain, 'put', 100)).toBeNaN()
})
