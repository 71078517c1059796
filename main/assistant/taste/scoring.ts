import { clamp } from '../../core/base/statistics.ts'
import type { Variant } from '../explorer/variant.ts'
import { TASTE_FEATURES, type StepFamilies } from './features.ts'
import type { Belief } from './preference.ts'
import { FAMILY_FEATURES } from './ranking.ts'

/**
 * How promising each variant is, before any is run: its predicted speed and what its steps say to his taste, in the same log odds
 * that cards are ranked by. One pass over all of them, without looking at their texts.
 */
export function scoreVariants(
  variants: readonly Pick<Variant, 'steps' | 'cost' | 'reorders'>[],
  { mean }: Belief,
  stepFamilies: StepFamilies,
): Float64Array {
  const weightOf = new Map(TASTE_FEATURES.map(({ name }, column) => [name, mean[column] ?? 0]))
  const weight = (name: string) => weightOf.get(name) ?? 0
  const familyWeights = new Map(FAMILY_FEATURES.map(([family, name]) => [family, weight(name)]))
  const [speed, steps, tolerance] = [weight('speed'), weight('steps'), weight('tolerance')]
  return Float64Array.from(variants, variant => {
    const families = new Set(variant.steps.flatMap(step => stepFamilies.get(step) ?? []))
    let score = speed * clamp(-Math.log2(Math.max(variant.cost, 1e-6)) / 4, -1, 2.5)
    score += steps * clamp(variant.steps.length / 3, 0, 2) + (variant.reorders ? tolerance : 0)
    for (const family of families) score += familyWeights.get(family) ?? 0
    return score
  })
}
