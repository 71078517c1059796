import { expect, test } from 'vitest'
import { openGrammars } from './grammars.ts'
import { unreadLine } from './unreadLine.ts'

const grammars = await openGrammars()
const SOURCE =
  'def fine(xs):\n    return xs\n\ndef broken(xs):\n    total = 0\n    for x in xs\n        total += x\n    return total\n'

test('the line that could not be read is named, and none where all was read', () => {
  expect(unreadLine(grammars, SOURCE, { first: 4, last: 8 })).toBe(6)
  expect(unreadLine(grammars, SOURCE, { first: 1, last: 2 })).toBeUndefined()
  expect(unreadLine(grammars, 'x = 1\n', { first: 1, last: 1 })).toBeUndefined()
})
