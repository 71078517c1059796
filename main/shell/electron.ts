import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  BrowserWindow,
  Menu,
  Notification,
  app,
  globalShortcut,
  ipcMain,
  net,
  protocol,
  session,
  type IpcMainInvokeEvent,
} from 'electron'
import type { CockpitHandle } from '../contract/wire.ts'
import { openControl } from './control.ts'
import { SECURITY_HEADERS } from './csp.ts'
import { pageFile } from './pageFiles.ts'
import { readStartOptions } from './startOptions.ts'

const ORIGIN = 'app://cockpit'
const KILL_SWITCH = 'Control+Alt+Command+K'
const SMALLEST = { width: 1180, height: 720 }

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

/** The window, the menu, the notifications and the byte pipe around one running cockpit. */
export async function openCockpitWindow(argumentsGiven: readonly string[]): Promise<void> {
  if (!app.requestSingleInstanceLock()) return app.quit()
  await app.whenReady()
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.defaultSession.setPermissionCheckHandler(() => false)
  const renderer = join(import.meta.dirname, '../renderer')
  protocol.handle('app', request => servePage(request, renderer))
  const starting = startProgram(argumentsGiven)
  starting.catch((cause: unknown) => {
    process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`)
    app.exit(2)
  })
  ipcMain.handle('zerodte:call', async (event, bytes: unknown) => {
    if (!isOurs(event) || !(bytes instanceof Uint8Array)) throw new Error('not answered')
    return (await starting).call(bytes)
  })
  const window = createWindow()
  const cockpit = await starting
  const detach = cockpit.attach({
    push: bytes => {
      if (!window.isDestroyed()) window.webContents.send('zerodte:push', bytes)
    },
    isBusy: () => window.isDestroyed() || window.webContents.isLoading(),
  })
  cockpit.onAlert(showAlert)
  installKillSwitch(cockpit)
  app.on('second-instance', () => window.focus())
  window.on('closed', () => {
    detach()
    globalShortcut.unregisterAll()
    void cockpit.close().then(() => app.quit())
  })
}

async function startProgram(argumentsGiven: readonly string[]): Promise<CockpitHandle> {
  const options = readStartOptions(argumentsGiven, text => process.stdout.write(text)) ?? {}
  const { findPlaces, resolveSettings } = await import('../processes/resolveSettings.ts')
  const places = findPlaces()
  const settings = resolveSettings(places, options)
  if (!settings.ok) throw new Error(settings.failure)
  const { startCockpit } = await import('../processes/cockpit.ts')
  const cockpit = startCockpit(settings.value, places, 'electron')
  await openControl(settings.value.data.folder, cockpit)
  return cockpit
}

function createWindow(): BrowserWindow {
  const window = new BrowserWindow({
    show: false,
    width: 1440,
    height: 900,
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    backgroundColor: '#07090c',
    title: 'Zerodte',
    webPreferences: {
      preload: join(import.meta.dirname, '../preload/index.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      devTools: !app.isPackaged,
    },
  })
  window.once('ready-to-show', () => window.show())
  // A page that died is loaded anew; the engine never noticed
  window.webContents.on('render-process-gone', () => void window.loadURL(`${ORIGIN}/`))
  void window.loadURL(`${ORIGIN}/`)
  return window
}

/** The kill switch works from the menu and from any application, whatever the page is doing. */
function installKillSwitch(cockpit: CockpitHandle): void {
  const flatten = () => void cockpit.flatten()
  globalShortcut.register(KILL_SWITCH, flatten)
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      { role: 'appMenu' },
      { role: 'editMenu' },
      { label: 'Trading', submenu: [{ label: 'Flatten All', accelerator: KILL_SWITCH, click: flatten }] },
      { role: 'windowMenu' },
    ]),
  )
}

function showAlert(alert: { readonly title: string; readonly body: string }): void {
  if (Notification.isSupported()) new Notification({ title: alert.title, body: alert.body }).show()
}

/** Only our own page, in its top frame, is answered. */
function isOurs(event: IpcMainInvokeEvent): boolean {
  const frame = event.senderFrame
  return frame !== null && frame.parent === null && frame.url.startsWith(`${ORIGIN}/`)
}

async function servePage(request: Request, folder: string): Promise<Response> {
  const url = new URL(request.url)
  const file = url.host === 'cockpit' && request.method === 'GET' ? pageFile(folder, url.pathname) : undefined
  if (!file) return new Response('not found', { status: 404, headers: SECURITY_HEADERS })
  const content = await net.fetch(pathToFileURL(file).toString())
  const headers = new Headers(content.headers)
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) headers.set(name, value)
  return new Response(content.body, { status: content.status, headers })
}
