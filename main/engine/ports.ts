import type { Dollars, EpochMilliseconds, Milliseconds } from '../core/base/units.ts'
import type { Neighbour } from '../core/memory/recollection.ts'
import type { Order } from '../core/portfolio/order.ts'
import type { ChainPricer } from '../core/pricing/chainPricing.ts'
import type { ScenarioAxes, ScenarioBook, ScenarioGrid } from '../core/pricing/scenario.ts'
import type { Approved } from '../core/risk/checkOrder.ts'
import type { BookEvent } from './book/bookEvent.ts'
import type { MarketEvent } from './event.ts'
import type { Fact } from '../contract/audits.ts'

/**
 * Fills the computed columns of a chain in place. What is decided rests on it, so it is double precision and one and
 * the same for a whole session: the same quotes give the same bits.
 */
export type Pricer = Pick<
  ChainPricer,
  'name' | 'impliedVolatilities' | 'fillFromSmile' | 'greeks' | 'strikeVolatilities'
>

/** Values a book in many other markets at once. What it gives feeds pictures, and may be single precision. */
export interface Scenarios {
  /** What people call it. */
  readonly name: string
  readonly precision: 'f64' | 'f32'
  /** Rejects where it cannot answer. */
  grid(book: ScenarioBook, axes: ScenarioAxes): Promise<ScenarioGrid>
}

/** What a policy file says of itself. */
export interface PolicyCard {
  readonly name: string
  readonly version: string
  readonly observationVersion: number
  readonly actionVersion: number
}

/** A trained policy. */
export interface Policy {
  readonly card: PolicyCard
  /** Logits of all actions for a number of observations, row by row; rejects when it cannot answer. */
  logits(observations: Float32Array, count: number): Promise<Float32Array>
  /**
   * How far the value networks of a policy that has some differ about one observation: the standard deviation of what they
   * expect of the rest of the session; undefined where it has none.
   */
  doubt?(observation: Float32Array): Promise<Dollars | undefined>
}

/** Past situations like one, nearest first. */
export interface Recall {
  readonly neighbours: readonly Neighbour[]
  /** Situations searched. */
  readonly searched: number
  /** Days since the last situation that was clearly alike; undefined where there is none. */
  readonly daysSinceSimilar: number | undefined
}

/** One line of the journal: what happened, as the book saw it, and the facts that followed. */
export interface JournalEntry {
  readonly sequence: number
  readonly session: string
  readonly time: EpochMilliseconds
  readonly event: BookEvent
  readonly facts: readonly Fact[]
}

/** Where everything that must not be lost is kept. */
export interface Memory {
  /** Resolves once the entries are on disk; rejects when they are not. */
  append(entries: readonly JournalEntry[]): Promise<void>
  recall(situation: Float32Array, count: number, before: EpochMilliseconds): Promise<Recall>
}

/** Where approved orders go. It takes nothing else, and answers by events. */
export interface Broker {
  submit(order: Approved<Order>): void
  replace(order: Approved<Order>): void
  cancel(orderId: string): void
  /** Cancels every working order at once, without asking which. */
  cancelAll(): void
}

/** Time for measuring, never for deciding. */
export interface Stopwatch {
  now(): Milliseconds
}

/** How long the engine waits for an answer before it goes on without; infinite where a run must be repeatable. */
export interface Deadlines {
  readonly policy: Milliseconds
  readonly recall: Milliseconds
  readonly commit: Milliseconds
}

/** Everything outside that the engine may touch. */
export interface Ports {
  readonly pricer: Pricer
  readonly policy: Policy
  readonly memory: Memory
  readonly broker: Broker
  readonly stopwatch: Stopwatch
  readonly deadlines: Deadlines
  /** Hears of every decision as it is begun; the promise ends with it. Whoever can wait gives way meanwhile. */
  deciding?(decision: Promise<unknown>): void
  /** Resolves after a time, for deadlines. */
  delay(time: Milliseconds): Promise<void>
}

/** What happened in the market at one instant. */
export interface MarketStep {
  readonly time: EpochMilliseconds
  readonly events: readonly MarketEvent[]
}

/** A source that plays a session at any pace, simulated or recorded. */
export interface MarketSource {
  /** The instant it starts at. */
  readonly start: EpochMilliseconds
  /** What is known before the first step: the session, what is listed, the bars so far. */
  readonly opening: readonly MarketEvent[]
  /** The next instant, undefined after the last. */
  next(): Promise<MarketStep | undefined>
  close(): Promise<void>
}
