import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../../core/base/random.ts'
import { sampleFunction } from '../../fixtures/codeFolder.ts'
import type { CodeFile } from './code.ts'
import { decodeSource } from './decodeSource.ts'
import { openGrammars, type Grammar } from './grammars.ts'
import { readCode } from './readCode.ts'

const grammars = await openGrammars()
const grammar = fc.constantFrom<Grammar>('python', 'typescript', 'tsx', 'cpp')
const language = fc.constantFrom('python', 'typescript', 'cpp')
const seed = fc.integer()

/** Pieces that code is made of, so that random texts come near to code. */
const SCRAPS = [
  'def |class |A|b|(|)|[|]|{|}|:|"""|\'|`|${|#|//|/*|*/|=|,|.|->|=>|<|>|::|lambda |template |new |import |@|export |const |async ',
  'operator|~|*|&|1|\\|\n|\n    |\t|\r\n|\0|\uFEFF|😀|\uD800|é',
]
const scrap = fc.constantFrom(...SCRAPS.join('|').split('|'))
const rubbish = fc.array(scrap, { maxLength: 80 }).map(scraps => scraps.join(''))

/** What is wrong with what was read of a text. */
function faultsOf(file: CodeFile, text: string): unknown[] {
  const rows = text.split('\n').length
  const plain = text.replaceAll('\r\n', '\n')
  return [
    ...file.functions.filter(
      ({ name, lines, source }) =>
        name === '' ||
        lines.first < 1 ||
        lines.last < lines.first ||
        lines.last > rows ||
        !plain.includes(source),
    ),
    ...file.callSites.filter(({ callee, line }) => callee === '' || line < 1 || line > rows),
  ]
}

test('any text is read without an exception, to lines that it has', () => {
  fc.assert(
    fc.property(
      grammar,
      fc.oneof(rubbish, fc.string({ unit: 'binary', maxLength: 200 })),
      (grammar, text) => {
        expect(faultsOf(readCode(grammars, grammar, text), text)).toEqual([])
      },
    ),
    { numRuns: 1500 },
  )
})

test('code with pieces cut out or put in is read, and what it gives is in it', () => {
  fc.assert(
    fc.property(language, seed, fc.nat(), fc.nat({ max: 40 }), scrap, (language, seed, at, length, scrap) => {
      const { text } = sampleFunction(language, createRandom(seed))
      const from = at % text.length
      const broken = text.slice(0, from) + scrap + text.slice(from + length)
      expect(faultsOf(readCode(grammars, language, broken), broken)).toEqual([])
    }),
    { numRuns: 600 },
  )
})

test('any bytes are text or named as none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
      const text = decodeSource(bytes)
      const faults = text.ok ? faultsOf(readCode(grammars, 'python', text.value), text.value) : []
      expect([text.ok || text.failure.startsWith('is '), faults]).toEqual([true, []])
    }),
  )
})

test('functions one under the other are found each, with their docstrings, wherever they stand', () => {
  fc.assert(
    fc.property(language, seed, fc.integer({ min: 1, max: 12 }), (language, seed, count) => {
      const random = createRandom(seed)
      const made = Array.from({ length: count }, () => sampleFunction(language, random))
      const file = readCode(grammars, language, made.map(({ text }) => text).join('\n\n'))
      expect(file.hasErrors).toBe(false)
      expect(file.functions.map(({ name }) => name)).toEqual(made.map(({ name }) => name))
      const wrong = file.functions.filter(
        ({ docstring, source }, index) =>
          !made[index]?.text.includes(source) ||
          (docstring !== '' && !docstring.startsWith(made[index]?.docstring ?? '?')),
      )
      expect(wrong).toEqual([])
    }),
    { numRuns: 200 },
  )
})

test('nesting as deep as a file is long does not end the program', () => {
  for (const text of ['('.repeat(50_000), 'f('.repeat(20_000), '['.repeat(20_000) + ']'.repeat(20_000)])
    expect(faultsOf(readCode(grammars, 'python', text), text)).toEqual([])
  const classes = Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}class C${depth}:\n`).join('')
  const { functions } = readCode(grammars, 'python', `${classes}${' '.repeat(300)}def f(): pass\n`)
  expect(functions[0]?.name.split('.').length).toBe(301)
})
