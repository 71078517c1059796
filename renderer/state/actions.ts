import type { CallName, CallRequest } from '../../main/contract/wire.ts'
import type { Answer, Connection } from '../../main/contract/client.ts'
import { deskStore, openDecision } from './deskStore.ts'
import { showToast } from './toasts.ts'
import { setView, useView } from './viewStore.ts'

/** How the trader gave an order. */
export type Via = 'click' | 'key'

type Edits = CallRequest<'suggestion/modify'>['edits']

let connection: Connection | undefined

/** Names the connection that actions go over. */
export function setConnection(next: Connection): void {
  connection = next
}

/** Asks the engine; a refusal is only returned. */
export async function ask<Name extends CallName>(
  name: Name,
  request: CallRequest<Name>,
): Promise<Answer<Name>> {
  return connection
    ? connection.call(name, request)
    : { ok: false, code: 'disconnected', message: 'Zerodte is not connected' }
}

/** Calls the engine; a refusal is shown and returned. */
export async function call<Name extends CallName>(
  name: Name,
  request: CallRequest<Name>,
): Promise<Answer<Name>> {
  const answer = await ask(name, request)
  if (!answer.ok) showToast({ kind: 'refused', title: answer.message, body: '' })
  return answer
}

/** Says yes to what is open. */
export async function accept(id: string, via: Via): Promise<void> {
  await call('suggestion/accept', { id, via })
}

/** Says no, with a reason where one was tapped. */
export async function reject(id: string, via: Via, reason?: string, comment?: string): Promise<void> {
  const answer = await call('suggestion/reject', {
    id,
    via,
    ...(reason === undefined ? {} : { reason }),
    ...(comment ? { comment } : {}),
  })
  if (answer.ok) setView({ commenting: undefined })
}

/** Lets what is open go without an answer. */
export async function letExpire(id: string): Promise<void> {
  await call('suggestion/lapse', { id, via: 'click' })
}

/** Says yes to a changed suggestion; true when it went out. */
export async function modify(id: string, edits: Edits, via: Via): Promise<boolean> {
  const answer = await call('suggestion/modify', { id, edits, via })
  if (answer.ok) setView({ modifying: undefined, draft: undefined })
  return answer.ok
}

/** Cancels everything at once and starts to close everything a second later. */
export async function flattenAll(via: Via): Promise<void> {
  await call('killSwitch/flatten', { via, immediately: false })
}

/** Keeps the positions while there is still time. */
export async function keepPositions(via: Via): Promise<void> {
  await call('killSwitch/keep', { via })
}

/** Arms the order keys for ten minutes, or makes them safe again. */
export async function toggleKeys(): Promise<void> {
  const armed = deskStore.getState().keysArmedUntil !== undefined
  if (armed) await call('keys/disarm', {})
  else await call('keys/arm', { minutes: 10 })
}

/** What a key means for the open decision; nothing while none is open. One that is not in sight is only shown. */
export async function answerByKey(kind: 'accept' | 'modify' | 'reject', reason?: string): Promise<void> {
  const open = openDecision(deskStore.getState())
  if (!open) return
  const { shownDecision } = useView.getState()
  if (shownDecision !== undefined && shownDecision !== open.id) {
    setView({ shownDecision: undefined })
    showToast({ kind: 'refused', title: 'This is the open suggestion. Press again to answer it.', body: '' })
    return
  }
  if (kind === 'accept') await accept(open.id, 'key')
  else if (kind === 'reject') await reject(open.id, 'key', reason)
  else if (open.proposal) setView({ modifying: open.id })
}
