import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../../core/base/random.ts'
import { bringToLengthOne } from './dualEncoder.ts'
import { loadGraph } from './vectorGraph.ts'
import { VectorIndex, type VectorOptions } from './vectors.ts'

const DIMENSIONS = 6
const EXACT: VectorOptions = { graphFrom: Number.POSITIVE_INFINITY, openGraph: loadGraph }
const GRAPH: VectorOptions = { graphFrom: 1, openGraph: loadGraph }

const vector = fc
  .array(fc.integer({ min: -9, max: 9 }), { minLength: DIMENSIONS, maxLength: DIMENSIONS })
  .map(numbers => bringToLengthOne(Float32Array.from(numbers)))

const edits = fc.array(
  fc.record({ id: fc.nat({ max: 20 }), vector: fc.option(vector, { nil: undefined }) }),
  {
    maxLength: 80,
  },
)

type Edit = { readonly id: number; readonly vector: Float32Array | undefined }

function play(index: VectorIndex, all: readonly Edit[], left = new Map<number, Float32Array>()) {
  for (const { id, vector } of all) {
    if (vector) index.add(id, vector)
    else index.remove(id)
    if (vector) left.set(id, vector)
    else left.delete(id)
  }
  return left
}

function cosine(one: Float32Array, other: Float32Array): number {
  return one.reduce((sum, value, place) => sum + value * (other[place] ?? 0), 0)
}

test('exact search gives every cosine, whatever was changed before', () => {
  fc.assert(
    fc.property(edits, vector, (all, asked) => {
      const index = new VectorIndex(DIMENSIONS, EXACT)
      const left = play(index, all)
      const { best, scoreOf } = index.search(asked, 5)
      const right = [...left.values()].map(it => cosine(it, asked)).toSorted((one, other) => other - one)
      expect(index.size).toBe(left.size)
      expect(best).toHaveLength(Math.min(5, left.size))
      best.forEach(({ score }, place) => expect(score).toBeCloseTo(right[place] ?? 0, 5))
      for (const [id, it] of left) expect(scoreOf(id)).toBeCloseTo(cosine(it, asked), 5)
    }),
  )
})

test('a graph knows nothing that was removed, and all that came after it was settled', async () => {
  await fc.assert(
    fc.asyncProperty(edits, edits, vector, async (before, after, asked) => {
      const index = new VectorIndex(DIMENSIONS, GRAPH)
      const left = play(index, before)
      await index.settle()
      play(index, after, left)
      const { best } = index.search(asked, 30)
      expect(new Set(best.map(({ id }) => id))).toEqual(new Set(left.keys()))
      for (const { id, score } of best) expect(score).toBeCloseTo(cosine(left.get(id) ?? asked, asked), 5)
    }),
    { numRuns: 30 },
  )
})

/** Vectors around a few centres, as those of functions are; without any order the nearest are no nearer than the rest. */
function clustered(count: number, dimensions: number, seed: number): Float32Array[] {
  const random = createRandom(seed)
  const centres = Array.from({ length: 40 }, () =>
    Float32Array.from({ length: dimensions }, () => random.normal()),
  )
  return Array.from({ length: count }, () => {
    const centre = centres[random.below(centres.length)]
    return bringToLengthOne(
      Float32Array.from({ length: dimensions }, (_, place) => (centre?.[place] ?? 0) + 0.5 * random.normal()),
    )
  })
}

test('a graph finds nearly all of the nearest', async () => {
  const vectors = clustered(2000, 32, 1)
  const exact = new VectorIndex(32, EXACT)
  const graph = new VectorIndex(32, GRAPH)
  vectors.forEach((it, id) => {
    exact.add(id, it)
    graph.add(id, it)
  })
  await graph.settle()
  expect(graph.kind).toBe('graph')
  const shares = vectors.slice(0, 50).map(it => {
    const right = exact.search(it, 10).best.map(({ id }) => id)
    const found = new Set(graph.search(it, 10).best.map(({ id }) => id))
    return right.filter(id => found.has(id)).length / 10
  })
  expect(shares.reduce((sum, it) => sum + it, 0) / 50).toBeGreaterThan(0.95)
  const one = graph.search(vectors[0] ?? new Float32Array(32), 10)
  const other = exact.search(vectors[0] ?? new Float32Array(32), 10)
  expect(one.mean).toBeCloseTo(other.mean, 1)
  expect(one.deviation / other.deviation).toBeCloseTo(1, 0)
})

test('with a condition all are compared, so that none is missed', async () => {
  const vectors = clustered(300, 16, 2)
  const graph = new VectorIndex(16, GRAPH)
  vectors.forEach((it, id) => graph.add(id, it))
  await graph.settle()
  const { best } = graph.search(vectors[0] ?? new Float32Array(16), 300, id => id % 7 === 0)
  expect(best).toHaveLength(43)
})

test('without the library, and below the size, search is exact', async () => {
  const absent = new VectorIndex(16, { graphFrom: 1, openGraph: () => Promise.resolve(undefined) })
  const small = new VectorIndex(16, { graphFrom: 301, openGraph: loadGraph })
  for (const index of [absent, small]) {
    clustered(300, 16, 3).forEach((it, id) => index.add(id, it))
    await index.settle()
    expect(index.kind).toBe('exact')
    expect(index.search(new Float32Array(16), 5).best).toHaveLength(5)
  }
})

test('a settling that is cancelled leaves every vector found', async () => {
  const vectors = clustered(300, 16, 4)
  const index = new VectorIndex(16, GRAPH)
  vectors.forEach((it, id) => index.add(id, it))
  await index.settle(AbortSignal.abort())
  expect(index.kind).toBe('exact')
  vectors.forEach((it, id) => expect(index.search(it, 1).best[0]?.id).toBe(id))
  expect(() => index.add(1, new Float32Array(15))).toThrow('a vector must have 16 numbers, has 15')
})
