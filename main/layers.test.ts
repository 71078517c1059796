import { expect, test } from 'vitest'
import { readSources, type Import, type SourceFile } from './fixtures/sources.ts'

/** Who may import whom. A room may always import itself; `node:` and packages are named one by one. */
const ROOMS: Readonly<Record<string, { readonly rooms: readonly string[]; readonly packages: RegExp }>> = {
  'main/core': { rooms: [], packages: /^$/ },
  'main/contract': { rooms: ['main/core'], packages: /^zod$/ },
  'main/engine': { rooms: ['main/core', 'main/contract'], packages: /^$/ },
  'main/adapters': {
    rooms: ['main/core', 'main/contract', 'main/engine', 'main/registry', 'native'],
    packages: /^(node:.*|better-sqlite3|hnswlib-node|onnxruntime-node|@duckdb\/node-api|csv-parse|zod)$/,
  },
  'main/research': { rooms: ['main/core', 'main/contract', 'main/engine'], packages: /^$/ },
  'main/registry': { rooms: ['main/core'], packages: /^(node:.*|zod)$/ },
  'main/autodiff': { rooms: [], packages: /^(node:.*|onnxruntime-node)$/ },
  'main/training': {
    rooms: ['main/core', 'main/contract', 'main/engine', 'main/research', 'main/autodiff', 'main/registry'],
    packages: /^node:/,
  },
  'main/assistant': {
    rooms: ['main/core', 'main/contract', 'main/autodiff'],
    packages:
      /^(node:.*|zod|better-sqlite3|hnswlib-node|onnxruntime-node|web-tree-sitter|@huggingface\/tokenizers|node-llama-cpp|ignore|chokidar|diff)$/,
  },
  'main/processes': {
    rooms: [
      'main/core',
      'main/contract',
      'main/engine',
      'main/adapters',
      'main/research',
      'main/training',
      'main/autodiff',
      'main/registry',
      'main/assistant',
      'native',
    ],
    packages: /^(node:.*|better-sqlite3|ws|zod)$/,
  },
  'main/shell': {
    rooms: ['main/contract', 'main/processes'],
    packages: /^(node:.*|commander|ws|electron)$/,
  },
  'main/index.ts': { rooms: ['main/shell'], packages: /^$/ },
  native: { rooms: [], packages: /^node:/ },
  preload: { rooms: ['main/contract'], packages: /^electron$/ },
  renderer: {
    rooms: ['main/contract'],
    packages:
      /^(react|react-dom\/client|zustand.*|lightweight-charts|dockview-react.*|cmdk|radix-ui|@codemirror\/(merge|view|state|language|lang-(python|javascript|cpp))|@lezer\/highlight|tinykeys|d3-(scale|shape)|@tanstack\/react-virtual|@fontsource.*)$/,
  },
}

/** The rooms of the core from left to right; each may import what stands left of it. */
const CORE = [
  'base',
  'session',
  'market',
  'pricing',
  'volatility',
  'exposure',
  'portfolio',
  'memory',
  'features',
  'policy',
  'risk',
  'learning',
]

/** The rooms of the assistant from left to right; each may import what stands left of it. */
const ASSISTANT = [
  'syntax',
  'codeIndex',
  'search',
  'transform',
  'explorer',
  'verifier',
  'review',
  'taste',
  'change',
  'language',
  'night',
]

/** Parts of the engine that adapters may know by value; everything else of it only as types. */
const ELECTRON_MAY_BE_IMPORTED_BY = ['main/shell/electron.ts', 'preload/index.ts']

const all = readSources()
const sources = all.filter(
  ({ isTest, path }) => !isTest && !path.startsWith('e2e/') && !path.endsWith('.mjs'),
)

test('every file is in a room', () => {
  expect(sources.filter(({ path }) => !roomOf(path)).map(({ path }) => path)).toEqual([])
})

test.each(Object.entries(ROOMS))('%s imports only what it may', (room, { rooms, packages }) => {
  const broken = importsOf(room).filter(({ entry }) =>
    entry.isOurs ? ![room, ...rooms].includes(roomOf(entry.target) ?? '') : !packages.test(entry.target),
  )
  expect(broken.map(nameOf)).toEqual([])
})

test('the core is read from left to right', () => {
  const place = (path: string) => CORE.indexOf(path.split('/')[2] ?? '')
  const broken = importsOf('main/core').filter(({ file, entry }) => place(entry.target) > place(file.path))
  expect(broken.map(nameOf)).toEqual([])
})

test('the assistant is read from left to right, and knows of the core only its base', () => {
  // Its own files stand over all its rooms
  const place = (path: string) =>
    path.split('/').length === 3 ? ASSISTANT.length : ASSISTANT.indexOf(path.split('/')[2] ?? '')
  const broken = importsOf('main/assistant').filter(({ file, entry }) => {
    if (entry.target.startsWith('main/core/')) return !entry.target.startsWith('main/core/base/')
    return entry.target.startsWith('main/assistant/') && place(entry.target) > place(file.path)
  })
  expect(broken.map(nameOf)).toEqual([])
})

test('an adapter knows no other adapter, and of the engine only its types', () => {
  const broken = importsOf('main/adapters').filter(({ file, entry }) => {
    const isOther =
      entry.target.startsWith('main/adapters/') && folderOf(entry.target) !== folderOf(file.path)
    return isOther || (entry.target.startsWith('main/engine/') && !entry.isTypeOnly)
  })
  expect(broken.map(nameOf)).toEqual([])
})

test('only the two files that must know Electron import it', () => {
  const importing = all.filter(({ imports }) => imports.some(({ target }) => target === 'electron'))
  expect(
    importing
      .filter(({ isTest }) => !isTest)
      .map(({ path }) => path)
      .sort(),
  ).toEqual(ELECTRON_MAY_BE_IMPORTED_BY)
})

test('what runs is imported by its loader alone', () => {
  const broken = sources.flatMap(file =>
    file.path.startsWith('main/processes/') || file.path.startsWith('main/shell/')
      ? []
      : file.imports
          .filter(({ target }) => target.startsWith('main/processes/'))
          .map(entry => nameOf({ file, entry })),
  )
  expect(broken).toEqual([])
})

test('the shells load what runs when it is needed, by its path', () => {
  const broken = importsOf('main/shell').filter(
    ({ file, entry }) =>
      entry.target.startsWith('main/processes/') &&
      !entry.isTypeOnly &&
      !file.text.includes(`import('../processes/${entry.target.slice('main/processes/'.length)}')`),
  )
  expect(broken.map(nameOf)).toEqual([])
})

test('the core asks neither clock nor chance', () => {
  const asking = sources.filter(
    ({ path, text }) =>
      /^main\/(core|engine)\//.test(path) &&
      /\bDate\.now\(|\bnew Date\(\)|Math\.random\(|performance\.now/.test(text),
  )
  expect(asking.map(({ path }) => path)).toEqual([])
})

test('no import leads back to where it began', () => {
  const byPath = new Map(sources.map(file => [file.path, file]))
  const state = new Map<string, 'open' | 'done'>()
  const cycles: string[] = []
  const visit = (file: SourceFile, trail: readonly string[]) => {
    if (state.get(file.path) === 'done') return
    if (state.get(file.path) === 'open') {
      cycles.push([...trail.slice(trail.indexOf(file.path)), file.path].join(' > '))
      return
    }
    state.set(file.path, 'open')
    for (const { target, isTypeOnly } of file.imports) {
      const next = isTypeOnly ? undefined : byPath.get(target)
      if (next) visit(next, [...trail, file.path])
    }
    state.set(file.path, 'done')
  }
  for (const file of sources) visit(file, [])
  expect(cycles).toEqual([])
})

function importsOf(room: string): { readonly file: SourceFile; readonly entry: Import }[] {
  return sources
    .filter(({ path }) => roomOf(path) === room)
    .flatMap(file => file.imports.map(entry => ({ file, entry })))
    .filter(({ entry }) => !entry.target.endsWith('.css'))
}

function roomOf(path: string): string | undefined {
  return Object.keys(ROOMS).find(room => path === room || path.startsWith(`${room}/`))
}

function folderOf(path: string): string {
  return path.split('/').slice(0, 3).join('/')
}

function nameOf({ file, entry }: { readonly file: SourceFile; readonly entry: Import }): string {
  return `${file.path} > ${entry.target}`
}
