import { expect, test } from 'vitest'
import type { Decision } from '../../core/policy/decision.ts'
import { RULES } from '../../fixtures/floor.ts'
import { NOW, decisionOf, outcomeOf } from '../../fixtures/screen.ts'
import { createBook } from './book.ts'
import { learnFromOutcome } from './lessons.ts'

/** How far the quality moves by the loss of one of several suggestions, the others so many minutes apart. */
function moved(minutesApart: readonly number[], action: Decision['action'] = 'sellPutVertical10'): number {
  const book = createBook()
  book.rules = RULES
  const lost = decisionOf({ id: 'lost', action: 'sellPutVertical10', time: NOW, outcome: outcomeOf(-80) })
  const others = minutesApart.map((minutes, index) =>
    decisionOf({ id: `other ${index}`, action, time: NOW + minutes * 60_000 }),
  )
  for (const decision of [lost, ...others]) book.decisions.set(decision.id, decision)
  const before = book.quality.mean[0] ?? 0
  return before - (learnFromOutcome(book, lost).quality?.mean[0] ?? Number.NaN)
}

test('suggestions of one side that live through the same hour are one lesson together', () => {
  const alone = moved([])
  expect(alone).toBeGreaterThan(0)
  expect(moved([2]) / alone).toBeCloseTo(0.5, 1)
  expect(moved([-6, -4, -2, 2, 4, 6, 8, 10, 12]) / alone).toBeCloseTo(0.1, 1)
})

test('one of another side, or of another time of the day, is a lesson of its own', () => {
  expect(moved([2], 'sellCallVertical10')).toBe(moved([]))
  expect(moved([RULES.plan.horizon / 60_000, -200])).toBe(moved([]))
})
