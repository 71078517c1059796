import type { Dollars, EpochMilliseconds, IsoDate } from '../base/units.ts'
import type { SessionPhase } from '../session/phase.ts'

/** Why trading is shut until the next session; nothing in this session opens it again. */
export interface Lockout {
  readonly since: EpochMilliseconds
  readonly session: IsoDate
  readonly dayLoss: Dollars
}

/** Which account orders go to. `unsure` means that id, port and setting do not agree: no orders at all. */
export type AccountMode = 'paper' | 'live' | 'unsure'

/** Everything the gate weighs besides the order itself. */
export interface RiskState {
  readonly phase: SessionPhase
  readonly account: AccountMode
  readonly lockout: Lockout | undefined
  /** The kill switch is working: nothing opens until it is done and released by the next session or by hand. */
  readonly isFlattening: boolean
  /** A broken invariant stopped trading. */
  readonly isHalted: boolean
  /** Whether answers are being stored; without memory no new risk is taken. */
  readonly isMemoryDown: boolean
  /** Realised and open profit of the day after fees. */
  readonly dayProfit: Dollars
  /** Profit of the day if every stop were hit; below zero a loss. */
  readonly profitAtStops: Dollars
  readonly openContracts: number
  readonly openStructures: number
  /** Margin held and margin of orders on their way. */
  readonly exposure: Dollars
  readonly tradesOpened: number
}

/** Paper only when account id, port and setting agree; anything else that looks like paper is unsure. */
export function accountMode(account: {
  readonly id: string
  readonly isPaperPort: boolean
  readonly isPaperSetting: boolean
}): AccountMode {
  const isPaperId = /^(DU|SIM)/.test(account.id)
  const votes = [isPaperId, account.isPaperPort, account.isPaperSetting]
  if (votes.every(vote => vote)) return 'paper'
  return votes.some(vote => vote) ? 'unsure' : 'live'
}
