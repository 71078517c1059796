import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const PACKAGE = join(import.meta.dirname, '../node_modules/electron')

/** Where the binary lies within a runtime. */
const BINARIES: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
}

/** The Electron runtime of this machine; undefined where there is none. Asking the package would start a download. */
export function findElectron(): string | undefined {
  const pointer = join(PACKAGE, 'path.txt')
  const name = existsSync(pointer)
    ? readFileSync(pointer, 'utf8').trim()
    : (BINARIES[process.platform] ?? 'electron')
  const binary = join(process.env['ELECTRON_OVERRIDE_DIST_PATH'] || join(PACKAGE, 'dist'), name)
  return existsSync(binary) ? binary : undefined
}

/** Installs the runtime by the package's own script where there is none; gives what is missing, in one line. */
export function installElectron(): string | undefined {
  if (findElectron()) return undefined
  const script = join(PACKAGE, 'install.js')
  if (!existsSync(script)) return `no package "electron" in ${PACKAGE}; npm ci installs it`
  process.stderr.write('Installing the Electron runtime, once.\n')
  const { stderr } = spawnSync(process.execPath, [script], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  if (findElectron()) return undefined
  const reason = stderr.split('\n').find(line => /error/i.test(line)) ?? 'the installation gave no reason'
  return `no Electron runtime here, and it could not be downloaded: ${reason.trim()}`
}
