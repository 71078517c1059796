import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../fixtures/folder.ts'
import { findFiles } from './findFiles.ts'
import { IgnoreRules } from './ignoreRules.ts'

const segment = fc.constantFrom('a', 'b', 'build', 'desk')
const file = fc
  .tuple(fc.array(segment, { maxLength: 3 }), fc.constantFrom('x.py', 'y.py', 'keep.ts', 'a.cpp'))
  .map(([folders, name]) => [...folders, name].join('/'))
const pattern = fc.oneof(
  fc.constantFrom(
    '*.py',
    '!keep.ts',
    '/a',
    'a/',
    '**/b',
    'a/**',
    'desk/*',
    '!x.py',
    '# words',
    '',
    'a/b',
    '!a/',
    '*',
    '!*/',
  ),
  fc.constantFrom('/build/', 'b/*.py', '[xy].py', '\\!odd', 'x.py ', '?.py', '**/desk/**/x.py', 'A'),
)
const rules = fc.tuple(
  fc.array(segment, { maxLength: 2 }).map(folders => [...folders, '.gitignore'].join('/')),
  fc.array(pattern, { minLength: 1, maxLength: 3 }).map(lines => `${lines.join('\n')}\n`),
)

function git(folder: string, ...words: string[]): string {
  return execFileSync('git', ['-C', folder, ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

test('what is left out is what Git leaves out', async () => {
  const parent = temporaryFolder()
  let runs = 0
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(file, { minLength: 1, maxLength: 12 }),
      fc.uniqueArray(rules, { maxLength: 3, selector: ([path]) => path }),
      async (files, rules) => {
        runs += 1
        const root = join(parent, String(runs))
        for (const [path, text] of [...files.map(path => [path, 'x = 1\n'] as const), ...rules]) {
          mkdirSync(join(root, path, '..'), { recursive: true })
          writeFileSync(join(root, path), text)
        }
        git(parent, 'init', '-q', root)
        const expected = git(root, '-c', 'core.excludesFile=', 'ls-files', '-o', '--exclude-standard')
        const kept = expected.split('\n').filter(path => /\.(py|ts|cpp)$/.test(path))
        const found = await findFiles(root)
        const paths = found.files.map(({ path }) => relative(root, path))
        expect(paths.toSorted()).toEqual(kept.toSorted())
        const rulesAgain = new IgnoreRules(root)
        expect(files.filter(path => !rulesAgain.hides(join(root, path))).toSorted()).toEqual(kept.toSorted())
      },
    ),
    { numRuns: 60 },
  )
})

test('rules above a folder count as far up as its repository goes, and those of the repository alone', async () => {
  const top = temporaryFolder()
  const code = join(top, 'repository/code')
  mkdirSync(join(code, 'lib'), { recursive: true })
  for (const name of ['a.py', 'b.py', 'c.py', 'd.py', 'lib/e.py']) writeFileSync(join(code, name), '')
  writeFileSync(join(top, '.gitignore'), 'a.py\n')
  writeFileSync(join(top, 'repository/.gitignore'), 'b.py\n/code/d.py\n')
  writeFileSync(join(code, 'lib/pyvenv.cfg'), '')
  git(top, 'init', '-q', join(top, 'repository'))
  mkdirSync(join(top, 'repository/.git/info'), { recursive: true })
  writeFileSync(join(top, 'repository/.git/info/exclude'), 'c.py\n')
  const { files } = await findFiles(code)
  expect(files.map(({ path }) => relative(code, path))).toEqual(['a.py'])
})

test('a folder that its repository leaves out is read when it is asked for', async () => {
  const top = temporaryFolder()
  const code = join(top, 'private/code')
  mkdirSync(join(code, 'build'), { recursive: true })
  for (const name of ['a.py', 'build/b.py']) writeFileSync(join(code, name), '')
  writeFileSync(join(top, '.gitignore'), 'private/\n')
  writeFileSync(join(code, '.gitignore'), 'build/\n')
  git(top, 'init', '-q', top)
  const { files } = await findFiles(code)
  expect(files.map(({ path }) => relative(code, path))).toEqual(['a.py'])
  expect((await findFiles(top)).files).toEqual([])
})

test('any bytes in .gitignore, and any names of files, are taken without an exception', async () => {
  const parent = temporaryFolder()
  let runs = 0
  const name = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    .filter(text => !/[/\0]|^\.{1,2}$/.test(text))
  const scrap = fc.constantFrom(
    '[',
    ']',
    '!',
    '\\',
    '/',
    '*',
    '**',
    '?',
    '-',
    'z',
    'a',
    '(',
    '{',
    '^',
    '#',
    ' ',
    '\n',
    '\r',
    '\0',
    '.py',
  )
  const text = fc.oneof(
    fc.array(scrap, { maxLength: 20 }).map(scraps => scraps.join('')),
    fc.string({ unit: 'binary' }),
  )
  await fc.assert(
    fc.asyncProperty(text, fc.uniqueArray(name, { maxLength: 5 }), async (rules, names) => {
      runs += 1
      const root = join(parent, String(runs))
      mkdirSync(root)
      writeFileSync(join(root, '.gitignore'), rules)
      for (const each of names) writeFileSync(join(root, `${each}.py`), '')
      const { files, problems } = await findFiles(root)
      expect(problems).toEqual([])
      expect(files.length).toBeLessThanOrEqual(names.length)
    }),
    { numRuns: 100 },
  )
})
