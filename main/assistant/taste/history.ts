import type { TastePattern } from '../../contract/assistant.ts'
import { mean, standardDeviation } from '../../core/base/statistics.ts'
import { TASTE_FEATURES } from './features.ts'
import type { DatedObservation } from './observations.ts'

/** How a pattern would have done on past choices, each foretold from those before it. */
export interface PatternTrial {
  readonly choices: number
  /** Share of choices that it foretold, less the share that chance would have; with its 95 % interval. */
  readonly gain: number
  readonly low: number
  readonly high: number
  /** Whether it foretold better than chance, by the whole interval. */
  readonly holds: boolean
}

const LEAST_CHOICES = 5
/** Standard normal, 95 % on both sides. */
const INTERVAL_DEVIATIONS = 1.96

/**
 * Tries a pattern on history, prequentially (Dawid 1984): before each choice the side that the choices until then were on says which
 * of the options would be taken, the one with most or with least of the feature.
 */
export function tryOnHistory(
  pattern: Pick<TastePattern, 'id'>,
  observations: readonly DatedObservation[],
): PatternTrial {
  const column = TASTE_FEATURES.findIndex(({ name }) => name === pattern.id)
  const gains: number[] = []
  let side = 0
  for (const { kind, options, picked } of observations) {
    const values = options.map(option => option[column] ?? 0)
    if (kind === 'refused' || new Set(values).size < 2) continue
    const own = values[picked] ?? 0
    if (side !== 0) {
      const wanted = side > 0 ? Math.max(...values) : Math.min(...values)
      const foretold = values.filter(value => value === wanted).length
      gains.push((own === wanted ? 1 / foretold : 0) - 1 / values.length)
    }
    side += Math.sign(own - mean(values))
  }
  const gain = mean(gains)
  const spread = (INTERVAL_DEVIATIONS * standardDeviation(gains)) / Math.sqrt(Math.max(1, gains.length))
  const [low, high] = [gain - spread, gain + spread]
  return { choices: gains.length, gain, low, high, holds: gains.length >= LEAST_CHOICES && low > 0 }
}
