import * as fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { createRandom } from '../core/base/random.ts'
import { OBSERVATION_SIZE } from '../core/features/observation.ts'
import { ACTION_COUNT } from '../core/policy/action.ts'
import { DEFAULT_LIMITS } from '../core/risk/limits.ts'
import { lateTables } from '../fixtures/sessionTables.ts'
import type { SessionTable } from './sessionTable.ts'
import { TradingEnvironment, type EpisodePool } from './tradingEnvironment.ts'

let tables: readonly SessionTable[]

beforeAll(async () => {
  tables = await lateTables([1, 2, 3])
}, 60_000)

const seed = fc.integer({ min: 1, max: 1_000_000 })
const counts = fc.constantFrom('mid', 'outcome')
/** One decision in so many trades. */
const restlessness = fc.integer({ min: 1, max: 12 })

/** Walks an environment by chance. */
class Walk {
  readonly seen = new Float32Array(OBSERVATION_SIZE)
  readonly mask = new Uint8Array(ACTION_COUNT)
  readonly environment: TradingEnvironment
  readonly #random
  readonly #restlessness: number

  constructor(given: Partial<EpisodePool>, seed: number, restlessness: number) {
    this.environment = new TradingEnvironment({ tables, limits: DEFAULT_LIMITS, seed, ...given })
    this.#random = createRandom(seed)
    this.#restlessness = restlessness
    this.environment.reset(this.seen, this.mask)
  }

  step() {
    const allowed = [...this.mask.keys()].filter(action => this.mask[action] === 1)
    const acts = this.#random.below(this.#restlessness) === 0
    const action = acts ? (allowed[this.#random.below(allowed.length)] ?? 0) : 0
    return { action, ...this.environment.step(action, this.seen, this.mask) }
  }
}

test('the rewards of an episode sum to what the session made, however what is held counts', () => {
  fc.assert(
    fc.property(seed, counts, restlessness, (seed, counts, restlessness) => {
      const walk = new Walk({ counts }, seed, restlessness)
      for (let episode = 0; episode < 3; episode += 1) {
        let sum = 0
        for (let isOver = false; !isOver;) {
          const step = walk.step()
          sum += step.reward
          isOver = step.isOver
        }
        expect(sum * 100).toBeCloseTo(walk.environment.profit, 6)
        walk.environment.reset(walk.seen, walk.mask)
      }
    }),
    { numRuns: 30 },
  )
})

test('whatever counts, the same decisions make the same money', () => {
  fc.assert(
    fc.property(seed, restlessness, (seed, restlessness) => {
      const profits = (['mid', 'outcome'] as const).map(counts => {
        const walk = new Walk({ counts }, seed, restlessness)
        while (!walk.step().isOver);
        return walk.environment.profit
      })
      expect(profits[0]).toBe(profits[1])
    }),
    { numRuns: 20 },
  )
})

test('an environment that is put back goes on as if nothing had happened', () => {
  const steps = fc.integer({ min: 0, max: 260 })
  fc.assert(
    fc.property(seed, restlessness, steps, (seed, restlessness, steps) => {
      const walk = new Walk({}, seed, restlessness)
      const advance = () => {
        if (walk.step().isOver) walk.environment.reset(walk.seen, walk.mask)
      }
      for (let step = 0; step < steps; step += 1) advance()
      const other = new TradingEnvironment({ tables, limits: DEFAULT_LIMITS, seed })
      const snapshot = walk.environment.snapshot()
      other.restore(snapshot)
      expect(other.snapshot()).toEqual(snapshot)
      const [seen, mask] = [new Float32Array(OBSERVATION_SIZE), new Uint8Array(ACTION_COUNT)]
      for (let step = 0; step < 150; step += 1) {
        const told = walk.step()
        expect(other.step(told.action, seen, mask)).toEqual({ reward: told.reward, isOver: told.isOver })
        if (told.isOver) {
          walk.environment.reset(walk.seen, walk.mask)
          other.reset(seen, mask)
        }
        expect([...seen]).toEqual([...walk.seen])
        expect([...mask]).toEqual([...walk.mask])
      }
    }),
    { numRuns: 20 },
  )
})

test('waiting is always allowed, and what is allowed never throws', () => {
  fc.assert(
    fc.property(seed, seed => {
      const walk = new Walk({}, seed, 1)
      for (let step = 0; step < 200; step += 1) {
        expect(walk.mask[0]).toBe(1)
        if (walk.step().isOver) walk.environment.reset(walk.seen, walk.mask)
      }
      expect(() => walk.environment.step(ACTION_COUNT, walk.seen, walk.mask)).toThrow('an action must be')
    }),
    { numRuns: 10 },
  )
})

test('orderly sessions come one after the other and begin with nothing remembered', () => {
  const walk = new Walk({ isOrderly: true }, 3, 2)
  const first = [...walk.seen]
  for (const _ of tables) {
    while (!walk.step().isOver);
    walk.environment.reset(walk.seen, walk.mask)
  }
  expect([...walk.seen]).toEqual(first)
})

test('an environment must have sessions, and be reset before it is stepped', () => {
  expect(() => new TradingEnvironment({ tables: [], limits: DEFAULT_LIMITS, seed: 1 })).toThrow('sessions')
  const environment = new TradingEnvironment({ tables, limits: DEFAULT_LIMITS, seed: 1 })
  const [seen, mask] = [new Float32Array(OBSERVATION_SIZE), new Uint8Array(ACTION_COUNT)]
  expect(() => environment.step(0, seen, mask)).toThrow('reset')
})
