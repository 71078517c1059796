// Training at full speed in the learner while a session runs ten times as fast as the market: `npm run soak:learning [-- --minutes N]`.
// Measures the same session without it first. Ends with exit code 1 where the session suffers.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { USUAL_LEARNING } from '../../training/trainingPlan.ts'
import { runCockpit, startParts } from '../cockpit.ts'
import { drillJob } from '../drills/drillTraining.ts'
import { threadHost } from '../host.ts'
import { Learner } from '../learner.ts'
import type { Parts } from '../requests.ts'
import { findPlaces, resolveSettings } from '../resolveSettings.ts'
import { createTraining } from '../trainingFolder.ts'

/** What is wanted: decisions at most so much slower, and a loop that is never blocked for long. */
const LIMITS = { decisionRatio: 1.5, loopDelayP99: 10 }

/** Decisions come faster than a trader would have them, so that there are enough to measure. */
const CADENCE_SECONDS = 5
const SPEED = 10

/** How long the session is measured by itself: enough decisions for the slowest of a hundred. */
const IDLE_TIME = 60_000

/** Until everything that is ever needed was loaded and compiled once. */
const WARM_UP = 15_000

const { values } = parseArgs({
  args: process.argv.slice(2).filter(word => word !== '--'),
  options: { minutes: { type: 'string', default: '5' } },
})
const minutes = Number(values.minutes)
const folder = mkdtempSync(join(tmpdir(), 'zerodte-soak-'))
const places = findPlaces()

/** What a stretch of a session was like. */
interface Stretch {
  readonly decisions: number
  readonly decisionP99: number
  readonly decisionP50: number
  readonly loopDelayP99: number
  readonly accepted: number
  readonly dropped: number
}

const idle = await measure('idle', IDLE_TIME, async () => async () => 0)
const busy = await measure('training', minutes * 60_000, beginTraining)
rmSync(folder, { recursive: true, force: true })
const ratio = busy.decisionP99 / idle.decisionP99
print('idle', idle)
print('training', busy)
say(`Updates of training meanwhile: ${busy.updates}.`)
say(
  `Decision p99 with training is ${ratio.toFixed(2)} times that without; at most ${LIMITS.decisionRatio} is wanted.`,
)
const isGood = ratio <= LIMITS.decisionRatio && busy.dropped === 0 && busy.loopDelayP99 < LIMITS.loopDelayP99
say(isGood ? 'The session does not notice the learner.' : 'NOT as wanted.')
process.exit(isGood ? 0 : 1)

/** Runs a session with something beside it, and measures it once it is warm. */
async function measure(
  name: string,
  time: number,
  beside: () => Promise<() => Promise<number>>,
): Promise<Stretch & { readonly updates: number }> {
  const settings = resolveSettings(places, {
    feed: { kind: 'simulated', date: '2026-11-20', seed: 2, from: '09:40', speed: SPEED },
    suggestion: { cadence: CADENCE_SECONDS },
    data: { folder: join(folder, name) },
  })
  if (!settings.ok) throw new Error(settings.failure)
  const parts = await startParts(settings.value, places, 'web')
  const cockpit = runCockpit(parts)
  const { engine } = parts.desk
  await cockpit.ready
  const end = await beside()
  await sleep(WARM_UP)
  const first = { decisions: engine.stages.times('decision').count, ...quotesOf(parts) }
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  await sleep(time)
  delay.disable()
  const { count, p50, p99 } = engine.stages.times('decision', first.decisions)
  const { accepted, dropped } = quotesOf(parts)
  const updates = await end()
  await cockpit.close()
  return {
    decisions: count,
    decisionP50: p50,
    decisionP99: p99,
    // The monitor counts the millisecond it waits itself
    loopDelayP99: delay.percentile(99) / 1e6 - 1,
    accepted: accepted - first.accepted,
    dropped: dropped - first.dropped,
    updates,
  }
}

/** Begins a training that does not end by itself; gives how to end it, which tells how many updates it made. */
async function beginTraining(): Promise<() => Promise<number>> {
  const champion = new Uint8Array(readFileSync(join(places.assets, 'policies/first/policy.onnx')))
  const bundle = join(folder, 'bundle')
  const job = drillJob(champion, {
    updates: 1_000_000,
    learning: USUAL_LEARNING,
    sessions: { firstSeed: 1, count: 6 },
    checkpointEvery: 4,
  })
  await createTraining(bundle, job, champion)
  const learner = new Learner(threadHost, join(places.processes, `learnerWorker${places.suffix}`))
  const made = { updates: 0 }
  const task = { kind: 'train', folder: bundle, tables: join(folder, 'tables') } as const
  const begun = learner.begin(job.run, task, { onMetrics: step => (made.updates = step) })
  if (!begun.ok) throw new Error(begun.failure)
  while (made.updates === 0 && learner.isBusy) await sleep(100)
  if (!learner.isBusy) throw new Error(`the training did not begin: ${JSON.stringify(await begun.value)}`)
  return async () => {
    const { updates } = made
    if (!learner.isBusy) throw new Error(`the training ended: ${JSON.stringify(await begun.value)}`)
    await learner.stop()
    return updates
  }
}

function quotesOf({ desk }: Parts): { readonly accepted: number; readonly dropped: number } {
  return { accepted: desk.engine.market?.quotes.accepted ?? 0, dropped: desk.engine.conflated }
}

function print(name: string, stretch: Stretch): void {
  const { decisions, decisionP50, decisionP99, loopDelayP99, accepted, dropped } = stretch
  say(
    `${name.padEnd(9)} ${decisions} decisions, p50 ${decisionP50.toFixed(1)} ms, p99 ${decisionP99.toFixed(1)} ms; event loop delay p99 ${loopDelayP99.toFixed(1)} ms; ${accepted} quotes, ${dropped} dropped`,
  )
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
