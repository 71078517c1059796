import { splitModel, type MixedModel, type SplitModel } from '../autodiff/splitModel.ts'
import { readOnnx } from '../autodiff/onnxReader.ts'
import { loadExplainedPolicy, type ExplainedPolicy } from '../adapters/policy/explainedPolicy.ts'
import type { AttentionPicture } from '../contract/explanation.ts'
import { at, present } from '../core/base/assert.ts'
import { createRandom } from '../core/base/random.ts'
import { OBSERVATION_SIZE } from '../core/features/observation.ts'
import { ACTION_COUNT } from '../core/policy/action.ts'
import { createExactShapley, type ExactShapley, type ShapleySums } from '../core/policy/exactShapley.ts'
import { sampleOrders, sampledValues, type SampledOrders } from '../core/policy/permutationShapley.ts'
import {
  playersOf,
  questionRows,
  shiftsOfCoalition,
  worthsOf,
  type ShapleyQuestion,
} from '../core/policy/shapleyQuestion.ts'

/**
 * Pairs of orders of a sampled explanation: 1.3 % from exact for networks of random weights, more for a policy that is all
 * but certain of its answer, whose parts are small; the bench tells both.
 */
export const SAMPLED_PAIRS = 1000

/**
 * Players whose coalitions are so few that all of them are asked at once instead of a sample, which takes about as long:
 * of a network that is taken apart, and of one that is asked row by row.
 */
const FEW_PLAYERS = { takenApart: 15, byRows: 13 } as const

/** Players of the low bits, and rows of one run behind the first layer. */
const LOW_PLAYERS = 10
const ROWS_A_RUN = 1024

/** Coalitions at which the network taken apart is compared with the network itself, and how far it may be, in probability. */
const TRIED = 48
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

/** One of some shares of the work, counted from 0. */
export interface Share {
  readonly place: number
  readonly of: number
}

/** Explains answers of policies, off the thread that decides. Calls may overlap: a short one overtakes a long one. */
export interface Explainer {
  /** Sampled, or exact where the features that differ are few. */
  sampled(model: ModelFile, question: ShapleyQuestion): Promise<Explanation>
  /** A share of the sums over all coalitions. */
  exact(model: ModelFile, question: ShapleyQuestion, share: Share): Promise<ExactPart>
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
  const orders = new Map<number, SampledOrders>()
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
  /** The same orders for every question with as many players: an explanation that is asked for twice says the same. */
  function ordersOf(players: number): SampledOrders {
    const found = orders.get(players) ?? sampleOrders(players, SAMPLED_PAIRS, createRandom(players))
    orders.set(players, found)
    return found
  }
  return {
    async sampled(file, question) {
      const model = await modelOf(file)
      const players = playersOf(question)
      if (players.length <= FEW_PLAYERS[model.split ? 'takenApart' : 'byRows'])
        return exactly(model, question)
      return bySample(model, question, ordersOf(players.length))
    },
    async exact(file, question, share) {
      return exactPart(await modelOf(file), question, share)
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

async function bySample(
  model: Loaded,
  question: ShapleyQuestion,
  orders: SampledOrders,
): Promise<Explanation> {
  const started = performance.now()
  const players = playersOf(question)
  const { coalitions } = orders
  const mixed = await tablesOf(model, question, players)
  const worths = mixed
    ? await inRuns(coalitions, part => mixed.at(part))
    : await worthsByRows(model.policy, question, players, coalitions)
  const { values, standardErrors } = sampledValues(orders, worths)
  return {
    method: 'sampled',
    evaluations: coalitions.length,
    microseconds: Math.round((performance.now() - started) * 1000),
    usual: at(worths, 0),
    now: at(worths, 1),
    contributions: byFeature(players, values),
    standardError: standardErrors.reduce((largest, error) => Math.max(largest, error), 0),
  }
}

async function exactly(model: Loaded, question: ShapleyQuestion): Promise<Explanation> {
  const started = performance.now()
  const part = await exactPart(model, question, { place: 0, of: 1 })
  return joinParts(question, [part], performance.now() - started)
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

async function exactPart(model: Loaded, question: ShapleyQuestion, { place, of }: Share): Promise<ExactPart> {
  const players = playersOf(question)
  const shapley = createExactShapley(players.length, lowPlayersOf(players))
  const [first, end] = [place, place + 1].map(border => Math.floor((border * shapley.blocks) / of))
  const blocks = { first: first ?? 0, end: end ?? 0, size: 1 << shapley.lowPlayers }
  const mixed = await tablesOf(model, question, players)
  const ends = mixed
    ? await byTables(mixed, shapley, blocks)
    : await byRows(model.policy, question, players, shapley, blocks)
  return { sums: shapley.sums(), ...ends }
}

type Ends = Pick<ExactPart, 'usual' | 'now'>

/** Blocks from a first one to before an end. */
interface Blocks {
  readonly first: number
  readonly end: number
  readonly size: number
}

/** The network taken apart, for one question; undefined where it cannot be, or does not answer the same. */
async function tablesOf(
  { policy, split }: Loaded,
  question: ShapleyQuestion,
  players: readonly number[],
): Promise<MixedModel | undefined> {
  const lowPlayers = lowPlayersOf(players)
  const size = 1 << lowPlayers
  const shifts = new Float32Array(size * ACTION_COUNT)
  for (let low = 0; low < size; low += 1)
    shifts.set(shiftsOfCoalition(question, players, low), low * ACTION_COUNT)
  const { usual, observation: seen, chosen, allowed } = question
  const mixed = await split?.mix({ usual, seen, players, lowPlayers, chosen, allowed, shifts })
  if (!mixed) return undefined
  const tried = Uint32Array.from({ length: TRIED }, (_, place) => (place * 655_387) % 2 ** players.length)
  const shares = await mixed.at(tried)
  const worths = await worthsByRows(policy, question, players, tried)
  return worths.every((worth, place) => Math.abs(worth - at(shares, place)) < SAME) ? mixed : undefined
}

function lowPlayersOf(players: readonly number[]): number {
  return Math.min(LOW_PLAYERS, players.length)
}

async function byTables(
  mixed: MixedModel,
  shapley: ExactShapley,
  { first, end, size }: Blocks,
): Promise<Ends> {
  const step = Math.max(1, Math.floor(ROWS_A_RUN / size))
  let [usual, now]: (number | undefined)[] = []
  for (let block = first; block < end; block += step) {
    const count = Math.min(step, end - block)
    const worths = await mixed.inBlocks(block, count)
    for (let place = 0; place < count; place += 1) shapley.add(block + place, worths, place * size)
    if (block === 0) usual = at(worths, 0)
    if (block + count === shapley.blocks) now = at(worths, count * size - 1)
  }
  return { usual, now }
}

/** Asks the network itself, row by row: for networks of any shape. */
async function byRows(
  policy: ExplainedPolicy,
  question: ShapleyQuestion,
  players: readonly number[],
  shapley: ExactShapley,
  { first, end, size }: Blocks,
): Promise<Ends> {
  let [usual, now]: (number | undefined)[] = []
  for (let block = first; block < end; block += 1) {
    const coalitions = Uint32Array.from({ length: size }, (_, low) => block * size + low)
    const worths = await worthsByRows(policy, question, players, coalitions)
    shapley.add(block, worths)
    if (block === 0) usual = at(worths, 0)
    if (block + 1 === shapley.blocks) now = at(worths, size - 1)
  }
  return { usual, now }
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

/** Asks in runs, so that others get their turn between them. */
async function inRuns(
  coalitions: Uint32Array,
  ask: (part: Uint32Array) => Promise<Float32Array>,
): Promise<Float64Array> {
  const worths = new Float64Array(coalitions.length)
  for (let start = 0; start < coalitions.length; start += ROWS_A_RUN)
    worths.set(await ask(coalitions.subarray(start, start + ROWS_A_RUN)), start)
  return worths
}

/** Values of players as those of all features; who does not play adds nothing. */
function byFeature(players: readonly number[], values: Float64Array): Float64Array {
  const contributions = new Float64Array(OBSERVATION_SIZE)
  players.forEach((feature, player) => (contributions[feature] = at(values, player)))
  return contributions
}
