import { mkdir, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { failure, success, type Result } from '../core/base/result.ts'

/** What models are kept on. A port of its own so that tests can let it fail at every single step. */
export interface Disk {
  /** The bytes of a file, undefined where there is none. */
  read(file: string): Promise<Uint8Array | undefined>
  /** Changes whenever a file does; undefined where that cannot be told. */
  stamp(file: string): Promise<string | undefined>
  /** Names in a folder, sorted; none where there is no folder. */
  list(folder: string): Promise<string[]>
  makeFolder(folder: string): Promise<void>
  /** Writes a whole file and waits until it is on the disk, not in a cache. */
  write(file: string, bytes: Uint8Array): Promise<void>
  /** Moves a file or folder; takes the place of a file that is there. */
  rename(from: string, to: string): Promise<void>
  /** Waits until the names in a folder are on the disk. */
  syncFolder(folder: string): Promise<void>
  remove(path: string): Promise<void>
}

/** Thrown where the disk does not do what it is told: names the file or folder, says why, and what can be done. */
export class DiskFailure extends Error {
  override readonly name = 'DiskFailure'
  /** What stands in its way and what to do about it: a sentence or two. */
  readonly why: string

  constructor(path: string, done: 'read' | 'written' | 'removed', cause: unknown) {
    const code = codeOf(cause) ?? String(cause)
    const why = REMEDIES[code] ?? `${code}.`
    super(`${path} could not be ${done}: ${why}`, { cause })
    this.why = why
  }
}

const FULL = 'the disk is full. Free some space and do it again.'
const FORBIDDEN = 'there is no right to. Change the rights of its folder, or name another folder.'

/** Why, and what to do about it, by what the operating system says. */
const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: FULL,
  EDQUOT: FULL,
  EACCES: FORBIDDEN,
  EPERM: FORBIDDEN,
  EROFS: 'the disk is for reading only. Name a folder on another one.',
  EISDIR: 'a folder bears its name. Move that folder away.',
  ENOTDIR: 'a file bears the name of its folder. Move that file away.',
  EEXIST: 'a file bears its name. Move that file away.',
}

/** The disk of this machine; what fails on it is a `DiskFailure`. */
export const localDisk: Disk = {
  read: file => ifThere(file, async () => new Uint8Array(await readFile(file)), undefined),
  stamp: file =>
    ifThere(
      file,
      async () => {
        const { size, mtimeMs, ino } = await stat(file)
        return `${size} ${mtimeMs} ${ino}`
      },
      undefined,
    ),
  list: folder => ifThere(folder, async () => (await readdir(folder)).toSorted(), []),
  makeFolder: folder => named(folder, 'written', () => mkdir(folder, { recursive: true })),
  write: (file, bytes) =>
    named(file, 'written', async () => {
      const handle = await open(file, 'w')
      try {
        await handle.writeFile(bytes)
        await handle.sync()
      } finally {
        await handle.close()
      }
    }),
  rename: (from, to) => named(to, 'written', () => rename(from, to)),
  syncFolder: folder =>
    named(folder, 'written', async () => {
      const handle = await open(folder, 'r')
      try {
        await handle.sync()
      } finally {
        await handle.close()
      }
    }),
  remove: path => named(path, 'removed', () => rm(path, { recursive: true, force: true })),
}

/** The bytes of a file, undefined where there is none; the failure names one that cannot be read: a folder, or no right to. */
export async function tryRead(disk: Disk, file: string): Promise<Result<Uint8Array | undefined, string>> {
  try {
    return success(await disk.read(file))
  } catch (cause) {
    return failure(`${file} was refused: ${cause instanceof DiskFailure ? cause.why : String(cause)}`)
  }
}

/**
 * Puts a file in place of another: whoever reads finds the old one or the new one, whatever happens meanwhile. It is written beside it
 * first, under a name of its own where several may write at once.
 */
export async function replaceFile(
  disk: Disk,
  file: string,
  bytes: Uint8Array,
  beside = `${file}.new`,
): Promise<void> {
  await orNothing(disk, beside, async () => {
    await disk.write(beside, bytes)
    await disk.rename(beside, file)
  })
  await disk.syncFolder(dirname(file))
}

/** Puts a folder with its files in place of another: it is there with all of them, or not at all. */
export async function replaceFolder(
  disk: Disk,
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  await takePlace(disk, await buildFolder(disk, folder, files), folder)
}

/** Writes the files of a folder beside its place, to be looked through before it takes it; gives where. */
export async function buildFolder(
  disk: Disk,
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<string> {
  const building = join(dirname(folder), `.${basename(folder)}.new`)
  await disk.remove(building)
  await orNothing(disk, building, async () => {
    await disk.makeFolder(building)
    for (const [name, bytes] of files) await disk.write(join(building, name), bytes)
    await disk.syncFolder(building)
  })
  return building
}

/** Moves a folder that was built beside it to its place. */
export async function takePlace(disk: Disk, building: string, folder: string): Promise<void> {
  await orNothing(disk, building, async () => {
    await disk.remove(folder)
    await disk.rename(building, folder)
  })
  await disk.syncFolder(dirname(folder))
}

/** Builds something at a path; where that fails, what was begun is cleared away. */
async function orNothing(disk: Disk, path: string, build: () => Promise<void>): Promise<void> {
  try {
    await build()
  } catch (cause) {
    // Where not even that can be done, it is the first failure that is told
    await disk.remove(path).catch(() => undefined)
    throw cause
  }
}

/** What is found, or what stands for nothing where there is no such file or folder. */
async function ifThere<Found>(path: string, look: () => Promise<Found>, nothing: Found): Promise<Found> {
  try {
    return await look()
  } catch (cause) {
    const code = codeOf(cause)
    if (code === 'ENOENT' || code === 'ENOTDIR') return nothing
    throw new DiskFailure(path, 'read', cause)
  }
}

async function named(path: string, done: 'written' | 'removed', act: () => Promise<unknown>): Promise<void> {
  try {
    await act()
  } catch (cause) {
    throw new DiskFailure(path, done, cause)
  }
}

function codeOf(cause: unknown): string | undefined {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : undefined
}
