import { numberAt } from '../../core/base/assert.ts'
import type { KeptChoice } from './choices.ts'
import { TASTE_FEATURES } from './features.ts'
import { observationsOf, withForgotten, type Forgotten } from './observations.ts'
import { inverseOf } from './positiveDefinite.ts'
import {
  independentBelief,
  learn,
  learnInSlices,
  type Belief,
  type Learned,
  type Observation,
} from './preference.ts'

/** Standard deviations of a weight before the first choice, of which the one that foretells the choices best is taken. */
const DEVIATIONS = [0.25, 1, 3]
const USUAL_DEVIATION = 1
/** What nearly everybody has a taste in, one way or the other: how strong it is is not told by how strong his other tastes are. */
const GENERAL = new Set(['speed', 'diff', 'libraries'])
const GENERAL_DEVIATION = 4

/** What is believed of a taste before its first choice: that speed is liked and large diffs are not, and little more. */
export function priorBelief(): Belief {
  return priorOf(0, USUAL_DEVIATION)
}

/** What all choices teach, together; how strong tastes are is learned with them (empirical Bayes). */
export function trainTaste(choices: readonly KeptChoice[], forgotten: Forgotten): Belief {
  const { observations, priors } = preparedOf(choices, forgotten)
  const found: Learned[] = []
  for (const prior of priors) found.push(learn(prior, observations, found.at(-1)?.belief.mean))
  return bestOf(found)
}

/** The same in slices, for the background; undefined where it was cancelled. */
export async function trainTasteInSlices(
  choices: readonly KeptChoice[],
  forgotten: Forgotten,
  signal: AbortSignal,
): Promise<Belief | undefined> {
  const { observations, priors } = preparedOf(choices, forgotten)
  const found: Learned[] = []
  for (const prior of priors) {
    const learned = await learnInSlices(prior, observations, signal, found.at(-1)?.belief.mean)
    if (!learned) return undefined
    found.push(learned)
  }
  return bestOf(found)
}

function preparedOf(
  choices: readonly KeptChoice[],
  forgotten: Forgotten,
): { readonly observations: readonly Observation[]; readonly priors: readonly Belief[] } {
  const observations = withForgotten(observationsOf(choices), forgotten)
  // Of nothing, every strength is as likely as the other
  const deviations = observations.length === 0 ? [USUAL_DEVIATION] : DEVIATIONS
  return { observations, priors: deviations.map(deviation => priorOf(forgotten.size, deviation)) }
}

/** Weights of all features, and of so many columns behind them, before the first choice. */
function priorOf(behind: number, deviation: number): Belief {
  const mean = new Float64Array(TASTE_FEATURES.length + behind)
  const deviations = new Float64Array(mean.length).fill(deviation)
  TASTE_FEATURES.forEach(({ name, prior }, column) => {
    mean[column] = prior
    if (GENERAL.has(name)) deviations[column] = GENERAL_DEVIATION
  })
  return independentBelief(mean, deviations)
}

function bestOf(found: readonly Learned[]): Belief {
  const best = found.reduce((one, other) => (other.evidence > one.evidence ? other : one))
  return firstColumns(best.belief, TASTE_FEATURES.length)
}

/** What is believed of the first weights, whatever the others are. */
function firstColumns({ mean, precision }: Belief, size: number): Belief {
  const whole = mean.length
  if (whole === size) return { mean, precision }
  const covariance = inverseOf(precision, whole)
  const block = new Float64Array(size * size)
  for (let row = 0; row < size; row += 1)
    for (let column = 0; column < size; column += 1)
      block[row * size + column] = numberAt(covariance, row * whole + column)
  return { mean: mean.slice(0, size), precision: inverseOf(block, size) }
}
