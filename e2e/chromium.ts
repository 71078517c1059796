import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chromium } from '@playwright/test'
import { canInstallPackages, installPackages } from './debianPackages.ts'

/** The Chromium of this machine: the one named by `CHROMIUM`, the system's, or Playwright's; undefined where there is none. */
export function findChromium(): string | undefined {
  const places = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', playwrightsOwn()]
  return places.find(place => place !== undefined && place !== '' && existsSync(place))
}

/** Installs a Chromium where there is none: Debian's package for root on Debian, Playwright's download elsewhere. */
export function installChromium(): boolean {
  if (findChromium()) return true
  const isDone = canInstallPackages()
    ? installPackages(['chromium'])
    : spawnSync('npx', ['playwright', 'install', 'chromium'], { stdio: ['ignore', 'ignore', 'inherit'] })
        .status === 0
  return isDone && findChromium() !== undefined
}

/** What keeps a Chromium quiet on a machine without a screen. */
export const QUIET_CHROMIUM = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

function playwrightsOwn(): string | undefined {
  try {
    return chromium.executablePath()
  } catch {
    return undefined
  }
}
