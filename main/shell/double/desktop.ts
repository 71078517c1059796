import { EventEmitter } from 'node:events'
import { IpcMainDouble, type RendererModule } from './ipc.ts'
import type { WindowDouble } from './window.ts'

/** An event whose default can be prevented. */
export interface Preventable {
  defaultPrevented: boolean
  preventDefault(): void
}

export function preventable(): Preventable {
  const event: Preventable = {
    defaultPrevented: false,
    preventDefault() {
      event.defaultPrevented = true
    },
  }
  return event
}

type AppPart = Pick<
  Electron.App,
  'enableSandbox' | 'exit' | 'isReady' | 'quit' | 'requestSingleInstanceLock' | 'setPath' | 'whenReady'
>

/** The life of the process: not ready, ready, quitting, gone. */
export class AppDouble extends EventEmitter implements AppPart {
  isPackaged = false
  /** Whether no other process of the app holds the lock. */
  isFirst = true
  hasSandbox = false
  /** The exit code, once the process is gone. */
  exitCode: number | undefined
  readonly paths = new Map<string, string>()
  readonly #desktop: Desktop
  readonly #ready = Promise.withResolvers<void>()
  #isReady = false
  #isQuitting = false

  constructor(desktop: Desktop) {
    super()
    this.#desktop = desktop
  }

  isReady = () => this.#isReady
  whenReady = () => this.#ready.promise
  requestSingleInstanceLock = () => this.isFirst

  enableSandbox(): void {
    this.beforeReady('app.enableSandbox()')
    this.hasSandbox = true
  }

  setPath(name: string, path: string): void {
    this.paths.set(name, path)
  }

  /** Electron does this once the module that it runs first was read to its end. */
  becomeReady(): void {
    if (this.exitCode !== undefined || this.#isQuitting) return
    this.#isReady = true
    this.emit('ready', preventable(), {})
    this.#ready.resolve()
  }

  beforeReady(what: string): void {
    if (this.#isReady) throw new Error(`${what} can only be called before app is ready`)
  }

  afterReady(what: string): void {
    if (!this.#isReady) throw new Error(`${what} cannot be used before app is ready`)
  }

  quit(): void {
    setImmediate(() => {
      if (this.exitCode !== undefined || this.#prevents('before-quit')) return
      this.#isQuitting = true
      for (const window of this.#desktop.windows.slice()) {
        if (!window.close()) {
          this.#isQuitting = false
          return
        }
      }
      this.#leave()
    })
  }

  windowClosed(): void {
    if (this.#isQuitting || this.#desktop.windows.length > 0) return
    // Somebody who listens decides alone
    if (!this.emit('window-all-closed')) this.quit()
  }

  exit(code = 0): void {
    for (const window of this.#desktop.windows.slice()) window.destroy()
    this.#end(code)
  }

  #leave(): void {
    if (this.#prevents('will-quit')) this.#isQuitting = false
    else this.#end(0)
  }

  #end(code: number): void {
    if (this.exitCode !== undefined) return
    this.exitCode = code
    this.emit('quit', preventable(), code)
  }

  #prevents(name: 'before-quit' | 'will-quit'): boolean {
    const event = preventable()
    this.emit(name, event)
    return event.defaultPrevented
  }
}

interface Scheme {
  readonly scheme: string
  readonly privileges?: { readonly standard?: boolean }
}

/** A menu item as far as the double knows it. */
export interface MenuItemDouble {
  readonly label?: string
  readonly role?: string
  readonly accelerator?: string
  readonly submenu?: readonly MenuItemDouble[]
  readonly click?: () => void
}

/** A notification that was asked for. */
export interface NoticeDouble {
  readonly title: string
  readonly body: string
}

/** Whether something is allowed; without a handler everything is, as in Electron. */
export interface Permissions {
  request?: (contents: unknown, permission: string, answer: (isAllowed: boolean) => void) => void
  check?: (contents: unknown, permission: string) => boolean
  device?: (details: unknown) => boolean
}

/** What lies around the app: its windows, its keys, its menu, and the hand of the one who tests. */
export class Desktop {
  readonly app = new AppDouble(this)
  readonly ipcMain = new IpcMainDouble()
  readonly windows: WindowDouble[] = []
  readonly keys = new Map<string, () => void>()
  readonly takenKeys = new Set<string>()
  readonly notices: NoticeDouble[] = []
  readonly permissions: Permissions = {}
  readonly schemes = new Map<string, Scheme>()
  readonly protocols = new Map<string, (request: Request) => Promise<Response>>()
  menu: readonly MenuItemDouble[] = []
  /** Whether the system can show notifications at all, and whether it lets this app. */
  notifying: 'yes' | 'refused' | 'never' = 'yes'
  runPreload: (electron: RendererModule, file: string) => Promise<void> = () => Promise.resolve()

  originOf(url: string): string {
    const { protocol, host } = new URL(url)
    const scheme = this.schemes.get(protocol.slice(0, -1))
    const isStandard = scheme?.privileges?.standard === true || /^https?:$/.test(protocol)
    return isStandard ? `${protocol}//${host}` : 'null'
  }

  fetchPage(url: string, init: RequestInit = {}): Promise<Response> {
    const handler = this.protocols.get(new URL(url).protocol.slice(0, -1))
    if (!handler) return Promise.reject(new Error(`ERR_UNKNOWN_URL_SCHEME (-302) loading '${url}'`))
    return handler(new Request(url, init))
  }

  /** Presses a key that may be heard from any application; says whether somebody heard it. */
  press(accelerator: string): boolean {
    const act = this.keys.get(accelerator)
    act?.()
    return act !== undefined
  }

  /** Chooses from the menu by the words of an item. */
  choose(words: string): void {
    const item = this.menu
      .flatMap(({ submenu = [] }) => submenu)
      .find(({ label = '' }) => label.includes(words))
    if (!item?.click) throw new Error(`the menu must have an item "${words}"`)
    item.click()
  }

  /** Whether a page would be given a permission, by request and by check. */
  allows(permission: string): {
    readonly request: boolean
    readonly check: boolean
    readonly device: boolean
  } {
    let request = true
    this.permissions.request?.({}, permission, isAllowed => (request = isAllowed))
    const check = this.permissions.check?.({}, permission) ?? true
    return { request, check, device: this.permissions.device?.({}) ?? true }
  }
}
