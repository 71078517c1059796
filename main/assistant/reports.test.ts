import { expect, test } from 'vitest'
import type { NightReport, OptimiseReport } from '../contract/assistant.ts'
import { createRandom } from '../core/base/random.ts'
import { assistantDatabase } from '../fixtures/assistantDatabase.ts'
import { generatedCards } from '../fixtures/generatedCards.ts'
import {
  keepNightReport,
  keepOptimiseReport,
  markCard,
  readNightReport,
  readOptimiseReport,
  reportOfCard,
} from './reports.ts'

const cards = generatedCards(createRandom(1), 'list')
const [card] = cards
if (!card) throw new Error('there is a card')
const report: OptimiseReport = {
  id: 'report',
  at: 5,
  request: 'faster',
  place: card.place,
  cards,
  explored: 9,
  scored: 9,
  verified: cards.length,
  refuted: [],
  milliseconds: 1,
  sentence: 'Begun.',
  isDone: false,
}
const night: NightReport = {
  id: 'night',
  startedAt: 1,
  endedAt: 2,
  steps: [],
  proposals: [report],
  findings: [],
  patterns: [],
}

test('a report comes back with its cards in order, the newest where none is named', () => {
  const database = assistantDatabase()
  keepOptimiseReport(database, report)
  keepOptimiseReport(database, { ...report, id: 'older', at: 4, cards: [] })
  expect(readOptimiseReport(database, undefined)).toEqual(report)
  expect(readOptimiseReport(database, 'older')?.at).toBe(4)
  expect(readOptimiseReport(database, 'none')).toBeUndefined()
  expect(reportOfCard(database, card.id)).toEqual(report)
  expect(reportOfCard(database, 'none')).toBeUndefined()
})

test('what was applied while a report grew stays applied when it ends', () => {
  const database = assistantDatabase()
  keepOptimiseReport(database, report)
  markCard(database, card.id, 'applied')
  keepOptimiseReport(database, { ...report, cards: cards.toReversed(), sentence: 'Ended.', isDone: true })
  const ended = readOptimiseReport(database, 'report')
  expect(ended?.cards.map(({ id }) => id)).toEqual(cards.toReversed().map(({ id }) => id))
  expect(ended?.cards.find(({ id }) => id === card.id)?.applied).toBe('applied')
  expect(database.prepare('SELECT outcome FROM requests').pluck().all()).toEqual(['Ended.'])
})

test('what was refused stays refused, in the report of the night as well', () => {
  const database = assistantDatabase()
  keepOptimiseReport(database, report)
  keepNightReport(database, night)
  markCard(database, card.id, 'refused')
  const stateIn = (kept: OptimiseReport | undefined) => kept?.cards.find(({ id }) => id === card.id)?.applied
  expect(stateIn(readOptimiseReport(database, 'report'))).toBe('refused')
  expect(stateIn(readNightReport(database, 'night')?.proposals[0])).toBe('refused')
})

test('what was applied stays even where better ones came', () => {
  const database = assistantDatabase()
  keepOptimiseReport(database, report)
  markCard(database, card.id, 'applied')
  keepOptimiseReport(database, { ...report, cards: cards.slice(1) })
  const kept = readOptimiseReport(database, 'report')?.cards ?? []
  expect(kept.map(({ id }) => id)).toEqual([...cards.slice(1), card].map(({ id }) => id))
  keepOptimiseReport(database, { ...report, cards: [] })
  expect(readOptimiseReport(database, 'report')?.cards.map(({ id }) => id)).toEqual([card.id])
})

test('a report that nobody asked for in words is in no history', () => {
  const database = assistantDatabase()
  keepOptimiseReport(database, { ...report, request: '' })
  expect(database.prepare('SELECT count(*) FROM requests').pluck().get()).toBe(0)
})

test('a night is kept as it grows', () => {
  const database = assistantDatabase()
  keepNightReport(database, night)
  keepNightReport(database, { ...night, endedAt: 9 })
  expect(readNightReport(database, undefined)).toEqual({ ...night, endedAt: 9 })
  expect(readOptimiseReport(database, undefined)).toBeUndefined()
})
