// How fast and how well the training engine learns: CartPole-v1 on five seeds, one PPO update beside numpy and torch, and what
// else is trained. `npm run bench -- training [--json]`; a miss ends with 1.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { gradient } from '../../autodiff/gradient.ts'
import { compileGraph } from '../../autodiff/compiledGraph.ts'
import { layoutSize, unpack, type Weights } from '../../autodiff/layout.ts'
import { mean, square, subtract } from '../../autodiff/elementwise.ts'
import { createTape, sizeOf, type Value } from '../../autodiff/tape.ts'
import { at } from '../../core/base/assert.ts'
import { createRandom } from '../../core/base/random.ts'
import { ADAM, createOptimiser, freshAdam, type Optimiser } from '../../training/adam.ts'
import { attentionEncoder, encoderLayout, initialEncoder } from '../../training/attentionEncoder.ts'
import {
  CART_POLE_SETTINGS,
  LONGEST_EPISODE,
  SOLVED_RETURN,
  createCartPole,
} from '../../training/cartPole.ts'
import { metaObjective } from '../../training/metaLearning.ts'
import {
  compileForward,
  initialParameters,
  networkLayout,
  normalise,
  plainNetwork,
  type NetworkShape,
} from '../../training/network.ts'
import { initialWeights, perceptron, perceptronLayout } from '../../training/perceptron.ts'
import { PPO_SETTINGS, PpoTrainer } from '../../training/ppo.ts'
import { ppoInputs, ppoLoss } from '../../training/ppoLoss.ts'
import { NATIVE } from './peers.ts'
import { tell, type Figure, type Section } from './report.ts'

const SEEDS = [1, 2, 3, 4, 5]
const MOST_DECISIONS = 100_000
const MOST_SECONDS = 10
const EVALUATED = 20
const SLOWEST_UPDATE = 600
const STEPS = 500
const ROUNDS = 3
const NETWORK: NetworkShape = { observationSize: 20, hidden: [128, 128], actionCount: 5 }
const ROWS = 256
const SETTINGS = { ...PPO_SETTINGS, learningRate: 3e-4 }

const sections = [await cartPoleSection(), await updateSection(), await otherSection()]
tell(sections)

async function cartPoleSection(): Promise<Section> {
  const figures: Figure[] = []
  for (const seed of SEEDS) {
    const { decisions, seconds, processor, greedy } = await solveCartPole(seed)
    const unit = 'decisions'
    figures.push({
      name: `seed ${seed}: to ${SOLVED_RETURN} over 100 episodes`,
      value: decisions,
      unit,
      atMost: MOST_DECISIONS,
    })
    figures.push({ name: `seed ${seed}: time`, value: seconds, unit: 's', atMost: MOST_SECONDS })
    figures.push({ name: `seed ${seed}: time of the processor`, value: processor, unit: 's' })
    figures.push({
      name: `seed ${seed}: ${EVALUATED} fresh episodes, likeliest action`,
      value: greedy,
      unit: 'return',
    })
  }
  return { title: 'CartPole-v1, network 4-128-128-2, 8 environments', figures }
}

/**
 * Decisions until it is solved (infinite where it is not), wall time and processor time until then (they part on a machine
 * that is busy), and the return without chance.
 */
async function solveCartPole(seed: number) {
  const begun = performance.now()
  const used = process.cpuUsage()
  const trainer = await PpoTrainer.create({
    settings: CART_POLE_SETTINGS,
    environments: Array.from({ length: 8 }, (_, index) => createCartPole(1000 * seed + index)),
    seed,
    network: plainNetwork(NETWORK.hidden),
  })
  let decisions = Number.POSITIVE_INFINITY
  while ((trainer.metrics?.decisions ?? 0) + 1024 <= MOST_DECISIONS) {
    const told = await trainer.update()
    if (told.episodes < 100 || told.meanReturn < SOLVED_RETURN) continue
    decisions = told.decisions
    break
  }
  const seconds = (performance.now() - begun) / 1000
  const { user, system } = process.cpuUsage(used)
  const processor = (user + system) / 1e6
  const greedy = await greedyReturn(trainer, seed)
  await trainer.release()
  return { decisions, seconds, processor, greedy }
}

/** The mean return of fresh episodes in which the likeliest action is taken. */
async function greedyReturn(trainer: PpoTrainer, seed: number): Promise<number> {
  const forward = await compileForward(trainer.network, 1)
  const { parameters, normalisation } = trainer
  const environment = createCartPole(-seed)
  const [observation, seen, mask] = [new Float32Array(4), new Float32Array(4), new Uint8Array(2)]
  let total = 0
  for (let episode = 0; episode < EVALUATED; episode += 1) {
    environment.reset(observation, mask)
    for (let step = 0; step < LONGEST_EPISODE; step += 1) {
      normalise(observation, normalisation, seen)
      const { logits = [] } = await forward.run({ parameters, observations: seen })
      total += 1
      if (environment.step(at(logits, 1) > at(logits, 0) ? 1 : 0, observation, mask).isOver) break
    }
  }
  await forward.release()
  return total / EVALUATED
}

async function updateSection(): Promise<Section> {
  const random = createRandom(3)
  const parameters = initialParameters(NETWORK, random)
  const batch = ppoBatch()
  const asked = JSON.stringify({
    rows: ROWS,
    steps: STEPS,
    layout: networkLayout(NETWORK),
    learningRate: SETTINGS.learningRate,
    epsilon: ADAM.epsilon,
    valueClip: SETTINGS.valueClip,
    longestGradient: SETTINGS.longestGradient,
    parameters: Array.from(parameters),
    batch: Object.fromEntries(Object.entries(batch).map(([name, values]) => [name, Array.from(values)])),
  })
  // By turns, so that what else the machine does is shared
  const [own, numpy, torch]: [PeerAnswer[], (PeerAnswer | string)[], (PeerAnswer | string)[]] = [[], [], []]
  for (let round = 0; round < ROUNDS; round += 1) {
    own.push(await ownUpdates(parameters, batch))
    numpy.push(askPeer('numpy', asked))
    torch.push(askPeer('torch', asked))
  }
  const ours = bestOf(own)
  if (typeof ours === 'string') throw new Error(ours)
  const figures: Figure[] = [
    { name: 'ours, p50', value: ours.p50, unit: 'us', atMost: SLOWEST_UPDATE },
    { name: 'ours, p99', value: ours.p99, unit: 'us' },
  ]
  const notes = [
    'forward, backward, limit of the gradient, Adam; action masks and value clipping included; 1 thread',
    `best of ${ROUNDS} rounds of ${STEPS} updates each`,
  ]
  for (const [library, peer] of [
    ['numpy', bestOf(numpy)],
    ['torch', bestOf(torch)],
  ] as const) {
    if (typeof peer === 'string') {
      notes.push(`${library}: ${peer}`)
      continue
    }
    const apart = Math.abs(peer.hundredth - ours.hundredth) / Math.abs(ours.hundredth)
    figures.push({ name: `${library}, p50`, value: peer.p50, unit: 'us' })
    figures.push({ name: `${library} over ours`, value: peer.p50 / ours.p50, unit: 'times' })
    figures.push({
      name: `${library}: loss after 100 updates, relative difference`,
      value: apart,
      atMost: 1e-3,
    })
  }
  return { title: 'one PPO update, 20-128-128, minibatch 256', figures, notes }
}

async function ownUpdates(
  parameters: Float32Array,
  batch: Record<string, Float32Array>,
): Promise<PeerAnswer> {
  const optimiser = await createOptimiser(
    {
      layout: networkLayout(NETWORK),
      inputs: ppoInputs(NETWORK, ROWS),
      loss: (weights, input) => ppoLoss(weights, input, plainNetwork(NETWORK.hidden)(NETWORK), SETTINGS),
    },
    freshAdam(parameters),
    { ...ADAM, longestGradient: SETTINGS.longestGradient },
  )
  const losses: number[] = []
  const times = await timed(STEPS, async () => {
    const { loss = Number.NaN } = await optimiser.step(batch, SETTINGS.learningRate)
    losses.push(loss)
  })
  await optimiser.release()
  return { ...times, hundredth: at(losses, 99) }
}

/** The round with the smallest p50; the first reason where there is none. */
function bestOf(rounds: readonly (PeerAnswer | string)[]): PeerAnswer | string {
  const answered = rounds.filter(round => typeof round !== 'string')
  const [best] = answered.toSorted((one, other) => one.p50 - other.p50)
  return best ?? rounds.find(round => typeof round === 'string') ?? 'there was no round'
}

interface PeerAnswer {
  readonly p50: number
  readonly p99: number
  /** The loss before the hundredth update. */
  readonly hundredth: number
}

/** What a Python with the library says; or why there is none. */
function askPeer(library: string, input: string): PeerAnswer | string {
  const program = join(NATIVE, 'peers/numpyPpo.py')
  for (const python of ['/usr/bin/python3', 'python3']) {
    const result = spawnSync(python, [program, library], {
      input,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
      env: { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1' },
    })
    if (result.status === 0) return JSON.parse(result.stdout)
    if (!result.error && result.status !== 3)
      return `failed: ${result.stderr.trim().split('\n').at(-1) ?? ''}`
  }
  return 'is not installed here'
}

/** A batch as a rollout of a policy that is near indifferent would give it. */
function ppoBatch(): Record<string, Float32Array> {
  const random = createRandom(11)
  const normal = (size: number, scale = 1, middle = 0) =>
    Float32Array.from({ length: size }, () => middle + scale * random.normal())
  const actions = new Float32Array(ROWS * NETWORK.actionCount)
  const masks = new Float32Array(ROWS * NETWORK.actionCount).fill(1)
  for (let row = 0; row < ROWS; row += 1) {
    const taken = random.below(NETWORK.actionCount)
    actions[row * NETWORK.actionCount + taken] = 1
    if (row % 3 === 0) masks[row * NETWORK.actionCount + ((taken + 1) % NETWORK.actionCount)] = 0
  }
  return {
    observations: normal(ROWS * NETWORK.observationSize),
    masks,
    actions,
    oldLogProbabilities: normal(ROWS, 0.15, -Math.log(NETWORK.actionCount)),
    oldValues: normal(ROWS, 0.1),
    advantages: normal(ROWS),
    returns: normal(ROWS),
  }
}

async function otherSection(): Promise<Section> {
  const encoder = await timed(30, await encoderStep())
  const meta = await metaStep()
  const adapted = await timed(300, meta.step)
  await meta.optimiser.release()
  return {
    title: 'what else is trained, 1 thread',
    figures: [
      {
        name: 'attention encoder, 3 streams, 32 steps, 64 rows: loss and gradient, p50',
        value: encoder.p50 / 1000,
        unit: 'ms',
      },
      {
        name: 'MAML, 5 inner steps, second order, 1-40-40-1, 10 shots: step, p50',
        value: adapted.p50,
        unit: 'us',
      },
    ],
  }
}

async function encoderStep(): Promise<() => Promise<unknown>> {
  const shape = {
    steps: 32,
    streams: [
      { name: 'price', features: 8 },
      { name: 'flow', features: 6 },
      { name: 'context', features: 6 },
    ],
    width: 64,
    heads: 4,
    actionCount: 7,
  }
  const random = createRandom(5)
  const layout = encoderLayout(shape)
  const tape = createTape()
  const parameters = tape.input('parameters', [layoutSize(layout)])
  const observations = tape.input('observations', [64, 32, 20])
  const { logits, values } = attentionEncoder(unpack(parameters, layout), observations, shape)
  const loss = subtract(mean(square(logits)), mean(values))
  tape.output('loss', loss)
  const [pull] = gradient(loss, [parameters])
  if (pull) tape.output('pull', pull)
  const graph = await compileGraph(tape)
  const fed = {
    parameters: initialEncoder(shape, random),
    observations: Float32Array.from({ length: 64 * 32 * 20 }, () => random.normal()),
  }
  return () => graph.run(fed)
}

async function metaStep(): Promise<{ readonly step: () => Promise<unknown>; readonly optimiser: Optimiser }> {
  const layout = perceptronLayout('', [1, 40, 40, 1])
  const shapes = { x: [10, 1], y: [10, 1] } as const
  const objective = metaObjective(
    {
      layout,
      support: shapes,
      query: shapes,
      loss: (weights: Weights, input: (name: string) => Value) =>
        mean(square(subtract(perceptron(weights, '', input('x'), 3), input('y')))),
    },
    1,
    { steps: 5, rate: 0.05 },
  )
  const random = createRandom(6)
  const optimiser = await createOptimiser(objective, freshAdam(initialWeights(objective.layout, random)))
  const batch = Object.fromEntries(
    Object.entries(objective.inputs).map(([name, shape]) => [
      name,
      Float32Array.from({ length: sizeOf(shape) }, () => random.normal()),
    ]),
  )
  return { step: () => optimiser.step(batch, 1e-3), optimiser }
}

/** Microseconds a call, after a tenth of the calls to get warm. */
async function timed(times: number, call: () => Promise<unknown>) {
  const taken: number[] = []
  for (let time = 0; time < times; time += 1) {
    const begun = performance.now()
    await call()
    taken.push(1000 * (performance.now() - begun))
  }
  const warm = Float64Array.from(taken.slice(Math.floor(times / 10))).sort()
  return { p50: at(warm, Math.floor(warm.length / 2)), p99: at(warm, Math.floor(warm.length * 0.99)) }
}
