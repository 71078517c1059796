import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import type { CockpitHandle } from '../contract/wire.ts'
import { SECURITY_HEADERS, contentType } from './csp.ts'
import { pageFile } from './pageFiles.ts'

/** The page served to a browser on this machine. Paper only; where Electron is, this is not used. */
export interface WebShell {
  /** The address with its token, good for one visit. */
  readonly address: string
  close(): Promise<void>
}

const PROTOCOL = 'zerodte.v1'
const LARGEST_MESSAGE = 8 << 20

/** What a socket is closed with when the cockpit cannot answer. */
const INTERNAL_ERROR = 1011

/** Bytes that may wait in a socket before frames are skipped for it. */
const BUSY_ABOVE = 256 << 10

/** Serves the cockpit on the loopback interface: a token that works once, then a cookie; exact Host, exact Origin. */
export async function startWebShell(
  cockpit: Promise<CockpitHandle>,
  folder: string,
  port: number,
): Promise<WebShell> {
  if (process.versions['electron'] !== undefined)
    throw new Error('the web shell must not run inside Electron')
  const door = new Door()
  const http = createServer((request, response) => void serve(request, response, door, folder))
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_MESSAGE,
    perMessageDeflate: false,
    handleProtocols: offered => (offered.has(PROTOCOL) ? PROTOCOL : false),
  })
  http.on('upgrade', (request, socket: Duplex, head) => {
    socket.on('error', () => socket.destroy())
    if (
      request.url !== '/ipc' ||
      !door.isOurs(request) ||
      request.headers.origin !== door.origin ||
      !door.isKnown(request)
    ) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, client => void connect(client, cockpit))
  })
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject)
    http.listen(port, '127.0.0.1', resolve)
  })
  const { port: bound } = http.address() as AddressInfo
  door.open(bound)
  return {
    address: `${door.origin}/enter?t=${door.token}`,
    async close() {
      for (const client of sockets.clients) client.terminate()
      http.closeAllConnections()
      await new Promise(resolve => http.close(resolve))
    },
  }
}

/** Who may come in: the token is exchanged for a cookie once, and only under the address we are bound to. */
class Door {
  readonly #visit = randomBytes(32).toString('base64url')
  #token: string | undefined = randomBytes(32).toString('base64url')
  #cookie = ''
  origin = ''

  open(port: number): void {
    this.origin = `http://127.0.0.1:${port}`
    // Cookies are shared by all ports of a host, so the port is part of the name
    this.#cookie = `zerodte_${port}`
  }

  get token(): string {
    return this.#token ?? ''
  }

  /** Whether a request names the host that we are: another name means another site is behind it. */
  isOurs(request: IncomingMessage): boolean {
    return `http://${request.headers.host}` === this.origin
  }

  isKnown(request: IncomingMessage): boolean {
    const cookies = (request.headers.cookie ?? '').split(/;\s*/)
    return cookies.some(cookie => {
      const [name, value = ''] = [cookie.slice(0, this.#cookie.length), cookie.slice(this.#cookie.length + 1)]
      return name === this.#cookie && isSame(value, this.#visit)
    })
  }

  /** The cookie for a token that is right and unused. */
  enter(token: string): string | undefined {
    if (this.#token === undefined || !isSame(token, this.#token)) return undefined
    this.#token = undefined
    return `${this.#cookie}=${this.#visit}; HttpOnly; SameSite=Strict; Path=/`
  }
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  door: Door,
  folder: string,
): Promise<void> {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value)
  if (!door.isOurs(request) || request.method !== 'GET') return end(response, 403, 'not served')
  const url = URL.parse(request.url ?? '/', door.origin)
  if (!url) return end(response, 400, 'not an address')
  if (url.pathname === '/enter') {
    const cookie = door.enter(url.searchParams.get('t') ?? '')
    // A page that is entered already may be opened again from the same address
    if (!cookie && !door.isKnown(request))
      return end(response, 403, 'This address was used. Start Zerodte again for a new one.')
    response.writeHead(303, { ...(cookie ? { 'Set-Cookie': cookie } : {}), Location: '/' }).end()
    return
  }
  if (!door.isKnown(request)) return end(response, 403, 'Open the address that Zerodte printed.')
  const file = pageFile(folder, url.pathname)
  if (!file) return end(response, 404, 'not found')
  try {
    const content = await readFile(file)
    const page = file.endsWith('index.html') ? withWebPreload(content) : content
    response.writeHead(200, { 'Content-Type': contentType(file) }).end(page)
  } catch {
    end(response, 404, 'not found')
  }
}

async function connect(client: WebSocket, starting: Promise<CockpitHandle>): Promise<void> {
  const reply = (id: number, body: Uint8Array) => {
    const frame = new Uint8Array(8 + body.length)
    new DataView(frame.buffer).setUint32(0, id, true)
    frame.set(body, 8)
    client.send(frame)
  }
  const fail = () => client.close(INTERNAL_ERROR)
  client.on('error', () => client.terminate())
  client.on('message', (data: Buffer) => {
    if (data.length < 8) return
    const id = data.readUInt32LE(0)
    void starting
      .then(cockpit => cockpit.call(new Uint8Array(data.subarray(8))))
      .then(answer => reply(id, answer))
      .catch(fail)
  })
  const cockpit = await starting.catch(fail)
  if (!cockpit) return
  const detach = cockpit.attach({
    push: bytes => reply(0, bytes),
    isBusy: () => client.bufferedAmount > BUSY_ABOVE,
  })
  client.on('close', detach)
  if (client.readyState === client.CLOSED) detach()
}

function withWebPreload(page: Buffer): string {
  return page.toString().replace('<!--preload-->', '<script type="module" src="/preload-web.js"></script>')
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(text)
}

function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}
