// How fast and how right explanations are: sampled Shapley values beside the exact ones over 2^20 coalitions, for networks of
// 20-128-128-7 with random weights whose features act together, and for the champion that is shipped. `npm run bench -- explanation [--json]`; a miss ends with 1.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadOnnxPolicy } from '../../adapters/policy/onnxPolicy.ts'
import { createOnnxGraph } from '../../autodiff/onnxWriter.ts'
import { at } from '../../core/base/assert.ts'
import { createRandom, type Random } from '../../core/base/random.ts'
import { quantile } from '../../core/base/statistics.ts'
import { OBSERVATION_SIZE, OBSERVATION_VERSION, usualObservation } from '../../core/features/observation.ts'
import { ACTION_COUNT, ACTION_VERSION } from '../../core/policy/action.ts'
import type { ShapleyQuestion } from '../../core/policy/shapleyQuestion.ts'
import type { Explanation, ModelFile } from '../explainer.ts'
import { explanationThreads, type ExplanationThreads } from '../explanationThreads.ts'
import { findPlaces } from '../resolveSettings.ts'
import { MOMENTUM_MARKET, TRAINING_LIMITS, sessionTables } from '../sessionTables.ts'
import { TradingEnvironment } from '../../training/tradingEnvironment.ts'
import { tell, type Section } from './report.ts'

const HIDDEN = 128
const QUESTIONS = 12

/** A session that nobody trained or was judged on, how many decisions are lived and which of them are asked about. */
const FRESH_SESSION = 700_001
const DECISIONS = 3000
const EVERY = 97

const sections = await run()
tell(sections)

async function run(): Promise<Section[]> {
  const folder = await mkdtemp(join(tmpdir(), 'explanation-'))
  const threads = explanationThreads(findPlaces())
  try {
    const model = await writeModel(folder, createRandom(5))
    const random = createRandom(77)
    const questions: ShapleyQuestion[] = []
    for (let count = 0; count < QUESTIONS; count += 1)
      questions.push(await asDecided(threads, model, anyQuestion(random)))
    // The first ones load the model on both threads and warm the code
    for (const question of questions.slice(0, 2)) await threads.exact(model, question)
    const sampled = await explained(questions, question => threads.sampled(model, question))
    const exact = await explained(questions, question => threads.exact(model, question))
    return [sectionOf(sampled, exact), await championSection(threads)]
  } finally {
    await threads.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * The champion that is shipped, at decisions of a simulated session of its own at which so much is unusual that it is
 * explained by a sample at first.
 */
async function championSection(threads: ExplanationThreads): Promise<Section> {
  const model = { folder: join(findPlaces().assets, 'policies/champion'), file: 'policy.onnx' }
  const errors: number[] = []
  const milliseconds: number[] = []
  let farthest = 0
  for (const question of await championQuestions(model.folder)) {
    const sampled = await threads.sampled(model, question)
    if (sampled.method === 'exact') continue
    const exact = await threads.exact(model, question)
    errors.push(100 * relativeError(sampled, exact))
    milliseconds.push(sampled.microseconds / 1000)
    exact.contributions.forEach((part, feature) => {
      farthest = Math.max(farthest, Math.abs(part - at(sampled.contributions, feature)))
    })
  }
  return {
    title: `The shipped champion, ${errors.length} decisions of which over 15 features are unusual: sampled against exact`,
    figures: [
      { name: 'sampled, median', value: quantile(milliseconds, 0.5), unit: 'ms', atMost: 20 },
      { name: 'relative L2 error, median', value: quantile(errors, 0.5), unit: '%' },
      { name: 'relative L2 error, largest', value: Math.max(...errors), unit: '%', atMost: 2 },
      { name: 'largest error of a part', value: 100 * farthest, unit: '% of probability' },
    ],
  }
}

/** What the champion decided and why, in sessions it lives through itself; decisions that could not be others left out. */
async function championQuestions(folder: string): Promise<ShapleyQuestion[]> {
  const policy = await loadOnnxPolicy(folder)
  const tables = [await sessionTables()(FRESH_SESSION, MOMENTUM_MARKET)]
  const environment = new TradingEnvironment({ tables, limits: TRAINING_LIMITS, seed: 5 })
  const observation = new Float32Array(OBSERVATION_SIZE)
  const mask = new Uint8Array(ACTION_COUNT)
  const questions: ShapleyQuestion[] = []
  environment.reset(observation, mask)
  for (let decision = 0; decision < DECISIONS; decision += 1) {
    const logits = await policy.logits(observation.slice(), 1)
    const allowed = Array.from(mask, value => value === 1)
    const chosen = allowed.reduce(
      (best, isOn, action) => (isOn && at(logits, action) > at(logits, best) ? action : best),
      0,
    )
    const hasChoice = allowed.filter(Boolean).length > 1
    const seen = observation.slice()
    if (decision % EVERY === 0 && hasChoice)
      questions.push({
        observation: seen,
        usual: usualObservation(seen),
        chosen,
        allowed,
        shifts: new Float64Array(8 * ACTION_COUNT),
      })
    if (environment.step(chosen, observation, mask).isOver) environment.reset(observation, mask)
  }
  return questions
}

/** The question about the action that would be decided on: the likeliest one. */
async function asDecided(
  threads: ExplanationThreads,
  model: ModelFile,
  question: ShapleyQuestion,
): Promise<ShapleyQuestion> {
  let best = question
  let likeliest = 0
  for (let chosen = 0; chosen < ACTION_COUNT; chosen += 1) {
    const { now } = await threads.sampled(model, { ...question, chosen })
    if (now > likeliest) [best, likeliest] = [{ ...question, chosen }, now]
  }
  return best
}

/** Explanations, and the processor time of one of them over all threads, which a busy machine changes little. */
interface Explained {
  readonly all: readonly Explanation[]
  readonly processor: number
}

async function explained(
  questions: readonly ShapleyQuestion[],
  explain: (question: ShapleyQuestion) => Promise<Explanation>,
): Promise<Explained> {
  const before = process.cpuUsage()
  const all: Explanation[] = []
  for (const question of questions) all.push(await explain(question))
  const { user, system } = process.cpuUsage(before)
  return { all, processor: (user + system) / 1000 / questions.length }
}

function sectionOf({ all: sampled, processor }: Explained, whole: Explained): Section {
  const exact = whole.all
  const errors = exact.map((all, index) => relativeError(sampled[index], all))
  const median = (values: readonly number[]) => quantile(values, 0.5)
  const milliseconds = (all: readonly Explanation[]) => all.map(({ microseconds }) => microseconds / 1000)
  const efficiency = [...sampled, ...exact].map(({ contributions, usual, now }) =>
    Math.abs(contributions.reduce((sum, part) => sum + part, 0) - (now - usual)),
  )
  const evaluations = sampled.map(explanation => explanation.evaluations)
  return {
    title: `Shapley values of 20 features, network 20-${HIDDEN}-${HIDDEN}-${ACTION_COUNT}, 2 threads`,
    figures: [
      { name: 'sampled, median', value: median(milliseconds(sampled)), unit: 'ms', atMost: 20 },
      { name: 'exact over 2^20, median', value: median(milliseconds(exact)), unit: 'ms', atMost: 250 },
      {
        name: 'sampled against exact, mean relative L2 error',
        value: 100 * (errors.reduce((sum, error) => sum + error, 0) / errors.length),
        unit: '%',
        atMost: 2,
      },
      { name: 'sampled against exact, largest', value: 100 * Math.max(...errors), unit: '%', atMost: 2 },
      { name: 'parts less f(x) - f(usual), largest', value: Math.max(...efficiency), atMost: 1e-6 },
      { name: 'sampled, slowest', value: Math.max(...milliseconds(sampled)), unit: 'ms' },
      { name: 'exact, slowest', value: Math.max(...milliseconds(exact)), unit: 'ms' },
      { name: 'sampled, fastest', value: Math.min(...milliseconds(sampled)), unit: 'ms' },
      { name: 'exact, fastest', value: Math.min(...milliseconds(exact)), unit: 'ms' },
      { name: 'sampled, processor time', value: processor, unit: 'ms' },
      { name: 'exact, processor time of each of 2 threads', value: whole.processor / 2, unit: 'ms' },
    ],
    notes: [
      `${QUESTIONS} observations; sampled asks ${Math.min(...evaluations)} or ${Math.max(...evaluations)} coalitions`,
      `${availableParallelism()} processors here`,
    ],
  }
}

function relativeError(one: Explanation | undefined, exact: Explanation): number {
  let [difference, size] = [0, 0]
  exact.contributions.forEach((value, feature) => {
    difference += ((one?.contributions[feature] ?? Number.NaN) - value) ** 2
    size += value ** 2
  })
  return Math.sqrt(difference / size)
}

function anyQuestion(random: Random): ShapleyQuestion {
  return {
    observation: Float32Array.from({ length: OBSERVATION_SIZE }, () => random.normal()),
    usual: new Float32Array(OBSERVATION_SIZE),
    chosen: 0,
    allowed: Array.from({ length: ACTION_COUNT }, () => true),
    shifts: Float64Array.from({ length: 8 * ACTION_COUNT }, () => random.normal() / 2),
  }
}

async function writeModel(folder: string, random: Random): Promise<ModelFile> {
  const graph = createOnnxGraph('random')
  const weights = (rows: number, columns: number, scale: number) =>
    Float32Array.from({ length: rows * columns }, () => (random.normal() * scale) / Math.sqrt(rows))
  graph.input('observation', ['rows', OBSERVATION_SIZE])
  graph.constant('firstWeights', [OBSERVATION_SIZE, HIDDEN], weights(OBSERVATION_SIZE, HIDDEN, 1.5))
  graph.constant('firstBiases', [HIDDEN], weights(1, HIDDEN, 0.1))
  graph.constant('secondWeights', [HIDDEN, HIDDEN], weights(HIDDEN, HIDDEN, 1.5))
  graph.constant('secondBiases', [HIDDEN], weights(1, HIDDEN, 0.1))
  graph.constant('lastWeights', [HIDDEN, ACTION_COUNT], weights(HIDDEN, ACTION_COUNT, 1.5))
  graph.constant('lastBiases', [ACTION_COUNT], weights(1, ACTION_COUNT, 0.1))
  graph.apply('Gemm', ['observation', 'firstWeights', 'firstBiases'], 'first')
  graph.apply('Tanh', ['first'], 'firstUnits')
  graph.apply('Gemm', ['firstUnits', 'secondWeights', 'secondBiases'], 'second')
  graph.apply('Tanh', ['second'], 'secondUnits')
  graph.apply('Gemm', ['secondUnits', 'lastWeights', 'lastBiases'], 'logits')
  graph.output('logits', ['rows', ACTION_COUNT])
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'policy.onnx'), graph.bytes())
  const card = {
    name: 'random',
    version: 'random-1',
    observationVersion: OBSERVATION_VERSION,
    actionVersion: ACTION_VERSION,
  }
  await writeFile(join(folder, 'card.json'), JSON.stringify(card))
  return { folder, file: 'policy.onnx' }
}
