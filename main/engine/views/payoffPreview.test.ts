import { expect, test } from 'vitest'
import { CALM } from '../../fixtures/market.ts'
import { Floor } from '../../fixtures/floor.ts'
import { at } from '../../core/base/assert.ts'
import type { ClientRequest } from '../../contract/commands.ts'
import type { PayoffPreview } from '../../contract/frames.ts'
import type { Leg } from '../../core/portfolio/structure.ts'
import { curvesFrame } from './curvesFrame.ts'
import { payoffPreview } from './payoffPreview.ts'

type Request = ClientRequest<'payoff/preview'>

async function suggesting(): Promise<Floor> {
  return new Floor({ wish: 'sellIronCondor' }).open()
}

function legsOf(floor: Floor): Leg[] {
  return [...(floor.suggested.proposal?.structure.legs ?? [])]
}

function preview(floor: Floor, request: Request): Extract<PayoffPreview, { kind: 'payoff' }> {
  const answer = payoffPreview(floor.engine, request, floor.shape.time)
  if (answer.kind !== 'payoff') throw new Error(answer.reason)
  return answer
}

test('the trade as it was suggested has the payoff that it was suggested with', async () => {
  const floor = await suggesting()
  const { proposal } = floor.suggested
  const quantity = proposal?.quantity ?? 0
  const asked = preview(floor, { holdings: [{ legs: legsOf(floor), quantity, net: proposal?.walk.start }] })
  const shown = curvesFrame(floor.engine, floor.shape.time)
  expect(asked.prices).toEqual(shown?.prices)
  expect(asked.curve).toEqual({ ...shown?.suggestion, label: 'What if' })
})

test('other strikes bring what the market gives for them at the middle, and fees of an order of today', async () => {
  const floor = await suggesting()
  const legs = legsOf(floor)
  const moved = legs.map(leg =>
    leg.ratio < 0 && leg.right === 'put' ? { ...leg, strike: leg.strike - 1 } : leg,
  )
  const { nets, curve } = preview(floor, { holdings: [{ legs: moved, quantity: 1 }] })
  const chain = floor.engine.market?.chain
  const middle = moved.reduce((sum, { right, strike, ratio }) => {
    const row = (chain?.strikes.indexOf(strike) ?? 0) + (right === 'put' ? (chain?.strikes.length ?? 0) : 0)
    return sum - (ratio * ((chain?.bid[row] ?? 0) + (chain?.ask[row] ?? 0))) / 2
  }, 0)
  expect(nets[0]).toBeCloseTo(middle, 6)
  const fees = (floor.suggested.proposal?.fees ?? 0) / 2 / (floor.suggested.proposal?.quantity ?? 1)
  expect(curve.best).toBeCloseTo(middle * 100 - fees, 6)
})

test('at the close the later curve is that of the close, whatever volatility does', async () => {
  const floor = await suggesting()
  const holdings = [{ legs: legsOf(floor), quantity: 1, net: 0.5, fees: 1 }]
  const { curve } = preview(floor, { holdings, minutes: 1440, volatilityFactor: 1.5 })
  curve.now.forEach((profit, index) => expect(profit).toBeCloseTo(at(curve.atClose, index), 9))
})

test('a seller gains with time and loses with volatility, where the price stands', async () => {
  const floor = await suggesting()
  const holdings = [{ legs: legsOf(floor), quantity: 1, net: 0.5, fees: 1 }]
  const middle = (request: Partial<Request>) => at(preview(floor, { holdings, ...request }).curve.now, 60)
  expect(middle({ minutes: 120 })).toBeGreaterThan(middle({}))
  expect(middle({ volatilityFactor: 1.3 })).toBeLessThan(middle({}))
  expect(middle({ minutes: 0, volatilityFactor: 1 })).toBe(middle({}))
})

test('several holdings add up', async () => {
  const floor = await suggesting()
  const one = { legs: legsOf(floor), quantity: 1, net: 0.5, fees: 1 }
  const other = { ...one, quantity: 2, net: 0.4 }
  const sum = preview(floor, { holdings: [one, other] })
  const parts = [one, other].map(holding => preview(floor, { holdings: [holding] }).curve)
  sum.curve.atClose.forEach((profit, index) => {
    expect(profit).toBeCloseTo(
      parts.reduce((total, part) => total + at(part.atClose, index), 0),
      6,
    )
  })
  expect(sum.nets).toEqual([0.5, 0.4])
})

test('what is not quoted has no payoff without its price, and says so; before any quote nothing has', async () => {
  const floor = await suggesting()
  const legs = [{ right: 'put' as const, strike: 500, ratio: -1 as const }]
  const holdings = [{ legs, quantity: 1 }]
  expect(payoffPreview(floor.engine, { holdings }, floor.shape.time)).toEqual({
    kind: 'nothing',
    reason: 'a leg is not quoted',
  })
  expect(payoffPreview(new Floor().engine, { holdings }, CALM.time)).toEqual({
    kind: 'nothing',
    reason: 'too little of the chain is quoted',
  })
})

test('thinking of a payoff changes nothing of the engine', async () => {
  const floor = await suggesting()
  const before = structuredClone([...floor.engine.book.decisions.values()])
  preview(floor, { holdings: [{ legs: legsOf(floor), quantity: 3 }], minutes: 5, volatilityFactor: 2 })
  expect([...floor.engine.book.decisions.values()]).toEqual(before)
  expect(floor.engine.sequence).toBe(floor.audits.at(-1)?.sequence)
})
