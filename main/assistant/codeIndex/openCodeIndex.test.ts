import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { assistantDatabase } from '../../fixtures/assistantDatabase.ts'
import { writeCodeFolder } from '../../fixtures/codeFolder.ts'
import { temporaryFolder } from '../../fixtures/folder.ts'
import { indexRows } from '../../fixtures/indexRows.ts'
import { openGrammars } from '../syntax/grammars.ts'
import type { IndexChange } from './codeIndex.ts'
import { openCodeIndex } from './openCodeIndex.ts'

const grammars = await openGrammars()
const LONG_AGO = 1_000_000

function opened(file?: string, now = Date.now) {
  const database = assistantDatabase(file)
  if (file !== undefined) database.pragma('journal_mode = WAL')
  const index = openCodeIndex({ database, grammars, now })
  onTestFinished(async () => {
    await index.close()
    database.close()
  })
  return { database, index }
}

function write(folder: string, name: string, text: string | Uint8Array): string {
  const file = join(folder, name)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, text)
  return file
}

function namesOf({ index }: ReturnType<typeof opened>): string[] {
  return [...index.functions()].map(({ name }) => name).sort()
}

test('a folder is read once, and after a restart everything is known without reading', async () => {
  const root = temporaryFolder()
  const file = join(temporaryFolder(), 'assistant.db')
  const made = writeCodeFolder(join(root, 'code'), 300, 11)
  const first = opened(file, () => 5_000_000_000_000)
  expect(first.index.addFolder(join(root, 'code'))).toEqual({ ok: true, value: join(root, 'code') })
  expect(first.index.folders()[0]).toMatchObject({
    files: 0,
    functions: 0,
    indexedAt: undefined,
    problems: [],
  })
  const report = await first.index.refresh()
  expect(report).toMatchObject({ read: made.files.length, unchanged: 0, forgotten: 0, isCancelled: false })
  expect(first.index.folders()[0]).toMatchObject({
    files: made.files.length,
    functions: 300,
    indexedAt: 5_000_000_000_000,
    problems: [],
  })
  expect(await first.index.refresh()).toMatchObject({ read: 0, unchanged: made.files.length })

  const second = opened(file)
  expect(second.index.count()).toBe(300)
  expect([...second.index.functions()]).toEqual([...first.index.functions()])
})

test('a function is found by its file and name, with its imports and everywhere it is called', async () => {
  const root = temporaryFolder()
  const file = write(
    root,
    'book.py',
    'import math\nclass Book:\n    def greeks(self, k): pass\ndef f(): pass\ndef f(): return 2\n',
  )
  write(root, 'use.py', 'book.greeks(1, k=2)\ngreeks(3)\nother()\n')
  const { index } = opened()
  index.addFolder(root)
  await index.refresh()
  expect(index.functionNamed(file, 'Book.greeks')?.lines).toEqual({ first: 3, last: 3 })
  expect(index.functionNamed(file, 'f')?.lines.first).toBe(5)
  expect(index.functionNamed(file, 'none')).toBe(undefined)
  expect(index.functionsOf(file).map(({ name }) => name)).toEqual(['Book.greeks', 'f', 'f'])
  expect(index.importsOf(file)).toEqual(['math'])
  expect(index.importsOf('/none')).toEqual([])
  expect(index.callSites('Book.greeks')).toEqual([
    { file: join(root, 'use.py'), callee: 'book.greeks', line: 1, arguments: ['1', 'k=2'] },
    { file: join(root, 'use.py'), callee: 'greeks', line: 2, arguments: ['3'] },
  ])
})

test('functions that only moved keep their numbers; those that changed are gone and new', async () => {
  const root = temporaryFolder()
  write(root, 'a.py', 'def one(): return 1\n\ndef two(): return 2\n')
  const { index } = opened()
  index.addFolder(root)
  await index.refresh()
  const before = new Map([...index.functions()].map(({ name, id }) => [name, id]))
  const changes: IndexChange[] = []
  const deaf = index.onChange(change => changes.push(change))
  write(root, 'a.py', 'x = 1\ndef one(): return 1\n\ndef two(): return 22\n')
  await index.refresh()
  expect(changes).toHaveLength(1)
  expect(changes[0]?.moved.map(({ id, lines }) => [id, lines.first])).toEqual([[before.get('one'), 2]])
  expect(changes[0]?.removed).toEqual([before.get('two')])
  expect(changes[0]?.added.map(({ name }) => name)).toEqual(['two'])
  expect([...before.values()]).not.toContain(changes[0]?.added[0]?.id)
  deaf()
  rmSync(join(root, 'a.py'))
  await index.refresh()
  expect(changes).toHaveLength(1)
  expect(index.count()).toBe(0)
})

test('a file that changed within one tick of the clock, to the same size, is still seen to have changed', async () => {
  const root = temporaryFolder()
  const file = write(root, 'a.py', 'def one(): return 1\n')
  const { index } = opened()
  index.addFolder(root)
  const now = Date.now() / 1000
  utimesSync(file, now, now)
  await index.refresh()
  writeFileSync(file, 'def two(): return 1\n')
  utimesSync(file, now, now)
  await index.refresh()
  expect([...index.functions()].map(({ name }) => name)).toEqual(['two'])
  utimesSync(file, LONG_AGO, LONG_AGO)
  expect(await index.refresh()).toMatchObject({ read: 1, unchanged: 0 })
  expect(await index.refresh()).toMatchObject({ read: 0, unchanged: 1 })
})

test('what cannot be read is named, and read as soon as it can be', async () => {
  const root = temporaryFolder()
  write(root, 'latin.py', Buffer.from('# é\n', 'latin1'))
  write(root, 'binary.py', Uint8Array.of(1, 0, 2))
  write(root, 'broken.py', 'def f(:\n')
  write(root, 'large.py', '#'.repeat(2 * 1024 * 1024 + 1))
  write(root, 'good.py', 'def good(): pass\n')
  symlinkSync(join(root, 'good.py'), join(root, 'link.py'))
  symlinkSync(root, join(root, 'circle'))
  const all = opened()
  all.index.addFolder(root)
  await all.index.refresh()
  expect(all.index.folders()[0]).toMatchObject({ files: 5 })
  expect(
    all.index.folders()[0]?.problems.map(({ file, reason }) => [file.slice(root.length + 1), reason]),
  ).toEqual([
    ['binary.py', 'is not text'],
    ['broken.py', 'is read in part: some of it could not be parsed'],
    ['large.py', 'is larger than 2 MB'],
    ['latin.py', 'is not UTF-8'],
  ])
  expect(namesOf(all)).toEqual(['f', 'good'])
  write(root, 'large.py', 'def small(): pass\n')
  write(root, 'latin.py', '# é\ndef plain(): pass\n')
  await all.index.refresh()
  expect(namesOf(all)).toEqual(['f', 'good', 'plain', 'small'])
})

test.skipIf(process.getuid?.() === 0)('what may not be read is named', async () => {
  const root = temporaryFolder()
  const file = write(root, 'closed.py', 'def closed(): pass\n')
  write(root, 'room/inner.py', 'def inner(): pass\n')
  chmodSync(file, 0)
  chmodSync(join(root, 'room'), 0)
  onTestFinished(() => chmodSync(join(root, 'room'), 0o700))
  const all = opened()
  all.index.addFolder(root)
  await all.index.refresh()
  expect(all.index.folders()[0]?.problems).toEqual([
    { file: join(root, 'room'), reason: 'cannot be looked into (EACCES)' },
    { file, reason: 'cannot be read (EACCES)' },
  ])
  chmodSync(file, 0o600)
  await all.index.refresh()
  expect(namesOf(all)).toEqual(['closed'])
})

test('of very many problems the first are told, and how many more there are', async () => {
  const root = temporaryFolder()
  for (let count = 0; count < 205; count += 1) write(root, `${count}.py`, Uint8Array.of(0xff))
  const { index } = opened()
  index.addFolder(root)
  await index.refresh()
  const problems = index.folders()[0]?.problems ?? []
  expect(problems).toHaveLength(201)
  expect(problems.at(-1)).toEqual({ file: root, reason: 'has 5 more files like these' })
})

test('a folder that is gone keeps what was read in it, says so, and is read again when it comes back', async () => {
  const root = join(temporaryFolder(), 'disk')
  write(root, 'a.py', 'def one(): pass\n')
  const all = opened()
  all.index.addFolder(root)
  await all.index.refresh()
  renameSync(root, `${root}-away`)
  expect(await all.index.refresh()).toMatchObject({ forgotten: 0 })
  expect(all.index.folders()[0]?.problems[0]?.reason).toMatch(/^is not there/)
  expect(namesOf(all)).toEqual(['one'])
  renameSync(`${root}-away`, root)
  await all.index.refresh()
  expect(all.index.folders()[0]?.problems).toEqual([])
})

test('folders are added once, take in those inside them, and are forgotten with all they held', async () => {
  const root = temporaryFolder()
  write(root, 'inner/a.py', 'def one(): pass\n')
  const file = write(root, 'b.py', 'def two(): one()\n')
  const all = opened()
  const { index } = all
  expect(index.addFolder('code')).toEqual({ ok: false, failure: 'the path must be absolute, is code' })
  expect(index.addFolder(join(root, 'none')).ok).toBe(false)
  expect(index.addFolder(file)).toEqual({ ok: false, failure: `${file} is not a folder` })
  expect(index.addFolder('/').ok).toBe(false)
  expect(index.addFolder(join(root, 'inner')).ok).toBe(true)
  await index.refresh()
  const [one] = index.functions()
  expect(index.addFolder(`${root}/`)).toEqual({ ok: true, value: root })
  expect(index.folders().map(({ path, functions }) => [path, functions])).toEqual([[root, 1]])
  await index.refresh()
  expect(namesOf(all)).toEqual(['one', 'two'])
  expect(index.functionWith(one?.id ?? 0)).toMatchObject({ name: 'one' })
  expect(index.addFolder(join(root, 'inner')).ok).toBe(false)
  expect(index.addFolder(root).ok).toBe(false)

  const removed: number[] = []
  index.onChange(change => removed.push(...change.removed))
  expect(index.removeFolder(root)).toEqual({ ok: true, value: root })
  expect(removed).toHaveLength(2)
  expect([index.count(), index.folders(), index.callSites('one')]).toEqual([0, [], []])
  expect(index.removeFolder(root).ok).toBe(false)
})

test('a reading that is cancelled keeps what it read, and the next one goes on from there', async () => {
  const root = temporaryFolder()
  const { files } = writeCodeFolder(root, 600, 3)
  for (const file of files) utimesSync(file, LONG_AGO, LONG_AGO)
  const { index } = opened()
  index.addFolder(root)
  const stop = new AbortController()
  const report = await index.refresh({
    signal: stop.signal,
    onProgress: ({ done, total }) => {
      expect(total).toBe(files.length)
      if (done > 0) stop.abort()
    },
  })
  expect(report.isCancelled).toBe(true)
  expect(report.read).toBeGreaterThan(0)
  expect(report.read).toBeLessThan(files.length)
  expect(index.folders()[0]?.indexedAt).toBe(undefined)
  expect(await index.refresh()).toMatchObject({ unchanged: report.read, read: files.length - report.read })
  expect(index.count()).toBe(600)
})

test('everything else has its turn while a folder is read', async () => {
  const root = temporaryFolder()
  writeCodeFolder(root, 1500, 4)
  const { index } = opened()
  index.addFolder(root)
  let turns = 0
  const beat = setInterval(() => (turns += 1), 1)
  await index.refresh()
  clearInterval(beat)
  expect(turns).toBeGreaterThan(5)
})

test('what another process reads is known here, and what is removed there is gone here', async () => {
  const root = temporaryFolder()
  const file = join(temporaryFolder(), 'assistant.db')
  write(root, 'a.py', 'def one(): pass\n')
  const here = opened(file)
  const there = opened(file)
  const changes: IndexChange[] = []
  here.index.onChange(change => changes.push(change))
  there.index.addFolder(root)
  await there.index.refresh()
  expect(namesOf(here)).toEqual(['one'])
  write(root, 'a.py', '\n\ndef one(): pass\ndef two(): pass\n')
  await there.index.refresh()
  expect(namesOf(here)).toEqual(['one', 'two'])
  expect(changes.map(({ added, moved }) => [added.length, moved.length])).toEqual([
    [1, 0],
    [1, 1],
  ])
  there.index.removeFolder(root)
  expect(namesOf(here)).toEqual([])
})

test('two processes that read the same folder at once end with the same rows', async () => {
  const root = temporaryFolder()
  const file = join(temporaryFolder(), 'assistant.db')
  const { files } = writeCodeFolder(root, 400, 5)
  const both = [opened(file), opened(file)]
  both[0]?.index.addFolder(root)
  const reports = await Promise.all(both.map(({ index }) => index.refresh()))
  expect(reports.map(({ isCancelled }) => isCancelled)).toEqual([false, false])
  for (const { index } of both) {
    expect([...index.functions()]).toHaveLength(400)
    expect(index.folders()[0]).toMatchObject({ files: files.length, functions: 400, problems: [] })
  }
})

test('a reading waits while another process writes', async () => {
  const root = temporaryFolder()
  const file = join(temporaryFolder(), 'assistant.db')
  write(root, 'a.py', 'def one(): pass\n')
  const here = opened(file)
  here.index.addFolder(root)
  here.database.pragma('busy_timeout = 0')
  const other = assistantDatabase(file)
  other.exec('BEGIN IMMEDIATE')
  setTimeout(() => {
    other.exec('COMMIT')
    other.close()
  }, 150)
  expect(here.index.removeFolder(root)).toEqual({
    ok: false,
    failure: 'another process is writing to the index; try again',
  })
  await here.index.refresh()
  expect(namesOf(here)).toEqual(['one'])
})

test('a folder that is removed while it is read stays removed', async () => {
  const root = temporaryFolder()
  writeCodeFolder(root, 600, 6)
  const { index } = opened()
  index.addFolder(root)
  await index.refresh({ onProgress: ({ done }) => done > 0 && index.removeFolder(root) })
  expect([index.count(), index.folders()]).toEqual([0, []])
})

test('a process that is killed while it reads leaves whole files behind, and the next one makes up for the rest', async () => {
  const root = temporaryFolder()
  const file = join(temporaryFolder(), 'assistant.db')
  const { files } = writeCodeFolder(root, 1200, 7)
  for (const path of files) utimesSync(path, LONG_AGO, LONG_AGO)
  const script = join(import.meta.dirname, '../../fixtures/readInChild.ts')
  let before = 0
  for (const until of ['1', '33']) {
    const child = spawn(process.execPath, [script, file, root, until], { stdio: 'inherit' })
    const [, signal] = await once(child, 'exit')
    expect(signal).toBe('SIGKILL')
    const left = opened(file)
    expect(left.database.pragma('integrity_check', { simple: true })).toBe('ok')
    const known = left.index.folders()[0]?.files ?? 0
    expect(known).toBeGreaterThan(before)
    expect(known).toBeLessThan(files.length)
    before = known
  }
  const last = opened(file)
  const report = await last.index.refresh()
  expect(report).toMatchObject({ unchanged: before, read: files.length - before })
  const fresh = opened()
  fresh.index.addFolder(root)
  await fresh.index.refresh()
  expect(indexRows(last.database)).toEqual(indexRows(fresh.database))
})
