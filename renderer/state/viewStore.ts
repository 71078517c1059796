import { create } from 'zustand'

/** Which page of the window is shown. */
export type Page = 'cockpit' | 'day' | 'health'

/** Which columns of the chain are shown. */
export type ChainColumnSet = 'greeks' | 'sizes' | 'secondOrder'

/** What a dialog is open for. */
export type OpenDialog = 'palette' | 'keys' | 'limits' | 'reasons' | 'alertRules' | undefined

/** What belongs to this window alone and is nobody else's business. */
export interface ViewState {
  readonly page: Page
  readonly dialog: OpenDialog
  readonly chainColumns: ChainColumnSet
  readonly barMinutes: 1 | 5 | 15
  readonly payoffOf: 'suggestion' | 'book' | 'both'
  readonly journalOf: 'trades' | 'all'
  /** The decision that is being modified. */
  readonly modifying: string | undefined
  /** The decision whose reject waits for a comment. */
  readonly commenting: string | undefined
  /** The decision that the panel shows where it is not the latest. */
  readonly shownDecision: string | undefined
  /** The price under the pointer, in whatever pane it is. */
  readonly pointedPrice: number | undefined
  readonly theme: 'system' | 'dark' | 'light'
  readonly palette: 'standard' | 'blue-orange'
}

export const useView = create<ViewState>(() => ({
  page: 'cockpit',
  dialog: undefined,
  chainColumns: 'greeks',
  barMinutes: 1,
  payoffOf: 'suggestion',
  journalOf: 'trades',
  modifying: undefined,
  commenting: undefined,
  shownDecision: undefined,
  pointedPrice: undefined,
  theme: 'system',
  palette: 'standard',
}))

/** Changes what this window shows. */
export function setView(change: Partial<ViewState>): void {
  useView.setState(change)
}
