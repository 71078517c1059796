import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../fixtures/folder.ts'
import { TrialStore } from './trials.ts'

test('every strategy and setting counts once, with its last result, for its own data', () => {
  const trial = fc.record({
    time: fc.nat(),
    data: fc.constantFrom('one', 'other'),
    key: fc.constantFrom('a', 'b', 'c'),
    sharpe: fc.double({ min: -3, max: 3, noNaN: true }).map(value => value + 0),
  })
  fc.assert(
    fc.property(fc.array(trial, { maxLength: 12 }), trials => {
      const store = new TrialStore(join(temporaryFolder(), 'deep/trials.jsonl'))
      for (const each of trials) store.add([each])
      const expected = new Map(
        trials.filter(({ data }) => data === 'one').map(each => [each.key, each.sharpe]),
      )
      const read = store.on('one')
      expect(new Map(read.trials.map(({ key, sharpe }) => [key, sharpe]))).toEqual(expected)
      expect(read.unreadable).toBe(0)
    }),
    { numRuns: 30 },
  )
})

test('a line that a crash cut short is counted as such, and swallows nothing', () => {
  const file = join(temporaryFolder(), 'trials.jsonl')
  const store = new TrialStore(file)
  store.add([{ time: 1, data: 'one', key: 'a', sharpe: 0.1 }])
  appendFileSync(file, '{"time":2,"data":"one","ke')
  store.add([
    { time: 3, data: 'one', key: 'b', sharpe: 0.2 },
    { time: 3, data: 'one', key: 'c', sharpe: 0.3 },
  ])
  expect(store.on('one').trials.map(({ key }) => key)).toEqual(['a', 'b', 'c'])
  expect(store.on('one').unreadable).toBe(1)
})
