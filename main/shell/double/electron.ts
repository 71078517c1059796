import { EventEmitter } from 'node:events'
import { Desktop, preventable, type MenuItemDouble, type NoticeDouble, type Permissions } from './desktop.ts'
import { WindowDouble, type WindowOptions } from './window.ts'

/**
 * A double of the module `electron` in the main process, as far as the shell uses it: it refuses what comes before its
 * time, allows what nobody forbids, and copies what crosses a process, as Electron's documents say.
 */
export function createElectron(): {
  readonly desktop: Desktop
  readonly module: Readonly<Record<string, unknown>>
} {
  const desktop = new Desktop()
  const { app, ipcMain } = desktop
  class BrowserWindow extends WindowDouble {
    constructor(options: WindowOptions = {}) {
      super(desktop, options)
    }
  }
  class Notification extends NotificationDouble {
    static isSupported = () => desktop.notifying !== 'never'
    constructor(notice: NoticeDouble) {
      super(desktop, notice)
    }
  }
  const module = {
    app,
    ipcMain,
    BrowserWindow,
    Notification,
    Menu: {
      buildFromTemplate: (template: readonly MenuItemDouble[]) => template,
      setApplicationMenu: (menu: readonly MenuItemDouble[]) => (desktop.menu = menu),
    },
    globalShortcut: keyDouble(desktop),
    protocol: protocolDouble(desktop),
    session: sessionDouble(desktop),
    utilityProcess: {
      fork: () => {
        throw new Error('the double starts no processes')
      },
    },
  }
  return { desktop, module }
}

class NotificationDouble extends EventEmitter {
  readonly #desktop: Desktop
  readonly #notice: NoticeDouble

  constructor(desktop: Desktop, notice: NoticeDouble) {
    super()
    this.#desktop = desktop
    this.#notice = notice
  }

  show(): void {
    this.#desktop.app.afterReady('Notification')
    if (this.#desktop.notifying === 'yes') this.#desktop.notices.push(this.#notice)
    // An app that is not signed may not notify on macOS
    else setImmediate(() => this.emit('failed', preventable(), 'Notifications are not allowed'))
  }
}

type KeyPart = Pick<Electron.GlobalShortcut, 'register' | 'isRegistered' | 'unregisterAll'>

function keyDouble({ app, keys, takenKeys }: Desktop): KeyPart {
  return {
    register(accelerator, act) {
      app.afterReady('globalShortcut')
      if (takenKeys.has(accelerator)) return false
      keys.set(accelerator, act)
      return true
    },
    isRegistered: accelerator => keys.has(accelerator),
    unregisterAll() {
      app.afterReady('globalShortcut')
      keys.clear()
    },
  }
}

function protocolDouble({ app, schemes, protocols }: Desktop) {
  const part: Pick<Electron.Protocol, 'registerSchemesAsPrivileged' | 'isProtocolHandled'> = {
    registerSchemesAsPrivileged(given) {
      app.beforeReady('protocol.registerSchemesAsPrivileged()')
      // A second call replaces what the first one said
      schemes.clear()
      for (const scheme of given) schemes.set(scheme.scheme, scheme)
    },
    isProtocolHandled: scheme => protocols.has(scheme),
  }
  return {
    ...part,
    handle(scheme: string, handler: (request: Request) => Promise<Response>): void {
      app.afterReady('protocol.handle()')
      if (protocols.has(scheme)) throw new Error('Failed to register protocol: it is handled already')
      protocols.set(scheme, handler)
    },
  }
}

function sessionDouble({ app, permissions }: Desktop) {
  return {
    get defaultSession() {
      app.afterReady('session.defaultSession')
      return {
        setPermissionRequestHandler: (handler: NonNullable<Permissions['request']>) =>
          void (permissions.request = handler),
        setPermissionCheckHandler: (handler: NonNullable<Permissions['check']>) =>
          void (permissions.check = handler),
        setDevicePermissionHandler: (handler: NonNullable<Permissions['device']>) =>
          void (permissions.device = handler),
      }
    },
  }
}
