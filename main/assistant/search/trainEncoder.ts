import { compileGraph, type CompiledGraph } from '../../autodiff/compiledGraph.ts'
import { present } from '../../core/base/assert.ts'
import { createRandom, type Random } from '../../core/base/random.ts'
import { failure, success, type Result } from '../../core/base/result.ts'
import { contrastiveTape } from './contrastiveLoss.ts'
import { bagOf, type Bag, type DualEncoder } from './dualEncoder.ts'
import { createLearningTable, type LearningTable } from './learningTable.ts'
import { mapInSlices } from './inSlices.ts'
import { CANCELLED, type Progress } from './progress.ts'
import { termsOf } from './tokens.ts'

/** What is asked, and the code that answers it. */
export interface TrainingPair {
  readonly query: string
  readonly code: string
}

/** How an encoder is trained. */
export interface EncoderTraining {
  readonly dimensions: number
  readonly epochs: number
  readonly batch: number
  readonly temperature: number
  readonly learningRate: number
  readonly seed: number
}

/** What did well on pairs of the Python packages installed here (`npm run bench -- codeSearch`). */
export const USUAL_TRAINING: EncoderTraining = {
  dimensions: 256,
  epochs: 3,
  batch: 512,
  temperature: 0.07,
  learningRate: 0.2,
  seed: 1,
}

/** Pairs below which nothing is learned that word search does not know. */
const FEWEST_PAIRS = 64

/** A batch has at most this share of the pairs, so that an epoch has more than one step. */
const BATCH_SHARE = 1 / 4

/** A term that is in one text only cannot be learned. */
const FEWEST_TEXTS = 2

/** The terms of a pair. */
interface PairTerms {
  readonly query: readonly string[]
  readonly code: readonly string[]
}

/** A pair as the tables see it. */
interface PairBags {
  readonly query: Bag
  readonly code: Bag
}

/**
 * Trains an encoder on pairs: from a random projection weighted by rarity, by InfoNCE in batches, with Adagrad on the rows that
 * a batch touches. It gives way to everything else after each batch. Same pairs and seed, same encoder on the same machine.
 */
export async function trainEncoder(
  pairs: readonly TrainingPair[],
  training: EncoderTraining = USUAL_TRAINING,
  progress: Progress = {},
): Promise<Result<DualEncoder, string>> {
  const random = createRandom(training.seed)
  const { signal } = progress
  const texts = await mapInSlices(pairs, it => ({ query: termsOf(it.query), code: termsOf(it.code) }), signal)
  if (!texts) return failure(CANCELLED)
  const { vocabulary, start } = startTable(texts, training.dimensions, random.split('start'))
  const known = await mapInSlices(
    texts,
    ({ query, code }) => ({ query: bagOf(query, vocabulary), code: bagOf(code, vocabulary) }),
    signal,
  )
  if (!known) return failure(CANCELLED)
  const bags = known.filter(({ query, code }) => query.rows.length > 0 && code.rows.length > 0)
  if (bags.length < FEWEST_PAIRS) {
    return failure(
      `Learning needs ${FEWEST_PAIRS} functions with a docstring or a telling name, found ${bags.length}.`,
    )
  }
  const batch = Math.min(training.batch, 2 ** Math.floor(Math.log2(bags.length * BATCH_SHARE)))
  const tables = { query: start, code: start.slice() }
  const graph = await compileGraph(contrastiveTape(batch, training.dimensions, training.temperature))
  try {
    const steps = {
      graph,
      query: createLearningTable(tables.query, training, batch),
      code: createLearningTable(tables.code, training, batch),
    }
    const isDone = await learn(bags, batch, steps, training, random, progress)
    if (!isDone) return failure(CANCELLED)
  } finally {
    await graph.release()
  }
  return success({ dimensions: training.dimensions, pairs: bags.length, vocabulary, tables })
}

/** False where it was cancelled. */
async function learn(
  bags: readonly PairBags[],
  batch: number,
  { graph, query, code }: { graph: CompiledGraph; query: LearningTable; code: LearningTable },
  { epochs }: EncoderTraining,
  random: Random,
  { signal, onProgress }: Progress,
): Promise<boolean> {
  const steps = Math.floor(bags.length / batch)
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    const order = shuffled(bags, random.split(`epoch ${epoch}`))
    for (let step = 0; step < steps; step += 1) {
      if (signal?.aborted) return false
      const picked = order.slice(step * batch, (step + 1) * batch)
      const asked = picked.map(pair => pair.query)
      const answers = picked.map(pair => pair.code)
      const gradients = await graph.run({ queries: query.sumsOf(asked), codes: code.sumsOf(answers) })
      query.learn(asked, present(gradients.queryGradient, 'the tape gives both gradients'))
      code.learn(answers, present(gradients.codeGradient, 'the tape gives both gradients'))
      onProgress?.(epoch * steps + step + 1, epochs * steps)
    }
  }
  return true
}

/** The vocabulary, and a random vector for every term, the longer the rarer it is. */
function startTable(texts: readonly PairTerms[], dimensions: number, random: Random) {
  const having = new Map<string, number>()
  for (const { query, code } of texts) {
    for (const term of new Set([...query, ...code])) having.set(term, (having.get(term) ?? 0) + 1)
  }
  const known = [...having].filter(([, count]) => count >= FEWEST_TEXTS)
  const start = new Float32Array(known.length * dimensions)
  known.forEach(([, count], row) => {
    const length = Math.log(1 + texts.length / count) / Math.sqrt(dimensions)
    for (let place = 0; place < dimensions; place += 1)
      start[row * dimensions + place] = length * random.normal()
  })
  return { vocabulary: new Map(known.map(([term], row) => [term, row])), start }
}

function shuffled<Entry>(entries: readonly Entry[], random: Random): readonly Entry[] {
  return entries
    .map(entry => ({ entry, place: random.uniform() }))
    .sort((one, other) => one.place - other.place)
    .map(({ entry }) => entry)
}
