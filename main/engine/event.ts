import type { Command } from '../contract/commands.ts'
import type { EpochMilliseconds, IsoDate, Milliseconds, Price } from '../core/base/units.ts'
import type { Bar } from '../core/market/bar.ts'
import type { ExerciseStyle } from '../core/market/optionContract.ts'
import type { Listing } from '../core/market/optionChain.ts'
import type { AccountMode } from '../core/risk/riskState.ts'
import type { Fill, Order } from '../core/portfolio/order.ts'
import type { Evaluation } from './evaluation.ts'

/** The session that a feed is about to play. */
export interface SessionInfo {
  /** Unique over all sessions of a memory: date and source. */
  readonly id: string
  readonly date: IsoDate
  readonly underlying: string
  readonly style: ExerciseStyle
  /** `simulated seed 7`, `replay of goog.parquet`, `theta`. */
  readonly source: string
  /** How often the source speaks of every contract at least; sets what counts as late. */
  readonly quoteInterval: Milliseconds
  readonly previousClose: Price | undefined
}

/** Quotes of one instant, as columns; `rows` are rows of the chain in use. */
export interface QuoteBatch {
  readonly kind: 'quotes'
  readonly time: EpochMilliseconds
  readonly count: number
  /** When each quote was sent, by position. */
  readonly times: Float64Array
  readonly rows: Int32Array
  readonly bid: Float64Array
  readonly ask: Float64Array
  readonly bidSize: Float64Array
  readonly askSize: Float64Array
}

/** What a source of market data says. */
export type MarketEvent =
  | {
      readonly kind: 'sessionOpened'
      readonly time: EpochMilliseconds
      readonly session: SessionInfo
      readonly listing: Listing
    }
  | {
      readonly kind: 'contractsListed'
      readonly time: EpochMilliseconds
      readonly callStrikes: readonly Price[]
      readonly putStrikes: readonly Price[]
    }
  | QuoteBatch
  | { readonly kind: 'quotesConfirmed'; readonly time: EpochMilliseconds }
  | {
      readonly kind: 'statistics'
      readonly time: EpochMilliseconds
      readonly volume: Float64Array
      readonly openInterest: Float64Array
    }
  | {
      readonly kind: 'underlying'
      readonly time: EpochMilliseconds
      readonly bid: Price
      readonly ask: Price
      readonly last: Price
      readonly volume: number
    }
  | { readonly kind: 'barsBackfilled'; readonly time: EpochMilliseconds; readonly bars: readonly Bar[] }
  /** A minute that is over; its time is its end. */
  | { readonly kind: 'bar'; readonly time: EpochMilliseconds; readonly bar: Bar }
  | {
      readonly kind: 'volatilityIndex'
      readonly time: EpochMilliseconds
      readonly value: number
      readonly previousClose: number
    }
  | { readonly kind: 'sessionEnded'; readonly time: EpochMilliseconds }

/** An outside thing that may come and go. */
export type Dependency = 'feed' | 'broker' | 'memory' | 'policy'

/** What a broker says. */
export type BrokerEvent =
  | { readonly kind: 'orderAcknowledged'; readonly time: EpochMilliseconds; readonly order: string }
  | { readonly kind: 'orderFilled'; readonly time: EpochMilliseconds; readonly fill: Fill }
  | {
      readonly kind: 'orderCancelled'
      readonly time: EpochMilliseconds
      readonly order: string
      readonly note: string
    }
  | {
      readonly kind: 'orderRejected'
      readonly time: EpochMilliseconds
      readonly order: string
      readonly note: string
    }
  | {
      readonly kind: 'accountConfirmed'
      readonly time: EpochMilliseconds
      readonly id: string
      readonly mode: AccountMode
    }
  | {
      readonly kind: 'reconciled'
      readonly time: EpochMilliseconds
      /** Every order the broker knows, as it knows it. */
      readonly orders: readonly Order[]
      readonly fills: readonly Fill[]
    }

/** Everything that can happen to the engine, one at a time. */
export type EngineEvent =
  | MarketEvent
  | BrokerEvent
  | { readonly kind: 'beat'; readonly time: EpochMilliseconds }
  | { readonly kind: 'evaluated'; readonly time: EpochMilliseconds; readonly evaluation: Evaluation }
  | { readonly kind: 'evaluationFailed'; readonly time: EpochMilliseconds; readonly reason: string }
  | { readonly kind: 'command'; readonly time: EpochMilliseconds; readonly command: Command }
  | {
      readonly kind: 'dependencyLost'
      readonly time: EpochMilliseconds
      readonly dependency: Dependency
      readonly reason: string
    }
  | { readonly kind: 'dependencyRestored'; readonly time: EpochMilliseconds; readonly dependency: Dependency }
  /** A rule of the program was found broken outside of the engine: trading stops. */
  | { readonly kind: 'failed'; readonly time: EpochMilliseconds; readonly rule: string }

const BROKER_EVENTS: ReadonlySet<string> = new Set([
  'orderAcknowledged',
  'orderFilled',
  'orderCancelled',
  'orderRejected',
  'accountConfirmed',
  'reconciled',
] satisfies BrokerEvent['kind'][])

/** Whether an event comes from a broker. */
export function isBrokerEvent(event: BrokerEvent | MarketEvent): event is BrokerEvent {
  return BROKER_EVENTS.has(event.kind)
}
