import type { AnswersFollowed, Comparison } from '../contract/learning.ts'
import { OBSERVATION_SIZE } from '../core/features/observation.ts'
import { ACTION_COUNT, actionIndex } from '../core/policy/action.ts'
import type { Strategy } from '../training/baselines.ts'
import { likeliestOf, logProbabilitiesOf, type NetworkPolicy } from '../training/preferenceTuning.ts'
import type { ExperienceRow } from './experience.ts'

/** Somebody who is asked what he would do. */
type Asked = Pick<Strategy, 'choose'>

/** How many past answers each of some models follows; undefined where there are none. Rows that were only rated are left out. */
export async function answersFollowed(
  models: { readonly champion: Asked; readonly tuned: NetworkPolicy | undefined; readonly challenger: Asked },
  rows: readonly ExperienceRow[],
): Promise<AnswersFollowed | undefined> {
  const answered = rows.filter(({ answer }) => answer !== undefined)
  if (answered.length === 0) return undefined
  const { champion, tuned, challenger } = models
  return {
    answers: answered.length,
    champion: await countFollowed(champion, answered),
    ...(tuned && { tuned: await countFollowed(networkStrategy(tuned), answered) }),
    challenger: await countFollowed(challenger, answered),
  }
}

/** How a comparison came out, with what became of the answers where there were any. */
export function comparisonInWords({ sentence, answers }: Comparison): string {
  return answers ? `${sentence} ${answersInWords(answers)}` : sentence
}

/** What that comes to, in a sentence that says on which answers: a model that was tuned with them is asked nothing new. */
export function answersInWords({ answers, champion, tuned, challenger }: AnswersFollowed): string {
  const before = tuned === undefined ? '' : `tuned with them it followed ${shareOf(tuned, answers)}, `
  const origin =
    tuned === undefined ? 'it may have been tuned with them' : 'they are the answers it was tuned with'
  return `Of ${answers} past answers the champion follows ${shareOf(champion, answers)}; ${before}the challenger follows ${shareOf(challenger, answers)}: ${origin}.`
}

/** A yes is followed by the same action, a no by any other. */
async function countFollowed(asked: Asked, rows: readonly ExperienceRow[]): Promise<number> {
  const observations = new Float32Array(rows.length * OBSERVATION_SIZE)
  const masks = new Uint8Array(rows.length * ACTION_COUNT)
  rows.forEach(({ observation, mask }, row) => {
    observations.set(observation, row * OBSERVATION_SIZE)
    masks.set(mask, row * ACTION_COUNT)
  })
  const chosen = await asked.choose(observations, masks, rows.length)
  return rows.filter(({ action, answer }, row) => (chosen[row] === action) === (answer !== 'rejected')).length
}

/** A network as somebody who takes its likeliest action. */
function networkStrategy(policy: NetworkPolicy): Asked {
  return {
    async choose(observations, masks, count) {
      const situations = Array.from({ length: count }, (_, row) => ({
        observation: observations.subarray(row * OBSERVATION_SIZE, (row + 1) * OBSERVATION_SIZE),
        allowed: Array.from(
          masks.subarray(row * ACTION_COUNT, (row + 1) * ACTION_COUNT),
          value => value === 1,
        ),
      }))
      const logs = await logProbabilitiesOf(policy, situations)
      return Int32Array.from(logs, log => actionIndex(likeliestOf(log)))
    },
  }
}

function shareOf(count: number, answers: number): string {
  return `${count} (${Math.round((100 * count) / answers)} %)`
}
