import { expect, test } from 'vitest'
import { CALM, carryOf, quotedChain } from '../../fixtures/market.ts'
import { listMore, rowOf } from '../market/optionChain.ts'
import { createKernelColumns, type ChainKernels } from './chainKernels.ts'
import { ChainPricer, MID_STATUSES, VOLATILITY_SOURCES } from './chainPricing.ts'
import { referenceKernels } from './referenceKernels.ts'

/** The reference, counting what it is asked and how often it makes columns. */
function countedKernels(): ChainKernels & { readonly counts: { sets: number; asked: number; rows: number } } {
  const reference = referenceKernels()
  const counts = { sets: 0, asked: 0, rows: 0 }
  const known = new Set<object>()
  const note = (count: number) => {
    counts.asked += 1
    counts.rows += count
  }
  return {
    counts,
    name: 'counted',
    columns(count) {
      const columns = reference.columns(count)
      known.add(columns)
      counts.sets = known.size
      return columns
    },
    volatilities(count, terms) {
      note(count)
      reference.volatilities(count, terms)
    },
    prices(count, terms) {
      note(count)
      reference.prices(count, terms)
    },
    greeks(count, terms) {
      note(count)
      reference.greeks(count, terms)
    },
  }
}

function price(pricer: ChainPricer, chain: ReturnType<typeof quotedChain>): void {
  const carry = carryOf(CALM)
  pricer.impliedVolatilities(chain, CALM.spot, carry)
  pricer.fillFromSmile(chain, CALM.spot, carry, () => CALM.volatility)
  pricer.greeks(chain, CALM.spot, carry)
}

test('a day of ticks uses one set of columns: nothing grows with the day', () => {
  const kernels = countedKernels()
  const pricer = new ChainPricer(kernels)
  const chain = quotedChain()
  for (let tick = 0; tick < 200; tick += 1) price(pricer, chain)
  expect(kernels.counts.sets).toBe(1)
})

test('strikes that are listed one by one make new columns a few times only', () => {
  const kernels = countedKernels()
  const pricer = new ChainPricer(kernels)
  let chain = quotedChain({ lowest: 690, highest: 700 })
  for (let strike = 701; strike <= 1100; strike += 1) {
    chain = listMore(chain, [strike], [strike])
    pricer.greeks(chain, CALM.spot, carryOf(CALM))
  }
  expect(kernels.counts.sets).toBeLessThanOrEqual(3)
})

test('ten thousand ticks hold on to no memory', () => {
  const collect: unknown = Reflect.get(globalThis, 'gc')
  const held = () => {
    if (typeof collect === 'function') collect()
    return process.memoryUsage().arrayBuffers
  }
  const pricer = new ChainPricer(referenceKernels())
  const chain = quotedChain({ lowest: 685, highest: 695 })
  price(pricer, chain)
  const before = held()
  for (let tick = 0; tick < 10_000; tick += 1) pricer.greeks(chain, CALM.spot, carryOf(CALM))
  // A copy of one column a tick would be 10,000 times 2 kB
  expect(held() - before).toBeLessThan(1_000_000)
})

test('kernels are asked once a question, and never for rows that nobody quotes', () => {
  const kernels = countedKernels()
  const pricer = new ChainPricer(kernels)
  const chain = quotedChain()
  chain.bid.fill(0)
  chain.ask.fill(0)
  pricer.impliedVolatilities(chain, CALM.spot, carryOf(CALM))
  expect(kernels.counts.rows).toBe(0)
  expect(chain.impliedVolatility.every(Number.isNaN)).toBe(true)
})

test('columns have room for what is asked, by powers of two', () => {
  expect([0, 1, 256, 257, 5000].map(count => createKernelColumns(count).capacity)).toEqual([
    256, 256, 256, 512, 8192,
  ])
})

test('every row says what became of its own mid, whoever told its volatility', () => {
  const chain = quotedChain()
  const [below, above, unquoted, solved] = [665, 700, 691, 692].map(strike => rowOf(chain, 'call', strike))
  const said = (row: number | undefined) => MID_STATUSES[chain.volatilityStatus[row ?? -1] ?? -1]
  const quote = (row: number | undefined, bid: number, ask: number) => {
    chain.bid[row ?? -1] = bid
    chain.ask[row ?? -1] = ask
  }
  quote(below, CALM.spot - 665 - 2, CALM.spot - 665 + 1)
  quote(above, CALM.spot + 1, CALM.spot + 2)
  quote(unquoted, 0, 0.01)
  price(new ChainPricer(referenceKernels()), chain)
  expect([said(below), said(above), said(unquoted), said(solved)]).toEqual([
    'belowIntrinsic',
    'aboveMaximum',
    'notQuoted',
    'ok',
  ])
})

test('a mid that is quoted no longer says nothing any more', () => {
  const chain = quotedChain()
  const pricer = new ChainPricer(referenceKernels())
  price(pricer, chain)
  const quoted = chain.volatilityStatus.filter(code => MID_STATUSES[code] === 'ok').length
  expect(quoted).toBeGreaterThan(10)
  chain.bid.fill(0)
  chain.ask.fill(0)
  price(pricer, chain)
  expect(chain.volatilityStatus.every(code => MID_STATUSES[code] === 'notQuoted')).toBe(true)
  expect(chain.volatilitySource.every(code => VOLATILITY_SOURCES[code] === 'none')).toBe(true)
})
