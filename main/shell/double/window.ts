import { EventEmitter } from 'node:events'
import { IpcRendererDouble, bridged, type FrameDouble, type RendererModule } from './ipc.ts'
import { preventable, type Desktop } from './desktop.ts'

/** A loaded page: what its preload exposed, what it was served, and what it may try. */
export class PageDouble {
  /** What the page's own scripts see. */
  readonly world: Record<string, unknown> = {}
  readonly ipcRenderer: IpcRendererDouble
  frame: FrameDouble
  status = 0
  headers = new Headers()
  html = ''
  /** A page that hangs takes nothing until it goes on. */
  isHanging = false
  readonly #waiting: (() => void)[] = []

  constructor(contents: WebContentsDouble, frame: FrameDouble) {
    this.frame = frame
    this.ipcRenderer = new IpcRendererDouble(
      (channel, values) => contents.answer(this.frame, channel, values),
      (channel, values) => contents.hear(this.frame, channel, values),
    )
  }

  deliver(channel: string, values: readonly unknown[]): void {
    const take = () => void this.ipcRenderer.emit(channel, { sender: this.ipcRenderer }, ...values)
    if (this.isHanging) this.#waiting.push(take)
    else take()
  }

  goOn(): void {
    this.isHanging = false
    for (const take of this.#waiting.splice(0)) take()
  }

  get electron(): RendererModule {
    return {
      ipcRenderer: this.ipcRenderer,
      contextBridge: {
        exposeInMainWorld: (name, value) => {
          if (name in this.world)
            throw new Error(`Cannot bind an API on top of an existing property: ${name}`)
          this.world[name] = bridged(value)
        },
      },
    }
  }
}

type OpenHandler = (details: { readonly url: string }) => { readonly action: 'allow' | 'deny' }

/** A window's content. Without a handler of ours it lets everything happen, as Electron does. */
export class WebContentsDouble extends EventEmitter {
  page: PageDouble | undefined
  readonly #desktop: Desktop
  readonly #preload: string
  #openHandler: OpenHandler = () => ({ action: 'allow' })
  #state: 'empty' | 'loading' | 'loaded' | 'crashed' | 'destroyed' = 'empty'

  constructor(desktop: Desktop, preload: string) {
    super()
    this.#desktop = desktop
    this.#preload = preload
    desktop.app.emit('web-contents-created', preventable(), this)
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler
  }

  isLoading = () => this.#state === 'loading'
  isCrashed = () => this.#state === 'crashed'

  send(channel: string, ...values: unknown[]): void {
    if (this.#state === 'destroyed') throw new TypeError('Object has been destroyed')
    const copied = structuredClone(values)
    const { page } = this
    setImmediate(() => {
      if (this.page === page) page?.deliver(channel, copied)
    })
  }

  answer(frame: FrameDouble | null, channel: string, values: readonly unknown[]): Promise<unknown> {
    return this.#desktop.ipcMain.answer({ sender: this, senderFrame: frame }, channel, values)
  }

  hear(frame: FrameDouble | null, channel: string, values: readonly unknown[]): void {
    setImmediate(() => this.#desktop.ipcMain.emit(channel, { sender: this, senderFrame: frame }, ...values))
  }

  async load(url: string): Promise<void> {
    this.#state = 'loading'
    this.emit('did-start-loading')
    const response = await this.#desktop.fetchPage(url)
    const page = new PageDouble(this, { url, origin: this.#desktop.originOf(url), parent: null })
    this.page = page
    page.status = response.status
    page.headers = response.headers
    page.html = await response.text()
    await this.#desktop.runPreload(page.electron, this.#preload)
    if (this.isDestroyed()) return
    this.#state = 'loaded'
    this.emit('did-finish-load')
  }

  /** What a script of the page may try: to go elsewhere. Says whether it went. */
  tryToGo(url: string): boolean {
    const isStopped = ['will-frame-navigate', 'will-navigate'].some(name => this.isPrevented(name))
    if (!isStopped && this.page) this.page.frame = { url, origin: this.#desktop.originOf(url), parent: null }
    return !isStopped
  }

  /** What a script of the page may try: to open another window. Says whether it opened. */
  tryToOpen(url: string): boolean {
    return this.#openHandler({ url }).action === 'allow'
  }

  isPrevented(name: string): boolean {
    const event = preventable()
    this.emit(name, event)
    return event.defaultPrevented
  }

  forcefullyCrashRenderer(): void {
    this.die('crashed')
  }

  /** Ends the page's process. */
  die(reason: string): void {
    if (this.#state === 'destroyed') return
    this.#state = 'crashed'
    this.page = undefined
    this.emit('render-process-gone', preventable(), { reason, exitCode: 5 })
  }

  destroy(): void {
    this.#state = 'destroyed'
    this.page = undefined
  }

  isDestroyed(): boolean {
    return this.#state === 'destroyed'
  }
}

/** What of a window's options the double heeds. */
export type WindowOptions = Electron.BrowserWindowConstructorOptions

/** A window: shown when told to, gone when closed. */
export class WindowDouble extends EventEmitter {
  readonly options: WindowOptions
  readonly webContents: WebContentsDouble
  readonly calls: string[] = []
  isShown: boolean
  #isMinimized = false
  readonly #desktop: Desktop

  constructor(desktop: Desktop, options: WindowOptions) {
    super()
    if (!desktop.app.isReady()) throw new Error('Cannot create BrowserWindow before app is ready')
    this.#desktop = desktop
    this.options = options
    this.isShown = options.show !== false
    desktop.windows.push(this)
    this.webContents = new WebContentsDouble(desktop, options.webPreferences?.preload ?? '')
  }

  loadURL(url: string): Promise<void> {
    if (this.isDestroyed()) throw new TypeError('Object has been destroyed')
    return this.webContents.load(url).then(() => {
      if (!this.isDestroyed()) this.emit('ready-to-show')
    })
  }

  show(): void {
    this.isShown = true
    this.calls.push('show')
  }

  focus = () => void this.calls.push('focus')
  isMinimized = () => this.#isMinimized

  minimize(): void {
    this.#isMinimized = true
  }

  restore(): void {
    this.#isMinimized = false
    this.calls.push('restore')
  }

  /** As the trader closes it; says whether it closed. */
  close(): boolean {
    const event = preventable()
    this.emit('close', event)
    if (event.defaultPrevented) return false
    this.destroy()
    this.emit('closed')
    this.#desktop.app.windowClosed()
    return true
  }

  destroy(): void {
    this.webContents.destroy()
    this.#desktop.windows.splice(this.#desktop.windows.indexOf(this), 1)
  }

  isDestroyed(): boolean {
    return this.webContents.isDestroyed()
  }
}
