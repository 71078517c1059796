import type { Measured, StrategyResult } from '../contract/learning.ts'
import { at } from '../core/base/assert.ts'
import { mean } from '../core/base/statistics.ts'
import type { Dollars, Probability } from '../core/base/units.ts'
import { OBSERVATION_SIZE } from '../core/features/observation.ts'
import { ACTION_COUNT } from '../core/policy/action.ts'
import type { Limits } from '../core/risk/limits.ts'
import { bootstrap } from '../research/bootstrap.ts'
import { USUAL_CONFIDENCE, widened } from '../research/widenedInterval.ts'
import { DO_NOTHING, FIXED_TIME, type Strategy } from './baselines.ts'
import type { SessionTable } from './sessionTable.ts'
import { TradingEnvironment } from './tradingEnvironment.ts'
import type { TrainingHooks } from './trainingPlan.ts'

/** What a strategy made in each of some sessions, after costs. */
export interface Played {
  readonly name: string
  /** Dollars by session. */
  readonly nets: Float64Array
  readonly trades: number
}

/** How a strategy did beside others over the same sessions. */
export interface Judgement {
  readonly strategies: readonly StrategyResult[]
  /** What it made more than each of the others, dollars a session. */
  readonly differences: readonly { readonly than: string; readonly difference: Measured }[]
  /** Whether every interval lies above zero. */
  readonly isEdgeShown: boolean
  readonly sentence: string
}

/** The sessions that are judged on, and the chance of the intervals. */
export interface Bench {
  readonly tables: readonly SessionTable[]
  readonly limits: Limits
  readonly seed: number
}

/**
 * Plays a strategy over sessions, each begun with nothing remembered, all of them side by side so that a network is
 * asked for many at once.
 */
export async function playSessions(
  strategy: Strategy,
  { tables, limits }: Bench,
  hooks: Pick<TrainingHooks, 'gate'> = {},
): Promise<Played> {
  const environments = tables.map(
    table => new TradingEnvironment({ tables: [table], limits, seed: 0, isOrderly: true }),
  )
  const observations = new Float32Array(tables.length * OBSERVATION_SIZE)
  const masks = new Uint8Array(tables.length * ACTION_COUNT)
  const running = environments.map((environment, session) => {
    const seen = new Float32Array(OBSERVATION_SIZE)
    const mask = new Uint8Array(ACTION_COUNT)
    environment.reset(seen, mask)
    return { environment, session, seen, mask }
  })
  const nets = new Float64Array(tables.length)
  for (let left = running; left.length > 0;) {
    await hooks.gate?.()
    left.forEach(({ seen, mask }, row) => {
      observations.set(seen, row * OBSERVATION_SIZE)
      masks.set(mask, row * ACTION_COUNT)
    })
    const count = left.length
    const chosen = await strategy.choose(
      observations.slice(0, count * OBSERVATION_SIZE),
      masks.subarray(0, count * ACTION_COUNT),
      count,
    )
    left = left.filter(({ environment, session, seen, mask }, row) => {
      const isOver = environment.step(at(chosen, row), seen, mask).isOver
      if (isOver) nets[session] = environment.profit
      return !isOver
    })
  }
  const trades = environments.reduce((sum, environment) => sum + environment.trades, 0)
  return { name: strategy.name, nets, trades }
}

/** Judges a strategy against doing nothing, the fixed-time trades and whoever else is named. */
export async function judge(
  subject: Strategy,
  others: readonly Strategy[],
  bench: Bench,
  hooks: Pick<TrainingHooks, 'gate' | 'onProgress'> = {},
): Promise<Judgement> {
  return judgementOf(await playAll(subject, others, bench, hooks), bench.seed)
}

/** Plays a strategy, then those it is judged against, over the same sessions. */
export async function playAll(
  subject: Strategy,
  others: readonly Strategy[],
  bench: Bench,
  hooks: Pick<TrainingHooks, 'gate' | 'onProgress'> = {},
): Promise<Played[]> {
  const strategies = [subject, DO_NOTHING, ...FIXED_TIME, ...others]
  const played: Played[] = []
  for (const strategy of strategies) {
    played.push(await playSessions(strategy, bench, hooks))
    hooks.onProgress?.({ phase: 'comparing', done: played.length, total: strategies.length })
  }
  return played
}

/** The judgement of the first of some strategies that were played over the same sessions; `confidence` is that of the differences. */
export function judgementOf(
  played: readonly Played[],
  seed: number,
  confidence = USUAL_CONFIDENCE,
): Judgement {
  const [subject, ...rivals] = played
  if (!subject || rivals.length === 0) throw new RangeError('a judgement needs somebody to be compared with')
  const differences = rivals.map(rival => ({
    than: rival.name,
    difference: measureNets(
      subject.nets.map((net, session) => net - at(rival.nets, session)),
      seed,
      confidence,
    ),
  }))
  const isEdgeShown = differences.every(({ difference }) => difference.low > 0)
  return {
    strategies: played.map(({ name, nets, trades }) => ({
      name,
      sessions: nets.length,
      trades,
      perSession: measureNets(nets, seed),
    })),
    differences,
    isEdgeShown,
    sentence: sentenceOf(subject, differences, confidence),
  }
}

/** The mean of some sessions with its bootstrap interval; sessions are the units. */
export function measureNets(nets: Float64Array, seed: number, confidence = USUAL_CONFIDENCE): Measured {
  return widened(bootstrap([...nets], mean, seed), confidence)
}

function sentenceOf(
  { name, nets }: Played,
  differences: Judgement['differences'],
  confidence: Probability,
): string {
  const sessions = `over ${nets.length} sessions, after costs`
  const missed = differences.find(({ difference }) => !(difference.low > 0))
  if (missed)
    return `No edge shown for ${name} ${sessions}; over ${missed.than}: ${inWords(missed.difference, confidence)}.`
  const least = differences.reduce((one, other) => (other.difference.low < one.difference.low ? other : one))
  return `${name} made more than each of ${differences.length} others ${sessions}; least over ${least.than}: ${inWords(least.difference, confidence)}.`
}

/** A difference in words: `$1.20 a session (95 % interval −$0.40 to $2.80)`. */
export function inWords({ value, low, high }: Measured, confidence = USUAL_CONFIDENCE): string {
  const percent = Number((100 * confidence).toFixed(1))
  return `${dollars(value)} a session (${percent} % interval ${dollars(low)} to ${dollars(high)})`
}

function dollars(amount: Dollars): string {
  return `${amount < 0 ? '\u2212' : ''}$${Math.abs(amount).toFixed(2)}`
}
