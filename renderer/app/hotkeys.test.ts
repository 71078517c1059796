import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  newWindow,
  noticeTitles,
  openWindow,
  settled,
  showDesk,
  type TestPipe,
} from '../../main/fixtures/page.ts'
import { NOW, decisionOf, outcomeOf, waitOf } from '../../main/fixtures/screen.ts'
import { setView, useView } from '../state/viewStore.ts'
import { installHotkeys } from './hotkeys.ts'

const OPEN = decisionOf()
let pipe: TestPipe
let remove: () => void

beforeEach(() => {
  pipe = openWindow({ decisions: [OPEN] })
  remove = installHotkeys(window)
})

afterEach(() => {
  remove()
  document.body.replaceChildren()
  vi.restoreAllMocks()
  newWindow()
})

interface Held {
  readonly ctrlKey?: boolean
  readonly shiftKey?: boolean
  readonly altKey?: boolean
}

/** Presses a key where the focus is; true where the window kept it from the browser. */
async function press(key: string, code: string, held: Held = {}, target: Element = document.body) {
  const event = new KeyboardEvent('keydown', { key, code, bubbles: true, cancelable: true, ...held })
  target.dispatchEvent(event)
  await settled()
  return event.defaultPrevented
}

const letter = (key: string, held: Held = {}, target?: Element) =>
  press(key, `Key${key.toUpperCase()}`, held, target)

test.each([
  ['a', 'suggestion/accept', { id: OPEN.id, via: 'key' }],
  ['r', 'suggestion/reject', { id: OPEN.id, via: 'key' }],
])('%s answers the open suggestion, and says that a key did it', async (key, name, request) => {
  expect(await letter(key)).toBe(true)
  expect(pipe.calls).toEqual([{ name, request }])
})

test('whether an order key counts is the word of the engine: what it refuses is shown and nothing changes', async () => {
  pipe.refuse('suggestion/accept', 'order keys must be armed first', 'keysNotArmed')
  await letter('a')
  expect(noticeTitles()).toEqual(['order keys must be armed first'])
})

test('m opens the form of changes', async () => {
  await letter('m')
  expect(useView.getState().modifying).toBe(OPEN.id)
  expect(pipe.calls).toEqual([])
})

test('e explains the decision that is shown, whether it is open or not, and asks nothing by itself', async () => {
  showDesk({ decisions: [decisionOf({ id: 'past', status: 'rejected' }), OPEN] })
  await letter('e')
  expect(useView.getState()).toMatchObject({ dialog: 'explanation', explained: OPEN.id })
  setView({ dialog: undefined, shownDecision: 'past' })
  await letter('e')
  expect(useView.getState()).toMatchObject({ dialog: 'explanation', explained: 'past' })
  showDesk({ decisions: [] })
  setView({ dialog: undefined })
  await letter('e')
  expect(useView.getState().dialog).toBeUndefined()
  expect(pipe.calls).toEqual([])
})

test('order keys do nothing while nothing is open', async () => {
  showDesk({ decisions: [decisionOf({ status: 'accepted' })] })
  for (const key of ['a', 'm', 'r']) await letter(key)
  await press('1', 'Digit1')
  expect(pipe.calls).toEqual([])
})

test('a digit rejects with the reason of that place, and with no other', async () => {
  await press('2', 'Digit2')
  await press('4', 'Digit4')
  expect(pipe.calls).toEqual([
    { name: 'suggestion/reject', request: { id: OPEN.id, via: 'key', reason: 'Bad price' } },
  ])
})

test('a digit gives a wait no reason', async () => {
  showDesk({ decisions: [waitOf()] })
  await press('1', 'Digit1')
  expect(pipe.calls).toEqual([])
})

test('where an outcome is shown, digits rate it from one to five', async () => {
  const ended = decisionOf({ id: 'past', status: 'rejected', outcome: outcomeOf(20) })
  showDesk({ decisions: [ended, OPEN], reasons: 'one two three four five six'.split(' ') })
  setView({ shownDecision: 'past' })
  await press('5', 'Digit5')
  await press('6', 'Digit6')
  expect(pipe.calls).toEqual([{ name: 'outcome/rate', request: { id: 'past', rating: 5 } }])
})

test.each([
  ['1', 'cockpit'],
  ['2', 'day'],
  ['3', 'health'],
  ['4', 'machine'],
  ['5', 'learning'],
  ['6', 'backtest'],
])('with the modifier a digit shows a page and answers nothing', async (digit, page) => {
  setView({ page: digit === '1' ? 'day' : 'cockpit' })
  expect(await press(digit, `Digit${digit}`, { ctrlKey: true })).toBe(true)
  expect(useView.getState().page).toBe(page)
  expect(pipe.calls).toEqual([])
})

test.each<readonly [string, () => Element]>([
  ['a text field', () => document.createElement('input')],
  ['a comment', () => document.createElement('textarea')],
  ['a list of choices', () => document.createElement('select')],
  [
    'a text that is edited in place',
    () => Object.assign(document.createElement('div'), { contentEditable: 'true' }),
  ],
])('no key acts in %s', async (_, make) => {
  const target = make()
  document.body.append(target)
  for (const key of ['a', 'r', 'm', 'c', '[']) await letter(key, {}, target)
  await press('1', 'Digit1', {}, target)
  await press('2', 'Digit2', { ctrlKey: true }, target)
  expect(pipe.calls).toEqual([])
  expect(useView.getState()).toMatchObject({ page: 'cockpit', modifying: undefined })
})

test.each(['range', 'checkbox'])('a %s takes no letters, so keys act there', async type => {
  const target = Object.assign(document.createElement('input'), { type })
  document.body.append(target)
  await letter('r', {}, target)
  expect(pipe.requests('suggestion/reject')).toHaveLength(1)
})

test('a key that is held down acts once', async () => {
  for (const repeat of [false, true, true]) {
    const event = { key: 'a', code: 'KeyA', bubbles: true, repeat }
    document.body.dispatchEvent(new KeyboardEvent('keydown', event))
  }
  await settled()
  expect(pipe.requests('suggestion/accept')).toHaveLength(1)
})

test('a key with another modifier than its own does nothing', async () => {
  for (const held of [{ ctrlKey: true }, { altKey: true }, { shiftKey: true }]) await letter('a', held)
  await press('1', 'Digit1', { altKey: true })
  expect(pipe.calls).toEqual([])
})

test('while a dialog is open plain keys do nothing, and those with a modifier still act', async () => {
  setView({ dialog: 'limits' })
  for (const key of ['a', 'r']) await letter(key)
  await press('1', 'Digit1')
  expect(pipe.calls).toEqual([])
  await press('3', 'Digit3', { ctrlKey: true })
  expect(useView.getState().page).toBe('health')
})

test('while the open suggestion is being changed, order keys do nothing', async () => {
  setView({ modifying: OPEN.id })
  for (const key of ['a', 'r']) await letter(key)
  await press('1', 'Digit1')
  expect(pipe.calls).toEqual([])
})

test('order keys come back when the suggestion that was being changed is over', async () => {
  setView({ modifying: OPEN.id })
  const next = decisionOf({ id: 'next' })
  showDesk({ decisions: [decisionOf({ status: 'lapsed' }), next] })
  await letter('r')
  expect(pipe.requests('suggestion/reject')).toEqual([{ id: 'next', via: 'key' }])
})

test('the kill switch acts with all its keys, also over a dialog', async () => {
  setView({ dialog: 'palette' })
  await letter('k', { ctrlKey: true, altKey: true, shiftKey: true })
  expect(pipe.calls).toEqual([{ name: 'killSwitch/flatten', request: { via: 'key', immediately: false } }])
  await letter('k', { ctrlKey: true, altKey: true })
  expect(pipe.requests('killSwitch/flatten')).toHaveLength(1)
})

test('escape keeps the positions while everything is being closed, wherever the focus is, and else does nothing', async () => {
  const field = document.createElement('input')
  document.body.append(field)
  await press('Escape', 'Escape')
  expect(pipe.calls).toEqual([])
  showDesk({ flattening: { since: NOW, closesAt: NOW + 1000 } })
  await press('Escape', 'Escape', {}, field)
  expect(pipe.calls).toEqual([{ name: 'killSwitch/keep', request: { via: 'key' } }])
})

test('Escape leaves the form of a suggestion, unless what lies above it took the key', async () => {
  const open = { modifying: 'session/1', draft: { decision: 'session/1', strikes: [680, 677] } }
  setView(open)
  const taken = (event: KeyboardEvent) => event.preventDefault()
  document.addEventListener('keydown', taken, { once: true })
  await press('Escape', 'Escape')
  expect(useView.getState()).toMatchObject(open)
  await press('Escape', 'Escape')
  expect(useView.getState()).toMatchObject({ modifying: undefined, draft: undefined })
  expect(pipe.calls).toEqual([])
})

test('the order keys are armed with their own key', async () => {
  await letter('a', { ctrlKey: true, shiftKey: true })
  expect(pipe.calls).toEqual([{ name: 'keys/arm', request: { minutes: 10 } }])
})

test('keys that were taken away do nothing', async () => {
  remove()
  await letter('a')
  expect(pipe.calls).toEqual([])
})

test('an order key pressed while a past decision is shown only brings the open one into sight', async () => {
  showDesk({ decisions: [decisionOf({ id: 'past', status: 'rejected' }), OPEN] })
  setView({ shownDecision: 'past' })
  for (const key of ['a', 'm', 'r']) {
    setView({ shownDecision: 'past' })
    await letter(key)
    expect(useView.getState().shownDecision).toBeUndefined()
  }
  expect(pipe.calls).toEqual([])
  await letter('a')
  expect(pipe.calls).toHaveLength(1)
})

test('the kill switch acts also while somebody types', async () => {
  const field = document.body.appendChild(document.createElement('input'))
  await press('K', 'KeyK', { ctrlKey: true, altKey: true, shiftKey: true }, field)
  expect(pipe.calls.map(({ name }) => name)).toEqual(['killSwitch/flatten'])
})

test('what is typed into the editor of code is no order, though it stands in a shadow root', async () => {
  const host = document.body.appendChild(document.createElement('div'))
  const editor = document.createElement('div')
  editor.contentEditable = 'true'
  host.attachShadow({ mode: 'open' }).append(editor)
  const event = new KeyboardEvent('keydown', { key: 'r', code: 'KeyR', bubbles: true, composed: true })
  editor.dispatchEvent(event)
  await settled()
  expect(pipe.calls).toEqual([])
})
