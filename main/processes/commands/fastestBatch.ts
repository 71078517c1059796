import { join } from 'node:path'
import { batchJob, nativeBatch, type BatchTask } from '../../adapters/pricer/batchJob.ts'
import { calibrate } from '../../adapters/pricer/calibration.ts'
import { readCalibration } from '../../adapters/pricer/calibrationFile.ts'
import { machineKey } from '../../adapters/pricer/machineKey.ts'
import type { NativePart } from '../../adapters/pricer/openPricer.ts'
import { REAL_TIME } from '../../adapters/pricer/realTime.ts'
import { Router } from '../../adapters/pricer/router.ts'
import type { CostTable } from '../../adapters/pricer/routeTable.ts'
import { BATCH_INPUTS, type OptionBatch } from '../../core/pricing/optionBatch.ts'
import { resolveSettings } from '../resolveSettings.ts'
import type { Places } from '../services.ts'

/** How long it may be measured who is fastest, where no cockpit has done it before. */
const BUDGET = 40

/**
 * Prices the first `count` options of a batch, as European ones, on whoever is fastest for so many: by what the cockpit
 * remembers of this machine with this addon, else measured once, before the first of them.
 */
export function fastestBatch(
  places: Places,
  native: Extract<NativePart, { readonly state: 'open' }>,
  batch: OptionBatch,
  threads: number,
): (count: number) => Promise<void> {
  const router = new Router(batchJob(batch, nativeBatch(native.kernels, batch, threads)), REAL_TIME)
  let isKnown = false
  return async count => {
    if (!isKnown) {
      const remembered = rememberedCosts(places, native, threads)
      if (remembered) router.learn(remembered)
      else await measure(router, batch, count)
      isKnown = true
    }
    await router.perform({ count }, 'f64')
  }
}

function rememberedCosts(places: Places, native: NativePart, threads: number): CostTable | undefined {
  const settings = resolveSettings(places, {})
  if (!settings.ok) return undefined
  const file = join(settings.value.data.folder, 'machine.json')
  return readCalibration(file, machineKey(places.version, native, threads))?.costs.batch
}

/** Measures in the columns that wait to be priced, and puts back what they held. */
async function measure(router: Router<BatchTask, void>, batch: OptionBatch, count: number): Promise<void> {
  const waiting = BATCH_INPUTS.map(name => batch[name].slice(0, count))
  await calibrate(router, REAL_TIME, BUDGET)
  for (const [place, name] of BATCH_INPUTS.entries()) batch[name].set(waiting[place] ?? [])
}
