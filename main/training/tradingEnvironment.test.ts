import { describe, expect, test } from 'vitest'
import { referencePricer } from '../adapters/pricer/referencePricer.ts'
import { simulatedFeed, type SimulatedDay } from '../adapters/marketdata/simulatedFeed.ts'
import { OBSERVATION_SIZE, featureIndex } from '../core/features/observation.ts'
import { ACTIONS, ACTION_COUNT, actionIndex } from '../core/policy/action.ts'
import { DEFAULT_LIMITS, type Limits } from '../core/risk/limits.ts'
import { liveSession } from '../fixtures/certainFloor.ts'
import { RULES } from '../fixtures/floor.ts'
import { DATE, TIMES, clock } from '../fixtures/market.ts'
import type { MarketSource, Policy } from '../engine/ports.ts'
import { FAIR_MARKET, simulatedSession } from '../processes/sessionTables.ts'
import { compileSession } from './compileSession.ts'
import { TradingEnvironment } from './tradingEnvironment.ts'

/** Every contract speaks, so that nothing that is held goes stale. */
const WHOLE = { crossed: 0, silence: 0, holes: 0 }

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

const EVERYTHING = ACTIONS.map((_, action) => action)
const WAITING_FIRST = [EVERYTHING, [0, 5, 1, 2, 3, 4, 6], [0, 6, 4, 3, 2, 1, 5]]
const ACTING_FIRST = ACTIONS.map((_, first) => [first, ...EVERYTHING.filter(action => action !== first)])

/** Mostly waits, sometimes anything: all bits of what it sees decide, so that one that differs decides otherwise. */
const restless: Wishes = seen => {
  const bits = new Uint32Array(seen.slice().buffer)
  let mixed = 7
  for (const word of bits) mixed = (Math.imul(mixed ^ word, 0x9e3779b1) ^ (mixed >>> 15)) >>> 0
  const lists = mixed % 5 === 0 ? ACTING_FIRST : WAITING_FIRST
  return lists[(mixed >>> 8) % lists.length] ?? EVERYTHING
}

/** Sells a condor whenever it may and closes it once it has lasted ten minutes. */
const hasty: Wishes = seen => ((seen[featureIndex('minutesInPosition')] ?? 0) * 390 > 10 ? CLOSING : SELLING)

/** Sells puts, or else calls, whenever it may. */
const greedy: Wishes = () => [2, 4, 5, 1, 3, 0, 6]

const CLOSING = ACTING_FIRST[actionIndex('close')] ?? []
const SELLING = ACTING_FIRST[actionIndex('sellIronCondor')] ?? []

/** One decision, however it came about. */
interface Decided {
  readonly seen: readonly number[]
  readonly allowed: readonly boolean[]
  readonly action: string
}

/** A session that is decided in until an instant, what follows changes nothing; and how it is lived. */
interface Lived {
  readonly open: () => MarketSource
  readonly until: number
  readonly beatEvery: number
  readonly limits: Limits
}

function sourceOf({ open, until }: Lived): MarketSource {
  const source = open()
  const next = async () => {
    const step = await source.next()
    return step && step.time < until ? step : undefined
  }
  return { ...source, next }
}

/** A simulated day up to where the last exit has fired. */
function day(given: Omit<SimulatedDay, 'date'>, beatEvery: number): Lived {
  const whole = { date: DATE, strikesEachSide: 18, imperfections: WHOLE, ...given }
  const open = () => simulatedFeed(whole)
  return { open, until: TIMES.guard + 60_000, beatEvery, limits: DEFAULT_LIMITS }
}

/** A morning whose losses shut the day, while something is still held. */
const LOST_MORNING: Lived = {
  open: () => simulatedSession(100_009, FAIR_MARKET),
  until: clock(10, 20),
  beatEvery: 60_000,
  limits: { ...DEFAULT_LIMITS, dayLossLimit: 250, tradesPerSession: 60 },
}

async function stepped(session: Lived, wishes: Wishes) {
  const { limits, beatEvery } = session
  const table = await compileSession(
    sourceOf(session),
    { suggestion: RULES, limits, beatEvery },
    referencePricer,
  )
  const pool = { tables: [table], limits, seed: 1, isOrderly: true }
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

async function lived(session: Lived, wishes: Wishes) {
  const { beatEvery, limits } = session
  const told = await liveSession(sourceOf(session), wishfulPolicy(wishes), RULES, beatEvery, limits)
  const decided = told.decisions.map((decision): Decided => ({
    seen: decision.observation,
    allowed: decision.policyProbabilities.map(probability => probability > 0),
    action: decision.action,
  }))
  return { ...told, decided, times: told.decisions.map(({ time }) => time) }
}

describe('a session stepped by training is the session of the live engine', () => {
  test.each([
    ['restless', restless, day({ seed: 3, quoteEvery: 60_000, from: clock(13, 20) }, 60_000)],
    ['hasty', hasty, day({ seed: 5, quoteEvery: 30_000, from: clock(14, 30) }, 30_000)],
    [
      'restless, with large moves',
      restless,
      day({ seed: 7, quoteEvery: 15_000, from: clock(14, 40) }, 15_000),
    ],
    ['hasty, a beat a second as the cockpit lives', hasty, day({ seed: 4, from: clock(15, 11) }, 1000)],
    ['greedy, until its losses lock it out', greedy, LOST_MORNING],
  ] as const)('%s', { timeout: 120_000 }, async (name, wishes, session) => {
    const [live, training] = [await lived(session, wishes), await stepped(session, wishes)]
    expect(training.times.slice(0, live.times.length)).toEqual(live.times)
    live.decided.forEach((decision, index) => {
      expect({ index, ...training.decided[index] }).toEqual({ index, ...decision })
    })
    expect(training.decided).toHaveLength(live.decided.length)
    expect(live.trades).toBeGreaterThan(1)
    expect(live.isLockedOut).toBe(name.includes('lock'))
    expect(training.profit).toBeCloseTo(live.profit, 6)
  })
})
