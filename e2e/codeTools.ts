import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { canInstallPackages, installPackages } from './debianPackages.ts'

/** Packages of Debian that the code assistant is tried with, and how each shows that it is there. */
const TOOLS: readonly (readonly [string, () => boolean])[] = [
  ['bubblewrap', () => existsSync('/usr/bin/bwrap')],
  ['python3-numpy', () => canImport('numpy')],
  ['python3-pandas', () => canImport('pandas')],
]

/** Brings the Python libraries and the sandbox that the code assistant is tried with; names what is still missing. */
export function installCodeTools(): readonly string[] {
  const missing = () => TOOLS.filter(([, isThere]) => !isThere()).map(([name]) => name)
  const wanted = missing()
  if (wanted.length === 0 || !canInstallPackages() || !installPackages(wanted)) return wanted
  return missing()
}

function canImport(module: string): boolean {
  return spawnSync('/usr/bin/python3', ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0
}
