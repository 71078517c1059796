import { create } from 'zustand'
import { oneOf, someOf, type Kept } from './keptChoices.ts'

/** Which page of the window is shown. */
export type Page = 'cockpit' | 'day' | 'health' | 'machine' | 'learning' | 'backtest' | 'code'

/** The choices of the window that are found again after a restart. */
export const REMEMBERED_CHOICES = {
  chainColumns: ['greeks', 'sizes', 'secondOrder', 'own'],
  barMinutes: [1, 5, 15],
  payoffOf: ['suggestion', 'book', 'both'],
  journalOf: ['trades', 'all'],
  scenarioOf: ['book', 'suggestion'],
  scenarioShows: ['profit', 'delta', 'gamma', 'theta', 'vega'],
  scenarioAcross: ['volatility', 'time'],
  theme: ['system', 'dark', 'light'],
  palette: ['standard', 'blue-orange'],
} as const

/** The choices of several at once that are found again, of these and in this order. */
export const REMEMBERED_LISTS = {
  ownColumns: [
    'mid',
    'bidSize',
    'askSize',
    'volatility',
    'delta',
    'gamma',
    'theta',
    'vega',
    'vanna',
    'charm',
    'volume',
    'openInterest',
    'age',
  ],
} as const

type Choices = {
  readonly [Name in keyof typeof REMEMBERED_CHOICES]: (typeof REMEMBERED_CHOICES)[Name][number]
} & {
  readonly [Name in keyof typeof REMEMBERED_LISTS]: readonly (typeof REMEMBERED_LISTS)[Name][number][]
}

/** Which columns of the chain are shown. */
export type ChainColumnSet = Choices['chainColumns']

/** A column of the chain besides bid and ask, which are always shown. */
export type ChainColumnName = Choices['ownColumns'][number]

/** What a heat map of scenarios shows. */
export type ScenarioOutput = Choices['scenarioShows']

/** The strikes of an open suggestion as they are being tried out, in the order of its legs. */
export interface DraftStrikes {
  readonly decision: string
  readonly strikes: readonly number[]
}

/** What a dialog is open for. */
export type OpenDialog =
  | 'palette'
  | 'keys'
  | 'limits'
  | 'sizing'
  | 'reasons'
  | 'alertRules'
  | 'explanation'
  | undefined

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
  /** The decision that the explanation is of; the latest where it is not one of the day. */
  readonly explained: string | undefined
  /** The price under the pointer, in whatever pane it is. */
  readonly pointedPrice: number | undefined
  /** Whether the columns of the chain are being chosen. */
  readonly isChoosingColumns: boolean
  readonly draft: DraftStrikes | undefined
  /** The instant that payoff and scenarios are looked at; undefined is now. */
  readonly laterTime: number | undefined
  /** The factor on every volatility that they are looked at with. */
  readonly volatilityFactor: number
}

export const useView = create<ViewState>(() => ({
  page: 'cockpit',
  dialog: undefined,
  chainColumns: 'greeks',
  ownColumns: ['volatility', 'delta', 'gamma', 'theta', 'vega', 'vanna', 'charm'],
  barMinutes: 1,
  payoffOf: 'suggestion',
  journalOf: 'trades',
  scenarioOf: 'book',
  scenarioShows: 'profit',
  scenarioAcross: 'volatility',
  modifying: undefined,
  commenting: undefined,
  shownDecision: undefined,
  explained: undefined,
  pointedPrice: undefined,
  isChoosingColumns: false,
  draft: undefined,
  laterTime: undefined,
  volatilityFactor: 1,
  theme: 'system',
  palette: 'standard',
}))

/** The choices of the window, each among those of today. */
export const KEPT_OF_VIEW = {
  chainColumns: oneOf(REMEMBERED_CHOICES.chainColumns),
  ownColumns: someOf(REMEMBERED_LISTS.ownColumns),
  barMinutes: oneOf(REMEMBERED_CHOICES.barMinutes),
  payoffOf: oneOf(REMEMBERED_CHOICES.payoffOf),
  journalOf: oneOf(REMEMBERED_CHOICES.journalOf),
  scenarioOf: oneOf(REMEMBERED_CHOICES.scenarioOf),
  scenarioShows: oneOf(REMEMBERED_CHOICES.scenarioShows),
  scenarioAcross: oneOf(REMEMBERED_CHOICES.scenarioAcross),
  theme: oneOf(REMEMBERED_CHOICES.theme),
  palette: oneOf(REMEMBERED_CHOICES.palette),
} satisfies Required<Kept<Choices>>

/** Changes what this window shows. */
export function setView(change: Partial<ViewState>): void {
  useView.setState(change)
}
