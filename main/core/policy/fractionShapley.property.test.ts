import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { countBits } from '../base/bits.ts'
import { createRandom } from '../base/random.ts'
import {
  blocksOf,
  chooseFraction,
  fractionValues,
  probesOf,
  tellingOf,
  type Fraction,
} from './fractionShapley.ts'
import { shapleyValues } from './shapley.ts'

const worth = fc.double({ min: -10, max: 10, noNaN: true })
const seeds = fc.integer({ min: 1, max: 1e6 })

/** Any game of five to nine players: the worth of each coalition. */
const games = fc
  .integer({ min: 5, max: 9 })
  .chain(players => fc.array(worth, { minLength: 1 << players, maxLength: 1 << players }))

/** How telling players are, from the most to the least, and so many of them crossed and free. */
const fractions = fc
  .array(fc.double({ min: 1e-9, max: 3, noNaN: true }), { minLength: 5, maxLength: 12 })
  .chain(telling =>
    fc
      .record({ crossed: fc.integer({ min: 0, max: 3 }), free: fc.integer({ min: 4, max: 12 }) })
      .map(({ crossed, free }) =>
        chooseFraction(Float64Array.from(telling).sort().reverse(), { crossed, least: free, most: free }),
      ),
  )

function coalitionsOf(fraction: Fraction): number[] {
  const lows = Array.from({ length: 2 ** fraction.crossed }, (_, low) => low)
  return [...blocksOf(fraction)].flatMap(block => lows.map(low => low + block * lows.length))
}

function asked(fraction: Fraction, game: ArrayLike<number>) {
  return fractionValues(
    fraction,
    Float64Array.from(coalitionsOf(fraction), coalition => game[coalition] ?? Number.NaN),
  )
}

/** The values of a game as it stands, by a fraction of half of its coalitions or less. */
function estimate(game: ArrayLike<number>, seed: number, free = 6) {
  const players = Math.round(Math.log2(game.length))
  const probes = probesOf(players, createRandom(seed))
  const telling = tellingOf(
    players,
    Float64Array.from(probes, coalition => game[coalition] ?? Number.NaN),
  )
  return asked(chooseFraction(telling, { crossed: 2, least: free, most: free }), game)
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0)
}

function distance(one: ArrayLike<number>, other: ArrayLike<number>): number {
  return Math.hypot(...Array.from(one, (value, index) => value - (other[index] ?? Number.NaN)))
}

/** A game in which sets of players add what is said of them, and nothing else counts. */
function gameOf(players: number, effects: ReadonlyMap<number, number>): Float64Array {
  return Float64Array.from({ length: 1 << players }, (_, coalition) =>
    sum([...effects].map(([set, effect]) => ((coalition & set) === set ? effect : 0))),
  )
}

test('efficiency: however few are asked, values sum to what all are worth beyond nobody', () => {
  fc.assert(
    fc.property(games, seeds, fc.integer({ min: 3, max: 9 }), (game, seed, free) => {
      const { values } = estimate(game, seed, free)
      expect(Math.abs(sum(values) - ((game.at(-1) ?? 0) - (game[0] ?? 0)))).toBeLessThan(1e-9)
    }),
  )
})

test('whole: where no player is bound the values are exact, without an error', () => {
  fc.assert(
    fc.property(games, seeds, (game, seed) => {
      const { values, standardErrors } = estimate(game, seed, 20)
      expect(distance(values, shapleyValues(game))).toBeLessThan(1e-9)
      expect(Math.max(...standardErrors)).toBe(0)
    }),
  )
})

test('dummy: who adds nothing to anyone gets next to nothing', () => {
  fc.assert(
    fc.property(games, seeds, (game, seed) => {
      const { values, standardErrors } = estimate([...game, ...game], seed, 5)
      expect(Math.abs(values.at(-1) ?? Number.NaN)).toBeLessThan(1e-6)
      expect(standardErrors.at(-1)).toBeLessThan(0.01)
    }),
  )
})

test('linearity: for the same fraction, the values of a sum of games are the sums of the values', () => {
  fc.assert(
    fc.property(fractions, seeds, worth, (fraction, seed, factor) => {
      const random = createRandom(seed)
      const [one, other] = [0, 1].map(() =>
        Float64Array.from({ length: 1 << fraction.players }, random.normal),
      )
      const both = one?.map((value, index) => value + factor * (other?.[index] ?? Number.NaN)) ?? []
      const [first, second] = [asked(fraction, one ?? []), asked(fraction, other ?? [])]
      asked(fraction, both).values.forEach((value, player) =>
        expect(value).toBeCloseTo((first.values[player] ?? 0) + factor * (second.values[player] ?? 0), 8),
      )
    }),
    { numRuns: 40 },
  )
})

test('low orders: where players act alone, by twos and by threes, half of the coalitions say the same as all', () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 8, max: 11 }), (seed, players) => {
      const random = createRandom(seed)
      const effects = new Map<number, number>()
      for (let set = 1; set < 1 << players; set += 1)
        if (countBits(set) <= 3) effects.set(set, random.normal() / 8 ** (countBits(set) - 1))
      const game = gameOf(players, effects)
      const exact = shapleyValues(game)
      const { values } = estimate(game, seed, players - 1)
      expect(distance(values, exact)).toBeLessThan(0.02 * distance(exact, new Float64Array(players)))
    }),
    { numRuns: 30 },
  )
})

test('symmetry: two players who are alike get the same within their standard errors', () => {
  fc.assert(
    fc.property(seeds, seed => {
      const random = createRandom(seed)
      const half = Float64Array.from({ length: 3 * 64 }, random.normal)
      // The last two count only by how many of them there are
      const game = Float64Array.from(
        { length: 256 },
        (_, coalition) => half[(coalition & 63) + 64 * countBits(coalition >> 6)] ?? Number.NaN,
      )
      const { values, standardErrors } = estimate(game, seed, 7)
      const error = (standardErrors[6] ?? 0) + (standardErrors[7] ?? 0)
      expect(Math.abs((values[6] ?? 0) - (values[7] ?? 0))).toBeLessThan(4 * error + 1e-9)
    }),
  )
})

test('values of an even fraction come near the exact ones, within what their standard errors promise', () => {
  let [inside, all] = [0, 0]
  fc.assert(
    fc.property(seeds, seed => {
      const random = createRandom(seed)
      const weights = Float64Array.from({ length: 10 }, () => random.normal())
      const game = Float64Array.from({ length: 1024 }, (_, coalition) =>
        Math.tanh(sum(weights.map((weight, player) => ((coalition >> player) & 1) * weight))),
      )
      const exact = shapleyValues(game)
      const { values, standardErrors } = estimate(game, seed, 8)
      values.forEach((value, player) => {
        const miss = Math.abs(value - (exact[player] ?? Number.NaN))
        all += 1
        if (miss <= 2 * (standardErrors[player] ?? 0) + 1e-12) inside += 1
      })
    }),
    { numRuns: 60 },
  )
  expect(inside / all).toBeGreaterThan(0.9)
})

test('the design: each coalition once, nobody and everybody, all who are outside of it, and all of the crossed', () => {
  fc.assert(
    fc.property(fractions, fraction => {
      const coalitions = new Set(coalitionsOf(fraction))
      const everybody = 2 ** fraction.players - 1
      expect(coalitions.size).toBe(2 ** fraction.free)
      expect(coalitionsOf(fraction)[0]).toBe(0)
      expect(coalitionsOf(fraction).at(-1)).toBe(everybody)
      for (const coalition of coalitions) {
        expect(coalitions.has(everybody - coalition)).toBe(true)
        for (let player = 0; player < fraction.crossed; player += 1)
          expect(coalitions.has(coalition ^ (1 << player))).toBe(true)
      }
    }),
  )
})

test('telling: who moves more is more telling, who moves nothing is least', () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 2, max: 10 }), (seed, players) => {
      const game = gameOf(
        players,
        new Map(Array.from({ length: players }, (_, player) => [1 << player, player])),
      )
      const probes = probesOf(players, createRandom(seed))
      const telling = tellingOf(
        players,
        Float64Array.from(probes, coalition => game[coalition] ?? Number.NaN),
      )
      expect([...telling]).toEqual([...telling].sort((one, other) => one - other))
      expect(telling[0]).toBe(1e-9)
      expect([...tellingOf(players, new Float64Array(probes.length))]).toEqual(Array(players).fill(1e-9))
    }),
  )
})
