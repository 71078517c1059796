import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Whether packages of Debian can be installed here: by root, on Debian or a child of it. */
export function canInstallPackages(): boolean {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version')
}

/** Installs packages of Debian, and what they need; says whether it worked. */
export function installPackages(packages: readonly string[]): boolean {
  const commands = [
    ['apt-get', 'update', '-qq'],
    ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...packages],
  ]
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return commands.every(([name = '', ...options]) => {
    const { status } = spawnSync(name, options, { stdio: ['ignore', 'ignore', 'inherit'], env: environment })
    return status === 0
  })
}
