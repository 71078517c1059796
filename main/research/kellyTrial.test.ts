import { expect, test } from 'vitest'
import { ALL_ALIKE, NO_EDGE, PLANTED, compareKelly, kellyTrial } from './kellyTrial.ts'

const SEEDS = [1, 2, 3, 4, 5, 6]

test('where odds differ from bet to bet, sizes that follow them grow over 20 % faster than any fixed one', () => {
  const { gain, gainOverHindsight, growth } = compareKelly(SEEDS)
  expect(gain.low).toBeGreaterThan(0.2)
  expect(gainOverHindsight.low).toBeGreaterThan(0.2)
  expect(growth.hindsight.value).toBeGreaterThanOrEqual(growth.fixed.value)
})

test('where all bets are alike there is nothing to follow: the cap at half costs growth, and no gain is made up', () => {
  const { gain, growth } = compareKelly(SEEDS, ALL_ALIKE)
  expect(gain.high).toBeLessThan(0)
  expect(growth.ensemble.value).toBeGreaterThan(0)
})

test('where no bet is worth it, doubt loses less than certainty', () => {
  const { gain, growth } = compareKelly(SEEDS, { ...NO_EDGE, past: 100 })
  expect(growth.ensemble.value).toBeGreaterThan(growth.certain.value)
  expect(growth.ensemble.value).toBeLessThan(0)
  expect(gain.value).toBeNaN()
})

test('the same seed lives the same world, another one another', () => {
  expect(kellyTrial(3, PLANTED)).toEqual(kellyTrial(3, PLANTED))
  expect(kellyTrial(3, PLANTED)).not.toEqual(kellyTrial(4, PLANTED))
})
