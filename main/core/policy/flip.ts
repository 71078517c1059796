import { at } from '../base/assert.ts'
import { NO_SHIFT, type MarketShift } from '../volatility/shiftedChain.ts'
import type { Action } from './action.ts'

/** What would change the suggestion: the smallest change found along one axis, checked by deciding again there. */
export interface Flip {
  readonly axis: 'spot' | 'volatility' | 'time'
  /** The change: dollars, a factor on volatility, or minutes. */
  readonly change: number
  /** What would be suggested instead. */
  readonly action: Action
}

/** What is decided in each of a list of shifted markets. */
export type DecideAt = (shifts: readonly MarketShift[]) => Promise<readonly Action[]>

/** Refinements between the last step that kept the action and the first that changed it. */
const REFINEMENTS = 5

/** How far each axis is searched. */
export interface FlipReach {
  /** Dollars, both ways. */
  readonly spot: number
  /** Minutes ahead. */
  readonly minutes: number
}

/** The nearest flip along each axis, both ways for price and volatility; an axis without one is left out. */
export async function findFlips(action: Action, reach: FlipReach, decideAt: DecideAt): Promise<Flip[]> {
  const rays = flipRays(reach)
  const flips: Flip[] = []
  const shifts = rays.flatMap(ray => ray.steps.map(ray.shift))
  const decided = await decideAt(shifts)
  let offset = 0
  for (const ray of rays) {
    const answers = decided.slice(offset, offset + ray.steps.length)
    offset += ray.steps.length
    const first = answers.findIndex(answer => answer !== action)
    if (first < 0) continue
    flips.push(
      await refine(
        ray,
        action,
        at(ray.steps, first),
        answers[first] ?? action,
        ray.steps[first - 1] ?? 0,
        decideAt,
      ),
    )
  }
  return nearestEachAxis(flips)
}

interface FlipRay {
  readonly axis: Flip['axis']
  /** Rising distances from here. */
  readonly steps: readonly number[]
  readonly shift: (distance: number) => MarketShift
  readonly change: (distance: number) => number
}

function flipRays(reach: FlipReach): FlipRay[] {
  const grid = Array.from({ length: 10 }, (_, index) => (index + 1) / 10)
  const price = grid.map(share => share * reach.spot)
  const level = grid.map(share => share * 0.6)
  return [
    {
      axis: 'spot',
      steps: price,
      shift: distance => ({ ...NO_SHIFT, spot: distance }),
      change: distance => distance,
    },
    {
      axis: 'spot',
      steps: price,
      shift: distance => ({ ...NO_SHIFT, spot: -distance }),
      change: distance => -distance,
    },
    {
      axis: 'volatility',
      steps: level,
      shift: distance => ({ ...NO_SHIFT, volatility: 1 + distance }),
      change: distance => 1 + distance,
    },
    {
      axis: 'volatility',
      steps: level,
      shift: distance => ({ ...NO_SHIFT, volatility: 1 - distance }),
      change: distance => 1 - distance,
    },
    {
      axis: 'time',
      steps: grid.map(share => share * reach.minutes),
      shift: distance => ({ ...NO_SHIFT, minutes: distance }),
      change: distance => distance,
    },
  ]
}

async function refine(
  ray: FlipRay,
  action: Action,
  beyond: number,
  other: Action,
  before: number,
  decideAt: DecideAt,
): Promise<Flip> {
  let [near, far, answer] = [before, beyond, other]
  for (let step = 0; step < REFINEMENTS; step += 1) {
    const middle = (near + far) / 2
    const decided = (await decideAt([ray.shift(middle)]))[0] ?? action
    if (decided === action) near = middle
    else [far, answer] = [middle, decided]
  }
  return { axis: ray.axis, change: ray.change(far), action: answer }
}

function nearestEachAxis(flips: readonly Flip[]): Flip[] {
  const distance = (flip: Flip) =>
    flip.axis === 'volatility' ? Math.abs(flip.change - 1) : Math.abs(flip.change)
  const nearest = new Map<Flip['axis'], Flip>()
  for (const flip of flips) {
    const known = nearest.get(flip.axis)
    if (!known || distance(flip) < distance(known)) nearest.set(flip.axis, flip)
  }
  return [...nearest.values()]
}
