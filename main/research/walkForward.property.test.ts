import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { followBest, purgedFolds, walkForward } from './walkForward.ts'

const plan = fc.record({
  train: fc.integer({ min: 1, max: 20 }),
  test: fc.integer({ min: 1, max: 10 }),
  purge: fc.integer({ min: 0, max: 4 }),
  embargo: fc.integer({ min: 0, max: 4 }),
})

test('a walk learns only from before its test, with the purge between, and judges everything behind once', () => {
  fc.assert(
    fc.property(plan, fc.integer({ min: 0, max: 120 }), (walk, count) => {
      const splits = walkForward(count, walk)
      const judged = splits.flatMap(split => split.test)
      const first = walk.train + walk.purge
      expect(judged).toEqual(Array.from({ length: Math.max(0, count - first) }, (_, index) => first + index))
      for (const split of splits) {
        const start = split.test[0] ?? 0
        expect(Math.max(...split.train, -1)).toBeLessThan(start - walk.purge)
        expect(split.train.length).toBeLessThanOrEqual(walk.train)
      }
    }),
  )
})

test('nothing is learned within the embargo after a test', () => {
  fc.assert(
    fc.property(plan, fc.integer({ min: 30, max: 120 }), (walk, count) => {
      const splits = walkForward(count, walk)
      splits.forEach((split, window) => {
        for (const earlier of splits.slice(0, window)) {
          const end = (earlier.test.at(-1) ?? 0) + 1
          expect(split.train.filter(position => position >= end && position < end + walk.embargo)).toEqual([])
        }
      })
    }),
  )
})

const labels = fc
  .array(fc.record({ gap: fc.integer({ min: 0, max: 5 }), length: fc.integer({ min: 0, max: 12 }) }), {
    minLength: 4,
    maxLength: 60,
  })
  .map(spans => {
    let start = 0
    return spans.map(({ gap, length }) => {
      start += gap
      return { start, end: start + length }
    })
  })

test('no training sample of a fold overlaps the test in time, and every sample is tested once', () => {
  fc.assert(
    fc.property(labels, fc.integer({ min: 2, max: 4 }), fc.nat(5), (spans, folds, embargo) => {
      const splits = purgedFolds(spans, folds, embargo)
      expect(splits.flatMap(({ test: judged }) => judged)).toEqual(spans.map((_, position) => position))
      for (const { train, test: judged } of splits) {
        const [start, end] = [
          Math.min(...judged.map(position => spans[position]?.start ?? 0)),
          Math.max(...judged.map(position => spans[position]?.end ?? 0)),
        ]
        const last = judged.at(-1) ?? 0
        for (const position of train) {
          const span = spans[position] ?? { start: 0, end: 0 }
          expect(span.end < start || span.start > end).toBe(true)
          expect(position > last && position <= last + embargo).toBe(false)
        }
      }
    }),
  )
})

test('far from the test nothing is lost', () => {
  const spans = Array.from({ length: 100 }, (_, start) => ({ start, end: start }))
  const [, second] = purgedFolds(spans, 5, 2)
  expect(second?.train).toHaveLength(100 - 20 - 2)
})

test('who was best in training is followed through the test', () => {
  const returns = [
    [1, 1, -1, -1],
    [0, 0, 2, 2],
  ]
  const splits = walkForward(4, { train: 2, test: 1, purge: 0, embargo: 0 })
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  expect(followBest(returns, splits, mean)).toEqual([
    { position: 2, strategy: 0, value: -1 },
    { position: 3, strategy: 1, value: 2 },
  ])
})

test('a walk that learns from nothing is refused', () => {
  expect(() => walkForward(10, { train: 0, test: 1, purge: 0, embargo: 0 })).toThrow(RangeError)
  expect(() => purgedFolds([{ start: 0, end: 1 }], 2, 0)).toThrow(RangeError)
})
