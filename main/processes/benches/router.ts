// How well the router chooses on this machine: calibrates as the product does, then times every backend at sizes it was not
// measured at, and prints what was lost by the choice. `npm run bench -- router [--json]`
import { availableParallelism } from 'node:os'
import { machineRouters, openMachineGpu } from '../../adapters/pricer/backends.ts'
import { calibrate } from '../../adapters/pricer/calibration.ts'
import { openNative, openPricer } from '../../adapters/pricer/openPricer.ts'
import { REAL_TIME } from '../../adapters/pricer/realTime.ts'
import type { Backend, Router } from '../../adapters/pricer/router.ts'
import { type BackendName, type JobName } from '../../contract/machine.ts'
import { createBatch } from '../../core/pricing/optionBatch.ts'
import type { Precision } from '../../core/pricing/precision.ts'
import { CALIBRATION_BUDGETS } from '../machine.ts'
import { findPlaces } from '../resolveSettings.ts'

/** What may be lost: a share of the best time, or so many microseconds. */
const ALLOWED = { share: 0.1, microseconds: 0.5, calibration: 200 }

const LARGEST = 1_000_000
const SIZES: Readonly<Record<JobName, readonly number[]>> = {
  chain: rising(1, 10_000),
  batch: rising(1, LARGEST),
  scenarios: rising(4, LARGEST),
}

/** Rounds in which each backend is timed at a size; the least counts. A miss is timed again, up to three times. */
const ROUNDS = 15
const AGAIN = 3

/** A time is taken over so many repetitions that it is at least this long, in microseconds. */
const SHORTEST = 200

/** A backend that took so many times as long as the best in all of the first rounds is not timed again. */
const FAR_BEHIND = 4
const FIRST_ROUNDS = 5

/** Sizes at which the slow reference is still timed; beyond, it is far behind. */
const MOST_BY_REFERENCE = 20_000

/** One size: the time of each backend in microseconds, and what the choice lost. */
interface Line {
  readonly job: JobName
  readonly size: number
  readonly chosen: string
  readonly best: string
  readonly times: Readonly<Record<string, number>>
  readonly lost: number
  readonly regret: number
}

const places = findPlaces()
const native = openNative(places.native)
const gpu = await openMachineGpu(places.native)
const refused: string[] = []
const parts = { native, gpu, threads: availableParallelism() }
const routers = machineRouters(parts, createBatch(LARGEST), REAL_TIME, (job, name, why) =>
  refused.push(`${name} was refused for ${job}: ${why}`),
)
const calibration =
  (await calibrate(routers.chain, REAL_TIME, CALIBRATION_BUDGETS.chain)) +
  (await calibrate(routers.batch, REAL_TIME, CALIBRATION_BUDGETS.batch)) +
  (await calibrate(routers.scenarios, REAL_TIME, CALIBRATION_BUDGETS.scenarios))

const lines = [
  ...(await linesOf('chain', routers.chain, 'f64')),
  ...(await linesOf('batch', routers.batch, 'f64')),
  ...(await linesOf('scenarios', routers.scenarios, 'f32')),
]
report()
if ('close' in gpu) gpu.close()

async function linesOf<Task, Answer>(
  job: JobName,
  router: Router<Task, Answer>,
  precision: Precision,
): Promise<readonly Line[]> {
  const lines: Line[] = []
  for (const size of SIZES[job]) {
    // A grid has not every size
    const real = router.job.sizeOf(router.job.probe(size))
    const chosen = job === 'chain' ? settled() : router.choose(real, precision).name
    lines.push(await lineAt(job, router, { size: real, chosen, precision }))
  }
  return lines
}

/** Sizes from one to another, each two fifths above the one before; most of them were not measured. */
function rising(first: number, last: number): readonly number[] {
  const sizes = [first]
  for (let size = first * 1.4; size < last; size *= 1.4) sizes.push(Math.ceil(size))
  return [...new Set([...sizes, last])]
}

/** Who computes the chain is settled at the start, without timing. */
function settled(): BackendName {
  const opened = openPricer(native, 'auto')
  return opened.ok ? opened.value.pricer.backend : 'reference'
}

async function lineAt<Task, Answer>(
  job: JobName,
  router: Router<Task, Answer>,
  asked: { readonly size: number; readonly chosen: BackendName; readonly precision: Precision },
): Promise<Line> {
  const { size, chosen } = asked
  const task = router.job.probe(size)
  const timed = router.job.backends.filter(
    ({ name, from = 1 }) => isTimed(name, asked) && size >= from && !router.refused.has(name),
  )
  const times: Record<string, number> = {}
  let loss = { best: '', lost: Number.NaN, regret: Number.NaN }
  for (let attempt = 0; attempt < AGAIN && isMissed(loss); attempt += 1) {
    await timeAll(router, timed, task, times)
    loss = lossOf(chosen, times)
  }
  return { job, size, chosen, times, ...loss }
}

function lossOf(chosen: string, times: Readonly<Record<string, number>>) {
  const [fastest] = Object.entries(times).toSorted(([, one], [, other]) => one - other)
  const [best = '', least = Number.NaN] = fastest ?? []
  const lost = (times[chosen] ?? Number.NaN) - least
  return { best, lost, regret: lost / least }
}

function isTimed(
  name: BackendName,
  { size, precision }: { readonly size: number; readonly precision: Precision },
): boolean {
  if (name === 'gpu') return precision === 'f32'
  return name !== 'reference' || size <= MOST_BY_REFERENCE || native.state !== 'open'
}

/** Backends take turns, so that what else the machine does meets all of them; the least time of each is kept. */
async function timeAll<Task, Answer>(
  router: Router<Task, Answer>,
  backends: readonly Backend<Task, Answer>[],
  task: Task,
  times: Record<string, number>,
): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const backend of backends) {
      const known = times[backend.name]
      if (round >= FIRST_ROUNDS && (known ?? 0) > FAR_BEHIND * Math.min(...Object.values(times))) continue
      times[backend.name] = Math.min(known ?? Infinity, await timeOf(router, backend, task, known))
    }
  }
}

/** As the product asks, its patience with what is done elsewhere included. */
async function timeOf<Task, Answer>(
  router: Router<Task, Answer>,
  backend: Backend<Task, Answer>,
  task: Task,
  known = SHORTEST,
): Promise<number> {
  const repetitions = Math.max(1, Math.round(SHORTEST / Math.max(known, 0.05)))
  const since = performance.now()
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    const given = router.begin(backend, task)
    if (given instanceof Promise) await given
  }
  return ((performance.now() - since) * 1000) / repetitions
}

function isMissed({ regret, lost }: Pick<Line, 'regret' | 'lost'>): boolean {
  return !(regret <= ALLOWED.share) && !(lost <= ALLOWED.microseconds)
}

function report(): void {
  const missed = lines.filter(isMissed)
  const isSlow = !(calibration < ALLOWED.calibration)
  if (process.argv.includes('--json'))
    process.stdout.write(`${JSON.stringify({ calibrationMilliseconds: calibration, lines })}\n`)
  else {
    process.stdout.write(`calibration  ${calibration.toFixed(0)} ms\n`)
    for (const line of lines) process.stdout.write(`${lineText(line)}\n`)
  }
  for (const { job, size, regret } of missed)
    process.stderr.write(
      `regret of ${job} at ${size} must be at most 10 %, is ${(regret * 100).toFixed(0)} %\n`,
    )
  if (isSlow) process.stderr.write(`calibration must take less than ${ALLOWED.calibration} ms\n`)
  for (const sentence of refused) process.stderr.write(`${sentence}\n`)
  if (native.state !== 'open') process.stderr.write(`Left out: ${native.reason}.\n`)
  if ('state' in gpu) process.stderr.write(`Left out: no GPU, ${gpu.reason}.\n`)
  process.exitCode = missed.length === 0 && !isSlow && refused.length === 0 ? 0 : 1
}

function lineText({ job, size, chosen, best, times, lost, regret }: Line): string {
  const shown = Object.entries(times).map(([name, time]) => `${name} ${time.toPrecision(3)} us`)
  return `${job} ${size}  ${chosen}, best ${best}, lost ${lost.toFixed(2)} us (${(regret * 100).toFixed(1)} %)  ${shown.join(', ')}`
}
