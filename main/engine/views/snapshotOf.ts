import type { PreferenceView, Snapshot } from '../../contract/snapshot.ts'
import { learnedTastes } from '../../core/policy/learnedTastes.ts'
import type { Book } from '../book/book.ts'
import type { Engine } from '../engine.ts'

/** Everything a client needs to begin, as the engine stands. */
export function snapshotOf(engine: Engine, around: Pick<Snapshot, 'notices' | 'shell'>): Snapshot {
  const { book, market } = engine
  return {
    sequence: engine.sequence,
    session: book.session,
    times: book.times,
    phase: book.phase,
    account: book.account,
    decisions: [...book.decisions.values()],
    orders: [...book.orders.values()],
    fills: book.fills,
    positions: [...book.positions.values()],
    dayCurve: book.dayCurve,
    alerts: book.alerts,
    alertRules: book.alertRules,
    limits: book.limits,
    sizing: book.sizing,
    reasons: book.reasons,
    lockout: book.lockout,
    flattening: book.flattening,
    keysArmedUntil: book.keysArmedUntil,
    halted: book.halted,
    lost: [...book.lost].map(([dependency, { since, reason }]) => ({ dependency, since, reason })),
    preference: preferenceView(book),
    bars: market?.bars.slice() ?? [],
    ...around,
  }
}

/** What the preference has learned, for people. */
export function preferenceView(book: Book): PreferenceView {
  return { answers: book.preference.answers, tastes: learnedTastes(book.preference) }
}
