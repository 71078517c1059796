import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { decode, encode } from '../contract/codec.ts'
import { temporaryFolder } from '../fixtures/folder.ts'
import { callRunning } from './control.ts'

const START = join(import.meta.dirname, 'start.ts')

interface Running {
  readonly child: ChildProcess
  out: string
  errors: string
  readonly ended: Promise<number | null>
}

/** Starts the program behind its loopback shell, with nothing of this machine's own settings. */
function start(...given: string[]): Running {
  const env = { PATH: process.env['PATH'], HOME: '/nowhere', NODE_NO_WARNINGS: '1' }
  const child = spawn(process.execPath, [START, '--no-open', ...given], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = new Promise<number | null>(resolve => child.on('exit', resolve))
  const running: Running = { child, out: '', errors: '', ended }
  child.stdout.on('data', data => (running.out += String(data)))
  child.stderr.on('data', data => (running.errors += String(data)))
  return running
}

/** The exit code, or what it was that did not end. */
function ending(running: Running): Promise<number | string | null> {
  const late = new Promise<string>(resolve => setTimeout(resolve, 8000, 'still running'))
  return Promise.race([running.ended, late])
}

test('starts, lets in who has the address, obeys the command line, and ends when told to', async () => {
  const folder = temporaryFolder()
  const running = start('--data-dir', folder, '--date', '2026-11-20', '--port', '0')
  await expect.poll(() => running.out, { timeout: 15_000 }).toContain('The session runs. Ctrl+C ends it.\n')
  const [address = ''] = /http:\/\/127\.0\.0\.1:\d+\/enter\?t=[\w-]+/.exec(running.out) ?? []
  const entered = await fetch(address, { redirect: 'manual' })
  expect([entered.status, (await fetch(address, { redirect: 'manual' })).status]).toEqual([303, 403])
  const reply = await callRunning(folder, encode({ name: 'health/get', request: {} }))
  expect(reply && decode(reply)).toMatchObject({ ok: true, value: { policy: { restarts: 0 } } })
  const second = start('--data-dir', folder)
  expect(await ending(second)).toBe(2)
  expect(second.errors).toBe(`another cockpit runs on ${folder}; close it first\n`)
  running.child.kill('SIGTERM')
  expect(await ending(running)).toBe(0)
  expect(running.errors).toBe('')
  expect(await callRunning(folder, encode({ name: 'health/get', request: {} }))).toBeUndefined()
}, 30_000)

test('killed in the middle, it starts again on the same folder and goes on', async () => {
  const folder = temporaryFolder()
  const given = ['--data-dir', folder, '--date', '2026-11-20', '--speed', '60']
  const first = start(...given)
  await expect.poll(() => first.out, { timeout: 15_000 }).toContain('The session runs')
  const entries = async () => {
    const reply = await callRunning(folder, encode({ name: 'health/get', request: {} }))
    const { value } = (reply ? decode(reply) : {}) as {
      readonly value?: { readonly database: { readonly entries: number } }
    }
    return value?.database.entries ?? 0
  }
  await expect.poll(entries, { timeout: 8000 }).toBeGreaterThan(3)
  const before = await entries()
  first.child.kill('SIGKILL')
  await first.ended
  const again = start(...given)
  await expect.poll(() => again.out, { timeout: 15_000 }).toContain('The session runs')
  expect(await entries()).toBeGreaterThanOrEqual(before)
  again.child.kill('SIGTERM')
  expect(await ending(again)).toBe(0)
}, 40_000)

test.each([
  [['--speed', '-1'], /^feed\.speed must be a number above 0, is -1\. Not started\.$/],
  [['--sped', '5'], /^unknown option '--sped'$/],
  [['--feed', 'replay', '--session', '/absent.parquet'], /^session: there is no file \/absent\.parquet$/],
  [['--date', '2026-11-21'], /^feed\.date must be a trading day, is 2026-11-21$/],
])(
  'told %j, it ends with 2 and one line that says why',
  async (given, sentence) => {
    const running = start('--data-dir', temporaryFolder(), ...given)
    expect(await ending(running)).toBe(2)
    expect(running.errors.trimEnd()).toMatch(sentence)
  },
  20_000,
)

test('a settings file that is broken is left as it is', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'zerodte.json')
  writeFileSync(file, '{"feed": {"speed": 5,}}')
  const running = start('--data-dir', folder)
  expect(await ending(running)).toBe(2)
  expect(running.errors).toBe(`${file} must be JSON. Not started.\n`)
  expect(readFileSync(file, 'utf8')).toBe('{"feed": {"speed": 5,}}')
}, 20_000)
