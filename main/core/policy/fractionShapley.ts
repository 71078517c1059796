import { at, invariant, numberAt } from '../base/assert.ts'
import { bitCounts, countBits } from '../base/bits.ts'
import type { Random } from '../base/random.ts'
import { sumsByBit } from './exactShapley.ts'

/** Coalitions that are drawn to see how telling players are, each asked with every player changed. */
const PROBES = 64

/** How telling a player is at least: one who never moved anything in the probes may do so elsewhere. */
const LEAST_TELLING = 1e-9

/** Sum of overlaps beyond which a fraction is asked twice as large; measured on policies, see the bench of explanations. */
const MOST_OVERLAP = 0.7

/**
 * A fraction of all coalitions of a game (G. E. P. Box, J. S. Hunter, "The 2^(k-p) fractional factorial designs", 1961):
 * the first players are free, each of the others comes with an odd number of the free ones that bind it. Nobody and
 * everybody are in it, and with a coalition all who are outside of it.
 */
export interface Fraction {
  readonly players: number
  readonly free: number
  /** How many of the first players bind nobody: their coalitions meet all that there are of the others. */
  readonly crossed: number
  /** By player, how much it moves: see `tellingOf`. */
  readonly telling: Float64Array
  /** By free player, whom it binds: bit j stands for player `free + j`. */
  readonly binds: Uint32Array
}

/** Values of a game that was asked in part, and their standard errors. */
export interface SampledValues {
  readonly values: Float64Array
  readonly standardErrors: Float64Array
}

/** Coalitions whose worths tell which players matter: drawn ones, each followed by itself with one player changed. */
export function probesOf(players: number, random: Random): Uint32Array {
  const coalitions = new Uint32Array(PROBES * (players + 1))
  for (let start = 0; start < coalitions.length; start += players + 1) {
    const drawn = random.below(2 ** players)
    coalitions[start] = drawn
    for (let player = 0; player < players; player += 1) coalitions[start + 1 + player] = drawn ^ (1 << player)
  }
  return coalitions
}

/**
 * How telling each player is, by the worths of the probes: the root of the odds of the spread that it has a part in. The
 * product over a set of players is how large its effect is expected to be; the root, because who matters alone matters
 * together with others more than chance would have it.
 */
export function tellingOf(players: number, worths: Float64Array): Float64Array {
  const mean = worths.reduce((sum, worth) => sum + worth, 0) / worths.length
  const spread = worths.reduce((sum, worth) => sum + (worth - mean) ** 2, 0) / worths.length
  const telling = new Float64Array(players).fill(LEAST_TELLING)
  if (spread === 0) return telling
  return telling.map((least, player) => {
    let moved = 0
    for (let start = 0; start < worths.length; start += players + 1)
      moved += (numberAt(worths, start + 1 + player) - numberAt(worths, start)) ** 2 / 4 / PROBES
    return Math.max(least, Math.sqrt(moved / Math.max(spread - moved, spread / 10)))
  })
}

/**
 * The smallest fraction with at least and at most some free players that keeps the effects of players apart; all coalitions
 * where players are so few. Players stand from the most to the least telling one, the crossed ones before them.
 */
export function chooseFraction(
  telling: Float64Array,
  { crossed, least, most }: { readonly crossed: number; readonly least: number; readonly most: number },
): Fraction {
  const players = telling.length
  let free = Math.min(least, players)
  let bound = bind(telling, free, crossed)
  while (bound.overlap > MOST_OVERLAP && free < Math.min(most, players)) {
    free += 1
    bound = bind(telling, free, crossed)
  }
  return { players, free, crossed: Math.min(crossed, free), telling, binds: bound.binds }
}

/** The coalitions of the players that are not crossed, bit 0 for the first of them: each stands with all of the crossed. */
export function blocksOf({ free, crossed, binds }: Fraction): Uint32Array {
  const blocks = new Uint32Array(1 << (free - crossed))
  for (let block = 1; block < blocks.length; block += 1) {
    const player = 31 - Math.clz32(block)
    const bound = at(binds, crossed + player) << (free - crossed)
    blocks[block] = at(blocks, block ^ (1 << player)) ^ (1 << player) ^ bound
  }
  return blocks
}

/**
 * Shapley values out of the worths of a fraction, block by block, and their standard errors. What a set of players does
 * together, its effect (Walsh coefficient), is seen only in one sum with the effects of its aliases, the sets that the
 * fraction cannot tell from it. Each gets the share of the sum that its product of telling has among theirs: what is to be
 * expected of normal effects with these variances. Between nobody and everybody an odd effect is worth twice itself, which
 * its players share alike, and an even one nothing; so the values sum to what everybody is worth beyond nobody. They are
 * linear in the worths, and exact where no player is bound; who moves nothing gets next to nothing.
 */
export function fractionValues(fraction: Fraction, worths: Float32Array | Float64Array): SampledValues {
  const { players, free, telling } = fraction
  invariant(worths.length === 2 ** free, 'values follow once every coalition of the fraction is asked')
  const [values, variances] = [new Float64Array(players), new Float64Array(players)]
  if (free === 0) return { values, standardErrors: variances }
  const sets = oddSets(free)
  const effects = oddEffects(worths, sets)
  const expected = products(telling.subarray(0, free))
  const others = products(telling.subarray(free))
  const totals = new Float64Array(sets.length)
  for (let bound = 0; bound < others.length; bound += 1)
    addExpected(totals, sets, bindingOf(fraction, bound), expected, numberAt(others, bound))
  const sizes = bitCounts(2 ** free)
  const [parts, squares] = [new Float64Array(2 ** free), new Float64Array(2 ** free)]
  const [boundParts, boundSquares] = [new Float64Array(others.length), new Float64Array(others.length)]
  for (let bound = 0; bound < others.length; bound += 1) {
    const binding = bindingOf(fraction, bound)
    const factor = numberAt(others, bound)
    const boundSize = countBits(bound)
    let [sum, sumOfSquares] = [0, 0]
    for (let place = 0; place < sets.length; place += 1) {
      const set = (sets[place] ?? 0) ^ binding
      const whole = (2 * numberAt(effects, place)) / ((sizes[set] ?? 0) + boundSize)
      const part = whole * ((factor * numberAt(expected, set)) / numberAt(totals, place))
      // That the effect is this set's or another's is as open as the toss of a coin: whole^2 * share * (1 - share)
      const square = part * (whole - part)
      parts[set] = numberAt(parts, set) + part
      squares[set] = numberAt(squares, set) + square
      sum += part
      sumOfSquares += square
    }
    boundParts[bound] = sum
    boundSquares[bound] = sumOfSquares
  }
  values.set(sumsByBit(parts))
  values.set(sumsByBit(boundParts), free)
  variances.set(sumsByBit(squares))
  variances.set(sumsByBit(boundSquares), free)
  return { values, standardErrors: variances.map(Math.sqrt) }
}

/** Adds to each total the expectation of the alias with this binding of its set. */
function addExpected(
  totals: Float64Array,
  sets: Uint32Array,
  binding: number,
  expected: Float64Array,
  factor: number,
): void {
  for (let place = 0; place < sets.length; place += 1)
    totals[place] = numberAt(totals, place) + factor * numberAt(expected, (sets[place] ?? 0) ^ binding)
}

/**
 * Binds all but the free players so that aliases are as unlike as can be: one after the other, from the least telling player
 * on, gets those of the bound that leave the least overlap. Each of the bound stands with an odd number of free ones, so
 * that everybody is in the fraction and an odd set has odd aliases only.
 */
function bind(
  telling: Float64Array,
  free: number,
  crossed: number,
): { readonly binds: Uint32Array; readonly overlap: number } {
  const players = telling.length
  invariant(crossed < free || free === players, 'some free player binds the others')
  const binds = new Uint32Array(free)
  // By set of bound players: how alike are the sets that differ by it and by the free players that bind an odd part of it
  const overlaps = new Float64Array(1 << (players - free)).fill(1)
  const overlapWith = (column: number, factor: number) =>
    overlaps.reduce((sum, overlap, set) => sum + (isOdd(set & column) ? overlap * factor : overlap), -1)
  let open = overlaps.length - 1
  for (let player = players - 1; player >= Math.min(crossed, free); player -= 1) {
    const factor = (2 * Math.sqrt(at(telling, player))) / (1 + at(telling, player))
    let column = player < free ? open : 1 << (player - free)
    if (player < free && player > crossed) {
      const left = overlaps.map((_, other) => overlapWith(other, factor))
      column = left.indexOf(Math.min(...left))
    }
    if (player < free) {
      binds[player] = column
      open ^= column
    }
    for (let set = 0; set < overlaps.length; set += 1)
      if (isOdd(set & column)) overlaps[set] = numberAt(overlaps, set) * factor
  }
  return { binds, overlap: overlapWith(0, 1) }
}

/** The free players that a set of bound ones is seen with: those that bind an odd number of it. */
function bindingOf({ binds }: Fraction, bound: number): number {
  return binds.reduce((set, column, player) => (isOdd(column & bound) ? set | (1 << player) : set), 0)
}

/** The sets of an odd number of players, one for each set of all but the last, who is in it where that makes it odd. */
function oddSets(players: number): Uint32Array {
  const last = 1 << (players - 1)
  const counts = bitCounts(last)
  const sets = new Uint32Array(last)
  for (let set = 0; set < last; set += 1) sets[set] = (counts[set] ?? 0) % 2 === 1 ? set : set | last
  return sets
}

/** The effects of the odd sets, in their order, by a fast Walsh-Hadamard transform; players outside count -1, inside 1. */
function oddEffects(worths: Float32Array | Float64Array, sets: Uint32Array): Float64Array {
  const half = sets.length
  const effects = new Float64Array(half)
  // An odd effect changes its sign where everybody changes sides, so half the coalitions are enough
  for (let index = 0; index < half; index += 1)
    effects[index] = ((worths[index] ?? 0) - (worths[2 * half - 1 - index] ?? 0)) / (2 * half)
  for (let span = 1; span < half; span *= 2)
    for (let start = 0; start < half; start += 2 * span)
      for (let index = start; index < start + span; index += 1) {
        const outside = numberAt(effects, index)
        const inside = numberAt(effects, index + span)
        effects[index] = inside + outside
        effects[index + span] = inside - outside
      }
  // The last player is outside of all that were transformed
  for (let place = 0; place < half; place += 1)
    if ((sets[place] ?? 0) >= half) effects[place] = -numberAt(effects, place)
  return effects
}

/** The product of the factors of each set, by its bits. */
function products(factors: Float64Array): Float64Array {
  const result = new Float64Array(1 << factors.length).fill(1)
  for (let set = 1; set < result.length; set += 1) {
    const player = 31 - Math.clz32(set)
    result[set] = numberAt(result, set ^ (1 << player)) * numberAt(factors, player)
  }
  return result
}

function isOdd(set: number): boolean {
  return countBits(set) % 2 === 1
}
