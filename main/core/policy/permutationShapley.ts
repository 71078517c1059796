import { at, invariant } from '../base/assert.ts'
import type { Random } from '../base/random.ts'

/** Most players whose coalitions fit the bits of a small integer. */
const MOST_PLAYERS = 24

/**
 * Orders in which players come, and the coalitions that stand while they do. Orders come in pairs, each followed by its
 * reverse (antithetic sampling: R. Mitchell, J. Cooper, E. Frank, G. Holmes, "Sampling permutations for Shapley value
 * estimation", 2022); a pair is exact wherever no three players act together.
 */
export interface SampledOrders {
  readonly players: number
  readonly pairs: number
  /** Every coalition that stands in some order, each once: nobody comes first, all come second. */
  readonly coalitions: Uint32Array
  /** The players in the order in which they come, order by order. */
  readonly orders: Uint8Array
  /** Where in `coalitions` each order stands before its first player and after each one: one more a row than players. */
  readonly places: Int32Array
}

/** Values of a game that was sampled, with the standard error of each, which the spread of the pairs gives. */
export interface SampledValues {
  readonly values: Float64Array
  readonly standardErrors: Float64Array
}

/** Draws pairs of orders. The same chance gives the same orders. */
export function sampleOrders(players: number, pairs: number, random: Random): SampledOrders {
  invariant(
    players >= 0 && players <= MOST_PLAYERS && pairs >= 2,
    `orders are of at most ${MOST_PLAYERS} players and two pairs or more`,
  )
  const orders = new Uint8Array(2 * pairs * players)
  const order = Uint8Array.from({ length: players }, (_, player) => player)
  for (let pair = 0; pair < pairs; pair += 1) {
    shuffle(order, random)
    orders.set(order, 2 * pair * players)
    orders.set(order.toReversed(), (2 * pair + 1) * players)
  }
  return { players, pairs, orders, ...standing(players, 2 * pairs, orders) }
}

/** The values that the worths of the coalitions give: what each player added on average when it came. */
export function sampledValues(sampled: SampledOrders, worths: Float64Array): SampledValues {
  const { players, pairs, orders, places } = sampled
  const sums = new Float64Array(players)
  const squares = new Float64Array(players)
  const ofPair = new Float64Array(players)
  for (let pair = 0; pair < pairs; pair += 1) {
    ofPair.fill(0)
    for (let side = 0; side < 2; side += 1) {
      const row = 2 * pair + side
      let before = at(worths, at(places, row * (players + 1)))
      for (let turn = 0; turn < players; turn += 1) {
        const after = at(worths, at(places, row * (players + 1) + turn + 1))
        const player = at(orders, row * players + turn)
        ofPair[player] = at(ofPair, player) + (after - before) / 2
        before = after
      }
    }
    for (let player = 0; player < players; player += 1) {
      sums[player] = at(sums, player) + at(ofPair, player)
      squares[player] = at(squares, player) + at(ofPair, player) ** 2
    }
  }
  const values = sums.map(sum => sum / pairs)
  const standardErrors = squares.map((square, player) => {
    const variance = Math.max(0, square - pairs * at(values, player) ** 2) / (pairs - 1)
    return Math.sqrt(variance / pairs)
  })
  return { values, standardErrors }
}

/** Every order alike (R. Durstenfeld, 1964). */
function shuffle(order: Uint8Array, random: Random): void {
  for (let last = order.length - 1; last > 0; last -= 1) {
    const chosen = random.below(last + 1)
    const moved = at(order, chosen)
    order[chosen] = at(order, last)
    order[last] = moved
  }
}

/** The coalitions of all orders, each told once: many orders begin and end alike. */
function standing(
  players: number,
  rows: number,
  orders: Uint8Array,
): Pick<SampledOrders, 'coalitions' | 'places'> {
  const everybody = 2 ** players - 1
  // One more than the place of a coalition that is known
  const known = new Int32Array(2 ** players)
  const coalitions = new Uint32Array(Math.min(2 ** players, rows * players + 2))
  const places = new Int32Array(rows * (players + 1))
  let count = 0
  const placeOf = (coalition: number): number => {
    const found = at(known, coalition)
    if (found > 0) return found - 1
    coalitions[count] = coalition
    count += 1
    known[coalition] = count
    return count - 1
  }
  placeOf(0)
  placeOf(everybody)
  for (let row = 0; row < rows; row += 1) {
    let coalition = 0
    for (let turn = 0; turn < players; turn += 1) {
      coalition |= 1 << at(orders, row * players + turn)
      places[row * (players + 1) + turn + 1] = placeOf(coalition)
    }
  }
  return { coalitions: coalitions.slice(0, count), places }
}
