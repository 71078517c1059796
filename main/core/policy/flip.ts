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

/** Equal steps along a ray, asked about in stretches: most flips are near, and nobody asks what lies behind one. */
const STEPS = 10
const STRETCHES = [
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 9, 10],
] as const

/** Halvings between the last step that kept the action and the first that changed it. */
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
  let open = raysWithin(reach)
  const found: Bracket[] = []
  for (const stretch of STRETCHES) {
    if (open.length === 0) break
    const steps = open.flatMap(ray => stretch.map(step => ({ ray, step })))
    const decided = await decideAt(steps.map(({ ray, step }) => ray.shift(distanceAt(ray, step))))
    const changed = steps
      .map((step, index) => ({ ...step, answer: decided[index] ?? action }))
      .filter(({ answer }) => answer !== action)
    const nearest = Map.groupBy(changed, ({ ray }) => ray.axis)
    for (const flips of nearest.values()) {
      const first = Math.min(...flips.map(({ step }) => step))
      // Both ways may change the action at the same step: which of them is nearer is not known yet
      for (const { ray, step, answer } of flips.filter(flip => flip.step === first))
        found.push({ ray, near: distanceAt(ray, step - 1), far: distanceAt(ray, step), answer })
    }
    open = open.filter(({ axis }) => !nearest.has(axis))
  }
  return nearestEachAxis(await refined(found, action, decideAt))
}

/** One way along an axis. */
interface Ray {
  readonly axis: Flip['axis']
  /** How far it is searched. */
  readonly reach: number
  readonly shift: (distance: number) => MarketShift
  readonly change: (distance: number) => number
}

/** A stretch of a ray at whose end the action is another one. */
interface Bracket {
  readonly ray: Ray
  readonly near: number
  readonly far: number
  readonly answer: Action
}

function raysWithin({ spot, minutes }: FlipReach): Ray[] {
  const price = (way: 1 | -1): Ray => ({
    axis: 'spot',
    reach: spot,
    shift: distance => ({ ...NO_SHIFT, spot: way * distance }),
    change: distance => way * distance,
  })
  const level = (way: 1 | -1): Ray => ({
    axis: 'volatility',
    reach: 0.6,
    shift: distance => ({ ...NO_SHIFT, volatility: 1 + way * distance }),
    change: distance => 1 + way * distance,
  })
  const time: Ray = {
    axis: 'time',
    reach: minutes,
    shift: distance => ({ ...NO_SHIFT, minutes: distance }),
    change: distance => distance,
  }
  return [price(1), price(-1), level(1), level(-1), time]
}

function distanceAt({ reach }: Ray, step: number): number {
  return (step / STEPS) * reach
}

/** Brackets halved together, as often as all of them are. */
async function refined(brackets: readonly Bracket[], action: Action, decideAt: DecideAt): Promise<Bracket[]> {
  let current = [...brackets]
  for (let round = 0; round < REFINEMENTS && current.length > 0; round += 1) {
    const middles = current.map(({ near, far }) => (near + far) / 2)
    const decided = await decideAt(current.map(({ ray }, index) => ray.shift(at(middles, index))))
    current = current.map((bracket, index) => {
      const [middle, answer] = [at(middles, index), decided[index] ?? action]
      return answer === action ? { ...bracket, near: middle } : { ...bracket, far: middle, answer }
    })
  }
  return current
}

function nearestEachAxis(brackets: readonly Bracket[]): Flip[] {
  const nearest = (['spot', 'volatility', 'time'] as const).flatMap(
    axis =>
      brackets.filter(({ ray }) => ray.axis === axis).sort((one, other) => one.far - other.far)[0] ?? [],
  )
  return nearest.map(({ ray, far, answer }) => ({ axis: ray.axis, change: ray.change(far), action: answer }))
}
