import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../core/base/random.ts'
import { OBSERVATION_SIZE } from '../core/features/observation.ts'
import { ACTIONS, ACTION_COUNT } from '../core/policy/action.ts'
import { initialParameters, plainNetwork, plainNormalisation } from '../training/network.ts'
import { answersFollowed, answersInWords } from './answersFollowed.ts'
import type { ExperienceRow } from './experience.ts'

/** Always does the same. */
const always = (action: number) => ({
  choose: async (_observations: Float32Array, _masks: Uint8Array, count: number) =>
    new Int32Array(count).fill(action),
})

const row = fc.record({
  observation: fc.constant(Array.from({ length: OBSERVATION_SIZE }, () => 0)),
  mask: fc.constant(ACTIONS.map(() => 1)),
  action: fc.nat({ max: ACTION_COUNT - 1 }),
  answer: fc.constantFrom('accepted' as const, 'modified' as const, 'rejected' as const, undefined),
})

test('a yes is followed by the same, a no by anything else, and what was not answered does not count', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { maxLength: 30 }),
      fc.nat({ max: ACTION_COUNT - 1 }),
      async (rows, action) => {
        const [champion, challenger] = [always(action), always(0)]
        const found = await answersFollowed({ champion, tuned: undefined, challenger }, rows)
        const count = (wanted: (row: ExperienceRow) => boolean) => rows.filter(wanted).length
        const answers = count(({ answer }) => answer !== undefined)
        expect(found?.answers ?? 0).toBe(answers)
        const [same, other] = [
          count(
            ({ action: said, answer }) => said === action && (answer === 'accepted' || answer === 'modified'),
          ),
          count(({ action: said, answer }) => said !== action && answer === 'rejected'),
        ]
        expect(found?.champion ?? 0).toBe(same + other)
        expect(found && 'tuned' in found).not.toBe(true)
      },
    ),
  )
})

test('a tuned network is asked within its mask', async () => {
  const sizes = { observationSize: OBSERVATION_SIZE, actionCount: ACTION_COUNT }
  const tuned = {
    network: plainNetwork([4])(sizes),
    parameters: initialParameters({ ...sizes, hidden: [4] }, createRandom(1)),
    normalisation: plainNormalisation(OBSERVATION_SIZE),
  }
  const rows = ACTIONS.map((_, only): ExperienceRow => ({
    observation: Array.from({ length: OBSERVATION_SIZE }, () => 1),
    mask: ACTIONS.map((_action, index) => Number(index === only)),
    action: only,
    answer: only % 2 === 0 ? 'accepted' : 'rejected',
  }))
  const found = await answersFollowed({ champion: always(1), tuned, challenger: always(0) }, rows)
  // It can do nothing but what is allowed: it follows every yes and no no
  expect(found).toEqual({ answers: 7, champion: 2, tuned: 4, challenger: 4 })
  expect(found && answersInWords(found)).toBe(
    'Of 7 past answers the champion follows 2 (29 %); tuned with them it followed 4 (57 %), the challenger follows 4 (57 %): they are the answers it was tuned with.',
  )
})
