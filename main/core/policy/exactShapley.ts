import { at, invariant, numberAt } from '../base/assert.ts'
import { bitCounts } from '../base/bits.ts'

/** What was summed of some blocks of a game; plain numbers, so that threads may share the work. */
export interface ShapleySums {
  readonly everybody: number
  readonly columns: Float64Array
  readonly rows: Float64Array
  /** 1 for a block that has come. */
  readonly isThere: Uint8Array
}

/** Sums from which all values of a game follow, taken in one pass over the worths of its coalitions. */
export interface ExactShapley {
  readonly players: number
  /** Players of the low bits; a block holds the worths of all their coalitions. */
  readonly lowPlayers: number
  /** Blocks that make the whole game. */
  readonly blocks: number
  /** Takes the worths of one block: all coalitions of the low players together with those of the high bits. */
  add(block: number, worths: Float32Array | Float64Array, offset?: number): void
  /** What was summed so far. */
  sums(): ShapleySums
  /** Takes what was summed elsewhere, of other blocks. */
  include(other: ShapleySums): void
  /** The values, once every block has come. */
  values(): Float64Array
}

/**
 * Shapley values of a game of up to 24 players out of the worths of all 2^n coalitions, which come in blocks and need not
 * be kept. A coalition S counts (w1 + w0)(|S|) for its members, less w0(|S|) for everybody, where w1 and w0 are the shares
 * of orders in which S stands right after or right before a player; sums by row and by column of the blocks are all that is
 * needed (L. S. Shapley, 1953; rearranged).
 */
export function createExactShapley(players: number, lowPlayers: number): ExactShapley {
  invariant(
    players <= 24 && lowPlayers >= 0 && lowPlayers <= players,
    'an exact game has at most 24 players, some of them low',
  )
  const size = 1 << lowPlayers
  const blocks = 1 << (players - lowPlayers)
  const { without, both } = sizeWeights(players)
  const bits = bitCounts(Math.max(size, blocks))
  const columns = new Float64Array(size)
  const rows = new Float64Array(blocks)
  const isThere = new Uint8Array(blocks)
  let everybody = 0
  return {
    players,
    lowPlayers,
    blocks,
    add(block, worths, offset = 0) {
      invariant(isThere[block] === 0 && worths.length >= offset + size, 'every block comes once, and whole')
      const above = at(bits, block)
      let row = 0
      for (let low = 0; low < size; low += 1) {
        const worth = worths[offset + low] ?? Number.NaN
        const members = above + (bits[low] ?? 0)
        const counted = worth * numberAt(both, members)
        everybody += worth * numberAt(without, members)
        row += counted
        columns[low] = numberAt(columns, low) + counted
      }
      rows[block] = row
      isThere[block] = 1
    },
    sums: () => ({ everybody, columns, rows, isThere }),
    include(other) {
      for (let block = 0; block < blocks; block += 1) {
        if (at(other.isThere, block) === 0) continue
        invariant(isThere[block] === 0, 'every block comes once')
        isThere[block] = 1
        rows[block] = at(other.rows, block)
      }
      for (let low = 0; low < size; low += 1) columns[low] = numberAt(columns, low) + at(other.columns, low)
      everybody += other.everybody
    },
    values() {
      invariant(
        isThere.every(flag => flag === 1),
        'values follow once every block has come',
      )
      const values = new Float64Array(players).fill(-everybody)
      const sums = [...sumsByBit(columns), ...sumsByBit(rows)]
      return values.map((value, player) => value + at(sums, player))
    },
  }
}

/** For each bit, the sum of the numbers whose index has it. */
export function sumsByBit(numbers: Float64Array): Float64Array {
  const folded = numbers.slice()
  const sums = new Float64Array(31 - Math.clz32(numbers.length))
  for (let bit = sums.length - 1; bit >= 0; bit -= 1) {
    const half = 1 << bit
    let sum = 0
    for (let index = 0; index < half; index += 1) {
      const upper = numberAt(folded, half + index)
      sum += upper
      folded[index] = numberAt(folded, index) + upper
    }
    sums[bit] = sum
  }
  return sums
}

/** By size of a coalition: the weight before a player that is outside, and that plus the weight after one that is inside. */
function sizeWeights(players: number): { readonly without: Float64Array; readonly both: Float64Array } {
  const without = new Float64Array(players + 1)
  const both = new Float64Array(players + 1)
  // 1 / (n * binomial(n - 1, size)), the share of orders in which just these come first and then the player
  let binomial = 1
  for (let size = 0; size < players; size += 1) {
    const share = 1 / (players * binomial)
    without[size] = share
    both[size] = (both[size] ?? 0) + share
    both[size + 1] = share
    binomial = (binomial * (players - 1 - size)) / (size + 1)
  }
  return { without, both }
}
