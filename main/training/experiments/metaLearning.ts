import { add, mean, multiply, square, subtract } from '../../autodiff/elementwise.ts'
import { gradient } from '../../autodiff/gradient.ts'
import type { Weights } from '../../autodiff/layout.ts'
import { concatenate, reshape, slice } from '../../autodiff/shaping.ts'
import { sizeOf, type Value } from '../../autodiff/tape.ts'
import { at, present } from '../../core/base/assert.ts'
import { createRandom, type Random } from '../../core/base/random.ts'
import { figureOverSeeds, inWords, type Experiment, type Figures } from '../../research/plantedTruth.ts'
import { createOptimiser, freshAdam } from '../adam.ts'
import { initialParameters, networkLayout, policyNetwork, type NetworkShape } from '../network.ts'
import { createQuestion, type Asked } from '../networkQuestion.ts'

/**
 * The planted world: what selling puts and selling calls pays depends on four features through two curved signals that
 * all regimes share, turned by an angle that is the regime's own. Nothing that is seen tells the angle; only what trades
 * paid does. Regimes that are held out have angles in two arcs that training never draws from.
 */
const FEATURES = 4
const CHOICES = 2
const NOISE = 0.3

/** Five episodes of eight decisions; every decision tells what both trades paid, as the cockpit scores what it passes over. */
const EPISODES = 5
const DECISIONS = 8
const SUPPORT = EPISODES * DECISIONS
const QUERY = 40

const INNER_STEPS = 3
const INNER_RATE = 0.3
const TASKS = 4
const LEARNING_RATE = 2e-3

const SHAPE: NetworkShape = { observationSize: FEATURES, hidden: [32, 32], actionCount: CHOICES }
const LAYOUT = networkLayout(SHAPE)

const SIZES = {
  whole: { steps: 1500, heldOut: 40, decisions: 400 },
  small: { steps: 100, heldOut: 6, decisions: 60 },
} as const

/** Rates at which the ordinary policy may be tuned; the best on regimes of training is taken, in its favour. */
const TUNING_RATES = [0.03, 0.1, 0.3, 0.6]

/** R11: meta-learning (Finn, Abbeel, Levine 2017, second order) adapts to a new regime in five episodes. */
export const metaLearning: Experiment = {
  name: 'Meta-learning',
  claim: 'R11: adapts to a new regime in 5 episodes, against the un-adapted policy, on held-out regimes',
  trial: runTrial,
  judge(trials) {
    const gain = figureOverSeeds(trials, of => of('adapted') - of('unadapted'))
    const overTuned = figureOverSeeds(trials, of => of('adapted') - of('tuned'))
    const isReached = gain.low > 0 && overTuned.low > 0
    const unit = 'payoff a decision'
    return {
      figures: [
        {
          words: `${unit}, five episodes seen, meta-learned`,
          measured: figureOverSeeds(trials, of => of('adapted')),
        },
        {
          words: `${unit}, un-adapted (trained on the average)`,
          measured: figureOverSeeds(trials, of => of('unadapted')),
        },
        {
          words: `${unit}, the average policy tuned on the same episodes`,
          measured: figureOverSeeds(trials, of => of('tuned')),
        },
        { words: `${unit}, the best that can be known`, measured: figureOverSeeds(trials, of => of('best')) },
        { words: 'gain over the un-adapted', measured: gain },
        { words: 'gain over tuning the average', measured: overTuned },
      ],
      isReached,
      sentence: isReached
        ? 'reached'
        : `not reached: over the un-adapted ${inWords(gain)}, over tuning the average ${inWords(overTuned)}; both intervals must lie above 0`,
    }
  },
}

async function runTrial(seed: number, scale: keyof typeof SIZES): Promise<Figures> {
  const { steps, heldOut, decisions } = SIZES[scale]
  const random = createRandom(seed)
  const start = initialParameters(SHAPE, random.split('parameters'))
  const meta = await train(metaLoss, start, steps, random.split('meta'))
  const average = await train(averageLoss, start, steps, random.split('average'))
  const tuner = await createTuner()
  const player = await createPlayer(decisions)
  const play = async (parameters: Float32Array, regime: number, name: string) =>
    payoff(player, parameters, regime, decisions, createRandom(seed).split(name))
  const rate = await bestRate(tuner, play, average, random.split('rates'))
  const sums = { adapted: 0, unadapted: 0, tuned: 0, best: 0 }
  const drawn = random.split('held out')
  for (let index = 0; index < heldOut; index += 1) {
    const regime = drawRegime(drawn, true)
    const seen = drawDecisions(regime, SUPPORT, drawn)
    const name = `held out ${index}`
    sums.adapted += await play(await tuner.tune(meta, seen, INNER_RATE), regime, name)
    sums.unadapted += await play(average, regime, name)
    sums.tuned += await play(await tuner.tune(average, seen, rate), regime, name)
    sums.best += bestPayoff(regime, decisions, createRandom(seed).split(name))
  }
  await Promise.all([tuner.release(), player.release()])
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / heldOut]))
}

/** Decisions of a regime: what was seen, and what both trades paid. */
interface Decisions {
  readonly seen: Float32Array
  readonly paid: Float32Array
}

/** The two signals that all regimes share. */
function signals(seen: ArrayLike<number>, row: number): readonly [number, number] {
  const feature = (index: number) => at(seen, row * FEATURES + index)
  return [Math.tanh(2 * feature(0) * feature(1)), Math.sin(2 * feature(2) + feature(3))]
}

function drawRegime(random: Random, isHeldOut: boolean): number {
  // Two arcs of 60 degrees, opposite each other, are held out
  const arc = random.below(2) * Math.PI
  return isHeldOut
    ? arc + (random.uniform() * Math.PI) / 3
    : arc + Math.PI / 3 + (random.uniform() * 2 * Math.PI) / 3
}

function drawDecisions(regime: number, count: number, random: Random): Decisions {
  const seen = Float32Array.from({ length: count * FEATURES }, () => random.normal())
  const paid = new Float32Array(count * CHOICES)
  for (let row = 0; row < count; row += 1) {
    meanPayoffs(regime, seen, row).forEach((value, choice) => {
      paid[row * CHOICES + choice] = value + NOISE * random.normal()
    })
  }
  return { seen, paid }
}

function meanPayoffs(regime: number, seen: ArrayLike<number>, row: number): readonly [number, number] {
  const [one, other] = signals(seen, row)
  const [cosine, sine] = [Math.cos(regime), Math.sin(regime)]
  return [cosine * one + sine * other, cosine * other - sine * one]
}

/** What a policy earns a decision in a regime: it takes the better trade where it expects one to pay, else it waits. */
async function payoff(
  player: Asked,
  parameters: Float32Array,
  regime: number,
  count: number,
  random: Random,
): Promise<number> {
  const { seen } = drawDecisions(regime, count, random)
  const expected = (await player.ask(parameters, { seen }))('expected')
  return meanTaken(regime, seen, count, expected)
}

function bestPayoff(regime: number, count: number, random: Random): number {
  const { seen } = drawDecisions(regime, count, random)
  const known = Float32Array.from({ length: count }, (_, row) => row).reduce<number[]>(
    (all, row) => all.concat(meanPayoffs(regime, seen, row)),
    [],
  )
  return meanTaken(regime, seen, count, known)
}

function meanTaken(regime: number, seen: Float32Array, count: number, expected: ArrayLike<number>): number {
  let sum = 0
  for (let row = 0; row < count; row += 1) {
    const [put, call] = [at(expected, row * CHOICES), at(expected, row * CHOICES + 1)]
    const [putPays, callPays] = meanPayoffs(regime, seen, row)
    if (Math.max(put, call) > 0) sum += put >= call ? putPays : callPays
  }
  return sum / count
}

function expectedOf(weights: Weights, seen: Value): Value {
  return policyNetwork(weights, seen, SHAPE.hidden).logits
}

function missOf(weights: Weights, seen: Value, paid: Value): Value {
  return mean(square(subtract(expectedOf(weights, seen), paid)))
}

/** Weights after some plain gradient steps on decisions that were seen: differentiable, so that gradients go through. */
function tuned(start: Weights, seen: Value, paid: Value, rate: Value | number): Weights {
  let weights = start
  for (let step = 0; step < INNER_STEPS; step += 1) {
    const before = LAYOUT.map(([name]) => weights(name))
    const slopes = gradient(missOf(weights, seen, paid), before)
    const after = new Map(
      LAYOUT.map(([name], index) => {
        const [value, slope] = [before[index], slopes[index]]
        return [name, value && slope && subtract(value, multiply(slope, rate))] as const
      }),
    )
    weights = name => present(after.get(name), 'a step keeps every weight')
  }
  return weights
}

/** What a regime's decisions are fed as: those to adapt to and those to be judged by. */
type Task = Readonly<Record<'seen' | 'paid' | 'querySeen' | 'queryPaid', Value>>
type TaskLoss = (weights: Weights, task: Task) => Value

/** What is still missed after adapting; its gradient is of second order. */
const metaLoss: TaskLoss = (weights, { seen, paid, querySeen, queryPaid }) =>
  missOf(tuned(weights, seen, paid, INNER_RATE), querySeen, queryPaid)

/** What is missed without adapting, over the same decisions. */
const averageLoss: TaskLoss = (weights, { seen, paid, querySeen, queryPaid }) =>
  multiply(add(missOf(weights, seen, paid), missOf(weights, querySeen, queryPaid)), 0.5)

/** Trains on batches of regimes that are not held out; both losses see the same amount of them. */
async function train(
  lossOf: TaskLoss,
  start: Float32Array,
  steps: number,
  random: Random,
): Promise<Float32Array> {
  const inputs = {
    seen: [TASKS, SUPPORT, FEATURES],
    paid: [TASKS, SUPPORT, CHOICES],
    querySeen: [TASKS, QUERY, FEATURES],
    queryPaid: [TASKS, QUERY, CHOICES],
  }
  const optimiser = await createOptimiser(
    {
      layout: LAYOUT,
      inputs,
      loss: (weights, fed) => {
        const losses = Array.from({ length: TASKS }, (_, task) => {
          const part = (name: keyof typeof inputs) => taskOf(fed(name), task)
          const [seen, paid] = [part('seen'), part('paid')]
          return lossOf(weights, { seen, paid, querySeen: part('querySeen'), queryPaid: part('queryPaid') })
        })
        return { loss: multiply(addUp(losses), 1 / TASKS) }
      },
    },
    freshAdam(start),
  )
  for (let step = 0; step < steps; step += 1) {
    const tasks = Array.from({ length: TASKS }, () => {
      const regime = drawRegime(random, false)
      return [drawDecisions(regime, SUPPORT, random), drawDecisions(regime, QUERY, random)] as const
    })
    const rate = LEARNING_RATE * Math.min(1, 2 - (2 * step) / steps)
    await optimiser.step(
      {
        seen: joined(tasks.map(([support]) => support.seen)),
        paid: joined(tasks.map(([support]) => support.paid)),
        querySeen: joined(tasks.map(([, query]) => query.seen)),
        queryPaid: joined(tasks.map(([, query]) => query.paid)),
      },
      rate,
    )
  }
  const { parameters } = optimiser
  await optimiser.release()
  return parameters
}

/** Adapts parameters to decisions of a regime, by the steps that training went through. */
interface Tuner {
  tune(parameters: Float32Array, seen: Decisions, rate: number): Promise<Float32Array>
  release(): Promise<void>
}

async function createTuner(): Promise<Tuner> {
  const asked = await createQuestion({
    layout: LAYOUT,
    inputs: { seen: [SUPPORT, FEATURES], paid: [SUPPORT, CHOICES], rate: [1] },
    answers: (weights, fed) => {
      const after = tuned(weights, fed('seen'), fed('paid'), fed('rate'))
      const parts = LAYOUT.map(([name, shape]) => reshape(after(name), [sizeOf(shape)]))
      return { tuned: concatenate(parts, 0) }
    },
  })
  return {
    tune: async (parameters, { seen, paid }, rate) =>
      (await asked.ask(parameters, { seen, paid, rate: Float32Array.of(rate) }))('tuned'),
    release: () => asked.release(),
  }
}

function createPlayer(count: number): Promise<Asked> {
  return createQuestion({
    layout: LAYOUT,
    inputs: { seen: [count, FEATURES] },
    answers: (weights, fed) => ({ expected: expectedOf(weights, fed('seen')) }),
  })
}

/** The rate at which tuning the average policy earns most on regimes of training. */
async function bestRate(
  tuner: Tuner,
  play: (parameters: Float32Array, regime: number, name: string) => Promise<number>,
  average: Float32Array,
  random: Random,
): Promise<number> {
  const regimes = Array.from({ length: 10 }, () => {
    const regime = drawRegime(random, false)
    return { regime, seen: drawDecisions(regime, SUPPORT, random) }
  })
  let best = { rate: INNER_RATE, earned: Number.NEGATIVE_INFINITY }
  for (const rate of TUNING_RATES) {
    let earned = 0
    for (const [index, { regime, seen }] of regimes.entries())
      earned += await play(await tuner.tune(average, seen, rate), regime, `rate ${index}`)
    if (earned > best.earned) best = { rate, earned }
  }
  return best.rate
}

function taskOf(value: Value, task: number): Value {
  return reshape(slice(value, 0, task, task + 1), value.shape.slice(1))
}

function addUp(values: readonly Value[]): Value {
  return values.reduce((sum, value) => add(sum, value))
}

function joined(parts: readonly Float32Array[]): Float32Array {
  return Float32Array.from(parts.flatMap(part => [...part]))
}
