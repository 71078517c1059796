import { deskStore } from './deskStore.ts'
import { setView, useView } from './viewStore.ts'

/** Opens the explanation of the decision that is shown: the one that was picked, else the latest. */
export function explainShown(): void {
  const { decisions } = deskStore.getState()
  const { shownDecision } = useView.getState()
  const decision = decisions.find(({ id }) => id === shownDecision) ?? decisions.at(-1)
  if (decision) setView({ dialog: 'explanation', explained: decision.id })
}
