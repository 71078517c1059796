import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import type { OptimiseReport } from '../contract/assistant.ts'
import { createRandom } from '../core/base/random.ts'
import { assistantDatabase } from '../fixtures/assistantDatabase.ts'
import type { Variant } from './explorer/variant.ts'
import { optimise, rerank } from './optimise.ts'
import type { OptimiseParts, OptimiseRequest } from './optimiseParts.ts'
import { readOptimiseReport } from './reports.ts'
import { openGrammars } from './syntax/grammars.ts'
import { readPython } from './syntax/python/read.ts'
import { openTaste } from './taste/taste.ts'
import type { Verdict } from './verifier/verdict.ts'

const SOURCE =
  'def total(prices, fee=1):\n    result = 0.0\n    for price in prices:\n        result += price - fee\n    return result\n'
const grammars = await openGrammars()
const folder = mkdtempSync(join(tmpdir(), 'zerodte-optimise-'))
const file = join(folder, 'book.py')
afterAll(() => rmSync(folder, { recursive: true, force: true }))
beforeEach(() => writeFileSync(file, SOURCE))

const variant = (index: number): Variant => ({
  module: SOURCE.replace('0.0', `${index}.0`),
  text: `variant ${index}`,
  steps: [`step ${index}`],
  title: `Variant ${index}`,
  why: ['It does less.'],
  cost: (index + 1) / 100,
  reorders: false,
})

function verified(id: string, speedUp: number): Verdict & { readonly kind: 'verified' } {
  const verdict = speedUp > 1.05 ? 'faster' : speedUp < 0.95 ? 'slower' : 'not shown'
  return {
    id,
    kind: 'verified',
    equality: { kind: 'exact', worst: 0, allowed: 0, inputs: 40, kinds: [], exceptions: 0, compared: [] },
    timing: { sizes: [], speedUp: { value: speedUp, low: speedUp, high: speedUp }, verdict },
    memory: { before: 1000, after: 1000 },
  }
}

/** Parts whose verifier gives one verdict after the other. */
function madeParts(more: Partial<OptimiseParts> & { readonly variants?: number } = {}) {
  const database = assistantDatabase()
  let id = 0
  let clock = 0
  const tasks: Parameters<OptimiseParts['verify']>[0][] = []
  const parts: OptimiseParts = {
    database,
    taste: openTaste({ database, now: () => (clock += 1), stepFamilies: new Map() }),
    random: createRandom(1),
    now: () => (clock += 1),
    newId: () => `id-${(id += 1)}`,
    readModule: source => readPython(grammars, source),
    unreadLine: () => undefined,
    callSites: () => [
      { callee: 'total', line: 1, arguments: ['[1.0, 2.0]', 'fee=0.5'] },
      { callee: 'total', line: 2, arguments: ['[1.0, 2.0]'] },
      { callee: 'total', line: 3, arguments: ['*rows', '7'] },
    ],
    explore: () => ({
      variants: Array.from({ length: more.variants ?? 30 }, (_, index) => variant(index)),
      explored: 30,
      evaluations: 30,
      milliseconds: 1,
    }),
    verify: async (task, { onProgress }) => {
      tasks.push(task)
      return task.candidates.map(({ id: candidate }, index) => {
        const verdict = verified(candidate, 2 - 0.1 * index)
        // Every other one is told as soon as it is known
        if (index % 2 === 0) onProgress({ kind: 'verdict', verdict })
        return verdict
      })
    },
    ...more,
  }
  return { parts, tasks, database }
}

const request: OptimiseRequest = { text: 'make total faster', file, function: 'total', seconds: 20 }
const unstopped = () => ({ signal: new AbortController().signal })

test('what is proven and faster comes first, and the report is told as it grows and kept', async () => {
  const { parts, tasks, database } = madeParts()
  const told: OptimiseReport[] = []
  const done = await optimise(parts, request, { ...unstopped(), onReport: report => told.push(report) })
  if (!done.ok) throw new Error(done.failure)
  const verdicts = done.value.cards.map(({ state }) => state.kind === 'verified' && state.timing.verdict)
  expect(verdicts).toEqual([...verdicts].toSorted((one, other) => ORDER.indexOf(one) - ORDER.indexOf(other)))
  expect(verdicts[0]).toBe('faster')
  expect(told.map(report => report.verified)).toEqual([
    ...Array.from({ length: 13 }, (_, count) => count),
    12,
  ])
  expect(done.value.cards).toHaveLength(8)
  expect(told.map(({ isDone }) => isDone)).toEqual([...Array.from({ length: 13 }, () => false), true])
  expect(done.value).toMatchObject({ explored: 30, verified: 12, request: 'make total faster' })
  expect(done.value.sentence).toBe(
    '30 variants, 12 tried, 12 proven, 8 of them shown. The fastest takes 50 % of the time.',
  )
  expect(readOptimiseReport(database, undefined)).toEqual(done.value)
  expect(database.prepare('SELECT text, outcome FROM requests').all()).toEqual([
    { text: 'make total faster', outcome: done.value.sentence },
  ])
  expect(tasks[0]).toMatchObject({
    folder,
    module: SOURCE,
    seen: { prices: ['[1.0, 2.0]'], fee: ['0.5'] },
  })
})

const ORDER = ['faster', 'not shown', 'slower', false]

test('what was refuted is only counted, and what was not run is never called verified', async () => {
  const { parts } = madeParts({
    verify: async ({ candidates }) =>
      candidates.map(({ id }, index) =>
        index % 2 === 0
          ? { id, kind: 'refuted', reason: 'another value', input: 'total([])' }
          : { id, kind: 'unverified', reason: 'no sandbox' },
      ),
  })
  const done = await optimise(parts, request, unstopped())
  expect(done).toMatchObject({
    ok: true,
    value: { verified: 0, refuted: [{ reason: 'another value', variants: 15 }] },
  })
  expect(done.ok && done.value.cards.map(({ state }) => state.kind)).toEqual(
    Array.from({ length: 3 }, () => 'unverified'),
  )
  expect(done.ok && done.value.sentence).toBe('30 variants, 30 tried, 0 proven. Not proven: no sandbox.')
})

test('more than twice the memory is said', async () => {
  const { parts } = madeParts({
    verify: async ({ candidates }) =>
      candidates.map(({ id }, index) => ({
        ...verified(id, 2),
        memory: { before: 1000, after: 1000 + 700 * index },
      })),
  })
  const done = await optimise(parts, request, unstopped())
  const said = done.ok
    ? done.value.cards.map(card => card.why.some(why => why.includes('of memory instead of 1 kB')))
    : []
  const grown = done.ok
    ? done.value.cards.map(({ state }) => state.kind === 'verified' && state.memory.after > 2000)
    : []
  expect(said).toEqual(grown)
  expect(new Set(said)).toEqual(new Set([true, false]))
})

test('what promised nothing and gave nothing is shown to nobody', async () => {
  const { parts } = madeParts({
    explore: () => ({
      variants: [variant(0), { ...variant(1), cost: 1 }, { ...variant(2), cost: 1 }],
      explored: 3,
      evaluations: 3,
      milliseconds: 1,
    }),
    verify: async ({ candidates }) =>
      candidates.map(({ id, module }) => verified(id, module.includes('1.0') ? 1.01 : 1.5)),
  })
  const done = await optimise(parts, request, unstopped())
  expect(done.ok && done.value.cards.map(({ title }) => title).toSorted()).toEqual(['Variant 0', 'Variant 2'])
  expect(done).toMatchObject({ ok: true, value: { verified: 3 } })
})

test('where nothing can be run it is not tried again and again', async () => {
  const { parts } = madeParts({
    verify: async ({ candidates }) =>
      candidates.map(({ id }) => ({ id, kind: 'unverified', reason: 'there is no sandbox' })),
  })
  const done = await optimise(parts, request, unstopped())
  expect(done.ok && done.value.sentence).toBe(
    '30 variants, 12 tried, 0 proven. Not proven: there is no sandbox.',
  )
})

test('beside what was proven nothing else is shown', async () => {
  const { parts } = madeParts({
    verify: async ({ candidates }) =>
      candidates.map(({ id }, index) =>
        index === 5 ? verified(id, 3) : { id, kind: 'unverified', reason: 'there was no time left for it' },
      ),
  })
  const done = await optimise(parts, request, unstopped())
  expect(done.ok && done.value.cards).toMatchObject([{ state: { kind: 'verified' } }])
})

test('where nothing is faster it says so', async () => {
  const { parts } = madeParts({
    verify: async ({ candidates }) => candidates.map(({ id }) => verified(id, 1)),
  })
  const done = await optimise(parts, request, unstopped())
  expect(done.ok && done.value.sentence).toBe(
    '30 variants, 30 tried, 30 proven, 3 of them shown. Nothing faster was shown.',
  )
  const none = madeParts({ variants: 0 })
  const empty = await optimise(none.parts, request, unstopped())
  expect(empty.ok && empty.value.sentence).toBe('No transformation applies to this function.')
  const broken = await optimise(madeParts({ variants: 0, unreadLine: () => 4 }).parts, request, unstopped())
  expect(broken.ok && broken.value.sentence).toBe(
    'Line 4 could not be read as Python, so nothing can be done with this function.',
  )
})

test.each([
  ['a function that is not there', { function: 'nothing' }, 'book.py has no function nothing.'],
  ['a file that is not there', { file: join(folder, 'gone.py') }, 'gone.py could not be read (ENOENT).'],
])('%s fails with a sentence', async (_name, more, sentence) => {
  const { parts } = madeParts()
  expect(await optimise(parts, { ...request, ...more }, unstopped())).toEqual({
    ok: false,
    failure: sentence,
  })
})

test('a cancel ends it with what is known until then', async () => {
  const abort = new AbortController()
  const { parts } = madeParts({
    verify: async ({ candidates }) => {
      abort.abort()
      return candidates.map(({ id }) => ({ id, kind: 'unverified', reason: 'cancelled' }))
    },
  })
  const proposals = () => new Promise<never>(() => undefined)
  const done = await optimise(parts, { ...request, proposals }, { signal: abort.signal })
  expect(done).toMatchObject({ ok: true, value: { cards: [], isDone: true } })
  expect(done.ok && done.value.sentence).toBe('30 variants, 0 tried, 0 proven. Cancelled before the end.')
})

test('what a language model proposes is tried like the rest, and its failure is no failure', async () => {
  const proposal = { module: SOURCE.replace('result', 'sum_'), title: 'Proposed', why: [] }
  const { parts, tasks } = madeParts()
  const done = await optimise(parts, { ...request, proposals: async () => [proposal] }, unstopped())
  expect(tasks.at(-1)?.candidates).toMatchObject([{ module: proposal.module, reorders: true }])
  expect(done.ok && done.value.cards.filter(({ origin }) => origin === 'model')).toHaveLength(1)
  const failing = await optimise(
    madeParts().parts,
    { ...request, proposals: () => Promise.reject(new Error('gone')) },
    unstopped(),
  )
  expect(failing).toMatchObject({ ok: true, value: { verified: 12 } })
})

test('the fastest by prediction is tried whatever the taste', async () => {
  const { parts, tasks } = madeParts()
  await optimise(parts, request, unstopped())
  expect(tasks[0]?.candidates.map(({ module }) => module)).toContain(variant(0).module)
})

test('Windows line ends and a byte order mark are no part of what is compared', async () => {
  writeFileSync(file, `\uFEFF${SOURCE.replaceAll('\n', '\r\n')}`)
  const { parts, tasks } = madeParts()
  await optimise(parts, request, unstopped())
  expect(tasks[0]?.module).toBe(SOURCE)
})

test('a choice changes the order of a report that is there', async () => {
  const { parts } = madeParts({
    verify: async ({ candidates }) => candidates.map(({ id }) => verified(id, 2)),
  })
  const done = await optimise(parts, request, unstopped())
  if (!done.ok) throw new Error(done.failure)
  const last = done.value.cards.at(-1)
  if (!last) throw new Error('there are cards')
  const edited = `${SOURCE}\n# ${'a long line of his own '.repeat(5)}\nx = 1\n`
  parts.taste.choose({ kind: 'edited', card: last, shown: done.value.cards, edited })
  const wanted = { ...last, id: 'wanted', after: edited }
  expect(rerank(parts.taste, { ...done.value, cards: [...done.value.cards, wanted] }).cards[0]?.id).toBe(
    'wanted',
  )
})
