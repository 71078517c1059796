import type { BackendName } from '../../contract/machine.ts'
import type { Milliseconds } from '../../core/base/units.ts'
import type { CostPoint } from './costModel.ts'
import type { Backend, Router, RouterTime } from './router.ts'
import type { CostTable } from './routeTable.ts'

/** Each size is tried so often at most, the backends by turns, and the least time counts: whatever disturbs only adds. */
const ROUNDS = 8

/** A time is taken over so many repetitions that it is at least this long, in microseconds. */
const SHORTEST_TIMING = 25

/** Things that the reference does before it is measured, so that the compiler has done its work. */
const WARM_UP = 20_000

/** Share of the time that warming up may take. */
const WARM_UP_SHARE = 0.25

/** A backend so many times slower than the fastest, and falling further behind, is not asked at larger sizes. */
const HOPELESS = 4

/** What is measured at one size: who is still asked, and the least time of each so far. */
interface Station<Task, Answer> {
  readonly size: number
  readonly task: Task
  able: readonly Backend<Task, Answer>[]
  readonly least: Map<Backend<Task, Answer>, number>
}

/**
 * Measures the backends of a router on this machine and lets it learn the result. Works in small pieces with everything
 * else between them: once through all sizes, then again as long as there is time. Gives how long it worked.
 */
export async function calibrate<Task, Answer>(
  router: Router<Task, Answer>,
  time: RouterTime,
  budget: Milliseconds,
): Promise<Milliseconds> {
  const warm = await warmUp(router, time, budget * WARM_UP_SHARE)
  const stations = router.job.sizes.map((size): Station<Task, Answer> => ({
    size,
    task: router.job.probe(size),
    able: [],
    least: new Map(),
  }))
  let { worked } = warm
  let contenders = warm.able
  for (const [place, station] of stations.entries()) {
    station.able = contenders
    worked += await visit(router, time, station)
    const before = stations[place - 1]
    contenders = before ? withoutHopeless(before, station) : contenders
    if (worked >= budget) break
  }
  for (let round = 1; round < ROUNDS; round += 1) {
    for (const station of stations) if (worked < budget) worked += await visit(router, time, station)
  }
  router.learn(costsOf(stations, router))
  return worked
}

/** Measures every backend at one size once more. Gives how long it worked. */
async function visit<Task, Answer>(
  router: Router<Task, Answer>,
  time: RouterTime,
  { able, size, task, least }: Station<Task, Answer>,
): Promise<Milliseconds> {
  let worked = 0
  for (const backend of able.filter(({ from = 0 }) => size >= from)) {
    const taken = await measure(router, time, backend, task, least.get(backend))
    worked += taken?.worked ?? 0
    if (taken) least.set(backend, Math.min(taken.microseconds, least.get(backend) ?? Infinity))
    await time.delay(0)
  }
  return worked
}

function costsOf<Task, Answer>(
  stations: readonly Station<Task, Answer>[],
  { refused }: Router<Task, Answer>,
): CostTable {
  const costs: Partial<Record<BackendName, CostPoint[]>> = {}
  for (const { size, least } of stations) {
    for (const [{ name }, microseconds] of least)
      if (!refused.has(name)) costs[name] = [...(costs[name] ?? []), { size, microseconds }]
  }
  return costs
}

/** The backends that can do the job at all, each warm. */
async function warmUp<Task, Answer>(
  router: Router<Task, Answer>,
  time: RouterTime,
  budget: Milliseconds,
): Promise<{ readonly able: readonly Backend<Task, Answer>[]; readonly worked: Milliseconds }> {
  const { job } = router
  const size = job.sizes.find(known => known >= 64) ?? 1
  const task = job.probe(size)
  const able: Backend<Task, Answer>[] = []
  let worked = 0
  for (const backend of job.backends) {
    if (router.refused.has(backend.name)) continue
    const since = time.now()
    const wanted = backend.name === 'reference' ? WARM_UP : size
    let attempt = await router.attempt(backend, task)
    for (let done = size; attempt.ok && done < wanted && time.now() - since < budget; done += size)
      attempt = await router.attempt(backend, task)
    worked += time.now() - since
    if (attempt.ok) able.push(backend)
    else router.refuse(backend.name, attempt.reason)
    await time.delay(0)
  }
  return { able, worked }
}

/** The time of one task, over enough repetitions to be told from nothing; undefined where the backend failed. */
async function measure<Task, Answer>(
  router: Router<Task, Answer>,
  time: RouterTime,
  backend: Backend<Task, Answer>,
  task: Task,
  known: number | undefined,
): Promise<{ readonly microseconds: number; readonly worked: Milliseconds } | undefined> {
  if (router.refused.has(backend.name)) return undefined
  const repetitions = known === undefined ? 1 : Math.ceil(Math.max(1, SHORTEST_TIMING / known))
  const since = time.now()
  try {
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      // Where the answer is there at once, waiting for it would be most of what is measured
      const given = router.begin(backend, task)
      if (given instanceof Promise) await given
    }
  } catch (cause) {
    router.refuse(backend.name, cause instanceof Error ? cause.message : String(cause))
    return undefined
  }
  const worked = time.now() - since
  return { microseconds: Math.max(1e-3, (worked * 1000) / repetitions), worked }
}

/** Without those who are far behind the fastest and lose more with every thing that is added. */
function withoutHopeless<Task, Answer>(
  before: Station<Task, Answer>,
  { able, least }: Station<Task, Answer>,
): readonly Backend<Task, Answer>[] {
  const latest = (backend: Backend<Task, Answer>) => least.get(backend) ?? Number.NaN
  const growth = (backend: Backend<Task, Answer>) => latest(backend) - (before.least.get(backend) ?? 0)
  const fastest = [...least.keys()].toSorted((one, other) => latest(one) - latest(other))[0]
  if (!fastest) return able
  const isHopeless = (backend: Backend<Task, Answer>) =>
    latest(backend) > HOPELESS * latest(fastest) && growth(backend) > HOPELESS * growth(fastest)
  return able.filter(backend => !isHopeless(backend))
}
