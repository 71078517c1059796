import { create } from 'zustand'
import { anyText, anyTexts, oneOf, type Kept } from './keptChoices.ts'

/** What of the runs is looked at. */
interface LearningChoices {
  /** Runs that are laid over each other; undefined until somebody chose: then the newest. */
  readonly runs: readonly string[] | undefined
  /** The curve that is drawn; undefined is the first there is. */
  readonly curve: string | undefined
  readonly budget: 'short' | 'usual'
  /** The kind of network that is trained; that of the champion, unless another is wanted. */
  readonly encoder: 'champion' | 'plain' | 'attention'
  /** As it is typed; undefined is the next one that was not used yet. */
  readonly seed: string | undefined
  readonly address: string
}

/** What was chosen on the Learning page; it stays while other pages are shown. */
export const useLearningChoices = create<LearningChoices>(() => ({
  runs: undefined,
  curve: undefined,
  budget: 'short',
  encoder: 'champion',
  seed: undefined,
  address: 'http://127.0.0.1:5000',
}))

/** All of it but the seed: the next training wants one of its own. */
export const KEPT_OF_LEARNING: Kept<LearningChoices> = {
  runs: anyTexts,
  curve: anyText,
  budget: oneOf(['short', 'usual']),
  encoder: oneOf(['champion', 'plain', 'attention']),
  address: anyText,
}

/** Changes what is looked at. */
export function chooseLearning(change: Partial<LearningChoices>): void {
  useLearningChoices.setState(change)
}
