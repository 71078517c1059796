import { machineRouters, type MachineParts, type MachineRouters } from '../adapters/pricer/backends.ts'
import { LARGEST_BATCH } from '../adapters/pricer/batchJob.ts'
import { calibrate } from '../adapters/pricer/calibration.ts'
import { readCalibration, writeCalibration, type Calibration } from '../adapters/pricer/calibrationFile.ts'
import { machineKey } from '../adapters/pricer/machineKey.ts'
import { nativeFault, type OpenedPricer } from '../adapters/pricer/openPricer.ts'
import { REAL_TIME } from '../adapters/pricer/realTime.ts'
import type { Routed } from '../adapters/pricer/router.ts'
import type { ScenarioTask } from '../adapters/pricer/scenarioJob.ts'
import type { Heartbeat, ScenarioFrame } from '../contract/frames.ts'
import {
  JOBS,
  type BackendName,
  type JobName,
  type MachineKey,
  type MachineReport,
} from '../contract/machine.ts'
import type { Milliseconds } from '../core/base/units.ts'
import { createBatch } from '../core/pricing/optionBatch.ts'
import type { ScenarioGrid } from '../core/pricing/scenario.ts'
import { machineReport, refusalSentence, servedBy, type Refusal } from './machineReport.ts'

/** What a machine is made of. */
export interface MachineWiring {
  readonly opened: OpenedPricer
  openGpu(): Promise<MachineParts['gpu']>
  /** Threads that may compute, the caller's among them. */
  readonly threads: number
  /** Where measurements are remembered. */
  readonly file: string
  readonly version: string
  readonly inference: MachineReport['inference']
  /** Hears in one sentence what the trader has to know of it. */
  onNotice(sentence: string): void
  /** Hears which rule is broken when what decides is found to compute wrong: nothing may be traded on it. */
  onBroken(rule: string): void
}

/** How long each job may be measured; together they stay well below 200 ms. */
export const CALIBRATION_BUDGETS: Readonly<Record<JobName, Milliseconds>> = {
  chain: 15,
  batch: 65,
  scenarios: 75,
}

/** A cockpit has this long to itself before the machine is looked at. */
const REST: Milliseconds = 4000

/** Time between two looks at the kernels that decide. */
const LOOK_EVERY: Milliseconds = 60_000

/** Least time between two measurements that nobody asked for. */
const PAUSE: Milliseconds = 10 * 60_000

/** Who computes what on this machine: measured when all is quiet, remembered, looked at again and again, and asked for pictures. */
export class Machine {
  readonly #wiring: MachineWiring
  readonly #columns = createBatch(LARGEST_BATCH)
  readonly #refusals: Refusal[] = []
  /** What the kernels that decided did wrong. */
  #distrusted: string | undefined
  #parts: MachineParts
  #routers: MachineRouters
  #calibration: Calibration | undefined
  #measuring: Promise<void> | undefined
  #gpu: Promise<void> | undefined
  #isClosed = false

  constructor(wiring: MachineWiring) {
    this.#wiring = wiring
    const gpu = { state: 'absent', reason: 'not looked for yet' } as const
    this.#parts = { native: wiring.opened.native, gpu, threads: Math.max(1, wiring.threads) }
    this.#routers = this.#freshRouters()
  }

  /**
   * Looks for a GPU and takes up what is remembered of this machine, or measures it, once the start is well over; from then
   * on looks after what decides.
   */
  begin(): void {
    this.#attend().catch((cause: unknown) => this.#noteFailure(cause))
  }

  /** What is known of the machine. */
  report(): MachineReport {
    return machineReport({
      opened: this.#wiring.opened,
      inference: this.#wiring.inference,
      parts: this.#parts,
      routers: this.#routers,
      refusals: this.#refusals,
      distrusted: this.#distrusted,
      key: this.#key,
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
    const { scenarios } = this.#routers
    const routed = await scenarios.perform(task, 'f32')
    const measuredAt = this.#calibration?.measuredAt ?? 0
    if (scenarios.isDrifted && Date.now() - measuredAt > PAUSE)
      this.measure().catch((cause: unknown) => this.#noteFailure(cause))
    return routed
  }

  /** Has the kernels that decide price what is known; where they do it wrong, trading stops and the reference computes. */
  lookAtDecisions(): void {
    const { native, pricer } = this.#wiring.opened
    if (native.state !== 'open' || pricer.backend === 'reference') return
    const fault = nativeFault(native.kernels)
    if (fault !== undefined) this.#distrust(fault)
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
    if (native.state !== 'open') return `The TypeScript reference computes the chain: ${native.reason}.`
    if (this.#distrusted !== undefined)
      return `The TypeScript reference computes the chain, and trading was halted: the native kernels ${this.#distrusted}.`
    const [refusal] = this.#refusals
    return refusal && refusalSentence(refusal, this.#parts)
  }

  /** Lets go of the GPU, once what is being measured is over. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#measuring?.catch(() => undefined)
    if ('close' in this.#parts.gpu) this.#parts.gpu.close()
  }

  async #attend(): Promise<void> {
    await REAL_TIME.delay(REST)
    if (this.#isClosed) return
    await this.#lookForGpu()
    const remembered = readCalibration(this.#wiring.file, this.#key)
    if (this.#isClosed) return
    if (remembered) this.#learn(remembered)
    else await this.measure()
    for (await REAL_TIME.delay(LOOK_EVERY); !this.#isClosed; await REAL_TIME.delay(LOOK_EVERY))
      this.lookAtDecisions()
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
    this.#routers = this.#freshRouters()
    if ('state' in gpu && gpu.state === 'refused')
      this.#noteRefusal({ job: 'scenarios', backend: 'gpu', reason: gpu.reason })
  }

  async #measureAll(): Promise<void> {
    await this.#lookForGpu()
    const measuredAt = Date.now()
    const { chain, batch, scenarios } = this.#routers
    const milliseconds =
      (await calibrate(chain, REAL_TIME, CALIBRATION_BUDGETS.chain)) +
      (await calibrate(batch, REAL_TIME, CALIBRATION_BUDGETS.batch)) +
      (await calibrate(scenarios, REAL_TIME, CALIBRATION_BUDGETS.scenarios))
    const costs = { chain: chain.costs, batch: batch.costs, scenarios: scenarios.costs }
    this.#calibration = { key: this.#key, measuredAt, milliseconds, costs }
    // A folder that cannot be written costs a measurement at the next start, nothing else
    await writeCalibration(this.#wiring.file, this.#calibration).catch(() => undefined)
  }

  #learn(calibration: Calibration): void {
    this.#calibration = calibration
    for (const job of JOBS) this.#routers[job].learn(calibration.costs[job] ?? {})
  }

  /** Routers over the parts as they are now; whoever was refused stays refused. */
  #freshRouters(): MachineRouters {
    const routers = machineRouters(this.#parts, this.#columns, REAL_TIME, (job, backend, reason) =>
      this.#noteRefusal({ job, backend, reason }),
    )
    for (const { job, backend, reason } of this.#refusals) routers[job].refuse(backend, reason)
    return routers
  }

  /** Says once who is refused for what. Whatever the addon does wrong, those of its kernels that decide are looked at. */
  #noteRefusal(refusal: Refusal): void {
    const { job, backend, reason } = refusal
    const isSame = (known: Refusal) => known.backend === backend && (known.job === job || backend === 'gpu')
    if (this.#refusals.some(isSame)) return
    this.#refusals.push(refusal)
    this.#wiring.onNotice(refusalSentence(refusal, this.#parts))
    if (backend === 'gpu') return
    if (job === 'chain') this.#distrust(`compute wrong: ${reason}`)
    else this.lookAtDecisions()
  }

  /** What decided was wrong: from here on the reference computes, and nothing is traded on what was before. */
  #distrust(fault: string): void {
    const { pricer } = this.#wiring.opened
    if (pricer.backend === 'reference') return
    pricer.distrust()
    this.#distrusted = fault
    this.#wiring.onBroken(
      `The native kernels ${fault}. The TypeScript reference computes the chain from here on`,
    )
  }

  #noteFailure(cause: unknown): void {
    const reason = cause instanceof Error ? cause.message : String(cause)
    this.#wiring.onNotice(`The machine could not be measured: ${reason}.`)
  }

  get #key(): MachineKey {
    const { native, gpu, threads } = this.#parts
    const name = 'facts' in gpu ? gpu.facts.name : undefined
    return { ...machineKey(this.#wiring.version, native, threads), gpu: name }
  }
}
