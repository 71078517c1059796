import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createExactShapley, type ExactShapley } from './exactShapley.ts'
import { shapleyValues } from './shapley.ts'

const worth = fc.double({ min: -100, max: 100, noNaN: true })

/** Any game of up to seven players, and how many of them are in the low bits. */
const games = fc.integer({ min: 1, max: 7 }).chain(players =>
  fc.record({
    game: fc.array(worth, { minLength: 1 << players, maxLength: 1 << players }),
    lowPlayers: fc.integer({ min: 0, max: players }),
  }),
)

function addBlocks(exact: ExactShapley, game: readonly number[], blocks: Iterable<number>): void {
  for (const block of blocks) exact.add(block, Float64Array.from(game), block << exact.lowPlayers)
}

test('in blocks of any size the values are those of the whole game', () => {
  fc.assert(
    fc.property(games, ({ game, lowPlayers }) => {
      const exact = createExactShapley(Math.log2(game.length), lowPlayers)
      addBlocks(exact, game, Array(exact.blocks).keys())
      const expected = shapleyValues(game)
      exact.values().forEach((value, player) => expect(value).toBeCloseTo(expected[player] ?? Number.NaN, 8))
    }),
  )
})

test('efficiency: they sum to what all together are worth beyond nobody', () => {
  fc.assert(
    fc.property(games, ({ game, lowPlayers }) => {
      const exact = createExactShapley(Math.log2(game.length), lowPlayers)
      addBlocks(exact, game, Array(exact.blocks).keys())
      const total = exact.values().reduce((sum, value) => sum + value, 0)
      expect(Math.abs(total - ((game.at(-1) ?? 0) - (game[0] ?? 0)))).toBeLessThan(1e-9)
    }),
  )
})

test('shared among threads and joined, the values are the same whoever summed which block', () => {
  fc.assert(
    fc.property(
      games,
      fc.array(fc.boolean(), { minLength: 128, maxLength: 128 }),
      ({ game, lowPlayers }, mine) => {
        const players = Math.log2(game.length)
        const [whole, one, other] = [0, 1, 2].map(() => createExactShapley(players, lowPlayers))
        if (!whole || !one || !other) throw new Error('there must be three')
        const blocks = [...Array(whole.blocks).keys()]
        addBlocks(
          one,
          game,
          blocks.filter(block => mine[block]),
        )
        addBlocks(
          other,
          game,
          blocks.filter(block => !mine[block]),
        )
        whole.include(one.sums())
        whole.include(other.sums())
        const expected = shapleyValues(game)
        whole
          .values()
          .forEach((value, player) => expect(value).toBeCloseTo(expected[player] ?? Number.NaN, 8))
      },
    ),
  )
})

test('twenty players whose features only bring their own get that, symmetry and dummies included', () => {
  const own = Float64Array.from({ length: 20 }, (_, player) => (player < 3 ? 0 : player % 5))
  const exact = createExactShapley(20, 10)
  const worthOf = (coalition: number) => {
    let sum = 0
    for (let player = 0; player < 20; player += 1)
      if ((coalition & (1 << player)) !== 0) sum += own[player] ?? 0
    return sum
  }
  const low = Float64Array.from({ length: 1024 }, (_, coalition) => worthOf(coalition))
  for (let block = 0; block < 1024; block += 1) {
    const high = worthOf(block << 10)
    exact.add(
      block,
      low.map(value => value + high),
    )
  }
  exact.values().forEach((value, player) => expect(value).toBeCloseTo(own[player] ?? Number.NaN, 9))
})

test('a block that is missing or comes twice is a mistake', () => {
  const exact = createExactShapley(3, 1)
  exact.add(0, Float64Array.of(1, 2))
  expect(() => exact.add(0, Float64Array.of(1, 2))).toThrow('every block comes once')
  expect(() => exact.add(1, Float64Array.of(1))).toThrow('every block comes once, and whole')
  expect(() => exact.values()).toThrow('once every block has come')
  const other = createExactShapley(3, 1)
  other.add(0, Float64Array.of(1, 2))
  expect(() => exact.include(other.sums())).toThrow('every block comes once')
})
