import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { assistantDatabase } from '../../fixtures/assistantDatabase.ts'
import { temporaryFolder } from '../../fixtures/folder.ts'
import { indexRows } from '../../fixtures/indexRows.ts'
import { openGrammars } from '../syntax/grammars.ts'
import { openCodeIndex } from './openCodeIndex.ts'

const grammars = await openGrammars()
const PATIENCE = { timeout: 15_000, interval: 10 }

function opened(file?: string) {
  const database = assistantDatabase(file)
  if (file !== undefined) database.pragma('journal_mode = WAL')
  const index = openCodeIndex({ database, grammars, now: Date.now })
  onTestFinished(async () => {
    await index.close()
    database.close()
  })
  return { database, index }
}

function write(folder: string, name: string, text: string): void {
  mkdirSync(join(folder, name, '..'), { recursive: true })
  writeFileSync(join(folder, name), text)
}

function f(name: string): string {
  return `def ${name}(): pass\n`
}

/** A folder that is watched, and a wait until exactly these functions are known. */
async function watched() {
  const root = temporaryFolder()
  write(root, 'a.py', f('one'))
  const parts = opened()
  parts.index.addFolder(root)
  await parts.index.watch()
  const settled = (...names: string[]) =>
    vi.waitFor(
      () => expect([...parts.index.functions()].map(({ name }) => name).sort()).toEqual(names),
      PATIENCE,
    )
  await settled('one')
  return { root, settled, ...parts }
}

test('what is saved, made, renamed and deleted is known soon, in folders made later too', async () => {
  const { root, settled, database } = await watched()
  write(root, 'a.py', f('one') + f('two'))
  await settled('one', 'two')
  write(root, 'new/deep/b.ts', 'function three() {}\n')
  await settled('one', 'three', 'two')
  write(root, 'new/deep/c.hpp', 'int four() { return 4; }\n')
  await settled('four', 'one', 'three', 'two')
  renameSync(join(root, 'a.py'), join(root, 'z.py'))
  renameSync(join(root, 'new'), join(root, 'newer'))
  await vi.waitFor(
    () =>
      expect(database.prepare('SELECT path FROM files ORDER BY path').pluck().all()).toEqual(
        ['newer/deep/b.ts', 'newer/deep/c.hpp', 'z.py'].map(name => join(root, name)),
      ),
    PATIENCE,
  )
  rmSync(join(root, 'newer'), { recursive: true })
  rmSync(join(root, 'z.py'))
  await settled()
})

test('an editor that saves by writing beside and renaming is seen as one that saves', async () => {
  const { root, settled, index } = await watched()
  for (const name of ['two', 'three', 'four']) {
    write(root, '.a.py.tmp', f(name))
    renameSync(join(root, '.a.py.tmp'), join(root, 'a.py'))
    await settled(name)
  }
  expect(index.folders()[0]).toMatchObject({ files: 1, functions: 1, problems: [] })
})

test('what .gitignore leaves out is not read, and is as soon as it no longer does', async () => {
  const { root, settled, database } = await watched()
  write(root, '.gitignore', 'build/\nold.py\n')
  write(root, 'build/b.py', f('two'))
  write(root, 'old.py', f('three'))
  write(root, 'kept.py', f('four'))
  write(root, 'node_modules/p/index.ts', 'function five() {}\n')
  await settled('four', 'one')
  write(root, '.gitignore', 'kept.py\n')
  await settled('one', 'three', 'two')
  write(root, 'build/b.py', f('six'))
  await settled('one', 'six', 'three')
  rmSync(join(root, '.gitignore'))
  await settled('four', 'one', 'six', 'three')
  const fresh = opened()
  fresh.index.addFolder(root)
  await fresh.index.refresh()
  expect(indexRows(database)).toEqual(indexRows(fresh.database))
})

test('a folder that goes and comes back is followed again', async () => {
  const { root, settled, index } = await watched()
  renameSync(root, `${root}-away`)
  onTestFinished(() => rmSync(`${root}-away`, { recursive: true, force: true }))
  await vi.waitFor(() => expect(index.folders()[0]?.problems[0]?.reason).toMatch(/^is not there/), PATIENCE)
  await settled('one')
  renameSync(`${root}-away`, root)
  await vi.waitFor(() => expect(index.folders()[0]?.problems).toEqual([]), PATIENCE)
  write(root, 'a.py', f('two'))
  await settled('two')
})

test('folders that are added later are followed, those that are removed are not', async () => {
  const { root, settled, index } = await watched()
  const other = temporaryFolder()
  expect(index.addFolder(other).ok).toBe(true)
  await index.watch()
  write(other, 'b.py', f('two'))
  await settled('one', 'two')
  index.removeFolder(root)
  write(root, 'a.py', f('three'))
  write(other, 'c.py', f('four'))
  await settled('four', 'two')
})

test('a folder that another process adds is followed here', async () => {
  const root = temporaryFolder()
  const file = join(temporaryFolder(), 'assistant.db')
  const here = opened(file)
  await here.index.watch()
  const told: string[] = []
  here.index.onChange(({ added }) => told.push(...added.map(({ name }) => name)))
  const there = opened(file)
  write(root, 'a.py', f('one'))
  there.index.addFolder(root)
  await there.index.refresh()
  await vi.waitFor(() => {
    // Whoever asks takes the news over before the watch does
    expect([...here.index.functions()]).toHaveLength(1)
    expect(told).toEqual(['one'])
  }, PATIENCE)
  await there.index.close()
  await vi.waitFor(() => {
    write(root, 'b.py', f('two'))
    expect(told).toEqual(['one', 'two'])
  }, PATIENCE)
})

test('nothing is told after the index is closed', async () => {
  const { root, index } = await watched()
  let changes = 0
  index.onChange(() => (changes += 1))
  await index.close()
  write(root, 'a.py', f('two'))
  expect(await index.refresh()).toMatchObject({ isCancelled: true, read: 0 })
  expect(changes).toBe(0)
})

test('a disk that is full is told, and what did not fit is read when there is room again', async () => {
  const { root, settled, index, database } = await watched()
  const pages = Number(database.pragma('page_count', { simple: true }))
  database.pragma(`max_page_count = ${pages}`)
  write(
    root,
    'b.py',
    Array.from({ length: 200 }, (_, count) => f(`wide_${'x'.repeat(200)}_${count}`)).join(''),
  )
  await vi.waitFor(
    () =>
      expect(index.folders()[0]?.problems).toEqual([
        { file: root, reason: 'what changed could not be kept (SQLITE_FULL)' },
      ]),
    PATIENCE,
  )
  await expect(index.refresh()).rejects.toThrow('full')
  await settled('one')
  database.pragma('max_page_count = 1000000')
  write(root, 'b.py', f('two'))
  await index.refresh()
  await settled('one', 'two')
  expect(index.folders()[0]?.problems).toEqual([])
})
