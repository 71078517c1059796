import { BACKENDS, type BackendName } from '../../contract/machine.ts'
import type { Precision } from '../../core/pricing/precision.ts'
import { CostModel, type CostPoint } from './costModel.ts'

/** Measurements of backends, as they are remembered. */
export type CostTable = Partial<Record<BackendName, readonly CostPoint[]>>

/** How precise the answers of each backend are. */
export const PRECISIONS: Readonly<Record<BackendName, Precision>> = {
  reference: 'f64',
  native1: 'f64',
  nativeN: 'f64',
  gpu: 'f32',
}

/**
 * Another backend takes a size over only when it is faster by this share: two that are alike do not take turns. Together
 * with the next it costs 7 of 100 at most, which leaves the rest of a tenth to measuring.
 */
const HYSTERESIS = 0.05

/** One that needs more of the machine must be faster by this share: of two that are alike the simpler one serves. */
const SIMPLICITY = 0.02

/**
 * By so much threads may seem slower and still serve. They were measured beside whatever else the machine did at that moment:
 * where its cores are free they are as many times faster, where they are not they cost this share.
 */
const BUSY_CORES = 0.07

/** Measured over predicted beyond which the measurements are taken for old. */
const DRIFT = 1.25

/** Steps in which sizes are told apart: four between a size and its double. */
const STEPS = 4
const LARGEST_STEP = 40 * STEPS

/** Who is fastest at which size, by what was measured and what tasks took since. */
export class RouteTable {
  readonly #models = new Map<BackendName, CostModel>()
  readonly #fastest: Record<Precision, (BackendName | undefined)[]> = { f64: [], f32: [] }
  /** The corrections that `#fastest` was made with. */
  readonly #corrections = new Map<BackendName, number>()

  /** What was measured, to be remembered. */
  get costs(): CostTable {
    return Object.fromEntries([...this.#models].map(([name, model]) => [name, model.points]))
  }

  /** Whether tasks take so much more or less than predicted that it is time to measure again. */
  get isDrifted(): boolean {
    return [...this.#models.values()].some(({ correction }) => correction > DRIFT || correction < 1 / DRIFT)
  }

  /** Takes measurements up, new or remembered, in place of those before. */
  learn(costs: CostTable): void {
    this.#models.clear()
    for (const name of BACKENDS) {
      const points = costs[name]
      if (points !== undefined && points.length > 0) this.#models.set(name, new CostModel(points))
    }
    this.#renew()
  }

  /** Never routes to a backend again, until it is measured again. */
  forget(backend: BackendName): void {
    if (this.#models.delete(backend)) this.#renew()
  }

  /** The fastest for a size among those precise enough; undefined before anything was measured. */
  choose(size: number, precision: Precision): BackendName | undefined {
    return this.#fastest[precision][stepOf(size)]
  }

  /** The time a backend is expected to take, in microseconds; undefined where it was not measured. */
  predict(backend: BackendName, size: number): number | undefined {
    return this.#models.get(backend)?.predict(size)
  }

  /** Takes in how long a task of a size really took. */
  observe(backend: BackendName, size: number, microseconds: number): void {
    const model = this.#models.get(backend)
    if (!model || !(microseconds > 0)) return
    model.observe(size, microseconds)
    const used = this.#corrections.get(backend) ?? 1
    if (Math.abs(model.correction / used - 1) > HYSTERESIS) this.#renew()
  }

  #renew(): void {
    this.#corrections.clear()
    for (const [name, { correction }] of this.#models) this.#corrections.set(name, correction)
    for (const precision of ['f64', 'f32'] as const) {
      const fastest = this.#fastest[precision]
      for (let step = 0; step <= LARGEST_STEP; step += 1)
        // Who serves a size already is left there unless another is clearly faster
        fastest[step] = this.#fastestAt(2 ** (step / STEPS), precision, fastest[step])
    }
  }

  #fastestAt(
    size: number,
    precision: Precision,
    incumbent: BackendName | undefined,
  ): BackendName | undefined {
    let fastest: BackendName | undefined
    let least = Number.POSITIVE_INFINITY
    for (const [name, model] of this.#models) {
      if (precision === 'f64' && PRECISIONS[name] === 'f32') continue
      // Below what it was measured at, it is not asked
      if (size < (model.points[0]?.size ?? 0)) continue
      const weighed = model.predict(size) * (1 - favourOf(name, incumbent))
      if (weighed >= least * (1 - SIMPLICITY)) continue
      fastest = name
      least = weighed
    }
    return fastest
  }
}

/** The share by which a backend may seem slower than another and still serve. */
function favourOf(name: BackendName, incumbent: BackendName | undefined): number {
  return name === 'nativeN' ? BUSY_CORES : name === incumbent ? HYSTERESIS : 0
}

function stepOf(size: number): number {
  return size > 1 ? Math.min(LARGEST_STEP, Math.round(Math.log2(size) * STEPS)) : 0
}
