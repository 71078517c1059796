import type { Heartbeat } from '../contract/frames.ts'
import type { Milliseconds } from '../core/base/units.ts'
import { chainFrame } from '../engine/views/chainFrame.ts'
import { curvesFrame } from '../engine/views/curvesFrame.ts'
import { pulseFrame, type PulseSurroundings } from '../engine/views/pulseFrame.ts'
import { preferenceView } from '../engine/views/snapshotOf.ts'
import type { Engine } from '../engine/engine.ts'
import type { ContractServer } from './contractServer.ts'
import type { Player } from './player.ts'

/** How often each frame is looked at. The screen paints no faster than it can; people read slower still. */
const CHAIN_EVERY: Milliseconds = 50
const PULSE_EVERY: Milliseconds = 100
const CURVES_EVERY: Milliseconds = 250

/** Silence of the feed in session time from which it is late, and from which it is gone. */
const LATE_AFTER: Milliseconds = 1000
const GONE_AFTER: Milliseconds = 15_000

/** What the program around the engine adds to a pulse. */
export interface Around {
  policyNote(): string
  databaseNote(): string
  /** How the computing of the chain is. */
  pricerBeat(): Heartbeat
  /** The file that is being recorded. */
  recording(): string | undefined
}

/** Publishes audits as they happen and frames at their pace, as long as somebody watches. */
export function startPublisher(
  engine: Engine,
  player: Player,
  server: ContractServer,
  around: Around,
): () => void {
  let quotesPublished = -1
  let answersPublished = engine.book.preference.answers
  const stopAudits = engine.onAudit(audit => {
    server.push('audit', audit)
    if (engine.book.preference.answers !== answersPublished) {
      answersPublished = engine.book.preference.answers
      server.push('preference', preferenceView(engine.book))
    }
  })
  const publishChain = () => {
    const { market } = engine
    if (!server.hasClients || !market || market.quotes.accepted === quotesPublished) return
    quotesPublished = market.quotes.accepted
    server.push('chain', chainFrame(market, player.time))
  }
  const publishPulse = () => {
    if (server.hasClients)
      server.push('pulse', pulseFrame(engine, player.time, surroundings(engine, player, around)))
  }
  const publishCurves = () => {
    const curves = server.hasClients ? curvesFrame(engine, player.time) : undefined
    if (curves) server.push('curves', curves)
  }
  server.onAttach(() => {
    // A session that is held still has no new quotes, but a new window has seen none
    quotesPublished = -1
    publishChain()
    publishPulse()
    publishCurves()
  })
  const timers = [
    setInterval(publishChain, CHAIN_EVERY),
    setInterval(publishPulse, PULSE_EVERY),
    setInterval(publishCurves, CURVES_EVERY),
  ]
  return () => {
    stopAudits()
    for (const timer of timers) clearInterval(timer)
  }
}

function surroundings(engine: Engine, player: Player, around: Around): PulseSurroundings {
  const { book, market } = engine
  const lost = (name: 'feed' | 'broker' | 'memory' | 'policy', alive: Heartbeat): Heartbeat => {
    const known = book.lost.get(name)
    return known ? { state: 'gone', age: Math.max(0, player.time - known.since), note: known.reason } : alive
  }
  return {
    heartbeats: {
      feed: lost('feed', feedBeat(engine, player)),
      broker: lost('broker', {
        state: book.account.mode === 'unsure' ? 'late' : 'alive',
        age: 0,
        note: `simulated broker, account ${book.account.id}`,
      }),
      database: lost('memory', {
        state: 'alive',
        age: engine.stages.times('commit').p95,
        note: around.databaseNote(),
      }),
      ai: lost('policy', {
        state: 'alive',
        age: engine.stages.times('decision').p95,
        note: around.policyNote(),
      }),
    },
    playback: {
      pace: player.pace,
      isPaused: player.isPaused,
      isLive: market !== undefined && !/^(simulated|replay)/.test(market.info.source),
    },
    pricer: around.pricerBeat(),
    recording: around.recording(),
  }
}

function feedBeat(engine: Engine, player: Player): Heartbeat {
  const { market, book } = engine
  if (!market) return { state: 'off', age: 0, note: 'no session yet' }
  const age = Math.max(0, player.time - market.heardAt)
  const isOver = book.phase === 'watch' || book.phase === 'closed'
  const patience = Math.max(LATE_AFTER, market.info.quoteInterval * 1.5)
  const state = isOver
    ? 'off'
    : age > Math.max(GONE_AFTER, patience)
      ? 'gone'
      : age > patience
        ? 'late'
        : 'alive'
  return { state, age, note: market.info.source }
}
