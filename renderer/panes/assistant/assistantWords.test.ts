import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  FOLDER,
  NOT_SHOWN,
  UNPROVEN,
  assistantOf,
  cardOf,
  findingOf,
  modelCardOf,
  optimisedOf,
} from '../../../main/fixtures/assistantScreen.ts'
import { NOW } from '../../../main/fixtures/screen.ts'
import {
  agoWords,
  bytes,
  chanceWords,
  diffWords,
  encoderWords,
  equalityWords,
  findingsWords,
  folderWords,
  funnelOf,
  isHungry,
  isMuch,
  memoryWords,
  modeWords,
  pythonWords,
  rangeWords,
  sandboxWords,
  shortPath,
  stateWords,
  timesWords,
} from './assistantWords.ts'
import { parts } from './ChatText.tsx'
import { marked } from './markedLine.tsx'
import { ordered } from './variantOrder.ts'

test.each([
  [1.239, '×1.24'],
  [41.23, '×41.2'],
  [411.7, '×412'],
  [9.996, '×10.0'],
  [0.97, '×0.97'],
  [Number.NaN, '–'],
])('%d times as fast is written %s', (value, words) => {
  expect(timesWords(value)).toBe(words)
})

test('an interval that is not known says so', () => {
  expect(rangeWords({ value: 2, low: 1.91, high: 2.1 })).toBe('1.91 to 2.10')
  expect(rangeWords({ value: 2, low: Number.NaN, high: 3 })).toBe('interval not known')
})

test('only what was run and found equal is called the same, and faster only where it was shown', () => {
  const slower = cardOf({
    state: { ...cardOf().state, kind: 'verified', ...verified('slower') },
  })
  expect(stateWords(cardOf()).words).toBe('✓ same, faster')
  expect(stateWords(NOT_SHOWN).words).toBe('✓ same, faster not shown')
  expect(stateWords(slower).words).toBe('✓ same, ▼ slower')
  expect(stateWords(UNPROVEN).words).toBe('▲ not proven')
  const refuted = cardOf({ state: { kind: 'refuted', reason: 'differs', input: undefined } })
  expect(stateWords(refuted).words).toBe('✕ not the same')
})

function verified(verdict: 'faster' | 'slower') {
  const { state } = cardOf()
  if (state.kind !== 'verified') throw new Error('the card must be proven')
  return { equality: state.equality, memory: state.memory, timing: { ...state.timing, verdict } }
}

test('equality says how close, how close it must be, and on how many inputs', () => {
  const { equality } = verified('faster')
  expect(equalityWords(equality)).toBe('Within 2.8e−13 of it on 412 inputs; 1e−9 is allowed')
  expect(equalityWords({ ...equality, kind: 'exact' })).toBe('The same to the last digit on 412 inputs')
})

test('memory is told in amounts; what more than doubles is hungry, and twice is not more', () => {
  expect(memoryWords({ before: 2_100_000, after: 6_500_000 })).toBe('6.5 MB instead of 2.1 MB')
  expect(isHungry({ before: 1_000_000, after: 2_000_000 })).toBe(false)
  expect(isHungry({ before: 1_000_000, after: 2_000_001 })).toBe(true)
  expect(isHungry({ before: 100, after: 999_999 })).toBe(false)
  expect(isMuch({ before: 100, after: 201 })).toBe(false)
  expect(isMuch({ before: 100, after: 20_000_000 })).toBe(true)
})

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [48_000, '48 kB'],
  [4.7e9, '4.7 GB'],
  [undefined, '–'],
])('%s bytes are %s', (value, words) => {
  expect(bytes(value)).toBe(words)
})

test.each([
  [6.8e-8, 'p < 0.001'],
  [0.0123, 'p = 0.012'],
  [0.42, 'p = 0.42'],
  [Number.NaN, 'p not known'],
])('a chance of %d is %s', (p, words) => {
  expect(chanceWords(p)).toBe(words)
})

test('a path below a folder loses the folder and nothing else', () => {
  const names = fc.stringMatching(/^[a-z]{1,8}$/)
  fc.assert(
    fc.property(
      fc.array(names, { minLength: 1, maxLength: 4 }),
      fc.array(names, { maxLength: 3 }),
      (file, folder) => {
        const path = `/${[...folder, ...file].join('/')}`
        const held = `/${folder.join('/')}`
        expect(shortPath(path, [{ path: held }])).toBe(file.join('/'))
        expect(shortPath(path, [{ path: `${held}x` }])).toBe(path)
      },
    ),
  )
  expect(shortPath('/a/b/c.py', [{ path: '/a' }, { path: '/a/b' }])).toBe('c.py')
  expect(shortPath(`${FOLDER}-old/c.py`, [{ path: FOLDER }])).toBe(`${FOLDER}-old/c.py`)
})

test('the mode says what is lacking and what follows from it', () => {
  const { model, python, sandbox, encoder } = assistantOf()
  expect(modeWords(model)).toBe('search and rules, no language model')
  expect(modeWords({ kind: 'ollama', card: modelCardOf() })).toBe(
    'with qwen2.5-coder:7b, 7.6 billion parameters, 4 bits',
  )
  expect(pythonWords(python)).toBe('3.11.2, numpy 1.24.2, pandas 1.5.3')
  expect(pythonWords({ ok: false, reason: 'No python3 is found.' })).toBe(
    'No python3 is found. Nothing can be proven without it.',
  )
  expect(sandboxWords(sandbox)).toBe('bubblewrap')
  expect(sandboxWords({ ok: true, kind: 'seatbelt', isProven: false })).toContain('not proven')
  expect(sandboxWords({ ok: false, reason: 'bubblewrap is not there.' })).toContain('Nothing is run')
  expect(encoderWords(encoder)).toMatch(/^trained on 1.5k pairs of your code, /)
  expect(encoderWords({ kind: 'none', reason: 'no folder is read' })).toBe('words only: no folder is read')
})

test('a folder says when it was read to its end', () => {
  const [folder] = assistantOf().folders
  if (!folder) throw new Error('there must be a folder')
  expect(folderWords(folder, NOW)).toBe('214 files, 1,880 functions, read 4 min ago')
  expect(folderWords({ ...folder, files: 1, indexedAt: undefined }, NOW)).toContain(
    '1 file, 1,880 functions, not read',
  )
  expect(agoWords(NOW, NOW)).toBe('now')
})

test('findings are counted by kind, worst first', () => {
  const slow = findingOf({ severity: 'slow' })
  expect(findingsWords([slow, findingOf(), slow])).toBe('1 losing money, 2 slow')
  expect(findingsWords([])).toBe('none')
})

test('the funnel counts what was tried and refuted, and as faster only what was shown to be', () => {
  expect(funnelOf(optimisedOf()).map(({ name, variants }) => [name, variants])).toEqual([
    ['explored', 1204],
    ['scored', 1204],
    ['tried', 11],
    ['same', 2],
    ['offered', 1],
  ])
  expect(diffWords({ added: 9, removed: 1 })).toBe('1 line out, 9 in')
})

test('no order puts what was not proven above what was, nor a loss above a gain; refuted ones are not shown', () => {
  const anyCard = fc
    .record({
      verdict: fc.constantFrom('faster', 'not shown', 'slower', 'unverified', 'refuted'),
      value: fc.double({ min: 0.1, max: 90, noNaN: true }),
      added: fc.nat(30),
    })
    .map(({ verdict, value, added }) => {
      const state = cardOf().state
      if (verdict === 'unverified' || verdict === 'refuted')
        return cardOf({ state: { kind: verdict, reason: '', input: undefined } })
      if (state.kind !== 'verified') throw new Error('the card must be proven')
      const speedUp = { value, low: value, high: value }
      return cardOf({
        diff: { added, removed: 0 },
        state: { ...state, timing: { ...state.timing, verdict, speedUp } },
      })
    })
  const rank = (words: string) =>
    ['✓ same, faster', '✓ same, faster not shown', '✓ same, ▼ slower', '▲ not proven'].indexOf(words)
  fc.assert(
    fc.property(
      fc.array(anyCard),
      fc.constantFrom('forYou' as const, 'speed' as const, 'fewestLines' as const),
      (cards, order) => {
        const shown = ordered(cards, order)
        expect(new Set(shown)).toEqual(new Set(cards.filter(({ state }) => state.kind !== 'refuted')))
        const ranks = shown.map(card => rank(stateWords(card).words))
        expect(ranks).toEqual(ranks.toSorted((one, other) => one - other))
      },
    ),
  )
})

test('the parts of an answer are the answer, and numbers in brackets are its citations', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(999), fc.string(), (head, number, tail) => {
      const text = `${head}[${number}]${tail}`
      const found = parts(text)
      expect(found.map(({ words }) => words).join('')).toBe(text)
      expect(found.map(({ cited }) => cited)).toContain(number)
    }),
  )
})

test('a line keeps its text however its marks lie', () => {
  const mark = fc.tuple(fc.integer({ min: -3, max: 20 }), fc.integer({ min: -3, max: 20 }))
  fc.assert(
    fc.property(fc.string({ maxLength: 16 }), fc.array(mark), (text, marks) => {
      const words = marked({ text, marks }).map(part =>
        typeof part === 'string' ? part : Object(part).props.children,
      )
      expect(words.join('')).toBe(text)
    }),
  )
})
