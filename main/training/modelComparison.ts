import type { Comparison } from '../contract/learning.ts'
import { present } from '../core/base/assert.ts'
import type { EpochMilliseconds } from '../core/base/units.ts'
import type { Limits } from '../core/risk/limits.ts'
import { confidenceOfTrial, isShownWorse } from '../registry/promotionRule.ts'
import type { Strategy } from './baselines.ts'
import { inWords, judgementOf, playAll, type Judgement } from './judgePolicies.ts'
import type { SessionTable } from './sessionTable.ts'
import type { TrainingHooks } from './trainingPlan.ts'

/** What two models are compared over. */
export interface ComparisonGround {
  /** Held-back sessions with the edge that is claimed, and the same ones without it. */
  readonly planted: readonly SessionTable[]
  readonly fair: readonly SessionTable[]
  readonly limits: Limits
  /** The chance of the intervals. */
  readonly seed: number
  /** The seeds of the sessions; said in the comparison, as are the next two. */
  readonly seeds: readonly number[]
  readonly time: EpochMilliseconds
  /** Which of the comparisons with this champion it is, from 1 on. */
  readonly trial: number
}

/**
 * Champion and challenger over the same sessions. Better is who beats the champion and everything simple where the edge is, by an
 * interval that widens with every comparison, and is not shown to be worse than the champion where there is none.
 */
export async function compareModels(
  champion: Strategy,
  challenger: Strategy,
  ground: ComparisonGround,
  hooks: Pick<TrainingHooks, 'gate' | 'onProgress'> = {},
): Promise<Comparison> {
  const { planted, fair, seed, seeds, time, trial } = ground
  const confidence = confidenceOfTrial(trial)
  const withEdge = judgementOf(
    await playAll(challenger, [champion], { ...ground, tables: planted }, halfOf(hooks, 0)),
    seed,
    confidence,
  )
  const without = judgementOf(
    await playAll(challenger, [champion], { ...ground, tables: fair }, halfOf(hooks, 1)),
    seed,
  )
  const fairDifference = lastOf(without)
  const isBetter = withEdge.isEdgeShown && !isShownWorse(fairDifference)
  const verdict =
    isBetter || !withEdge.isEdgeShown ? withEdge.sentence : `No edge shown for ${challenger.name}.`
  const fairly = `On the same sessions without the edge, over ${champion.name}: ${inWords(fairDifference)}.`
  const counted =
    trial === 1
      ? ''
      : ` It is comparison ${trial} with ${champion.name}; every one counts, and so the interval widens.`
  return {
    champion: champion.name,
    challenger: challenger.name,
    time,
    seeds,
    sessions: planted.length,
    difference: lastOf(withEdge),
    fair: { difference: fairDifference, strategies: without.strategies },
    trial,
    confidence,
    verdict: isBetter ? 'better' : 'noEdge',
    sentence: `${verdict} ${fairly}${counted}`,
    strategies: withEdge.strategies,
  }
}

/** Tells the progress of the first (0) or the second (1) of two equal pieces of work as that of both. */
export function halfOf(
  { gate, onProgress }: Pick<TrainingHooks, 'gate' | 'onProgress'>,
  half: 0 | 1,
): Pick<TrainingHooks, 'gate' | 'onProgress'> {
  return {
    ...(gate && { gate }),
    ...(onProgress && {
      onProgress: ({ phase, done, total }) =>
        onProgress({ phase, done: half * total + done, total: 2 * total }),
    }),
  }
}

/** The champion is the last of those that a challenger is judged against. */
function lastOf({ differences }: Judgement) {
  return present(differences.at(-1), 'a comparison needs a champion').difference
}
