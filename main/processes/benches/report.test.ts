import { expect, test } from 'vitest'
import { sentenceOf } from './report.ts'

test('what was not measured is never said to keep its limit', () => {
  expect(sentenceOf({ missed: 0, leftOut: 0 })).toBe('Every figure keeps its limit.')
  expect(sentenceOf({ missed: 0, leftOut: 2 })).toBe(
    'Every figure that was measured keeps its limit. 2 left out: not everything was measured.',
  )
  expect(sentenceOf({ missed: 1, leftOut: 0 })).toBe('1 missed.')
  expect(sentenceOf({ missed: 1, leftOut: 1 })).toBe('1 missed. 1 left out: not everything was measured.')
})
