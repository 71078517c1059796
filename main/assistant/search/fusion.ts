import { createBestList, type Ranking, type Scored } from './ranking.ts'

/**
 * The best by words and meaning together: how many deviations each stands above the mean of its own way, mixed by the share of
 * meaning. Only what one of the two has among its best can be in it. (Reciprocal ranks, which need no deviations, find worse:
 * they forget by how much the first was better than the second.)
 */
export function fuse(words: Ranking, meaning: Ranking, share: number, most: number): readonly Scored[] {
  const best = createBestList(most)
  const candidates = new Set([...words.best, ...meaning.best].map(({ id }) => id))
  for (const id of candidates) {
    best.offer(id, (1 - share) * standing(words, id) + share * standing(meaning, id))
  }
  return best.list()
}

/** Deviations above the mean; 0 for what a way does not know, and where all are the same to it. */
function standing({ mean, deviation, scoreOf }: Ranking, id: number): number {
  const score = scoreOf(id)
  return score === undefined || deviation === 0 ? 0 : (score - mean) / deviation
}
