import { expect, test } from 'vitest'
import { checkGradient } from '../../autodiff/centralDifferences.ts'
import { present } from '../../core/base/assert.ts'
import { createRandom } from '../../core/base/random.ts'
import { contrastiveLoss } from './contrastiveLoss.ts'
import { encode } from './dualEncoder.ts'
import { trainEncoder, USUAL_TRAINING, type TrainingPair } from './trainEncoder.ts'
import { tuneShare } from './tuneShare.ts'

/**
 * Questions and answers that share no word: each idea has one word in questions and another in code, and each pair has three
 * ideas. Word search finds nothing of it.
 */
function foreignPairs(count: number, seed: number): readonly TrainingPair[] {
  const random = createRandom(seed)
  const letters = (value: number) => String.fromCodePoint(97 + Math.floor(value / 26), 97 + (value % 26))
  return Array.from({ length: count }, () => {
    const ideas = Array.from({ length: 3 }, () => random.below(40))
    return {
      query: ideas.map(idea => `ask${letters(idea)}k`).join(' '),
      code: ideas.map(idea => `code${letters(idea)}k`).join('('),
    }
  })
}

const SMALL = { ...USUAL_TRAINING, dimensions: 32, epochs: 20 }

async function trained(pairs: readonly TrainingPair[], training = SMALL) {
  const done = await trainEncoder(pairs, training)
  if (!done.ok) throw new Error(done.failure)
  return done.value
}

test('the gradient of the loss is that of central differences', async () => {
  const random = createRandom(3)
  const input = () => ({
    shape: [4, 5],
    values: Float64Array.from({ length: 20 }, () => random.normal()),
  })
  const { worst, tried } = await checkGradient({
    inputs: [input(), input()],
    build: ([queries, codes]) => {
      if (!queries || !codes) throw new Error('there must be two inputs')
      return contrastiveLoss(queries, codes, 0.3)
    },
  })
  expect(tried).toBeGreaterThan(20)
  expect(worst).toBeLessThan(1e-6)
})

test('words that never meet are learned to mean the same', async () => {
  const encoder = await trained(foreignPairs(600, 1))
  const tuned = await tuneShare(encoder, foreignPairs(100, 2))
  const { share, reciprocalRank, ofWords } = present(tuned, 'nothing was cancelled')
  // Words alone are at chance, the mean of 1 / rank over a hundred places
  expect(ofWords).toBeLessThan(0.06)
  expect(reciprocalRank).toBeGreaterThan(0.8)
  expect(share).toBeGreaterThan(0)
})

test('the same pairs and seed give the same encoder, another seed another', async () => {
  const pairs = foreignPairs(100, 1)
  const [one, same, other] = [
    await trained(pairs),
    await trained(pairs),
    await trained(pairs, { ...SMALL, seed: 2 }),
  ]
  expect(same.tables).toEqual(one.tables)
  expect(other.tables).not.toEqual(one.tables)
})

test('progress rises to its end, and a training that is cancelled gives nothing', async () => {
  const told: [number, number][] = []
  await trainEncoder(foreignPairs(100, 1), SMALL, { onProgress: (done, total) => told.push([done, total]) })
  const [, total = 0] = told.at(-1) ?? []
  expect(told.map(([done]) => done)).toEqual(Array.from({ length: total }, (_, step) => step + 1))
  const stop = new AbortController()
  const cancelled = await trainEncoder(foreignPairs(100, 1), SMALL, {
    signal: stop.signal,
    onProgress: done => void (done === 2 && stop.abort()),
  })
  expect(cancelled).toEqual({ ok: false, failure: 'Learning was cancelled.' })
  const never = await trainEncoder(foreignPairs(100, 1), SMALL, { signal: AbortSignal.abort() })
  expect(never).toEqual(cancelled)
  expect(
    await tuneShare(await trained(foreignPairs(100, 1)), foreignPairs(9, 1), AbortSignal.abort()),
  ).toBeUndefined()
})

test('too little to learn from is said', async () => {
  const done = await trainEncoder(foreignPairs(63, 1), SMALL)
  expect(!done.ok && done.failure).toBe(
    'Learning needs 64 functions with a docstring or a telling name, found 63.',
  )
})

test('a text of unknown words has no direction, every other one has length one', async () => {
  const encoder = await trained(foreignPairs(100, 1))
  expect(encode(encoder, 'nothing known', 'query').every(value => value === 0)).toBe(true)
  const known = encode(encoder, foreignPairs(100, 1)[0]?.query ?? '', 'query')
  expect(Math.hypot(...known)).toBeCloseTo(1, 5)
})
