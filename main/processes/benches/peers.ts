import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const TOP = join(import.meta.dirname, '../../..')

/** The folder of the addons and their peers. */
export const NATIVE = join(TOP, 'native')

/** A program in another language to measure against or by, built; or why it cannot be here. */
export type Peer = { readonly program: string } | { readonly absent: string }

/**
 * Builds a program of `native/peers`, unless it was built from the same words before. `libraries` come after the sources, as
 * linkers want it.
 */
export function buildPeer(
  compiler: string,
  sources: readonly string[],
  options: readonly string[],
  libraries: readonly string[] = [],
): Peer {
  const files = sources.map(source => join(NATIVE, source))
  const hash = createHash('sha256').update([compiler, ...options, ...libraries].join(' '))
  for (const file of files) hash.update(readFileSync(file))
  const folder = join(TOP, 'out/peers')
  const program = join(folder, hash.digest('hex').slice(0, 16))
  if (existsSync(program)) return { program }
  mkdirSync(folder, { recursive: true })
  const result = spawnSync(compiler, [...options, ...files, '-o', program, ...libraries], {
    encoding: 'utf8',
  })
  if (result.error) return { absent: `${compiler} is not installed` }
  if (result.status === 0) return { program }
  const reason = result.stderr.split('\n').find(line => /error|cannot find/.test(line))
  return { absent: `${sources[0] ?? ''} does not build: ${reason ?? 'unknown'}` }
}

/** What a program says; undefined when it failed. */
export function ask(program: string, options: readonly string[]): string | undefined {
  const result = spawnSync(program, options, { encoding: 'utf8', maxBuffer: 1 << 28 })
  return result.status === 0 ? result.stdout : undefined
}

/** Debian's packages of the programs that we measure against. */
const PACKAGES = ['g++', 'libquantlib0-dev', 'python3-numpy', 'python3-scipy']

/** Installs the peers where that may be done: on Debian, as its administrator. Elsewhere they are said to be absent. */
export function installPeers(): void {
  const missing = PACKAGES.filter(name => spawnSync('dpkg', ['-s', name]).status !== 0)
  if (missing.length === 0 || process.getuid?.() !== 0) return
  process.stderr.write(`Installing ${missing.join(', ')}.\n`)
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', ...missing], { stdio: 'ignore' })
}

/** A Python that has numpy and scipy. */
export function numpyPeer(): Peer {
  const program = ['/usr/bin/python3', 'python3'].find(
    python => spawnSync(python, ['-c', 'import numpy, scipy.special']).status === 0,
  )
  return program === undefined ? { absent: 'numpy and scipy are not installed' } : { program }
}
