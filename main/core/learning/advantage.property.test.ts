import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { at } from '../base/assert.ts'
import { generalisedAdvantages, type Rollout } from './advantage.ts'

const number = fc.float({ min: -5, max: 5, noNaN: true })
const rollouts: fc.Arbitrary<Rollout> = fc
  .record({ steps: fc.integer({ min: 1, max: 7 }), environments: fc.integer({ min: 1, max: 3 }) })
  .chain(({ steps, environments }) => {
    const rows = steps * environments
    const list = (size: number) => fc.array(number, { minLength: size, maxLength: size })
    return fc.record({
      steps: fc.constant(steps),
      environments: fc.constant(environments),
      rewards: list(rows),
      values: list(rows + environments),
      isOver: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: rows, maxLength: rows }),
    })
  })

/** The sum of discounted rewards from a row on, up to the end of the episode or of the rollout. */
function returnFrom(rollout: Rollout, row: number, discount: number): number {
  const next = row + rollout.environments
  const reward = at(rollout.rewards, row)
  if (at(rollout.isOver, row) === 1) return reward
  const later =
    next >= rollout.rewards.length ? at(rollout.values, next) : returnFrom(rollout, next, discount)
  return reward + discount * later
}

test('measured to the end, an advantage is the return less what was expected', () => {
  fc.assert(
    fc.property(rollouts, rollout => {
      generalisedAdvantages(rollout, { discount: 0.9, smoothing: 1 }).forEach((advantage, row) => {
        expect(advantage).toBeCloseTo(returnFrom(rollout, row, 0.9) - at(rollout.values, row), 4)
      })
    }),
  )
})

test('measured one step far, it is the surprise of that step', () => {
  fc.assert(
    fc.property(rollouts, rollout => {
      generalisedAdvantages(rollout, { discount: 0.9, smoothing: 0 }).forEach((advantage, row) => {
        const next = at(rollout.isOver, row) === 1 ? 0 : at(rollout.values, row + rollout.environments)
        expect(advantage).toBeCloseTo(at(rollout.rewards, row) + 0.9 * next - at(rollout.values, row), 4)
      })
    }),
  )
})

test('what comes after the end of an episode changes nothing before it', () => {
  fc.assert(
    fc.property(rollouts, number, (rollout, surprise) => {
      const ended = { ...rollout, isOver: Array.from(rollout.isOver, () => 1) }
      const moved = {
        ...ended,
        values: Array.from(ended.values, (value, row) => (row === 0 ? value : surprise)),
      }
      const horizon = { discount: 0.99, smoothing: 0.95 }
      expect(at(generalisedAdvantages(moved, horizon), 0)).toBe(at(generalisedAdvantages(ended, horizon), 0))
    }),
  )
})

test('a rollout that does not fit together is a broken invariant', () => {
  const rollout = { steps: 2, environments: 1, rewards: [1, 2], values: [1, 2], isOver: [0, 0] }
  expect(() => generalisedAdvantages(rollout, { discount: 1, smoothing: 1 })).toThrow(
    'a value more than rewards',
  )
})
