import { parentPort, workerData } from 'node:worker_threads'
import { present } from '../core/base/assert.ts'
import type { MarketPlan } from '../training/trainingPlan.ts'
import { sessionTables } from './sessionTables.ts'

/** Compiles sessions into a folder, on a thread of its own; says every one that is there. */

const { folder, wanted }: { readonly folder: string; readonly wanted: readonly TableWish[] } = workerData

/** A session that will be asked for. */
export interface TableWish {
  readonly seed: number
  readonly market: MarketPlan
}

const open = sessionTables(folder, note => void process.stderr.write(`${note}\n`))
for (const { seed, market } of wanted) {
  await open(seed, market)
  present(parentPort, 'a thread has somebody to tell').postMessage('compiled')
}
