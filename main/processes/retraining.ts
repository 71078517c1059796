import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LearningService } from './learningService.ts'
import { isRetrainingDue, nextRetraining } from './retrainingSchedule.ts'

/** The first retraining that was missed waits until the start is well over. */
const AFTER_START = 60_000

/** One that found somebody else at work tries again. */
const AGAIN_AFTER = 3_600_000

/** The seed of weekly retrainings counts the weeks, so that no two are alike. */
const WEEK = 604_800_000

/**
 * Learns from the week on Sunday at two in New York, or after the next start that finds it undone, or half done: then it goes on.
 * Gives how to end that.
 */
export function scheduleRetraining(
  service: Pick<LearningService, 'train' | 'note' | 'unfinishedRetraining'>,
  folder: string,
): () => void {
  let timer: NodeJS.Timeout | undefined
  let isOver = false
  const retrain = async () => {
    const now = Date.now()
    const unfinished = await service.unfinishedRetraining()
    // A timer may run ahead of the clock, which may have been set back: a week is learned from once
    if (unfinished === undefined && !isRetrainingDue(now, lastRetrainingOf(folder, now)))
      return wait(nextRetraining(now) - now)
    const seed = unfinished ?? Math.floor(now / WEEK)
    const begun = await service.train('retrain', seed, 'usual')
    if (begun.ok) writeLastRetraining(folder, now)
    else service.note(`The weekly retraining waits: ${begun.failure}`)
    wait(begun.ok ? nextRetraining(now) - now : AGAIN_AFTER)
  }
  const wait = (time: number) => {
    if (isOver) return
    timer = setTimeout(
      () =>
        void retrain().catch((cause: unknown) => {
          service.note(`The weekly retraining waits: ${String(cause)}`)
          wait(AGAIN_AFTER)
        }),
      time,
    )
    timer.unref()
  }
  const begin = async () => {
    const now = Date.now()
    const isDue = isRetrainingDue(now, lastRetrainingOf(folder, now))
    const isHalfDone = (await service.unfinishedRetraining()) !== undefined
    wait(isDue || isHalfDone ? AFTER_START : nextRetraining(now) - now)
  }
  void begin().catch((cause: unknown) => service.note(`The weekly retraining is off: ${String(cause)}`))
  return () => {
    isOver = true
    clearTimeout(timer)
  }
}

/** When the week was last learned from; a folder that never did begins now. */
function lastRetrainingOf(folder: string, now: number): number {
  const file = join(folder, 'lastRetraining.json')
  const written = existsSync(file) ? Number(readFileSync(file, 'utf8')) : Number.NaN
  if (Number.isFinite(written)) return written
  writeLastRetraining(folder, now)
  return now
}

function writeLastRetraining(folder: string, time: number): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'lastRetraining.json'), `${time}\n`)
}
