import { createStore } from 'zustand/vanilla'
import { useStore } from 'zustand'
import type { ScenarioFrame } from '../../../main/contract/frames.ts'

/** The grid that is shown: the pane asks for it, its head tells of the same. */
export const scenarioStore = createStore<{ readonly frame: ScenarioFrame | undefined }>(() => ({
  frame: undefined,
}))

/** The grid that is shown; undefined while there is none. */
export function useShownScenario(): ScenarioFrame | undefined {
  return useStore(scenarioStore, state => state.frame)
}
