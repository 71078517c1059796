import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  CHAIN_COLUMNS,
  confirmQuotes,
  copyChain,
  counterpartOf,
  createChain,
  listMore,
  midOf,
  rightOf,
  rowCount,
  rowOf,
  strikeOf,
  writeQuote,
  type OptionChain,
} from './optionChain.ts'
import type { OptionRight } from './optionContract.ts'

const strike = fc.integer({ min: 1350, max: 1400 }).map(half => half / 2)
const strikes = fc.array(strike, { maxLength: 12 })
const right = fc.constantFrom<OptionRight>('call', 'put')

function chainOf(callStrikes: readonly number[], putStrikes: readonly number[]): OptionChain {
  return createChain({ underlying: 'SPY', expiry: '2026-11-20', style: 'american', callStrikes, putStrikes })
}

test('the row of a contract is found where it is listed and nowhere else', () => {
  fc.assert(
    fc.property(strikes, strikes, right, strike, (calls, puts, right, strike) => {
      const chain = chainOf(calls, puts)
      const isListed = (right === 'call' ? calls : puts).includes(strike)
      const rows = Array.from({ length: rowCount(chain) }, (_, row) => row)
      const found = rows.find(row => rightOf(chain, row) === right && strikeOf(chain, row) === strike)
      expect(rowOf(chain, right, strike)).toBe(isListed ? found : -1)
    }),
  )
})

test('a row names its contract: counterparts share the strike, differ in the right, and come back', () => {
  fc.assert(
    fc.property(strikes, strikes, (calls, puts) => {
      const chain = chainOf(calls, puts)
      for (let row = 0; row < rowCount(chain); row += 1) {
        const other = counterpartOf(chain, row)
        expect(strikeOf(chain, other)).toBe(strikeOf(chain, row))
        expect(rightOf(chain, other)).not.toBe(rightOf(chain, row))
        expect(counterpartOf(chain, other)).toBe(row)
        const found = rowOf(chain, rightOf(chain, row), strikeOf(chain, row))
        expect(found).toBe(chain.listed[row] === 1 ? row : -1)
      }
      expect(() => strikeOf(chain, rowCount(chain))).toThrow(RangeError)
    }),
  )
})

/** What a contract says, in the simplest form that can say it. */
interface Row {
  bid: number
  ask: number
  bidSize: number
  askSize: number
  quoteTime: number
  gamma: number
}

type Operation =
  | {
      kind: 'quote'
      right: OptionRight
      strike: number
      bid: number
      ask: number
      size: number
      time: number
    }
  | { kind: 'confirm'; time: number }
  | { kind: 'list'; calls: number[]; puts: number[] }
  | { kind: 'gamma'; right: OptionRight; strike: number; gamma: number }
  | { kind: 'copy' }

const price = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 300 }).map(cents => cents / 100) },
  fc.constantFrom(-0.01, Number.NaN, Number.POSITIVE_INFINITY),
)
const time = fc.oneof({ weight: 12, arbitrary: fc.integer({ min: 1, max: 50 }) }, fc.constant(Number.NaN))
const size = fc.nat(500)
const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('quote'), right, strike, bid: price, ask: price, size, time }),
  },
  fc.record({ kind: fc.constant('confirm'), time: fc.integer({ min: 1, max: 50 }) }),
  fc.record({ kind: fc.constant('list'), calls: strikes, puts: strikes }),
  fc.record({ kind: fc.constant('gamma'), right, strike, gamma: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ kind: fc.constant('copy') }),
)

/** The chain as a dictionary of contracts, slow and plain. */
class NaiveChain {
  readonly rows = new Map<string, Row>()

  list(right: OptionRight, strikes: readonly number[]): void {
    for (const strike of strikes) {
      const row = { bid: 0, ask: 0, bidSize: 0, askSize: 0, quoteTime: 0, gamma: Number.NaN }
      if (!this.rows.has(`${right} ${strike}`)) this.rows.set(`${right} ${strike}`, row)
    }
  }

  quote(given: Extract<Operation, { kind: 'quote' }>): boolean {
    const row = this.rows.get(`${given.right} ${given.strike}`)
    const { bid, ask, size, time } = given
    if (!row || ![bid, ask, time].every(Number.isFinite)) return false
    if (bid < 0 || ask < 0 || (bid > ask && ask !== 0) || row.quoteTime > time) return false
    Object.assign(row, { bid, ask, bidSize: size, askSize: size + 1, quoteTime: time })
    return true
  }

  confirm(time: number): void {
    for (const row of this.rows.values()) if (row.quoteTime > 0 && row.quoteTime < time) row.quoteTime = time
  }
}

function applyTo(chain: OptionChain, naive: NaiveChain, given: Operation): OptionChain {
  switch (given.kind) {
    case 'quote': {
      const row = rowOf(chain, given.right, given.strike)
      const { bid, ask, size, time } = given
      const refusal = writeQuote(chain, row, bid, ask, size, size + 1, time)
      if ((refusal === undefined) !== naive.quote(given)) throw new Error(`must agree, chain said ${refusal}`)
      return chain
    }
    case 'confirm':
      naive.confirm(given.time)
      confirmQuotes(chain, given.time)
      return chain
    case 'list':
      naive.list('call', given.calls)
      naive.list('put', given.puts)
      return listMore(chain, given.calls, given.puts)
    case 'gamma': {
      const row = rowOf(chain, given.right, given.strike)
      if (row >= 0) chain.gamma[row] = given.gamma
      const twin = naive.rows.get(`${given.right} ${given.strike}`)
      if (twin) twin.gamma = given.gamma
      return chain
    }
    case 'copy': {
      // Going on with the copy, the original spoilt: whatever they share would show
      const copy = copyChain(chain)
      for (const name of CHAIN_COLUMNS) chain[name].fill(99)
      return copy
    }
  }
}

function rowsOf(chain: OptionChain): Map<string, Row> {
  const rows = new Map<string, Row>()
  for (let row = 0; row < rowCount(chain); row += 1) {
    const figure = (column: Float64Array) => column[row] ?? Number.NaN
    const said = {
      bid: figure(chain.bid),
      ask: figure(chain.ask),
      bidSize: figure(chain.bidSize),
      askSize: figure(chain.askSize),
      quoteTime: figure(chain.quoteTime),
      gamma: figure(chain.gamma),
    }
    if (chain.listed[row] === 1) rows.set(`${rightOf(chain, row)} ${strikeOf(chain, row)}`, said)
  }
  return rows
}

test('after any list of operations the chain says what a plain dictionary of contracts says', () => {
  fc.assert(
    fc.property(
      strikes,
      strikes,
      fc.array(operation, { maxLength: 60, size: 'max' }),
      (calls, puts, given) => {
        const naive = new NaiveChain()
        naive.list('call', calls)
        naive.list('put', puts)
        let chain = chainOf(calls, puts)
        for (const operation of given) chain = applyTo(chain, naive, operation)
        const sorted = (rows: Map<string, Row>) => [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1))
        expect(sorted(rowsOf(chain))).toEqual(sorted(naive.rows))
      },
    ),
    { numRuns: 300 },
  )
})

test('whatever was written, a quote in the chain is never crossed, negative or no number', () => {
  fc.assert(
    fc.property(strikes, fc.array(operation, { maxLength: 60, size: 'max' }), (strikes, given) => {
      const naive = new NaiveChain()
      naive.list('call', strikes)
      naive.list('put', strikes)
      let chain = chainOf(strikes, strikes)
      for (const operation of given) chain = applyTo(chain, naive, operation)
      for (const [, { bid, ask, quoteTime }] of rowsOf(chain)) {
        expect(bid >= 0 && ask >= 0 && quoteTime >= 0).toBe(true)
        expect(ask === 0 || bid <= ask).toBe(true)
      }
      for (let row = 0; row < rowCount(chain); row += 1) {
        const [bid = 0, ask = 0] = [chain.bid[row], chain.ask[row]]
        const mid = midOf(chain, row)
        expect(Number.isNaN(mid)).toBe(bid === 0 || ask === 0)
        expect(mid < bid || mid > ask).toBe(false)
      }
    }),
  )
})

test('listing more keeps every figure of every column, in both halves', () => {
  fc.assert(
    fc.property(strikes, strikes, strikes, strikes, (calls, puts, moreCalls, morePuts) => {
      const chain = chainOf(calls, puts)
      CHAIN_COLUMNS.forEach((name, column) => {
        for (let row = 0; row < rowCount(chain); row += 1) chain[name][row] = 1000 * column + row + 1
      })
      for (let row = 0; row < rowCount(chain); row += 1) {
        chain.volatilitySource[row] = row % 4
        chain.volatilityStatus[row] = row % 7
      }
      const grown = listMore(chain, moreCalls, morePuts)
      for (const [right, before, more] of [
        ['call', calls, moreCalls],
        ['put', puts, morePuts],
      ] as const) {
        for (const strike of [...before, ...more]) {
          const target = rowOf(grown, right, strike)
          const source = rowOf(chain, right, strike)
          expect(target).toBeGreaterThanOrEqual(0)
          if (source < 0) continue
          for (const name of CHAIN_COLUMNS) expect(grown[name][target]).toBe(chain[name][source])
          expect(grown.volatilitySource[target]).toBe(chain.volatilitySource[source])
          expect(grown.volatilityStatus[target]).toBe(chain.volatilityStatus[source])
        }
      }
      const listed = grown.listed.reduce((sum, flag) => sum + flag, 0)
      expect(listed).toBe(new Set([...calls, ...moreCalls]).size + new Set([...puts, ...morePuts]).size)
    }),
  )
})
