// How fast code is read and found again, over 10,000 made-up functions in three languages and over Python's own library:
// `npm run bench -- codeIndex [--json]`; a miss ends with 1. Rates are of processor time, so that they hold on a busy machine too.
import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Database } from 'better-sqlite3'
import { openDatabase } from '../../adapters/memory/openDatabase.ts'
import type { CodeIndex } from '../../assistant/codeIndex/codeIndex.ts'
import { openCodeIndex } from '../../assistant/codeIndex/openCodeIndex.ts'
import { openSearch } from '../../assistant/openSearch.ts'
import type { CodeSearch } from '../../assistant/search/codeSearch.ts'
import { openGrammars } from '../../assistant/syntax/grammars.ts'
import { quantile } from '../../core/base/statistics.ts'
import { createRandom } from '../../core/base/random.ts'
import { sampleFunction, writeCodeFolder } from '../../fixtures/codeFolder.ts'
import { TOP } from '../../fixtures/sources.ts'
import { tellEach, type Section } from './report.ts'

const FUNCTIONS = 10_000
const SAVES = 20
const QUERIES = 1000

/** Goals: files a second of one core, milliseconds from a save until it is found, milliseconds of a query. */
const FILES = 200
const UNTIL_FOUND = 1000
const QUERY = 5

const folder = mkdtempSync(join(tmpdir(), 'code-index-'))
const grammars = await openGrammars()
const made = writeCodeFolder(join(folder, 'code'), FUNCTIONS, 5)
try {
  await tellEach([madeCode, pythonLibrary, restarted, saved, queried])
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function opened(name: string) {
  const migrations = join(TOP, 'migrations/assistant')
  const { database } = openDatabase(join(folder, name), migrations, () => new Date())
  return { database, index: openCodeIndex({ database, grammars, now: Date.now }) }
}

async function madeCode(): Promise<Section[]> {
  const before = heap()
  const { database, index } = opened('made.db')
  index.addFolder(join(folder, 'code'))
  const rates = await rateOf(index, database)
  const memory = heap() - before
  const again = await index.refresh()
  await index.close()
  database.close()
  return [
    {
      title: `${made.functions} made-up functions in ${made.files.length} files, three languages, read into an empty index`,
      figures: [
        ...rates,
        { name: 'looked through again, nothing changed', value: again.milliseconds, unit: 'ms' },
        { name: 'memory of the index', value: memory / 2 ** 20, unit: 'MB' },
        { name: 'database', value: statSync(join(folder, 'made.db')).size / 2 ** 20, unit: 'MB' },
      ],
    },
  ]
}

async function pythonLibrary(): Promise<Section[]> {
  const title = `Python's own library, as it is installed here`
  const library = libraryOfPython()
  if (library === undefined) return [{ title, leftOut: 'there is no python3 here' }]
  const { database, index } = opened('library.db')
  const added = index.addFolder(library)
  if (!added.ok) return [{ title, leftOut: added.failure }]
  const figures = await rateOf(index, database)
  const [read] = index.folders()
  await index.close()
  database.close()
  const notes = [
    `${read?.files} files, ${read?.functions} functions, ${read?.problems.length} not or not wholly read`,
  ]
  return [{ title, figures, notes }]
}

/** Reads everything, and says how fast. */
async function rateOf(index: CodeIndex, database: Database) {
  const start = process.cpuUsage()
  const { read, milliseconds } = await index.refresh()
  const { user, system } = process.cpuUsage(start)
  const seconds = (user + system) / 1e6
  return [
    { name: 'files a second of a core', value: read / seconds, atLeast: FILES },
    { name: 'functions a second of a core', value: index.count() / seconds },
    { name: 'megabytes a second of a core', value: sizeOf(database) / seconds / 1e6 },
    { name: 'kilobytes of a file, mean', value: sizeOf(database) / read / 1000 },
    { name: 'until all is read, by the clock', value: milliseconds / 1000, unit: 's' },
  ]
}

/** Bytes of the files that an index holds. */
function sizeOf(database: Database): number {
  return database.prepare<[], number>('SELECT coalesce(sum(size), 0) FROM files').pluck().get() ?? 0
}

async function restarted(): Promise<Section[]> {
  const start = performance.now()
  const { database, index } = opened('made.db')
  const value = performance.now() - start
  const count = index.count()
  await index.close()
  database.close()
  return [
    {
      title: `After a restart, ${count} functions`,
      figures: [{ name: 'until all are known', value, unit: 'ms', atMost: UNTIL_FOUND }],
    },
  ]
}

/** From the end of a save until a query finds what was saved. */
async function saved(): Promise<Section[]> {
  const { database, index } = opened('made.db')
  const search = openSearch({ database, now: Date.now }, index)
  await search.settle()
  await index.watch()
  const toIndex: number[] = []
  const toSearch: number[] = []
  for (let save = 0; save < SAVES; save += 1) {
    const file = made.files.filter(path => path.endsWith('.py'))[save * 7] ?? ''
    const name = `saved_quokka_${save}`
    const heard = new Promise<void>(resolve => {
      const stop = index.onChange(({ added }) => {
        if (!added.some(one => one.name.endsWith(name))) return
        stop()
        resolve()
      })
    })
    appendFileSync(file, `\n\ndef ${name}(spot):\n    return spot\n`)
    const start = performance.now()
    await heard
    toIndex.push(performance.now() - start)
    toSearch.push((await found(search, name)) - start)
  }
  await index.close()
  database.close()
  return [
    {
      title: `${SAVES} saves of a file, one after the other`,
      figures: [
        { name: 'until it is known, median', value: quantile(toIndex, 0.5), unit: 'ms' },
        { name: 'until it is found, median', value: quantile(toSearch, 0.5), unit: 'ms' },
        { name: 'until it is found, longest', value: Math.max(...toSearch), unit: 'ms', atMost: UNTIL_FOUND },
      ],
    },
  ]
}

/** When a query for a name first finds it, on the clock of `performance`; infinite where it does not. */
async function found(search: CodeSearch, name: string): Promise<number> {
  for (let tries = 0; tries < 1000; tries += 1) {
    const { hits } = await search.search(name, { limit: 3 })
    if (hits.some(({ place }) => place.function.endsWith(name))) return performance.now()
  }
  return Infinity
}

async function queried(): Promise<Section[]> {
  const before = heap()
  const { database, index } = opened('made.db')
  const search = openSearch({ database, now: Date.now }, index)
  const trained = await search.train()
  await search.settle()
  const memory = heap() - before
  const random = createRandom(9)
  const times: number[] = []
  for (let query = -50; query < QUERIES; query += 1) {
    const { docstring } = sampleFunction('python', random)
    const start = performance.now()
    await search.search(docstring, { limit: 10 })
    if (query >= 0) times.push(performance.now() - start)
  }
  await index.close()
  database.close()
  return [
    {
      title: `${QUERIES} queries of a sentence over ${index.count()} functions, ${trained.ok ? 'words and meaning' : 'words only'}`,
      figures: [
        { name: 'median', value: quantile(times, 0.5), unit: 'ms', atMost: QUERY },
        { name: '99 of 100 at most', value: quantile(times, 0.99), unit: 'ms', atMost: QUERY },
        { name: 'memory of index and search', value: memory / 2 ** 20, unit: 'MB' },
      ],
    },
  ]
}

function libraryOfPython(): string | undefined {
  try {
    const script = 'import sysconfig; print(sysconfig.get_paths()["stdlib"])'
    return execFileSync('python3', ['-c', script], { encoding: 'utf8' }).trim()
  } catch {
    return undefined
  }
}

/** Bytes in use after a collection, on the heap and beside it. */
function heap(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
