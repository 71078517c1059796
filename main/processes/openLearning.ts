import { join } from 'node:path'
import { RunStore } from '../adapters/experiments/runStore.ts'
import type { Settings } from '../adapters/settings/settings.ts'
import type { SessionPhase } from '../core/session/phase.ts'
import { preferenceView } from '../engine/views/snapshotOf.ts'
import type { ModelRegistry } from '../registry/modelRegistry.ts'
import { isOnBattery } from './battery.ts'
import type { Desk } from './desk.ts'
import { processHost, threadHost, type Host } from './host.ts'
import { Learner } from './learner.ts'
import { LearningService } from './learningService.ts'
import { gitRevision } from './newTraining.ts'
import type { PolicySwitch } from './policySwitch.ts'
import { recentExperience } from './recentExperience.ts'
import { scheduleRetraining } from './retraining.ts'
import type { MemoryService, Places } from './services.ts'

/** How often the pace of the learner is looked after, and the battery. */
const LOOK_EVERY = 1000
const BATTERY_EVERY = 60_000

/** What learning is joined with. */
export interface LearningSurroundings {
  readonly settings: Settings
  readonly places: Places
  readonly desk: Desk
  readonly memory: MemoryService
  readonly policy: PolicySwitch
  readonly models: ModelRegistry
}

/** Learning beside a running cockpit: it yields to the live session, and learns from the week when that is due. */
export interface OpenedLearning {
  readonly service: LearningService
  /** Ends what is being worked on where it stands; it can be gone on with after the next start. */
  close(): Promise<void>
}

/** Joins learning with a desk; `ownProcess` is how a process of its own is made here. */
export function openLearning(around: LearningSurroundings, ownProcess: Host = processHost): OpenedLearning {
  const { settings, places, desk, memory, policy, models } = around
  const { folder } = settings.data
  const host = settings.learning.host === 'process' ? ownProcess : threadHost
  const learner = new Learner(host, join(places.processes, `learnerWorker${places.suffix}`))
  const service = new LearningService({
    folder,
    registry: models,
    policy,
    runs: new RunStore(join(folder, 'runs')),
    learner,
    revision: gitRevision(join(places.assets, '..')),
    decisions: limit => memory.store.decisions(undefined, limit),
    experience: () => recentExperience(memory.store),
    preference: () => preferenceView(desk.engine.book),
    now: Date.now,
  })
  const stopYielding = yieldToSession(learner, desk)
  const stopSchedule =
    settings.learning.retraining === 'weekly'
      ? scheduleRetraining(service, join(folder, 'training'))
      : () => undefined
  return {
    service,
    async close() {
      stopYielding()
      stopSchedule()
      await learner.abandon()
    },
  }
}

/** What the learner must give way to. */
export interface Surroundings {
  readonly phase: SessionPhase
  readonly isPlaying: boolean
  readonly openOrders: number
  readonly isOnBattery: boolean | undefined
}

/** The share of its time that the learner works, and why it is less than all. */
export function learnerShare({ phase, isPlaying, openOrders, isOnBattery: battery }: Surroundings): {
  readonly share: number
  readonly reason: string | undefined
} {
  if (openOrders > 0) return { share: 0.25, reason: 'an order works' }
  if (battery === true) return { share: 0.4, reason: 'the machine is on its battery' }
  if (isPlaying && (phase === 'session' || phase === 'guard'))
    return { share: 0.6, reason: 'the session is live' }
  return { share: 1, reason: undefined }
}

function yieldToSession(learner: Learner, { engine, player, onDecision }: Desk): () => void {
  let battery: boolean | undefined
  const readBattery = () => void isOnBattery().then(value => (battery = value))
  const look = () => {
    if (!learner.isBusy) return
    const openOrders = [...engine.book.orders.values()].filter(
      ({ status }) => status === 'working' || status === 'sending',
    ).length
    const { phase } = engine.book
    const { share, reason } = learnerShare({
      phase,
      isPlaying: !player.isPaused,
      openOrders,
      isOnBattery: battery,
    })
    learner.yieldTo(share, reason)
  }
  readBattery()
  const timers = [setInterval(look, LOOK_EVERY), setInterval(readBattery, BATTERY_EVERY)]
  for (const timer of timers) timer.unref()
  const stopGivingWay = onDecision(decision => learner.giveWayTo(decision))
  return () => {
    stopGivingWay()
    timers.forEach(timer => clearInterval(timer))
  }
}
