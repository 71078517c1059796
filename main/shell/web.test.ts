import { mkdirSync, writeFileSync } from 'node:fs'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { createConnection } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import type { CockpitHandle, PushTarget } from '../contract/wire.ts'
import { temporaryFolder } from '../fixtures/folder.ts'
import { startWebShell, type WebShell } from './web.ts'

/** A cockpit that answers what it was asked, and remembers who listens. */
class EchoCockpit implements CockpitHandle {
  readonly ready = Promise.resolve()
  readonly targets = new Set<PushTarget>()
  call(bytes: Uint8Array): Promise<Uint8Array> {
    return bytes[0] === 255 ? Promise.reject(new Error('broken')) : Promise.resolve(bytes.slice().reverse())
  }
  attach(target: PushTarget): () => void {
    this.targets.add(target)
    return () => void this.targets.delete(target)
  }
  onAlert = () => () => undefined
  flatten = () => Promise.resolve()
  close = () => Promise.resolve()
}

interface Visit {
  readonly shell: WebShell
  readonly cockpit: EchoCockpit
  readonly origin: string
  readonly port: number
  readonly token: string
}

async function open(starting?: Promise<CockpitHandle>): Promise<Visit> {
  const folder = temporaryFolder()
  const page = join(folder, 'renderer')
  mkdirSync(join(page, 'assets'), { recursive: true })
  writeFileSync(join(page, 'index.html'), '<!doctype html><head><!--preload--></head>')
  writeFileSync(join(page, 'assets/app.js'), 'export {}')
  writeFileSync(join(folder, 'secret.txt'), 'ledger')
  const cockpit = new EchoCockpit()
  const shell = await startWebShell(starting ?? Promise.resolve(cockpit), page, 0)
  onTestFinished(() => shell.close())
  const address = new URL(shell.address)
  const token = address.searchParams.get('t') ?? ''
  return { shell, cockpit, origin: address.origin, port: Number(address.port), token }
}

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

function ask(
  { port }: Visit,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest({ host: '127.0.0.1', port, path, method, headers }, response => {
      let body = ''
      response.on('data', (part: Buffer) => (body += part.toString()))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    asked.on('error', reject)
    asked.end()
  })
}

/** The cookie that the token of a visit is exchanged for. */
async function enter(visit: Visit): Promise<string> {
  const { headers } = await ask(visit, `/enter?t=${visit.token}`)
  return headers['set-cookie']?.[0]?.split(';')[0] ?? ''
}

interface SocketWish {
  readonly path?: string
  readonly headers?: Record<string, string>
}

/** A socket to the cockpit, or the status that it was refused with. */
function connect({ port }: Visit, { path = '/ipc', headers = {} }: SocketWish): Promise<WebSocket | number> {
  return new Promise(resolve => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, 'zerodte.v1', { headers })
    onTestFinished(() => socket.terminate())
    socket.on('error', () => undefined)
    socket.on('open', () => resolve(socket))
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
  })
}

async function connected(visit: Visit): Promise<WebSocket> {
  const socket = await connect(visit, { headers: { Cookie: await enter(visit), Origin: visit.origin } })
  if (typeof socket === 'number') throw new Error(`refused with ${socket}`)
  return socket
}

function nextMessage(socket: WebSocket): Promise<Buffer> {
  return new Promise(resolve => socket.once('message', (data: Buffer) => resolve(data)))
}

test('the token opens the page once: the cookie it gives is for this page alone', async () => {
  const visit = await open()
  const first = await ask(visit, `/enter?t=${visit.token}`)
  expect([first.status, first.headers.location]).toEqual([303, '/'])
  const [cookie = ''] = first.headers['set-cookie'] ?? []
  expect(cookie).toMatch(new RegExp(`^zerodte_${visit.port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`))
  const again = await ask(visit, `/enter?t=${visit.token}`)
  expect([again.status, again.headers['set-cookie']]).toEqual([403, undefined])
  expect(again.body).toBe('This address was used. Start Zerodte again for a new one.')
  const page = await ask(visit, '/', { Cookie: cookie.split(';')[0] ?? '' })
  expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
  expect(page.body).toContain('<script type="module" src="/preload-web.js"></script>')
})

test('who is in already may open the address again, and gets no second cookie', async () => {
  const visit = await open()
  const cookie = await enter(visit)
  const again = await ask(visit, `/enter?t=${visit.token}`, { Cookie: cookie })
  expect([again.status, again.headers['set-cookie']]).toEqual([303, undefined])
})

test('a token and a cookie are long, and no two visits have the same', async () => {
  const visits = await Promise.all([open(), open(), open()])
  const cookies = await Promise.all(visits.map(enter))
  expect(new Set(visits.map(visit => visit.token)).size).toBe(3)
  expect(new Set(cookies.map(cookie => cookie.split('=')[1])).size).toBe(3)
  for (const { token } of visits) expect(Buffer.from(token, 'base64url')).toHaveLength(32)
})

test.each(['', 'wrong', 'a'.repeat(43)])(
  'the token "%s" does not open the page, and costs nothing',
  async guess => {
    const visit = await open()
    expect((await ask(visit, `/enter?t=${guess}`)).status).toBe(403)
    expect((await ask(visit, '/enter')).status).toBe(403)
    expect((await ask(visit, `/enter?t=${visit.token}`)).status).toBe(303)
  },
)

test('nothing is served without the cookie, and nothing for one that is nearly right', async () => {
  const visit = await open()
  const cookie = await enter(visit)
  const [name = '', value = ''] = cookie.split('=')
  const wrong = [
    '',
    `${name}=`,
    `${name}=${value}x`,
    `${name}=${value.slice(1)}`,
    `other=${value}`,
    `${name}1=${value}`,
  ]
  for (const Cookie of wrong) {
    for (const path of ['/', '/index.html', '/assets/app.js', '/absent'])
      expect(await ask(visit, path, { Cookie })).toMatchObject({
        status: 403,
        body: 'Open the address that Zerodte printed.',
      })
  }
  expect((await ask(visit, '/', { Cookie: `a=1; ${cookie}; b=2` })).status).toBe(200)
})

test('a Host that is another is refused, so that no other site can stand before ours', async () => {
  const visit = await open()
  const { port, token } = visit
  const cookie = await enter(await open())
  for (const Host of [
    `localhost:${port}`,
    '127.0.0.1',
    `evil.example:${port}`,
    `127.0.0.1:${port + 1}`,
    `[::1]:${port}`,
  ])
    expect((await ask(visit, `/enter?t=${token}`, { Host, Cookie: cookie })).status).toBe(403)
  expect((await ask(visit, `/enter?t=${token}`)).status).toBe(303)
})

test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'])('answers no %s', async method => {
  const visit = await open()
  const cookie = await enter(visit)
  const answer = await ask(visit, '/', { Cookie: cookie }, method)
  expect(answer.status).toBe(403)
  expect(answer.headers['access-control-allow-origin']).toBeUndefined()
})

test.each([
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/assets/../../secret.txt',
  '/assets/%2e%2e%2f%2e%2e%2fsecret.txt',
  '/....//secret.txt',
  '/%2e%2e%5csecret.txt',
  '//etc/passwd',
  '/%00',
  '/index.html%00.js',
  '/%ff',
  '/assets',
  '/assets/',
])('gives nothing that is not a file of the page: %s', async path => {
  const visit = await open()
  const answer = await ask(visit, path, { Cookie: await enter(visit) })
  expect(answer).toMatchObject({ status: 404, body: 'not found' })
})

test.each(['//[', '//:99999999', 'http://[', '//%', '*', '/\\\\'])(
  'an address that is none is answered and does no harm: %s',
  async path => {
    const visit = await open()
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = createConnection(visit.port, '127.0.0.1')
      let told = ''
      socket.setTimeout(2000, () => socket.destroy(new Error('no answer')))
      socket.on('error', reject)
      socket.on('data', data => (told += data.toString()))
      socket.on('end', () => resolve(told))
      socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${visit.port}\r\nConnection: close\r\n\r\n`)
    })
    expect(answer).toMatch(/^HTTP\/1\.1 40[034] /)
    expect((await ask(visit, `/enter?t=${visit.token}`)).status).toBe(303)
  },
)

test('every answer says what a page may do, also where it refuses', async () => {
  const visit = await open()
  const cookie = await enter(visit)
  const answers = [
    await ask(visit, '/', { Cookie: cookie }),
    await ask(visit, '/assets/app.js', { Cookie: cookie }),
    await ask(visit, '/absent', { Cookie: cookie }),
    await ask(visit, '/'),
    await ask(visit, '/', {}, 'POST'),
  ]
  for (const { headers } of answers) {
    const policy = String(headers['content-security-policy'])
    const rules = new Map(policy.split('; ').map(rule => [rule.split(' ')[0], rule.split(' ').slice(1)]))
    expect(rules.get('default-src')).toEqual(["'none'"])
    expect(rules.get('script-src')).toEqual(["'self'"])
    expect(rules.get('connect-src')).toEqual(["'self'"])
    for (const name of ['base-uri', 'form-action', 'frame-ancestors'])
      expect(rules.get(name)).toEqual(["'none'"])
    expect(policy).not.toMatch(/unsafe-eval|\*|https?:/)
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    })
    expect(headers['access-control-allow-origin']).toBeUndefined()
  }
})

test('a socket opens for our own page only', async () => {
  const visit = await open()
  const cookie = await enter(visit)
  const good = { Cookie: cookie, Origin: visit.origin }
  const wrong: SocketWish[] = [
    { headers: { Origin: visit.origin } },
    { headers: { Cookie: cookie } },
    { headers: { Cookie: `${cookie}x`, Origin: visit.origin } },
    { headers: { ...good, Origin: 'http://evil.example' } },
    { headers: { ...good, Origin: `http://localhost:${visit.port}` } },
    { headers: { ...good, Origin: 'null' } },
    { headers: { ...good, Origin: `${visit.origin}.evil.example` } },
    { headers: { ...good, Host: `localhost:${visit.port}` } },
    { path: '/', headers: good },
    { path: '/ipc?x', headers: good },
    { path: `/ipc?t=${visit.token}`, headers: { Origin: visit.origin } },
  ]
  for (const wish of wrong) expect(await connect(visit, wish)).toBe(403)
  expect(visit.cockpit.targets.size).toBe(0)
  expect(await connect(visit, { headers: good })).toBeInstanceOf(WebSocket)
  expect(visit.cockpit.targets.size).toBe(1)
})

test('listens on the loopback interface and on no other', async () => {
  const { port } = await open()
  const others = Object.values(networkInterfaces())
    .flatMap(addresses => addresses ?? [])
    .filter(address => !address.internal && address.family === 'IPv4')
    .map(address => address.address)
  const canReach = (host: string) =>
    new Promise(resolve => {
      const socket = createConnection(port, host)
      socket.setTimeout(1000, () => socket.destroy(new Error('silence')))
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
      socket.on('connect', () => socket.destroy())
    })
  expect(await canReach('127.0.0.1')).toBe(true)
  expect(await Promise.all(['::1', ...others].map(canReach))).toEqual(['::1', ...others].map(() => false))
})

test('calls are answered under their number, pushes come under none, and who leaves is forgotten', async () => {
  const visit = await open()
  const socket = await connected(visit)
  socket.send(Buffer.from([7, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3]))
  expect([...(await nextMessage(socket))]).toEqual([7, 0, 0, 0, 0, 0, 0, 0, 3, 2, 1])
  for (const target of visit.cockpit.targets) target.push(Uint8Array.of(9, 9))
  expect([...(await nextMessage(socket))]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 9, 9])
  socket.send(Buffer.from([1, 2]))
  socket.close()
  await expect.poll(() => visit.cockpit.targets.size).toBe(0)
})

test('a cockpit that cannot start, or a call that breaks, closes its socket and takes nothing else with it', async () => {
  const unstarted = Promise.reject<CockpitHandle>(new Error('no session'))
  unstarted.catch(() => undefined)
  const unhandled: unknown[] = []
  const note = (cause: unknown) => void unhandled.push(cause)
  process.on('unhandledRejection', note)
  onTestFinished(() => void process.off('unhandledRejection', note))
  const closing = (socket: WebSocket) => new Promise(resolve => socket.on('close', resolve))
  expect(await closing(await connected(await open(unstarted)))).toBe(1011)
  const visit = await open()
  const broken = await connected(visit)
  broken.send(Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 255]))
  expect(await closing(broken)).toBe(1011)
  await expect.poll(() => visit.cockpit.targets.size).toBe(0)
  expect(unhandled).toEqual([])
})

test('a message beyond all measure closes its socket and no other', async () => {
  const visit = await open()
  const cookie = await enter(visit)
  const headers = { Cookie: cookie, Origin: visit.origin }
  const [one, other] = [await connect(visit, { headers }), await connect(visit, { headers })]
  if (typeof one === 'number' || typeof other === 'number') throw new Error('both must be let in')
  const closed = new Promise(resolve => one.on('close', resolve))
  one.send(Buffer.alloc((8 << 20) + 1))
  await closed
  other.send(Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, 5]))
  expect((await nextMessage(other))[0]).toBe(3)
})
