import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { SITUATION_SIZE } from '../../core/memory/situation.ts'
import { createSituationIndex, exactIndex, type SituationIndex } from './situationIndex.ts'

const vector = fc.array(fc.float({ min: -8, max: 8, noNaN: true }), {
  minLength: SITUATION_SIZE,
  maxLength: SITUATION_SIZE,
})
const vectors = fc.array(vector, { maxLength: 60 })

/** Distances from a vector to all others, rising, the naive way. */
function distances(all: readonly (readonly number[])[], to: readonly number[]): number[] {
  const one = (other: readonly number[]) =>
    other.reduce((sum, value, place) => sum + (Math.fround(value) - Math.fround(to[place] ?? 0)) ** 2, 0)
  return all.map(one).sort((a, b) => a - b)
}

async function filled(all: readonly (readonly number[])[]): Promise<SituationIndex[]> {
  const indexes = [await createSituationIndex(SITUATION_SIZE), exactIndex()]
  for (const index of indexes)
    for (const [label, each] of all.entries()) index.add(label, Float32Array.from(each))
  return indexes
}

test('the nearest are the nearest, in rising distance, as many as were asked for or there are', async () => {
  await fc.assert(
    fc.asyncProperty(vectors, vector, fc.integer({ min: 1, max: 20 }), async (all, to, count) => {
      const expected = distances(all, to).slice(0, count)
      for (const index of await filled(all)) {
        const near = index.nearest(Float32Array.from(to), count)
        expect(index.size).toBe(all.length)
        expect(near).toHaveLength(expected.length)
        near.forEach((each, place) => {
          expect(Math.abs(each.squaredDistance - (expected[place] ?? 0))).toBeLessThan(1e-3)
          expect(distances([all[each.label] ?? []], to)[0]).toBeCloseTo(each.squaredDistance, 2)
        })
        expect(new Set(near.map(each => each.label)).size).toBe(near.length)
      }
    }),
    { numRuns: 60 },
  )
})

test('past its first capacity the index grows, and still finds nine of ten that an exact search finds', async () => {
  const all = fc.sample(vector, { numRuns: 2600, seed: 3 })
  const [index, exact] = await filled(all)
  if (!index || !exact) throw new Error('there must be two indexes')
  let found = 0
  const questions = fc.sample(vector, { numRuns: 50, seed: 4 }).map(each => Float32Array.from(each))
  for (const question of questions) {
    const truth = new Set(exact.nearest(question, 10).map(each => each.label))
    found += index.nearest(question, 10).filter(each => truth.has(each.label)).length
  }
  expect(index.size).toBe(2600)
  expect(found / 500).toBeGreaterThan(0.9)
})

test('an index of nothing finds nothing', async () => {
  const [index, exact] = await filled([])
  expect(index?.nearest(new Float32Array(SITUATION_SIZE), 5)).toEqual([])
  expect(exact?.nearest(new Float32Array(SITUATION_SIZE), 5)).toEqual([])
})
