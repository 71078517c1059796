import { add, mean, multiply, square, subtract } from '../../autodiff/elementwise.ts'
import { layoutSize, type Weights } from '../../autodiff/layout.ts'
import type { Value } from '../../autodiff/tape.ts'
import { at } from '../../core/base/assert.ts'
import { createRandom, type Random } from '../../core/base/random.ts'
import { figureOverSeeds, inWords, type Experiment, type Figures } from '../../research/plantedTruth.ts'
import { createOptimiser, freshAdam, type Objective } from '../adam.ts'
import { compileAdaptation, metaObjective, type Adaptation, type TaskObjective } from '../metaLearning.ts'
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
  const factors = LAYOUT.map(() => 0)
  const start = Float32Array.from([...initialParameters(SHAPE, random.split('parameters')), ...factors])
  const inner = { steps: INNER_STEPS, rate: INNER_RATE }
  const meta = await train(metaObjective(TASK, TASKS, inner), start, steps, random.split('meta'))
  const average = await train(AVERAGE, start, steps, random.split('average'))
  const tuner = await compileAdaptation(TASK, inner)
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
    sums.adapted += await play(await tuner.adapt(meta, { ...seen }), regime, name)
    sums.unadapted += await play(average.slice(0, layoutSize(LAYOUT)), regime, name)
    sums.tuned += await play(await tuner.adapt(atRate(average, rate), { ...seen }), regime, name)
    sums.best += bestPayoff(regime, decisions, createRandom(seed).split(name))
  }
  await Promise.all([tuner.release(), player.release()])
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / heldOut]))
}

/** Decisions of a regime: what was seen, and what both trades paid. */
interface Decisions extends Readonly<Record<string, Float32Array>> {
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

/** A regime as a task: decisions to adapt to, and others to be judged by. */
const TASK: TaskObjective = {
  layout: LAYOUT,
  support: { seen: [SUPPORT, FEATURES], paid: [SUPPORT, CHOICES] },
  query: { seen: [QUERY, FEATURES], paid: [QUERY, CHOICES] },
  loss: (weights, input) => mean(square(subtract(expectedOf(weights, input('seen')), input('paid')))),
}

/** The objective without adapting, over all decisions of the same batches. */
const AVERAGE: Objective = {
  ...metaObjective(TASK, TASKS, { steps: 0, rate: INNER_RATE }),
  loss: (weights, input) => {
    const losses = Array.from({ length: TASKS }, (_, task) =>
      ['support', 'query'].map(kind => TASK.loss(weights, name => input(`${kind} ${task} ${name}`))),
    ).flat()
    return {
      loss: multiply(
        losses.reduce((sum, loss) => add(sum, loss)),
        1 / losses.length,
      ),
    }
  },
}

/** Trains on batches of regimes that are not held out; both objectives see the same amount of them. */
async function train(
  objective: Objective,
  start: Float32Array,
  steps: number,
  random: Random,
): Promise<Float32Array> {
  const optimiser = await createOptimiser(objective, freshAdam(start))
  for (let step = 0; step < steps; step += 1) {
    const batch = Array.from({ length: TASKS }, (_, task) => {
      const regime = drawRegime(random, false)
      return [
        ...Object.entries(drawDecisions(regime, SUPPORT, random)).map(named(`support ${task}`)),
        ...Object.entries(drawDecisions(regime, QUERY, random)).map(named(`query ${task}`)),
      ]
    })
    await optimiser.step(
      Object.fromEntries(batch.flat()),
      LEARNING_RATE * Math.min(1, 2 - (2 * step) / steps),
    )
  }
  const { parameters } = optimiser
  await optimiser.release()
  return parameters
}

function named(prefix: string): (entry: readonly [string, Float32Array]) => readonly [string, Float32Array] {
  return ([name, values]) => [`${prefix} ${name}`, values]
}

/** Parameters with an inner rate of their own: the factor of every matrix and vector is set to it. */
function atRate(parameters: Float32Array, rate: number): Float32Array {
  const size = layoutSize(LAYOUT)
  return parameters.map((value, index) => (index < size ? value : Math.log(rate / INNER_RATE)))
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
  tuner: Adaptation,
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
      earned += await play(await tuner.adapt(atRate(average, rate), { ...seen }), regime, `rate ${index}`)
    if (earned > best.earned) best = { rate, earned }
  }
  return best.rate
}
