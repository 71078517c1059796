import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { loaded, openShell, type RunningShell } from '../fixtures/electronShell.ts'
import { TOP, readSources } from '../fixtures/sources.ts'
import type { FrameDouble } from './double/ipc.ts'
import { CONTENT_SECURITY_POLICY } from './csp.ts'

const sources = readSources().filter(({ isTest, path }) => !isTest && !path.startsWith('main/shell/double/'))
const ofPage = sources.filter(({ path }) => path.startsWith('renderer/'))

function callAs(shell: RunningShell, frame: FrameDouble | null, value: unknown = Uint8Array.of(1, 2)) {
  return shell.window.webContents.answer(frame, 'zerodte:call', [value])
}

test('1: the page is isolated, sandboxed and without Node, and each of it is written out', async () => {
  const { shell } = await openShell()
  expect(shell.window.options.webPreferences).toEqual({
    preload: join(TOP, 'preload/index.cjs'),
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    webSecurity: true,
    webviewTag: false,
    devTools: true,
  })
  expect(shell.desktop.app.hasSandbox).toBe(true)
})

test('1: a packaged window has no developer tools', async () => {
  const { shell } = await openShell({ isPackaged: true })
  expect(shell.window.options.webPreferences?.devTools).toBe(false)
})

test('2: only the page of ours is loaded, from a scheme that is standard and secure and can do no more', async () => {
  const { shell } = await openShell()
  expect([...shell.desktop.schemes.values()]).toEqual([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
  expect(shell.page).toMatchObject({ status: 200, frame: { url: 'app://cockpit/', origin: 'app://cockpit' } })
  expect(shell.page.html).toBe(readFileSync(join(TOP, 'renderer/index.html'), 'utf8'))
  expect([...shell.desktop.protocols.keys()]).toEqual(['app'])
})

test.each([
  ['another host', 'app://other/index.html', 'GET'],
  ['a host with a port', 'app://cockpit:80/index.html', 'GET'],
  ['another method', 'app://cockpit/index.html', 'POST'],
  ['a step up', 'app://cockpit/../package.json', 'GET'],
  ['a step up that is escaped', 'app://cockpit/..%2fpackage.json', 'GET'],
  ['a step up whose dots are escaped', 'app://cockpit/%2e%2e/package.json', 'GET'],
  ['a step up in the middle', 'app://cockpit/state/..%2f..%2fpackage.json', 'GET'],
  ['a path from the top', `app://cockpit/${encodeURIComponent(join(TOP, 'package.json'))}`, 'GET'],
  ['an end of text', 'app://cockpit/index.html%00.js', 'GET'],
  ['a broken escape', 'app://cockpit/%zz', 'GET'],
  ['a folder', 'app://cockpit/state', 'GET'],
  ['a file that is absent', 'app://cockpit/absent.js', 'GET'],
])('2: %s is not served', async (_name, url, method) => {
  const { shell } = await openShell()
  const answer = await shell.desktop.fetchPage(url, { method })
  expect([answer.status, await answer.text()]).toEqual([404, 'not found'])
})

test('3: every answer has the policy and the headers, found or not', async () => {
  const { shell } = await openShell()
  for (const path of ['', 'index.html', 'absent.js', '..%2fpackage.json']) {
    const { headers } = await shell.desktop.fetchPage(`app://cockpit/${path}`)
    expect(headers.get('content-security-policy')).toBe(CONTENT_SECURITY_POLICY)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
  }
})

test('3: the policy forbids all but our own files', () => {
  const rules = new Map(
    CONTENT_SECURITY_POLICY.split('; ').map(rule => [rule.split(' ')[0], rule.split(' ').slice(1)]),
  )
  for (const name of ['default-src', 'base-uri', 'form-action', 'frame-ancestors'])
    expect(rules.get(name)).toEqual(["'none'"])
  for (const name of ['script-src', 'font-src', 'connect-src']) expect(rules.get(name)).toEqual(["'self'"])
  expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe-eval|https?:|\*/)
})

test('3: a file is served as what it is, so that nosniff lets it in', async () => {
  const { shell } = await openShell()
  const type = async (path: string) =>
    (await shell.desktop.fetchPage(`app://cockpit/${path}`)).headers.get('content-type')
  expect(await type('')).toBe('text/html; charset=utf-8')
  expect(await type('index.html')).toBe('text/html; charset=utf-8')
})

test('4: the page goes nowhere else and opens nothing', async () => {
  const { shell } = await openShell()
  for (const url of ['https://example.com/', 'file:///etc/passwd', 'app://other/']) {
    expect(shell.window.webContents.tryToGo(url)).toBe(false)
    expect(shell.window.webContents.tryToOpen(url)).toBe(false)
  }
  for (const name of ['will-navigate', 'will-redirect', 'will-frame-navigate', 'will-attach-webview'])
    expect(shell.window.webContents.isPrevented(name)).toBe(true)
  expect(shell.page.frame.url).toBe('app://cockpit/')
})

test.each(['media', 'geolocation', 'notifications', 'clipboard-read', 'openExternal', 'usb'])(
  '5: the permission %s is denied, asked for or checked',
  async permission => {
    const { shell } = await openShell()
    expect(shell.desktop.allows(permission)).toEqual({ request: false, check: false, device: false })
  },
)

test('6: nothing opens addresses outside, and there is no remote module', () => {
  const opening = sources.filter(({ text }) =>
    /openExternal|openPath|@electron\/remote|enableRemoteModule/.test(text),
  )
  expect(opening.map(({ path }) => path)).toEqual([])
})

test('7: the page has no network of its own and shows no text as markup', () => {
  const reaching = ofPage.filter(({ text }) =>
    /\bfetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|https?:\/\/(?!www\.w3\.org|127\.0\.0\.1)/.test(
      text,
    ),
  )
  expect(reaching.map(({ path }) => path)).toEqual([])
  const marking = ofPage.filter(({ text }) =>
    /dangerouslySetInnerHTML|\.(inner|outer)HTML|insertAdjacentHTML|document\.write|\beval\(|new Function\(/.test(
      text,
    ),
  )
  expect(marking.map(({ path }) => path)).toEqual([])
})

test('8: one channel each way, and nothing beside them', async () => {
  const { shell } = await openShell()
  expect([...shell.desktop.ipcMain.handlers.keys()]).toEqual(['zerodte:call'])
  expect(shell.desktop.ipcMain.eventNames()).toEqual(['zerodte:taken'])
  shell.pipe.onPush(() => undefined)
  expect(shell.page.ipcRenderer.eventNames()).toEqual(['zerodte:push'])
})

test('8: a call is bytes of a size that is read; anything else never reaches the cockpit', async () => {
  const { shell, cockpit } = await openShell()
  const frame = shell.page.frame
  const largest = new Uint8Array(8 << 20)
  expect(await callAs(shell, frame, largest)).toHaveLength(8 << 20)
  for (const value of [
    new Uint8Array((8 << 20) + 1),
    'text',
    { name: 'a' },
    [1, 2],
    null,
    new ArrayBuffer(8),
  ])
    await expect(callAs(shell, frame, value)).rejects.toThrow('not answered')
  expect(cockpit.done).toEqual(['call'])
})

test('9: only the top frame of app://cockpit, in our window, is answered', async () => {
  const { shell, cockpit } = await openShell()
  const ours = shell.page.frame
  const strangers: (FrameDouble | null)[] = [
    null,
    { url: 'https://example.com/', origin: 'https://example.com', parent: null },
    { url: 'app://cockpit.example.com/', origin: 'app://cockpit.example.com', parent: null },
    { url: 'app://cockpit/', origin: 'null', parent: null },
    { url: 'about:blank', origin: 'null', parent: null },
    { url: 'app://cockpit/', origin: 'app://cockpit', parent: ours },
  ]
  for (const frame of strangers) await expect(callAs(shell, frame)).rejects.toThrow('not answered')
  const elsewhere = { sender: {}, senderFrame: ours }
  await expect(shell.desktop.ipcMain.answer(elsewhere, 'zerodte:call', [Uint8Array.of(1)])).rejects.toThrow(
    'not answered',
  )
  expect(cockpit.done).toEqual([])
  expect(await callAs(shell, ours)).toEqual(Uint8Array.of(2, 1))
})

test('9: a stranger cannot say that the page has taken what it was sent', async () => {
  const { shell, cockpit } = await openShell()
  shell.page.isHanging = true
  for (let count = 0; count < 6; count += 1) cockpit.target.push(Uint8Array.of(count))
  for (let count = 0; count < 6; count += 1) {
    shell.window.webContents.hear(null, 'zerodte:taken', [])
    shell.window.webContents.hear({ url: 'app://x/', origin: 'app://x', parent: null }, 'zerodte:taken', [])
  }
  await new Promise(resolve => setTimeout(resolve, 20))
  expect(cockpit.target.isBusy()).toBe(true)
})

test('10: the page gets three functions and no part of Electron, and cannot change them', async () => {
  const { shell, cockpit } = await openShell()
  expect(Object.keys(shell.page.world)).toEqual(['zerodtePipe'])
  expect(Object.entries(shell.pipe).map(([name, value]) => [name, typeof value])).toEqual([
    ['call', 'function'],
    ['onPush', 'function'],
    ['onConnection', 'function'],
  ])
  expect(Object.isFrozen(shell.pipe)).toBe(true)
  const heard: unknown[][] = []
  const given = Reflect.apply(shell.pipe.onPush, undefined, [(...values: unknown[]) => heard.push(values)])
  expect(given).toBeUndefined()
  cockpit.target.push(Uint8Array.of(3))
  await vi.waitUntil(() => heard.length > 0)
  expect(heard).toEqual([[Uint8Array.of(3)]])
})

test('13: there is one instance, and it asks for the lock before it opens or starts anything', async () => {
  const order: string[] = []
  await openShell({
    prepare({ app }) {
      app.requestSingleInstanceLock = () => {
        order.push('lock')
        return true
      }
      app.once('web-contents-created', () => order.push('window'))
    },
  })
  expect(order).toEqual(['lock', 'window'])
})

test('14: Electron is pinned to one version, in the lock file and as installed, of a major that is served', () => {
  const read = (path: string) => JSON.parse(readFileSync(join(TOP, path), 'utf8'))
  const pin: string = read('package.json').devDependencies.electron
  expect(pin).toMatch(/^\d+\.\d+\.\d+$/)
  expect(read('package-lock.json').packages['node_modules/electron'].version).toBe(pin)
  expect(read('node_modules/electron/package.json').version).toBe(pin)
  // The newest major of November 2026; the pin only ever grows
  expect(Number(pin.split('.')[0])).toBeGreaterThanOrEqual(45)
})

test.each(['crashed', 'oom', 'killed'])(
  '16: a page that ended (%s) is loaded anew and works',
  async reason => {
    const { shell, cockpit } = await openShell()
    const { target } = cockpit
    for (let count = 0; count < 9; count += 1) target.push(Uint8Array.of(count))
    shell.window.webContents.die(reason)
    expect(target.isBusy()).toBe(true)
    expect(() => target.push(Uint8Array.of(1))).not.toThrow()
    expect(shell.said).toEqual([`the page ended and is loaded anew: ${reason}`])
    await vi.waitUntil(() => shell.window.webContents.page !== undefined)
    await loaded(shell)
    await vi.waitUntil(() => !target.isBusy())
    expect(await shell.pipe.call(Uint8Array.of(1, 2))).toEqual(Uint8Array.of(2, 1))
    expect(cockpit.done).toEqual(['call'])
  },
)

test('16: a dead page is sent nothing, frames or audits; the new one asks for all of it', async () => {
  const { shell, cockpit } = await openShell()
  const send = vi.spyOn(shell.window.webContents, 'send')
  cockpit.target.push(Uint8Array.of(1))
  shell.window.webContents.die('crashed')
  expect(cockpit.target.isBusy()).toBe(true)
  cockpit.target.push(Uint8Array.of(2))
  expect(send.mock.calls).toEqual([['zerodte:push', Uint8Array.of(1)]])
})

test('16: a page that does not answer is ended and loaded anew', async () => {
  const { shell } = await openShell()
  const before = shell.page
  before.isHanging = true
  shell.window.emit('unresponsive')
  expect(shell.window.webContents.isCrashed()).toBe(true)
  await vi.waitUntil(() => shell.window.webContents.page !== undefined)
  expect(shell.page).not.toBe(before)
  expect(shell.said[0]).toBe('the page does not answer and is ended')
})

test('16: a window that is closed before its page came back stays closed', async () => {
  const { shell } = await openShell()
  shell.window.webContents.die('crashed')
  shell.window.close()
  await new Promise(resolve => setTimeout(resolve, 600))
  expect(shell.desktop.windows).toEqual([])
  expect(shell.said).toHaveLength(1)
})

test('16: another process of Electron that ended is told and ends nothing', async () => {
  const { shell } = await openShell()
  shell.desktop.app.emit('child-process-gone', {}, { type: 'GPU', reason: 'crashed', exitCode: 1 })
  expect(shell.said).toEqual(['a GPU process ended: crashed'])
  expect(shell.desktop.windows).toHaveLength(1)
})
