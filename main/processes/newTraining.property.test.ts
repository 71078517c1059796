import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { planOf } from './newTraining.ts'

const budget = fc.constantFrom('short' as const, 'usual' as const)
const seed = fc.nat({ max: 2_147_483_647 })

test('no session that is judged on was ever trained on, and every one has a seed that can be drawn from', () => {
  fc.assert(
    fc.property(seed, seed, budget, budget, fc.string(), (one, other, small, large, occasion) => {
      const { heldBack } = planOf({ seed: one, budget: small, start: undefined }, occasion)
      const { sessions } = planOf({ seed: other, budget: large, start: undefined }, 'another')
      expect(sessions.firstSeed + sessions.count).toBeLessThanOrEqual(heldBack.firstSeed)
      expect(heldBack.firstSeed + heldBack.count).toBeLessThan(2 ** 31)
    }),
  )
})

test('every run and every comparison is judged on sessions of its own', () => {
  const ranges = Array.from({ length: 200 }, (_, week) =>
    (['short', 'usual'] as const).map(
      each => planOf({ seed: 1, budget: each, start: undefined }, `run ${week} ${each}`).heldBack,
    ),
  ).flat()
  const sorted = ranges.toSorted((one, other) => one.firstSeed - other.firstSeed)
  sorted.slice(1).forEach(({ firstSeed }, index) => {
    const before = sorted[index]
    expect(firstSeed).toBeGreaterThanOrEqual((before?.firstSeed ?? 0) + (before?.count ?? 0))
  })
})
