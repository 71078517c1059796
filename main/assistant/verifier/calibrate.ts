import { z } from 'zod'
import { failure, success, type Result } from '../../core/base/result.ts'
import { howItEnded } from './evaluate.ts'
import { readJson, type Harness } from './harness.ts'
import { timedInputs, type CallForm } from './inputs.ts'
import { commandOf, type TriedModule } from './observe.ts'
import { PROCESSOR_SECONDS, type RaceSize } from './race.ts'

const Batch = z.object({ batch: z.number().int(), took: z.array(z.number()).length(2) })
const LADDER = [16, 64, 250, 1_000, 4_000]
/** A call at the largest size takes about so long, in nanoseconds. */
const ENOUGH = 8_000_000
/** Positions of a book, lines near the money, minutes of the last hour: what is large for a test is seldom what he has. */
const BOOK = 64
/** Each size is tried so often and the least counts; the first once more, for what only a first call takes. */
const TIMES = 3
/** A run lasts so long at least, where enough calls can be made: the word to go and the word back cost some 0.05 ms. */
const RUN = 600_000
const MOST_CALLS = 100

/**
 * Sizes worth timing: the largest is where one call of the original takes some milliseconds, one a quarter of it, one as small as a book, and
 * one between the large ones that no choice was made by. A function that takes single values is timed on three sets of them.
 */
export async function calibrate(
  harness: Harness,
  tried: TriedModule,
  form: CallForm,
  seconds: number,
): Promise<Result<readonly RaceSize[], string>> {
  const ladder = form.isSized ? LADDER : [1, 1, 1]
  const took = ladder.map(() => Infinity)
  const batches = [0, ...ladder.flatMap((_, rung) => Array.from({ length: TIMES }, () => rung))]
  const end = await harness.ask(
    {
      do: 'race',
      processor: PROCESSOR_SECONDS,
      ...commandOf(tried),
      modules: [tried.module, tried.module],
      watched: [false, false],
      batches: batches.map((rung, place) => ({
        rung,
        inputs: timedInputs(form, ladder[rung] ?? 1, 1, 11 + place),
        warming: [],
        places: [],
        after: false,
      })),
      enough: ENOUGH,
      seconds: Math.max(1, seconds),
    },
    ({ kind, payload }) => {
      const json = readJson(payload)
      const batch = kind === 'batch' && json.ok ? Batch.safeParse(json.value).data : undefined
      const rung = batches[batch?.batch ?? 0] ?? 0
      if (batch !== undefined) took[rung] = Math.min(took[rung] ?? Infinity, ...batch.took)
    },
  )
  const last = took.findLastIndex(it => it < Infinity)
  if (last < 0) return failure(`it could not be timed: ${howItEnded(end)}`)
  if (!form.isSized)
    return success(
      ['first values', 'second values', 'unseen values'].map((label, place) =>
        sizeOf(label, place === 2, 1, Math.min(...took)),
      ),
    )
  // Up to the rung that was enough; one that took far too long is not asked for again
  const top = (took[last] ?? 0) > 6 * ENOUGH && last > 0 ? last - 1 : last
  const largest = ladder[top] ?? 16
  const time = took[top] ?? ENOUGH
  const at = (size: number, isUnseen: boolean) =>
    sizeOf(`${size.toLocaleString('en-US')} elements`, isUnseen, size, time * (size / largest))
  const quarter = Math.max(4, Math.round(largest / 4))
  return success([
    ...(quarter > 2 * BOOK ? [at(BOOK, false)] : []),
    at(quarter, false),
    at(largest, false),
    at(Math.max(5, Math.round(largest * 0.61) + 1), true),
  ])
}

function sizeOf(label: string, isUnseen: boolean, size: number, nanoseconds: number): RaceSize {
  const calls = Math.min(MOST_CALLS, Math.max(1, Math.ceil(RUN / Math.max(nanoseconds, 1))))
  return { label, isUnseen, size, calls }
}
