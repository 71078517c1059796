import type { Milliseconds } from '../core/base/units.ts'
import { quantile } from '../core/base/statistics.ts'

/** The stages of the life of a tick whose times are kept. */
export const STAGES = ['quoteToChain', 'pricing', 'book', 'decision', 'feedback', 'commit'] as const
export type Stage = (typeof STAGES)[number]

/** Times of one stage in milliseconds. */
export interface StageTimes {
  readonly count: number
  readonly p50: Milliseconds
  readonly p95: Milliseconds
  readonly p99: Milliseconds
}

/** Samples kept of each stage; older ones are overwritten. */
const KEPT = 4096

/** A record of how long every stage took lately; its memory does not grow with the day. */
export interface StageClock {
  note(stage: Stage, time: Milliseconds): void
  /** Of the samples that are kept, or of those after so many first ones. */
  times(stage: Stage, after?: number): StageTimes
}

/** A clock that has measured nothing yet. */
export function createStageClock(): StageClock {
  const rings = new Map<Stage, { readonly samples: Float64Array; count: number }>()
  return {
    note(stage, time) {
      const ring = rings.get(stage) ?? { samples: new Float64Array(KEPT), count: 0 }
      ring.samples[ring.count % KEPT] = time
      ring.count += 1
      rings.set(stage, ring)
    },
    times(stage, after = 0) {
      const ring = rings.get(stage)
      if (!ring || ring.count <= after) return { count: 0, p50: 0, p95: 0, p99: 0 }
      const { count } = ring
      // Once the ring has gone round, what was first is gone
      const first = count <= KEPT ? after : 0
      const samples = ring.samples.subarray(first, Math.min(KEPT, count))
      return {
        count: count - after,
        p50: quantile(samples, 0.5),
        p95: quantile(samples, 0.95),
        p99: quantile(samples, 0.99),
      }
    },
  }
}
