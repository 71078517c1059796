import { expect, test } from 'vitest'
import { createRandom } from '../../core/base/random.ts'
import { killApplies } from './killedApply.ts'

test('killed while it writes changes, a process leaves the old text or the new one, never half', async () => {
  const left = await killApplies(8, createRandom(1))
  expect(left.problems).toEqual([])
  expect(left.old + left.new).toBe(left.kills)
})
