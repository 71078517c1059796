import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { decode, encode } from '../contract/codec.ts'
import type {
  CallName,
  CallReply,
  CallRequest,
  CockpitHandle,
  TopicName,
  WireReply,
} from '../contract/wire.ts'
import { namesIn, temporaryFolder } from '../fixtures/folder.ts'
import { DATE, clock } from '../fixtures/market.ts'
import { openSessionFile } from '../adapters/history/sessionFile.ts'
import { defaultSettings, type Settings } from '../adapters/settings/settings.ts'
import { NotStarted, startCockpit } from './cockpit.ts'
import { openNative } from '../adapters/pricer/openPricer.ts'
import { findPlaces } from './resolveSettings.ts'

const PLACES = findPlaces()

/** What is said where nothing could be compiled. */
const NOT_BUILT =
  openNative(PLACES.native).state === 'open'
    ? []
    : [expect.stringMatching(/^The TypeScript reference computes the chain: /)]

function settingsIn(folder: string, feed: Partial<Settings['feed']> = {}): Settings {
  const settings = defaultSettings(PLACES.assets, clock(12, 0))
  const market = { ...settings.feed, date: DATE, seed: 5, speed: 20, ...feed }
  return { ...settings, feed: market, data: { folder } }
}

async function started(folder: string, feed: Partial<Settings['feed']> = {}) {
  const cockpit = await startCockpit(settingsIn(folder, feed), PLACES, 'web')
  let isOpen = true
  const close = async () => {
    if (isOpen) await cockpit.close()
    isOpen = false
  }
  onTestFinished(close)
  await cockpit.ready
  return { cockpit, close }
}

async function call<Name extends CallName>(
  cockpit: CockpitHandle,
  name: Name,
  request: CallRequest<Name>,
): Promise<CallReply<Name>> {
  // What the cockpit answers has this shape by contract
  const reply = decode(await cockpit.call(encode({ name, request }))) as WireReply
  if (!reply.ok) throw new Error(`${reply.code}: ${reply.message}`)
  return reply.value as CallReply<Name>
}

const sleep = (time: number) => new Promise(resolve => setTimeout(resolve, time))

test('a running cockpit answers what a client may ask, and tells every topic to who listens', async () => {
  const folder = temporaryFolder()
  const { cockpit } = await started(folder)
  const heard = new Map<TopicName, number>()
  const detach = cockpit.attach({
    push(bytes) {
      const { topic } = decode(bytes) as { readonly topic: TopicName }
      heard.set(topic, (heard.get(topic) ?? 0) + 1)
    },
    isBusy: () => false,
  })
  await expect
    .poll(() => [...heard.keys()].sort(), { timeout: 10_000 })
    .toEqual(['audit', 'chain', 'curves', 'pulse'])
  detach()
  const before = new Map(heard)
  await sleep(300)
  expect(heard).toEqual(before)

  const snapshot = await call(cockpit, 'snapshot/get', {})
  expect(snapshot).toMatchObject({ shell: 'web', notices: NOT_BUILT })
  await call(cockpit, 'layout/save', { display: 'main', layout: '{"a":1}' })
  expect(await call(cockpit, 'layout/get', { display: 'main' })).toBe('{"a":1}')
  const health = await call(cockpit, 'health/get', {})
  expect(health.database).toMatchObject({ file: join(folder, 'memory.db') })
  expect(health.quotes.accepted).toBeGreaterThan(100)
  await expect
    .poll(async () => (await call(cockpit, 'journal/query', { limit: 5 })).length, { timeout: 10_000 })
    .toBeGreaterThan(0)
}, 20_000)

test('paused, a session stands still, and let go it moves on', async () => {
  const { cockpit } = await started(temporaryFolder())
  const accepted = async () => (await call(cockpit, 'health/get', {})).quotes.accepted
  await call(cockpit, 'playback/set', { isPaused: true })
  await sleep(150)
  const still = await accepted()
  await sleep(200)
  expect(await accepted()).toBe(still)
  await call(cockpit, 'playback/set', { isPaused: false, speed: 50 })
  await expect.poll(accepted).toBeGreaterThan(still)
})

test('a window that is opened while the session stands still is shown the chain at once', async () => {
  const { cockpit } = await started(temporaryFolder())
  cockpit.attach({ push: () => undefined, isBusy: () => false })
  await sleep(300)
  await call(cockpit, 'playback/set', { isPaused: true })
  await sleep(150)
  const topics: string[] = []
  cockpit.attach({
    push: bytes => void topics.push((decode(bytes) as { readonly topic: TopicName }).topic),
    isBusy: () => false,
  })
  expect(topics).toEqual(expect.arrayContaining(['chain', 'pulse', 'curves']))
})

test('a recording that is switched on in the middle is a session file of what came since', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'recorded.parquet')
  const { cockpit } = await started(folder)
  await call(cockpit, 'recording/start', { file })
  await expect(call(cockpit, 'recording/start', { file })).rejects.toThrow(
    `${file} is being recorded already`,
  )
  await sleep(400)
  const { rows } = await call(cockpit, 'recording/stop', {})
  expect(rows).toBeGreaterThan(100)
  const opened = await openSessionFile(file)
  expect(opened).toMatchObject({ ok: true, value: { header: { date: DATE, underlying: 'SPY' } } })
  if (opened.ok) await opened.value.close()
  expect(await call(cockpit, 'recording/stop', {})).toEqual({ rows: 0 })
})

test('started again, a session goes on where it stood, with everything it remembers', async () => {
  const folder = temporaryFolder()
  const first = await started(folder, { speed: 60 })
  await expect
    .poll(async () => (await call(first.cockpit, 'journal/query', { limit: 5 })).length, { timeout: 10_000 })
    .toBeGreaterThan(0)
  await first.close()
  const database = new Database(join(folder, 'memory.db'), { readonly: true })
  const last = Number(database.prepare('SELECT max(time) FROM journal').pluck().get())
  const lines = Number(database.prepare('SELECT count(*) FROM journal').pluck().get())
  database.close()
  const { cockpit } = await started(folder)
  const health = await call(cockpit, 'health/get', {})
  expect(health.database.entries).toBeGreaterThanOrEqual(lines)
  expect((await call(cockpit, 'journal/query', { limit: 100 })).length).toBeGreaterThan(0)
  expect(last).toBeGreaterThanOrEqual(clock(10, 0))
}, 20_000)

test('a damaged memory is set aside, byte for byte, and the trader is told', async () => {
  const folder = temporaryFolder()
  const rubbish = Buffer.from('no database at all '.repeat(500))
  writeFileSync(join(folder, 'memory.db'), rubbish)
  const { cockpit } = await started(folder)
  const { notices } = await call(cockpit, 'snapshot/get', {})
  expect(notices).toEqual([
    expect.stringMatching(
      /^The database was damaged\. It was moved to .*damaged-.*, untouched, and a new one/,
    ),
    ...NOT_BUILT,
  ])
  const aside = namesIn(folder).find(name => name.includes('damaged')) ?? ''
  expect(readFileSync(join(folder, aside)).equals(rubbish)).toBe(true)
})

test.each([
  [
    'a memory of a newer program',
    (folder: string) => newerMemory(folder),
    /^the database is of version 999, /,
  ],
  [
    'a damaged broker log',
    (folder: string) => damagedLog(folder),
    /broker\.jsonl must hold JSON in every line, line 1/,
  ],
])('%s is no start: the reason is one line, and nothing is changed', async (_what, prepare, sentence) => {
  const folder = temporaryFolder()
  const [name, content] = prepare(folder)
  const refused = await startCockpit(settingsIn(folder), PLACES, 'web').catch((cause: unknown) => cause)
  if (!(refused instanceof NotStarted)) throw new Error(`it must not start, was ${String(refused)}`)
  expect(refused.message).toMatch(sentence)
  expect(readFileSync(join(folder, name)).equals(content)).toBe(true)
})

test('a policy that does not fit, or is not there, is no start', async () => {
  const folder = temporaryFolder()
  const settings = settingsIn(folder)
  const absent = { ...settings, policy: { folder: join(folder, 'absent') } }
  await expect(startCockpit(absent, PLACES, 'web')).rejects.toThrow(/card\.json/)
  const card = { name: 'other', version: '1', observationVersion: 99, actionVersion: 1 }
  writeFileSync(join(folder, 'card.json'), JSON.stringify(card))
  await expect(startCockpit({ ...settings, policy: { folder } }, PLACES, 'web')).rejects.toThrow(
    /card\.json was refused: observationVersion of 1 must be \d+, is 99\.$/,
  )
})

function newerMemory(folder: string): readonly [string, Buffer] {
  const file = join(folder, 'memory.db')
  const database = new Database(file)
  database.pragma('journal_mode = WAL')
  database.pragma('user_version = 999')
  database.close()
  return ['memory.db', readFileSync(file)]
}

function damagedLog(folder: string): readonly [string, Buffer] {
  const content = Buffer.from('{"kind":"ord\n{"kind":"order"}\n')
  writeFileSync(join(folder, 'broker.jsonl'), content)
  return ['broker.jsonl', content]
}
