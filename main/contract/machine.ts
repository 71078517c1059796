import type { EpochMilliseconds, Milliseconds } from '../core/base/units.ts'

/** Who can compute: the TypeScript formulas, the addon on one thread or on several, the GPU. */
export const BACKENDS = ['reference', 'native1', 'nativeN', 'gpu'] as const
export type BackendName = (typeof BACKENDS)[number]

/**
 * What is computed: the Greeks of the chain (what decisions are made from), batches of unlike options, and scenario
 * grids (pictures, which may be single precision).
 */
export const JOBS = ['chain', 'batch', 'scenarios'] as const
export type JobName = (typeof JOBS)[number]

/** One who can compute, and how it is. */
export interface BackendReport {
  readonly name: BackendName
  /** What people call it. */
  readonly label: string
  /** `serves` some job now, `available` but slower everywhere, `absent` from this machine, `refused` for what it did. */
  readonly state: 'serves' | 'available' | 'absent' | 'refused'
  /** Why it is in that state. */
  readonly note: string
  /** The instruction set, such as AVX-512; undefined where it has no say. */
  readonly instructions: string | undefined
  readonly threads: number
  /** The device of a GPU, as it names itself. */
  readonly device: string | undefined
  readonly precision: 'f64' | 'f32'
}

/** Who serves a job on this machine, and the measurements that say so. */
export interface JobReport {
  readonly job: JobName
  /** Who serves at each size, in the order of `sizes`. */
  readonly serves: readonly BackendName[]
  readonly why: string
  /** What is counted by `sizes`. */
  readonly unit: 'contracts' | 'options' | 'evaluations'
  readonly sizes: readonly number[]
  /** Measured time at each size, in the order of `sizes`, of every backend that can do the job. */
  readonly microseconds: readonly { readonly backend: BackendName; readonly times: readonly number[] }[]
  /** Sizes from which on another backend serves. */
  readonly crossovers: readonly {
    readonly size: number
    readonly from: BackendName
    readonly to: BackendName
  }[]
}

/** What a calibration is valid for: with any of these changed, the machine is measured anew. */
export interface MachineKey {
  readonly version: string
  readonly platform: string
  readonly processor: string
  readonly cores: number
  /** Threads that this program may use of them. */
  readonly threads: number
  /** The addon: its instruction sets and its build; undefined where there is none that serves. */
  readonly native: string | undefined
  readonly gpu: string | undefined
}

/** Which backend serves what on this machine, why, and how fast. */
export interface MachineReport {
  readonly key: MachineKey
  readonly backends: readonly BackendReport[]
  readonly jobs: readonly JobReport[]
  /** What decisions are computed with for the whole session, so that it can be repeated bit for bit. */
  readonly decisions: { readonly backend: BackendName; readonly label: string; readonly why: string }
  /** When the figures were measured; undefined before the first calibration is done. */
  readonly measuredAt: EpochMilliseconds | undefined
  /** How long the calibration took. */
  readonly calibrationMilliseconds: Milliseconds | undefined
  readonly isMeasuring: boolean
  /** What answers for the policy. */
  readonly inference: { readonly policy: string; readonly provider: string }
}
