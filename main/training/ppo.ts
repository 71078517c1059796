import type { CompiledGraph } from '../autodiff/compiledGraph.ts'
import type { Weights } from '../autodiff/layout.ts'
import type { Value } from '../autodiff/tape.ts'
import { at, invariant } from '../core/base/assert.ts'
import { createRandom, type Random } from '../core/base/random.ts'
import { success, type Result } from '../core/base/result.ts'
import { generalisedAdvantages } from '../core/learning/advantage.ts'
import { ADAM, createOptimiser, freshAdam, type AdamState, type Optimiser } from './adam.ts'
import type { CheckpointFault } from './checkpoint.ts'
import type { Environment } from './environment.ts'
import {
  compileForward,
  normalise,
  type DecisionSizes,
  type FurtherOutputs,
  type ModelNotes,
  type NetworkKind,
  type Normalisation,
  type PolicyNetwork,
} from './network.ts'
import { createObservationAdversary, type ObservationAdversary } from './ppoAdversary.ts'
import { besideShape, createEnsembleBeside, freshEnsemble, type EnsembleBeside } from './ppoEnsemble.ts'
import { ppoInputs, ppoLoss, type PpoLossSettings } from './ppoLoss.ts'
import { decodePpo, encodePpo } from './ppoCheckpoint.ts'
import { createRunningMoments, restoreRunningMoments, type RunningMoments } from './runningMoments.ts'

/**
 * Proximal policy optimisation (Schulman et al. 2017), whole: roll out, measure advantages, take many small steps on the
 * clipped objective. With action masks, generalised advantages, value clipping, a limit of the gradient's length, running
 * normalisation of observations and rewards. All chance comes from the seed and the number of the update, so that a run
 * goes on from a checkpoint as if it had never stopped, bit by bit.
 */

/** What can be set; counts are numbers, switches are 0 or 1, so that all of it fits a checkpoint. */
export interface PpoSettings extends PpoLossSettings {
  /** Decisions of every environment in a rollout. */
  readonly steps: number
  readonly minibatch: number
  readonly epochs: number
  readonly learningRate: number
  /** Updates over which the learning rate falls to 0 in a straight line; 0 keeps it. */
  readonly annealedUpdates: number
  readonly discount: number
  readonly smoothing: number
  readonly longestGradient: number
  /** Whether observations are normalised by what was seen so far; what was learned goes into the model file. */
  readonly normaliseObservations: number
  /** Whether rewards are divided by the deviation of the discounted returns so far. */
  readonly normaliseRewards: number
  /** The share of each raw feature by which an adversary may move it before it is learned from; 0 for no adversary. */
  readonly adversaryBudget: number
  /** Value networks that learn the same returns beside the policy, each from draws of its own; 0 for none. */
  readonly ensembleMembers: number
}

/** Settings that solve CartPole-v1 and are usual for small networks. */
export const PPO_SETTINGS: PpoSettings = {
  steps: 128,
  minibatch: 256,
  epochs: 4,
  learningRate: 1e-3,
  annealedUpdates: 0,
  discount: 0.99,
  smoothing: 0.95,
  clip: 0.2,
  valueClip: 0.2,
  valueWeight: 0.5,
  entropyWeight: 0.01,
  longestGradient: 0.5,
  normaliseObservations: 1,
  normaliseRewards: 1,
  adversaryBudget: 0,
  ensembleMembers: 0,
}

/** What an update tells. Returns and lengths are means of the last hundred episodes, NaN before the first has ended. */
export interface PpoMetrics {
  readonly updates: number
  /** Decisions so far, of all environments together. */
  readonly decisions: number
  readonly episodes: number
  readonly meanReturn: number
  readonly meanLength: number
  readonly learningRate: number
  /** Means over the minibatches of this update. */
  readonly loss: number
  readonly policyLoss: number
  readonly valueLoss: number
  readonly entropy: number
  readonly divergence: number
  readonly clipped: number
  readonly gradientNorm: number
  /** Share of the variance of returns that the values explained before the update. */
  readonly explained: number
}

/** What a trainer is made of. */
export interface PpoSetup {
  readonly settings?: Partial<PpoSettings>
  /** All of the same kind, each with a seed of its own. */
  readonly environments: readonly Environment[]
  readonly seed: number
  readonly network: NetworkKind
  /** Parameters to start from, such as those of a champion, with the normalisation that they know. */
  readonly start?: { readonly parameters: Float32Array; readonly moments: readonly number[] }
}

/** A training in progress. */
export interface PpoTrainer {
  readonly settings: PpoSettings
  readonly network: PolicyNetwork
  /** The parameters now, flat: a copy. */
  readonly parameters: Float32Array
  /** How observations are normalised now. */
  readonly normalisation: Normalisation
  /** What was seen of observations so far, for a trainer that starts from this one. */
  readonly moments: readonly number[]
  readonly metrics: PpoMetrics | undefined
  /** One rollout and what is learned from it. */
  update(): Promise<PpoMetrics>
  /** Everything there is between two updates. */
  checkpoint(): Uint8Array
  /** The policy as an ONNX file for raw features; what an ensemble expects is told in the unit that a reward of one has. */
  model(notes?: ModelNotes, unit?: number): Uint8Array
  /** Gives native memory back; the trainer cannot be used afterwards. */
  release(): Promise<void>
}

/** Makes trainers, from nothing or from a checkpoint. */
export const PpoTrainer = {
  /** A trainer at the start; throws where the settings do not fit each other. */
  async create(setup: PpoSetup): Promise<PpoTrainer> {
    const settings = { ...PPO_SETTINGS, ...setup.settings }
    const network = setup.network(sizesOf(setup.environments))
    const random = createRandom(setup.seed).split('parameters')
    const rows = setup.environments.length
    const state: TrainerState = {
      seed: setup.seed,
      adam: freshAdam(setup.start?.parameters ?? network.initial(random)),
      ensemble: freshEnsemble(network.observationSize, settings.ensembleMembers, setup.seed),
      updates: 0,
      episodes: 0,
      seen: setup.start
        ? restoreRunningMoments(setup.start.moments)
        : createRunningMoments(network.observationSize),
      returns: createRunningMoments(1),
      discounted: new Float64Array(rows),
      episodeReturns: new Float64Array(rows),
      episodeLengths: new Float64Array(rows),
      recent: [],
      observations: new Float32Array(rows * network.observationSize),
      masks: new Uint8Array(rows * network.actionCount),
    }
    setup.environments.forEach((environment, row) => environment.reset(...rowOf(state, network, row)))
    return trainerOf(settings, network, setup.environments, state)
  },
  /**
   * The trainer as it was when the checkpoint was taken; the environments, as many and of the same kind, are put back to
   * where they stood. A corrupt checkpoint, or one of another network or of something else, is refused by the name of the
   * part that is wrong.
   */
  async restore(
    bytes: Uint8Array,
    environments: readonly Environment[],
    kind: NetworkKind,
  ): Promise<Result<PpoTrainer, CheckpointFault>> {
    const network = kind(sizesOf(environments))
    const restored = decodePpo(bytes, environments, network)
    if (!restored.ok) return restored
    const { settings, state } = restored.value
    return success(await trainerOf(settings, network, environments, state))
  },
} as const

/** Everything that changes, apart from the environments. */
export interface TrainerState {
  readonly seed: number
  /** Where the optimiser starts; it goes on by itself. */
  readonly adam: AdamState
  /** The same of the value ensemble, where there is one. */
  readonly ensemble: AdamState | undefined
  updates: number
  episodes: number
  readonly seen: RunningMoments
  readonly returns: RunningMoments
  /** Discounted rewards so far, for the deviation by which rewards are divided. */
  readonly discounted: Float64Array
  readonly episodeReturns: Float64Array
  readonly episodeLengths: Float64Array
  /** Returns and lengths of the last episodes, one after the other. */
  readonly recent: (readonly [total: number, length: number])[]
  /** What is seen now, raw. */
  readonly observations: Float32Array
  readonly masks: Uint8Array
}

/** What a rollout brought, row by row: `step * environments + environment`. */
interface Collected {
  readonly observations: Float32Array
  readonly masks: Float32Array
  readonly actions: Int32Array
  readonly logProbabilities: Float32Array
  readonly values: Float32Array
  readonly rewards: Float32Array
  readonly isOver: Uint8Array
  /** By row, what was seen when an episode was cut for its length. */
  readonly cuts: Map<number, Float32Array>
}

interface Joined {
  readonly settings: PpoSettings
  readonly network: PolicyNetwork
  readonly environments: readonly Environment[]
  readonly state: TrainerState
  readonly forward: CompiledGraph
  readonly optimiser: Optimiser
  readonly adversary: ObservationAdversary | undefined
  readonly ensemble: EnsembleBeside | undefined
}

/** Episodes whose mean is told. */
const RECENT = 100
/** Normalised observations are held within this; rewards are not, for what is lost in the tail must be felt. */
const LIMIT = 5
/** A feature that hardly varied in training would otherwise come back many times its size when it does. */
const SMALLEST_DEVIATION = 0.05

async function trainerOf(
  settings: PpoSettings,
  network: PolicyNetwork,
  environments: readonly Environment[],
  state: TrainerState,
): Promise<PpoTrainer> {
  const joined = await join(settings, network, environments, state)
  let metrics: PpoMetrics | undefined
  return {
    settings,
    network,
    get parameters() {
      return joined.optimiser.parameters
    },
    get normalisation() {
      return normalisationOf(joined)
    },
    get moments() {
      return state.seen.numbers()
    },
    get metrics() {
      return metrics
    },
    async update() {
      metrics = await update(joined)
      return metrics
    },
    checkpoint() {
      const { optimiser, ensemble } = joined
      return encodePpo({ ...joined, state: { ...state, adam: optimiser.state, ensemble: ensemble?.state } })
    },
    model: (notes, unit = 1) =>
      network.model(joined.optimiser.parameters, normalisationOf(joined), notes, furtherOf(joined, unit)),
    async release() {
      const { forward, optimiser, adversary, ensemble } = joined
      await Promise.all([forward, optimiser, adversary, ensemble].map(each => each?.release()))
    },
  }
}

/** Compiles what a trainer computes. */
async function join(
  settings: PpoSettings,
  network: PolicyNetwork,
  environments: readonly Environment[],
  state: TrainerState,
): Promise<Joined> {
  const { minibatch, longestGradient, adversaryBudget, ensembleMembers } = settings
  const rows = settings.steps * environments.length
  if (rows % minibatch !== 0)
    throw new RangeError(`a rollout must be whole minibatches of ${minibatch}, has ${rows} decisions`)
  const objective = {
    layout: network.layout,
    inputs: ppoInputs(network, minibatch),
    loss: (weights: Weights, input: (name: string) => Value) => ppoLoss(weights, input, network, settings),
  }
  const adam = { ...ADAM, longestGradient }
  const beside = { minibatch, seed: state.seed, adam }
  const shape = besideShape(network.observationSize, ensembleMembers)
  return {
    settings,
    network,
    environments,
    state,
    forward: await compileForward(network, environments.length),
    optimiser: await createOptimiser(objective, state.adam, adam),
    adversary: adversaryBudget > 0 ? await createObservationAdversary(objective, adversaryBudget) : undefined,
    ensemble: state.ensemble && (await createEnsembleBeside(shape, state.ensemble, beside)),
  }
}

async function update(joined: Joined): Promise<PpoMetrics> {
  const { settings, environments, state, optimiser, adversary, ensemble } = joined
  const random = createRandom(state.seed).split(`update ${state.updates}`)
  const collected = await collect(joined, random)
  const advantages = generalisedAdvantages(
    { ...collected, steps: settings.steps, environments: environments.length },
    settings,
  )
  const returns = advantages.map((advantage, row) => advantage + at(collected.values, row))
  const learningRate = rateOf(settings, state.updates)
  const normalisation = normalisationOf(joined)
  ensemble?.begin(advantages.length, state.updates)
  const totals = new Map<string, number>()
  let minibatches = 0
  for (let epoch = 0; epoch < settings.epochs; epoch += 1) {
    const order = shuffled(advantages.length, random)
    for (let start = 0; start < order.length; start += settings.minibatch) {
      const rows = order.subarray(start, start + settings.minibatch)
      const batch = minibatchOf(joined.network, collected, advantages, returns, rows)
      const worst = await adversary?.worsen(optimiser.parameters, batch, normalisation)
      const told = await optimiser.step(worst?.batch ?? batch, learningRate)
      await ensemble?.learn(rows, batch, learningRate)
      for (const [name, value] of Object.entries(told)) totals.set(name, (totals.get(name) ?? 0) + value)
      minibatches += 1
    }
  }
  state.updates += 1
  const meanOf = (name: string) => (totals.get(name) ?? Number.NaN) / minibatches
  return {
    updates: state.updates,
    decisions: state.updates * advantages.length,
    episodes: state.episodes,
    meanReturn: average(state.recent.map(([total]) => total)),
    meanLength: average(state.recent.map(([, length]) => length)),
    learningRate,
    loss: meanOf('loss'),
    policyLoss: meanOf('policyLoss'),
    valueLoss: meanOf('valueLoss'),
    entropy: meanOf('entropy'),
    divergence: meanOf('divergence'),
    clipped: meanOf('clipped'),
    gradientNorm: meanOf('gradientNorm'),
    explained: 1 - variance(advantages) / variance(returns),
  }
}

/** Lets every environment take its decisions, drawn from the policy among those that are allowed. */
async function collect(joined: Joined, random: Random): Promise<Collected> {
  const { settings, network, environments, state, forward, optimiser } = joined
  const count = environments.length
  const rows = settings.steps * count
  const { observationSize, actionCount } = network
  const collected: Collected = {
    observations: new Float32Array(rows * observationSize),
    masks: new Float32Array(rows * actionCount),
    actions: new Int32Array(rows),
    logProbabilities: new Float32Array(rows),
    values: new Float32Array(rows + count),
    rewards: new Float32Array(rows),
    isOver: new Uint8Array(rows),
    cuts: new Map(),
  }
  const parameters = optimiser.parameters
  const answer = { logits: new Float32Array(count * actionCount), values: new Float32Array(count) }
  const look = async (into: Float32Array, raw = state.observations) => {
    normalise(raw, normalisationOf(joined), into)
    await forward.runInto({ parameters, observations: into }, answer)
  }
  for (let step = 0; step < settings.steps; step += 1) {
    const first = step * count
    if (settings.normaliseObservations === 1) state.seen.add(state.observations)
    // An array of its own, for what is looked at is kept
    const seen = new Float32Array(count * observationSize)
    await look(seen)
    collected.observations.set(seen, first * observationSize)
    collected.masks.set(state.masks, first * actionCount)
    collected.values.set(answer.values, first)
    for (let row = 0; row < count; row += 1) {
      const drawn = draw(answer.logits, state.masks, row * actionCount, actionCount, random)
      collected.actions[first + row] = drawn.action
      collected.logProbabilities[first + row] = drawn.logProbability
      take(joined, row, drawn.action, collected, first + row)
    }
  }
  await look(new Float32Array(count * observationSize))
  collected.values.set(answer.values, rows)
  const deviation = rewardDeviation(settings, state)
  const rewards = collected.rewards.map(reward => reward / deviation)
  for (const [index, observation] of collected.cuts) {
    const raw = new Float32Array(count * observationSize)
    raw.set(observation)
    await look(new Float32Array(count * observationSize), raw)
    // What lies beyond a limit of time is expected, not lost (Pardo et al. 2018)
    rewards[index] = at(rewards, index) + settings.discount * at(answer.values, 0)
  }
  return { ...collected, rewards }
}

/** Takes one decision in one environment, and begins its next episode where that was the last. */
function take(joined: Joined, row: number, action: number, collected: Collected, index: number): void {
  const { settings, network, environments, state } = joined
  const environment = environments[row]
  invariant(environment !== undefined, 'there is an environment for every row')
  const [observation, mask] = rowOf(state, network, row)
  const { reward, isOver, isCut = false } = environment.step(action, observation, mask)
  if (isCut) collected.cuts.set(index, observation.slice())
  collected.rewards[index] = reward
  const discounted = settings.discount * at(state.discounted, row) + reward
  state.discounted[row] = discounted
  state.returns.add([discounted])
  collected.isOver[index] = isOver ? 1 : 0
  state.episodeReturns[row] = at(state.episodeReturns, row) + reward
  state.episodeLengths[row] = at(state.episodeLengths, row) + 1
  if (!isOver) return
  state.recent.push([at(state.episodeReturns, row), at(state.episodeLengths, row)])
  if (state.recent.length > RECENT) state.recent.shift()
  state.episodes += 1
  state.episodeReturns[row] = 0
  state.episodeLengths[row] = 0
  state.discounted[row] = 0
  environment.reset(observation, mask)
}

/** An action drawn by the softmax of the allowed logits. */
function draw(
  logits: Float32Array,
  masks: Uint8Array,
  start: number,
  count: number,
  random: Random,
): { readonly action: number; readonly logProbability: number } {
  let highest = Number.NEGATIVE_INFINITY
  for (let action = 0; action < count; action += 1)
    if (at(masks, start + action) === 1) highest = Math.max(highest, at(logits, start + action))
  invariant(highest > Number.NEGATIVE_INFINITY, 'at least one action is allowed, and logits are numbers')
  const weight = (action: number) =>
    at(masks, start + action) === 1 ? Math.exp(at(logits, start + action) - highest) : 0
  let total = 0
  for (let action = 0; action < count; action += 1) total += weight(action)
  let rest = random.uniform() * total
  let chosen = -1
  for (let action = 0; action < count && rest >= 0; action += 1) {
    if (at(masks, start + action) !== 1) continue
    chosen = action
    rest -= weight(action)
  }
  return {
    action: chosen,
    logProbability: at(logits, start + chosen) - highest - Math.log(total),
  }
}

/** The rows of a minibatch, their advantages with mean 0 and deviation 1. */
function minibatchOf(
  { observationSize, actionCount }: DecisionSizes,
  collected: Collected,
  advantages: Float32Array,
  returns: Float32Array,
  rows: Int32Array,
) {
  const pick = (from: Float32Array) => Float32Array.from(rows, row => at(from, row))
  const pickRows = (from: Float32Array, width: number) => {
    const picked = new Float32Array(rows.length * width)
    rows.forEach((row, index) => picked.set(from.subarray(row * width, (row + 1) * width), index * width))
    return picked
  }
  const actions = new Float32Array(rows.length * actionCount)
  rows.forEach((row, index) => {
    actions[index * actionCount + at(collected.actions, row)] = 1
  })
  const picked = pick(advantages)
  const [middle, deviation] = [average(picked), Math.sqrt(variance(picked)) + 1e-8]
  return {
    observations: pickRows(collected.observations, observationSize),
    masks: pickRows(collected.masks, actionCount),
    actions,
    oldLogProbabilities: pick(collected.logProbabilities),
    oldValues: pick(collected.values),
    advantages: picked.map(advantage => (advantage - middle) / deviation),
    returns: pick(returns),
  }
}

/** What each member of the ensemble expects, `ensemble` [rows, members], in the unit that a reward of one has. */
function furtherOf({ settings, state, ensemble }: Joined, unit: number): FurtherOutputs | undefined {
  const deviation = rewardDeviation(settings, state)
  return ensemble && (seen => ({ ensemble: ensemble.expected(seen, unit * deviation) }))
}

/** By what rewards are divided: the deviation of discounted returns (Engstrom et al. 2020), so that values are of the order of 1. */
function rewardDeviation({ normaliseRewards }: PpoSettings, { returns }: TrainerState): number {
  return normaliseRewards === 0 ? 1 : Math.sqrt(returns.variance(0) + 1e-8)
}

function rateOf({ learningRate, annealedUpdates }: PpoSettings, updates: number): number {
  return annealedUpdates === 0 ? learningRate : learningRate * Math.max(0, 1 - updates / annealedUpdates)
}

/** Whole numbers below a count in a random order (Fisher and Yates). */
function shuffled(count: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: count }, (_, index) => index)
  for (let index = count - 1; index > 0; index -= 1) {
    const other = random.below(index + 1)
    const kept = at(order, index)
    order[index] = at(order, other)
    order[other] = kept
  }
  return order
}

function normalisationOf({ settings, network, state }: Joined): Normalisation {
  if (settings.normaliseObservations === 1) return normalisationFrom(state.seen.numbers())
  const size = { length: network.observationSize }
  return { mean: new Float32Array(size.length), scale: Float32Array.from(size, () => 1), limit: LIMIT }
}

/** How observations are normalised where so much was seen of them: by the `moments` of a trainer. */
export function normalisationFrom(moments: readonly number[]): Normalisation {
  const seen = restoreRunningMoments(moments)
  const size = { length: (moments.length - 1) / 2 }
  return {
    mean: Float32Array.from(size, (_, feature) => seen.mean(feature)),
    scale: Float32Array.from(
      size,
      (_, feature) => 1 / Math.max(SMALLEST_DEVIATION, Math.sqrt(seen.variance(feature))),
    ),
    limit: LIMIT,
  }
}

/** Where an environment writes what is seen and what is allowed. */
function rowOf(
  { observations, masks }: Pick<TrainerState, 'observations' | 'masks'>,
  { observationSize, actionCount }: DecisionSizes,
  row: number,
): readonly [Float32Array, Uint8Array] {
  return [
    observations.subarray(row * observationSize, (row + 1) * observationSize),
    masks.subarray(row * actionCount, (row + 1) * actionCount),
  ]
}

function sizesOf(environments: readonly Environment[]): DecisionSizes {
  const [first] = environments
  if (!first) throw new RangeError('there must be an environment to learn in')
  const { observationSize, actionCount } = first
  if (environments.some(each => each.observationSize !== observationSize || each.actionCount !== actionCount))
    throw new RangeError('environments must be of one kind')
  return { observationSize, actionCount }
}

function average(values: ArrayLike<number>): number {
  let total = 0
  for (let index = 0; index < values.length; index += 1) total += at(values, index)
  return total / values.length
}

function variance(values: ArrayLike<number>): number {
  const middle = average(values)
  let total = 0
  for (let index = 0; index < values.length; index += 1) total += (at(values, index) - middle) ** 2
  return total / values.length
}
