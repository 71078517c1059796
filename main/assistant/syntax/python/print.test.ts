import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { openGrammars } from '../grammars.ts'
import { printModule } from './print.ts'
import { readPython } from './read.ts'

const LIBRARY = '/usr/lib/python3.11'
const grammars = await openGrammars()

/** A sample of the standard library, spread over all of it. */
function libraryFiles(count: number): string[] {
  if (!existsSync(LIBRARY)) return []
  const files = readdirSync(LIBRARY, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.py'))
    .toSorted()
  const step = Math.max(1, Math.floor(files.length / count))
  return files
    .filter((_, index) => index % step === 0)
    .slice(0, count)
    .map(file => `${LIBRARY}/${file}`)
}

const COMPARE = `
import ast, json, sys
for line in sys.stdin:
    pair = json.loads(line)
    try:
        before = ast.dump(ast.parse(pair['before']))
    except (SyntaxError, ValueError):
        continue
    try:
        same = before == ast.dump(ast.parse(pair['after']))
    except SyntaxError as error:
        print(pair['name'], error)
        continue
    if not same:
        print(pair['name'], 'differs')
`

/** The names of texts that Python reads differently. */
function differing(pairs: readonly { name: string; before: string; after: string }[]): string[] {
  const input = pairs.map(pair => JSON.stringify(pair)).join('\n')
  const { stdout, stderr, status } = spawnSync('/usr/bin/python3', ['-W', 'ignore', '-c', COMPARE], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (status !== 0) throw new Error(stderr)
  return stdout.split('\n').filter(Boolean)
}

const sources = libraryFiles(300).map(name => {
  const text = readFileSync(name, 'utf8')
  return { name, text, module: readPython(grammars, text) }
})

test('what is read is printed as it was written, to the byte', () => {
  expect(sources.length).toBe(existsSync(LIBRARY) ? 300 : 0)
  const changed = sources.filter(({ text, module }) => printModule(module) !== text)
  expect(changed.map(({ name }) => name)).toEqual([])
})

test('printed from its parts alone, a module means the same to Python', () => {
  const half = sources.filter((_, index) => index % 2 === 0)
  const pairs = half.map(({ name, text, module }) => ({
    name,
    before: text,
    after: printModule(structuredClone(module)),
  }))
  expect(differing(pairs)).toEqual([])
})
