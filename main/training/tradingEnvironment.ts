import { at, invariant } from '../core/base/assert.ts'
import { createRandom, type Random } from '../core/base/random.ts'
import type { Dollars } from '../core/base/units.ts'
import { OBSERVATION_SIZE } from '../core/features/observation.ts'
import { NOTHING_REMEMBERED, type Recollection } from '../core/memory/recollection.ts'
import { ACTION_COUNT } from '../core/policy/action.ts'
import type { Limits } from '../core/risk/limits.ts'
import type { Environment, Step } from './environment.ts'
import type { SessionTable } from './sessionTable.ts'
import { TrainingBook, type TradeRecord } from './trainingBook.ts'

/** Dollars that count as a reward of one. */
export const REWARD_SCALE: Dollars = 100

/** Share of episodes that begin with nothing remembered; the others go on from the one before, as days do. */
const FRESH_SHARE = 0.25

/** Days since a similar situation are drawn below this; at or above half an hour they are unknown. */
const LONGEST_UNLIKE = 45
const KNOWN_BELOW = 30

/** Where an environment takes its sessions from. */
export interface EpisodePool {
  readonly tables: readonly SessionTable[]
  readonly limits: Limits
  readonly seed: number
  /** Whether every episode begins with nothing remembered and the sessions come in their order, as for judging. */
  readonly isOrderly?: boolean
  /** How what is held counts in a reward: at its mid, or (the default) at what its frozen exit will bring. */
  readonly counts?: 'mid' | 'outcome'
}

/**
 * One session an episode, one decision a step. The reward is the change of the session's profit after costs, in hundreds
 * of dollars, so that the rewards of an episode sum to what the session made: the profit when positions close, shaped by
 * a potential (Ng, Harada and Russell 1999) that is not discounted. What is held counts at what its frozen exit will bring, which a
 * compiled session knows: so an opening is paid for what it does at once, and not for every turn on the way. Sessions are
 * drawn from a pool by a chance of its own; what is remembered of trades mostly goes over from one episode into the next.
 */
export class TradingEnvironment implements Environment {
  readonly observationSize = OBSERVATION_SIZE
  readonly actionCount = ACTION_COUNT
  readonly #pool: EpisodePool
  #episode = 0
  #table = 0
  #days: number | undefined
  #decision = 0
  #before: Recollection = NOTHING_REMEMBERED
  #book: TrainingBook | undefined
  #worth: Dollars = 0

  constructor(pool: EpisodePool) {
    invariant(pool.tables.length > 0, 'an environment must have sessions')
    this.#pool = pool
  }

  /** What the running or last session has made, after costs. */
  get profit(): Dollars {
    return this.#open().profit()
  }

  /** Trades opened in the running or last session. */
  get trades(): number {
    return this.#open().trades.length
  }

  reset(observation: Float32Array, mask: Uint8Array): void {
    this.#begin()
    const book = this.#open()
    this.#decision = 0
    book.advanceTo(this.#beatOf(0))
    this.#worth = this.#worthOf(book)
    book.see(0, observation, mask)
  }

  step(action: number, observation: Float32Array, mask: Uint8Array): Step {
    const book = this.#open()
    book.act(this.#decision, action)
    this.#decision += 1
    const { count } = book.table.decisions
    if (this.#decision < count) book.advanceTo(this.#beatOf(this.#decision))
    const isOver = this.#decision >= count || book.isOver
    if (isOver) book.finish()
    const worth = this.#worthOf(book)
    const reward = (worth - this.#worth) / REWARD_SCALE
    this.#worth = worth
    if (isOver) this.#before = book.recollection
    else book.see(this.#decision, observation, mask)
    return { reward, isOver }
  }

  snapshot(): readonly number[] {
    const book = this.#open()
    const trades = book.trades
    return [
      this.#episode,
      this.#table,
      this.#days ?? -1,
      this.#decision,
      this.#worth,
      book.beat,
      book.isLockedOut ? 1 : 0,
      ...recollectionNumbers(this.#before),
      ...recollectionNumbers(book.recollection),
      trades.length,
      ...trades.flatMap(trade => [
        trade.opening,
        trade.quantity,
        trade.closedAt,
        trade.closingNet,
        trade.lastOpen,
      ]),
    ]
  }

  restore(snapshot: readonly number[]): void {
    const numbers = new NumberReader(snapshot)
    this.#episode = numbers.next()
    this.#table = numbers.next()
    const days = numbers.next()
    this.#days = days < 0 ? undefined : days
    this.#decision = numbers.next()
    this.#worth = numbers.next()
    const [beat, isLockedOut] = [numbers.next(), numbers.next() === 1]
    this.#before = recollectionOf(numbers)
    const recollection = recollectionOf(numbers)
    const trades = Array.from({ length: numbers.next() }, (): TradeRecord => ({
      opening: numbers.next(),
      quantity: numbers.next(),
      closedAt: numbers.next(),
      closingNet: numbers.next(),
      lastOpen: numbers.next(),
    }))
    this.#book = this.#newBook()
    this.#book.restore(beat, isLockedOut, trades, recollection)
  }

  /** Draws the next episode. Each draw depends on the seed and the count of the episode alone. */
  #begin(): void {
    this.#episode += 1
    if (this.#pool.isOrderly) {
      this.#table = (this.#episode - 1) % this.#pool.tables.length
      this.#before = NOTHING_REMEMBERED
      this.#book = this.#newBook()
      return
    }
    const random: Random = createRandom(this.#pool.seed).split(`episode ${this.#episode}`)
    this.#table = random.below(this.#pool.tables.length)
    if (random.uniform() < FRESH_SHARE) this.#before = NOTHING_REMEMBERED
    const days = random.uniform() * LONGEST_UNLIKE
    this.#days = days < KNOWN_BELOW ? days : undefined
    this.#book = this.#newBook()
  }

  #worthOf(book: TrainingBook): Dollars {
    return this.#pool.counts === 'mid' ? book.profit() : book.outcome()
  }

  #newBook(): TrainingBook {
    const table = this.#pool.tables[this.#table]
    invariant(table !== undefined, 'an episode is drawn from the pool')
    return new TrainingBook(table, this.#pool.limits, this.#before, this.#days)
  }

  #open(): TrainingBook {
    invariant(this.#book !== undefined, 'an environment must be reset before its first step')
    return this.#book
  }

  #beatOf(decision: number): number {
    return at(this.#open().table.decisions.beat, decision)
  }
}

/** Reads numbers one after the other; throws where there is none. */
class NumberReader {
  readonly #numbers: readonly number[]
  #place = 0

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers
  }

  next(): number {
    const value = at(this.#numbers, this.#place)
    this.#place += 1
    return value
  }
}

function recollectionNumbers(recollection: Recollection): number[] {
  const hours = Object.entries(recollection.byHour)
  return [
    recollection.lastOutcomes.length,
    ...recollection.lastOutcomes,
    recollection.lastAnswers.length,
    ...recollection.lastAnswers,
    recollection.lastNets.length,
    ...recollection.lastNets,
    hours.length,
    ...hours.flatMap(([hour, { won, ended }]) => [Number(hour), won, ended]),
    recollection.riskTolerance,
    recollection.suggestionsThisSession,
  ]
}

function recollectionOf(numbers: NumberReader): Recollection {
  const list = () => Array.from({ length: numbers.next() }, () => numbers.next())
  const [lastOutcomes, lastAnswers, lastNets] = [list(), list(), list()]
  const hours = Array.from(
    { length: numbers.next() },
    () => [String(numbers.next()), { won: numbers.next(), ended: numbers.next() }] as const,
  )
  return {
    lastOutcomes,
    lastAnswers,
    lastNets,
    byHour: Object.fromEntries(hours),
    riskTolerance: numbers.next(),
    suggestionsThisSession: numbers.next(),
  }
}
