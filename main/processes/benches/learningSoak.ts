// Training at full speed in the learner while a session runs ten times as fast as the market: `npm run soak:learning [-- --minutes N]`.
// The same stretch of the same session is lived twice, alone and beside a training; the training runs alone first, too. Ends with exit
// code 1 where the session suffers.
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
import { CHECKPOINT_EVERY } from '../newTraining.ts'
import type { Parts } from '../requests.ts'
import { findPlaces, resolveSettings } from '../resolveSettings.ts'
import { createTraining } from '../trainingFolder.ts'
import { tell, type Figure } from './report.ts'

/**
 * What is wanted: decisions at most so much slower, a loop that is never blocked for long, in milliseconds, and a training that comes on
 * all the same.
 */
const LIMITS = { decisionRatio: 1.5, loopDelay: 10, speedShare: 0.4 }

/** Decisions come faster than a trader would have them, so that there are enough to measure. */
const CADENCE_SECONDS = 5
const SPEED = 10

/** Until everything that is ever needed was loaded and compiled once. */
const WARM_UP = 15_000

/** How long the training is measured by itself. */
const ALONE = 20_000

const { values } = parseArgs({
  args: process.argv.slice(2).filter(word => word !== '--'),
  options: { minutes: { type: 'string', default: '5' }, json: { type: 'boolean' } },
})
const time = Number(values.minutes) * 60_000
const folder = mkdtempSync(join(tmpdir(), 'zerodte-soak-'))
const places = findPlaces()

/** What a stretch of a session was like; times in milliseconds. */
interface Stretch {
  readonly decisions: number
  readonly decisionP50: number
  readonly decisionP99: number
  readonly pricingP99: number
  /** From a decision, or anything else that happened, to the disk. */
  readonly commitP99: number
  readonly loopDelayP99: number
  readonly accepted: number
  readonly dropped: number
}

const alone = await besideTraining(() => sleep(ALONE))
const idle = await live('alone')
const beside = await besideTraining(learner => live('beside', learner))
rmSync(folder, { recursive: true, force: true })
tell([
  {
    title: 'The session',
    figures: [
      ...figuresOf('alone', idle),
      ...figuresOf('beside a training', beside.lived),
      {
        name: 'decision p99 beside a training to alone',
        value: beside.lived.decisionP99 / idle.decisionP99,
        atMost: LIMITS.decisionRatio,
      },
    ],
    notes: [
      `${idle.decisions} and ${beside.lived.decisions} decisions, ${idle.accepted} and ${beside.lived.accepted} quotes: the same stretch of the same session.`,
    ],
  },
  {
    title: 'The training',
    figures: [
      { name: 'alone', value: alone.speed, unit: 'updates/s' },
      { name: 'beside the session', value: beside.speed, unit: 'updates/s' },
      { name: 'share that is kept', value: beside.speed / alone.speed, atLeast: LIMITS.speedShare },
    ],
  },
])

/** Lives the stretch of the session, and measures it once it is warm. A learner gives way to its decisions, as in the product. */
async function live(name: string, learner?: Learner): Promise<Stretch> {
  const settings = resolveSettings(places, {
    feed: { kind: 'simulated', date: '2026-11-20', seed: 2, from: '09:40', speed: SPEED },
    suggestion: { cadence: CADENCE_SECONDS },
    data: { folder: join(folder, name) },
  })
  if (!settings.ok) throw new Error(settings.failure)
  const parts = await startParts(settings.value, places, 'web')
  const cockpit = runCockpit(parts)
  const { stages } = parts.desk.engine
  parts.desk.onDecision(decision => learner?.giveWayTo(decision))
  await cockpit.ready
  await sleep(WARM_UP)
  const first = {
    decisions: stages.times('decision').count,
    pricing: stages.times('pricing').count,
    commit: stages.times('commit').count,
    ...quotesOf(parts),
  }
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  await sleep(time)
  delay.disable()
  const { count, p50, p99 } = stages.times('decision', first.decisions)
  const { accepted, dropped } = quotesOf(parts)
  await cockpit.close()
  return {
    decisions: count,
    decisionP50: p50,
    decisionP99: p99,
    pricingP99: stages.times('pricing', first.pricing).p99,
    commitP99: stages.times('commit', first.commit).p99,
    // The monitor counts the millisecond it waits itself
    loopDelayP99: delay.percentile(99) / 1e6 - 1,
    accepted: accepted - first.accepted,
    dropped: dropped - first.dropped,
  }
}

/** Does something beside a training at full speed; tells how fast the training was meanwhile. */
async function besideTraining<Lived>(
  doing: (learner: Learner) => Promise<Lived>,
): Promise<{ readonly lived: Lived; readonly speed: number }> {
  const champion = new Uint8Array(readFileSync(join(places.assets, 'policies/first/policy.onnx')))
  const bundle = join(mkdtempSync(join(folder, 'training-')), 'bundle')
  // One that does not end by itself
  const job = drillJob(champion, {
    updates: 1_000_000,
    learning: USUAL_LEARNING,
    sessions: { firstSeed: 1, count: 6 },
    checkpointEvery: CHECKPOINT_EVERY,
  })
  await createTraining(bundle, job, champion)
  const learner = new Learner(threadHost, join(places.processes, `learnerWorker${places.suffix}`))
  const made = { updates: 0 }
  const task = { kind: 'train', folder: bundle, tables: join(folder, 'tables') } as const
  const begun = learner.begin(job.run, task, { onMetrics: step => (made.updates = step) })
  if (!begun.ok) throw new Error(begun.failure)
  while (made.updates === 0 && learner.isBusy) await sleep(100)
  const first = { ...made, at: performance.now() }
  const lived = await doing(learner)
  const speed = ((made.updates - first.updates) * 1000) / (performance.now() - first.at)
  if (!learner.isBusy) throw new Error(`the training ended: ${JSON.stringify(await begun.value)}`)
  await learner.stop()
  return { lived, speed }
}

function quotesOf({ desk }: Parts): { readonly accepted: number; readonly dropped: number } {
  return { accepted: desk.engine.market?.quotes.accepted ?? 0, dropped: desk.engine.conflated }
}

function figuresOf(name: string, stretch: Stretch): Figure[] {
  return [
    { name: `decision p50, ${name}`, value: stretch.decisionP50, unit: 'ms' },
    { name: `decision p99, ${name}`, value: stretch.decisionP99, unit: 'ms' },
    { name: `pricing p99, ${name}`, value: stretch.pricingP99, unit: 'ms' },
    { name: `commit p99, ${name}`, value: stretch.commitP99, unit: 'ms' },
    {
      name: `event loop delay p99, ${name}`,
      value: stretch.loopDelayP99,
      unit: 'ms',
      atMost: LIMITS.loopDelay,
    },
    { name: `quotes dropped, ${name}`, value: stretch.dropped, atMost: 0 },
  ]
}
