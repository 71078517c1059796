import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { failure, success, type Result } from '../../core/base/result.ts'
import type { Python } from './findPython.ts'
import { seatbeltProfile } from './seatbelt.ts'

/** What keeps tried code from his files, his network and everything else that runs. */
export interface Sandbox {
  readonly kind: 'bubblewrap' | 'seatbelt'
  /** Whether the escape tests have been run against it. */
  readonly isProven: boolean
  /** How the harness is started inside. */
  command(room: SandboxRoom): SandboxCommand
}

/** What is inside: the interpreter, the harness, and his folder, all to be read only. */
export interface SandboxRoom {
  readonly python: Python
  /** The folder of the harness. */
  readonly harness: string
  /** The folder that the imports of the tried file are found in. */
  readonly folder: string
  /** A folder outside for what is written inside; bubblewrap needs none, it writes to memory. */
  readonly scratch: string
}

/** A command with nothing of his environment in it. */
export interface SandboxCommand {
  readonly file: string
  readonly arguments: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly folder: string
  /** What every process of tried code puts on itself; empty where the sandbox is around all of them. */
  readonly profile: string
}

/** Enough to write a report, too little to fill a disk; it is memory. */
const SCRATCH_BYTES = 64 * 1024 * 1024
const SYSTEM = ['/usr', '/bin', '/lib', '/lib64', '/lib32', '/nix/store']
/** What the loader and the clock need of /etc, and nothing that names him. */
const SETTINGS = [
  '/etc/alternatives',
  '/etc/ld.so.cache',
  '/etc/ld.so.conf',
  '/etc/ld.so.conf.d',
  '/etc/localtime',
]

/** One thread a process: numbers that can be compared, and forks that are safe. */
const ENVIRONMENT = {
  PATH: '/usr/bin:/bin',
  LANG: 'C.UTF-8',
  TZ: 'America/New_York',
  HOME: '/nonexistent',
  PYTHONHASHSEED: '0',
  PYTHONDONTWRITEBYTECODE: '1',
  OPENBLAS_NUM_THREADS: '1',
  OMP_NUM_THREADS: '1',
  MKL_NUM_THREADS: '1',
  NUMEXPR_NUM_THREADS: '1',
  VECLIB_MAXIMUM_THREADS: '1',
}

/** The sandbox of this machine, tried once; a sentence where there is none, and then nothing is ever run. */
export async function findSandbox(
  platform: NodeJS.Platform = process.platform,
): Promise<Result<Sandbox, string>> {
  if (platform === 'linux') return findBubblewrap()
  if (platform !== 'darwin') return failure(`There is no sandbox for ${platform}, so nothing is run here.`)
  return existsSync('/usr/lib/libsandbox.1.dylib') || existsSync('/usr/bin/sandbox-exec')
    ? success(seatbelt)
    : failure('The sandbox of macOS was not found, so nothing is run here.')
}

async function findBubblewrap(): Promise<Result<Sandbox, string>> {
  const file = ['/usr/bin/bwrap', '/usr/local/bin/bwrap', '/bin/bwrap'].find(it => existsSync(it))
  if (file === undefined)
    return failure('Code is tried only inside bubblewrap, which is not installed (package bubblewrap).')
  const sandbox = bubblewrap(file)
  const works = await succeeds(file, ['--unshare-all', ...wallsOf(SYSTEM), '--', '/usr/bin/true'])
  return works
    ? success(sandbox)
    : failure('bubblewrap is installed, but this system does not let it make a sandbox (user namespaces).')
}

/** Namespaces of Linux around the harness: no network, no other process, no file but those named, nothing of his to write. */
export function bubblewrap(file: string): Sandbox {
  return {
    kind: 'bubblewrap',
    isProven: true,
    command: ({ python, harness, folder }) => ({
      file,
      folder: '/',
      profile: '',
      environment: { PATH: '/usr/bin:/bin' },
      arguments: [
        '--unshare-all --unshare-user --uid 65534 --gid 65534 --cap-drop ALL --hostname sandbox'.split(' '),
        ['--die-with-parent', '--new-session', '--clearenv'],
        Object.entries(ENVIRONMENT).flatMap(([name, value]) => ['--setenv', name, value]),
        wallsOf([...SYSTEM, ...SETTINGS, ...python.folders.filter(isNotSystem)]),
        [
          '--dev',
          '/dev',
          '--remount-ro',
          '/dev',
          '--ro-bind',
          harness,
          '/harness',
          '--ro-bind',
          folder,
          folder,
        ],
        hiddenOf(folder),
        ['--size', String(SCRATCH_BYTES), '--tmpfs', '/scratch', '--remount-ro', '/', '--chdir', '/scratch'],
        ['--', python.path, '-I', '-B', '-S', '/harness/harness.py', folder, ...python.imports],
      ].flat(),
    }),
  }
}

/** The sandbox of macOS, put by each tried process on itself. Written from its documentation, and unproven: no test has run it. */
export const seatbelt: Sandbox = {
  kind: 'seatbelt',
  isProven: false,
  command: ({ python, harness, folder, scratch }) => ({
    file: python.path,
    folder: scratch,
    environment: ENVIRONMENT,
    profile: seatbeltProfile({ readable: [harness, folder, ...python.folders], writable: scratch }),
    arguments: ['-I', '-B', '-S', join(harness, 'harness.py'), folder, ...python.imports],
  }),
}

function wallsOf(folders: readonly string[]): string[] {
  return folders.flatMap(folder => ['--ro-bind-try', folder, folder])
}

function isNotSystem(folder: string): boolean {
  return folder !== '/' && !SYSTEM.some(it => folder === it || folder.startsWith(`${it}/`))
}

/** What begins with a dot in his folder and below it (keys, settings, histories) is covered, and so is a folder that cannot be looked into. */
function hiddenOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name.startsWith('.') ? ['--tmpfs', path] : hiddenBelow(path)
    return entry.isFile() && entry.name.startsWith('.') ? ['--ro-bind', '/dev/null', path] : []
  })
}

function hiddenBelow(folder: string): string[] {
  try {
    return hiddenOf(folder)
  } catch {
    return ['--tmpfs', folder]
  }
}

function succeeds(file: string, options: readonly string[]): Promise<boolean> {
  return new Promise(resolve => {
    const child = spawn(file, options, { stdio: 'ignore', timeout: 10_000 })
    child.on('error', () => resolve(false))
    child.on('close', code => resolve(code === 0))
  })
}
