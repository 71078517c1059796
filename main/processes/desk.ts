import { setTimeout as sleep } from 'node:timers/promises'
import { SimulatedBroker } from '../adapters/execution/simulatedBroker.ts'
import type { BrokerLog } from '../adapters/execution/brokerLog.ts'
import type { SuggestionRules } from '../engine/book/bookEvent.ts'
import { Engine } from '../engine/engine.ts'
import type { Deadlines, MarketSource, Memory, Policy, Pricer } from '../engine/ports.ts'
import type { MarketEvent } from '../engine/event.ts'
import { Player, type Pace } from './player.ts'

/** What a running session is made of. */
export interface DeskParts {
  readonly source: MarketSource
  readonly memory: Memory
  /** Asked for anew at every decision, so that another may take its place between two of them. */
  readonly policy: Policy
  /** One and the same for the whole session. */
  readonly pricer: Pricer
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
  /** Hears the market as the engine does, from now on, the opening included; gives how to stop. */
  listen(listener: (event: MarketEvent) => void): () => void
  /** Hears of every decision as it is begun, with when it ends; gives how to stop. */
  onDecision(listener: (decision: Promise<unknown>) => void): () => void
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
  const waiting = new Set<(decision: Promise<unknown>) => void>()
  const engine: Engine = new Engine(
    {
      pricer: parts.pricer,
      get policy() {
        return parts.policy
      },
      memory: parts.memory,
      broker,
      stopwatch: { now: () => performance.now() },
      deadlines: parts.deadlines,
      deciding(decision) {
        for (const listener of waiting) listener(decision)
      },
      delay: time => (time === 0 ? nextTurn() : sleep(time, undefined, { ref: false })),
    },
    parts.rules,
  )
  const listeners = new Set<(event: MarketEvent) => void>()
  const opening: MarketEvent[] = []
  const audience = {
    hear(event: MarketEvent) {
      if (event.kind === 'sessionOpened') opening.splice(0)
      if (event.kind === 'sessionOpened' || event.kind === 'contractsListed') opening.push(event)
      broker.hear(event)
      engine.post(event)
      // The account is asked as soon as there is a session to ask about
      if (event.kind === 'sessionOpened') broker.connect(event.time)
      for (const listener of listeners) listener(event)
    },
    beat(time: number) {
      broker.pass(time)
      engine.post({ kind: 'beat', time })
    },
    settled: () => engine.settled(),
  }
  const player = new Player(parts.source, audience, parts.pace, () => performance.now())
  const listen = (listener: (event: MarketEvent) => void) => {
    for (const event of opening) listener(event)
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  const onDecision = (listener: (decision: Promise<unknown>) => void) => {
    waiting.add(listener)
    return () => void waiting.delete(listener)
  }
  return { engine, broker, player, listen, onDecision }
}

/** What was lost in the last run is asked anew in this one; keys that were armed are safe again. */
export function forgetOldLosses(engine: Engine): void {
  const time = engine.time
  for (const dependency of engine.book.lost.keys())
    engine.post({ kind: 'dependencyRestored', time, dependency })
  if (engine.book.keysArmedUntil !== undefined) void engine.send({ name: 'keys/disarm', request: {} })
}

function nextTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
