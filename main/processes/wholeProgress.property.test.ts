import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { planOf } from './newTraining.ts'
import { comparingParts, trainingParts, wholeProgress } from './wholeProgress.ts'
import type { TrainingPhase } from '../training/trainingPlan.ts'

const PLAN = planOf({ seed: 1, budget: 'short', start: undefined }, 'test')

/** Does a part from its beginning to its end, as trainings tell it. */
function doPart(hook: ReturnType<ReturnType<typeof wholeProgress>>, phase: TrainingPhase, total: number) {
  for (let done = 1; done <= total; done += 1) hook({ phase, done, total })
}

test('a training counts every step of all its parts once, from the first to the last', () => {
  const told: (readonly [string, number, number])[] = []
  const whole = wholeProgress(trainingParts(PLAN), ({ phase, done, total }) =>
    told.push([phase, done, total]),
  )
  doPart(whole(0), 'preparing sessions', PLAN.sessions.count)
  doPart(whole(0), 'training', PLAN.updates)
  doPart(whole(2), 'preparing sessions', 2 * PLAN.heldBack.count)
  doPart(whole(2), 'comparing', 12)
  const total = PLAN.sessions.count + PLAN.updates + 2 * (PLAN.heldBack.count + 6)
  expect(told.map(([, done]) => done)).toEqual(Array.from({ length: total }, (_, step) => step + 1))
  expect(new Set(told.map(([, , all]) => all))).toEqual(new Set([total]))
  expect([told[0]?.[0], told.at(-1)]).toEqual(['preparing sessions', ['comparing', total, total]])
})

test('progress never goes back nor past its end, whatever is done again or skipped', () => {
  const pieces = fc.record({
    from: fc.constantFrom(0, 2),
    phase: fc.constantFrom<TrainingPhase>('preparing sessions', 'training', 'comparing'),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    total: fc.integer({ min: 0, max: 50 }),
  })
  fc.assert(
    fc.property(
      fc.array(pieces),
      fc.constantFrom(trainingParts(PLAN), comparingParts(PLAN)),
      (news, parts) => {
        const told: { readonly done: number; readonly total: number }[] = []
        const whole = wholeProgress(parts, progress => told.push(progress))
        for (const { from, phase, share, total } of news)
          whole(from)({ phase, done: Math.floor(share * total), total })
        told.forEach(({ done, total }, index) => {
          expect(done).toBeGreaterThanOrEqual(told[index - 1]?.done ?? 0)
          expect(done).toBeLessThanOrEqual(total)
          expect(Number.isInteger(done)).toBe(true)
        })
      },
    ),
  )
})
