import { mkdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../../core/base/random.ts'
import { assistantDatabase } from '../../fixtures/assistantDatabase.ts'
import { temporaryFolder } from '../../fixtures/folder.ts'
import { FOLDER_EDITS, editFolder, type FolderEdit } from '../../fixtures/folderEdits.ts'
import { indexRows } from '../../fixtures/indexRows.ts'
import { openGrammars } from '../syntax/grammars.ts'
import type { CodeIndex, IndexedFunction } from './codeIndex.ts'
import { openCodeIndex } from './openCodeIndex.ts'

const grammars = await openGrammars()

function opened(root: string) {
  const database = assistantDatabase()
  const index = openCodeIndex({ database, grammars, now: Date.now })
  expect(index.addFolder(root).ok).toBe(true)
  return { database, index }
}

/** What a listener knows who hears every change from the beginning. */
function replicaOf(index: CodeIndex): Map<number, IndexedFunction> {
  const known = new Map<number, IndexedFunction>()
  index.onChange(({ removed, moved, added }) => {
    for (const id of removed) expect(known.delete(id)).toBe(true)
    for (const one of moved) expect(known.has(one.id)).toBe(true)
    for (const one of added) expect(known.has(one.id)).toBe(false)
    for (const one of [...moved, ...added]) known.set(one.id, one)
  })
  return known
}

/** The rows of an index that never knew the folder before. */
async function rebuiltRows(root: string): Promise<unknown[]> {
  const { database, index } = opened(root)
  await index.refresh()
  const rows = indexRows(database)
  database.close()
  return rows
}

function byId(functions: Iterable<IndexedFunction>): IndexedFunction[] {
  return [...functions].sort((a, b) => a.id - b.id)
}

test('after a thousand random edits the index is row for row a full rebuild, and memory and listeners know the same', async () => {
  const root = temporaryFolder()
  const { database, index } = opened(root)
  const replica = replicaOf(index)
  const random = createRandom(20_261_122)
  for (let count = 1; count <= 1000; count += 1) {
    const kind = FOLDER_EDITS[random.below(FOLDER_EDITS.length)] ?? 'create'
    editFolder(root, { kind, pick: random.below(1000), seed: random.below(100_000) })
    if (random.uniform() < 0.3) await index.refresh()
    if (count % 100 !== 0) continue
    await index.refresh()
    expect(indexRows(database)).toEqual(await rebuiltRows(root))
    const reopened = openCodeIndex({ database, grammars, now: Date.now })
    expect(byId(index.functions())).toEqual(byId(reopened.functions()))
    expect(byId(replica.values())).toEqual(byId(index.functions()))
  }
  expect(index.count()).toBeGreaterThan(20)
})

/** Edits as they come when nobody saves twice at once: every file is long unchanged when it is read, and by its time it is known. */
function editSlowly(root: string, edits: readonly FolderEdit[], from: number): void {
  edits.forEach((edit, index) => {
    const written = editFolder(root, edit)
    if (written !== undefined) utimesSync(written, from + index, from + index)
  })
}

const edits: fc.Arbitrary<FolderEdit[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(...FOLDER_EDITS),
    pick: fc.nat({ max: 1000 }),
    seed: fc.nat({ max: 100_000 }),
  }),
  { minLength: 2, maxLength: 30 },
)

test('whatever happens between two readings, the second makes up for it', async () => {
  const folder = temporaryFolder()
  let runs = 0
  await fc.assert(
    fc.asyncProperty(edits, fc.nat({ max: 30 }), fc.boolean(), async (edits, between, isSlow) => {
      runs += 1
      const root = join(folder, String(runs))
      mkdirSync(root)
      const { database, index } = opened(root)
      const editAll = (some: readonly FolderEdit[], from: number) =>
        isSlow ? editSlowly(root, some, from) : some.forEach(edit => editFolder(root, edit))
      editAll(edits.slice(0, between), 1_000_000)
      await index.refresh()
      editAll(edits.slice(between), 2_000_000)
      await index.refresh()
      expect(indexRows(database)).toEqual(await rebuiltRows(root))
      database.close()
    }),
    { numRuns: 100 },
  )
})
