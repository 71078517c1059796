import { mean, square, subtract } from '../../autodiff/elementwise.ts'
import { layoutSize, type Layout, type Weights } from '../../autodiff/layout.ts'
import type { Value } from '../../autodiff/tape.ts'
import { at } from '../../core/base/assert.ts'
import { createRandom, type Random } from '../../core/base/random.ts'
import { mean as average } from '../../core/base/statistics.ts'
import { MINUTE_REGIMES, firstBelief, hearReturn } from '../../core/volatility/regime.ts'
import { figureOverSeeds, inWords, type Experiment, type Figures } from '../../research/plantedTruth.ts'
import { createOptimiser, freshAdam } from '../adam.ts'
import { plainNetwork, type PolicyNetwork } from '../network.ts'
import { initialHeads, regimeHeads, regimeHeadsLayout } from '../regimeHeads.ts'
import { createQuestion, largest } from '../networkQuestion.ts'

/**
 * The planted world: minutes of a market whose returns go on, turn back or are large, each for some hours, with
 * strengths drawn anew every day. What a trade pays over the next five minutes depends on the regime: with the last
 * move, against it, a condor, or waiting. Days that are held out have strengths outside of those of training.
 */
const MINUTES = 390
const FIRST_DECISION = 30
const CADENCE = 5
const DECISIONS = (MINUTES - FIRST_DECISION) / CADENCE
const STAY = 0.99
const REGIMES = MINUTE_REGIMES.laws.length
const FEATURES = 5
const CHOICES = 4

const COST = 0.05
const PREMIUM = 0.8

/** Networks of nearly the same number of parameters: one of 24 units a layer, or three of 12. */
const SIZES_SEEN = { observationSize: FEATURES, actionCount: CHOICES }
const ONE = plainNetwork([24, 24])(SIZES_SEEN)
const TOLD = plainNetwork([24, 24])({ ...SIZES_SEEN, observationSize: FEATURES + REGIMES })
const HEAD = plainNetwork([12, 12])(SIZES_SEEN)

const SIZES = {
  whole: { days: 600, heldOut: 300, steps: 1500 },
  small: { days: 100, heldOut: 40, steps: 250 },
} as const
const ROWS = 360
const LEARNING_RATE = 2e-3

/** S12: a detector of regimes with a head for each, against one policy. */
export const regimes: Experiment = {
  name: 'Regimes',
  claim:
    'S12: heads per market regime, switched by a detector, beat one policy on held-out regimes, or say they do not',
  trial: runTrial,
  judge(trials) {
    const gain = figureOverSeeds(trials, of => of('heads') - of('one'))
    const overTold = figureOverSeeds(trials, of => of('heads') - of('told'))
    const isReached = gain.low > 0
    const pay = (words: string, name: string) => ({
      words: `payoff a decision on held-out days, ${words}`,
      measured: figureOverSeeds(trials, of => of(name)),
    })
    return {
      figures: [
        pay('a head per announced regime', 'heads'),
        pay('one policy of as many parameters', 'one'),
        pay("one policy that is also told the detector's probabilities", 'told'),
        pay('heads that know the regime', 'known'),
        {
          words: 'share of minutes at which the announced regime is the true one',
          measured: figureOverSeeds(trials, of => of('right')),
        },
        { words: 'gain of heads over one policy', measured: gain },
        { words: 'gain of heads over the policy that is told', measured: overTold },
      ],
      isReached,
      sentence: isReached
        ? `reached; the detector earns it${overTold.low > 0 ? ' and so do the heads' : ', the heads add nothing shown over one policy that is told its probabilities'}`
        : `not reached: ${inWords(gain)}, the interval must lie above 0; what the detector knows is mostly in the efficiency and the realised deviation that one policy sees`,
    }
  },
}

/** Decisions of many days, row by row. */
interface Days {
  readonly seen: Float32Array
  /** 1 at the regime the detector announces. */
  readonly announced: Float32Array
  readonly probabilities: Float32Array
  /** 1 at the true regime. */
  readonly truth: Float32Array
  /** What each choice pays. */
  readonly pays: Float32Array
  readonly right: number
}

async function runTrial(seed: number, scale: keyof typeof SIZES): Promise<Figures> {
  const { days, heldOut, steps } = SIZES[scale]
  const random = createRandom(seed)
  const trained = drawDays(days, false, random.split('days'))
  const judged = drawDays(heldOut, true, random.split('held out'))
  const draw = random.split('parameters')
  const heads = (shares: 'announced' | 'truth'): Policy => ({
    layout: regimeHeadsLayout(HEAD, REGIMES),
    start: initialHeads(HEAD, REGIMES, draw),
    inputs: data => ({ seen: data.seen, shares: data[shares] }),
    widths: { seen: FEATURES, shares: REGIMES },
    expected: (weights, fed) => regimeHeads(weights, fed('seen'), fed('shares'), HEAD).logits,
  })
  const one = (network: PolicyNetwork, seen: (data: Days) => Float32Array): Policy => ({
    layout: network.layout,
    start: network.initial(draw),
    inputs: data => ({ seen: seen(data) }),
    widths: { seen: network.observationSize },
    expected: (weights, fed) => network.answer(weights, fed('seen')).logits,
  })
  const order = random.split('order')
  const earn = (policy: Policy, name: string) =>
    learnAndEarn(policy, trained, judged, steps, order.split(name))
  return {
    heads: await earn(heads('announced'), 'heads'),
    one: await earn(
      one(ONE, data => data.seen),
      'one',
    ),
    told: await earn(one(TOLD, told), 'told'),
    known: await earn(heads('truth'), 'known'),
    right: judged.right,
  }
}

/** A way to expect payoffs: its parameters, what it is fed, and what it computes. */
interface Policy {
  readonly layout: Layout
  readonly start: Float32Array
  readonly inputs: (data: Days) => Readonly<Record<string, Float32Array>>
  readonly widths: Readonly<Record<string, number>>
  readonly expected: (weights: Weights, fed: (name: string) => Value) => Value
}

/** Learns what every choice pays, then earns what the choice it expects most of pays on days that are held out. */
async function learnAndEarn(
  policy: Policy,
  trained: Days,
  judged: Days,
  steps: number,
  random: Random,
): Promise<number> {
  const shapes = Object.fromEntries(
    Object.entries(policy.widths).map(([name, width]) => [name, [ROWS, width]]),
  )
  const optimiser = await createOptimiser(
    {
      layout: policy.layout,
      inputs: { ...shapes, pays: [ROWS, CHOICES] },
      loss: (weights, fed) => ({ loss: mean(square(subtract(policy.expected(weights, fed), fed('pays')))) }),
    },
    freshAdam(policy.start),
  )
  const fed = { ...policy.inputs(trained), pays: trained.pays }
  const count = trained.pays.length / CHOICES
  for (let step = 0; step < steps; step += 1) {
    const rows = Int32Array.from({ length: ROWS }, () => random.below(count))
    const batch = Object.fromEntries(
      Object.entries(fed).map(([name, values]) => [name, pick(values, rows, values.length / count)]),
    )
    await optimiser.step(batch, LEARNING_RATE * Math.min(1, 2 - (2 * step) / steps))
  }
  const { parameters } = optimiser
  await optimiser.release()
  return earnings(policy, parameters, judged, shapes)
}

async function earnings(
  { layout, expected, inputs }: Policy,
  parameters: Float32Array,
  judged: Days,
  shapes: Readonly<Record<string, readonly number[]>>,
): Promise<number> {
  const question = await createQuestion({
    layout,
    inputs: shapes,
    answers: (weights, fed) => ({ expected: expected(weights, fed) }),
  })
  const fed = inputs(judged)
  const count = judged.pays.length / CHOICES
  let sum = 0
  for (let from = 0; from < count; from += ROWS) {
    const rows = Int32Array.from({ length: ROWS }, (_, row) => from + row)
    const batch = Object.fromEntries(
      Object.entries(fed).map(([name, values]) => [name, pick(values, rows, values.length / count)]),
    )
    const answer = (await question.ask(parameters, batch))('expected')
    for (let row = 0; row < ROWS; row += 1)
      sum += at(judged.pays, (from + row) * CHOICES + largest(answer, row * CHOICES, CHOICES))
  }
  await question.release()
  return sum / count
}

function told(data: Days): Float32Array {
  const count = data.seen.length / FEATURES
  const width = FEATURES + REGIMES
  return Float32Array.from({ length: count * width }, (_, index) => {
    const [row, column] = [Math.floor(index / width), index % width]
    return column < FEATURES
      ? at(data.seen, row * FEATURES + column)
      : at(data.probabilities, row * REGIMES + column - FEATURES)
  })
}

/** Days whose strengths lie within those of training, or on both sides of them. */
function drawDays(count: number, isHeldOut: boolean, random: Random): Days {
  const rows = count * DECISIONS
  const days = {
    seen: new Float32Array(rows * FEATURES),
    announced: new Float32Array(rows * REGIMES),
    probabilities: new Float32Array(rows * REGIMES),
    truth: new Float32Array(rows * REGIMES),
    pays: new Float32Array(rows * CHOICES),
  }
  let right = 0
  for (let day = 0; day < count; day += 1) right += writeDay(days, day * DECISIONS, isHeldOut, random)
  return { ...days, right: right / (count * MINUTES) }
}

/** Writes the decisions of a day from a row on; gives at how many minutes the detector was right. */
function writeDay(days: Omit<Days, 'right'>, firstRow: number, isHeldOut: boolean, random: Random): number {
  const { returns, truth } = drawReturns(isHeldOut, random)
  let belief = firstBelief(MINUTE_REGIMES)
  let right = 0
  for (let minute = 0; minute < MINUTES; minute += 1) {
    belief = hearReturn(MINUTE_REGIMES, belief, at(returns, minute))
    right += belief.announced === at(truth, minute) ? 1 : 0
    const sinceFirst = minute + 1 - FIRST_DECISION
    if (sinceFirst < 0 || sinceFirst % CADENCE > 0 || minute + CADENCE >= MINUTES) continue
    const row = firstRow + sinceFirst / CADENCE
    days.seen.set(featuresAt(returns, minute), row * FEATURES)
    days.announced[row * REGIMES + belief.announced] = 1
    days.probabilities.set(belief.probabilities, row * REGIMES)
    days.truth[row * REGIMES + at(truth, minute)] = 1
    days.pays.set(payoffsAt(returns, minute), row * CHOICES)
  }
  return right
}

function drawReturns(isHeldOut: boolean, random: Random) {
  const strength = (inner: readonly [number, number], outer: number) => {
    const [low, high] = inner
    if (!isHeldOut) return low + (high - low) * random.uniform()
    const isBelow = random.uniform() < 0.5
    return isBelow ? low - outer * random.uniform() : high + outer * random.uniform()
  }
  const persistences = [strength([0.25, 0.45], 0.1), -strength([0.25, 0.45], 0.1), 0]
  const deviations = [1, 1, strength([2, 3], 0.5)]
  const returns = new Float64Array(MINUTES)
  const truth = new Int32Array(MINUTES)
  let regime = random.below(REGIMES)
  for (let minute = 0; minute < MINUTES; minute += 1) {
    if (random.uniform() > STAY) regime = (regime + 1 + random.below(REGIMES - 1)) % REGIMES
    const last = minute > 0 ? at(returns, minute - 1) : 0
    returns[minute] = at(persistences, regime) * last + at(deviations, regime) * random.normal()
    truth[minute] = regime
  }
  return { returns, truth }
}

/** What every policy sees: the last return, the last three, efficiency and deviation of half an hour, the time. */
function featuresAt(returns: Float64Array, minute: number): number[] {
  const window = returns.subarray(minute + 1 - FIRST_DECISION, minute + 1)
  const net = sumOf(window)
  const path = window.reduce((sum, value) => sum + Math.abs(value), 0)
  const deviation = Math.sqrt(average(window.map(value => value * value)))
  return [
    at(returns, minute) / 2,
    sumOf(returns.subarray(minute - 2, minute + 1)) / 3,
    path > 0 ? (3 * net) / path : 0,
    deviation - 1,
    minute / MINUTES - 0.5,
  ]
}

/** What each choice pays over the next five minutes, in units of their usual deviation. */
function payoffsAt(returns: Float64Array, minute: number): readonly number[] {
  const ahead = sumOf(returns.subarray(minute + 1, minute + 1 + CADENCE)) / Math.sqrt(CADENCE)
  const withMove = Math.sign(at(returns, minute)) * ahead
  return [0, withMove - COST, -withMove - COST, PREMIUM - Math.abs(ahead) - COST]
}

function pick(values: Float32Array, rows: Int32Array, width: number): Float32Array {
  const picked = new Float32Array(rows.length * width)
  rows.forEach((row, index) => {
    picked.set(values.subarray(row * width, (row + 1) * width), index * width)
  })
  return picked
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0)
}

/** The number of parameters of one policy and of the heads together, to show that neither has the larger budget. */
export function parameterBudgets(): { readonly one: number; readonly heads: number } {
  return { one: layoutSize(ONE.layout), heads: layoutSize(regimeHeadsLayout(HEAD, REGIMES)) }
}
