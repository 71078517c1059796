import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chromium } from '@playwright/test'

/** The Chromium of this machine: the one named by `CHROMIUM`, the system's, or Playwright's; undefined where there is none. */
export function findChromium(): string | undefined {
  const places = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', playwrightsOwn()]
  return places.find(place => place !== undefined && place !== '' && existsSync(place))
}

/** Installs a Chromium where there is none: Debian's package for root on Debian, Playwright's download elsewhere. */
export function installChromium(): boolean {
  if (findChromium()) return true
  const commands =
    process.getuid?.() === 0 && existsSync('/etc/debian_version')
      ? [
          ['apt-get', 'update', '-qq'],
          ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium'],
        ]
      : [['npx', 'playwright', 'install', 'chromium']]
  for (const [name = '', ...options] of commands) {
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const { status } = spawnSync(name, options, { stdio: ['ignore', 'ignore', 'inherit'], env: environment })
    if (status !== 0) return false
  }
  return findChromium() !== undefined
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
