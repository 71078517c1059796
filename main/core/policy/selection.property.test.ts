import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { CALM, pricedChain } from '../../fixtures/market.ts'
import { copyChain, createChain, rowOf, type OptionChain } from '../market/optionChain.ts'
import type { OptionRight } from '../market/optionContract.ts'
import { ACTIONS, opensRisk, sideOf, targetDelta, type Action } from './action.ts'
import { hasChain, selectStructure, strikeByDelta } from './selection.ts'

const { chain: CHAIN } = pricedChain({ volatility: 0.25 })
const STRIKES = [...CHAIN.strikes]
const OPENING = ACTIONS.filter(opensRisk)

interface Row {
  readonly strike: number
  readonly delta: number
  readonly isTwoSided: boolean
  readonly isOffered: boolean
}

/** What is known of every strike of one side, plainly. */
function rowsOf(chain: OptionChain, right: OptionRight): Row[] {
  return [...chain.strikes].map(strike => {
    const row = rowOf(chain, right, strike)
    const [bid, ask] = [chain.bid[row] ?? 0, chain.ask[row] ?? 0]
    return {
      strike,
      delta: Math.abs(chain.delta[row] ?? Number.NaN),
      isTwoSided: bid > 0 && ask > 0,
      isOffered: ask > 0,
    }
  })
}

/** The made-up chain with some bids, offers and Greeks gone. */
const holedChains = fc
  .array(
    fc.record({
      strike: fc.constantFrom(...STRIKES),
      right: fc.constantFrom<OptionRight>('call', 'put'),
      gone: fc.constantFrom('bid', 'ask', 'delta'),
    }),
    { maxLength: 60 },
  )
  .map(holes => {
    const chain = copyChain(CHAIN)
    for (const { strike, right, gone } of holes)
      chain[gone][rowOf(chain, right, strike)] = gone === 'delta' ? Number.NaN : 0
    return chain
  })

const rights = fc.constantFrom<OptionRight>('call', 'put')
const deltas = fc.double({ min: 0.03, max: 0.5, noNaN: true })
const wings = fc.double({ min: 0.0005, max: 0.02, noNaN: true })

test('the strike found is quoted on both sides, near enough, and no other such strike is nearer', () => {
  fc.assert(
    fc.property(holedChains, rights, deltas, (chain, right, target) => {
      const found = strikeByDelta(chain, right, target)
      const distances = rowsOf(chain, right)
        .filter(row => row.isTwoSided && Number.isFinite(row.delta))
        .map(row => ({ strike: row.strike, distance: Math.abs(row.delta - target) }))
      const nearest = Math.min(...distances.map(row => row.distance))
      expect(distances.find(row => row.strike === found)?.distance).toBe(
        nearest <= 0.45 * target ? nearest : undefined,
      )
    }),
  )
})

test.each<readonly [Action, number]>([
  ['sellPutVertical10', 0.1],
  ['sellPutVertical15', 0.15],
  ['sellCallVertical10', 0.1],
  ['sellCallVertical15', 0.15],
])('%s sells an option near delta %f and buys one further out', (action, target) => {
  const structure = selectStructure(CHAIN, action, CALM.spot, 0.004)
  if (typeof structure === 'string') throw new Error(structure)
  const [short, long] = structure.legs
  if (!short || !long) throw new Error('a vertical must have two legs')
  expect(structure.kind).toBe(sideOf(action) === 'put' ? 'putVertical' : 'callVertical')
  expect([short.ratio, long.ratio]).toEqual([-1, 1])
  const delta = CHAIN.delta[rowOf(CHAIN, short.right, short.strike)] ?? Number.NaN
  expect(Math.abs(Math.abs(delta) - target)).toBeLessThan(0.25 * target)
  expect(Math.sign(delta)).toBe(sideOf(action) === 'put' ? -1 : 1)
  expect(Math.abs(long.strike - short.strike)).toBe(3)
})

test('a wing is offered, at least as wide as asked, and the first such one outward', () => {
  fc.assert(
    fc.property(holedChains, fc.constantFrom(...OPENING), wings, (chain, action, share) => {
      const structure = selectStructure(chain, action, CALM.spot, share)
      fc.pre(typeof structure !== 'string')
      const wing = CALM.spot * share
      for (let leg = 0; leg < structure.legs.length; leg += 2) {
        const [short, long] = structure.legs.slice(leg, leg + 2)
        if (!short || !long) throw new Error('legs must come in pairs')
        const outward = (strike: number) =>
          short.right === 'put' ? short.strike - strike : strike - short.strike
        const candidates = rowsOf(chain, short.right)
          .filter(row => row.isOffered && outward(row.strike) >= wing - 1e-9 && outward(row.strike) > 0)
          .map(row => outward(row.strike))
        expect(outward(long.strike)).toBe(Math.min(...candidates))
        expect([short.right, short.ratio, long.ratio]).toEqual([long.right, -1, 1])
        expect(short.strike).toBe(strikeByDelta(chain, short.right, targetDelta(action)))
      }
    }),
  )
})

test('it says that no strike fits exactly when none does, and that no wing is offered when none is', () => {
  fc.assert(
    fc.property(holedChains, fc.constantFrom('put', 'call'), wings, (chain, right, share) => {
      const action = right === 'put' ? 'sellPutVertical10' : 'sellCallVertical10'
      const short = strikeByDelta(chain, right, 0.1)
      const wing = rowsOf(chain, right).some(row => {
        const outward = (row.strike - (short ?? 0)) * (right === 'put' ? -1 : 1)
        return row.isOffered && outward > 0 && outward >= CALM.spot * share - 1e-9
      })
      const expected = short === undefined ? 'noStrike' : wing ? 'object' : 'noWing'
      const found = selectStructure(chain, action, CALM.spot, share)
      expect(typeof found === 'string' ? found : 'object').toBe(expected)
    }),
  )
})

test('a chain that ends before the wing has no wing', () => {
  expect(selectStructure(CHAIN, 'sellPutVertical10', CALM.spot, 0.05)).toBe('noWing')
  expect(selectStructure(CHAIN, 'sellIronCondor', CALM.spot, 0.05)).toBe('noWing')
})

test('a condor is both verticals at delta 0.10, the puts below the calls', () => {
  const [condor, puts, calls] = (['sellIronCondor', 'sellPutVertical10', 'sellCallVertical10'] as const).map(
    action => selectStructure(CHAIN, action, CALM.spot, 0.004),
  )
  if (typeof condor !== 'object' || typeof puts !== 'object' || typeof calls !== 'object')
    throw new Error('a made-up chain must have all three')
  expect(condor).toEqual({ ...puts, kind: 'ironCondor', legs: [...puts.legs, ...calls.legs] })
})

test('where one side of a condor cannot be had, it says which rule stops it', () => {
  const chain = copyChain(CHAIN)
  for (const strike of STRIKES) chain.bid[rowOf(chain, 'call', strike)] = 0
  expect(selectStructure(chain, 'sellIronCondor', CALM.spot, 0.004)).toBe('noStrike')
  expect(selectStructure(chain, 'sellPutVertical10', CALM.spot, 0.004)).toBeTypeOf('object')
})

test('a chain is worth deciding on with four quoted out-of-the-money contracts a side, not with three', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 8 }), (puts, calls) => {
      const chain = copyChain(CHAIN)
      chain.bid.fill(0)
      const quote = (right: OptionRight, strike: number) => {
        chain.bid[rowOf(chain, right, strike)] = 0.05
      }
      for (let step = 1; step <= puts; step += 1) quote('put', 690 - step)
      for (let step = 1; step <= calls; step += 1) quote('call', 690 + step)
      // In the money and at it, quotes say nothing
      for (let step = 0; step <= 8; step += 1) {
        quote('put', 690 + step)
        quote('call', 690 - step)
      }
      expect(hasChain(chain, 690)).toBe(puts >= 4 && calls >= 4)
    }),
  )
})

test('a chain without a strike has nothing to decide on and nothing to sell', () => {
  const empty = createChain({
    underlying: 'SPY',
    expiry: CHAIN.expiry,
    style: 'american',
    callStrikes: [],
    putStrikes: [],
  })
  expect(hasChain(empty, 690)).toBe(false)
  for (const action of OPENING) expect(selectStructure(empty, action, 690, 0.004)).toBe('noStrike')
})
