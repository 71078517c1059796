import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { NightReport, OptimiseReport, TastePattern } from '../../contract/assistant.ts'
import type { IndexedFunction } from '../codeIndex/codeIndex.ts'
import { nightShift, type NightParts } from './nightShift.ts'
import { readProfile } from './profile.ts'
import { slowestByEstimate, slowestByProfile } from './slowest.ts'

const known = (
  name: string,
  first: number,
  source: string,
  file = '/code/desk/book.py',
): IndexedFunction => ({
  id: first,
  file,
  language: 'python',
  name,
  lines: { first, last: first + source.split('\n').length - 1 },
  signature: `def ${name}()`,
  docstring: '',
  parameters: [],
  calls: [],
  source,
})
const FUNCTIONS = [
  known(
    'Book.greeks',
    10,
    'def greeks(self):\n    for p in self.all:\n        for s in p:\n            use(s)',
  ),
  known('price', 40, 'def price(rows):\n    return [row for row in rows]'),
  known('name', 60, 'def name():\n    return 1'),
  known('test_price', 80, 'def test_price():\n    for i in range(9):\n        price(i)'),
]
const bytes = (text: string) => new TextEncoder().encode(text)

test('a profile says which function costs most, wherever it was taken', () => {
  const speedscope = JSON.stringify({
    shared: {
      frames: [
        { name: 'main', file: 'run.py', line: 1 },
        { name: 'greeks', file: 'desk/book.py', line: 12 },
        { name: 'price', file: '/home/else/desk/book.py', line: 40 },
      ],
    },
    profiles: [
      {
        type: 'sampled',
        samples: [
          [0, 1],
          [0, 1, 2],
          [0, 1, 1],
        ],
        weights: [1, 5, 2],
      },
      {
        type: 'evented',
        events: [
          { type: 'O', frame: 0, at: 0 },
          { type: 'O', frame: 1, at: 1 },
          { type: 'C', frame: 1, at: 4 },
          { type: 'C', frame: 0, at: 5 },
        ],
      },
    ],
  })
  const read = readProfile(bytes(speedscope), 'profile.json')
  expect(read).toMatchObject({
    ok: true,
    value: [
      { name: 'main', own: 2, total: 13 },
      { name: 'greeks', own: 6, total: 11 },
      { name: 'price', own: 5, total: 5 },
    ],
  })
  const slow = slowestByProfile(FUNCTIONS, read.ok ? read.value : [], 5)
  expect(slow.map(entry => entry.function)).toEqual(['Book.greeks', 'price'])
  const stacks = 'main (run.py:1);greeks (desk/book.py:11) 3\nmain (run.py:1);price (book.py:41) 1\n'
  const raw = readProfile(bytes(stacks), 'profile.txt')
  expect(raw).toMatchObject({ ok: true, value: [{ total: 4 }, { own: 3 }, { own: 1 }] })
})

test('a function of that name elsewhere is another function', () => {
  const elsewhere = [{ file: '/lib/other.py', name: 'price', line: 40, total: 9, own: 9, calls: 1 }]
  expect(slowestByProfile(FUNCTIONS, elsewhere, 5)).toEqual([])
  const otherLine = [{ file: '/code/desk/book.py', name: 'price', line: 400, total: 9, own: 9, calls: 1 }]
  expect(slowestByProfile(FUNCTIONS, otherLine, 5)).toEqual([])
})

test('without a profile it is an estimate, and says so', () => {
  const slow = slowestByEstimate(FUNCTIONS, name => (name === 'price' ? 2 : 0), 5)
  expect(slow.map(entry => entry.function)).toEqual(['Book.greeks', 'price'])
  for (const { evidence } of slow) expect(evidence).toContain('estimate')
})

test.each([
  ['nothing', ''],
  ['words', 'these are words'],
  ['other JSON', '{"a": 1}'],
])('a profile of %s is refused with a reason', (_name, text) => {
  expect(readProfile(bytes(text), 'profile.json')).toMatchObject({ ok: false, failure: expect.any(String) })
})

const PATTERN: TastePattern = {
  id: 'numpy',
  sentence: 'You take NumPy over loops (9 of 10)',
  support: 9,
  against: 1,
  weight: 1,
  interval: [0.5, 1.5],
}

/** A night in which everything goes well, but for what is replaced. */
function madeParts(more: Partial<NightParts> = {}) {
  const kept: NightReport[] = []
  const parts: NightParts = {
    now: () => 5,
    newId: () => 'night',
    index: {
      refresh: async () => ({ read: 2, unchanged: 3, forgotten: 0, isCancelled: false, milliseconds: 1 }),
      functions: () => FUNCTIONS,
      callSites: () => [],
      folders: () => [{ path: '/code', files: 1, functions: 4, indexedAt: 1, problems: [] }],
    },
    trainEncoder: async () => 'Learned.',
    taste: {
      retrain: async () => true,
      report: () => ({ choices: 4, patterns: [PATTERN], sinceTraining: 0 }),
      patterns: () => [PATTERN],
      tryOnHistory: () => ({ choices: 20, gain: 0.4, low: 0.2, high: 0.6, holds: true }),
    },
    optimise: async slow => ({ ok: true, value: optimised(slow.file, slow.function) }),
    review: async path => ({
      id: 'review',
      at: 1,
      path,
      files: 1,
      functions: 4,
      findings: [],
      suspicions: [],
      milliseconds: 1,
    }),
    keep: report => kept.push(report),
    ...more,
  }
  return { parts, kept }
}

function optimised(file: string, name: string): OptimiseReport {
  const place = { file, function: name, lines: { first: 1, last: 2 } }
  const counts = { explored: 1, scored: 1, verified: 0, refuted: [], milliseconds: 1 }
  return { id: name, at: 1, request: '', place, cards: [], ...counts, sentence: '', isDone: true }
}

const failedSteps = ({ steps }: NightReport) =>
  steps.filter(({ isFailed }) => isFailed).map(({ name }) => name)

test('a night does everything, and keeps its report after every step', async () => {
  const { parts, kept } = madeParts()
  const report = await nightShift(parts, { signal: new AbortController().signal })
  expect(failedSteps(report)).toEqual([])
  expect(kept.map(({ steps }) => steps.length)).toEqual([1, 2, 3, 4, 5, 6, 7])
  expect(kept.at(-1)).toEqual(report)
  expect(report.proposals.map(({ id }) => id)).toEqual(['Book.greeks', 'price'])
  expect(report.patterns).toEqual([{ pattern: PATTERN, holdsOnHistory: true }])
  expect(report.steps.map(({ outcome }) => outcome)).toContainEqual(
    expect.stringContaining('+40 % against chance'),
  )
})

const boom = () => Promise.reject(new Error('the reason'))

test.each([
  ['the folders', { index: { ...madeParts().parts.index, refresh: boom } }, ['Read the folders']],
  ['the encoder', { trainEncoder: boom }, ['Learn to find code']],
  ['taste', { taste: { ...madeParts().parts.taste, retrain: boom } }, ['Learn your taste']],
  ['making faster', { optimise: boom }, ['Make them faster']],
  ['the review', { review: boom }, ['Review the code']],
] as const)('when %s fails that step says why, and the others are done', async (_name, more, failed) => {
  const report = await nightShift(madeParts(more).parts, { signal: new AbortController().signal })
  expect(failedSteps(report)).toEqual(failed)
  expect(report.steps).toHaveLength(7)
  expect(report.steps.find(({ isFailed }) => isFailed)?.outcome).toContain('the reason')
})

test('a profile that cannot be read fails its step alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'zerodte-night-'))
  const profile = join(folder, 'profile.pstats')
  writeFileSync(profile, 'words')
  const signal = new AbortController().signal
  const report = await nightShift(madeParts().parts, { signal, profile })
  expect(failedSteps(report)).toEqual(['Find the slowest functions'])
  expect(report.proposals).toEqual([])
  rmSync(folder, { recursive: true, force: true })
})

test('a cancel keeps what is done and says what is not', async () => {
  const abort = new AbortController()
  const { parts } = madeParts({
    optimise: async slow => {
      abort.abort()
      return { ok: true, value: optimised(slow.file, slow.function) }
    },
  })
  const report = await nightShift(parts, { signal: abort.signal })
  expect(report.proposals).toHaveLength(1)
  expect(report.steps.slice(-2).map(({ outcome }) => outcome)).toEqual([
    'Cancelled.',
    'Not done: the night was cancelled.',
  ])
})
