import type { ChainKernels, KernelColumns } from '../../core/pricing/chainKernels.ts'
import { referenceKernels } from '../../core/pricing/referenceKernels.ts'
import { TODAY, fillTypical, todayFaultAt } from './kernelsFault.ts'
import type { Job } from './router.ts'
import { placesInTurn } from './turns.ts'

/** Price and Greeks of so many contracts of one chain. */
interface ChainTask {
  readonly count: number
}

/** The job of a chain's Greeks. */
export type ChainJob = Job<ChainTask, KernelColumns>

/** Contracts that are measured: from one to the whole chain of an index. */
const SIZES = [1, 8, 32, 128, 256, 512, 1024, 4096]

/** The job of a chain's Greeks, to be measured. Who does it live is settled at the start, for the whole session. */
export function chainJob(native: ChainKernels | undefined): ChainJob {
  const reference = referenceKernels()
  const places = placesInTurn()
  const perform = (kernels: ChainKernels) => (task: ChainTask) => {
    kernels.greeks(task.count, TODAY)
    return kernels.columns(task.count)
  }
  const own = { name: 'reference', perform: perform(reference) } as const
  const addon = native && ({ name: 'native1', perform: perform(native) } as const)
  return {
    backends: addon ? [addon, own] : [own],
    sizes: SIZES,
    sizeOf: ({ count }) => count,
    probe(count) {
      for (const kernels of native ? [native, reference] : [reference]) fillTypical(kernels, count)
      return { count }
    },
    fault: ({ count }, columns) => todayFaultAt(columns, places(count)),
  }
}
