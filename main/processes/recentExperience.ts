import type { MemoryStore } from '../adapters/memory/memoryStore.ts'
import { experienceSince, type Experience, type ExperienceRow } from './experience.ts'

/** Sessions that are learned from: four weeks, for a week whose challenger was not promoted has taught nobody yet. */
const SESSIONS = 20

/** A session has one decision a minute, and a few more when the market moves. */
const DECISIONS_A_SESSION = 2000

/** Decisions of a session that nothing was said of and that are kept all the same, for the policy to stay as it is there. */
const UNSAID_A_SESSION = 60

/** What the last sessions of the journal teach, read one after the other: in between the memory serves the session that is live. */
export async function recentExperience(
  store: Pick<MemoryStore, 'sessions' | 'decisions'>,
): Promise<Experience> {
  const rows: ExperienceRow[] = []
  let [answers, outcomes] = [0, 0]
  for (const { id } of (await store.sessions()).slice(0, SESSIONS)) {
    const found = experienceSince(await store.decisions(id, DECISIONS_A_SESSION), 0)
    rows.push(...found.rows.filter(isSaid), ...thinned(found.rows.filter(row => !isSaid(row))))
    answers += found.answers
    outcomes += found.outcomes
  }
  return { rows, answers, outcomes }
}

/** Whether something was said of a decision: an answer, or a rating. */
export function isSaid({ answer, rating }: ExperienceRow): boolean {
  return answer !== undefined || rating !== undefined
}

/** So many of some rows, evenly. */
function thinned(rows: readonly ExperienceRow[]): ExperienceRow[] {
  const step = Math.max(1, rows.length / UNSAID_A_SESSION)
  return rows.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step))
}
