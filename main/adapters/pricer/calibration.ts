import type { BackendName } from '../../contract/machine.ts'
import type { Milliseconds } from '../../core/base/units.ts'
import { clamp } from '../../core/base/statistics.ts'
import type { CostPoint } from './costModel.ts'
import type { Backend, Router, RouterTime } from './router.ts'
import type { CostTable } from './routeTable.ts'

/** Each size is tried so often at most, the backends by turns, and the least time counts: whatever disturbs only adds. */
const ROUNDS = 8

/** A time is taken over so many repetitions that it is at least this long, in microseconds. */
const SHORTEST_TIMING = 200

/** Calls of each backend before it is measured, so that the compiler has done its work. */
const WARM_UP = 300

/** The largest size of such a call. */
const WARM_UP_SIZE = 64

/** Shares of the time that warming up may take: most of the reference is ours to compile, little of the others. */
const WARM_UP_SHARES: Readonly<Record<BackendName, number>> = {
  reference: 0.25,
  native1: 0.05,
  nativeN: 0.05,
  gpu: 0,
}

/** Nothing that is expected to hold this thread for longer is tried: quotes and decisions wait on it. */
const LONGEST_HOLD: Milliseconds = 4

/** Others get their turn at least so often during a warm-up. */
const TURN: Milliseconds = 1

/** A backend so many times slower than the fastest, and falling further behind, is not asked at larger sizes. */
const HOPELESS = 4

/** Who is so many times slower than the fastest at a size, and no matter of one timing, is not measured there again. */
const RIVAL = 8

/** A crossover is measured at its own size where that lies so far from those measured already. */
const APART = 1.1

/** What is measured at one size: the least time of each backend so far, in microseconds. */
interface Station<Task, Answer> {
  readonly size: number
  readonly least: Map<Backend<Task, Answer>, number>
}

/**
 * Measures the backends of a router on this machine and lets it learn the result. Works in small pieces with everything
 * else between them: once through all sizes, once where one backend overtakes another, then again as long as there is
 * time. What is expected to take longer than is left is not begun. Gives how long it worked.
 */
export async function calibrate<Task, Answer>(
  router: Router<Task, Answer>,
  time: RouterTime,
  budget: Milliseconds,
): Promise<Milliseconds> {
  const calibration = new Calibration(router, time, budget)
  await calibration.warmUp()
  await calibration.walk()
  await calibration.refine()
  router.learn(calibration.costs)
  return calibration.worked
}

class Calibration<Task, Answer> {
  /** How long the backends worked, without what others did in between. */
  worked: Milliseconds = 0
  readonly #router: Router<Task, Answer>
  readonly #time: RouterTime
  readonly #budget: Milliseconds
  /** When it has worked so long, it ends. */
  #until: Milliseconds = 0
  #able: readonly Backend<Task, Answer>[] = []
  #stations: readonly Station<Task, Answer>[] = []

  constructor(router: Router<Task, Answer>, time: RouterTime, budget: Milliseconds) {
    this.#router = router
    this.#time = time
    this.#budget = budget
  }

  /** What was measured of the backends that are sound. */
  get costs(): CostTable {
    const costs: Partial<Record<BackendName, CostPoint[]>> = {}
    for (const { size, least } of this.#stations) {
      for (const [{ name }, microseconds] of least)
        if (!this.#router.refused.has(name)) costs[name] = [...(costs[name] ?? []), { size, microseconds }]
    }
    return costs
  }

  /** Has every backend do the least, held to the truth, until it is compiled. */
  async warmUp(): Promise<void> {
    const { job, refused } = this.#router
    const least = this.#probe(job.sizes[0] ?? 1)
    const able: Backend<Task, Answer>[] = []
    for (const backend of job.backends) {
      if (refused.has(backend.name) || !(await this.#isSound(backend, least))) continue
      able.push(backend)
      await this.#compile(backend)
      await this.#time.delay(0)
    }
    this.#able = able
    // Whatever held warming up for longer than its shares does not leave the sizes without a measurement
    const shares = able.reduce((sum, { name }) => sum + WARM_UP_SHARES[name], 0)
    this.#until = this.worked + this.#budget * (1 - shares)
  }

  /** Once through all sizes, the hopeless left behind. */
  async walk(): Promise<void> {
    let contenders = this.#able
    for (const size of this.#router.job.sizes) {
      const before = this.#stations.at(-1)
      const station: Station<Task, Answer> = { size, least: new Map() }
      this.#stations = [...this.#stations, station]
      await this.#visit(station, contenders)
      if (before) contenders = withoutHopeless(contenders, before, station)
    }
  }

  /** The sizes at which one overtakes another, then everything again and again. */
  async refine(): Promise<void> {
    for (const { wanted, rivals } of crossovers(this.#stations)) {
      // A grid has not every size
      const size = this.#router.job.sizeOf(this.#probe(wanted))
      if (this.#stations.some(station => station.size === size)) continue
      const station: Station<Task, Answer> = { size, least: new Map() }
      await this.#visit(station, rivals)
      if (station.least.size > 0)
        this.#stations = [...this.#stations, station].toSorted((one, other) => one.size - other.size)
    }
    for (let round = 1; round < ROUNDS; round += 1)
      for (const station of this.#stations) await this.#visit(station, rivalsAt(station))
  }

  /** Measures backends at one size, those that there is time for. */
  async #visit(station: Station<Task, Answer>, backends: readonly Backend<Task, Answer>[]): Promise<void> {
    const asked = backends.filter(backend => this.#isAffordable(backend, station))
    if (asked.length === 0) return
    const task = this.#probe(station.size)
    for (const backend of asked) {
      // What one call takes for the first time is no time to go by
      const times = station.least.has(backend) ? 1 : 2
      for (let time = 0; time < times; time += 1)
        if (this.#isAffordable(backend, station)) await this.#measure(backend, task, station)
      await this.#time.delay(0)
    }
  }

  /** Whether there is time for a backend at a size, and others can wait for so long. */
  #isAffordable(backend: Backend<Task, Answer>, { size, least }: Station<Task, Answer>): boolean {
    if (size < (backend.from ?? 1) || this.#router.refused.has(backend.name)) return false
    const left = this.#until - this.worked
    // Where it was interrupted once, what is expected says more than what was measured
    const [known, guess] = [least.get(backend), this.#expected(backend, size)]
    const expected = guess === undefined ? (known ?? 0) : Math.min(known ?? Infinity, guess)
    // What the GPU does holds no thread
    const longest = backend.name === 'gpu' ? left : Math.min(left, LONGEST_HOLD)
    return left > 0 && expected <= longest * 1000
  }

  /** Microseconds that a size should take by the two next smaller ones that are measured; undefined where none is. */
  #expected(backend: Backend<Task, Answer>, size: number): number | undefined {
    const smaller = this.#stations.filter(station => station.size < size && station.least.has(backend))
    const [last, before] = [smaller.at(-1), smaller.at(-2)]
    if (!last) return undefined
    const [time, earlier] = [last.least.get(backend) ?? 0, before?.least.get(backend) ?? 0]
    const each = Math.max(0, time - earlier) / (last.size - (before?.size ?? 0))
    return time + each * (size - last.size)
  }

  /** The time of one task, over enough repetitions to be told from nothing. */
  async #measure(
    backend: Backend<Task, Answer>,
    task: Task,
    { least }: Station<Task, Answer>,
  ): Promise<void> {
    const known = least.get(backend)
    const repetitions = known === undefined ? 1 : Math.ceil(Math.max(1, SHORTEST_TIMING / known))
    const since = this.#time.now()
    try {
      for (let repetition = 0; repetition < repetitions; repetition += 1) {
        // Where the answer is there at once, waiting for it would be most of what is measured
        const given = this.#router.begin(backend, task)
        if (given instanceof Promise) await given
      }
    } catch (cause) {
      return this.#router.refuse(backend.name, cause instanceof Error ? cause.message : String(cause))
    }
    const worked = this.#time.now() - since
    this.worked += worked
    const microseconds = Math.max(1e-3, (worked * 1000) / repetitions)
    least.set(backend, Math.min(microseconds, known ?? Infinity))
  }

  async #isSound(backend: Backend<Task, Answer>, task: Task): Promise<boolean> {
    const since = this.#time.now()
    const attempt = await this.#router.attempt(backend, task)
    if (attempt.ok) this.worked += this.#time.now() - since
    // How long was waited for one that does not serve is no work
    else this.#router.refuse(backend.name, attempt.reason)
    return attempt.ok
  }

  /** From the least size on, so that a slow machine is found out before it holds anything up. */
  async #compile(backend: Backend<Task, Answer>): Promise<void> {
    const { job } = this.#router
    const until = this.worked + this.#budget * WARM_UP_SHARES[backend.name]
    let size = job.sizes[0] ?? 1
    let turned = this.worked
    for (let call = 0; call < WARM_UP && this.worked < until; call += 1) {
      const since = this.worked
      if (!(await this.#isSound(backend, this.#probe(size)))) return
      const next = job.sizes.find(larger => larger > size && larger <= WARM_UP_SIZE)
      if (next !== undefined && ((this.worked - since) * next) / size < TURN) size = next
      if (this.worked - turned < TURN) continue
      turned = this.worked
      await this.#time.delay(0)
    }
  }

  /** Making up a task is work too. */
  #probe(size: number): Task {
    const since = this.#time.now()
    const task = this.#router.job.probe(size)
    this.worked += this.#time.now() - since
    return task
  }
}

/** Where the fastest of one station and the fastest of the next should be as fast as each other, by straight lines. */
interface Crossover<Task, Answer> {
  readonly wanted: number
  readonly rivals: readonly Backend<Task, Answer>[]
}

function crossovers<Task, Answer>(
  stations: readonly Station<Task, Answer>[],
): readonly Crossover<Task, Answer>[] {
  return stations.flatMap((above, place) => {
    const below = stations[place - 1]
    const [one, other] = [below && fastestOf(below), fastestOf(above)]
    if (!below || !one || !other || one === other) return []
    const lead = ({ least }: Station<Task, Answer>) =>
      (least.get(other) ?? Number.NaN) - (least.get(one) ?? Number.NaN)
    const share = clamp(lead(below) / (lead(below) - lead(above)), 0, 1)
    const size = Math.round(below.size + (Number.isNaN(share) ? 0.5 : share) * (above.size - below.size))
    const isApart = size > below.size * APART && size * APART < above.size
    return isApart ? [{ wanted: size, rivals: [one, other] }] : []
  })
}

function fastestOf<Task, Answer>({ least }: Station<Task, Answer>): Backend<Task, Answer> | undefined {
  return [...least].toSorted(([, one], [, other]) => one - other)[0]?.[0]
}

/** Those that may be the fastest at a size, disturbed as their first times may be. */
function rivalsAt<Task, Answer>({ least }: Station<Task, Answer>): readonly Backend<Task, Answer>[] {
  const longest = Math.max(SHORTEST_TIMING, RIVAL * Math.min(...least.values()))
  return [...least].filter(([, time]) => time <= longest).map(([backend]) => backend)
}

/** Without those who are far behind the fastest and lose more with every thing that is added. */
function withoutHopeless<Task, Answer>(
  contenders: readonly Backend<Task, Answer>[],
  before: Station<Task, Answer>,
  station: Station<Task, Answer>,
): readonly Backend<Task, Answer>[] {
  const latest = (backend: Backend<Task, Answer>) => station.least.get(backend) ?? Number.NaN
  const growth = (backend: Backend<Task, Answer>) => latest(backend) - (before.least.get(backend) ?? 0)
  const fastest = fastestOf(station)
  if (!fastest) return contenders
  const isHopeless = (backend: Backend<Task, Answer>) =>
    latest(backend) > HOPELESS * latest(fastest) && growth(backend) > HOPELESS * growth(fastest)
  return contenders.filter(backend => !isHopeless(backend))
}
