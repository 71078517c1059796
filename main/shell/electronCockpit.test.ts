import { defaultSettings } from '../adapters/settings/settings.ts'
import { expect, onTestFinished, test, vi } from 'vitest'
import { connect, type Connection } from '../contract/client.ts'
import { decode, encode } from '../contract/codec.ts'
import type { TopicName, WireReply } from '../contract/wire.ts'
import { loaded, startShell, type RunningShell } from '../fixtures/electronShell.ts'
import { namesIn, temporaryFolder } from '../fixtures/folder.ts'
import { callRunning } from './control.ts'

const DAY = ['--date', '2026-11-20', '--seed', '5', '--speed', '20']

/** What a page would hear, told from a secret that the environment of the program holds. */
const SECRET = 'broker-key-that-no-page-may-see'

interface Desk {
  readonly shell: RunningShell
  readonly connection: Connection
  readonly folder: string
}

/** The whole program on a data folder of its own, with a page that is connected as the real one is. */
async function openDesk(folder: string): Promise<Desk> {
  const shell = await startShell({ given: ['--data-dir', folder, ...DAY] })
  await loaded(shell)
  return { shell, connection: connect(shell.pipe), folder }
}

async function ended({ shell }: Desk): Promise<void> {
  shell.window.close()
  await vi.waitUntil(() => shell.desktop.app.exitCode === 0, { timeout: 8000 })
}

/** How many decisions the journal of a desk holds. */
async function decisions({ connection }: Desk): Promise<readonly string[]> {
  const reply = await connection.call('journal/query', { limit: 100 })
  if (!reply.ok) throw new Error(reply.message)
  return reply.value.map(({ id }) => id)
}

test('the whole program runs behind the window: calls by contract, every topic, and the socket of its folder', async () => {
  const desk = await openDesk(temporaryFolder())
  const { connection, folder, shell } = desk
  const heard = new Set<TopicName>()
  for (const topic of ['audit', 'chain', 'pulse', 'curves'] as const)
    connection.on(topic, () => heard.add(topic))
  await vi.waitUntil(() => heard.size === 4, { timeout: 10_000 })
  expect(await connection.call('snapshot/get', {})).toMatchObject({
    ok: true,
    value: { shell: 'electron', account: { mode: 'paper' } },
  })
  expect(namesIn(folder)).toEqual(expect.arrayContaining(['control.sock', 'memory.db', 'window']))
  const answer = await callRunning(folder, encode({ name: 'health/get', request: {} }))
  expect(decode(answer ?? new Uint8Array())).toMatchObject({ ok: true })
  await ended(desk)
  expect(namesIn(folder)).not.toContain('control.sock')
  expect(shell.said).toEqual([])
}, 30_000)

test('8: the contract says what may be called, with what, how large and how often', async () => {
  const { shell, connection } = await openDesk(temporaryFolder())
  const code = async (name: string, request: unknown) => {
    // What the program answers has this shape by contract
    const reply = decode(await shell.pipe.call(encode({ name, request }))) as WireReply
    return reply.ok ? 'ok' : reply.code
  }
  expect(await code('wire/echo', { value: 1 })).toBe('ok')
  for (const name of ['constructor', '__proto__', 'shell/run', ''])
    expect(await code(name, {})).toBe('noSuchCall')
  expect(await code('journal/query', { limit: 1e9 })).toBe('badRequest')
  expect(await code('snapshot/get', { more: true })).toBe('badRequest')
  const large = { display: 'main', layout: 'x'.repeat(2 << 20) }
  expect(await connection.call('layout/save', large)).toMatchObject({ ok: false, code: 'tooLarge' })
  const orders = await Promise.all(
    Array.from({ length: 60 }, () => code('suggestion/accept', { id: 'none', via: 'click' })),
  )
  expect(orders).toContain('tooMany')
  expect(await code('killSwitch/flatten', { via: 'click', immediately: true })).toBe('ok')
}, 30_000)

test('11: no secret of the environment, and none by name, reaches the page; the settings hold none', async () => {
  vi.stubEnv('ANTHROPIC_API_KEY', SECRET)
  onTestFinished(() => void vi.unstubAllEnvs())
  const { shell, connection } = await openDesk(temporaryFolder())
  let pushed = ''
  shell.pipe.onPush(bytes => (pushed += Buffer.from(bytes).toString('latin1')))
  const replies = await Promise.all([
    connection.call('snapshot/get', {}),
    connection.call('health/get', {}),
    connection.call('journal/query', { limit: 100 }),
  ])
  await vi.waitUntil(() => pushed.length > 100_000, { timeout: 8000 })
  const told = JSON.stringify(replies) + pushed
  expect(told.length).toBeGreaterThan(100_000)
  expect(told).not.toContain(SECRET)
  expect(told).not.toMatch(/"[^"]*(secret|password|apiKey|token)[^"]*":/i)
  const names = (value: unknown): string[] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([name, inner]) => [name, ...names(inner)])
      : []
  const settings = names(defaultSettings('/assets', 0))
  expect(settings).toContain('commission')
  expect(settings.filter(name => /secret|password|key|token|credential/i.test(name))).toEqual([])
}, 30_000)

test('16: the session goes on while its page is dead, and the new page finds it', async () => {
  const desk = await openDesk(temporaryFolder())
  const quotes = async (connection: Connection) => {
    const reply = await connection.call('health/get', {})
    return reply.ok ? reply.value.quotes.accepted : 0
  }
  const before = await quotes(desk.connection)
  desk.shell.window.webContents.die('crashed')
  await vi.waitUntil(() => desk.shell.window.webContents.page !== undefined, { timeout: 8000 })
  await loaded(desk.shell)
  const fresh = connect(desk.shell.pipe)
  expect(await quotes(fresh)).toBeGreaterThan(before)
  let frames = 0
  fresh.on('pulse', () => (frames += 1))
  await vi.waitUntil(() => frames > 2, { timeout: 8000 })
}, 30_000)

test('closed and started again on the same folder, it has its journal, and the key of the kill switch works', async () => {
  const folder = temporaryFolder()
  const first = await openDesk(folder)
  await vi.waitUntil(async () => (await decisions(first)).length > 0, { timeout: 12_000, interval: 100 })
  const before = await decisions(first)
  await ended(first)
  const again = await openDesk(folder)
  expect(await decisions(again)).toEqual(expect.arrayContaining([...before]))
  const alerts: string[] = []
  again.connection.on('audit', ({ facts }) => alerts.push(...facts.map(({ kind }) => kind)))
  again.shell.desktop.press('Control+Alt+Command+K')
  await vi.waitUntil(() => alerts.some(kind => /flatten/i.test(kind)), { timeout: 8000 })
}, 40_000)

test('a second program on the same folder is refused in one line with 2', async () => {
  const folder = temporaryFolder()
  const first = await openDesk(folder)
  const second = await startShell({ given: ['--data-dir', folder, ...DAY] })
  await vi.waitUntil(() => second.desktop.app.exitCode !== undefined, { timeout: 8000 })
  expect(second.desktop.app.exitCode).toBe(2)
  expect(second.said).toEqual([`another cockpit runs on ${folder}; close it first`])
  expect(await first.connection.call('wire/echo', { value: 3 })).toEqual({ ok: true, value: { value: 3 } })
}, 30_000)
