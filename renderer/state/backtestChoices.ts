import { create } from 'zustand'
import { UNSEEN_FROM } from '../../main/contract/backtest.ts'
import { anyText, oneOf, type Kept } from './keptChoices.ts'

/** What is to be run, as it is typed, and which report is looked at. */
export interface BacktestChoices {
  /** Undefined is the first strategy there is. */
  readonly strategy: string | undefined
  readonly kind: 'simulated' | 'mids'
  /** The first of simulated sessions; usually one that no model was trained on. */
  readonly seed: string
  readonly sessions: string
  readonly file: string
  /** A file of official closes; nothing where days end at their last prices. */
  readonly closes: string
  /** When fixed strategies enter, HH:MM. */
  readonly entry: string
  /** The backtest that is shown; undefined is the latest. */
  readonly shown: string | undefined
}

/** What was chosen on the Backtest page; it stays while other pages are shown. */
export const useBacktestChoices = create<BacktestChoices>(() => ({
  strategy: undefined,
  kind: 'simulated',
  seed: String(UNSEEN_FROM),
  sessions: '60',
  file: '',
  closes: '',
  entry: '10:00',
  shown: undefined,
}))

/** The whole form; which report is looked at is the latest again. */
export const KEPT_OF_BACKTEST: Kept<BacktestChoices> = {
  strategy: anyText,
  kind: oneOf(['simulated', 'mids']),
  seed: anyText,
  sessions: anyText,
  file: anyText,
  closes: anyText,
  entry: anyText,
}

/** Changes what is to be run or looked at. */
export function chooseBacktest(change: Partial<BacktestChoices>): void {
  useBacktestChoices.setState(change)
}
