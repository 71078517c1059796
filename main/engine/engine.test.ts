import { expect, test } from 'vitest'
import { Floor } from '../fixtures/floor.ts'

test('a quoted chain becomes a suggestion with reasons', async () => {
  const floor = await new Floor({ wish: 'sellIronCondor' }).open()
  expect(floor.suggested.action).toBe('sellIronCondor')
})
