import type { JobName, BackendName } from '../../contract/machine.ts'
import type { OptionBatch } from '../../core/pricing/optionBatch.ts'
import type { ScenarioGrid } from '../../core/pricing/scenario.ts'
import { openGpuKernels } from '../../../native/gpuKernels.ts'
import { scenarioKernels } from '../../../native/scenarioKernels.ts'
import { batchJob, gpuBatch, nativeBatch, type BatchTask } from './batchJob.ts'
import { chainJob, type ChainJob } from './chainJob.ts'
import { openGpuPricer, type GpuPricer, type GpuTerms, type NoGpu } from './gpuPricer.ts'
import { NativeKernels } from './nativePricer.ts'
import { nativeScenarios } from './nativeScenarios.ts'
import type { NativePart } from './openPricer.ts'
import { Router, type Job, type RouterTime } from './router.ts'
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

/** A router for every job. */
export interface MachineRouters {
  readonly chain: RouterOf<ChainJob>
  readonly batch: RouterOf<Job<BatchTask, void>>
  readonly scenarios: RouterOf<Job<ScenarioTask, ScenarioGrid>>
}

type RouterOf<Known> = Known extends Job<infer Task, infer Answer> ? Router<Task, Answer> : never

/** Routers over the parts of a machine. Batches are measured in columns that are given, whose content is lost. */
export function machineRouters(
  parts: MachineParts,
  columns: OptionBatch,
  time: RouterTime,
  onRefused: (job: JobName, backend: BackendName, reason: string) => void,
): MachineRouters {
  return {
    chain: new Router(machineChainJob(parts), time, (name, why) => onRefused('chain', name, why)),
    batch: new Router(machineBatchJob(parts, columns), time, (name, why) => onRefused('batch', name, why)),
    scenarios: new Router(machineScenarioJob(parts, time), time, (name, why) =>
      onRefused('scenarios', name, why),
    ),
  }
}

/** The job of a chain's Greeks, with kernels of its own: those that decide are left alone. */
function machineChainJob({ native }: MachineParts): ChainJob {
  return chainJob(native.state === 'open' ? new NativeKernels(native.kernels) : undefined)
}

/** The job of pricing batches. */
function machineBatchJob({ native, gpu, threads }: MachineParts, columns: OptionBatch): Job<BatchTask, void> {
  const addon = native.state === 'open' ? nativeBatch(native.kernels, columns, threads) : []
  return batchJob(columns, 'batch' in gpu ? [...addon, gpuBatch(gpu, columns)] : addon)
}

/** The job of scenario grids. */
function machineScenarioJob(
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
