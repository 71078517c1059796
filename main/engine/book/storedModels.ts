import type { BayesianLogistic } from '../../core/policy/bayesianLogistic.ts'
import { LEAST_LOG_WEIGHT, firstPreference, type Preference } from '../../core/policy/preference.ts'
import { TASTES } from '../../core/policy/taste.ts'
import type { StoredModel, StoredPreference } from './bookEvent.ts'

/** A preference as plain numbers. */
export function storedPreference({ beliefs, answers }: Preference): StoredPreference {
  return {
    answers,
    beliefs: beliefs.map(({ model, logWeight }, index) => ({
      ...storedModel(model),
      name: TASTES[index]?.name ?? '',
      logWeight,
    })),
  }
}

/**
 * A preference from plain numbers. A taste that nobody knew of when it was kept begins now, as unlikely as can be where answers were
 * learned: it heard none of them. The one model of old journals is the taste of sides and hours.
 */
export function restoredPreference(stored: StoredPreference | StoredModel): Preference {
  const beliefs = 'beliefs' in stored ? stored.beliefs : [{ ...stored, name: 'side and hour', logWeight: 0 }]
  return {
    answers: stored.answers,
    beliefs: firstPreference().beliefs.map((first, index) => {
      const kept = beliefs.find(({ name }) => name === TASTES[index]?.name)
      if (kept) return { model: restoredModel(kept), logWeight: kept.logWeight }
      return stored.answers === 0 ? first : { ...first, logWeight: LEAST_LOG_WEIGHT }
    }),
  }
}

/** A model as plain numbers. */
export function storedModel({ mean, covariance, answers }: BayesianLogistic): StoredModel {
  return { mean: [...mean], covariance: [...covariance], answers }
}

/** A model from plain numbers. */
export function restoredModel({ mean, covariance, answers }: StoredModel): BayesianLogistic {
  return { mean: Float64Array.from(mean), covariance: Float64Array.from(covariance), answers }
}
