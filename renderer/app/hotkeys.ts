import { tinykeys } from 'tinykeys'
import { answerByKey, call, keepPositions } from '../state/actions.ts'
import { deskStore, openDecision } from '../state/deskStore.ts'
import { setView, useView } from '../state/viewStore.ts'
import { windowActions } from './actionsList.ts'
import { killSwitchKeys } from '../ui/keys.ts'

/**
 * Installs every key of the window; gives how to take them away. No key acts while somebody types, but for the kill
 * switch and Escape, which work wherever the focus is.
 */
export function installHotkeys(target: Window): () => void {
  const bindings: Record<string, (event: KeyboardEvent) => void> = {}
  const killSwitch = killSwitchKeys().keys
  for (const action of windowActions()) {
    if (action.keys === undefined) continue
    const { keys, run } = action
    bindings[keys] = event => {
      const isOff = isTyping(event) || (isPlain(keys) && isDialogOpen())
      if (isOff && keys !== killSwitch) return
      event.preventDefault()
      run()
    }
  }
  for (let digit = 1; digit <= 9; digit += 1) {
    bindings[`Digit${digit}`] = event => {
      if (!isTyping(event) && !isDialogOpen()) answerByDigit(digit)
    }
  }
  bindings['Escape'] = event => {
    if (deskStore.getState().flattening) void keepPositions('key')
    // What lies above the form of a suggestion takes the key for itself
    else if (!event.defaultPrevented && useView.getState().modifying !== undefined)
      setView({ modifying: undefined, draft: undefined })
  }
  // By itself the library hears nothing in any field: not Escape, which must keep positions wherever the focus is
  return tinykeys(target, bindings, { ignore: event => event.repeat || event.isComposing })
}

/** A digit rejects with the reason of that number; where an outcome asks to be rated, it rates. */
function answerByDigit(digit: number): void {
  const state = deskStore.getState()
  const rated = state.decisions.find(
    decision => decision.id === useView.getState().shownDecision && decision.outcome,
  )
  if (rated && digit <= 5) {
    void call('outcome/rate', { id: rated.id, rating: digit })
    return
  }
  const open = openDecision(state)
  const reason = state.reasons[digit - 1]
  if (open?.proposal && reason !== undefined) void answerByKey('reject', reason)
}

function isPlain(keys: string): boolean {
  return !keys.includes('+')
}

function isDialogOpen(): boolean {
  const { dialog, modifying } = useView.getState()
  // The form of a suggestion that is over is gone, though nobody closed it
  const isModifying = modifying !== undefined && modifying === openDecision(deskStore.getState())?.id
  return dialog !== undefined || isModifying
}

function isTyping(event: KeyboardEvent): boolean {
  // What stands in a shadow root, as the editor of code does, is named by the path alone
  const target = event.composedPath()[0] ?? event.target
  if (!(target instanceof HTMLElement)) return false
  return (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    isTextInput(target)
  )
}

function isTextInput(target: HTMLElement): boolean {
  return target instanceof HTMLInputElement && target.type !== 'range' && target.type !== 'checkbox'
}
