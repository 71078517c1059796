import { create } from 'zustand'

/** Which page of the window is shown. */
export type Page = 'cockpit' | 'day' | 'health'

/** The choices of the window that are found again after a restart. */
export const REMEMBERED_CHOICES = {
  chainColumns: ['greeks', 'sizes', 'secondOrder'],
  barMinutes: [1, 5, 15],
  payoffOf: ['suggestion', 'book', 'both'],
  journalOf: ['trades', 'all'],
  theme: ['system', 'dark', 'light'],
  palette: ['standard', 'blue-orange'],
} as const

type Choices = {
  readonly [Name in keyof typeof REMEMBERED_CHOICES]: (typeof REMEMBERED_CHOICES)[Name][number]
}

/** Which columns of the chain are shown. */
export type ChainColumnSet = Choices['chainColumns']

/** What a dialog is open for. */
export type OpenDialog = 'palette' | 'keys' | 'limits' | 'reasons' | 'alertRules' | undefined

/** What belongs to this window alone and is nobody else's business. */
export interface ViewState extends Choices {
  readonly page: Page
  readonly dialog: OpenDialog
  /** The decision that is being modified. */
  readonly modifying: string | undefined
  /** The decision whose reject waits for a comment. */
  readonly commenting: string | undefined
  /** The decision that the panel shows where it is not the latest. */
  readonly shownDecision: string | undefined
  /** The price under the pointer, in whatever pane it is. */
  readonly pointedPrice: number | undefined
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
