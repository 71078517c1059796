import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import * as z from 'zod'
import { createRandom } from '../../core/base/random.ts'

const pair = z.object({
  package: z.string(),
  file: z.string(),
  name: z.string(),
  line: z.int(),
  last: z.int(),
  signature: z.string(),
  query: z.string(),
  code: z.string(),
  calls: z.array(z.string()),
})

/** The first sentence of a docstring, and the function that it stands in, without it. */
export type DocstringPair = z.infer<typeof pair>

/** Pythons whose installed code is read: the system's, and the one that is first on the path. */
const PYTHONS = ['/usr/bin/python3', 'python3']
const MOST_FILES = 4000
const SCRIPT = join(import.meta.dirname, 'docstringPairs.py')

/**
 * Pairs of the Python code that is installed on this machine, standard library and packages, in a seeded order. Every question,
 * every text and every function (by package, file and name) is there once, so that no answer is in both training and test.
 */
export function docstringPairs(seed = 1): readonly DocstringPair[] {
  const met = new Set<string>()
  const random = createRandom(seed)
  return PYTHONS.flatMap(readInstalled)
    .filter(it => {
      const question = it.query.toLowerCase().replaceAll(/[^a-z]+/g, ' ')
      const marks = [
        `question ${question.trim()}`,
        `text ${it.code.replaceAll(/\s+/g, ' ')}`,
        `function ${it.package} ${it.file.split('/').at(-1)} ${it.name}`,
      ]
      if (marks.some(mark => met.has(mark))) return false
      for (const mark of marks) met.add(mark)
      return true
    })
    .map(it => ({ it, place: random.uniform() }))
    .sort((one, other) => one.place - other.place)
    .map(({ it }) => it)
}

function readInstalled(python: string): readonly DocstringPair[] {
  const options = { encoding: 'utf8', maxBuffer: 2 ** 30 } as const
  const result = spawnSync(python, [SCRIPT, String(MOST_FILES)], options)
  if (result.status !== 0) return []
  return result.stdout
    .split('\n')
    .filter(line => line !== '')
    .map(line => pair.parse(JSON.parse(line)))
}
