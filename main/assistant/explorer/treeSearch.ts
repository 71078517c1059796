import type { Random } from '../../core/base/random.ts'
import { NEUTRAL_STEPS } from '../transform/neutralTransforms.ts'
import type { Move, Moves, Point, SearchSpace } from './searchSpace.ts'

/** What bounds a search. */
export interface SearchBounds {
  readonly random: Random
  /** Points to reach, the root apart. */
  readonly variants: number
  /** Asked now and then: whether time is up. */
  readonly isOver: () => boolean
  /** How likely a family of transformations is to be liked, by name; 1 where nothing is known of it. */
  readonly priors: ReadonlyMap<string, number>
}

/** Weight of what was seldom tried against what was good. */
const CURIOSITY = 0.35
/** A node has children in proportion to this power of its visits (progressive widening). */
const WIDENING = 0.8
/** Families after which hardly a statement is as it was. */
const REBUILDS: ReadonlySet<string> = new Set(['vectorise', 'batch', 'columns', 'algorithm', 'comprehend'])
/** Visits before a point that was composed of moves has all transformations go through it again. */
const PATIENCE = 20
/** Longest chain of transformations. */
const DEEPEST = 12

interface Node {
  readonly point: Point
  readonly depth: number
  readonly prior: number
  readonly children: Node[]
  /** The moves that lead to it, all from one point. */
  readonly moves: Moves | undefined
  readonly chosen: readonly Move[]
  /** Moves that were not tried, the most promising last: of the same point first, and then its own. */
  untried: Move[]
  /** Visits after which its own moves are looked for. */
  readonly patience: number
  /** Its own moves, once they were looked for. */
  own: Moves | undefined
  visits: number
  /** Best reward at or below it. */
  best: number
  /** Whether nothing new can be reached through it. */
  isSpent: boolean
}

/**
 * Monte Carlo tree search over chains of transformations (Kocsis and Szepesvári 2006, "Bandit based Monte-Carlo planning"), with the
 * best instead of the mean below a node, since only the best variant counts, priors as in PUCT (Rosin 2011) and progressive widening
 * (Coulom 2007). A point that was reached on two ways is one (transposition) and stands where it was reached first. Transformations of
 * different statements do not disturb each other: a node first tries what the node above had left, and looks for sites of its own only
 * after that. Neutral choices it leaves alone: they change no cost, and are combined afterwards without a search. The reward of a point is how many times it should be faster than the original, on a scale of logarithms.
 */
export function treeSearch(space: SearchSpace, bounds: SearchBounds): void {
  const root = open(space.root, 0, 1, { moves: undefined, chosen: [], untried: [] })
  root.visits = 1
  const seen = new Set<Point>([space.root])
  while (space.points.size <= bounds.variants && !root.isSpent && !bounds.isOver()) {
    const path = descend(space, root, seen, bounds)
    const last = path.at(-1)
    if (!last) return
    const reward = rewardOf(space, last.point)
    for (const node of path) {
      node.visits += 1
      if (reward > node.best) node.best = reward
    }
    for (const node of path.toReversed())
      if (node.own && node.untried.length === 0 && node.children.every(child => child.isSpent))
        node.isSpent = true
  }
}

/** From the root to a node that is new, or to one that leads nowhere new. */
function descend(space: SearchSpace, root: Node, seen: Set<Point>, bounds: SearchBounds): Node[] {
  const path = [root]
  for (;;) {
    const node = path.at(-1) ?? root
    const width = Math.ceil(node.visits ** WIDENING)
    const children = node.children.filter(child => !child.isSpent)
    if (children.length < width || children.length === 0) {
      const child = expand(space, node, seen, bounds)
      if (child) return [...path, child]
    }
    const next = choose(node, children)
    if (!next) return path
    path.push(next)
  }
}

/** Tries moves until one leads to a point that is in no other place of the tree. */
function expand(space: SearchSpace, node: Node, seen: Set<Point>, bounds: SearchBounds): Node | undefined {
  for (;;) {
    if (node.untried.length === 0 && !node.own) {
      if (node.visits < node.patience) return undefined
      node.own = space.movesOf(node.point)
      node.untried = node.depth < DEEPEST ? ordered(node.own.list, bounds) : []
    }
    const move = node.untried.pop()
    if (!move) return undefined
    const moves = node.own ?? node.moves
    if (!moves) return undefined
    const before = node.own ? [] : node.chosen
    if (!before.every(({ at }) => moves.composition.areApart(at, move.at))) continue
    const chosen = [...before, move]
    const point = space.step(moves, chosen)
    if (seen.has(point)) continue
    seen.add(point)
    const child = open(point, node.depth + 1, priorOf(move, bounds), {
      moves,
      chosen,
      untried: node.untried.slice(),
    })
    node.children.push(child)
    return child
  }
}

function choose(node: Node, children: readonly Node[]): Node | undefined {
  let chosen: Node | undefined
  let highest = -Infinity
  const root = Math.sqrt(node.visits)
  for (const child of children) {
    const value = child.best + (CURIOSITY * child.prior * root) / (1 + child.visits)
    if (value > highest) {
      highest = value
      chosen = child
    }
  }
  return chosen
}

/** Shuffled, then by how much is expected of the family; the last one is tried first. */
function ordered(moves: readonly Move[], bounds: SearchBounds): Move[] {
  return moves
    .filter(({ transform }) => !NEUTRAL_STEPS.has(transform.name))
    .map(move => ({ move, promise: promiseOf(move, bounds) * (0.5 + bounds.random.uniform()) }))
    .toSorted((left, right) => left.promise - right.promise)
    .map(({ move }) => move)
}

/** What families save, as a rule: those that leave loops behind first. */
const PROMISE: Readonly<Record<Move['transform']['family'], number>> = {
  batch: 8,
  vectorise: 8,
  columns: 8,
  algorithm: 6,
  memoise: 3,
  reduce: 2,
  comprehend: 1,
  hoist: 0.7,
  share: 0.7,
  parameter: 0.2,
}

function promiseOf(move: Move, bounds: SearchBounds): number {
  return PROMISE[move.transform.family] * priorOf(move, bounds)
}

function priorOf({ transform }: Move, { priors }: SearchBounds): number {
  return priors.get(transform.family) ?? 1
}

/** 0 for the original, 1 for a thousand times as fast; below 0 for what should be slower. */
function rewardOf({ root }: SearchSpace, point: Point): number {
  return Math.log(root.cost / Math.max(point.cost, 1)) / Math.log(1000)
}

function open(
  point: Point,
  depth: number,
  prior: number,
  left: Pick<Node, 'moves' | 'chosen' | 'untried'>,
): Node {
  const patience = left.chosen.every(({ transform }) => REBUILDS.has(transform.family)) ? 0 : PATIENCE
  return {
    point,
    depth,
    prior,
    patience,
    children: [],
    ...left,
    own: undefined,
    visits: 0,
    best: -Infinity,
    isSpent: false,
  }
}
