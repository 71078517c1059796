import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Trial } from './rule.ts'
import { judge, readTried, type Tried } from './trying.ts'

const trial = (topic: string): Trial => ({
  topic,
  input: topic,
  actual: '1',
  expected: ['1', '2'],
  tolerance: 0,
})
const tried = (agrees: readonly boolean[], raised = false): Tried => ({
  told: 'a',
  raised,
  expected: agrees.map(each => ({ told: 'b', agrees: each, raised: false })),
})

test('any text is read as trials or as nothing, and never throws', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.base64String().map(text => `'${text}'`),
      ),
      text => {
        const read = readTried(text)
        expect(read === undefined || Array.isArray(read)).toBe(true)
      },
    ),
  )
})

test('what Python wrote is read back', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.boolean())), pairs => {
      const written = pairs.map(([told, raised]) => ({ told, raised, expected: [] }))
      const text = `'${Buffer.from(JSON.stringify(written)).toString('base64')}'`
      expect(readTried(text)).toEqual(written)
    }),
  )
})

test('a function that keeps to one convention in every trial passes, whichever it is', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 3 }), (count, kept) => {
      const answers = Array.from({ length: count }, () => tried([0, 1, 2, 3].map(index => index === kept)))
      expect(
        judge(
          answers.map(() => trial('theta')),
          answers,
          true,
        ).kind,
      ).toBe('passed')
    }),
  )
})

test('a function that changes its convention within a topic fails, between topics it may', () => {
  const answers = [tried([true, false]), tried([true, false]), tried([false, true])]
  expect(judge([trial('theta'), trial('theta'), trial('theta')], answers, true).kind).toBe('failed')
  expect(judge([trial('theta'), trial('theta'), trial('vega')], answers, true).kind).toBe('passed')
})

test('a call that raises says nothing of a function and refuses a fix', () => {
  const answers = [tried([true]), tried([false], true)]
  const trials = [trial('price'), trial('price')]
  expect(judge(trials, answers, true).kind).toBe('passed')
  expect(judge(trials, answers, false).kind).toBe('nothing')
  expect(judge(trials, [tried([false], true), tried([false], true)], true).kind).toBe('nothing')
})
