import { describe, expect, test } from 'vitest'
import { referencePricer } from '../adapters/pricer/referencePricer.ts'
import { simulatedFeed, type SimulatedDay } from '../adapters/marketdata/simulatedFeed.ts'
import { hashText } from '../core/base/random.ts'
import { OBSERVATION_SIZE, featureIndex } from '../core/features/observation.ts'
import { ACTIONS, ACTION_COUNT, actionIndex } from '../core/policy/action.ts'
import { DEFAULT_LIMITS } from '../core/risk/limits.ts'
import { liveSession } from '../fixtures/certainFloor.ts'
import { RULES } from '../fixtures/floor.ts'
import { clock } from '../fixtures/market.ts'
import type { Policy } from '../engine/ports.ts'
import { compileSession } from './compileSession.ts'
import { TradingEnvironment } from './tradingEnvironment.ts'

/** What a policy wants, the most wanted first, from what it sees; so far apart that no trader's taste changes the order. */
type Wishes = (seen: Float32Array) => readonly number[]

function logitsOf(wishes: Wishes, seen: Float32Array): Float32Array {
  const logits = new Float32Array(ACTION_COUNT)
  wishes(seen).forEach((action, place) => {
    logits[action] = 40 * (ACTION_COUNT - place)
  })
  return logits
}

function wishfulPolicy(wishes: Wishes): Policy {
  return {
    card: { name: 'wishes', version: 'wishes-1', observationVersion: 1, actionVersion: 1 },
    logits(observations, count) {
      const logits = new Float32Array(count * ACTION_COUNT)
      for (let row = 0; row < count; row += 1) {
        const seen = observations.subarray(row * OBSERVATION_SIZE, (row + 1) * OBSERVATION_SIZE)
        logits.set(logitsOf(wishes, seen), row * ACTION_COUNT)
      }
      return Promise.resolve(logits)
    },
  }
}

/** Mostly waits, sometimes anything: whatever it sees decides, and a little of it decides otherwise. */
const restless: Wishes = seen => {
  const bits = hashText([...seen.subarray(0, 8)].map(value => Math.fround(value).toString()).join(' ')) >>> 0
  const order = ACTIONS.map((_, action) => action).sort(
    (one, other) => ((bits >>> (one * 3)) & 7) - ((bits >>> (other * 3)) & 7) || one - other,
  )
  return bits % 5 === 0 ? order : [0, ...order.filter(action => action !== 0)]
}

/** Sells a condor whenever it may and closes it once it has lasted ten minutes. */
const hasty: Wishes = seen => {
  const minutes = (seen[featureIndex('minutesInPosition')] ?? 0) * 390
  const rest = ACTIONS.map((_, action) => action)
  const first = minutes > 10 ? actionIndex('close') : actionIndex('sellIronCondor')
  return [first, 0, ...rest.filter(action => action !== first && action !== 0)]
}

/** One decision, however it came about. */
interface Decided {
  readonly seen: readonly number[]
  readonly allowed: readonly boolean[]
  readonly action: string
}

async function stepped(day: SimulatedDay, wishes: Wishes, beatEvery: number) {
  const rules = { suggestion: RULES, limits: DEFAULT_LIMITS, beatEvery }
  const table = await compileSession(simulatedFeed(day), rules, referencePricer)
  const pool = { tables: [table], limits: DEFAULT_LIMITS, seed: 1, isOrderly: true }
  const environment = new TradingEnvironment(pool)
  const [seen, mask] = [new Float32Array(OBSERVATION_SIZE), new Uint8Array(ACTION_COUNT)]
  const decided: Decided[] = []
  let profit = 0
  environment.reset(seen, mask)
  for (let isOver = false; !isOver;) {
    const allowed = [...mask].map(value => value === 1)
    const wanted = wishes(seen).find(action => allowed[action]) ?? 0
    decided.push({ seen: [...seen], allowed, action: ACTIONS[wanted] ?? '' })
    const step = environment.step(wanted, seen, mask)
    profit += step.reward * 100
    isOver = step.isOver
  }
  return { decided, profit, times: [...table.decisions.beat].map(beat => table.quotes.time[beat]) }
}

async function lived(day: SimulatedDay, wishes: Wishes, beatEvery: number) {
  const session = await liveSession(simulatedFeed(day), wishfulPolicy(wishes), RULES, beatEvery)
  const decided = session.decisions.map((decision): Decided => ({
    seen: decision.observation,
    allowed: decision.policyProbabilities.map(probability => probability > 0),
    action: decision.action,
  }))
  return { ...session, decided, times: session.decisions.map(({ time }) => time) }
}

describe('a session stepped by training is the session of the live engine', () => {
  test.each([
    ['restless', restless, { date: '2026-11-20', seed: 3, quoteEvery: 30_000 }, 30_000],
    ['hasty', hasty, { date: '2026-11-20', seed: 5, quoteEvery: 30_000 }, 30_000],
    ['restless', restless, { date: '2026-11-20', seed: 7, quoteEvery: 15_000, from: clock(13, 0) }, 15_000],
  ] as const)('%s %#', async (_, wishes, given, beatEvery) => {
    const day = { ...given, strikesEachSide: 20 }
    const [live, training] = [await lived(day, wishes, beatEvery), await stepped(day, wishes, beatEvery)]
    expect(training.times.slice(0, live.times.length)).toEqual(live.times)
    live.decided.forEach((decision, index) => {
      expect({ index, ...training.decided[index] }).toEqual({ index, ...decision })
    })
    expect(training.decided).toHaveLength(live.decided.length)
    expect(live.trades).toBeGreaterThan(2)
    expect(training.profit).toBeCloseTo(live.profit, 6)
  })
})
