import type { TastePattern } from '../../contract/assistant.ts'
import { numberAt } from '../../core/base/assert.ts'
import { TASTE_FEATURES } from './features.ts'
import type { DatedObservation, Forgotten } from './observations.ts'
import { inverseOf } from './positiveDefinite.ts'
import type { Belief } from './preference.ts'

/** Standard deviations from the centre to the ends of an interval that holds 80 of 100. */
const INTERVAL_DEVIATIONS = 1.2816
/** A pattern is told from so many choices that bear it out, and such a share of those that could. */
const LEAST_SUPPORT = 3
const LEAST_SHARE = 0.7
/** And where it moves the order by so much, in log odds, and to this side with a probability of 3 in 4. */
const LEAST_WEIGHT = 0.3
const LIKELY_DEVIATIONS = 0.6745
/** Below this two options have the same of a feature. */
const SAME = 0.05

/**
 * The patterns in choices, the ones that move the order most first: features that move the order, and that most choices bear
 * out when looked at one by one. Habits that go along with each other share their weight, so that an interval may hold 0.
 */
export function patternsOf(
  belief: Belief,
  observations: readonly DatedObservation[],
  forgotten: Forgotten,
): TastePattern[] {
  const size = TASTE_FEATURES.length
  const covariance = inverseOf(belief.precision, size)
  const patterns = TASTE_FEATURES.flatMap((feature, column): TastePattern[] => {
    const weight = numberAt(belief.mean, column)
    const deviation = Math.sqrt(numberAt(covariance, column * size + column))
    if (Math.abs(weight) < Math.max(LEAST_WEIGHT, LIKELY_DEVIATIONS * deviation)) return []
    const { more, less } = countSides(observations, column, forgotten.get(feature.name))
    const [support, against] = weight > 0 ? [more, less] : [less, more]
    if (support < LEAST_SUPPORT || support < LEAST_SHARE * (support + against)) return []
    const spread = INTERVAL_DEVIATIONS * deviation
    const interval = [weight - spread, weight + spread] as const
    const habit = weight > 0 ? feature.liked : feature.disliked
    const sentence = `You ${habit} (${support} of ${support + against})`
    return [{ id: feature.name, sentence, support, against, weight, interval }]
  })
  return patterns.toSorted((one, other) => Math.abs(other.weight) - Math.abs(one.weight))
}

/** In how many choices what was preferred had more of a feature than the others on average, and in how many less. */
function countSides(
  observations: readonly DatedObservation[],
  column: number,
  forgottenUntil = Number.NEGATIVE_INFINITY,
): { readonly more: number; readonly less: number } {
  let [more, less] = [0, 0]
  for (const { at, kind, options, picked } of observations) {
    if (at <= forgottenUntil) continue
    const own = options[picked]?.[column] ?? 0
    const others = options.filter((_, index) => index !== picked).map(option => option[column] ?? 0)
    const usual = others.reduce((sum, value) => sum + value, 0) / Math.max(1, others.length)
    const apart = kind === 'taken' ? own - usual : usual - own
    if (apart > SAME) more += 1
    if (apart < -SAME) less += 1
  }
  return { more, less }
}
