import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { commands, requests, type Command } from '../contract/commands.ts'
import { decode, encode } from '../contract/codec.ts'
import type { PushTarget, WireReply } from '../contract/wire.ts'
import { comparisonOf, explanationOf } from '../fixtures/learningScreen.ts'
import { assistantHandlers } from './openAssistant.ts'
import { ContractServer, type RequestHandlers } from './contractServer.ts'

interface Door {
  readonly server: ContractServer
  /** Commands that came through. */
  readonly sent: Command[]
  call(name: string, request: unknown): Promise<WireReply>
}

const notAsked = () => Promise.reject(new Error('this must not be asked'))
const HANDLERS: RequestHandlers = {
  ...assistantAnswers(),
  'snapshot/get': notAsked,
  'journal/query': () => Promise.resolve([]),
  'layout/get': ({ display }) => Promise.resolve(display),
  'layout/save': () => Promise.resolve(null),
  'playback/set': () => Promise.resolve(null),
  'recording/start': ({ file }) => Promise.reject(new Error(`${file} is being recorded already`)),
  'recording/stop': () => Promise.resolve({ rows: 3 }),
  'health/get': notAsked,
  'machine/get': notAsked,
  'machine/measure': notAsked,
  'scenario/get': notAsked,
  'payoff/preview': notAsked,
  'learning/get': notAsked,
  'learning/train': ({ seed }) => Promise.resolve({ run: `train-${seed}` }),
  'learning/pause': () => Promise.resolve(null),
  'learning/stop': () => Promise.resolve(null),
  'learning/compare': ({ version }) => Promise.resolve(comparisonOf({ challenger: version })),
  'learning/promote': () => Promise.resolve(null),
  'learning/rollBack': () => Promise.resolve({ version: 'first-1' }),
  'experiments/get': () => Promise.resolve([]),
  'experiments/export': ({ address }) =>
    Promise.resolve({ address, metrics: 2, artefacts: 1, note: undefined }),
  'backtest/strategies': notAsked,
  'backtest/run': () => Promise.resolve({ id: 'backtest-1' }),
  'backtest/get': () => Promise.resolve(null),
  'explanation/get': () => Promise.resolve(explanationOf()),
  'wire/echo': ({ value }) => Promise.resolve({ value }),
}

/** The assistant is asked by its process, which has tests of its own. */
function assistantAnswers() {
  return assistantHandlers({
    process: { call: notAsked, onNews: () => undefined, close: () => Promise.resolve() },
    close: () => Promise.resolve(),
  })
}

function door(): Door {
  const sent: Command[] = []
  const server = new ContractServer(command => {
    sent.push(command)
    return Promise.resolve({ ok: true, value: null })
  }, HANDLERS)
  const call = async (name: string, request: unknown) =>
    // What the server answers has this shape by contract
    decode(await server.call(encode({ name, request }))) as WireReply
  return { server, sent, call }
}

const LIMITS = {
  maximumLossPerTrade: 250,
  dayLossLimit: 750,
  lotsPerOrder: 5,
  openContracts: 40,
  openStructures: 5,
  exposure: 5000,
  tradesPerSession: 20,
  maximumQuoteAge: 2000,
}

/** A right request of every call. */
const RIGHT: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'suggestion/accept': { id: 'a/1', via: 'click' },
  'suggestion/modify': { id: 'a/1', edits: { quantity: 2, strikes: [680, 683], limit: 0.4 }, via: 'key' },
  'suggestion/reject': { id: 'a/1', reason: 'too wide', comment: '', via: 'menu' },
  'suggestion/lapse': { id: 'a/1', via: 'cli' },
  'suggestion/preview': { id: 'a/1', edits: {} },
  'outcome/rate': { id: 'a/1', rating: 5 },
  'order/cancel': { id: 'a/1.1', via: 'api' },
  'position/close': { id: 'a/1', via: 'click' },
  'killSwitch/flatten': { via: 'menu', immediately: true },
  'killSwitch/keep': { via: 'menu' },
  'keys/arm': { minutes: 5 },
  'keys/disarm': {},
  'limits/set': LIMITS,
  'sizing/set': { by: 'kelly', bankroll: 40_000, volatilityTarget: 0.2 },
  'reasons/set': { reasons: ['too wide'] },
  'alerts/setRules': { rules: [{ kind: 'dayLoss', isOn: true, threshold: 100 }] },
  'alerts/see': { ids: ['a!1'] },
  'journal/query': { limit: 10 },
  'layout/get': { display: 'main' },
  'layout/save': { display: 'main', layout: '{}' },
  'playback/set': { speed: 5, isPaused: false },
  'recording/stop': {},
  'learning/train': { seed: 7, budget: 'short' },
  'learning/pause': { isPaused: true },
  'learning/stop': {},
  'learning/compare': { version: 'challenger-42' },
  'learning/promote': { version: 'challenger-42' },
  'learning/rollBack': {},
  'experiments/get': { ids: ['train-41'] },
  'experiments/export': { id: 'train-41', address: 'http://127.0.0.1:5000' },
  'backtest/run': { strategy: 'doNothing', data: { kind: 'simulated', seed: 1, sessions: 8 } },
  'backtest/get': { id: 'backtest-1' },
  'explanation/get': { id: 'a/1', method: 'exact' },
  'wire/echo': { value: 1 },
}

test('every command has a right request here, and the right one comes through as it is', async () => {
  const { call, sent } = door()
  expect(Object.keys(RIGHT)).toEqual(expect.arrayContaining(Object.keys(commands)))
  const known = Object.keys(requests).filter(name => name in RIGHT)
  for (const name of [...Object.keys(commands), ...known])
    expect([name, await call(name, RIGHT[name])]).toMatchObject([name, { ok: true }])
  expect(sent).toEqual(Object.keys(commands).map(name => ({ name, request: RIGHT[name] })))
})

/** Every field of every right request, and every way to get it wrong. */
const spoiled = Object.entries(RIGHT).flatMap(([name, request]) =>
  Object.keys(request)
    .filter(field => name !== 'wire/echo' || field !== 'value')
    .map((field): [string, string] => [name, field]),
)
test.each(spoiled)(
  '%s with a wrong %s is refused with the field and the rule, and does nothing',
  async (name, field) => {
    const { call, sent } = door()
    const complaints: string[] = []
    for (const value of [null, 'no', -1, 1e9, Number.NaN, [], {}, true, 'x'.repeat(300_000), ['', -1]]) {
      const reply = await call(name, { ...RIGHT[name], [field]: value })
      // A text where any text will do, a flag where a flag is asked
      if (reply.ok && typeof value === typeof RIGHT[name]?.[field]) sent.pop()
      else complaints.push(reply.ok ? `took ${String(value)}` : `${reply.code} ${reply.message}`)
    }
    const rule = new RegExp(`^badRequest ${field}(\\.[\\w.]+)?: .{4,}`)
    expect(complaints.length).toBeGreaterThan(4)
    expect(complaints.filter(complaint => !rule.test(complaint))).toEqual([])
    expect(sent).toEqual([])
  },
)

test.each(Object.keys(RIGHT))('%s refuses a field that nobody knows', async name => {
  const { call, sent } = door()
  expect(await call(name, { ...RIGHT[name], more: 1 })).toMatchObject({
    ok: false,
    code: 'badRequest',
    message: 'request: Unrecognized key: "more"',
  })
  expect(sent).toEqual([])
})

test('a call that nobody knows is refused by name, also where an object would know it', async () => {
  const { call, sent } = door()
  for (const name of ['', 'order/place', 'toString', '__proto__', 'constructor', 'hasOwnProperty'])
    expect(await call(name, {})).toEqual({
      ok: false,
      code: 'noSuchCall',
      message: `there is no call "${name}"`,
    })
  expect(sent).toEqual([])
})

test.each([
  [1],
  ['text'],
  [null],
  [[]],
  [{}],
  [{ name: 'keys/disarm' }],
  [{ request: {} }],
  [{ name: 3, request: {} }],
])('what is no call is refused: %j', async message => {
  const { server, sent } = door()
  expect(decode(await server.call(encode(message)))).toMatchObject({ ok: false, code: 'badRequest' })
  expect(sent).toEqual([])
})

test('whatever bytes come, the answer is a reply, and the engine hears of nothing', async () => {
  const { server, sent } = door()
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), async bytes => {
      const reply = decode(await server.call(bytes))
      expect(reply).toMatchObject({ ok: false, message: expect.any(String) })
    }),
  )
  expect(sent).toEqual([])
})

test('an echo gives back what can be sent at all', async () => {
  const { call } = door()
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async value => {
      expect(await call('wire/echo', { value })).toEqual({ ok: true, value: { value } })
    }),
    { numRuns: 60 },
  )
})

test('a call that is nested without end, or too large, is a refusal and no end of the program', async () => {
  const { server, call } = door()
  for (const depth of [1000, 3000, 5000, 20_000, 200_000]) {
    const header = `{"name":"wire/echo","request":{"value":${'['.repeat(depth)}${']'.repeat(depth)}}}`
    const size = Math.ceil((4 + header.length) / 8) * 8
    const bytes = new Uint8Array(size)
    new DataView(bytes.buffer).setUint32(0, header.length, true)
    bytes.set(new TextEncoder().encode(header), 4)
    expect(decode(await server.call(bytes))).toHaveProperty('ok')
  }
  const large = 'x'.repeat((1 << 20) + 1)
  expect(await call('layout/save', { display: 'main', layout: large })).toMatchObject({
    code: 'tooLarge',
    message: expect.stringMatching(/^a call must be at most 1048576 bytes, was \d+$/),
  })
})

test('a handler that fails is a refusal in its own words, and one that answers nonsense is one too', async () => {
  const { call } = door()
  expect(await call('recording/start', { file: '/tmp/a' })).toEqual({
    ok: false,
    code: 'internal',
    message: '/tmp/a is being recorded already',
  })
  const echo = () => Promise.resolve({ value: new Date(0) })
  const server = new ContractServer(notAsked, { ...HANDLERS, 'wire/echo': echo })
  const reply = decode(await server.call(encode({ name: 'wire/echo', request: { value: 1 } })))
  expect(reply).toEqual({ ok: false, code: 'internal', message: 'the wire carries no Date' })
})

test('a runaway client is held up at twenty orders and four hundred calls, the kill switch at none', async () => {
  const { call, sent } = door()
  const many = async (name: string, count: number) =>
    (await Promise.all(Array.from({ length: count }, () => call(name, RIGHT[name])))).filter(
      reply => reply.ok,
    ).length
  expect(await many('suggestion/accept', 60)).toBeGreaterThanOrEqual(20)
  expect(sent.length).toBeLessThan(25)
  const refused = await call('order/cancel', RIGHT['order/cancel'])
  expect(refused).toMatchObject({ code: 'tooMany', message: 'at most 20 calls a second' })
  const calls = await many('wire/echo', 800)
  expect(calls).toBeGreaterThanOrEqual(400)
  expect(calls).toBeLessThan(600)
  expect(await many('killSwitch/flatten', 100)).toBe(100)
  await new Promise(resolve => setTimeout(resolve, 150))
  expect(await call('position/close', RIGHT['position/close'])).toMatchObject({ ok: true })
})

class Client implements PushTarget {
  readonly heard: unknown[] = []
  isSlow = false
  push(bytes: Uint8Array): void {
    const message = decode(bytes)
    if (typeof message === 'object' && message && 'topic' in message) this.heard.push(message.topic)
  }
  isBusy = () => this.isSlow
}

test('a slow client misses frames but never an audit, and nobody else misses anything', () => {
  const { server } = door()
  const [slow, quick] = [new Client(), new Client()]
  const leave = server.attach(slow)
  server.attach(quick)
  slow.isSlow = true
  const audit = { sequence: 1, time: 0, facts: [] }
  server.push('audit', audit)
  // Frames are told apart by their topic alone
  const frame = {} as never
  for (const topic of ['chain', 'pulse', 'curves'] as const) server.push(topic, frame)
  server.push('preference', frame)
  expect(slow.heard).toEqual(['audit', 'preference'])
  expect(quick.heard).toEqual(['audit', 'chain', 'pulse', 'curves', 'preference'])
  slow.isSlow = false
  server.push('pulse', frame)
  leave()
  server.push('audit', audit)
  expect(slow.heard).toEqual(['audit', 'preference', 'pulse'])
  expect(quick.heard.at(-1)).toBe('audit')
})

test('with nobody there, nothing is pushed', () => {
  const { server } = door()
  expect(server.hasClients).toBe(false)
  const leave = server.attach(new Client())
  expect(server.hasClients).toBe(true)
  leave()
  leave()
  expect(server.hasClients).toBe(false)
})
