import { mean } from '../../core/base/statistics.ts'
import { WordIndex } from './bm25.ts'
import { encode, type DualEncoder } from './dualEncoder.ts'
import { fuse } from './fusion.ts'
import { mapInSlices } from './inSlices.ts'
import { countTerms } from './termCounter.ts'
import type { TrainingPair } from './trainEncoder.ts'
import { VectorIndex } from './vectors.ts'

/** Shares of meaning that are tried. Words keep a part whatever is found: they alone know code that is written after a training. */
const SHARES = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7] as const

/** What a share of meaning is worth on pairs that were not learned: the mean of 1 / rank of the right answer (MRR). */
export interface TunedShare {
  readonly share: number
  readonly reciprocalRank: number
  /** The same of words alone. */
  readonly ofWords: number
}

/**
 * The share of meaning by which the right answers of held-out pairs stand first; meaning counts nothing of no pairs. Undefined where
 * it was cancelled.
 */
export async function tuneShare(
  encoder: DualEncoder,
  heldOut: readonly TrainingPair[],
  signal?: AbortSignal,
): Promise<TunedShare | undefined> {
  const words = new WordIndex()
  const vectors = new VectorIndex(encoder.dimensions)
  const isKnown = await mapInSlices(
    heldOut,
    ({ code }, id) => {
      words.add(id, countTerms(code))
      vectors.add(id, encode(encoder, code, 'code'))
    },
    signal,
  )
  const ranks =
    isKnown &&
    (await mapInSlices(
      heldOut,
      ({ query }, id) => {
        const byWords = words.search(countTerms(query), heldOut.length)
        const byMeaning = vectors.search(encode(encoder, query, 'query'), heldOut.length)
        return SHARES.map(share => {
          const rank = fuse(byWords, byMeaning, share, heldOut.length).findIndex(found => found.id === id)
          return rank < 0 ? 0 : 1 / (rank + 1)
        })
      },
      signal,
    ))
  if (!ranks) return undefined
  const worth = SHARES.map((_, place) => mean(ranks.map(each => each[place] ?? 0)))
  const most = Math.max(...worth)
  return { share: SHARES[worth.indexOf(most)] ?? 0, reciprocalRank: most, ofWords: worth[0] ?? 0 }
}
