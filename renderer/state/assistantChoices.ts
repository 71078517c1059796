import { create } from 'zustand'
import { anyText, oneOf, type Kept } from './keptChoices.ts'

/** What the middle of the Code page shows. */
export type AssistantList = 'variants' | 'findings' | 'found' | 'morning' | 'choices'

/** In which order variants stand. */
export type VariantOrder = 'forYou' | 'speed' | 'fewestLines'

/** Seconds that a function may be tried. */
export const BUDGETS = [20, 60, 180, 600] as const
export type Budget = (typeof BUDGETS)[number]
export const USUAL_BUDGET: Budget = 60

/** What was typed and chosen on the Code page. */
export interface AssistantChoices {
  readonly list: AssistantList
  readonly order: VariantOrder
  /** Both texts beside each other, or one in the other; undefined goes by the room there is. */
  readonly diff: 'side' | 'inline' | undefined
  /** The request as it is typed. */
  readonly text: string
  /** Whether the box for requests is to take the keyboard, as soon as it stands there. */
  readonly wantsBox: boolean
  /** How long a function may be tried, in seconds, and a file of recorded calls to try it on, as it is typed. */
  readonly budget: Budget
  readonly recorded: string
  /** The folder that is to be added, as it is typed. */
  readonly folder: string
  /** The profile that the night's work goes by, as it is typed. */
  readonly profile: string
  /** A file with a language model, as it is typed. */
  readonly modelFile: string
  /** The variant, the finding and the place that are looked at. */
  readonly card: string | undefined
  readonly finding: string | undefined
  /** Whether variants that were not proven are listed; undefined lists them where nothing was proven. */
  readonly unproven: boolean | undefined
  readonly hit: number
  /** Whose findings are listed. */
  readonly findingsOf: 'review' | 'night'
}

/** What was chosen on the Code page; it stays while other pages are shown. */
export const useAssistantChoices = create<AssistantChoices>(() => ({
  list: 'variants',
  order: 'forYou',
  diff: undefined,
  text: '',
  wantsBox: false,
  budget: USUAL_BUDGET,
  recorded: '',
  folder: '',
  profile: '',
  modelFile: '',
  card: undefined,
  finding: undefined,
  unproven: undefined,
  hit: 0,
  findingsOf: 'review',
}))

/** How he likes to look at it, and the files that he named. */
export const KEPT_OF_ASSISTANT: Kept<AssistantChoices> = {
  order: oneOf(['forYou', 'speed', 'fewestLines']),
  diff: oneOf(['side', 'inline']),
  budget: oneOf(BUDGETS),
  profile: anyText,
  modelFile: anyText,
}

/** Changes what is looked at. */
export function chooseAssistant(change: Partial<AssistantChoices>): void {
  useAssistantChoices.setState(change)
}
