import type { CockpitHandle } from '../contract/wire.ts'
import type { OpenedPricer } from '../adapters/pricer/openPricer.ts'
import type { Settings } from '../adapters/settings/settings.ts'
import { backtestThread } from './backtestThread.ts'
import { ContractServer } from './contractServer.ts'
import { forgetOldLosses } from './desk.ts'
import { explanationThreads } from './explanationThreads.ts'
import type { Host } from './host.ts'
import { openDesk } from './openDesk.ts'
import { openLearning } from './openLearning.ts'
import { openMachine } from './openMachine.ts'
import { startPublisher } from './publisher.ts'
import { assistantBeside, recordingSwitch, requestHandlers, type Parts } from './requests.ts'
import { openRegistry, startChampion } from './policySwitch.ts'
import { startMemory, startPricer, type MemoryService, type Places } from './services.ts'
import { chooseSource, type LastRun } from './sources.ts'

/** A program that could not start, in one line. */
export class NotStarted extends Error {
  override readonly name = 'NotStarted'
}

/**
 * Starts the whole program around one engine and hands it to a shell. Every start is a recovery: the journal of the last
 * session is put back first, then the market goes on, then the broker is asked what happened meanwhile. `ownProcess` is how this
 * shell makes a process of its own, where that is not Node's way.
 */
export async function startCockpit(
  settings: Settings,
  places: Places,
  shell: 'electron' | 'web',
  ownProcess?: Host,
): Promise<CockpitHandle> {
  return runCockpit(await startParts(settings, places, shell, ownProcess))
}

/** Starts everything that a cockpit is made of; nothing moves until it runs. */
export async function startParts(
  settings: Settings,
  places: Places,
  shell: 'electron' | 'web',
  ownProcess?: Host,
): Promise<Parts> {
  const memory = startMemory(places, settings)
  const models = openRegistry(settings, places)
  const starting = startChampion(places, models)
  try {
    return await joinParts(settings, places, { memory, models, starting, ownProcess }, shell)
  } catch (cause) {
    // Threads that go on would keep the program from ending
    await Promise.all([
      memory.thread.close(),
      starting.then(
        ({ policy }) => policy.close(),
        () => undefined,
      ),
    ])
    throw new NotStarted(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

/** What was begun before anything else, because it takes longest. */
interface Begun {
  readonly memory: MemoryService
  readonly models: ReturnType<typeof openRegistry>
  readonly starting: ReturnType<typeof startChampion>
  readonly ownProcess: Host | undefined
}

async function joinParts(
  settings: Settings,
  places: Places,
  { memory, models, starting, ownProcess }: Begun,
  shell: 'electron' | 'web',
): Promise<Parts> {
  const [journal, report, { policy, notes }] = await Promise.all([
    memory.store.journal(),
    memory.store.report(),
    starting,
  ])
  const chosen = await chooseSource(settings, lastRun(journal))
  if (!chosen.ok) throw new NotStarted(chosen.failure)
  const opened = startPricer(places, settings)
  if (!opened.ok) throw new NotStarted(opened.failure)
  const desk = openDesk(settings, {
    source: chosen.value.source,
    memory: memory.store,
    policy,
    pricer: opened.value.pricer,
  })
  desk.engine.recover(journal)
  const notices = [
    chosen.value.notice,
    ...notes,
    damageNotice(report.setAside),
    indexNotice(report.index),
    pricerNotice(opened.value),
  ].filter(notice => notice !== undefined)
  const machine = openMachine(settings, places, { desk, policy, notices, opened: opened.value })
  const parts: Parts = {
    desk,
    memory,
    policy,
    models,
    machine,
    learning: openLearning({ settings, places, desk, memory, policy, models }, ownProcess),
    explaining: explanationThreads(places),
    testing: backtestThread(places),
    assistant: assistantBeside(() => parts, settings, places, ownProcess),
    settings,
    places,
    notices,
    shell,
    started: Date.now(),
  }
  return parts
}

/** Lets a cockpit run, and hands it to its shell. */
export function runCockpit(parts: Parts): CockpitHandle {
  const { desk, memory, policy, machine } = parts
  const recording = recordingSwitch(desk)
  const server = new ContractServer(command => desk.engine.send(command), requestHandlers(parts, recording))
  const stopPublisher = startPublisher(desk.engine, desk.player, server, {
    policyNote: () => `${policy.policy.card.name} on its thread`,
    databaseNote: () => 'commit time, 95 of 100',
    recording: () => recording.file,
    pricerBeat: () => machine.beat(desk.engine.stages.times('pricing').p95),
  })
  machine.begin()
  parts.assistant.process.onNews(news => server.push('assistant', news))
  forgetOldLosses(desk.engine)
  const playing = desk.player.play()
  return {
    ready: desk.engine.settled(),
    call: bytes => server.call(bytes),
    attach: target => server.attach(target),
    onAlert: listener =>
      desk.engine.onAudit(audit => {
        for (const fact of audit.facts) if (fact.kind === 'alerted') listener(fact.alert)
      }),
    async flatten() {
      await desk.engine.send({ name: 'killSwitch/flatten', request: { via: 'menu', immediately: true } })
    },
    async close() {
      desk.player.close()
      await playing
      stopPublisher()
      await parts.learning.close()
      await parts.assistant.close()
      await recording.stop()
      await machine.close()
      await Promise.race([desk.engine.settled(), new Promise(resolve => setTimeout(resolve, 1000))])
      await memory.store.close().catch(() => undefined)
      await Promise.all([
        memory.thread.close(),
        policy.close(),
        parts.explaining.close(),
        parts.testing.close(),
      ])
    },
  }
}

function lastRun(
  journal: readonly { readonly session: string; readonly time: number }[],
): LastRun | undefined {
  const last = journal.at(-1)
  return last && { session: last.session, time: last.time }
}

function damageNotice(setAside: string | undefined): string | undefined {
  return (
    setAside && `The database was damaged. It was moved to ${setAside}, untouched, and a new one was begun.`
  )
}

function indexNotice(index: 'hnsw' | 'exact'): string | undefined {
  return index === 'exact' ? 'hnswlib is not built here; past cases are searched one by one.' : undefined
}

function pricerNotice({ native, pricer }: OpenedPricer): string | undefined {
  return native.state === 'open' ? undefined : `The ${pricer.name} computes the chain: ${native.reason}.`
}
