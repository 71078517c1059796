import { cpus } from 'node:os'
import type { MachineKey } from '../../contract/machine.ts'
import type { NativePart } from './openPricer.ts'

/** What a calibration rests on, apart from the GPU: program, processor, threads, and the addon with its build. */
export function machineKey(version: string, native: NativePart, threads: number): Omit<MachineKey, 'gpu'> {
  return {
    version,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    threads,
    native:
      native.state === 'open' ? `${native.kernels.instructionSets.join(' ')}, ${native.build}` : undefined,
  }
}
