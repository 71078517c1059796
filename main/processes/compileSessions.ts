import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { MarketPlan, SessionRange } from '../training/trainingPlan.ts'
import type { TableWish } from './tableWorker.ts'

/** Compiles sessions into a folder, on as many threads as there are; those that are there already cost nothing. */
export async function compileSessions(
  folder: string,
  wanted: readonly TableWish[],
  onCompiled: (done: number) => void,
): Promise<void> {
  const threads = availableParallelism()
  let done = 0
  const compilePart = (thread: number) => {
    const part = wanted.filter((_wish, index) => index % threads === thread)
    const workerData = { folder, wanted: part }
    const worker = new Worker(join(import.meta.dirname, 'tableWorker.ts'), { workerData })
    worker.on('message', () => {
      done += 1
      onCompiled(done)
    })
    return new Promise<void>((resolve, reject) => {
      worker.once('error', reject)
      worker.once('exit', () => resolve())
    })
  }
  await Promise.all(Array.from({ length: threads }, (_, thread) => compilePart(thread)))
}

/** A range of sessions one by one. */
export function wishesOf({ firstSeed, count }: SessionRange, market: MarketPlan): TableWish[] {
  return Array.from({ length: count }, (_, index) => ({ seed: firstSeed + index, market }))
}
