import { expect, test, vi } from 'vitest'
import { bridged } from './ipc.ts'
import { createElectron } from './electron.ts'
import type { WindowDouble } from './window.ts'

/** The double's module under the names that these tests use. */
interface Module {
  readonly BrowserWindow: new (options?: object) => WindowDouble
  readonly protocol: {
    registerSchemesAsPrivileged(schemes: readonly object[]): void
    handle(scheme: string, handler: (request: Request) => Promise<Response>): void
  }
  readonly session: { readonly defaultSession: object }
  readonly globalShortcut: { register(key: string, act: () => void): boolean; unregisterAll(): void }
}

function created() {
  const { desktop, module } = createElectron()
  // The double is built for a module mock, which has no type
  return { desktop, module: module as unknown as Module }
}

test('what must come before Electron is ready is refused after, and the other way round', () => {
  const { desktop, module } = created()
  expect(() => new module.BrowserWindow()).toThrow('before app is ready')
  expect(() => module.session.defaultSession).toThrow('before app is ready')
  expect(() => module.globalShortcut.register('A', () => undefined)).toThrow('before app is ready')
  expect(() => module.protocol.handle('app', () => Promise.reject(new Error()))).toThrow(
    'before app is ready',
  )
  desktop.app.becomeReady()
  expect(() => desktop.app.enableSandbox()).toThrow('before app is ready')
  expect(() => module.protocol.registerSchemesAsPrivileged([])).toThrow('before app is ready')
})

test('what nobody forbids is allowed: permissions, windows, ways to elsewhere', async () => {
  const { desktop, module } = created()
  desktop.app.becomeReady()
  expect(desktop.allows('media')).toEqual({ request: true, check: true, device: true })
  module.protocol.handle('app', () => Promise.resolve(new Response('page')))
  const window = new module.BrowserWindow()
  await window.loadURL('app://cockpit/')
  expect(window.webContents.tryToOpen('https://example.com/')).toBe(true)
  expect(window.webContents.tryToGo('https://example.com/')).toBe(true)
  expect(window.webContents.page?.frame).toMatchObject({ origin: 'https://example.com', parent: null })
})

test('a scheme has an origin only where it was registered as standard', () => {
  const { desktop, module } = created()
  expect(desktop.originOf('app://cockpit/')).toBe('null')
  module.protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true } }])
  expect(desktop.originOf('app://cockpit/index.html')).toBe('app://cockpit')
})

test('a page of a scheme that nobody serves does not load, and a scheme is served by one', async () => {
  const { desktop, module } = created()
  desktop.app.becomeReady()
  await expect(new module.BrowserWindow().loadURL('app://cockpit/')).rejects.toThrow('ERR_UNKNOWN_URL_SCHEME')
  const serve = () => Promise.resolve(new Response('page'))
  module.protocol.handle('app', serve)
  expect(() => module.protocol.handle('app', serve)).toThrow('handled already')
})

test('a channel has one handler; values are copied, and errors come back as their message', async () => {
  const { desktop } = created()
  const given = { inner: [1] }
  desktop.ipcMain.handle('a', (_message, value) => value)
  expect(() => desktop.ipcMain.handle('a', () => undefined)).toThrow("second handler for 'a'")
  const message = { sender: {}, senderFrame: null }
  const answer = await desktop.ipcMain.answer(message, 'a', [given])
  expect(answer).toEqual(given)
  expect(answer).not.toBe(given)
  desktop.ipcMain.handle('b', () => Promise.reject(Object.assign(new Error('no'), { code: 'refused' })))
  const failure = await desktop.ipcMain.answer(message, 'b', []).catch((cause: unknown) => cause)
  expect(failure).toMatchObject({ message: "Error invoking remote method 'b': Error: no" })
  expect(failure).not.toHaveProperty('code')
  await expect(desktop.ipcMain.answer(message, 'c', [])).rejects.toThrow("No handler registered for 'c'")
})

test('over the bridge data is copied, functions stand for themselves, and errors lose their fields', async () => {
  const bytes = Uint8Array.of(1)
  // A bridge has no types
  const over = bridged({
    give: () => bytes,
    fail: () => Promise.reject(Object.assign(new Error('no'), { code: 'refused' })),
    hear: (listener: (value: unknown) => void) => listener(bytes),
  }) as { give(): unknown; fail(): Promise<unknown>; hear(listener: (value: unknown) => void): void }
  expect(over.give()).toEqual(bytes)
  expect(over.give()).not.toBe(bytes)
  const listener = vi.fn<(value: unknown) => void>()
  over.hear(listener)
  expect(listener.mock.calls).toEqual([[bytes]])
  expect(listener.mock.calls[0]?.[0]).not.toBe(bytes)
  const failure = await over.fail().catch((cause: unknown) => cause)
  expect(failure).toMatchObject({ message: 'no' })
  expect(failure).not.toHaveProperty('code')
})

test('quitting asks first, closes windows, and can be held up at each step', async () => {
  const { desktop, module } = created()
  desktop.app.becomeReady()
  const window = new module.BrowserWindow()
  const steps: string[] = []
  const holding = { step: 'before-quit' }
  const watch = (step: string) => (event: { preventDefault(): void }) => {
    steps.push(step)
    if (holding.step === step) event.preventDefault()
  }
  desktop.app.on('before-quit', watch('before-quit'))
  window.on('close', watch('close'))
  desktop.app.on('will-quit', watch('will-quit'))
  for (const step of ['before-quit', 'close', 'will-quit', 'nothing']) {
    holding.step = step
    desktop.app.quit()
    await new Promise(resolve => setImmediate(resolve))
    expect(desktop.app.exitCode).toBe(step === 'nothing' ? 0 : undefined)
  }
  expect(steps.join(' ')).toBe(
    'before-quit before-quit close before-quit close will-quit before-quit will-quit',
  )
})

test('the last window that closes ends the app, unless somebody listens; exit asks nobody', async () => {
  const turn = () => new Promise(resolve => setImmediate(resolve))
  for (const isListening of [false, true]) {
    const { desktop, module } = created()
    desktop.app.becomeReady()
    if (isListening) desktop.app.on('window-all-closed', () => undefined)
    new module.BrowserWindow().close()
    await turn()
    expect(desktop.app.exitCode).toBe(isListening ? undefined : 0)
    const asked = vi.fn<() => void>()
    desktop.app.on('will-quit', asked)
    desktop.app.exit(7)
    expect(desktop.app.exitCode).toBe(isListening ? 7 : 0)
    expect(asked).not.toHaveBeenCalled()
  }
})
