import * as fc from 'fast-check'
import { EditorState, type StateCommand } from '@codemirror/state'
import { expect, test } from 'vitest'
import { beginLine, stepsBack, takeStepBack } from './stepsBack.ts'

function stateOf(doc: string, at = 0): EditorState {
  return EditorState.create({ doc, selection: { anchor: at }, extensions: [stepsBack()] })
}

/** Runs a command; gives what comes of it, or undefined where it did nothing. */
function run(command: StateCommand, state: EditorState): EditorState | undefined {
  let next: EditorState | undefined
  const did = command({ state, dispatch: transaction => (next = transaction.state) })
  return did ? next : undefined
}

test('as many steps back as there were edits bring the first text again', () => {
  const edits = fc.array(fc.record({ from: fc.nat(40), length: fc.nat(5), insert: fc.string() }), {
    maxLength: 12,
  })
  fc.assert(
    fc.property(fc.string(), edits, (doc, changes) => {
      let state = stateOf(doc)
      const before = state.doc.toString()
      for (const { from, length, insert } of changes) {
        const start = Math.min(from, state.doc.length)
        const end = Math.min(start + length, state.doc.length)
        state = state.update({ changes: { from: start, to: end, insert } }).state
      }
      for (let steps = 0; steps <= changes.length; steps += 1) state = run(takeStepBack, state) ?? state
      expect(state.doc.toString()).toBe(before)
    }),
  )
})

test('without an edit there is nothing to take back', () => {
  expect(run(takeStepBack, stateOf('a = 1'))).toBeUndefined()
})

test.each([
  ['    total = 0', '    total = 0\n    '],
  ['  for row in rows:', '  for row in rows:\n      '],
  ['', '\n'],
])('a line after %j begins as deep as Python wants it', (doc, after) => {
  expect(run(beginLine, stateOf(doc, doc.length))?.doc.toString()).toBe(after)
})

test('what is only read gets no line', () => {
  const state = EditorState.create({ doc: 'a', extensions: [stepsBack(), EditorState.readOnly.of(true)] })
  expect(run(beginLine, state)).toBeUndefined()
})
