import { setTimeout as sleep } from 'node:timers/promises'
import { SimulatedBroker } from '../adapters/execution/simulatedBroker.ts'
import type { BrokerLog } from '../adapters/execution/brokerLog.ts'
import { referencePricer } from '../adapters/pricer/referencePricer.ts'
import type { SuggestionRules } from '../engine/book/bookEvent.ts'
import { Engine } from '../engine/engine.ts'
import type { Deadlines, MarketSource, Memory, Policy } from '../engine/ports.ts'
import { Player, type Pace } from './player.ts'

/** What a running session is made of. */
export interface DeskParts {
  readonly source: MarketSource
  readonly memory: Memory
  readonly policy: Policy
  readonly brokerLog: BrokerLog
  readonly rules: SuggestionRules
  readonly deadlines: Deadlines
  readonly pace: Pace
  readonly seed: number
  /** Share of orders that the simulated venue rejects, for drills. */
  readonly rejectShare?: number
}

/** One session with its engine, its broker and whoever plays the market to them. */
export interface Desk {
  readonly engine: Engine
  readonly broker: SimulatedBroker
  readonly player: Player
}

/** Waits that a live session allows itself. */
export const LIVE_DEADLINES: Deadlines = { policy: 250, recall: 40, commit: 1500 }

/** Waits of a run that must give the same result every time: as long as it takes. */
export const REPEATABLE_DEADLINES: Deadlines = {
  policy: Number.POSITIVE_INFINITY,
  recall: Number.POSITIVE_INFINITY,
  commit: Number.POSITIVE_INFINITY,
}

/** Joins engine, broker and market. Nothing moves until the player plays. */
export function createDesk(parts: DeskParts): Desk {
  const venue = { fees: parts.rules.plan.fees, rejectShare: parts.rejectShare ?? 0, seed: parts.seed }
  const broker: SimulatedBroker = new SimulatedBroker(venue, parts.brokerLog, Date.now, event =>
    engine.post(event),
  )
  const engine: Engine = new Engine(
    {
      pricer: referencePricer,
      policy: parts.policy,
      memory: parts.memory,
      broker,
      stopwatch: { now: () => performance.now() },
      deadlines: parts.deadlines,
      delay: time => (time === 0 ? nextTurn() : sleep(time, undefined, { ref: false })),
    },
    parts.rules,
  )
  const audience = {
    hear(event: Parameters<SimulatedBroker['hear']>[0]) {
      broker.hear(event)
      engine.post(event)
      // The account is asked as soon as there is a session to ask about
      if (event.kind === 'sessionOpened') broker.connect(event.time)
    },
    beat(time: number) {
      broker.pass(time)
      engine.post({ kind: 'beat', time })
    },
    settled: () => engine.settled(),
  }
  const player = new Player(parts.source, audience, parts.pace, () => performance.now())
  return { engine, broker, player }
}

function nextTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
