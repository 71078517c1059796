import { create } from 'zustand'

/** What of the runs is looked at. */
interface LearningChoices {
  /** Runs that are laid over each other; undefined until somebody chose: then the newest. */
  readonly runs: readonly string[] | undefined
  /** The curve that is drawn; undefined is the first there is. */
  readonly curve: string | undefined
  readonly budget: 'short' | 'usual'
  /** As it is typed; undefined is the next one that was not used yet. */
  readonly seed: string | undefined
  readonly address: string
}

/** What was chosen on the Learning page; it stays while other pages are shown. */
export const useLearningChoices = create<LearningChoices>(() => ({
  runs: undefined,
  curve: undefined,
  budget: 'short',
  seed: undefined,
  address: 'http://127.0.0.1:5000',
}))

/** Changes what is looked at. */
export function chooseLearning(change: Partial<LearningChoices>): void {
  useLearningChoices.setState(change)
}
