import { mkdir, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
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

/** The disk of this machine. */
export const localDisk: Disk = {
  async read(file) {
    try {
      return new Uint8Array(await readFile(file))
    } catch (cause) {
      if (isAbsent(cause)) return undefined
      throw cause
    }
  },
  async stamp(file) {
    try {
      const { size, mtimeMs, ino } = await stat(file)
      return `${size} ${mtimeMs} ${ino}`
    } catch (cause) {
      if (isAbsent(cause)) return undefined
      throw cause
    }
  },
  async list(folder) {
    try {
      return (await readdir(folder)).toSorted()
    } catch (cause) {
      if (isAbsent(cause)) return []
      throw cause
    }
  },
  async makeFolder(folder) {
    await mkdir(folder, { recursive: true })
  },
  async write(file, bytes) {
    const handle = await open(file, 'w')
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
  },
  rename: (from, to) => rename(from, to),
  async syncFolder(folder) {
    const handle = await open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  },
  remove: path => rm(path, { recursive: true, force: true }),
}

/** The bytes of a file, undefined where there is none; the failure names one that cannot be read: a folder, or no right to. */
export async function tryRead(disk: Disk, file: string): Promise<Result<Uint8Array | undefined, string>> {
  try {
    return success(await disk.read(file))
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? cause.code : cause
    return failure(`${file} was refused: it cannot be read (${String(reason)}).`)
  }
}

/** Puts a file in place of another: whoever reads finds the old one or the new one, whatever happens meanwhile. */
export async function replaceFile(disk: Disk, file: string, bytes: Uint8Array): Promise<void> {
  await disk.write(`${file}.new`, bytes)
  await disk.rename(`${file}.new`, file)
  await disk.syncFolder(dirname(file))
}

function isAbsent(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')
}
