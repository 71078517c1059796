import { expect, test } from 'vitest'
import { CALM } from '../../fixtures/market.ts'
import { Floor } from '../../fixtures/floor.ts'
import { at } from '../../core/base/assert.ts'
import type { ClientRequest } from '../../contract/commands.ts'
import { scenarioGrid, scenarioPosition, type ScenarioGrid } from '../../core/pricing/scenario.ts'
import { curvesFrame } from './curvesFrame.ts'
import { questionBook, scenarioFrame, scenarioQuestion, type ScenarioQuestion } from './scenarioView.ts'

const REQUEST: ClientRequest<'scenario/get'> = {
  subject: 'suggestion',
  spotSteps: 121,
  spotReach: 3.2,
  volatilityFactors: [0.8, 1, 1.2],
  minutes: [0, 60, 1440],
}
const SERVED = { backend: 'TypeScript', precision: 'f64', microseconds: 12 } as const

async function suggesting(): Promise<Floor> {
  return new Floor({ wish: 'sellIronCondor' }).open()
}

async function holding(): Promise<Floor> {
  const floor = await suggesting()
  await floor.send({ name: 'suggestion/accept', request: { id: floor.suggested.id, via: 'click' } })
  await floor.pass(25)
  return floor
}

function question(floor: Floor, request = REQUEST): ScenarioQuestion {
  const asked = scenarioQuestion(floor.engine, request, floor.shape.time)
  if (asked.kind !== 'question') throw new Error(asked.reason)
  return asked
}

/** A clock on which every look at it takes a millisecond, and what had its turn meanwhile. */
function countingClock() {
  let [time, turns] = [0, 0]
  return {
    now: () => (time += 1),
    delay: async () => {
      turns += 1
      time += 100
    },
    turns: () => turns,
  }
}

async function gridOf(asked: ScenarioQuestion): Promise<ScenarioGrid> {
  const { book } = await questionBook(asked, countingClock())
  return scenarioGrid(book, asked.axes)
}

/** The row of prices of a grid at a time and a factor. */
function profits({ axes, profit }: ScenarioGrid, time: number, factor: number): Float64Array {
  const first = scenarioPosition(axes, time, factor, 0)
  return profit.subarray(first, first + axes.spots.length)
}

test('now and with today’s volatility a grid says what the payoff says, at the close what it says of the close', async () => {
  for (const [floor, subject] of [
    [await suggesting(), 'suggestion'],
    [await holding(), 'book'],
  ] as const) {
    const asked = question(floor, { ...REQUEST, subject })
    const grid = await gridOf(asked)
    const curves = curvesFrame(floor.engine, floor.shape.time)
    const curve = curves?.[subject]
    profits(grid, 0, 1).forEach((profit, spot) => {
      expect(at(asked.axes.spots, spot)).toBeCloseTo(at(curves?.prices ?? [], spot), 9)
      expect(profit).toBeCloseTo(at(curve?.now ?? [], spot), 4)
    })
    for (const factor of [0, 1, 2])
      profits(grid, 2, factor).forEach((profit, spot) =>
        expect(profit).toBeCloseTo(at(curve?.atClose ?? [], spot), 6),
      )
  }
})

test('a time past the close is the close', async () => {
  const { axes } = question(await suggesting())
  const [now, later, close] = axes.minutes
  expect([now, later]).toEqual([0, 60])
  expect(close).toBeLessThan(400)
  expect(close).toBeGreaterThan(60)
})

test('the answer carries the axes, the figures and who computed them', async () => {
  const floor = await suggesting()
  const asked = question(floor)
  const grid = await gridOf(asked)
  const frame = scenarioFrame(asked, grid, SERVED)
  expect(frame).toMatchObject({ kind: 'grid', time: floor.shape.time, spot: CALM.spot, ...SERVED })
  expect(frame.label).toMatch(/iron condor$/)
  expect(frame.profit).toBe(grid.profit)
  expect(frame.spots).toHaveLength(121)
  expect(frame.strikes).toEqual(
    floor.suggested.proposal?.legs.map(leg => leg.strike).toSorted((one, other) => one - other),
  )
})

test('where nothing is held or suggested it says so', async () => {
  const floor = await new Floor({ wish: 'noTrade' }).open()
  const ask = (subject: 'book' | 'suggestion') =>
    scenarioQuestion(floor.engine, { ...REQUEST, subject }, floor.shape.time)
  expect(ask('book')).toEqual({ kind: 'nothing', reason: 'Nothing is held.' })
  expect(ask('suggestion')).toEqual({ kind: 'nothing', reason: 'No trade is suggested.' })
  expect(scenarioQuestion(new Floor().engine, REQUEST, CALM.time)).toEqual({
    kind: 'nothing',
    reason: 'Too little of the chain is quoted.',
  })
})

test('of a suggested close there are no scenarios of its own', async () => {
  const floor = await holding()
  floor.policy.wish = 'close'
  await floor.pass(60)
  expect(floor.suggested.proposal?.purpose).toBe('close')
  expect(scenarioQuestion(floor.engine, REQUEST, floor.shape.time).kind).toBe('nothing')
})

test('a long question is answered in turns, and only the time of its own counts', async () => {
  const floor = await suggesting()
  const long = question(floor, { ...REQUEST, minutes: Array.from({ length: 40 }, (_, index) => index) })
  const clock = countingClock()
  const { book, microseconds } = await questionBook(long, clock)
  expect(book.volatility.every(volatility => volatility > 0)).toBe(true)
  expect(clock.turns()).toBeGreaterThan(10)
  expect(microseconds).toBe(1000 * (clock.turns() + 1))
  const short = countingClock()
  await questionBook(question(floor, { ...REQUEST, spotSteps: 61, minutes: [0] }), short)
  expect(short.turns()).toBe(0)
})

test('a question that would take too long is refused in words', async () => {
  const minutes = Array.from({ length: 121 }, (_, index) => index)
  const request = { ...REQUEST, spotSteps: 401, minutes, volatilityFactors: [1] }
  const { engine } = await suggesting()
  expect(scenarioQuestion(engine, request, CALM.time)).toEqual({
    kind: 'nothing',
    reason: '4 strikes are too many for so many prices and times.',
  })
  expect(scenarioQuestion(engine, { ...request, spotSteps: 301 }, CALM.time).kind).toBe('question')
})
