import { StateEffect, StateField, type ChangeSet, type Extension, type StateCommand } from '@codemirror/state'
import { keymap } from '@codemirror/view'

/** Most edits that are kept to be taken back. */
const MOST = 500

const taken = StateEffect.define<null>()

/** For each edit the change that takes it back, oldest first. */
const steps = StateField.define<readonly ChangeSet[]>({
  create: () => [],
  update(kept, transaction) {
    if (transaction.effects.some(effect => effect.is(taken))) return kept.slice(0, -1)
    if (!transaction.docChanged) return kept
    return [...kept, transaction.changes.invert(transaction.startState.doc)].slice(-MOST)
  },
})

/** Takes back the last edit; false where there is none. */
export const takeStepBack: StateCommand = ({ state, dispatch }) => {
  const last = state.field(steps).at(-1)
  if (!last) return false
  dispatch(state.update({ changes: last, effects: taken.of(null), scrollIntoView: true }))
  return true
}

/** Begins a line as deep as the one before it; deeper after a colon, as Python reads it. */
export const beginLine: StateCommand = ({ state, dispatch }) => {
  if (state.readOnly) return false
  const { from } = state.selection.main
  const before = state.doc.lineAt(from)
  const head = before.text.slice(0, from - before.from)
  const indent = /^\s*/.exec(head)?.[0] ?? ''
  const deeper = head.trimEnd().endsWith(':') ? '    ' : ''
  dispatch(state.update(state.replaceSelection(`${state.lineBreak}${indent}${deeper}`)))
  return true
}

/** Edits can be taken back one by one, and a new line begins where the one before it did. */
export function stepsBack(): Extension {
  return [
    steps,
    keymap.of([
      { key: 'Mod-z', run: takeStepBack, preventDefault: true },
      { key: 'Enter', run: beginLine },
    ]),
  ]
}
