import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findTools, openTestVerifier } from '../../fixtures/verifier.ts'
import type { Evaluated } from './evaluate.ts'
import type { Verifier } from './openVerifier.ts'
import { bubblewrap, findSandbox, seatbelt } from './sandbox.ts'
import { seatbeltProfile } from './seatbelt.ts'

const tools = await findTools()

describe.skipIf(tools === undefined)('code in the sandbox', () => {
  let open: Awaited<ReturnType<typeof openTestVerifier>>
  let folder: string
  let server: Server
  let port: number
  const reached: string[] = []

  beforeAll(async () => {
    open = await openTestVerifier()
    folder = mkdtempSync(join(tmpdir(), 'zerodte-escape-'))
    writeFileSync(join(folder, '.env'), 'BROKER_KEY=1234')
    mkdirSync(join(folder, '.ssh'))
    writeFileSync(join(folder, '.ssh', 'id_ed25519'), 'secret')
    mkdirSync(join(folder, 'research', '.keys'), { recursive: true })
    writeFileSync(join(folder, 'research', '.env'), 'BROKER_KEY=5678')
    writeFileSync(join(folder, 'research', '.keys', 'live'), 'BROKER_KEY=9012')
    writeFileSync(join(folder, 'beside.py'), 'ANSWER = 42\n')
    process.env['ZERODTE_TEST_SECRET'] = 'do not tell'
    server = createServer(socket => {
      reached.push('connected')
      socket.end()
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    port = typeof address === 'object' && address !== null ? address.port : 0
  }, 60_000)

  afterAll(async () => {
    delete process.env['ZERODTE_TEST_SECRET']
    await new Promise(resolve => server.close(resolve))
    await open.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Evaluates expressions over the modules that code would escape with; nothing of the gate stands before this. */
  const tryAll = (calls: readonly string[], seconds = 20, verifier: Verifier = open.verifier) =>
    verifier.evaluate({ module: ESCAPES, folder, calls, seconds })

  test('what computes works, with the libraries and what lies beside', async () => {
    const found = await tryAll(['np.arange(3).sum()', '__import__("beside").ANSWER', '1 / 0'])
    expect(found[0]).toEqual({ kind: 'value', text: '3', number: 3 })
    expect(found[1]).toEqual({ kind: 'value', text: '42', number: 42 })
    expect(found[2]).toEqual({ kind: 'exception', type: 'ZeroDivisionError', message: 'division by zero' })
  })

  test('no network: not this machine, not another, not even a socket', async () => {
    const found = await tryAll([
      `connect(${port})`,
      'socket.socket(socket.AF_UNIX)',
      'socket.create_connection(("1.1.1.1", 53), 1)',
      'socket.gethostbyname("example.com")',
      'ctypes.CDLL(None).socket(2, 1, 0)',
    ])
    expect(found.slice(0, 4).map(it => refusal(it))).toEqual([
      'PermissionError',
      'PermissionError',
      'PermissionError',
      'gaierror',
    ])
    expect(found[4]).toMatchObject({ number: -1 })
    expect(reached).toEqual([])
  })

  test('no file of his outside his folder, none at all to write but in the scratch folder, and no keys inside', async () => {
    const outside = join(tmpdir(), `zerodte-outside-${process.pid}`)
    const found = await tryAll([
      'open("/etc/passwd").read()',
      'os.listdir("/home")',
      'os.listdir("/root")',
      'os.listdir("/proc")',
      `open(${JSON.stringify(outside)}, "w").write("x")`,
      `open(${JSON.stringify(join(folder, 'beside.py'))}, "w").write("x")`,
      `os.remove(${JSON.stringify(join(folder, 'beside.py'))})`,
      'open("/usr/left.txt", "w").write("x")',
      'open("/left.txt", "w").write("x")',
      'open("/harness/harness.py", "a").write("x")',
      'open("/dev/shm/left.txt", "w").write("x")',
      'open("/dev/left.txt", "w").write("x")',
      `open(${JSON.stringify(join(folder, '.env'))}).read()`,
      `os.listdir(${JSON.stringify(join(folder, '.ssh'))})`,
      `open(${JSON.stringify(join(folder, 'research', '.env'))}).read()`,
      `os.listdir(${JSON.stringify(join(folder, 'research', '.keys'))})`,
      'open("kept.txt", "w").write("x")',
      'open("large.bin", "wb").write(bytes(200_000_000))',
    ])
    for (const one of found.slice(0, 12)) expect(one.kind).toBe('exception')
    expect(JSON.stringify(found)).not.toMatch(/1234|5678|9012/)
    expect([found[13], found[15]]).toMatchObject([{ text: '[]' }, { text: '[]' }])
    expect(found[16]).toMatchObject({ number: 1 })
    expect(found[17]?.kind).not.toBe('value')
    expect(existsSync(outside)).toBe(false)
    expect(readdirSync(folder).toSorted()).toEqual(['.env', '.ssh', 'beside.py', 'research'])
  })

  test('no new process, no other program, no fork bomb', async () => {
    const found = await tryAll([
      'os.fork()',
      'bomb()',
      'os.system("true")',
      'subprocess.run(["/usr/bin/true"])',
      'os.execv("/usr/bin/true", ["true"])',
      'ctypes.CDLL(None).syscall(56, 17, 0, 0, 0, 0)',
    ])
    expect(found.slice(0, 5).map(it => refusal(it))).toEqual([
      'PermissionError',
      'PermissionError',
      '',
      'PermissionError',
      'PermissionError',
    ])
    // What the C library gives where no shell could be started: 127 in the place of an exit code
    expect(found[2]).toMatchObject({ number: 127 << 8 })
    expect(found[5]).toMatchObject({ number: -1 })
  })

  test('nothing of his environment, and no other process to look at or to end', async () => {
    const found = await tryAll([
      'dict(os.environ)',
      'os.kill(os.getppid(), 9)',
      'os.kill(1, 9)',
      'os.kill(-1, 9)',
      'ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0)',
      'os.setpriority(os.PRIO_PROCESS, 0, 5)',
      '2 + 2',
    ])
    expect(found[0]?.kind === 'value' && found[0].text).not.toMatch(/SECRET|HOME': '\/(root|home)/)
    expect(found.slice(1, 4).map(it => refusal(it))).toEqual([
      'PermissionError',
      'PermissionError',
      'PermissionError',
    ])
    expect(found[4]).toMatchObject({ number: -1 })
    expect(refusal(found[5])).toBe('PermissionError')
    expect(found[6]).toMatchObject({ number: 4 })
  })

  test('the limits cannot be raised, the filter cannot be taken down, no new root and no mount', async () => {
    const found = await tryAll([
      'resource.setrlimit(resource.RLIMIT_AS, (-1, -1))',
      'ctypes.CDLL(None).prctl(22, 0, 0, 0, 0)',
      'os.chroot("/usr")',
      'ctypes.CDLL(None).unshare(0x10000000)',
      'ctypes.CDLL(None).mount(b"none", b"/scratch", b"tmpfs", 0, None)',
      'os.setuid(0)',
    ])
    expect(found.map(it => it.kind === 'exception' || (it.kind === 'value' && it.number === -1))).toEqual([
      true,
      true,
      true,
      true,
      true,
      true,
    ])
  })

  test('what never ends, eats memory, crashes or floods is a value, and what comes after it is still done', async () => {
    const found = await tryAll(
      ['forever()', 'eat()', 'os._exit(0)', 'ctypes.string_at(0)', 'flood()', 'deep()', '2 + 2'],
      8,
    )
    expect(found.slice(0, 4).map(it => it.kind)).toEqual(['stopped', 'exception', 'stopped', 'stopped'])
    expect(refusal(found[1])).toBe('MemoryError')
    expect(found[5]).toMatchObject({ kind: 'exception', type: 'RecursionError' })
    expect(found[6]).toMatchObject({ number: 4 })
  })

  test('frames that tried code forges are no answers', async () => {
    const found = await tryAll(['forge()', '2 + 2'], 8)
    expect(found[0]?.kind).not.toBe('value')
    expect(found[1]).toMatchObject({ number: 4 })
  })

  test('a cancel ends code that never ends at once, with everything it runs in', async () => {
    const own = await openTestVerifier()
    const controller = new AbortController()
    const answer = own.verifier.evaluate(
      { module: ESCAPES, folder, calls: ['forever()', '2 + 2'], seconds: 60 },
      controller.signal,
    )
    await new Promise(resolve => setTimeout(resolve, 400))
    const started = performance.now()
    controller.abort()
    expect((await answer).map(it => it.kind)).toEqual(['stopped', 'stopped'])
    await own.close()
    // Ten times what is promised, for a machine that does much else
    expect(performance.now() - started).toBeLessThan(2_000)
  })

  test('a cancel that comes before anything runs is heeded too', async () => {
    const found = await open.verifier.evaluate(
      { module: '', folder, calls: ['1'], seconds: 5 },
      AbortSignal.abort(),
    )
    expect(found[0]?.kind).toBe('stopped')
  })

  test('a folder that is not there is said, and nothing is started', async () => {
    const gone = join(folder, 'gone')
    const [found] = await open.verifier.evaluate({ module: '', folder: gone, calls: ['1'], seconds: 5 })
    expect(found).toEqual({ kind: 'stopped', reason: `there is no folder ${gone}` })
  })
})

test('where there is no sandbox nothing is run, and a sentence says so', async () => {
  expect(await findSandbox('win32')).toEqual({
    ok: false,
    failure: 'There is no sandbox for win32, so nothing is run here.',
  })
})

test('bubblewrap is told to take everything away, and gives back only what is named, to be read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'zerodte-room-'))
  const python = {
    path: '/home/he/venv/bin/python3',
    version: '3.12.1',
    packages: [],
    imports: ['/home/he/venv/lib'],
    folders: ['/usr', '/home/he/venv'],
  }
  const { arguments: given, environment } = bubblewrap('/usr/bin/bwrap').command({
    python,
    harness: '/assets',
    folder,
    scratch: '/none',
  })
  rmSync(folder, { recursive: true })
  const text = given.join(' ')
  for (const wall of [
    '--unshare-all',
    '--cap-drop ALL',
    '--die-with-parent',
    '--new-session',
    '--clearenv',
    '--remount-ro /',
  ])
    expect(text).toContain(wall)
  expect(text).toContain('--ro-bind-try /home/he/venv /home/he/venv')
  expect(given.filter(it => it === '--bind' || it === '--dev-bind' || it === '--proc')).toEqual([])
  expect(Object.keys(environment)).toEqual(['PATH'])
})

test('the profile of macOS refuses everything but reading what is named and writing to the scratch folder', () => {
  const profile = seatbeltProfile({
    readable: ['/Users/he/my "code"', '/opt/homebrew'],
    writable: '/private/tmp/scratch',
  })
  expect(profile.split('\n').slice(0, 6)).toEqual([
    '(version 1)',
    '(deny default)',
    '(deny network*)',
    '(deny process-fork)',
    '(deny process-exec*)',
    '(deny signal)',
  ])
  expect(profile).toContain('(subpath "/Users/he/my \\"code\\"")')
  expect([...profile.matchAll(/file-write\*? (.*)\)/g)].map(([, where]) => where)).toEqual([
    '(subpath "/private/tmp/scratch")',
  ])
  // Every bracket that is opened is closed
  expect(profile.split('(').length).toBe(profile.split(')').length)
  expect(seatbelt.isProven).toBe(false)
})

function refusal(found: Evaluated | undefined): string {
  return found?.kind === 'exception' ? found.type : ''
}

const ESCAPES = `
import ctypes, os, resource, socket, subprocess, sys
import numpy as np

def connect(port):
    with socket.socket() as line:
        line.connect(("127.0.0.1", port))

def bomb():
    while True:
        os.fork()

def forever():
    while True:
        pass

def eat():
    hoard = []
    while True:
        hoard.append(np.empty(100_000_000))

def flood():
    for _ in range(1_000_000):
        sys.stdout.write("x" * 1000)

def deep():
    return deep()

def forge():
    for line in range(3, 12):
        try:
            os.write(line, b'44\\n{"call": 0, "text": "forged", "number": null}\\n')
            os.write(line, b'no frame at all' * 100)
        except OSError:
            pass
    os._exit(0)
`
