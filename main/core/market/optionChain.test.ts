import { expect, test } from 'vitest'
import {
  CHAIN_COLUMNS,
  confirmQuotes,
  copyChain,
  createChain,
  listMore,
  midOf,
  rowCount,
  rowOf,
  writeQuote,
  type OptionChain,
} from './optionChain.ts'

const COMPUTED = ['impliedVolatility', 'delta', 'gamma', 'theta', 'vega', 'vanna', 'charm'] as const

function chainOf(callStrikes: readonly number[], putStrikes: readonly number[] = callStrikes): OptionChain {
  return createChain({ underlying: 'SPY', expiry: '2026-11-20', style: 'american', callStrikes, putStrikes })
}

test('strikes rise whatever their order, each once, calls before puts', () => {
  const chain = chainOf([692, 688, 690, 688], [690, 686])
  expect([...chain.strikes]).toEqual([686, 688, 690, 692])
  expect(rowCount(chain)).toBe(8)
  expect([...chain.listed]).toEqual([0, 1, 1, 1, 1, 0, 1, 0])
  expect(rowOf(chain, 'call', 690)).toBe(2)
  expect(rowOf(chain, 'put', 690)).toBe(6)
})

test('what is in the chain for the other right only is not listed', () => {
  const chain = chainOf([690], [686])
  expect(rowOf(chain, 'call', 686)).toBe(-1)
  expect(rowOf(chain, 'put', 690)).toBe(-1)
  expect(rowOf(chain, 'put', 687)).toBe(-1)
  expect(rowOf(chain, 'put', Number.NaN)).toBe(-1)
})

test('before the first quote prices are absent, and counts and computed figures unknown', () => {
  const chain = chainOf([690])
  for (const name of CHAIN_COLUMNS) {
    const isUnknown = [...COMPUTED, 'volume', 'openInterest'].some(unknown => unknown === name)
    expect([...chain[name]]).toEqual(isUnknown ? [Number.NaN, Number.NaN] : [0, 0])
  }
  expect(midOf(chain, 0)).toBeNaN()
  expect([...chain.volatilitySource]).toEqual([0, 0])
  expect([...chain.volatilityStatus]).toEqual([0, 0])
})

test.each([0, -5, Number.NaN])('strike %d is refused', strike => {
  expect(() => chainOf([690, strike])).toThrow(
    new RangeError(`strike must be a number above 0, was ${strike}`),
  )
})

test('an empty listing makes an empty chain', () => {
  const chain = chainOf([])
  expect(rowCount(chain)).toBe(0)
  expect(rowOf(chain, 'call', 690)).toBe(-1)
  expect(writeQuote(chain, 0, 1, 2, 1, 1, 1)).toBe('unknownContract')
})

test.each([
  ['crossed', 0, 1.2, 1.1, 2000],
  ['negative', 0, -0.1, 1.1, 2000],
  ['notFinite', 0, 1, Number.NaN, 2000],
  ['outOfOrder', 0, 1, 1.1, 999],
  ['outOfOrder', 0, 1, 1.1, Number.NaN],
  ['unknownContract', 1, 1, 1.1, 2000],
  ['unknownContract', 2, 1, 1.1, 2000],
  ['unknownContract', -1, 1, 1.1, 2000],
] as const)('a quote that is refused as %s leaves row %i as it was', (refusal, row, bid, ask, time) => {
  const chain = chainOf([690], [691])
  writeQuote(chain, 0, 1, 1.05, 10, 20, 1000)
  const before = copyChain(chain)
  expect(writeQuote(chain, row, bid, ask, 5, 5, time)).toBe(refusal)
  expect(chain).toEqual(before)
})

test('a quote of the same instant replaces the one before', () => {
  const chain = chainOf([690])
  expect(writeQuote(chain, 0, 1, 1.05, 10, 20, 1000)).toBeUndefined()
  expect(writeQuote(chain, 0, 1.01, 1.04, 11, 21, 1000)).toBeUndefined()
  const row = [chain.bid, chain.ask, chain.bidSize, chain.askSize, chain.quoteTime].map(column => column[0])
  expect(row).toEqual([1.01, 1.04, 11, 21, 1000])
  expect(midOf(chain, 0)).toBeCloseTo(1.025, 12)
})

test('confirming makes quotes younger, never older, and leaves alone what was never quoted', () => {
  const chain = chainOf([690, 691])
  writeQuote(chain, 0, 1, 1.05, 10, 20, 1000)
  writeQuote(chain, 1, 1, 1.05, 10, 20, 3000)
  confirmQuotes(chain, 2000)
  expect([...chain.quoteTime]).toEqual([2000, 3000, 0, 0])
})

test('a copy knows nothing of later quotes, nor the chain of what is written into the copy', () => {
  const chain = chainOf([690])
  const copy = copyChain(chain)
  writeQuote(chain, 0, 1, 1.05, 10, 20, 1000)
  copy.delta[1] = -0.5
  copy.volatilitySource[0] = 1
  copy.volatilityStatus[0] = 1
  copy.listed[0] = 0
  expect(copy.bid[0]).toBe(0)
  expect(chain.delta[1]).toBeNaN()
  expect([chain.volatilitySource[0], chain.volatilityStatus[0], chain.listed[0]]).toEqual([0, 0, 1])
})

test('listing what is listed already gives an equal chain in memory of its own', () => {
  const chain = chainOf([690, 691], [689])
  writeQuote(chain, 0, 1, 1.05, 10, 20, 1000)
  const same = listMore(chain, [691], [])
  expect(same).toEqual(chain)
  for (const name of CHAIN_COLUMNS) expect(same[name]).not.toBe(chain[name])
})
