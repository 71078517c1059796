import { createStore } from 'zustand/vanilla'
import { useStore } from 'zustand'
import type { Audit, Fact } from '../../main/contract/audits.ts'
import type { Snapshot } from '../../main/contract/snapshot.ts'

type Decision = Snapshot['decisions'][number]

/** What of the engine's state the page follows: a replica, rebuilt from a snapshot and the audits after it. */
export interface DeskState extends Snapshot {
  readonly isConnected: boolean
  /** A snapshot has come. */
  readonly isReady: boolean
}

const EMPTY: DeskState = {
  isConnected: false,
  isReady: false,
  sequence: 0,
  session: undefined,
  times: undefined,
  phase: 'closed',
  account: { id: '', mode: 'unsure' },
  decisions: [],
  orders: [],
  fills: [],
  positions: [],
  dayCurve: [],
  alerts: [],
  alertRules: [],
  limits: {
    maximumLossPerTrade: 0,
    dayLossLimit: 0,
    lotsPerOrder: 0,
    openContracts: 0,
    openStructures: 0,
    exposure: 0,
    tradesPerSession: 0,
    maximumQuoteAge: 0,
  },
  sizing: { by: 'limits', bankroll: 0, volatilityTarget: 0 },
  reasons: [],
  lockout: undefined,
  flattening: undefined,
  keysArmedUntil: undefined,
  halted: undefined,
  lost: [],
  preference: { answers: 0, tastes: [] },
  bars: [],
  notices: [],
  shell: 'web',
}

/** The replica of the engine's state. */
export const deskStore = createStore<DeskState>(() => EMPTY)

/** A part of the replica, in a component. */
export function useDesk<Part>(select: (state: DeskState) => Part): Part {
  return useStore(deskStore, select)
}

/** Follows audits in order; `resync` asks for a snapshot when one is missing. */
export function createReplica(resync: () => void): {
  receive(audit: Audit): void
  begin(snapshot: Snapshot): void
} {
  return {
    begin(snapshot) {
      // What a snapshot does not have does not come over the wire: without the empty state the old would stay
      const { isConnected } = deskStore.getState()
      deskStore.setState({ ...EMPTY, ...snapshot, isConnected, isReady: true })
    },
    receive(audit) {
      const { sequence, isReady } = deskStore.getState()
      if (!isReady || audit.sequence <= sequence) return
      if (audit.sequence !== sequence + 1) return resync()
      const next = { ...deskStore.getState(), sequence: audit.sequence }
      for (const fact of audit.facts) Object.assign(next, changeOf(next, fact))
      deskStore.setState(next)
    },
  }
}

/** What one fact changes. Facts carry the changed thing whole, so it only has to be put in place. */
export function changeOf(state: DeskState, fact: Fact): Partial<DeskState> {
  switch (fact.kind) {
    case 'suggested':
    case 'answered':
    case 'lapsed':
    case 'scored':
    case 'rated':
      return { decisions: withDecision(state.decisions, fact.decision) }
    case 'orderPlaced':
    case 'orderChanged':
    case 'orderRefused':
      return { orders: withItem(state.orders, fact.order, order => order.id) }
    case 'filled':
      return {
        fills: [...state.fills, fact.fill],
        orders: withItem(state.orders, fact.order, order => order.id),
        positions: withItem(state.positions, fact.position, position => position.decision),
      }
    case 'settled':
      return { positions: withItem(state.positions, fact.position, position => position.decision) }
    case 'attributed':
      return { dayCurve: [...state.dayCurve, { time: fact.time, profit: fact.dayProfit }] }
    default:
      return surroundingsOf(state, fact)
  }
}

function surroundingsOf(state: DeskState, fact: Fact): Partial<DeskState> {
  switch (fact.kind) {
    case 'phaseChanged':
      return { phase: fact.phase }
    case 'alerted':
      return { alerts: [...state.alerts, fact.alert] }
    case 'alertsSeen':
      return {
        alerts: state.alerts.map(alert => (fact.ids.includes(alert.id) ? { ...alert, isSeen: true } : alert)),
      }
    case 'lockedOut':
      return { lockout: fact.lockout }
    case 'flattenStarted':
      return { flattening: fact.flattening }
    case 'flattenKept':
    case 'flattenEnded':
      return { flattening: undefined }
    case 'keysArmed':
      return { keysArmedUntil: fact.until }
    case 'keysDisarmed':
      return { keysArmedUntil: undefined }
    case 'limitsSet':
      return { limits: fact.limits }
    case 'sizingSet':
      return { sizing: fact.sizing }
    case 'reasonsSet':
      return { reasons: fact.reasons }
    case 'alertRulesSet':
      return { alertRules: fact.rules }
    case 'accountConfirmed':
      return { account: { id: fact.id, mode: fact.mode } }
    case 'dependencyLost':
      return { lost: [...state.lost, { dependency: fact.dependency, since: fact.time, reason: fact.reason }] }
    case 'dependencyRestored':
      return { lost: state.lost.filter(entry => entry.dependency !== fact.dependency) }
    case 'halted':
      return { halted: fact.rule }
    default:
      return {}
  }
}

/** The suggestion or wait in front of the trader. */
export function openDecision(state: DeskState): Decision | undefined {
  return state.decisions.findLast(decision => decision.status === 'open')
}

function withDecision(decisions: readonly Decision[], decision: Decision): readonly Decision[] {
  return withItem(decisions, decision, entry => entry.id)
}

function withItem<Item>(items: readonly Item[], item: Item, key: (item: Item) => string): readonly Item[] {
  const position = items.findLastIndex(entry => key(entry) === key(item))
  return position < 0 ? [...items, item] : items.with(position, item)
}
