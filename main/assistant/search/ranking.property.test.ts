import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fuse } from './fusion.ts'
import { createBestList, type Ranking } from './ranking.ts'

const scores = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 40 })

test('a best list keeps what sorting would, equal scores by id', () => {
  fc.assert(
    fc.property(scores, fc.nat({ max: 12 }), (all, most) => {
      const best = createBestList(most)
      all.forEach((score, id) => best.offer(id, score))
      const sorted = all
        .map((score, id) => ({ id, score }))
        .toSorted((one, other) => other.score - one.score || one.id - other.id)
      expect(best.list()).toEqual(sorted.slice(0, most))
    }),
  )
})

/** A ranking of everything by given scores. */
function rankingBy(scores: readonly number[]): Ranking {
  const mean = scores.reduce((sum, it) => sum + it, 0) / scores.length
  const deviation = Math.sqrt(scores.reduce((sum, it) => sum + (it - mean) ** 2, 0) / scores.length)
  const best = createBestList(scores.length)
  scores.forEach((score, id) => best.offer(id, score))
  return { best: best.list(), mean, deviation, scoreOf: id => scores[id] }
}

const both = fc
  .integer({ min: 2, max: 30 })
  .chain(size =>
    fc.tuple(
      ...[0, 1].map(() => fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: size, maxLength: size })),
    ),
  )

test('a share of nothing is the order of words, a whole one that of meaning', () => {
  fc.assert(
    fc.property(both, ([words = [], meaning = []]) => {
      fc.pre(new Set(words).size > 1 && new Set(meaning).size > 1)
      const ids = (share: number) =>
        fuse(rankingBy(words), rankingBy(meaning), share, words.length).map(({ id }) => id)
      expect(ids(0)).toEqual(rankingBy(words).best.map(({ id }) => id))
      expect(ids(1)).toEqual(rankingBy(meaning).best.map(({ id }) => id))
    }),
  )
})

test('the unit of a score does not matter', () => {
  fc.assert(
    fc.property(both, fc.double({ min: 0, max: 1, noNaN: true }), ([words = [], meaning = []], share) => {
      const plain = fuse(rankingBy(words), rankingBy(meaning), share, 30)
      const scaled = fuse(rankingBy(words.map(it => 8 * it + 64)), rankingBy(meaning), share, 30)
      const scoreOf = new Map(scaled.map(({ id, score }) => [id, score]))
      for (const { id, score } of plain) expect(scoreOf.get(id)).toBeCloseTo(score, 9)
    }),
  )
})

test('what only one way knows stands at the mean of the other', () => {
  const words = rankingBy([1, 2, 3])
  const meaning: Ranking = {
    best: [{ id: 9, score: 1 }],
    mean: 0,
    deviation: 0.5,
    scoreOf: id => (id === 9 ? 1 : undefined),
  }
  const found = fuse(words, meaning, 0.5, 10)
  expect(found.find(({ id }) => id === 9)?.score).toBeCloseTo(1, 12)
  expect(found.find(({ id }) => id === 1)?.score).toBeCloseTo(0, 12)
})
