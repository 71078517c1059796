import { at, invariant } from '../../core/base/assert.ts'
import { clamp } from '../../core/base/statistics.ts'

/** One measurement: how long a task of a size took. */
export interface CostPoint {
  readonly size: number
  readonly microseconds: number
}

/** How much the newest ratio of measured to predicted weighs against those before it. */
const NEWEST_SHARE = 0.1

/** One task says no more than this; a pause of the whole machine is no news about one backend. */
const BOLDEST_RATIO = 2

/**
 * How long a task of any size takes, in microseconds: straight lines between what was measured, as a call costs so much and
 * every thing so much more; in proportion to size beyond it; times a factor that follows what tasks really took since.
 */
export class CostModel {
  readonly points: readonly CostPoint[]
  readonly #sizes: Float64Array
  readonly #times: Float64Array
  #correction = 1

  constructor(points: readonly CostPoint[]) {
    invariant(points.length > 0, 'a cost model has at least one measurement')
    this.points = points.toSorted((one, other) => one.size - other.size)
    this.#sizes = Float64Array.from(this.points, point => point.size)
    this.#times = Float64Array.from(this.points, point => point.microseconds)
  }

  /** Measured over predicted, smoothed: 1 where the machine is as it was measured. */
  get correction(): number {
    return this.#correction
  }

  /** The time that a task of a size is expected to take. */
  predict(size: number): number {
    return this.#measured(size) * this.#correction
  }

  /** Takes in how long a task really took. */
  observe(size: number, microseconds: number): void {
    const ratio = clamp(microseconds / this.#measured(size), 1 / BOLDEST_RATIO, BOLDEST_RATIO)
    this.#correction *= (ratio / this.#correction) ** NEWEST_SHARE
  }

  #measured(size: number): number {
    const [sizes, times] = [this.#sizes, this.#times]
    const above = sizes.findIndex(known => known >= size)
    if (above === 0) return at(times, 0)
    const last = sizes.length - 1
    if (above < 0) return (at(times, last) * size) / at(sizes, last)
    const share = (size - at(sizes, above - 1)) / (at(sizes, above) - at(sizes, above - 1))
    return (1 - share) * at(times, above - 1) + share * at(times, above)
  }
}
