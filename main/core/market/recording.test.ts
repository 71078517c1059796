import { expect, test } from 'vitest'
import { RECORD_KINDS, RECORD_NUMBERS, emptyRows, kindCode } from './recording.ts'

test('rows begin with nothing in them: no count, and no number that was not recorded', () => {
  const rows = emptyRows(5)
  expect(rows.count).toBe(0)
  expect(Object.keys(rows.numbers).sort()).toEqual([...RECORD_NUMBERS].sort())
  for (const name of RECORD_NUMBERS) expect([...rows.numbers[name]]).toEqual(Array(5).fill(Number.NaN))
  expect([rows.time.length, rows.kind.length, rows.isPut.length]).toEqual([5, 5, 5])
})

test('no two columns share their memory', () => {
  const rows = emptyRows(3)
  const columns = [rows.time, rows.kind, rows.isPut, ...Object.values(rows.numbers)]
  expect(new Set(columns.map(column => column.buffer)).size).toBe(columns.length)
})

test('the codes of kinds stay what recorded files were written with', () => {
  expect(RECORD_KINDS.map(kindCode)).toEqual([0, 1, 2, 3, 4, 5])
  expect(kindCode('quote')).toBe(0)
  expect(kindCode('statistics')).toBe(5)
})
