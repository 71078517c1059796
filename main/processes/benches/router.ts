// How well the router chooses on this machine: calibrates as the product does, then times every backend at sizes it was not
// measured at, and prints what was lost by the choice. `npm run bench -- router [--json]`
import { availableParallelism } from 'node:os'
import { batchJob, nativeBatch, type BatchTask } from '../../adapters/pricer/batchJob.ts'
import { calibrate } from '../../adapters/pricer/calibration.ts'
import { openNative } from '../../adapters/pricer/openPricer.ts'
import { REAL_TIME } from '../../adapters/pricer/realTime.ts'
import { Router, type Backend } from '../../adapters/pricer/router.ts'
import { createBatch } from '../../core/pricing/optionBatch.ts'
import { findPlaces } from '../resolveSettings.ts'

/** What may be lost: a share of the best time, or so many microseconds. */
const ALLOWED = { share: 0.1, microseconds: 0.5, calibration: 200 }

const LARGEST = 1_000_000
const SIZES = [1, 2, 3, 6, 10, 20, 32, 50, 100, 200, 500, 1000, 2000, 3000, 6000, 8000, 12_000, 20_000]
const LARGE_SIZES = [30_000, 50_000, 100_000, 200_000, 500_000, LARGEST]

/** Rounds in which each backend is timed at a size; the least counts. */
const ROUNDS = 15

/** A time is taken over so many repetitions that it is at least this long, in microseconds. */
const SHORTEST = 200

/** Options that the slow reference is still timed at; beyond, it is far behind. */
const MOST_BY_REFERENCE = 20_000

const native = openNative(findPlaces().native)
const batch = createBatch(LARGEST)
const backends = native.state === 'open' ? nativeBatch(native.kernels, batch, availableParallelism()) : []
const job = batchJob(batch, backends)
const router = new Router(job, REAL_TIME)
const calibration = await calibrate(router, REAL_TIME, 70)

/** One size: the time of each backend, and what the choice lost. */
interface Line {
  readonly size: number
  readonly chosen: string
  readonly best: string
  readonly times: Readonly<Record<string, number>>
  readonly lost: number
  readonly regret: number
}

const lines = [...SIZES, ...LARGE_SIZES].map(lineAt)
report()

function lineAt(size: number): Line {
  const task = job.probe(size)
  const timed = job.backends.filter(({ name }) => name !== 'reference' || size <= MOST_BY_REFERENCE)
  const times: Record<string, number> = {}
  for (let round = 0; round < ROUNDS; round += 1) {
    // Backends take turns, so that what else the machine does meets all of them
    for (const backend of timed)
      times[backend.name] = Math.min(
        times[backend.name] ?? Infinity,
        timeOf(backend, task, times[backend.name]),
      )
  }
  const chosen = router.choose(size, 'f64').name
  const [best = '', least = 0] = Object.entries(times).toSorted(([, one], [, other]) => one - other)[0] ?? []
  const lost = (times[chosen] ?? Number.NaN) - least
  return { size, chosen, best, times, lost, regret: lost / least }
}

function timeOf(backend: Backend<BatchTask, void>, task: BatchTask, known = SHORTEST): number {
  const repetitions = Math.max(1, Math.round(SHORTEST / Math.max(known, 0.05)))
  const since = performance.now()
  for (let repetition = 0; repetition < repetitions; repetition += 1) void backend.perform(task)
  return ((performance.now() - since) * 1000) / repetitions
}

function report(): void {
  const missed = lines.filter(
    ({ lost, regret }) => !(regret <= ALLOWED.share) && !(lost <= ALLOWED.microseconds),
  )
  const isSlow = !(calibration < ALLOWED.calibration)
  if (process.argv.includes('--json'))
    process.stdout.write(`${JSON.stringify({ calibrationMilliseconds: calibration, lines })}\n`)
  else {
    process.stdout.write(`calibration  ${calibration.toFixed(0)} ms\n`)
    for (const line of lines) process.stdout.write(`${lineText(line)}\n`)
  }
  for (const { size, regret } of missed)
    process.stderr.write(`regret at ${size} must be at most 10 %, is ${(regret * 100).toFixed(0)} %\n`)
  if (isSlow) process.stderr.write(`calibration must take less than ${ALLOWED.calibration} ms\n`)
  if (native.state !== 'open') process.stderr.write(`Left out: ${native.reason}.\n`)
  process.exitCode = missed.length === 0 && !isSlow ? 0 : 1
}

function lineText({ size, chosen, best, times, lost, regret }: Line): string {
  const shown = Object.entries(times).map(([name, time]) => `${name} ${time.toPrecision(3)} us`)
  return `${size}  ${chosen}, best ${best}, lost ${lost.toFixed(2)} us (${(regret * 100).toFixed(1)} %)  ${shown.join(', ')}`
}
