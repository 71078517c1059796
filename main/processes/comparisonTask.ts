import { success, type Result } from '../core/base/result.ts'
import type { ModelRegistry, StoredModel } from '../registry/modelRegistry.ts'
import type { ExperienceRow } from './experience.ts'
import type { LearnerTask } from './learnerMessages.ts'
import { travelling } from './learningModels.ts'
import { planOf } from './newTraining.ts'

/** The two sides of a comparison that is asked for, what their trader said, and where compiled sessions lie. */
export interface ComparisonWish {
  readonly champion: StoredModel
  readonly challenger: StoredModel
  readonly rows: readonly ExperienceRow[]
  readonly tables: string
  readonly now: number
}

/**
 * A comparison over sessions that nobody was judged on before, at least as many as the last time, so that it takes the last one's
 * place. It is counted here; the failure says why it cannot be.
 */
export async function comparisonTask(
  registry: ModelRegistry,
  { champion, challenger, rows, tables, now }: ComparisonWish,
): Promise<Result<Extract<LearnerTask, { kind: 'compare' }>, string>> {
  const trial = await registry.countComparison(champion)
  if (!trial.ok) return trial
  const before = await registry.sessionsOf(champion, challenger)
  const occasion = `comparison ${trial.value} with ${champion.digest}`
  const plan = planOf({ seed: 0, budget: 'short', start: undefined }, occasion)
  return success({
    kind: 'compare',
    champion: await travelling(champion),
    challenger: await travelling(challenger),
    plan: { ...plan, heldBack: { ...plan.heldBack, count: Math.max(plan.heldBack.count, before) } },
    trial: trial.value,
    rows,
    tables,
    time: now,
  })
}
