import { create } from 'zustand'

/** What is to be run, as it is typed, and which report is looked at. */
interface BacktestChoices {
  /** Undefined is the first strategy there is. */
  readonly strategy: string | undefined
  readonly kind: 'simulated' | 'mids'
  readonly seed: string
  readonly sessions: string
  readonly file: string
  /** The backtest that is shown; undefined is the latest. */
  readonly shown: string | undefined
}

/** What was chosen on the Backtest page; it stays while other pages are shown. */
export const useBacktestChoices = create<BacktestChoices>(() => ({
  strategy: undefined,
  kind: 'simulated',
  seed: '1',
  sessions: '60',
  file: '',
  shown: undefined,
}))

/** Changes what is to be run or looked at. */
export function chooseBacktest(change: Partial<BacktestChoices>): void {
  useBacktestChoices.setState(change)
}
