import type { MachineParts, MachineRouters } from '../adapters/pricer/backends.ts'
import type { Calibration } from '../adapters/pricer/calibrationFile.ts'
import { instructionsLabel } from '../adapters/pricer/nativePricer.ts'
import type { OpenedPricer } from '../adapters/pricer/openPricer.ts'
import { PRECISIONS, type CostTable } from '../adapters/pricer/routeTable.ts'
import type { ScenarioFrame } from '../contract/frames.ts'
import {
  BACKENDS,
  JOBS,
  type BackendName,
  type BackendReport,
  type JobName,
  type JobReport,
  type MachineKey,
  type MachineReport,
} from '../contract/machine.ts'

/** A backend that is not asked for a job any more, and what it did wrong. */
export interface Refusal {
  readonly job: JobName
  readonly backend: BackendName
  readonly reason: string
}

/** What a report is made from. */
export interface MachineState {
  readonly opened: OpenedPricer
  readonly inference: MachineReport['inference']
  readonly parts: MachineParts
  readonly routers: MachineRouters
  readonly refusals: readonly Refusal[]
  /** What the kernels that decided did wrong, where they were found out. */
  readonly distrusted: string | undefined
  readonly key: MachineKey
  readonly calibration: Calibration | undefined
  readonly isMeasuring: boolean
}

/** What is counted: of a grid of scenarios, every leg in every one of them. */
const UNITS = { chain: 'contracts', batch: 'options', scenarios: 'evaluations' } as const

const JOB_NAMES: Readonly<Record<JobName, string>> = {
  chain: 'the Greeks of the chain',
  batch: 'batches of options',
  scenarios: 'scenario grids',
}

/** Who is refused for what, in one sentence for the trader. */
export function refusalSentence({ job, backend, reason }: Refusal, parts: MachineParts): string {
  return backend === 'gpu'
    ? `The GPU was refused: ${reason}. The CPU serves.`
    : `${backendLabel(backend, parts)} was refused for ${JOB_NAMES[job]}: ${reason}. Another backend serves them.`
}

/** Which backend serves what on a machine, why, and how fast, for people. */
export function machineReport(state: MachineState): MachineReport {
  const { opened, key, calibration, isMeasuring, inference } = state
  const jobs = JOBS.map(job => jobReport(job, state))
  const serving = new Set<BackendName>([opened.pricer.backend, ...jobs.flatMap(({ serves }) => serves)])
  return {
    key,
    backends: BACKENDS.map(name => backendReport(name, serving.has(name), state)),
    jobs,
    decisions: {
      backend: opened.pricer.backend,
      label: opened.pricer.name,
      why: decisionsWhy(state),
    },
    measuredAt: calibration?.measuredAt,
    calibrationMilliseconds: calibration?.milliseconds,
    isMeasuring,
    inference,
  }
}

function decisionsWhy({ opened, distrusted }: MachineState): string {
  return distrusted === undefined
    ? `${opened.why}; for the whole session, so that it can be repeated bit for bit`
    : `the native kernels ${distrusted}; trading was halted`
}

function jobReport(job: JobName, state: MachineState): JobReport {
  const { costs } = state.routers[job]
  const sizes = sizesOf(costs)
  const serves = sizes.map(size => servingAt(job, size, state))
  return {
    job,
    serves,
    why: whyOf(job, costs, state),
    unit: UNITS[job],
    sizes,
    microseconds: BACKENDS.flatMap(backend => {
      const points = costs[backend]
      if (!points) return []
      const times = sizes.map(size => points.find(point => point.size === size)?.microseconds ?? Number.NaN)
      return [{ backend, times }]
    }),
    crossovers: serves.flatMap((to, place) => {
      const [from, size] = [serves[place - 1], sizes[place]]
      return from === undefined || size === undefined || from === to ? [] : [{ size, from, to }]
    }),
  }
}

function sizesOf(costs: CostTable): readonly number[] {
  const sizes = new Set(BACKENDS.flatMap(name => costs[name]?.map(({ size }) => size) ?? []))
  return [...sizes].sort((one, other) => one - other)
}

/** Who serves at a size: the chain is settled for the session, the rest goes to whoever is fastest. */
function servingAt(job: JobName, size: number, { opened, routers }: MachineState): BackendName {
  if (job === 'chain') return opened.pricer.backend
  return routers[job].choose(size, job === 'batch' ? 'f64' : 'f32').name
}

function whyOf(job: JobName, costs: CostTable, state: MachineState): string {
  if (job === 'chain') return `Settled at the start: ${decisionsWhy(state)}.`
  if (Object.keys(costs).length === 0) return 'Not measured yet: the reference serves until then.'
  return job === 'batch'
    ? 'Serves `zerodte price`, not the window: the fastest in double precision at each size, as measured here.'
    : 'The fastest at each size, as measured here; pictures may be single precision.'
}

function backendReport(name: BackendName, serves: boolean, state: MachineState): BackendReport {
  const { native, gpu, threads } = state.parts
  const refusal = refusalOf(name, state)
  const presence = presenceOf(name, state)
  const addon = name === 'native1' || name === 'nativeN'
  return {
    name,
    label: backendLabel(name, state.parts),
    // Who is refused for one thing may serve another
    state: presence.state ?? (serves ? 'serves' : refusal === undefined ? 'available' : 'refused'),
    note: presence.state === undefined && refusal !== undefined ? refusal : presence.note,
    instructions: addon && native.state === 'open' ? instructionsLabel(native.kernels) : undefined,
    threads: name === 'nativeN' ? threads : 1,
    device: name === 'gpu' && 'facts' in gpu ? gpu.facts.name : undefined,
    precision: PRECISIONS[name],
  }
}

/** What a backend is refused for, and why. */
function refusalOf(name: BackendName, { refusals, distrusted }: MachineState): string | undefined {
  const said = refusals.flatMap(({ job, backend, reason }) => {
    if (backend !== name) return []
    return [name === 'gpu' ? reason : `refused for ${JOB_NAMES[job]}: ${reason}`]
  })
  if (name === 'native1' && distrusted !== undefined) said.push(`refused for decisions: they ${distrusted}`)
  return said.length === 0 ? undefined : said.join('; ')
}

/** Whether a backend is there at all, and what is to be said of it. */
function presenceOf(
  name: BackendName,
  { parts: { native, gpu, threads } }: MachineState,
): { readonly state?: 'absent' | 'refused'; readonly note: string } {
  if (name === 'reference') return { note: 'the readable formulas, always there' }
  if (name === 'gpu')
    return 'facts' in gpu
      ? { note: `pictures only, by ${gpu.facts.backend}` }
      : { state: gpu.state, note: gpu.reason }
  if (native.state !== 'open') return { state: native.state, note: native.reason }
  if (name === 'nativeN' && threads < 2) return { state: 'absent', note: 'this machine has one core' }
  return { note: 'compiled kernels in double precision' }
}

/** What people call a backend of a machine, and how precise it is. */
export function servedBy(
  name: BackendName,
  parts: MachineParts,
): Pick<ScenarioFrame, 'backend' | 'precision'> {
  return { backend: backendLabel(name, parts), precision: PRECISIONS[name] }
}

function backendLabel(name: BackendName, { native, gpu, threads }: MachineParts): string {
  const instructions = native.state === 'open' ? instructionsLabel(native.kernels) : 'native'
  const labels: Readonly<Record<BackendName, string>> = {
    reference: 'TypeScript reference',
    native1: `${instructions}, 1 thread`,
    nativeN: `${instructions}, ${threads} threads`,
    gpu: 'facts' in gpu ? gpu.name : 'GPU',
  }
  return labels[name]
}
