import { createBatch } from '../../core/pricing/optionBatch.ts'
import type { ScenarioGrid } from '../../core/pricing/scenario.ts'
import { openGpuKernels } from '../../../native/gpuKernels.ts'
import { scenarioKernels } from '../../../native/scenarioKernels.ts'
import { LARGEST_BATCH, batchJob, gpuBatch, nativeBatch, type BatchTask } from './batchJob.ts'
import { chainJob } from './chainJob.ts'
import { openGpuPricer, type GpuPricer, type GpuTerms, type NoGpu } from './gpuPricer.ts'
import { NativeKernels } from './nativePricer.ts'
import { nativeScenarios } from './nativeScenarios.ts'
import type { NativePart } from './openPricer.ts'
import type { Job, RouterTime } from './router.ts'
import { scenarioBackend, scenarioJob, type ScenarioTask } from './scenarioJob.ts'

/** What this machine has besides the reference. */
export interface MachineParts {
  readonly native: NativePart
  readonly gpu: GpuPricer | NoGpu
  /** Threads that the addon may use, the caller's among them. */
  readonly threads: number
}

/** Evaluations of a grid that are worth a second thread at all. */
const FROM_THREADS = 4096

/** The GPU of this machine by the addon in a folder, tried; or why there is none. */
export function openMachineGpu(folder: string, terms?: GpuTerms): Promise<GpuPricer | NoGpu> {
  return openGpuPricer(() => openGpuKernels(folder), terms)
}

/** The job of a chain's Greeks, with kernels of its own: those that decide are left alone. */
export function machineChainJob({ native }: MachineParts): ReturnType<typeof chainJob> {
  return chainJob(native.state === 'open' ? new NativeKernels(native.kernels) : undefined)
}

/** The job of pricing batches, in columns that are made for measuring and dropped afterwards. */
export function machineBatchJob({ native, gpu, threads }: MachineParts): Job<BatchTask, void> {
  const batch = createBatch(LARGEST_BATCH)
  const addon = native.state === 'open' ? nativeBatch(native.kernels, batch, threads) : []
  return batchJob(batch, 'batch' in gpu ? [...addon, gpuBatch(gpu, batch)] : addon)
}

/** The job of scenario grids. */
export function machineScenarioJob(
  { native, gpu, threads }: MachineParts,
  time: RouterTime,
): Job<ScenarioTask, ScenarioGrid> {
  const kernels = native.state === 'open' ? scenarioKernels(native.kernels) : undefined
  const one = kernels ? [scenarioBackend('native1', nativeScenarios(kernels, 1))] : []
  const many =
    kernels && threads > 1
      ? [scenarioBackend('nativeN', nativeScenarios(kernels, threads), FROM_THREADS)]
      : []
  const graphics = 'grid' in gpu ? [scenarioBackend('gpu', gpu)] : []
  return scenarioJob([...one, ...many, ...graphics], time)
}
