import { join } from 'node:path'
import Database from 'better-sqlite3'
import * as fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../../fixtures/folder.ts'
import { MIGRATIONS, livedJournal, scoredEntry, scoredIn } from '../../fixtures/journal.ts'
import { clock } from '../../fixtures/market.ts'
import type { Decision } from '../../core/policy/decision.ts'
import type { Fact, FactKind } from '../../contract/audits.ts'
import { openMemory, type MemoryStore } from './memoryStore.ts'

const JOURNAL = await livedJournal()
const SCORED = scoredIn(JOURNAL)
const DAY = 86_400_000

interface Kept {
  readonly store: MemoryStore
  readonly file: string
}

async function memory(file = join(temporaryFolder(), 'memory.db')): Promise<Kept> {
  const store = await openMemory(file, MIGRATIONS)
  onTestFinished(() => store.close())
  return { store, file }
}

/** Rows of a table, read past the memory, by its file. */
function rowsOf(file: string, query: string): unknown[] {
  const database = new Database(file, { readonly: true })
  try {
    return database.prepare(query).all()
  } finally {
    database.close()
  }
}

function facts<Kind extends FactKind>(kind: Kind): Extract<Fact, { kind: Kind }>[] {
  return JOURNAL.flatMap(entry =>
    entry.facts.filter((fact): fact is Extract<Fact, { kind: Kind }> => fact.kind === kind),
  )
}

const vector = fc.array(fc.float({ min: -4, max: 4, noNaN: true }), { minLength: 8, maxLength: 8 })
/** Past situations at whole minutes of different days. */
const past = fc.array(fc.record({ situation: vector, minutes: fc.integer({ min: 0, max: 20_000 }) }), {
  minLength: 1,
  maxLength: 30,
})

test('the journal read again is the journal that was appended, after a restart too', async () => {
  const { store, file } = await memory()
  for (const entry of JOURNAL) await store.append([entry])
  expect(await store.journal()).toEqual(JOURNAL.filter(entry => entry.session !== ''))
  await store.close()
  const again = await memory(file)
  expect(await again.store.journal()).toEqual(JOURNAL.filter(entry => entry.session !== ''))
  expect(await again.store.report()).toMatchObject({ file, entries: JOURNAL.length, setAside: undefined })
})

test('what was appended before, in part or whole, is not appended twice', async () => {
  const [once, twice] = [await memory(), await memory()]
  await once.store.append(JOURNAL)
  for (let from = 0; from < JOURNAL.length; from += 5) await twice.store.append(JOURNAL.slice(0, from + 5))
  await twice.store.append(JOURNAL)
  for (const query of [
    'journal',
    'feedback',
    'order_log',
    'fill_log',
    'market_patterns',
    'situations',
    'preferences',
  ])
    expect(rowsOf(twice.file, `SELECT * FROM ${query}`)).toEqual(rowsOf(once.file, `SELECT * FROM ${query}`))
  const [one, other] = [await once.store.report(), await twice.store.report()]
  expect(other.situations).toBe(one.situations)
  const here = Float32Array.from(SCORED.situation)
  const asked = await Promise.all([once, twice].map(({ store }) => store.recall(here, 9, SCORED.time + DAY)))
  expect(asked[1]).toEqual(asked[0])
})

test('an append that fails half way leaves nothing behind', async () => {
  const { store, file } = await memory()
  const [first, second] = JOURNAL
  if (!first || !second) throw new Error('a journal must have lines')
  const broken = { ...second, session: undefined as unknown as string }
  await expect(store.append([first, broken])).rejects.toThrow('NOT NULL')
  expect(rowsOf(file, 'SELECT * FROM journal')).toEqual([])
  await store.append([first, second])
  expect(rowsOf(file, 'SELECT sequence FROM journal')).toHaveLength(2)
})

test('the journal and the ledger can only be added to', async () => {
  const { store, file } = await memory()
  await store.append(JOURNAL)
  await store.close()
  const database = new Database(file)
  onTestFinished(() => void database.close())
  for (const table of ['journal', 'order_log', 'fill_log', 'fee_log', 'position_log']) {
    expect(() => database.exec(`DELETE FROM ${table}`)).toThrow(/is append-only/)
    expect(() => database.exec(`UPDATE ${table} SET sequence = sequence + 1000`)).toThrow(/is append-only/)
  }
})

test('decisions are kept as they last stood, newest first, by session', async () => {
  const { store } = await memory()
  await store.append(JOURNAL)
  const last = new Map<string, Decision>()
  const kinds = new Set<FactKind>(['suggested', 'answered', 'lapsed', 'scored', 'rated'])
  for (const { facts } of JOURNAL)
    for (const fact of facts)
      if ('decision' in fact && kinds.has(fact.kind)) last.set(fact.decision.id, fact.decision)
  const expected = [...last.values()].sort((one, other) => other.time - one.time)
  expect(await store.decisions(undefined, 100)).toEqual(expected)
  expect(await store.decisions('test-session', 1)).toEqual(expected.slice(0, 1))
  expect(await store.decisions('another', 100)).toEqual([])
})

test('the ledger holds every order state, every fill with its fee, and every position', async () => {
  const { store, file } = await memory()
  await store.append(JOURNAL)
  const fills = facts('filled').map(fact => fact.fill)
  expect(fills.length).toBeGreaterThan(1)
  expect(rowsOf(file, 'SELECT id, quantity, net FROM fill_log ORDER BY sequence')).toEqual(
    fills.map(({ id, quantity, net }) => ({ id, quantity, net })),
  )
  expect(rowsOf(file, 'SELECT fill, amount FROM fee_log ORDER BY sequence')).toEqual(
    fills.map(({ id, fees }) => ({ fill: id, amount: fees })),
  )
  const states = JOURNAL.flatMap(({ facts }) =>
    facts.flatMap(fact => ('order' in fact && typeof fact.order === 'object' ? [fact.order] : [])),
  )
  expect(rowsOf(file, 'SELECT order_id AS id, status FROM order_log ORDER BY rowid')).toEqual(
    states.map(({ id, status }) => ({ id, status })),
  )
  expect(rowsOf(file, 'SELECT quantity, realised FROM position_log ORDER BY rowid')).toEqual(
    facts('filled').map(({ position: { quantity, realised } }) => ({ quantity, realised })),
  )
})

test('an answer, a rating and what came of it are told in their own tables', async () => {
  const { store, file } = await memory()
  await store.append(JOURNAL)
  expect(rowsOf(file, 'SELECT kind, rating FROM feedback ORDER BY sequence')).toEqual([
    { kind: 'accepted', rating: null },
    { kind: 'rated', rating: 4 },
  ])
  expect(rowsOf(file, 'SELECT answers, kind FROM preferences')).toEqual([{ answers: 1, kind: 'accepted' }])
  expect(await store.sessions()).toEqual([{ id: 'test-session', date: '2026-11-20', source: 'made up' }])
  const [pattern] = rowsOf(file, "SELECT * FROM market_patterns WHERE action = 'sellIronCondor'")
  expect(pattern).toMatchObject({ hour: 11, ended: 1, won: 1, net: SCORED.outcome?.net })
})

test('patterns add up: what ended, what was good, and what it brought', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.integer({ min: -500, max: 500 }), fc.boolean()), { minLength: 1, maxLength: 12 }),
      async ends => {
        const { store, file } = await memory()
        await store.append(
          ends.map(([net, wasGood], index) =>
            scoredEntry(index + 1, SCORED, {
              outcome: { status: 'scored', time: 0, reason: 'time', net, wasGood },
            }),
          ),
        )
        expect(rowsOf(file, 'SELECT hour, ended, won, net FROM market_patterns')).toEqual([
          {
            hour: 12,
            ended: ends.length,
            won: ends.filter(([, wasGood]) => wasGood).length,
            net: ends.reduce((sum, [net]) => sum + net, 0),
          },
        ])
      },
    ),
    { numRuns: 8 },
  )
})

test('what is recalled are the nearest situations of the past, however many lie in the future', async () => {
  await fc.assert(
    fc.asyncProperty(past, vector, fc.integer({ min: 1, max: 8 }), async (all, here, count) => {
      const { store } = await memory(':memory:')
      await store.append(
        all.map(({ situation, minutes }, index) =>
          scoredEntry(index + 1, SCORED, { situation, time: clock(10, 0) + minutes * 60_000 }),
        ),
      )
      const before = clock(10, 0) + 10_000 * 60_000
      const { neighbours, searched } = await store.recall(Float32Array.from(here), count, before)
      const distance = (situation: readonly number[]) =>
        situation.reduce(
          (sum, value, place) => sum + (Math.fround(value) - Math.fround(here[place] ?? 0)) ** 2,
          0,
        )
      const expected = all
        .filter(({ minutes }) => minutes < 10_000)
        .map(({ situation }) => Math.exp(-distance(situation) / 2))
        .sort((one, other) => other - one)
        .slice(0, count)
      expect(searched).toBe(all.length)
      expect(neighbours).toHaveLength(expected.length)
      neighbours.forEach((each, place) => {
        expect(each.likeness).toBeCloseTo(expected[place] ?? Number.NaN, 4)
        expect(each.time).toBeLessThan(before)
      })
    }),
    { numRuns: 25 },
  )
})

test('situations come back after a restart with what was suggested, answered and brought', async () => {
  const { store, file } = await memory()
  await store.append(JOURNAL)
  const here = Float32Array.from(SCORED.situation)
  const before = await store.recall(here, 3, SCORED.time + 5 * DAY)
  await store.close()
  const again = await memory(file)
  const after = await again.store.recall(here, 3, SCORED.time + 5 * DAY)
  expect(after).toEqual(before)
  expect(after.neighbours[0]).toMatchObject({
    decision: SCORED.id,
    likeness: expect.closeTo(1, 6),
    action: expect.stringMatching(/iron condor$/),
    answer: 'accepted',
    net: SCORED.outcome?.net,
  })
  expect(after.daysSinceSimilar).toBe(5)
})

test('a situation that is like nothing has no day of its last time, and one without an outcome is not kept', async () => {
  const { store } = await memory()
  const far = Array.from({ length: 8 }, () => 5)
  await store.append([
    scoredEntry(1, SCORED, { situation: far }),
    scoredEntry(2, SCORED, {
      outcome: { status: 'unavailable', time: 0, reason: 'noQuotes', net: 0, wasGood: false },
    }),
  ])
  const { neighbours, daysSinceSimilar, searched } = await store.recall(new Float32Array(8), 5, clock(15, 0))
  expect([neighbours.length, searched, daysSinceSimilar]).toEqual([1, 1, undefined])
})

test('a layout is kept by display, and the last one counts', async () => {
  const { store } = await memory()
  expect(await store.layout('main')).toBeNull()
  await store.saveLayout('main', '{"a":1}')
  await store.saveLayout('second', "it's")
  await store.saveLayout('main', '{"a":2}')
  expect([await store.layout('main'), await store.layout('second')]).toEqual(['{"a":2}', "it's"])
})
