import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'

/** What is known of a file that is about to be replaced. */
export interface CodeFileState {
  /** Where it is, links followed. */
  readonly path: string
  readonly bytes: Buffer
  /** Rights, as the file system keeps them. */
  readonly mode: number
  readonly owner: number
  readonly group: number
  /** Names that the file has. */
  readonly names: number
}

/** What files of code are kept on; a port, so that tests can let every step of it fail. Errors are thrown, as Node does. */
export interface CodeDisk {
  read(file: string): CodeFileState
  /** Makes a new file with the rights of another, and waits until it is on the disk. */
  write(file: string, bytes: Buffer, like: CodeFileState): void
  rename(from: string, to: string): void
  /** Waits until the names in the folder of a file are on the disk. */
  syncFolder(file: string): void
  remove(file: string): void
}

/** The disk of this machine. */
export const localCodeDisk: CodeDisk = {
  read: file => {
    const path = realpathSync(file)
    const handle = openSync(path, constants.O_RDONLY)
    try {
      const { mode, uid, gid, nlink } = fstatSync(handle)
      return { path, bytes: readFileSync(handle), mode, owner: uid, group: gid, names: nlink }
    } finally {
      closeSync(handle)
    }
  },
  write: (file, bytes, { mode, owner, group }) => {
    const handle = openSync(file, 'wx', mode)
    try {
      writeFileSync(handle, bytes)
      const made = fstatSync(handle)
      if (made.uid !== owner || made.gid !== group) fchownSync(handle, owner, group)
      // After the owner, which may take rights away; and past the mask of the process
      fchmodSync(handle, mode & 0o7777)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
  },
  rename: renameSync,
  syncFolder: file => {
    if (process.platform === 'win32') return
    const handle = openSync(dirname(file), constants.O_RDONLY)
    try {
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
  },
  remove: file => rmSync(file, { force: true }),
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it is not there any more',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full',
  EACCES: 'there is no right to',
  EPERM: 'there is no right to',
  EROFS: 'its disk is for reading only',
  EISDIR: 'it is a folder',
  ENOTDIR: 'its folder is not there any more',
  ELOOP: 'its links lead in a circle',
}

/** Why a step on the disk failed, in words; undefined for what is no error of the file system. */
export function diskReason(cause: unknown): string | undefined {
  if (!(cause instanceof Error) || !('code' in cause) || typeof cause.code !== 'string') return undefined
  return REASONS[cause.code] ?? cause.code
}
