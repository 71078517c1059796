import { isDeepStrictEqual } from 'node:util'
import { splitModel, type SplitModel } from '../autodiff/splitModel.ts'
import { readOnnx } from '../autodiff/onnxReader.ts'
import { loadExplainedPolicy, type ExplainedPolicy } from '../adapters/policy/explainedPolicy.ts'
import type { AttentionPicture } from '../contract/explanation.ts'
import { at, invariant, present } from '../core/base/assert.ts'
import { createRandom } from '../core/base/random.ts'
import { OBSERVATION_SIZE } from '../core/features/observation.ts'
import { ACTION_COUNT } from '../core/policy/action.ts'
import { createExactShapley, type ShapleySums } from '../core/policy/exactShapley.ts'
import {
  blocksOf,
  chooseFraction,
  fractionValues,
  probesOf,
  tellingOf,
  type Fraction,
} from '../core/policy/fractionShapley.ts'
import {
  byTelling,
  playersOf,
  questionRows,
  shiftsOfCoalition,
  worthsOf,
  type ShapleyQuestion,
} from '../core/policy/shapleyQuestion.ts'

/**
 * Free players of a sampled explanation, at least and at most: where no more players are unusual, all coalitions are asked
 * and it is exact at once. Of a network that is taken apart, and of one that is asked row by row, which takes longer.
 */
const FREE = { takenApart: { least: 15, most: 16 }, byRows: { least: 13, most: 14 } } as const

/** Players of the low bits: of all coalitions, and of a fraction of them, where those that bind others are high. */
const LOW_PLAYERS = 10
const CROSSED_PLAYERS = 5

/** Rows of one run behind the first layer. */
const ROWS_A_RUN = 1024

/** Coalitions at which the network taken apart is compared with the network itself, and how far it may be, in probability. */
const TRIED = { blocks: 3, inEach: 16 } as const
const SAME = 1e-5

/** A model file: the folder of its card, and which of its weights. */
export interface ModelFile {
  readonly folder: string
  readonly file: string
}

/** What each feature added to the probability of the chosen action. */
export interface Explanation {
  readonly method: 'sampled' | 'exact'
  /** Coalitions that were asked. */
  readonly evaluations: number
  readonly microseconds: number
  readonly usual: number
  readonly now: number
  /** One a feature, in the order of the observation; they sum to `now - usual`. */
  readonly contributions: Float64Array
  /** The largest of their standard errors; 0 where exact. */
  readonly standardError: number
}

/** A share of an exact explanation: some blocks of the coalitions. */
export interface ExactPart {
  readonly sums: ShapleySums
  /** The probability with everything as usual, and as it was seen, where these are among the blocks. */
  readonly usual: number | undefined
  readonly now: number | undefined
}

/** What some blocks of a fraction are worth, from one of them on. */
interface Worths {
  readonly first: number
  readonly worths: Float32Array | Float64Array
}

/** A share of a sampled explanation. */
export interface SampledPart {
  readonly fraction: Fraction
  /** Features in the order of the bits. */
  readonly players: readonly number[]
  /** Coalitions that were asked beforehand, to choose the fraction. */
  readonly probes: number
  readonly runs: readonly Worths[]
}

/** The next block of a work that several threads share: each takes some as soon as it has time, so none waits for another. */
export type Turns = Int32Array<SharedArrayBuffer>

/** A work that nobody has begun. */
export function newTurns(): Turns {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
}

/** Explains answers of policies, off the thread that decides. Calls may overlap: a short one overtakes a long one. */
export interface Explainer {
  /** A share of the worths of a fraction of the coalitions, of all of them where the features that differ are few. */
  sampled(model: ModelFile, question: ShapleyQuestion, turns: Turns): Promise<SampledPart>
  /** The explanation that all shares of a sampled one make together; whoever waited knows its time. */
  join(parts: readonly SampledPart[]): Promise<Omit<Explanation, 'microseconds'>>
  /** A share of the sums over all coalitions. */
  exact(model: ModelFile, question: ShapleyQuestion, turns: Turns): Promise<ExactPart>
  /** What the encoder looked at, where the policy has one that tells. */
  attention(model: ModelFile, observation: Float32Array): Promise<AttentionPicture | undefined>
}

/** A model that is loaded: as it is, and taken apart where it can be. */
interface Loaded {
  readonly policy: ExplainedPolicy
  readonly split: SplitModel | undefined
}

/** An explainer on one thread, which keeps the model it was last asked about. */
export function createExplainer(): Explainer {
  let kept: { readonly key: string; readonly model: Promise<Loaded> } | undefined
  function modelOf({ folder, file }: ModelFile): Promise<Loaded> {
    const key = `${folder}\0${file}`
    if (kept?.key !== key) {
      void kept?.model.then(close).catch(() => undefined)
      kept = { key, model: load({ folder, file }) }
      // A model that could not be read is read anew at the next question
      kept.model.catch(() => (kept = undefined))
    }
    return kept.model
  }
  // Samples under way: between two runs the sums over all coalitions wait for them
  let samples: Promise<unknown> = Promise.resolve()
  return {
    sampled(file, question, turns) {
      const part = modelOf(file).then(model => sampledPart(model, question, turns))
      samples = Promise.allSettled([samples, part])
      return part
    },
    join: async parts => joinSampled(parts),
    async exact(file, question, turns) {
      return exactPart(await modelOf(file), question, turns, () => samples)
    },
    async attention(file, observation) {
      const { policy } = await modelOf(file)
      const seen = await policy.attention(observation)
      if (!seen) return undefined
      const { notes } = readOnnx(policy.bytes)
      const names = (key: string, count: number) => {
        const given = notes.get(key)?.split(',') ?? []
        return Array.from({ length: count }, (_, place) => given[place] ?? String(place + 1))
      }
      const [rows, columns] = seen.shape
      return {
        rows: names('attentionRows', rows),
        columns: names('attentionColumns', columns),
        weights: seen.weights,
      }
    },
  }
}

async function load({ folder, file }: ModelFile): Promise<Loaded> {
  const policy = await loadExplainedPolicy(folder, file)
  // One that cannot be taken apart is asked row by row
  return { policy, split: await splitModel(policy.bytes).catch(() => undefined) }
}

async function close({ policy, split }: Loaded): Promise<void> {
  await split?.close()
  await policy.close()
}

/** The worths of a share of a fraction. Every share chooses the same one: the same question is probed in the same way. */
async function sampledPart(model: Loaded, question: ShapleyQuestion, turns: Turns): Promise<SampledPart> {
  const unusual = playersOf(question)
  const { least, most } = FREE[model.split ? 'takenApart' : 'byRows']
  const probes =
    unusual.length > least ? probesOf(unusual.length, createRandom(unusual.length)) : new Uint32Array()
  const probed = await worthsByRows(model.policy, question, unusual, probes)
  const telling =
    probes.length > 0 ? tellingOf(unusual.length, probed) : new Float64Array(unusual.length).fill(1)
  const places = byTelling(unusual, telling)
  const players = places.map(place => at(unusual, place))
  const fraction = chooseFraction(
    Float64Array.from(places, place => at(telling, place)),
    { crossed: unusual.length > least ? CROSSED_PLAYERS : LOW_PLAYERS, least, most },
  )
  const blocks = blocksOf(fraction)
  const worthsOfBlocks = await asking(model, question, players, fraction.crossed)
  const runs: Worths[] = []
  for (const { first, end } of runsOf(turns, blocks.length, fraction.crossed))
    runs.push({ first, worths: await worthsOfBlocks(blocks.subarray(first, end)) })
  return { fraction, players, probes: probes.length, runs }
}

function joinSampled(parts: readonly SampledPart[]): Omit<Explanation, 'microseconds'> {
  const [{ fraction, players, probes }] = [present(parts[0], 'a sampled explanation has a share')]
  const worths = new Float32Array(2 ** fraction.free)
  const runs = parts.flatMap(part => part.runs)
  invariant(
    parts.every(part => isDeepStrictEqual(part.fraction, fraction)) &&
      runs.reduce((sum, run) => sum + run.worths.length, 0) === worths.length,
    'every share is of the same fraction, and together they are all of it',
  )
  for (const run of runs) worths.set(run.worths, run.first << fraction.crossed)
  const { values, standardErrors } = fractionValues(fraction, worths)
  return {
    method: fraction.free === fraction.players ? 'exact' : 'sampled',
    evaluations: probes + worths.length,
    usual: at(worths, 0),
    now: at(worths, worths.length - 1),
    contributions: byFeature(players, values),
    standardError: standardErrors.reduce((largest, error) => Math.max(largest, error), 0),
  }
}

/** The exact explanation that all shares of it make together; the time is that of whoever waited. */
export function joinParts(
  question: ShapleyQuestion,
  parts: readonly ExactPart[],
  milliseconds: number,
): Explanation {
  const players = playersOf(question)
  const whole = createExactShapley(players.length, lowPlayersOf(players))
  for (const { sums } of parts) whole.include(sums)
  return {
    method: 'exact',
    evaluations: 2 ** players.length,
    microseconds: Math.round(milliseconds * 1000),
    usual: present(
      parts.map(part => part.usual).find(usual => usual !== undefined),
      'the first block has the usual row',
    ),
    now: present(
      parts.map(part => part.now).find(now => now !== undefined),
      'the last block has the row that was seen',
    ),
    contributions: byFeature(players, whole.values()),
    standardError: 0,
  }
}

async function exactPart(
  model: Loaded,
  question: ShapleyQuestion,
  turns: Turns,
  letPass: () => Promise<unknown>,
): Promise<ExactPart> {
  const players = playersOf(question)
  const shapley = createExactShapley(players.length, lowPlayersOf(players))
  const worthsOfBlocks = await asking(model, question, players, shapley.lowPlayers)
  let [usual, now]: (number | undefined)[] = []
  for (const { first, end } of runsOf(turns, shapley.blocks, shapley.lowPlayers)) {
    await letPass()
    const blocks = Uint32Array.from({ length: end - first }, (_, place) => first + place)
    const worths = await worthsOfBlocks(blocks)
    blocks.forEach((block, place) => shapley.add(block, worths, place << shapley.lowPlayers))
    if (first === 0) usual = at(worths, 0)
    if (end === shapley.blocks) now = at(worths, worths.length - 1)
  }
  return { sums: shapley.sums(), usual, now }
}

/** Runs of blocks, from a first one to before an end, as they fall to whoever asks for the next. */
function* runsOf(
  turns: Turns,
  blocks: number,
  lowPlayers: number,
): Generator<{ readonly first: number; readonly end: number }> {
  const step = Math.max(1, ROWS_A_RUN >> lowPlayers)
  for (;;) {
    const first = Atomics.add(turns, 0, step)
    if (first >= blocks) return
    yield { first, end: Math.min(first + step, blocks) }
  }
}

function lowPlayersOf(players: readonly number[]): number {
  return Math.min(LOW_PLAYERS, players.length)
}

/** The worths of all coalitions of the low players with each of some of the high ones, block by block. */
type WorthsOfBlocks = (blocks: Uint32Array) => Promise<Float32Array | Float64Array>

/** Asks the network taken apart, or row by row where it cannot be, or does not answer the same so. */
async function asking(
  { policy, split }: Loaded,
  question: ShapleyQuestion,
  players: readonly number[],
  lowPlayers: number,
): Promise<WorthsOfBlocks> {
  const size = 1 << lowPlayers
  const byRows = (blocks: Uint32Array, lows = size) => {
    const coalitions = Uint32Array.from({ length: blocks.length * lows }, (_, place) => {
      const [block, low] = [Math.floor(place / lows), (place % lows) * Math.floor(size / lows)]
      return at(blocks, block) * size + low
    })
    return worthsByRows(policy, question, players, coalitions)
  }
  if (!split) return byRows
  const shifts = new Float32Array(size * ACTION_COUNT)
  for (let low = 0; low < size; low += 1)
    shifts.set(shiftsOfCoalition(question, players, low), low * ACTION_COUNT)
  const { usual, observation: seen, chosen, allowed } = question
  const mixed = await split.mix({ usual, seen, players, lowPlayers, chosen, allowed, shifts })
  const high = 2 ** (players.length - lowPlayers)
  const tried = Uint32Array.from({ length: TRIED.blocks }, (_, place) => (place * 655_387) % high)
  const lows = Math.min(size, TRIED.inEach)
  const [worths, shares] = [await byRows(tried, lows), await mixed(tried)]
  const isSame = worths.every((worth, place) => {
    const [block, low] = [Math.floor(place / lows), (place % lows) * Math.floor(size / lows)]
    return Math.abs(worth - at(shares, block * size + low)) < SAME
  })
  return isSame ? mixed : byRows
}

async function worthsByRows(
  policy: ExplainedPolicy,
  question: ShapleyQuestion,
  players: readonly number[],
  coalitions: Uint32Array,
): Promise<Float64Array> {
  const logits = await policy.logits(questionRows(question, players, coalitions))
  return worthsOf(question, players, coalitions, logits)
}

/** Values of players as those of all features; who does not play adds nothing. */
function byFeature(players: readonly number[], values: Float64Array): Float64Array {
  const contributions = new Float64Array(OBSERVATION_SIZE)
  players.forEach((feature, player) => (contributions[feature] = at(values, player)))
  return contributions
}
