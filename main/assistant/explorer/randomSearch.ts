import type { SearchSpace } from './searchSpace.ts'
import type { SearchBounds } from './treeSearch.ts'

/** Longest chain of transformations. */
const DEEPEST = 12
/** Chains in a row that lead nowhere new before the space counts as seen. */
const PATIENCE = 200

/**
 * Best of many at random, the peer of the tree search: chains of transformations drawn evenly, each stopped after every step with an
 * even chance. Every point on the way counts as seen.
 */
export function randomSearch(
  space: SearchSpace,
  { random, variants, isOver }: Omit<SearchBounds, 'priors'>,
): void {
  let idle = 0
  while (space.points.size <= variants && idle < PATIENCE && !isOver()) {
    const before = space.points.size
    let point = space.root
    for (let depth = 0; depth < DEEPEST && space.points.size <= variants; depth += 1) {
      const moves = space.movesOf(point)
      const move = moves.list[random.below(moves.list.length)]
      if (!move) break
      point = space.step(moves, [move])
      if (random.uniform() < 0.5) break
    }
    idle = space.points.size === before ? idle + 1 : 0
  }
}
