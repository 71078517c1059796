import { expect, test } from 'vitest'
import { Floor } from '../../fixtures/floor.ts'
import { CALM, clock } from '../../fixtures/market.ts'
import { minutesUntil } from '../../fixtures/moments.ts'
import { attributionTotal } from '../../core/portfolio/attribution.ts'
import { factorTotal } from '../../core/portfolio/factorAttribution.ts'
import { pulseFrame, type PulseSurroundings } from './pulseFrame.ts'

const ALIVE = { state: 'alive', age: 0, note: '' } as const
const AROUND: PulseSurroundings = {
  heartbeats: { feed: ALIVE, broker: ALIVE, database: ALIVE, ai: ALIVE },
  playback: { pace: 1, isPaused: false, isLive: false },
  recording: undefined,
}

function pulseOf(floor: Floor) {
  return pulseFrame(floor.engine, floor.shape.time, AROUND)
}

async function holding(): Promise<Floor> {
  const floor = await new Floor({ wish: 'sellIronCondor' }).open()
  await floor.send({ name: 'suggestion/accept', request: { id: floor.suggested.id, via: 'click' } })
  await floor.pass(25)
  return floor
}

test('before a session everything is unknown and nothing is made up', () => {
  const pulse = pulseOf(new Floor())
  expect(pulse).toMatchObject({ phase: 'closed', positions: [], regime: 0, risk: { dayProfit: 0 } })
  for (const name of ['spot', 'forward', 'expectedMove', 'impliedVolatility', 'bar', 'nextDecision'] as const)
    expect(pulse[name]).toBeUndefined()
})

test('the strip shows the market as it was told and priced', async () => {
  const floor = await new Floor().open()
  floor.hear({ kind: 'volatilityIndex', time: CALM.time, value: 15, previousClose: 16 })
  floor.hear({ kind: 'barsBackfilled', time: CALM.time, bars: minutesUntil(CALM.time, 20) })
  await floor.engine.settled()
  const pulse = pulseOf(floor)
  expect(pulse).toMatchObject({ phase: 'session', previousClose: CALM.spot - 1, ...AROUND })
  expect(pulse.spot?.last).toBe(CALM.spot)
  expect(pulse.forward).toBeCloseTo(CALM.spot, 1)
  expect(pulse.impliedVolatility).toBeCloseTo(CALM.volatility, 2)
  expect(pulse.volatilityIndex?.value).toBe(15)
  expect(pulse.expectedMove?.move).toBe(pulse.openingMove)
  expect(pulse.volumeWeightedAveragePrice).toBeCloseTo(CALM.spot, 6)
  expect(pulse.realisedVolatility).toBeGreaterThan(0)
  expect(pulse.staleAfter).toBe(5000)
})

test('through the life of a trade profit, cash, Greeks and attribution agree at every second', async () => {
  const floor = await holding()
  let [seen, closed] = [0, 0]
  const moves = [690.2, 690.8, 689.6, 689.1, 690, 690.4, 690.1]
  for (const [index, spot] of moves.entries()) {
    await floor.quote({ time: floor.shape.time + 40_000, spot, volatility: 0.14 - 0.008 * index })
    await floor.pass(3)
    const { risk, positions, bookGreeks, attribution, factors } = pulseOf(floor)
    const { fills } = floor.engine.book
    expect(risk.dayProfit).toBeCloseTo(risk.realised + risk.open, 9)
    expect(risk.open).toBeCloseTo(
      positions.reduce((sum, position) => sum + position.openProfit, 0),
      9,
    )
    const cash = fills.reduce((sum, fill) => sum + fill.net * 100 * fill.quantity - fill.fees, 0)
    const toClose = positions.reduce((sum, position) => {
      const lots = floor.engine.book.positions.get(position.decision)?.quantity ?? 0
      return sum + (position.mark ?? Number.NaN) * 100 * lots
    }, 0)
    expect(risk.dayProfit).toBeCloseTo(cash - toClose, 3)
    expect(attributionTotal(attribution)).toBeCloseTo(risk.dayProfit, 3)
    expect(factorTotal(factors)).toBeCloseTo(risk.dayProfit, 3)
    expect(factors.residual).toBeCloseTo(attribution.residual, 6)
    expect(factors.costs).toBeLessThan(0)
    const delta = positions
      .flatMap(position => position.legGreeks)
      .reduce((sum, leg) => sum + (leg?.delta ?? 0), 0)
    expect(bookGreeks?.delta).toBeCloseTo(delta, 9)
    if (positions.length > 0) seen += 1
    else closed += 1
  }
  expect(Math.min(seen, closed)).toBeGreaterThan(0)
})

test('the next decision is a wait for its end, none while a trade is open, a cadence after an answer', async () => {
  const waiting = await new Floor({ wish: 'noTrade' }).open()
  expect(pulseOf(waiting).nextDecision).toBe(waiting.suggested.expiresAt)
  const floor = await new Floor({ wish: 'sellIronCondor' }).open()
  const { id, time } = floor.suggested
  expect(pulseOf(floor).nextDecision).toBeUndefined()
  await floor.send({ name: 'suggestion/lapse', request: { id, via: 'click' } })
  expect(pulseOf(floor).nextDecision).toBe(time + 60_000)
})

test('positions that were closed leave the frame, and stay in the profit of the day', async () => {
  const floor = await holding()
  floor.policy.wish = 'noTrade'
  const [id = ''] = floor.engine.book.positions.keys()
  await floor.send({ name: 'position/close', request: { id, via: 'click' } })
  await floor.pass(6)
  const { positions, bookGreeks, risk } = pulseOf(floor)
  expect(positions).toEqual([])
  expect(bookGreeks?.delta).toBe(0)
  expect(risk).toMatchObject({ open: 0, exposure: 0, openContracts: 0, tradesOpened: 1 })
  expect(risk.dayProfit).toBeLessThan(0)
})

test('the phase follows the clock even before the book has lived its beat', async () => {
  const floor = await new Floor().open()
  expect(pulseFrame(floor.engine, clock(15, 31), AROUND).phase).toBe('guard')
  expect(floor.engine.book.phase).toBe('session')
})
