import type { Variant } from './explorer/variant.ts'
import { NEUTRAL_STEPS } from './transform/neutralTransforms.ts'

/** How much less promising a variant is whose steps are all in one that was picked already, in log odds. */
const LIKENESS = 2
/** The same for every step: what needs fewer for as much is the better one. */
const A_STEP = 0.1
/** And where the steps together are predicted to change hardly anything. */
const CHANGES_NOTHING = 3
const HARDLY_ANYTHING = 0.005

/** What is picked from, and what is known by now. */
export interface Picking {
  readonly variants: readonly Variant[]
  /** How promising each is. */
  readonly scores: Float64Array
  /** What was tried already, and what of it was found different. */
  readonly tried: ReadonlySet<Variant>
  readonly refuted: readonly Variant[]
}

/**
 * The variants to try next, the most promising first: by score, but unlike each other and unlike those that were refuted, since one
 * that fails for a reason takes its likes along. Every other one is picked by predicted cost alone, so that taste never keeps a
 * fast one from being tried.
 */
export function pickVariants(
  { variants, scores, tried, refuted }: Picking,
  count: number,
): readonly Variant[] {
  const refutedSteps = refuted.map(({ steps }) => new Set(steps))
  const kept = withoutLikes(variants, tried)
  const left = variants
    .map((variant, index) => {
      const steps = new Set(variant.steps)
      return {
        variant,
        steps,
        byScore: (scores[index] ?? 0) - effort(variant),
        byCost: -Math.log2(Math.max(variant.cost, 1e-6)) / 2 - effort(variant),
        likeness: Math.max(0, ...refutedSteps.map(other => likeness(steps, other))),
      }
    })
    .filter(({ variant }) => kept.has(variant) && !tried.has(variant))
  const picked: Variant[] = []
  while (picked.length < count && left.length > 0) {
    const isByCost = picked.length % 2 === 1
    let best = 0
    let highest = Number.NEGATIVE_INFINITY
    for (const [index, { byScore, byCost, likeness }] of left.entries()) {
      const value = (isByCost ? byCost : byScore) - LIKENESS * likeness
      if (value > highest) [best, highest] = [index, value]
    }
    const [chosen] = left.splice(best, 1)
    if (!chosen) break
    picked.push(chosen.variant)
    for (const other of left) other.likeness = Math.max(other.likeness, likeness(other.steps, chosen.steps))
  }
  return picked
}

/**
 * Of variants that differ by neutral steps alone the one with the fewest, and none where one of them was tried or where the original is
 * one of them: they are as fast as each other.
 */
function withoutLikes(variants: readonly Variant[], tried: ReadonlySet<Variant>): ReadonlySet<Variant> {
  const simplest = new Map<string, Variant>()
  for (const variant of tried) if (neutralSteps(variant) > 0) simplest.set(essence(variant), variant)
  const kept = new Set<Variant>()
  for (const variant of variants) {
    const neutral = neutralSteps(variant)
    if (neutral === 0) kept.add(variant)
    if (neutral === variant.steps.length) continue
    const key = essence(variant)
    const known = simplest.get(key)
    if (!known || (neutral < neutralSteps(known) && !tried.has(known))) simplest.set(key, variant)
  }
  for (const variant of simplest.values()) kept.add(variant)
  return kept
}

function neutralSteps({ steps }: Variant): number {
  return steps.filter(step => NEUTRAL_STEPS.has(step)).length
}

/** What is left of a variant without its neutral steps: the others, and what they save. */
function essence({ steps, cost }: Variant): string {
  const others = steps.filter(step => !NEUTRAL_STEPS.has(step)).toSorted()
  return `${others.join(' ')} ${cost.toPrecision(9)}`
}

/** Whether the steps of a variant are predicted to change hardly anything: another order of operands, for one. */
export function isIdle({ cost }: Pick<Variant, 'cost'>): boolean {
  return Math.abs(1 - cost) < HARDLY_ANYTHING
}

function effort(variant: Variant): number {
  return A_STEP * variant.steps.length + (isIdle(variant) ? CHANGES_NOTHING : 0)
}

/** Share of the steps of either that both have (Jaccard). */
function likeness(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let both = 0
  for (const step of one) if (other.has(step)) both += 1
  const either = one.size + other.size - both
  return either === 0 ? 1 : both / either
}
