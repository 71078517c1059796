import { expect, test } from 'vitest'
import { assistantDatabase } from '../fixtures/assistantDatabase.ts'
import { wholeId } from './wholeId.ts'

test('an id is known by its first characters where only one begins with them', () => {
  const database = assistantDatabase()
  const add = database.prepare("INSERT INTO changes VALUES (?, 1, NULL, 'a.py', '', '', 'applied', 1)")
  for (const id of ['3f2a9c10-1', '3f2a9c10-1.undo', '3f2b', '3f2b77', '%%%%']) add.run(id)
  const whole = (start: string) => wholeId(database, 'changes', start)
  expect(whole('3f2a')).toBe('3f2a9c10-1')
  expect(whole('3f2a9c10-1.undo')).toBe('3f2a9c10-1.undo')
  expect(whole('3f2b')).toBe('3f2b')
  expect(whole('3f2')).toBe('3f2')
  expect(whole('____')).toBe('____')
  expect(whole('none of them')).toBe('none of them')
  add.run('3f2a0000')
  expect(() => whole('3f2a')).toThrow('"3f2a" begins more than one id; give more of it.')
  expect(whole('3f2a9')).toBe('3f2a9c10-1')
})
