import { z } from 'zod'
import { howItEnded } from './evaluate.ts'
import { readJson, type Harness } from './harness.ts'
import { timedInputs, type CallForm } from './inputs.ts'
import { judgeOutcome } from './judge.ts'
import { CallOutcomeFrame, commandOf, type CallOutcome, type TriedModule } from './observe.ts'
import type { TimedSize } from './speedUp.ts'

/** One size that is timed: how large, and how many calls make up one run. */
export interface RaceSize {
  readonly label: string
  readonly isUnseen: boolean
  readonly size: number
  readonly calls: number
}

/** What a race gives: times, or why there are none. A candidate that gives another result here has failed. */
export type Raced =
  | { readonly kind: 'timed'; readonly sizes: readonly TimedSize[]; readonly worst: number }
  | { readonly kind: 'different'; readonly reason: string }
  | { readonly kind: 'stopped'; readonly reason: string }

const Batch = z.object({ batch: z.number().int(), took: z.array(z.number()).length(2) })
const Results = z.object({ results: z.array(CallOutcomeFrame) })
const Trouble = z.union([
  z.object({ undrawn: z.string() }).transform(it => it.undrawn),
  z.object({ problem: z.unknown(), text: z.string() }).transform(it => it.text),
  z.object({ unconfined: z.string() }).transform(it => it.unconfined),
  z.object({ lost: z.string() }).transform(it => it.lost.trim().split('\n').at(-1) ?? ''),
])
const End = z.object({ how: z.string(), who: z.number() })

/** Of the processor for each of the two; the clock ends them anyway. */
export const PROCESSOR_SECONDS = 60

/** Results that are looked at after each run; which ones is said only when the run is over. */
const LOOKED_AT = 2
/** Calls before each run that do not count, of the smallest size. */
const WARMING = 2
/** Batches to a pair of processes; then both are made anew, so that the luck of one memory layout counts little. */
const A_PAIR = 16

interface RaceBatch {
  readonly place: number
  readonly inputs: readonly object[]
  /** Calls that go before and are not timed: the first after a rest finds nothing in the caches. */
  readonly warming: readonly object[]
  readonly places: readonly number[]
  /** Whether arguments after the call are looked at too; they can be large, so once a size. */
  readonly after: boolean
}

/** How often each size is run, and how long all of it may take. */
export interface RaceLimits {
  readonly runs: number
  readonly seconds: number
  /** What the first pair of processes may take, where the machine is busy. */
  readonly mostSeconds: number
  readonly seed: number
  readonly reorders: boolean
}

/**
 * Times original and candidate by turns in two processes at once, each run on inputs that neither has seen, and compares the results of
 * timed calls as well: a candidate that is right only where it is not timed, or the other way round, is found out here.
 */
export async function race(
  harness: Harness,
  original: TriedModule,
  candidate: TriedModule,
  form: CallForm,
  sizes: readonly RaceSize[],
  { runs, seconds, mostSeconds, seed, reorders }: RaceLimits,
): Promise<Raced> {
  const batches = batchesOf(form, sizes, runs, seed)
  const times = sizes.map(() => ({ before: new Array<number>(), after: new Array<number>() }))
  const until = Date.now() + seconds * 1_000
  const last = Date.now() + mostSeconds * 1_000
  let worst = 0
  for (let start = 0; start < batches.length; start += A_PAIR) {
    // The first pair may take what there is, further ones only what was meant for them
    const left = ((start === 0 ? last : until) - Date.now()) / 1_000
    if (left < 0.1) break
    const some = batches.slice(start, start + A_PAIR)
    const heat = await runHeat(harness, original, candidate, some, { seconds: left, reorders })
    worst = Math.max(worst, heat.worst)
    for (const { batch, took } of heat.took) {
      const place = some[batch]?.place ?? 0
      const calls = sizes[place]?.calls ?? 1
      times[place]?.before.push((took[0] ?? 0) / calls / 1e9)
      times[place]?.after.push((took[1] ?? 0) / calls / 1e9)
    }
    if (heat.different !== undefined) return { kind: 'different', reason: heat.different }
    // What is over because the time is over is no failing
    if (heat.stopped !== undefined && (start === 0 || Date.now() < until - 50))
      return { kind: 'stopped', reason: heat.stopped }
  }
  const timed = sizes.map(({ label, isUnseen }, place): TimedSize => ({
    label,
    isUnseen,
    ...(times[place] ?? { before: [], after: [] }),
  }))
  if (timed.some(({ before }) => before.length < FEWEST))
    return { kind: 'stopped', reason: 'there was no time left to time it' }
  return { kind: 'timed', sizes: timed, worst }
}

/** Under four runs each no test could show anything. */
const FEWEST = 4

/** All runs, sizes mixed, so that a machine that grows busy does so for every size. */
function batchesOf(
  form: CallForm,
  sizes: readonly RaceSize[],
  runs: number,
  seed: number,
): readonly RaceBatch[] {
  const smallest = Math.min(...sizes.map(({ size }) => size))
  return Array.from({ length: runs }, (_, run) =>
    sizes.map(({ size, calls }, place): RaceBatch => {
      const own = seed + run * 101 + place * 7
      const places = Array.from(
        { length: Math.min(LOOKED_AT, calls) },
        (__, look) => (own * 31 + look * 17) % calls,
      )
      return {
        place,
        inputs: timedInputs(form, size, calls, own),
        warming: timedInputs(form, smallest, WARMING, own + 50),
        places: [...new Set(places)],
        after: run === 0,
      }
    }),
  ).flat()
}

interface Heat {
  readonly took: readonly z.infer<typeof Batch>[]
  readonly worst: number
  readonly different: string | undefined
  readonly stopped: string | undefined
}

/** One pair of processes with their batches. */
async function runHeat(
  harness: Harness,
  original: TriedModule,
  candidate: TriedModule,
  batches: readonly RaceBatch[],
  { seconds, reorders }: { readonly seconds: number; readonly reorders: boolean },
): Promise<Heat> {
  const took: z.infer<typeof Batch>[] = []
  const shown: [CallOutcome[][], CallOutcome[][]] = [[], []]
  let trouble: string | undefined
  const end = await harness.ask(
    {
      do: 'race',
      processor: PROCESSOR_SECONDS,
      ...commandOf(original),
      modules: [original.module, candidate.module],
      watched: [original.isWatched, candidate.isWatched],
      batches: batches.map(({ inputs, warming, places, after }) => ({ inputs, warming, places, after })),
      seconds,
    },
    ({ kind, payload }) => {
      const json = readJson(payload)
      if (!json.ok) return
      const batch = kind === 'batch' ? Batch.safeParse(json.value).data : undefined
      if (batch !== undefined) took.push(batch)
      const results = kind === 'child0' || kind === 'child1' ? Results.safeParse(json.value).data : undefined
      if (results !== undefined) shown[kind === 'child0' ? 0 : 1].push(results.results)
      const problem = kind === 'batch' ? undefined : Trouble.safeParse(json.value).data
      if (problem !== undefined) trouble ??= problem
    },
  )
  const compared = compareShown(shown[0], shown[1], reorders)
  const told = end.ok ? End.safeParse(end.told).data : undefined
  const isOver = told?.how === 'ended' && took.length === batches.length
  const stopped = trouble ?? (isOver ? undefined : howItEnded(end))
  return { took, ...compared, stopped }
}

function compareShown(
  before: readonly CallOutcome[][],
  after: readonly CallOutcome[][],
  reorders: boolean,
): Pick<Heat, 'worst' | 'different'> {
  let worst = 0
  for (const [batch, outcomes] of before.entries()) {
    const others = after[batch]
    // The last batch of a heat that was cut short has no other side
    if (others === undefined) break
    for (const [place, outcome] of outcomes.entries()) {
      const other = others[place]
      if (other === undefined) return { worst, different: 'it left out the result of a timed call' }
      const found = judgeOutcome(outcome, other, reorders)
      if (!found.ok)
        return {
          worst,
          different: `on a timed input, ${found.where === '' ? '' : `${found.where}: `}${found.how}`,
        }
      worst = Math.max(worst, found.worst)
    }
  }
  return { worst, different: undefined }
}
