import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { namesIn, temporaryFolder } from '../fixtures/folder.ts'
import { memoryDisk } from '../fixtures/memoryDisk.ts'
import { DiskFailure, localDisk, replaceFile, replaceFolder, type Disk } from './disk.ts'

const OLD = new Map([['a', Uint8Array.of(1)]])
const NEW = new Map([
  ['a', Uint8Array.of(2)],
  ['b', Uint8Array.of(3, 4)],
])

/** A disk that is full at one of its steps, and takes everything else. */
function fullAt(disk: Disk, place: number): Disk {
  let steps = 0
  const full = async (path: string) => {
    steps += 1
    if (steps === place)
      throw new DiskFailure(path, 'written', Object.assign(new Error(), { code: 'ENOSPC' }))
  }
  return {
    ...disk,
    makeFolder: path => full(path).then(() => disk.makeFolder(path)),
    write: (path, bytes) => full(path).then(() => disk.write(path, bytes)),
    rename: (from, to) => full(to).then(() => disk.rename(from, to)),
  }
}

describe('on a full disk', () => {
  test.each([1, 2, 3, 4])(
    'a folder that is written stays away or as it was, and nothing is left of it (step %d)',
    async place => {
      const disk = memoryDisk()
      const written = replaceFolder(fullAt(disk, place), '/models/one', NEW)
      await expect(written).rejects.toThrow(
        /^\/models\/.* could not be written: the disk is full\. Free some space/,
      )
      expect([...disk.files]).toEqual([])
    },
  )

  test.each([1, 2])(
    'a file that is written stays as it was, and nothing lies beside it (step %d)',
    async place => {
      const disk = memoryDisk(new Map([['/models/a', Uint8Array.of(1)]]))
      await expect(replaceFile(fullAt(disk, place), '/models/a', Uint8Array.of(2))).rejects.toThrow(
        DiskFailure,
      )
      expect([...disk.files]).toEqual([['/models/a', Uint8Array.of(1)]])
    },
  )
})

test('a folder takes the place of another with all its files', async () => {
  const folder = join(temporaryFolder(), 'one')
  for (const files of [OLD, NEW]) {
    await replaceFolder(localDisk, folder, files)
    expect(namesIn(folder)).toEqual([...files.keys()])
  }
  expect(namesIn(join(folder, '..'))).toEqual(['one'])
})

test('what fails names the file and says what to do', async () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'folder'))
  writeFileSync(join(folder, 'file'), 'text')
  const one = Uint8Array.of(1)
  await expect(localDisk.write(join(folder, 'folder'), one)).rejects.toThrow(
    `${join(folder, 'folder')} could not be written: a folder bears its name. Move that folder away.`,
  )
  await expect(localDisk.write(join(folder, 'file/inside'), one)).rejects.toThrow(
    `${join(folder, 'file/inside')} could not be written: a file bears the name of its folder. Move that file away.`,
  )
  await expect(localDisk.read(join(folder, 'folder'))).rejects.toThrow(
    `${join(folder, 'folder')} could not be read: a folder bears its name. Move that folder away.`,
  )
  await expect(localDisk.rename(join(folder, 'nothing'), join(folder, 'else'))).rejects.toThrow(
    `${join(folder, 'else')} could not be written: ENOENT.`,
  )
})

// Whoever may do everything is refused nothing
test.skipIf(process.getuid?.() === 0)('what there is no right to is said', async () => {
  const locked = join(temporaryFolder(), 'locked')
  mkdirSync(locked)
  chmodSync(locked, 0o500)
  const written = localDisk.write(join(locked, 'a'), Uint8Array.of(1))
  await expect(written).rejects.toThrow(/a could not be written: there is no right to\./)
})
