import { expect, test } from 'vitest'
import { Floor } from '../../fixtures/floor.ts'
import { CALM, volatilityOf } from '../../fixtures/market.ts'
import { at } from '../../core/base/assert.ts'
import type { CurvesFrame } from '../../contract/frames.ts'
import { curvesFrame } from './curvesFrame.ts'

function frameOf(floor: Floor): CurvesFrame {
  const frame = curvesFrame(floor.engine, floor.shape.time)
  if (!frame) throw new Error('a quoted market must have curves')
  return frame
}

async function holding(): Promise<Floor> {
  const floor = await new Floor({ wish: 'sellIronCondor' }).open()
  await floor.send({ name: 'suggestion/accept', request: { id: floor.suggested.id, via: 'click' } })
  await floor.pass(25)
  return floor
}

test('there are no curves before there is a smile', () => {
  expect(curvesFrame(new Floor().engine, CALM.time)).toBeUndefined()
})

test('the smile is drawn through the volatilities of the contracts it was fitted on', async () => {
  const { contractStrikes, contractVolatilities, prices, smile } = frameOf(await new Floor().open())
  expect(contractStrikes.length).toBeGreaterThan(5)
  const drawnAt = (strike: number) =>
    at(
      smile,
      prices.findIndex(price => price >= strike),
    )
  contractStrikes.forEach((strike, index) => {
    expect(contractVolatilities[index]).toBeCloseTo(volatilityOf(CALM, strike), 2)
    expect(drawnAt(strike)).toBeCloseTo(at(contractVolatilities, index), 2)
  })
})

test('around every contract stand the volatilities of its bid and of its ask, around the smile its band', async () => {
  const frame = frameOf(await new Floor().open())
  frame.contractVolatilities.forEach((middle, index) => {
    expect(at(frame.contractBids, index)).toBeLessThanOrEqual(middle + 1e-9)
    expect(at(frame.contractAsks, index)).toBeGreaterThanOrEqual(middle - 1e-9)
  })
  frame.smile.forEach((fit, index) => {
    expect(at(frame.smileLow ?? [], index)).toBeLessThanOrEqual(fit)
    expect(at(frame.smileHigh ?? [], index)).toBeGreaterThanOrEqual(fit)
  })
})

test('a contract that nobody bids for stands at 0 below, one that nobody offers is not known above', async () => {
  const floor = await new Floor().open()
  const chain = floor.engine.market?.chain
  const { contractStrikes } = frameOf(floor)
  const row = (strike: number) =>
    (chain?.strikes.indexOf(strike) ?? 0) + (strike < CALM.spot ? (chain?.strikes.length ?? 0) : 0)
  const [first = 0, second = 0] = contractStrikes.filter(strike => strike > CALM.spot)
  if (chain) {
    chain.bid[row(first)] = 0
    chain.ask[row(second)] = 0
  }
  const after = frameOf(floor)
  const place = (strike: number) => after.contractStrikes.indexOf(strike)
  expect(after.contractBids[place(first)]).toBe(0)
  expect(after.contractAsks[place(second)]).toBeNaN()
})

test('of every strike the contract out of the money is shown, within the axis', async () => {
  const floor = await new Floor().open()
  const chain = floor.engine.market?.chain
  chain?.strikes.forEach((strike, position) => {
    const calls = chain.impliedVolatility.subarray(0, chain.strikes.length)
    const puts = chain.impliedVolatility.subarray(chain.strikes.length)
    if (strike < CALM.spot - 0.5) calls[position] = 9
    else puts[position] = 9
  })
  const { contractStrikes, contractVolatilities, prices } = frameOf(floor)
  expect(Math.max(...contractVolatilities)).toBeLessThan(1)
  expect(new Set(contractStrikes).size).toBe(contractStrikes.length)
  expect(Math.min(...contractStrikes)).toBeGreaterThanOrEqual(at(prices, 0))
  expect(Math.max(...contractStrikes)).toBeLessThanOrEqual(at(prices, 120))
})

test('the earlier smile is the first one of the day, and stays while the market moves', async () => {
  const floor = await new Floor().open()
  const first = frameOf(floor)
  expect(first.earlierTime).toBe(CALM.time)
  expect(first.earlierSmile).toEqual(first.smile)
  await floor.quote({ time: CALM.time + 60_000, volatility: 0.2 })
  const later = frameOf(floor)
  expect(later.earlierTime).toBe(CALM.time)
  expect(at(later.smile, 60)).toBeGreaterThan(at(later.earlierSmile, 60) + 0.04)
})

test('the density peaks at one near the forward and is never negative', async () => {
  const { density, prices } = frameOf(await new Floor().open())
  expect(Math.max(...density)).toBe(1)
  expect(Math.min(...density)).toBe(0)
  const peak = at(prices, density.indexOf(1))
  expect(Math.abs(peak - CALM.spot)).toBeLessThan(1.5)
})

test('what is suggested and what is held have their own curves', async () => {
  const floor = await new Floor({ wish: 'sellIronCondor' }).open()
  const before = frameOf(floor)
  const proposal = floor.suggested.proposal
  expect(before.book).toBeUndefined()
  expect(before.suggestion?.label).toMatch(/iron condor$/)
  expect(before.suggestion?.breakEvens).toEqual(proposal?.breakEvens)
  const after = frameOf(await holding())
  expect(after.suggestion).toBeUndefined()
  expect(after.book?.label).toBe('Book')
  expect(after.book?.strikes).toEqual(before.suggestion?.strikes)
})

test('the book at the forward is worth now what its positions stand at', async () => {
  const floor = await holding()
  const { book } = frameOf(floor)
  const held = [...floor.engine.book.positions.values()]
  const quoted = held.reduce((sum, position) => {
    const chain = floor.engine.market?.chain
    const value = position.structure.legs.reduce((worth, leg) => {
      const row =
        (chain?.strikes.indexOf(leg.strike) ?? 0) + (leg.right === 'put' ? (chain?.strikes.length ?? 0) : 0)
      return worth + (leg.ratio * ((chain?.bid[row] ?? 0) + (chain?.ask[row] ?? 0))) / 2
    }, 0)
    return sum + (position.entryNet + value) * 100 * position.quantity - position.fees
  }, 0)
  expect(Math.abs(at(book?.now ?? [], 60) - quoted)).toBeLessThan(6)
})

test('a suggested close has no payoff of its own', async () => {
  const floor = await holding()
  floor.policy.wish = 'close'
  await floor.pass(60)
  expect(floor.suggested.proposal?.purpose).toBe('close')
  expect(frameOf(floor).suggestion).toBeUndefined()
})
