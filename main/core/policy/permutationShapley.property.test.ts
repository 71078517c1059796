import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../base/random.ts'
import { sampleOrders, sampledValues } from './permutationShapley.ts'
import { shapleyValues } from './shapley.ts'

const worth = fc.double({ min: -10, max: 10, noNaN: true })
const seeds = fc.integer({ min: 1, max: 1e6 })

/** Any game of three to seven players: the worth of each coalition. */
const games = fc
  .integer({ min: 3, max: 7 })
  .chain(players => fc.array(worth, { minLength: 1 << players, maxLength: 1 << players }))

function estimate(game: ArrayLike<number>, pairs: number, seed: number) {
  const sampled = sampleOrders(Math.round(Math.log2(game.length)), pairs, createRandom(seed))
  return sampledValues(
    sampled,
    Float64Array.from(sampled.coalitions, coalition => game[coalition] ?? Number.NaN),
  )
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0)
}

function distance(one: ArrayLike<number>, other: ArrayLike<number>): number {
  return Math.sqrt(sum(Array.from(one, (value, index) => (value - (other[index] ?? Number.NaN)) ** 2)))
}

test('efficiency: however few are drawn, values sum to what all are worth beyond nobody', () => {
  fc.assert(
    fc.property(games, fc.integer({ min: 2, max: 12 }), seeds, (game, pairs, seed) => {
      const { values } = estimate(game, pairs, seed)
      expect(Math.abs(sum(values) - ((game.at(-1) ?? 0) - (game[0] ?? 0)))).toBeLessThan(1e-9)
    }),
  )
})

test('dummy: who adds nothing to anyone gets exactly nothing', () => {
  fc.assert(
    fc.property(games, fc.integer({ min: 2, max: 12 }), seeds, (game, pairs, seed) => {
      const { values, standardErrors } = estimate([...game, ...game], pairs, seed)
      expect(values.at(-1)).toBe(0)
      expect(standardErrors.at(-1)).toBe(0)
    }),
  )
})

test('linearity: the values of a sum of games are the sums of the values, order by order', () => {
  const twins = fc.integer({ min: 3, max: 6 }).chain(players => {
    const game = fc.array(worth, { minLength: 1 << players, maxLength: 1 << players })
    return fc.tuple(game, game)
  })
  fc.assert(
    fc.property(twins, worth, seeds, ([one, other], factor, seed) => {
      const both = one.map((value, index) => value + factor * (other[index] ?? 0))
      const [first, second] = [estimate(one, 5, seed), estimate(other, 5, seed)]
      estimate(both, 5, seed).values.forEach((value, player) =>
        expect(value).toBeCloseTo((first.values[player] ?? 0) + factor * (second.values[player] ?? 0), 8),
      )
    }),
  )
})

test('a pair is exact where players act at most two by two: two who are alike get the same, without an error', () => {
  const own = fc.array(worth, { minLength: 5, maxLength: 5 })
  const together = fc.array(worth, { minLength: 25, maxLength: 25 })
  fc.assert(
    fc.property(own, together, seeds, (alone, bonds, seed) => {
      const bond = (one: number, other: number) =>
        (bonds[one * 5 + other] ?? 0) + (bonds[other * 5 + one] ?? 0)
      const game = Array.from({ length: 32 }, (_, coalition) => {
        const inside = [0, 1, 2, 3, 4].filter(player => (coalition & (1 << player)) !== 0)
        const pairs = inside.flatMap(one =>
          inside.filter(other => other < one).map(other => bond(one, other)),
        )
        return sum(inside.map(player => alone[player] ?? 0)) + sum(pairs)
      })
      const { values, standardErrors } = estimate(game, 2, seed)
      expect(distance(values, shapleyValues(game))).toBeLessThan(1e-9)
      expect(Math.max(...standardErrors)).toBeLessThan(1e-6)
    }),
  )
})

test('drawn values come near the exact ones, within what their standard errors promise', () => {
  let [inside, all] = [0, 0]
  fc.assert(
    fc.property(games, seeds, (game, seed) => {
      const exact = shapleyValues(game)
      const { values, standardErrors } = estimate(game, 400, seed)
      values.forEach((value, player) => {
        const error = standardErrors[player] ?? 0
        const miss = Math.abs(value - (exact[player] ?? Number.NaN))
        expect(miss).toBeLessThan(6 * error + 1e-9)
        all += 1
        if (miss <= 2 * error + 1e-12) inside += 1
      })
    }),
    { numRuns: 60 },
  )
  expect(inside / all).toBeGreaterThan(0.9)
})

test('the error falls as one over the root of the pairs', () => {
  const random = createRandom(11)
  const game = Float64Array.from({ length: 1 << 9 }, () => random.normal())
  const exact = shapleyValues(game)
  const error = (pairs: number) => {
    const misses = Array.from(
      { length: 40 },
      (_, seed) => distance(estimate(game, pairs, seed).values, exact) ** 2,
    )
    return Math.sqrt(sum(misses) / misses.length)
  }
  // Sixteen times the pairs: a quarter of the error
  const ratio = error(8) / error(128)
  expect(ratio).toBeGreaterThan(3)
  expect(ratio).toBeLessThan(5.3)
})

test('every order is followed by its reverse, every coalition is asked once, the same chance draws the same', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 20 }),
      fc.integer({ min: 2, max: 8 }),
      seeds,
      (players, pairs, seed) => {
        const drawn = sampleOrders(players, pairs, createRandom(seed))
        expect(sampleOrders(players, pairs, createRandom(seed))).toEqual(drawn)
        expect(new Set(drawn.coalitions).size).toBe(drawn.coalitions.length)
        expect(drawn.coalitions[0]).toBe(0)
        for (let pair = 0; pair < pairs; pair += 1) {
          const [one, other] = [2 * pair, 2 * pair + 1].map(row =>
            drawn.orders.slice(row * players, (row + 1) * players),
          )
          expect(one?.toReversed()).toEqual(other)
          expect([...(one ?? [])].sort((a, b) => a - b)).toEqual([...Array(players).keys()])
        }
      },
    ),
    { numRuns: 30 },
  )
})
