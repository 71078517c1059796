// A whole simulated day at full speed through the built product, with a client where the page would be that answers
// suggestions and calls all the time. `npm run bench -- day [--json] [--seed N]`
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import type { HealthReport } from '../../contract/frames.ts'
import { quantile } from '../../core/base/statistics.ts'
import { replaySession } from '../commands/replay.ts'
import { startRunning, type RunningCockpit } from '../drills/runningCockpit.ts'
import { findPlaces, resolveSettings } from '../resolveSettings.ts'

/** What is wanted of a day, where something is. */
const LIMITS = { feedbackP99: 100, invokeP95: 5, memoryGrowth: 0.1, profitDifference: 1e-9 }

const CALL_EVERY = 20
const COLLECTION = 250

/** When everything that is ever needed has been loaded once: two hours into the day. */
const WARM_AFTER = 2 * 3_600_000

const seed = process.argv.includes('--seed') ? process.argv[process.argv.indexOf('--seed') + 1] : '1'
const folder = mkdtempSync(join(tmpdir(), 'zerodte-bench-'))
const began = performance.now()
const options = ['--date', '2026-11-20', '--seed', seed ?? '1', '--from', '09:30', '--speed', 'max']
const collecting = ['--import', pathToFileURL(join(import.meta.dirname, 'collectOnSignal.ts')).href]
const cockpit = await startRunning(folder, options, collecting)
const contracts = watchContracts(cockpit)
answerAll(cockpit)
const invokes = callAllTheTime(cockpit)
const { health, memory } = await watchDay(cockpit)
const seconds = (performance.now() - began) / 1000
invokes.stop()
await cockpit.close()
// The same afternoon by each pricer, with nobody watching: what the addon is worth to a decision. A last hour that nobody
// measures comes before, so that the first of them does not pay for all that is loaded and compiled once
await afternoonBy(folder, 'reference', '15:00')
await afternoonBy(folder, 'auto', '15:00')
const byReference = await afternoonBy(folder, 'reference')
const byPricer = await afternoonBy(folder, 'auto')
rmSync(folder, { recursive: true, force: true })
report()

/** What an afternoon comes to with a pricer: milliseconds that 99 of 100 decisions take, and dollars; NaN where it cannot be played. */
async function afternoonBy(
  dataFolder: string,
  backend: string,
  from = '14:00',
): Promise<{ readonly name: string; readonly p99: number; readonly profit: number }> {
  const places = findPlaces()
  const settings = resolveSettings(places, {
    feed: { kind: 'simulated', date: '2026-11-20', seed: Number(seed ?? 1), from, speed: 'max' },
    pricer: { backend },
    data: { folder: dataFolder },
  })
  const replayed = settings.ok ? await replaySession(settings.value, places) : settings
  if (!replayed.ok) return { name: replayed.failure, p99: Number.NaN, profit: Number.NaN }
  const { pricer, decisionP99, scoredProfit } = replayed.value
  return { name: pricer, p99: decisionP99, profit: scoredProfit }
}

/** Notes how many contracts the chain shows. */
function watchContracts({ client }: RunningCockpit): { count: number } {
  const seen = { count: 0 }
  client.on('chain', frame => {
    seen.count = Math.max(seen.count, frame.bid.length)
  })
  return seen
}

/** Says yes and no by turns, so that every answer has a suggestion that follows it. */
function answerAll({ client }: RunningCockpit): void {
  let given = 0
  client.on('audit', ({ facts }) => {
    for (const fact of facts) {
      if (fact.kind !== 'suggested' || fact.decision.status !== 'open') continue
      given += 1
      const name = given % 3 === 0 ? 'suggestion/accept' : 'suggestion/reject'
      if (given % 2 === 0) void client.call(name, { id: fact.decision.id, via: 'click' })
    }
  })
}

function callAllTheTime({ client }: RunningCockpit): { readonly times: number[]; stop(): void } {
  const times: number[] = []
  const timer = setInterval(() => {
    const since = performance.now()
    void client.call('wire/echo', { value: since }).then(reply => {
      if (reply.ok) times.push(performance.now() - since)
    })
  }, CALL_EVERY)
  return { times, stop: () => clearInterval(timer) }
}

/** Looks at the cockpit until the day is over; its memory is taken after a collection, early and at the end. */
async function watchDay(
  running: RunningCockpit,
): Promise<{ health: HealthReport; memory: { early: number; late: number } }> {
  const warm = Promise.withResolvers<void>()
  const over = Promise.withResolvers<void>()
  let opened: number | undefined
  running.client.on('pulse', ({ time, phase }) => {
    opened ??= time
    if (time - opened >= WARM_AFTER) warm.resolve()
    if (phase === 'watch' || phase === 'closed') over.resolve()
  })
  await warm.promise
  const early = (await healthAfterCollection(running)).memoryBytes
  await over.promise
  const health = await healthAfterCollection(running)
  return { health, memory: { early, late: health.memoryBytes } }
}

async function healthAfterCollection({ client, process: id }: RunningCockpit): Promise<HealthReport> {
  process.kill(id, 'SIGUSR2')
  await sleep(COLLECTION)
  const reply = await client.call('health/get', {})
  if (!reply.ok) throw new Error(reply.message)
  return reply.value
}

function report(): void {
  const stage = (name: string) => health.stages.find(entry => entry.stage === name)
  const figures = {
    machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${health.platform}`,
    contracts: contracts.count,
    seconds,
    quotes: health.quotes.accepted,
    quotesPerSecond: health.quotes.accepted / seconds,
    decisions: health.counts.decisions,
    decisionsPerSecond: health.counts.decisions / seconds,
    quoteToChainP99: stage('quoteToChain')?.p99 ?? Number.NaN,
    decisionP50: stage('decision')?.p50 ?? Number.NaN,
    decisionP99: stage('decision')?.p99 ?? Number.NaN,
    pricer: health.pricer,
    decisionP99Before: byReference.p99,
    decisionP99After: byPricer.p99,
    beforeAndAfter: `${byReference.name}; ${byPricer.name}`,
    profitDifference: Math.abs(byPricer.profit - byReference.profit),
    feedbackCount: stage('feedback')?.count ?? 0,
    feedbackP99: stage('feedback')?.p99 ?? Number.NaN,
    invokeCount: invokes.times.length,
    invokeP50: quantile(invokes.times, 0.5),
    invokeP95: quantile(invokes.times, 0.95),
    invokeP99: quantile(invokes.times, 0.99),
    memoryEarly: memory.early,
    memoryLate: memory.late,
    memoryGrowth: memory.late / memory.early - 1,
  }
  const missed = Object.entries(LIMITS).filter(
    ([name, limit]) => !(Number(Reflect.get(figures, name)) < limit),
  )
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(figures)}\n`)
  else for (const [name, value] of Object.entries(figures)) process.stdout.write(`${name}  ${shown(value)}\n`)
  for (const [name, limit] of missed) process.stderr.write(`${name} must be below ${limit}\n`)
  process.exitCode = missed.length === 0 ? 0 : 1
}

function shown(value: string | number): string {
  return typeof value === 'string' || Number.isInteger(value) ? String(value) : value.toPrecision(4)
}
