import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { FEATURES, OBSERVATION_SIZE, featureIndex } from '../features/observation.ts'
import { DRIVERS, coalitionRows, shapleyValues, unusualDrivers } from './shapley.ts'

const worth = fc.double({ min: -100, max: 100, noNaN: true })

/** Any game of up to five players: the worth of each coalition. */
const games = fc
  .integer({ min: 1, max: 5 })
  .chain(players => fc.array(worth, { minLength: 1 << players, maxLength: 1 << players }))

const fourPlayers = fc.array(worth, { minLength: 16, maxLength: 16 })

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0)
}

/** What each player adds, averaged over every order in which the players may come. */
function overAllOrders(game: readonly number[]): number[] {
  const players = Math.round(Math.log2(game.length))
  const orders = permutations([...Array(players).keys()])
  const totals = Array.from({ length: players }, () => 0)
  for (const order of orders) {
    let coalition = 0
    for (const player of order) {
      const joined = coalition | (1 << player)
      totals[player] = (totals[player] ?? 0) + (game[joined] ?? 0) - (game[coalition] ?? 0)
      coalition = joined
    }
  }
  return totals.map(total => total / orders.length)
}

function permutations(items: readonly number[]): number[][] {
  if (items.length <= 1) return [[...items]]
  return items.flatMap(item =>
    permutations(items.filter(other => other !== item)).map(rest => [item, ...rest]),
  )
}

test('a value is what its player adds on average over all orders of coming', () => {
  fc.assert(
    fc.property(games, game => {
      const values = shapleyValues(game)
      overAllOrders(game).forEach((value, player) => expect(values[player]).toBeCloseTo(value, 9))
    }),
  )
})

test('values sum to what all together are worth beyond nobody', () => {
  const larger = fc
    .integer({ min: 6, max: 9 })
    .chain(players => fc.array(worth, { minLength: 1 << players, maxLength: 1 << players }))
  fc.assert(
    fc.property(fc.oneof(games, larger), game => {
      expect(sum(shapleyValues(game))).toBeCloseTo((game.at(-1) ?? 0) - (game[0] ?? 0), 8)
    }),
    { numRuns: 60 },
  )
})

test('thirteen drivers are summed exactly too', () => {
  const game = Float64Array.from({ length: 1 << DRIVERS.length }, (_, coalition) =>
    Math.sin(coalition * 0.37),
  )
  const values = shapleyValues(game)
  expect(values).toHaveLength(13)
  expect(sum(values)).toBeCloseTo((game.at(-1) ?? 0) - (game[0] ?? 0), 9)
})

test('two players who add the same to everyone get the same', () => {
  fc.assert(
    fc.property(fourPlayers, game => {
      // Players 0 and 1 change places: the game must not see the difference
      const swapped = (coalition: number) =>
        (coalition & ~3) | ((coalition & 1) << 1) | ((coalition & 2) >> 1)
      const alike = game.map((value, coalition) => value + (game[swapped(coalition)] ?? 0))
      const values = shapleyValues(alike)
      expect(values[0]).toBeCloseTo(values[1] ?? Number.NaN, 9)
    }),
  )
})

test('who adds nothing to anyone gets nothing, and the others get what they got without him', () => {
  fc.assert(
    fc.property(fourPlayers, game => {
      const withDummy = [...game, ...game]
      const [without, values] = [shapleyValues(game), shapleyValues(withDummy)]
      expect(values[4]).toBeCloseTo(0, 9)
      without.forEach((value, player) => expect(values[player]).toBeCloseTo(value, 9))
    }),
  )
})

test('the values of a sum of games are the sums of the values', () => {
  fc.assert(
    fc.property(fourPlayers, fourPlayers, worth, (one, other, factor) => {
      const both = one.map((value, index) => value + factor * (other[index] ?? 0))
      const [first, second] = [shapleyValues(one), shapleyValues(other)]
      shapleyValues(both).forEach((value, player) =>
        expect(value).toBeCloseTo((first[player] ?? 0) + factor * (second[player] ?? 0), 6),
      )
    }),
  )
})

test('where everybody only brings his own, that is what he gets', () => {
  fc.assert(
    fc.property(fc.array(worth, { minLength: 1, maxLength: 6 }), own => {
      const game = Array.from({ length: 1 << own.length }, (_, coalition) =>
        sum(own.filter((_, player) => coalition & (1 << player))),
      )
      shapleyValues(game).forEach((value, player) => expect(value).toBeCloseTo(own[player] ?? 0, 8))
    }),
  )
})

test.each([0, 3, 5, 12, 1000])('refuses a game of %i coalitions', size => {
  expect(() => shapleyValues(new Float64Array(size))).toThrow(
    `coalitions must be a power of two, were ${size}`,
  )
})

test('every feature is told by exactly one driver', () => {
  const told = DRIVERS.flatMap(driver => [...driver.features])
  expect([...told].sort()).toEqual(FEATURES.map(feature => feature.name).sort())
})

test('in a row those inside the coalition take their value and the others the usual one', () => {
  const observation = Float32Array.from(FEATURES, (_, index) => index + 1)
  const usual = Float32Array.from(FEATURES, (_, index) => -index - 1)
  const rows = coalitionRows(observation, usual)
  expect(rows).toHaveLength(8192 * OBSERVATION_SIZE)
  fc.assert(
    fc.property(fc.nat(8191), coalition => {
      const row = rows.subarray(coalition * OBSERVATION_SIZE, (coalition + 1) * OBSERVATION_SIZE)
      DRIVERS.forEach((driver, player) => {
        const isInside = Math.floor(coalition / 2 ** player) % 2 === 1
        for (const name of driver.features) {
          const place = featureIndex(name) + 1
          expect(row[place - 1]).toBe(isInside ? place : -place)
        }
      })
    }),
  )
  expect(rows.subarray(0, OBSERVATION_SIZE)).toEqual(usual)
  expect(rows.subarray(-OBSERVATION_SIZE)).toEqual(observation)
})

test('leaving out drivers that are as usual changes no value', () => {
  const size = FEATURES.length
  const seen = fc.float32Array({
    minLength: size,
    maxLength: size,
    noNaN: true,
    noDefaultInfinity: true,
    min: -1,
    max: 1,
  })
  fc.assert(
    fc.property(
      seen,
      seen,
      fc.float32Array({ minLength: size, maxLength: size, noNaN: true, min: -1, max: 1 }),
      (observation, usual, weights) => {
        for (const feature of DRIVERS.slice(4).flatMap(driver => driver.features)) {
          const place = featureIndex(feature)
          observation[place] = usual[place] ?? 0
        }
        const worthOf = (rows: Float32Array) =>
          Float64Array.from({ length: rows.length / size }, (_, row) => {
            const value = weights.reduce(
              (sum, weight, index) => sum + weight * (rows[row * size + index] ?? 0),
              0,
            )
            return Math.tanh(value)
          })
        const unusual = unusualDrivers(observation, usual)
        const all = shapleyValues(worthOf(coalitionRows(observation, usual)))
        const few = shapleyValues(worthOf(coalitionRows(observation, usual, unusual)))
        DRIVERS.forEach((driver, index) => {
          const place = unusual.indexOf(driver)
          expect(place < 0 ? 0 : few[place]).toBeCloseTo(all[index] ?? Number.NaN, 12)
        })
      },
    ),
    { numRuns: 10 },
  )
})
