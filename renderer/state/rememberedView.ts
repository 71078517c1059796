import type { StoreApi } from 'zustand'
import { call } from './actions.ts'
import { KEPT_OF_ASSISTANT, useAssistantChoices } from './assistantChoices.ts'
import { KEPT_OF_BACKTEST, useBacktestChoices } from './backtestChoices.ts'
import { readChoices, writeChoices, type Kept } from './keptChoices.ts'
import { KEPT_OF_LEARNING, useLearningChoices } from './learningChoices.ts'
import { KEPT_OF_VIEW, useView } from './viewStore.ts'

/** How long after the last change the choices are kept. */
const KEEP_AFTER = 400

/** Takes up the choices of last time, those of the window and of its pages, and keeps every change from then on. */
export async function rememberView(): Promise<void> {
  await Promise.all([
    remember('view', useView, KEPT_OF_VIEW),
    remember('learning', useLearningChoices, KEPT_OF_LEARNING),
    remember('backtest', useBacktestChoices, KEPT_OF_BACKTEST),
    remember('assistant', useAssistantChoices, KEPT_OF_ASSISTANT),
  ])
}

/** Keeps the choices of a store under a name beside the layouts of the displays. */
async function remember<State extends object>(
  keptAs: string,
  store: Pick<StoreApi<State>, 'getState' | 'setState' | 'subscribe'>,
  kept: Kept<State>,
): Promise<void> {
  const answer = await call('layout/get', { display: keptAs })
  if (answer.ok && answer.value !== null) store.setState(readChoices(kept, answer.value))
  let timer: ReturnType<typeof setTimeout> | undefined
  let before = writeChoices(kept, store.getState())
  store.subscribe(state => {
    const now = writeChoices(kept, state)
    if (now === before) return
    before = now
    clearTimeout(timer)
    timer = setTimeout(() => void call('layout/save', { display: keptAs, layout: now }), KEEP_AFTER)
  })
}
