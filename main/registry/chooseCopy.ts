import type { ModelCard } from './modelCard.ts'

/** One set of weights of a model, as its card names it. */
export type WeightCopy = ModelCard['copies'][number]

/** Memory that a running policy needs whatever its size: the runtime's own, and a batch of explanations. */
const STANDING_BYTES = 48 * 2 ** 20

/** Weights stand in memory as they were read, as they were unpacked, and once more while a new policy comes in. */
const TIMES_IN_MEMORY = 3

/** From the most exact format to the smallest. */
const BY_WORTH: readonly WeightCopy['format'][] = ['f32', 'int8', 'int4']

/**
 * The most exact copy that the free memory allows; where none fits, the smallest there is, for a policy that is tight
 * beats none. Undefined where there is no copy at all.
 */
export function chooseCopy(copies: readonly WeightCopy[], freeBytes: number): WeightCopy | undefined {
  const byWorth = BY_WORTH.flatMap(format => copies.filter(copy => copy.format === format))
  const fits = byWorth.find(copy => STANDING_BYTES + TIMES_IN_MEMORY * copy.bytes <= freeBytes)
  return fits ?? byWorth.toSorted((one, other) => one.bytes - other.bytes)[0]
}
