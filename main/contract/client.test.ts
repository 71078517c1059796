import { expect, test } from 'vitest'
import { NOW, chainOf, pulseOf } from '../fixtures/screen.ts'
import { connect, type Connection } from './client.ts'
import { decode, encode } from './codec.ts'
import type { BytePipe, WireReply } from './wire.ts'

/** A connection whose other side answers as it is told, and the way to push through it. */
function connected(answer: (call: unknown) => Promise<WireReply>): {
  readonly connection: Connection
  readonly push: (message: unknown) => void
} {
  let listener: (bytes: Uint8Array) => void = () => undefined
  const pipe: BytePipe = {
    call: async bytes => encode(await answer(decode(bytes))),
    onPush: next => (listener = next),
    onConnection: next => next(true),
  }
  return { connection: connect(pipe), push: message => listener(encode(message)) }
}

test('a call goes out under its name, and its answer comes back as a value', async () => {
  const calls: unknown[] = []
  const { connection } = connected(async call => {
    calls.push(call)
    return { ok: true, value: { rows: 12 } }
  })
  expect(await connection.call('recording/stop', {})).toEqual({ ok: true, value: { rows: 12 } })
  expect(calls).toEqual([{ name: 'recording/stop', request: {} }])
})

test('a refusal comes back as a value with its code and its sentence', async () => {
  const refusal = { ok: false, code: 'keysNotArmed', message: 'order keys must be armed first' } as const
  const { connection } = connected(async () => refusal)
  expect(await connection.call('keys/disarm', {})).toEqual(refusal)
})

test.each([
  [new Error('the connection to Zerodte was lost'), 'the connection to Zerodte was lost'],
  ['gone', 'Zerodte is not connected'],
])('a pipe that fails with %s is an answer too, not an exception', async (cause, message) => {
  const { connection } = connected(() => Promise.reject(cause))
  expect(await connection.call('health/get', {})).toEqual({ ok: false, code: 'disconnected', message })
})

test('what the wire does not carry is refused before it is sent', async () => {
  const calls: unknown[] = []
  const { connection } = connected(async call => {
    calls.push(call)
    return { ok: true, value: null }
  })
  const answer = await connection.call('wire/echo', { value: new Date(0) })
  expect(answer).toMatchObject({ ok: false, message: 'the wire carries no Date' })
  expect(calls).toEqual([])
})

test('a push reaches every listener of its topic, in order, and nobody else', () => {
  const { connection, push } = connected(async () => ({ ok: true, value: null }))
  const heard: string[] = []
  connection.on('pulse', pulse => heard.push(`one ${pulse.regime}`))
  connection.on('pulse', pulse => heard.push(`two ${pulse.regime}`))
  connection.on('chain', chain => heard.push(`chain of ${chain.strikes.length}`))
  push({ topic: 'pulse', value: pulseOf({ regime: 0.25 }) })
  push({ topic: 'audit', value: { sequence: 1, time: NOW, facts: [] } })
  push({ topic: 'chain', value: chainOf([685, 690]) })
  push({ topic: 'pulse', value: pulseOf({ regime: -0.5 }) })
  expect(heard).toEqual(['one 0.25', 'two 0.25', 'chain of 2', 'one -0.5', 'two -0.5'])
})

test('whoever asks hears whether the other side is there', () => {
  const heard: boolean[] = []
  connected(async () => ({ ok: true, value: null })).connection.onConnection(is => heard.push(is))
  expect(heard).toEqual([true])
})
