import type { TrainingHooks, TrainingPhase, TrainingPlan } from '../training/trainingPlan.ts'

/** One part of a piece of work, and the steps that it takes. */
export interface WorkPart {
  readonly phase: TrainingPhase
  readonly steps: number
}

/** A comparison is made with the edge and without. */
const MARKETS = 2

/** Strategies that a comparison plays: the two models, doing nothing and the three that enter at fixed times. */
const COMPARED = 6

/** The parts of a training, in their order. */
export function trainingParts({ sessions, updates, heldBack }: TrainingPlan): WorkPart[] {
  return [
    { phase: 'preparing sessions', steps: sessions.count },
    { phase: 'training', steps: updates },
    ...comparingParts({ heldBack }),
  ]
}

/** The parts of a comparison, which are also the last ones of a training. */
export function comparingParts({ heldBack }: Pick<TrainingPlan, 'heldBack'>): WorkPart[] {
  return [
    { phase: 'preparing sessions', steps: MARKETS * heldBack.count },
    { phase: 'comparing', steps: MARKETS * COMPARED },
  ]
}

/**
 * Tells progress within a part as progress of the whole, which never goes back: `from` is the first part that is meant, for a
 * phase may come twice. Steps of every part count alike; done again, a part does not count again.
 */
export function wholeProgress(
  parts: readonly WorkPart[],
  tell: TrainingHooks['onProgress'],
): (from: number) => NonNullable<TrainingHooks['onProgress']> {
  const total = stepsOf(parts)
  let furthest = 0
  return from => progress => {
    const index = parts.findIndex((part, place) => place >= from && part.phase === progress.phase)
    const part = parts[index]
    if (!part) return
    const within = progress.total > 0 ? Math.round((part.steps * progress.done) / progress.total) : 0
    furthest = Math.max(furthest, stepsOf(parts.slice(0, index)) + within)
    tell?.({ phase: progress.phase, done: furthest, total })
  }
}

function stepsOf(parts: readonly WorkPart[]): number {
  return parts.reduce((sum, { steps }) => sum + steps, 0)
}
