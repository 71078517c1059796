import type { ClientRequest } from '../contract/commands.ts'
import type { ReadOnlyEngine, ReadOnlyName } from '../contract/readOnly.ts'
import type { HealthReport, ScenarioAnswer } from '../contract/frames.ts'
import { createSessionFile } from '../adapters/history/sessionFile.ts'
import type { Settings } from '../adapters/settings/settings.ts'
import { REAL_TIME } from '../adapters/pricer/realTime.ts'
import type { ModelRegistry } from '../registry/modelRegistry.ts'
import { STAGES } from '../engine/stages.ts'
import { payoffPreview } from '../engine/views/payoffPreview.ts'
import { questionBook, scenarioFrame, scenarioQuestion } from '../engine/views/scenarioView.ts'
import { snapshotOf } from '../engine/views/snapshotOf.ts'
import type { RequestHandlers } from './contractServer.ts'
import type { Desk } from './desk.ts'
import { backtestHandlers } from './backtests.ts'
import type { BacktestThread } from './backtestThread.ts'
import { explanationHandlers } from './explanations.ts'
import type { Host } from './host.ts'
import { assistantHandlers, openAssistant, type OpenedAssistant } from './openAssistant.ts'
import type { ExplanationThreads } from './explanationThreads.ts'
import { learningHandlers } from './learning.ts'
import type { Machine } from './machine.ts'
import type { OpenedLearning } from './openLearning.ts'
import type { PolicySwitch } from './policySwitch.ts'
import type { MemoryService, Places } from './services.ts'
import { SessionRecorder } from './sessionRecorder.ts'

/** What a running cockpit is made of. */
export interface Parts {
  readonly desk: Desk
  readonly memory: MemoryService
  readonly policy: PolicySwitch
  /** Every model that there is; who is in charge decides at the next start, and by `policy.take` at once. */
  readonly models: ModelRegistry
  readonly machine: Machine
  /** Trains, compares and promotes beside the session. */
  readonly learning: OpenedLearning
  /** Explains what was decided, on threads of its own. */
  readonly explaining: ExplanationThreads
  /** Tests strategies, on a thread of its own. */
  readonly testing: BacktestThread
  /** Reads his code and makes it faster, in a process of its own. */
  readonly assistant: OpenedAssistant
  readonly settings: Settings
  readonly places: Places
  readonly notices: readonly string[]
  readonly shell: 'electron' | 'web'
  readonly started: number
}

/** Switches the recording of the running session on and off. */
export interface RecordingSwitch {
  readonly file: string | undefined
  start(file: string): Promise<void>
  stop(): Promise<number>
}

/** A switch that is off. */
export function recordingSwitch(desk: Desk): RecordingSwitch {
  let current:
    | { readonly file: string; readonly recorder: SessionRecorder; readonly stop: () => void }
    | undefined
  return {
    get file() {
      return current?.file
    },
    async start(file) {
      if (current) throw new Error(`${current.file} is being recorded already`)
      const recorder = new SessionRecorder(await createSessionFile(file))
      current = { file, recorder, stop: desk.listen(event => recorder.hear(event)) }
    },
    async stop() {
      const ended = current
      current = undefined
      ended?.stop()
      return ended ? ended.recorder.finish() : 0
    },
  }
}

/** Answers to everything a client may ask that is not a command. */
export function requestHandlers(parts: Parts, recording: RecordingSwitch): RequestHandlers {
  const { desk, memory, machine } = parts
  return {
    ...readingHandlers(parts),
    'layout/get': ({ display }) => memory.store.layout(display),
    async 'layout/save'({ display, layout }) {
      await memory.store.saveLayout(display, layout)
      return null
    },
    async 'playback/set'({ speed, isPaused }) {
      if (speed !== undefined) desk.player.setPace(speed)
      if (isPaused !== undefined) desk.player.setPaused(isPaused)
      return null
    },
    async 'recording/start'({ file }) {
      await recording.start(file)
      return null
    },
    'recording/stop': async () => ({ rows: await recording.stop() }),
    'machine/measure': () => machine.measure(),
    'scenario/get': request => scenarios(parts, request),
    'payoff/preview': async request => payoffPreview(desk.engine, request, desk.player.time),
    ...learningHandlers(parts),
    ...backtestHandlers(parts),
    ...explanationHandlers(parts),
    ...assistantHandlers(parts.assistant),
    'wire/echo': async ({ value }) => ({ value }),
  }
}

/** The code assistant beside a cockpit; of the engine it sees what only looks. `ownProcess` is how a process is made here. */
export function assistantBeside(
  parts: () => Parts,
  settings: Settings,
  places: Places,
  ownProcess?: Host,
): OpenedAssistant {
  const engine: ReadOnlyEngine = {
    async ask(name, request) {
      const handler = readingHandlers(parts())[name]
      return { ok: true, value: await handler(request) }
    },
  }
  return openAssistant(settings, places, { engine, isLive: () => isLive(parts().desk) }, ownProcess)
}

function isLive({ engine, player }: Desk): boolean {
  const { phase } = engine.book
  return !player.isPaused && (phase === 'session' || phase === 'guard')
}

function readingHandlers(parts: Parts): Pick<RequestHandlers, ReadOnlyName> {
  const { desk, memory, machine } = parts
  return {
    'snapshot/get': async () => snapshotOf(desk.engine, { notices: parts.notices, shell: parts.shell }),
    'journal/query': ({ session, limit }) => memory.store.decisions(session, limit),
    'health/get': () => healthReport(parts),
    'machine/get': async () => machine.report(),
  }
}

/** What is held or suggested over other markets, on whoever is fastest for so much of it. */
async function scenarios(
  { desk, machine }: Parts,
  request: ClientRequest<'scenario/get'>,
): Promise<ScenarioAnswer> {
  const question = scenarioQuestion(desk.engine, request, desk.player.time)
  if (question.kind === 'nothing') return question
  const { book, microseconds: preparing } = await questionBook(question, REAL_TIME)
  const { answer, backend, microseconds } = await machine.scenarios({ book, axes: question.axes })
  return scenarioFrame(question, answer, {
    ...machine.served(backend),
    microseconds: preparing + microseconds,
  })
}

async function healthReport({ desk, memory, policy, machine, started }: Parts): Promise<HealthReport> {
  const { engine } = desk
  const { file, entries, situations, index, setAside } = await memory.store.report()
  const { name, version } = policy.policy.card
  return {
    stages: STAGES.map(stage => ({ stage, ...engine.stages.times(stage) })),
    counts: engine.counts,
    quotes: {
      accepted: engine.market?.quotes.accepted ?? 0,
      conflated: engine.conflated,
      refused: Object.fromEntries(engine.market?.refusals ?? []),
    },
    memoryBytes: process.memoryUsage.rss(),
    uptime: Date.now() - started,
    pricer: machine.report().decisions.label,
    policy: { name, version, provider: policy.provider, restarts: policy.thread.restarts },
    database: { file, entries, situations, index, setAside },
    platform: `${process.platform} ${process.arch}, Node ${process.versions.node}`,
    audits: engine.sequence,
  }
}
