import { mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import {
  BrowserWindow,
  Menu,
  Notification,
  app,
  globalShortcut,
  ipcMain,
  protocol,
  session,
  utilityProcess,
  type IpcMainEvent,
  type IpcMainInvokeEvent,
} from 'electron'
import type { CockpitHandle, PushTarget } from '../contract/wire.ts'
import { openControl } from './control.ts'
import { SECURITY_HEADERS, contentType } from './csp.ts'
import { pageFile } from './pageFiles.ts'
import { readStartOptions, type StartOptions } from './startOptions.ts'

const ORIGIN = 'app://cockpit'
const KILL_SWITCH = 'Control+Alt+Command+K'
const SMALLEST = { width: 1180, height: 720 }

/** Largest call in bytes that is read at all; the contract allows less. */
const LARGEST_CALL = 8 << 20

/** Pushes that may be on their way to the page before frames are skipped for it. */
const PUSHES_AHEAD = 4

/** Milliseconds that a page which died stays away, so that one which always dies leaves the machine usable. */
const AWAY = 500

/** Most milliseconds that the end may take; a program that hangs must not stay. */
const LONGEST_END = 5000

/** Everything that Electron must be told before it is ready. */
export function lockDown(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
  app.enableSandbox()
  app.on('web-contents-created', (_event, contents) => {
    for (const name of [
      'will-navigate',
      'will-redirect',
      'will-frame-navigate',
      'will-attach-webview',
    ] as const) {
      contents.on(name as 'will-navigate', event => event.preventDefault())
    }
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  })
}

/**
 * The window, the menu, the notifications and the byte pipe around one running cockpit. Never to be awaited by the module
 * that Electron runs first: Electron is ready only after that one was read to its end.
 */
export async function openCockpitWindow(commandLine: readonly string[], folder: string): Promise<void> {
  try {
    const options = readOptions(commandLine)
    if (!options) return app.exit(0)
    nameProfile(options)
    if (!app.requestSingleInstanceLock()) return app.quit()
    await app.whenReady()
    denyPermissions()
    protocol.handle('app', request => servePage(request, join(folder, '../renderer')))
    const program = new Program(options)
    endCleanly(program)
    installKillSwitch(program.cockpit)
    const window = createWindow(join(folder, '../preload/index.cjs'))
    app.on('second-instance', () => bringToFront(window))
    app.on('child-process-gone', (_event, { type, reason }) => say(`a ${type} process ended: ${reason}`))
    const page = connectPage(window, program.cockpit)
    const cockpit = await program.cockpit.catch(async (cause: unknown) => {
      await program.end()
      throw cause
    })
    window.on('closed', cockpit.attach(page))
    cockpit.onAlert(showAlert)
  } catch (cause) {
    say(messageOf(cause))
    app.exit(2)
  }
}

/** The program behind the window. */
class Program {
  /** Its cockpit, as soon as it runs. */
  readonly cockpit: Promise<CockpitHandle>
  #closeControl: () => void = () => undefined

  constructor(options: StartOptions) {
    this.cockpit = this.#start(options)
  }

  async #start(options: StartOptions): Promise<CockpitHandle> {
    const { findPlaces, resolveSettings } = await import('../processes/resolveSettings.ts')
    const places = findPlaces()
    const settings = resolveSettings(places, options)
    if (!settings.ok) throw new Error(settings.failure)
    // Asked first: two cockpits must never write into one folder
    this.#closeControl = await openControl(settings.value.data.folder, this.cockpit)
    const { startCockpit } = await import('../processes/cockpit.ts')
    const { utilityHost } = await import('../processes/host.ts')
    const ownProcess = utilityHost(file => utilityProcess.fork(file))
    return startCockpit(settings.value, places, 'electron', ownProcess)
  }

  async end(): Promise<void> {
    await this.cockpit.then(
      cockpit => cockpit.close(),
      () => undefined,
    )
    this.#closeControl()
  }
}

/** The options of this start, or undefined where help was asked for and given. */
function readOptions(commandLine: readonly string[]): StartOptions | undefined {
  // Electron itself comes first; where the app is not packaged, its folder comes second
  const given = commandLine.slice(app.isPackaged ? 1 : 2)
  // The Finder numbers what it opens
  const named = given.filter(argument => !argument.startsWith('-psn_'))
  return readStartOptions(named, text => process.stdout.write(text))
}

/** A data folder that was named has a window of its own: the lock on the one window lies with its store. */
function nameProfile(options: StartOptions): void {
  const folder = options['data']?.['folder']
  if (typeof folder !== 'string') return
  const profile = resolve(folder, 'window')
  mkdirSync(profile, { recursive: true, mode: 0o700 })
  app.setPath('userData', profile)
}

function denyPermissions(): void {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.defaultSession.setPermissionCheckHandler(() => false)
  session.defaultSession.setDevicePermissionHandler(() => false)
}

/** Ends the session before the process: however the end was asked for, by window, menu or signal. */
function endCleanly(program: Program): void {
  let state: 'running' | 'ending' | 'ended' = 'running'
  app.on('will-quit', event => {
    if (state === 'ended') return
    event.preventDefault()
    if (state === 'ending') return
    state = 'ending'
    globalShortcut.unregisterAll()
    const patience = new Promise(done => setTimeout(done, LONGEST_END).unref())
    const ending = program.end().catch((cause: unknown) => say(messageOf(cause)))
    void Promise.race([ending, patience]).then(() => {
      state = 'ended'
      app.quit()
    })
  })
}

function createWindow(preload: string): BrowserWindow {
  const window = new BrowserWindow({
    show: false,
    width: 1440,
    height: 900,
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    backgroundColor: '#07090c',
    title: 'Zerodte',
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      devTools: !app.isPackaged,
    },
  })
  const load = () => {
    if (!window.isDestroyed())
      window.loadURL(`${ORIGIN}/`).catch((cause: unknown) => say(`the page: ${messageOf(cause)}`))
  }
  window.once('ready-to-show', () => window.show())
  // The engine never notices what happens to its page
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    say(`the page ended and is loaded anew: ${reason}`)
    setTimeout(load, AWAY)
  })
  window.on('unresponsive', () => {
    say('the page does not answer and is ended')
    window.webContents.forcefullyCrashRenderer()
  })
  load()
  return window
}

/** Carries calls in, and pushes out as fast as the page takes them. */
function connectPage(window: BrowserWindow, starting: Promise<CockpitHandle>): PushTarget {
  const contents = window.webContents
  let untaken = 0
  /** Only our own page, in its top frame, is answered. */
  const isOurs = ({ sender, senderFrame }: IpcMainEvent | IpcMainInvokeEvent) =>
    sender === contents &&
    senderFrame !== null &&
    senderFrame.parent === null &&
    senderFrame.origin === ORIGIN
  ipcMain.handle('zerodte:call', async (event, bytes: unknown) => {
    if (!isOurs(event) || !(bytes instanceof Uint8Array) || bytes.byteLength > LARGEST_CALL)
      throw new Error('not answered')
    return (await starting).call(bytes)
  })
  ipcMain.on('zerodte:taken', event => {
    if (isOurs(event)) untaken = Math.max(0, untaken - 1)
  })
  // A new page does not answer for what the old one was sent
  contents.on('did-finish-load', () => {
    untaken = 0
  })
  const isGone = () => window.isDestroyed() || contents.isCrashed()
  return {
    push(bytes) {
      if (isGone()) return
      untaken += 1
      contents.send('zerodte:push', bytes)
    },
    isBusy: () => isGone() || contents.isLoading() || untaken >= PUSHES_AHEAD,
  }
}

/** The kill switch works from the menu and from any application, whatever the page is doing. */
function installKillSwitch(starting: Promise<CockpitHandle>): void {
  const flatten = () => {
    starting
      .then(cockpit => cockpit.flatten())
      .catch((cause: unknown) => showAlert({ title: 'Flatten All failed', body: messageOf(cause) }))
  }
  if (!globalShortcut.register(KILL_SWITCH, flatten)) {
    const body = `Another program holds ${KILL_SWITCH}. Flatten All works from the menu and the window.`
    showAlert({ title: 'The kill switch key is taken', body })
  }
  const label = 'Flatten All: Cancel Orders, Close Positions'
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      { role: 'appMenu' },
      { role: 'editMenu' },
      { label: 'Trading', submenu: [{ label, accelerator: KILL_SWITCH, click: flatten }] },
      { role: 'windowMenu' },
    ]),
  )
}

/** Every alert stands in the window too, so one that the system refuses is not lost. */
function showAlert({ title, body }: { readonly title: string; readonly body: string }): void {
  if (!Notification.isSupported()) return say(`${title}: ${body}`)
  const notification = new Notification({ title, body })
  notification.on('failed', (_event, error) => say(`${title}: ${body} (not notified: ${error})`))
  notification.show()
}

function bringToFront(window: BrowserWindow): void {
  if (window.isDestroyed()) return
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}

async function servePage(request: Request, folder: string): Promise<Response> {
  const refused = () => new Response('not found', { status: 404, headers: SECURITY_HEADERS })
  const url = URL.parse(request.url)
  const file = url?.host === 'cockpit' && request.method === 'GET' && pageFile(folder, url.pathname)
  if (!file) return refused()
  try {
    const content = new Uint8Array(await readFile(file))
    return new Response(content, { headers: { ...SECURITY_HEADERS, 'Content-Type': contentType(file) } })
  } catch {
    return refused()
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
