/** A function by its id, and how well it matches; larger is better. */
export interface Scored {
  readonly id: number
  readonly score: number
}

/** What one way of searching says of a query: its best, and how its scores lie over everything that it searched. */
export interface Ranking {
  /** The best first; equal scores by id, so that the same query has the same answer. */
  readonly best: readonly Scored[]
  readonly mean: number
  readonly deviation: number
  /** The score of any function; undefined for one that this way does not know. */
  scoreOf(id: number): number | undefined
}

/** Whether a function may be among the answers. */
export type Accepts = (id: number) => boolean

/** Keeps the best of what it is offered. */
export interface BestList {
  /** What a score must exceed to enter; -Infinity until the list is full. */
  readonly threshold: number
  offer(id: number, score: number): void
  /** The best first. */
  list(): readonly Scored[]
}

/** A list of the best so many. */
export function createBestList(most: number): BestList {
  const kept: Scored[] = []
  let threshold = Number.NEGATIVE_INFINITY
  return {
    get threshold() {
      return threshold
    },
    offer(id, score) {
      const last = kept.at(-1)
      if (most === 0 || (kept.length === most && last && !isBefore(id, score, last))) return
      let place = kept.length
      for (let above = last; above && isBefore(id, score, above); above = kept[place - 1]) place -= 1
      kept.splice(place, 0, { id, score })
      if (kept.length > most) kept.pop()
      if (kept.length === most) threshold = kept.at(-1)?.score ?? threshold
    },
    list: () => kept,
  }
}

function isBefore(id: number, score: number, other: Scored): boolean {
  return score === other.score ? id < other.id : score > other.score
}
