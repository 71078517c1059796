import {
  add,
  mean,
  multiply,
  negate,
  square,
  squareRoot,
  subtract,
  tanh,
} from '../../autodiff/elementwise.ts'
import type { Weights } from '../../autodiff/layout.ts'
import { concatenate, reshape, slice, sum } from '../../autodiff/shaping.ts'
import type { Value } from '../../autodiff/tape.ts'
import { at } from '../../core/base/assert.ts'
import { createRandom, type Random } from '../../core/base/random.ts'
import { mean as average } from '../../core/base/statistics.ts'
import { figureOverSeeds, inWords, type Experiment, type Figures } from '../../research/plantedTruth.ts'
import { createOptimiser, freshAdam } from '../adam.ts'
import { createAdversary, type Adversary } from '../adversarial.ts'
import { initialParameters, networkLayout, policyNetwork, type NetworkShape } from '../network.ts'

/**
 * The planted world: paths of half-minutes whose returns partly go on. The policy holds between -1 and 1 of the market
 * by the last returns; it earns position times the next return, less costs of changes, less a price of risk. There are few paths to
 * learn from, so that what a large network makes of them is steep. An adversary may move every return of a path, seen and
 * earned alike, by at most 2 % of itself.
 */
const STEPS = 40
const WINDOW = 8
const TRADES = STEPS - WINDOW
const PERSISTENCE = 0.3
const COST = 0.02
const RISK_PRICE = 0.1
const BUDGET = 0.02

const ATTACK_STEPS = 3
const SHAPE: NetworkShape = { observationSize: WINDOW, hidden: [16, 16], actionCount: 1 }
const LAYOUT = networkLayout(SHAPE)

const BATCH = 64
const SIZES = {
  whole: { worlds: 4, paths: 64, heldOut: 1024, steps: 500 },
  small: { worlds: 1, paths: 64, heldOut: 64, steps: 40 },
} as const
const LEARNING_RATE = 2e-3

/** R12: training against worst-case paths (Madry et al. 2018), judged on paths that are held out. */
export const adversarial: Experiment = {
  name: 'Adversarial training',
  claim:
    'R12: worst-case price paths (2 % budget) in training: worst-case loss falls, ordinary result within 5 %',
  trial: runTrial,
  judge(trials) {
    const fall = figureOverSeeds(trials, of => of('ordinaryWorst') - of('robustWorst'))
    const change = figureOverSeeds(trials, of => of('robustResult') / of('ordinaryResult') - 1)
    const isReached = fall.low > 0 && change.low > -0.05
    const pay = (words: string, name: string) => ({
      words,
      measured: figureOverSeeds(trials, of => of(name)),
    })
    return {
      figures: [
        pay('result a path, trained as usual', 'ordinaryResult'),
        pay('result a path, trained against worst cases', 'robustResult'),
        pay('loss a path in the worst case, trained as usual', 'ordinaryWorst'),
        pay('loss a path in the worst case, trained against worst cases', 'robustWorst'),
        { words: 'fall of the worst-case loss', measured: fall },
        { words: 'change of the ordinary result, as a share', measured: change },
      ],
      isReached,
      sentence: isReached
        ? 'reached'
        : `not reached: the worst-case loss falls by ${inWords(fall)}, the ordinary result changes by ${inWords(change, 'share')}`,
    }
  },
}

/** The mean over some worlds of a seed: which few paths were there to learn from is mostly luck. */
async function runTrial(seed: number, scale: keyof typeof SIZES): Promise<Figures> {
  const { worlds } = SIZES[scale]
  const figures: Figures[] = []
  for (let world = 0; world < worlds; world += 1)
    figures.push(await runWorld(createRandom(seed).split(`world ${world}`), scale))
  const names = Object.keys(figures[0] ?? {})
  return Object.fromEntries(
    names.map(name => [name, average(figures.map(figure => figure[name] ?? Number.NaN))]),
  )
}

async function runWorld(random: Random, scale: keyof typeof SIZES): Promise<Figures> {
  const { paths, heldOut, steps } = SIZES[scale]
  const trained = drawPaths(paths, random.split('paths'))
  const judged = drawPaths(heldOut, random.split('held out'))
  const start = initialParameters(SHAPE, random.split('parameters'))
  const ordinary = await train(start, trained, steps, false, random.split('order'))
  const robust = await train(start, trained, steps, true, random.split('order'))
  const [usual, hardened] = [await losses(ordinary, judged), await losses(robust, judged)]
  return {
    ordinaryResult: -usual.ordinary,
    robustResult: -hardened.ordinary,
    ordinaryWorst: usual.worst,
    robustWorst: hardened.worst,
  }
}

/** Returns of paths, one path a row. */
function drawPaths(count: number, random: Random): Float32Array {
  const paths = new Float32Array(count * STEPS)
  for (let index = 0; index < paths.length; index += 1) {
    const last = index % STEPS === 0 ? 0 : at(paths, index - 1)
    paths[index] = PERSISTENCE * last + random.normal()
  }
  return paths
}

/** The loss of every path [rows]: what the positions did not earn, with costs and the price of risk. */
function lossOf(weights: Weights, paths: Value): Value {
  const rows = paths.shape[0] ?? 1
  const windows = Array.from({ length: TRADES }, (_, step) =>
    reshape(slice(paths, 1, step, step + WINDOW), [rows, 1, WINDOW]),
  )
  const seen = reshape(concatenate(windows, 1), [rows * TRADES, WINDOW])
  const positions = reshape(tanh(policyNetwork(weights, seen, SHAPE.hidden).logits), [rows, TRADES])
  const earned = multiply(positions, slice(paths, 1, WINDOW, STEPS))
  const changes = subtract(slice(positions, 1, 1, TRADES), slice(positions, 1, 0, TRADES - 1))
  // The size of a change, smooth at none, so that gradients know which way is cheaper
  const costs = multiply(sum(squareRoot(add(square(changes), 1e-4)), [1]), COST)
  const risk = multiply(sum(square(positions), [1]), RISK_PRICE)
  return add(add(negate(sum(earned, [1])), costs), risk)
}

/** Learns the paths as they are, or each as its adversary would have it. */
async function train(
  start: Float32Array,
  paths: Float32Array,
  steps: number,
  isAgainstWorst: boolean,
  random: Random,
): Promise<Float32Array> {
  const optimiser = await createOptimiser(
    {
      layout: LAYOUT,
      inputs: { paths: [BATCH, STEPS] },
      loss: (weights, fed) => ({ loss: mean(lossOf(weights, fed('paths'))) }),
    },
    freshAdam(start),
  )
  const adversary = await adversaryOf(BATCH)
  for (let step = 0; step < steps; step += 1) {
    const batch = drawBatch(paths, random)
    const fed = isAgainstWorst ? (await worst(adversary, optimiser.parameters, batch)).moved : batch
    await optimiser.step({ paths: fed }, LEARNING_RATE * Math.min(1, 2 - (2 * step) / steps))
  }
  const { parameters } = optimiser
  await Promise.all([optimiser.release(), adversary.release()])
  return parameters
}

function adversaryOf(rows: number): Promise<Adversary> {
  return createAdversary({
    layout: LAYOUT,
    inputs: { paths: [rows, STEPS] },
    loss: (weights, fed) => mean(lossOf(weights, fed('paths'))),
    moved: 'paths',
  })
}

/** Paths with every return moved for the worst within its budget, and the mean loss before and after. */
function worst(adversary: Adversary, parameters: Float32Array, paths: Float32Array) {
  const reach = paths.map(value => BUDGET * Math.abs(value))
  return adversary.attack(parameters, { paths }, { reach, steps: ATTACK_STEPS })
}

/** The mean loss of a policy over paths as they are, and over each as its adversary would have it. */
async function losses(
  parameters: Float32Array,
  paths: Float32Array,
): Promise<{ readonly ordinary: number; readonly worst: number }> {
  const adversary = await adversaryOf(paths.length / STEPS)
  const { before, after } = await worst(adversary, parameters, paths)
  await adversary.release()
  return { ordinary: before, worst: after }
}

function drawBatch(paths: Float32Array, random: Random): Float32Array {
  const batch = new Float32Array(BATCH * STEPS)
  for (let row = 0; row < BATCH; row += 1) {
    const from = random.below(paths.length / STEPS) * STEPS
    batch.set(paths.subarray(from, from + STEPS), row * STEPS)
  }
  return batch
}
