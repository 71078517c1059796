import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { DATE, TIMES, clock } from '../../fixtures/market.ts'
import type { MarketEvent } from '../../engine/event.ts'
import type { MarketSource, MarketStep } from '../../engine/ports.ts'
import { simulatedFeed } from './simulatedFeed.ts'
import { FAIR, USUAL, withEdge } from './simulatedModel.ts'

const seed = fc.integer({ min: 0, max: 2_147_483_647 })
const QUARTER = 15_000
const model = fc.constantFrom(USUAL, FAIR, withEdge({ kind: 'momentum', strength: 2 }))

async function stepsOf(source: MarketSource, count = Number.POSITIVE_INFINITY): Promise<MarketStep[]> {
  const taken: MarketStep[] = []
  for (let step = await source.next(); step && taken.length < count; step = await source.next())
    taken.push(step)
  return taken
}

function digestOf(steps: readonly MarketStep[]): string {
  const hash = createHash('sha256')
  for (const { time, events } of steps) hash.update(`${time} ${JSON.stringify(events, plain)}`)
  return hash.digest('hex').slice(0, 16)
}

/** Columns as lists, so that they read the same on every machine. */
function plain(_: string, value: unknown): unknown {
  return ArrayBuffer.isView(value) && !(value instanceof DataView) ? Object.values(value) : value
}

function ofKind<Kind extends MarketEvent['kind']>(
  step: MarketStep,
  kind: Kind,
): Extract<MarketEvent, { kind: Kind }>[] {
  return step.events.filter((event): event is Extract<MarketEvent, { kind: Kind }> => event.kind === kind)
}

test('a day without a pace is the day it always was, to the bit', async () => {
  const steps = await stepsOf(simulatedFeed({ date: DATE, seed: 7, from: clock(11, 30) }), 120)
  expect(digestOf(steps)).toBe('e56d2360f2114ad0')
})

test('a coarse day tells the whole chain, the underlying and nothing twice at its pace', async () => {
  const imperfections = { crossed: 0, silence: 0, holes: 0 }
  await fc.assert(
    fc.asyncProperty(seed, fc.constantFrom(5000, QUARTER, 60_000), async (seed, quoteEvery) => {
      const source = simulatedFeed({ date: DATE, seed, quoteEvery, strikesEachSide: 12, imperfections })
      const steps = await stepsOf(source, 600_000 / quoteEvery)
      steps.forEach((step, index) => {
        expect(step.time).toBe(TIMES.open + index * quoteEvery)
        const [quotes] = ofKind(step, 'quotes')
        expect([...(quotes?.rows ?? [])]).toEqual(Array.from({ length: 50 }, (_, row) => row))
        expect(ofKind(step, 'underlying').length).toBe(1)
        const whole = step.time % 60_000 === 0 ? 1 : 0
        expect(ofKind(step, 'volatilityIndex').length).toBe(whole)
        expect(ofKind(step, 'statistics').length).toBe(whole)
      })
    }),
    { numRuns: 8 },
  )
})

test('the same seed is the same coarse day, from every start', async () => {
  await fc.assert(
    fc.asyncProperty(seed, model, fc.integer({ min: 1, max: 1500 }), async (seed, model, skipped) => {
      const day = { date: DATE, seed, model, quoteEvery: QUARTER, strikesEachSide: 5 }
      const all = await stepsOf(simulatedFeed(day))
      const late = simulatedFeed({ ...day, from: TIMES.open + skipped * QUARTER + 7_321 })
      expect(late.start).toBe(TIMES.open + skipped * QUARTER)
      expect(digestOf(await stepsOf(late))).toBe(digestOf(all.slice(skipped)))
    }),
    { numRuns: 6 },
  )
})

test('nothing moves after the close of a coarse day', async () => {
  const source = simulatedFeed({ date: DATE, seed: 3, quoteEvery: QUARTER, from: TIMES.close })
  const spots = (await stepsOf(source)).flatMap(step => ofKind(step, 'underlying').map(({ last }) => last))
  expect(spots.length).toBe(60)
  expect(new Set(spots).size).toBe(1)
})

test('a pace that does not divide a minute is refused', () => {
  for (const quoteEvery of [0, -1, 7000, 120_000, Number.NaN])
    expect(() => simulatedFeed({ date: DATE, seed: 1, quoteEvery })).toThrow(
      'quoteEvery must divide a minute',
    )
})
