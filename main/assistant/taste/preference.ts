import { numberAt } from '../../core/base/assert.ts'
import { logistic } from '../../core/base/statistics.ts'
import { choleskyFactor, logDeterminant, solveFactored } from './positiveDefinite.ts'

/** What is believed of the weights of taste: a normal distribution. */
export interface Belief {
  readonly mean: Float64Array
  /** Inverse of the covariance, rows in one array. */
  readonly precision: Float64Array
}

/** One choice: one of the options was taken, or one was refused. Options are features; they are compared, never taken alone. */
export interface Observation {
  readonly kind: 'taken' | 'refused'
  readonly options: readonly Float64Array[]
  readonly picked: number
}

/** What training gives: what is believed, and the logarithm of the probability of the observations under the prior. */
export interface Learned {
  readonly belief: Belief
  readonly evidence: number
}

const MOST_STEPS = 30
const SMALL_STEP = 1e-7
const SHORTEST = 1e-6
const ROUNDING = 1e-12
/** Observations between two moments at which others may come to their turn; about half a millisecond. */
const SLICE = 50

/** A belief in which the weights say nothing of each other. */
export function independentBelief(mean: Float64Array, deviations: Float64Array): Belief {
  const size = mean.length
  const precision = new Float64Array(size * size)
  for (let index = 0; index < size; index += 1)
    precision[index * size + index] = 1 / numberAt(deviations, index) ** 2
  return { mean, precision }
}

/**
 * What is believed after observations: the conditional logit model (McFadden 1974) with a normal prior, its posterior taken
 * as normal around its mode (Laplace). What was learned can be the prior of what comes next. Looks for the mode from `start` on;
 * there is one only, so a good guess saves time and nothing else.
 */
export function learn(
  prior: Belief,
  observations: readonly Observation[],
  start: Float64Array = prior.mean,
): Learned {
  const work = learning(prior, observations, start)
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
  }
}

/** The same in slices: others come to their turn between them. Undefined where it was cancelled. */
export async function learnInSlices(
  prior: Belief,
  observations: readonly Observation[],
  signal: AbortSignal,
  start: Float64Array = prior.mean,
): Promise<Learned | undefined> {
  const work = learning(prior, observations, start)
  for (;;) {
    if (signal.aborted) return undefined
    const { done, value } = work.next()
    if (done) return value
    await new Promise(resolve => setImmediate(resolve))
  }
}

/** The value of features under a belief: its mean, in log odds. */
export function utility({ mean }: Belief, features: Float64Array): number {
  return dot(mean, features)
}

function* learning(
  prior: Belief,
  observations: readonly Observation[],
  start: Float64Array,
): Generator<undefined, Learned> {
  const size = prior.mean.length
  let place = yield* surfaceAt(prior, observations, start)
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const move = solveFactored(choleskyFactor(place.curvature, size), place.slope)
    if (move.every(value => Math.abs(value) < SMALL_STEP)) break
    let share = 1
    for (;;) {
      const next = yield* surfaceAt(
        prior,
        observations,
        place.weights.map((weight, index) => weight - share * numberAt(move, index)),
      )
      // The surface is convex, so a short enough step goes down; at its bottom only rounding is left
      if (next.height <= place.height + ROUNDING * Math.abs(place.height) || share < SHORTEST) {
        place = next
        break
      }
      share /= 2
    }
  }
  const evidence =
    0.5 * logDeterminant(choleskyFactor(prior.precision, size), size) -
    0.5 * logDeterminant(choleskyFactor(place.curvature, size), size) -
    place.height
  return { belief: { mean: place.weights, precision: place.curvature }, evidence }
}

/** The negative logarithm of the posterior at weights, with its slope and its curvature. */
interface Surface {
  readonly weights: Float64Array
  height: number
  readonly slope: Float64Array
  readonly curvature: Float64Array
  /** Written over by every option: one made for each of them would be most of the work. */
  readonly centre: Float64Array
  readonly apart: Float64Array
}

function* surfaceAt(
  { mean, precision }: Belief,
  observations: readonly Observation[],
  weights: Float64Array,
): Generator<undefined, Surface> {
  const size = weights.length
  const away = weights.map((weight, index) => weight - numberAt(mean, index))
  const slope = new Float64Array(size)
  for (let row = 0; row < size; row += 1)
    slope[row] = dot(precision.subarray(row * size, (row + 1) * size), away)
  const surface: Surface = {
    weights,
    height: 0.5 * dot(away, slope),
    slope,
    curvature: precision.slice(),
    centre: new Float64Array(size),
    apart: new Float64Array(size),
  }
  for (const [index, observation] of observations.entries()) {
    if (index % SLICE === SLICE - 1) yield
    if (observation.kind === 'taken') addTaken(surface, observation)
    else addRefused(surface, observation)
  }
  mirror(surface.curvature, size)
  return surface
}

/** The one that was taken against all of them: softmax. */
function addTaken(surface: Surface, { options, picked }: Observation): void {
  const taken = options[picked]
  if (!taken || options.length < 2) return
  const values = options.map(option => dot(surface.weights, option))
  const highest = Math.max(...values)
  const total = values.reduce((sum, value) => sum + Math.exp(value - highest), 0)
  surface.height += Math.log(total) + highest - dot(surface.weights, taken)
  const shares = values.map(value => Math.exp(value - highest) / total)
  const { centre, apart } = surface
  centre.fill(0)
  options.forEach((option, index) => addTo(centre, option, shares[index] ?? 0))
  options.forEach((option, index) => {
    apart.set(option)
    addTo(apart, centre, -1)
    addSquare(surface.curvature, apart, shares[index] ?? 0)
  })
  addTo(surface.slope, centre, 1)
  addTo(surface.slope, taken, -1)
}

/** Each of the others against the one that was refused, together as much as one choice; alone, the code as it is against it. */
function addRefused(surface: Surface, { options, picked }: Observation): void {
  const refused = options[picked]
  if (!refused) return
  const others = options.filter((_, index) => index !== picked)
  const against = others.length === 0 ? [new Float64Array(refused.length)] : others
  const { apart } = surface
  for (const other of against) {
    apart.set(other)
    addTo(apart, refused, -1)
    const odds = dot(surface.weights, apart)
    const share = logistic(odds)
    surface.height += (Math.max(0, -odds) + Math.log1p(Math.exp(-Math.abs(odds)))) / against.length
    addTo(surface.slope, apart, (share - 1) / against.length)
    addSquare(surface.curvature, apart, (share * (1 - share)) / against.length)
  }
}

function dot(one: Float64Array, other: Float64Array): number {
  let sum = 0
  for (let index = 0; index < one.length; index += 1) sum += (one[index] ?? 0) * (other[index] ?? 0)
  return sum
}

function addTo(target: Float64Array, values: Float64Array, factor: number): void {
  for (let index = 0; index < target.length; index += 1)
    target[index] = (target[index] ?? 0) + factor * (values[index] ?? 0)
}

/** Adds a multiple of the outer product of values with themselves, below the diagonal; most of them are 0. */
function addSquare(matrix: Float64Array, values: Float64Array, factor: number): void {
  const size = values.length
  const seen: number[] = []
  for (let row = 0; row < size; row += 1) {
    const value = values[row] ?? 0
    if (value === 0) continue
    seen.push(row)
    for (const column of seen) {
      const place = row * size + column
      matrix[place] = (matrix[place] ?? 0) + factor * value * (values[column] ?? 0)
    }
  }
}

/** Writes what is below the diagonal above it. */
function mirror(matrix: Float64Array, size: number): void {
  for (let row = 0; row < size; row += 1)
    for (let column = 0; column < row; column += 1)
      matrix[column * size + row] = matrix[row * size + column] ?? 0
}
