import type { VariantCard } from '../../contract/assistant.ts'
import { numberAt } from '../../core/base/assert.ts'
import { clamp } from '../../core/base/statistics.ts'
import type { TransformFamily } from '../transform/transform.ts'
import { TASTE_FEATURES, cardFeatures, type StepFamilies } from './features.ts'
import { utility, type Belief } from './preference.ts'

/**
 * Cards in the order in which they are offered. Measured speed comes before taste: what was shown to be faster, then what was
 * not, then what is slower, then what was not verified; taste orders only within what was verified and shown the same of. A habit
 * is told only where it is one of the patterns (`habits`, names of features); what else counts is told as that alone.
 */
export function rankCards(
  cards: readonly VariantCard[],
  belief: Belief,
  stepFamilies: StepFamilies,
  habits: ReadonlySet<string>,
): VariantCard[] {
  const seen = cards.map(card => ({ card, features: cardFeatures(card, stepFamilies) }))
  const valued = seen.map(({ card, features }) => {
    const speed = numberAt(belief.mean, SPEED) * numberAt(features, SPEED)
    const isVerified = card.state.kind === 'verified'
    const taste = isVerified ? utility(belief, features) - speed : 0
    const group = seen.filter(other => groupOf(other.card) === groupOf(card)).map(other => other.features)
    const because = isVerified ? reasonsOf(card, features, group, { belief, habits }) : []
    return { ...card, rank: { speed: isVerified ? speed : 0, taste, because } }
  })
  return valued.toSorted(
    (one, other) =>
      groupOf(one) - groupOf(other) ||
      other.rank.speed + other.rank.taste - (one.rank.speed + one.rank.taste) ||
      speedOf(other) - speedOf(one),
  )
}

/** How willingly the search should try each family of transformations: 1 is neither more nor less, from 1/4 to 4. */
export function familyPriors(belief: Belief): ReadonlyMap<TransformFamily, number> {
  return new Map(
    FAMILY_FEATURES.map(([family, name]) => {
      const weight = belief.mean[TASTE_FEATURES.findIndex(feature => feature.name === name)] ?? 0
      return [family, clamp(Math.exp(weight / 2), 1 / 4, 4)]
    }),
  )
}

const SPEED = TASTE_FEATURES.findIndex(({ name }) => name === 'speed')
/** A reason is told where it moves a card by so much against the others, in log odds. */
const TOLD = 0.2
const MOST_REASONS = 3

/** The feature by which a family of transformations is liked or not. */
export const FAMILY_FEATURES: readonly (readonly [TransformFamily, string])[] = [
  ['vectorise', 'numpy'],
  ['batch', 'batch'],
  ['hoist', 'hoist'],
  ['share', 'share'],
  ['memoise', 'cache'],
  ['reduce', 'reduce'],
  ['comprehend', 'comprehension'],
  ['algorithm', 'algorithm'],
  ['columns', 'pandas'],
  ['parameter', 'parameter'],
]

function groupOf({ state }: VariantCard): number {
  if (state.kind === 'refuted') return 4
  if (state.kind === 'unverified') return 3
  return { faster: 0, 'not shown': 1, slower: 2 }[state.timing.verdict]
}

function speedOf({ state }: VariantCard): number {
  return state.kind === 'verified' ? state.timing.speedUp.value : 0
}

/** Why a card stands where it stands: its speed, and what moves it most against the others that it is held against. */
function reasonsOf(
  { state }: VariantCard,
  features: Float64Array,
  group: readonly Float64Array[],
  { belief, habits }: { readonly belief: Belief; readonly habits: ReadonlySet<string> },
): string[] {
  const told = TASTE_FEATURES.flatMap((feature, column) => {
    if (column === SPEED) return []
    const usual = group.reduce((sum, other) => sum + numberAt(other, column), 0) / group.length
    const apart = numberAt(features, column) - usual
    const moves = numberAt(belief.mean, column) * apart
    if (Math.abs(moves) < TOLD) return []
    const what = apart > 0 ? feature.more : feature.less
    const habit = numberAt(belief.mean, column) > 0 ? feature.liked : feature.disliked
    const counts = `${what}, which counts ${moves > 0 ? 'for' : 'against'} it`
    return [{ moves, sentence: habits.has(feature.name) ? `${what}: you ${habit}` : counts }]
  })
  const strongest = told.toSorted((one, other) => Math.abs(other.moves) - Math.abs(one.moves))
  return [speedSentence(state), ...strongest.slice(0, MOST_REASONS).map(({ sentence }) => sentence)]
}

function speedSentence(state: VariantCard['state']): string {
  if (state.kind !== 'verified') return 'not verified'
  const { verdict, speedUp } = state.timing
  if (verdict === 'not shown') return 'not shown to be faster'
  return verdict === 'slower'
    ? `${(1 / speedUp.value).toPrecision(2)} times slower`
    : `${speedUp.value >= 100 ? Math.round(speedUp.value) : speedUp.value.toPrecision(2)} times as fast`
}
