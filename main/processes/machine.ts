import { availableParallelism, cpus } from 'node:os'
import {
  machineBatchJob,
  machineChainJob,
  machineScenarioJob,
  type MachineParts,
} from '../adapters/pricer/backends.ts'
import { calibrate } from '../adapters/pricer/calibration.ts'
import { readCalibration, writeCalibration, type Calibration } from '../adapters/pricer/calibrationFile.ts'
import type { OpenedPricer } from '../adapters/pricer/openPricer.ts'
import { REAL_TIME } from '../adapters/pricer/realTime.ts'
import { Router, type Routed } from '../adapters/pricer/router.ts'
import type { ScenarioTask } from '../adapters/pricer/scenarioJob.ts'
import type { Heartbeat, ScenarioFrame } from '../contract/frames.ts'
import type { BackendName, MachineKey, MachineReport } from '../contract/machine.ts'
import type { Milliseconds } from '../core/base/units.ts'
import type { ScenarioGrid } from '../core/pricing/scenario.ts'
import { machineReport, servedBy } from './machineReport.ts'

/** What a machine is made of. */
export interface MachineWiring {
  readonly opened: OpenedPricer
  openGpu(): Promise<MachineParts['gpu']>
  /** Where measurements are remembered. */
  readonly file: string
  readonly version: string
  readonly inference: MachineReport['inference']
  /** Hears in one sentence when a backend is refused. */
  onRefused(sentence: string): void
}

/** How long each job may be measured; together they stay well below 200 ms, also where the last task runs over. */
const BUDGETS: { readonly [Job in 'chain' | 'batch' | 'scenarios']: Milliseconds } = {
  chain: 20,
  batch: 70,
  scenarios: 45,
}

/** A cockpit has this long to itself before the machine is looked at. */
const REST: Milliseconds = 4000

/** Least time between two measurements that nobody asked for. */
const PAUSE: Milliseconds = 10 * 60_000

/** Who computes what on this machine: measured when all is quiet, remembered, and asked for pictures. */
export class Machine {
  readonly #wiring: MachineWiring
  readonly #refused = new Map<BackendName, string>()
  #parts: MachineParts
  #scenarios: Router<ScenarioTask, ScenarioGrid>
  #calibration: Calibration | undefined
  #measuring: Promise<void> | undefined
  #gpu: Promise<void> | undefined
  #isClosed = false

  constructor(wiring: MachineWiring) {
    this.#wiring = wiring
    const threads = Math.max(1, availableParallelism())
    const gpu = { state: 'absent', reason: 'not looked for yet' } as const
    this.#parts = { native: wiring.opened.native, gpu, threads }
    this.#scenarios = this.#scenarioRouter()
  }

  /** Looks for a GPU and takes up what is remembered of this machine, or measures it, once the start is well over. */
  begin(): void {
    void this.#afterRest()
  }

  /** What is known of the machine. */
  report(): MachineReport {
    return machineReport({
      opened: this.#wiring.opened,
      inference: this.#wiring.inference,
      parts: this.#parts,
      refused: this.#refused,
      key: this.#key(),
      calibration: this.#calibration,
      isMeasuring: this.#measuring !== undefined,
    })
  }

  /** Measures the machine anew, in pieces between which everything else goes on. */
  async measure(): Promise<MachineReport> {
    this.#measuring ??= this.#measureAll().finally(() => {
      this.#measuring = undefined
    })
    await this.#measuring
    return this.report()
  }

  /** Fills a grid of scenarios on whoever is fastest for its size. */
  async scenarios(task: ScenarioTask): Promise<Routed<ScenarioGrid>> {
    const routed = await this.#scenarios.perform(task, 'f32')
    const measuredAt = this.#calibration?.measuredAt ?? 0
    if (this.#scenarios.isDrifted && Date.now() - measuredAt > PAUSE) void this.measure()
    return routed
  }

  /** What people call a backend, and how precise it is. */
  served(backend: BackendName): Pick<ScenarioFrame, 'backend' | 'precision'> {
    return servedBy(backend, this.#parts)
  }

  /** How the computing is, for the strip. */
  beat(age: Milliseconds): Heartbeat {
    const { complaint } = this
    return complaint === undefined
      ? { state: 'alive', age, note: `${this.#wiring.opened.pricer.name} computes the chain` }
      : { state: 'late', age, note: complaint }
  }

  /** What is wrong, in one sentence for the trader; undefined where nothing is. */
  get complaint(): string | undefined {
    const { native } = this.#wiring.opened
    const [refusal] = [...this.#refused].map(([name, reason]) => refusalSentence(name, reason))
    if (native.state !== 'open') return `The TypeScript reference computes the chain: ${native.reason}.`
    return refusal
  }

  /** Lets go of the GPU, once what is being measured is over. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#measuring
    if ('close' in this.#parts.gpu) this.#parts.gpu.close()
  }

  async #afterRest(): Promise<void> {
    await REAL_TIME.delay(REST)
    if (this.#isClosed) return
    await this.#lookForGpu()
    const remembered = readCalibration(this.#wiring.file, this.#key())
    if (this.#isClosed) return
    if (remembered) this.#learn(remembered)
    else await this.measure()
  }

  /** Once, whoever asks first: a GPU that is refused or absent stays so until the next start. */
  #lookForGpu(): Promise<void> {
    this.#gpu ??= this.#takeGpu()
    return this.#gpu
  }

  async #takeGpu(): Promise<void> {
    const gpu = await this.#wiring.openGpu()
    if (this.#isClosed && 'close' in gpu) gpu.close()
    this.#parts = { ...this.#parts, gpu }
    if ('state' in gpu && gpu.state === 'refused') this.#refuse('gpu', gpu.reason)
    this.#scenarios = this.#scenarioRouter()
  }

  async #measureAll(): Promise<void> {
    await this.#lookForGpu()
    const since = Date.now()
    const chain = new Router(machineChainJob(this.#parts), REAL_TIME, (name, why) => this.#refuse(name, why))
    const batch = new Router(machineBatchJob(this.#parts), REAL_TIME, (name, why) => this.#refuse(name, why))
    const milliseconds =
      (await calibrate(chain, REAL_TIME, BUDGETS.chain)) +
      (await calibrate(batch, REAL_TIME, BUDGETS.batch)) +
      (await calibrate(this.#scenarios, REAL_TIME, BUDGETS.scenarios))
    this.#calibration = {
      key: this.#key(),
      measuredAt: since,
      milliseconds,
      costs: { chain: chain.costs, batch: batch.costs, scenarios: this.#scenarios.costs },
    }
    // A folder that cannot be written costs a measurement at the next start, nothing else
    await writeCalibration(this.#wiring.file, this.#calibration).catch(() => undefined)
  }

  #learn(calibration: Calibration): void {
    this.#calibration = calibration
    this.#scenarios.learn(calibration.costs.scenarios ?? {})
  }

  #scenarioRouter(): Router<ScenarioTask, ScenarioGrid> {
    return new Router(machineScenarioJob(this.#parts, REAL_TIME), REAL_TIME, (name, why) =>
      this.#refuse(name, why),
    )
  }

  #refuse(name: BackendName, reason: string): void {
    if (this.#refused.has(name)) return
    this.#refused.set(name, reason)
    this.#wiring.onRefused(refusalSentence(name, reason))
  }

  #key(): MachineKey {
    const { gpu } = this.#parts
    return {
      version: this.#wiring.version,
      platform: `${process.platform} ${process.arch}`,
      processor: cpus()[0]?.model.trim() ?? 'unknown',
      cores: cpus().length,
      gpu: 'facts' in gpu ? gpu.facts.name : undefined,
    }
  }
}

function refusalSentence(name: BackendName, reason: string): string {
  return name === 'gpu'
    ? `The GPU was refused: ${reason}. The CPU serves.`
    : `The native kernels were refused: ${reason}. The TypeScript reference serves.`
}
