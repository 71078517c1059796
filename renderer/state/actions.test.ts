import { afterEach, beforeEach, expect, test } from 'vitest'
import { NOW, decisionOf, waitOf } from '../../main/fixtures/screen.ts'
import {
  newWindow,
  noticeTitles,
  openWindow,
  settled,
  showDesk,
  type TestPipe,
} from '../../main/fixtures/page.ts'
import * as actions from './actions.ts'
import { deskStore } from './deskStore.ts'
import { setView, useView } from './viewStore.ts'

const OPEN = decisionOf()
let pipe: TestPipe

beforeEach(() => {
  pipe = openWindow({ decisions: [OPEN] })
})

afterEach(() => {
  newWindow()
})

test.each([
  ['accept', () => actions.accept('a', 'key'), 'suggestion/accept', { id: 'a', via: 'key' }],
  ['reject', () => actions.reject('a', 'click'), 'suggestion/reject', { id: 'a', via: 'click' }],
  [
    'reject with a reason and a comment',
    () => actions.reject('a', 'click', 'Other', 'Fed at two'),
    'suggestion/reject',
    { id: 'a', via: 'click', reason: 'Other', comment: 'Fed at two' },
  ],
  [
    'reject with an empty comment',
    () => actions.reject('a', 'click', 'Other', ''),
    'suggestion/reject',
    { id: 'a', via: 'click', reason: 'Other' },
  ],
  ['let expire', () => actions.letExpire('a'), 'suggestion/lapse', { id: 'a', via: 'click' }],
  [
    'modify',
    () => actions.modify('a', { quantity: 1 }, 'click'),
    'suggestion/modify',
    { id: 'a', via: 'click', edits: { quantity: 1 } },
  ],
  ['flatten', () => actions.flattenAll('key'), 'killSwitch/flatten', { via: 'key', immediately: false }],
  ['keep', () => actions.keepPositions('key'), 'killSwitch/keep', { via: 'key' }],
] as const)('to %s asks the engine once, with what the schema wants', async (_, act, name, request) => {
  await act()
  expect(pipe.calls).toEqual([{ name, request }])
})

test('nothing is shown as answered before the engine has said so in an audit', async () => {
  const release = pipe.hold('suggestion/accept')
  const accepting = actions.accept(OPEN.id, 'click')
  await settled()
  expect(deskStore.getState().decisions).toEqual([OPEN])
  release()
  await accepting
  expect(deskStore.getState().decisions).toEqual([OPEN])
})

test('a refusal is shown in the words of the engine and changes nothing', async () => {
  pipe.refuse('suggestion/accept', 'order keys must be armed first', 'keysNotArmed')
  await actions.accept(OPEN.id, 'key')
  expect(noticeTitles()).toEqual(['order keys must be armed first'])
  expect(deskStore.getState().decisions).toEqual([OPEN])
})

test('a lost connection is shown like a refusal', async () => {
  pipe.lose('killSwitch/flatten', 'the connection to Zerodte was lost')
  await actions.flattenAll('click')
  expect(noticeTitles()).toEqual(['the connection to Zerodte was lost'])
})

test('the form of changes closes only once the change went out', async () => {
  setView({ modifying: OPEN.id })
  pipe.refuse('suggestion/modify', 'quantity: at most 3')
  expect(await actions.modify(OPEN.id, { quantity: 9 }, 'click')).toBe(false)
  expect(useView.getState().modifying).toBe(OPEN.id)
  pipe.answer('suggestion/modify', null)
  expect(await actions.modify(OPEN.id, { quantity: 1 }, 'click')).toBe(true)
  expect(useView.getState().modifying).toBeUndefined()
})

test('a comment stays on the screen until the engine has taken it', async () => {
  setView({ commenting: OPEN.id })
  pipe.lose('suggestion/reject', 'the connection to Zerodte was lost')
  await actions.reject(OPEN.id, 'click', 'Other', 'Fed at two')
  expect(useView.getState().commenting).toBe(OPEN.id)
  pipe.answer('suggestion/reject', null)
  await actions.reject(OPEN.id, 'click', 'Other', 'Fed at two')
  expect(useView.getState().commenting).toBeUndefined()
})

test('the order keys are armed for ten minutes, and made safe where they are armed', async () => {
  await actions.toggleKeys()
  showDesk({ keysArmedUntil: NOW + 600_000 })
  await actions.toggleKeys()
  expect(pipe.calls).toEqual([
    { name: 'keys/arm', request: { minutes: 10 } },
    { name: 'keys/disarm', request: {} },
  ])
})

test('keys answer the open decision, and say that they are keys', async () => {
  showDesk({ decisions: [decisionOf({ id: 'old', status: 'lapsed' }), OPEN] })
  await actions.answerByKey('accept')
  await actions.answerByKey('reject', 'Too risky')
  await actions.answerByKey('modify')
  expect(pipe.calls.map(call => call.request)).toEqual([
    { id: OPEN.id, via: 'key' },
    { id: OPEN.id, via: 'key', reason: 'Too risky' },
  ])
  expect(useView.getState().modifying).toBe(OPEN.id)
})

test('keys do nothing while no decision is open, and a wait has nothing to modify', async () => {
  showDesk({ decisions: [decisionOf({ status: 'accepted' })] })
  for (const kind of ['accept', 'modify', 'reject'] as const) await actions.answerByKey(kind)
  showDesk({ decisions: [waitOf()] })
  await actions.answerByKey('modify')
  expect(pipe.calls).toEqual([])
  expect(useView.getState().modifying).toBeUndefined()
})
