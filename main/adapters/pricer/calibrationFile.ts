import { readFileSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as z from 'zod'
import type { EpochMilliseconds, Milliseconds } from '../../core/base/units.ts'
import { BACKENDS, JOBS, type JobName, type MachineKey } from '../../contract/machine.ts'
import type { CostTable } from './routeTable.ts'

/** What was measured on a machine, and when. */
export interface Calibration {
  readonly key: MachineKey
  readonly measuredAt: EpochMilliseconds
  readonly milliseconds: Milliseconds
  readonly costs: Partial<Record<JobName, CostTable>>
}

const points = z
  .array(z.strictObject({ size: z.number().min(1), microseconds: z.number().positive() }))
  .max(64)

const schema = z.strictObject({
  key: z.strictObject({
    version: z.string(),
    platform: z.string(),
    processor: z.string(),
    cores: z.int(),
    threads: z.int(),
    native: z.string().optional(),
    gpu: z.string().optional(),
  }),
  measuredAt: z.number(),
  milliseconds: z.number(),
  costs: z.partialRecord(z.enum(JOBS), z.partialRecord(z.enum(BACKENDS), points)),
})

/**
 * The calibration in a file, where it is one and was made on this very machine; undefined of anything else. Whoever asks
 * for no GPU leaves it out of the key.
 */
export function readCalibration(
  file: string,
  key: Omit<MachineKey, 'gpu'> & Partial<MachineKey>,
): Calibration | undefined {
  try {
    const read: unknown = JSON.parse(readFileSync(file, 'utf8'))
    const { key: own, ...rest } = schema.parse(read)
    const found: MachineKey = { ...own, native: own.native, gpu: own.gpu }
    return sameMachine(found, key) ? { ...rest, key: found } : undefined
  } catch {
    // Absent, cut off or of another form: the machine is measured anew
    return undefined
  }
}

/** Writes a calibration whole or not at all. */
export async function writeCalibration(file: string, calibration: Calibration): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const unfinished = `${file}.unfinished`
  await writeFile(unfinished, `${JSON.stringify(calibration)}\n`)
  await rename(unfinished, file)
}

const KEY_PARTS = [
  'version',
  'platform',
  'processor',
  'cores',
  'threads',
  'native',
  'gpu',
] as const satisfies readonly (keyof MachineKey)[]

function sameMachine(one: MachineKey, asked: Partial<MachineKey>): boolean {
  return KEY_PARTS.every(part => !(part in asked) || one[part] === asked[part])
}
