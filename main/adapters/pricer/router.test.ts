import { expect, test } from 'vitest'
import { doublingJob, madeUpBackend, workClock, type BackendShape } from '../../fixtures/backends.ts'
import { calibrate } from './calibration.ts'
import { Router } from './router.ts'

/** The formulas in TypeScript: slow, but always there. */
const REFERENCE: BackendShape = { name: 'reference', cost: size => 0.06 * size }
const ONE_THREAD: BackendShape = { name: 'native1', cost: size => 0.3 + 0.005 * size }
const THREADS: BackendShape = { name: 'nativeN', cost: size => 20 + 0.0026 * size }
const GPU: BackendShape = {
  name: 'gpu',
  cost: size => 60 + 0.0005 * size,
  answer: async task => 2 * task.value,
}

async function calibrated(...shapes: readonly BackendShape[]) {
  const clock = workClock()
  const refusals: string[] = []
  const backends = shapes.map(shape => madeUpBackend(clock, shape))
  const router = new Router(doublingJob(backends), clock, (name, why) => refusals.push(`${name}: ${why}`))
  const worked = await calibrate(router, clock, 200)
  const chosen = (size: number) => router.choose(size, 'f32').name
  return { router, clock, refusals, chosen, worked }
}

test('every size goes to whoever is fastest for it, within a tenth or half a microsecond', async () => {
  const { chosen } = await calibrated(GPU, THREADS, ONE_THREAD, REFERENCE)
  const cost = (name: string, size: number) =>
    [GPU, THREADS, ONE_THREAD, REFERENCE].find(shape => shape.name === name)?.cost(size) ?? Number.NaN
  for (let size = 1; size <= 1_000_000; size = Math.ceil(size * 1.13)) {
    const least = Math.min(...['reference', 'native1', 'nativeN', 'gpu'].map(name => cost(name, size)))
    const regret = cost(chosen(size), size) - least
    expect(regret <= 0.5 || regret <= 0.1 * least, `${size} went to ${chosen(size)}`).toBe(true)
  }
})

test('what must be exact never goes to single precision, however fast', async () => {
  const { router } = await calibrated(GPU, THREADS, ONE_THREAD, REFERENCE)
  expect(router.choose(1_000_000, 'f32').name).toBe('gpu')
  expect(router.choose(1_000_000, 'f64').name).toBe('nativeN')
  expect(await router.perform({ size: 1_000_000, value: 4 }, 'f64')).toMatchObject({ backend: 'nativeN' })
})

test('with no GPU and no addon the reference does everything', async () => {
  const { router, chosen } = await calibrated(REFERENCE)
  expect([1, 1000, 1_000_000].map(chosen)).toEqual(['reference', 'reference', 'reference'])
  expect(await router.perform({ size: 3, value: 4 }, 'f64')).toMatchObject({ answer: 8 })
})

test('before anything was measured the reference does everything', () => {
  const clock = workClock()
  const backends = [ONE_THREAD, REFERENCE].map(shape => madeUpBackend(clock, shape))
  expect(new Router(doublingJob(backends), clock).choose(1000, 'f64').name).toBe('reference')
})

test('a machine that stands still for a while during the warm-up is measured all the same', async () => {
  let calls = 0
  const held: BackendShape = {
    name: 'native1',
    cost: size => ((calls += 1) === 3 ? 300_000 : ONE_THREAD.cost(size)),
  }
  const { chosen } = await calibrated(THREADS, held, REFERENCE)
  expect([1000, 100_000].map(chosen)).toEqual(['native1', 'nativeN'])
})

test('threads that found the cores busy when they were measured serve all the same', async () => {
  const servedBy = async (factor: number) => {
    const busy: BackendShape = { name: 'nativeN', cost: size => factor * ONE_THREAD.cost(size) }
    const { chosen } = await calibrated(busy, ONE_THREAD, REFERENCE)
    return [20_000, 1_000_000].map(chosen)
  }
  expect(await servedBy(1.04)).toEqual(['nativeN', 'nativeN'])
  expect(await servedBy(1.12)).toEqual(['native1', 'native1'])
})

test('two that are nearly alike do not take turns', async () => {
  let factor = 1
  const rival: BackendShape = { name: 'nativeN', cost: size => factor * ONE_THREAD.cost(size) }
  const { router, clock, chosen } = await calibrated(ONE_THREAD, rival, REFERENCE)
  const before = chosen(1000)
  for (const change of [0.97, 1.03, 0.96, 1.04]) {
    factor = change
    await calibrate(router, clock, 200)
    expect(chosen(1000)).toBe(before)
  }
  factor = before === 'native1' ? 0.8 : 1.25
  await calibrate(router, clock, 200)
  expect(chosen(1000)).not.toBe(before)
})

test('a backend that has become slow loses its sizes, and the machine asks to be measured again', async () => {
  let factor = 1
  const tiring: BackendShape = { ...THREADS, cost: size => factor * THREADS.cost(size) }
  const { router, chosen } = await calibrated(tiring, ONE_THREAD, REFERENCE)
  expect(chosen(100_000)).toBe('nativeN')
  expect(router.isDrifted).toBe(false)
  factor = 3
  for (let task = 0; task < 100 && chosen(100_000) === 'nativeN'; task += 1)
    await router.perform({ size: 100_000, value: 1 }, 'f32')
  expect(chosen(100_000)).toBe('native1')
  expect(router.isDrifted).toBe(true)
})

test.each<readonly [string, () => number | Promise<number>, string]>([
  ['rejects', () => Promise.reject(new Error('device lost')), 'gpu: device lost'],
  [
    'throws',
    () => {
      throw new Error('no pipeline')
    },
    'gpu: no pipeline',
  ],
  ['never answers', () => new Promise<number>(() => {}), 'gpu: gave no answer in 2000 ms'],
  ['answers zeros', async () => 0, 'gpu: answered 0 where 42 is right'],
  ['answers wrong', async () => 42.1, 'gpu: answered 42.1 where 42 is right'],
])('a GPU that %s is refused before it serves anything, and said so', async (_, answer, said) => {
  const { router, chosen, refusals } = await calibrated({ ...GPU, answer }, THREADS, ONE_THREAD, REFERENCE)
  expect(refusals).toEqual([said])
  expect(chosen(1_000_000)).toBe('nativeN')
  expect(router.costs).not.toHaveProperty('gpu')
  expect([...router.refused.keys()]).toEqual(['gpu'])
})

test.each<readonly [string, () => Promise<number>]>([
  ['is lost', () => Promise.reject(new Error('device lost'))],
  ['hangs', () => new Promise<number>(() => {})],
  ['begins to lie', async () => 43],
])(
  'a GPU that %s in the middle of the day is refused; what it was asked is done by the CPU',
  async (_, answer) => {
    let isSound = true
    const failing: BackendShape = { ...GPU, answer: task => (isSound ? 2 * task.value : answer()) }
    const { router, refusals } = await calibrated(failing, THREADS, ONE_THREAD, REFERENCE)
    const task = { size: 1_000_000, value: 21 }
    expect(await router.perform(task, 'f32')).toMatchObject({ answer: 42, backend: 'gpu' })
    isSound = false
    const given: unknown[] = []
    for (let turn = 0; turn < 8 && refusals.length === 0; turn += 1)
      given.push((await router.perform(task, 'f32')).backend)
    expect(given.at(-1)).toBe('nativeN')
    expect(refusals).toHaveLength(1)
    expect(await router.perform(task, 'f32')).toMatchObject({ answer: 42, backend: 'nativeN' })
    expect(refusals).toHaveLength(1)
  },
)

test('a refused backend stays refused when the machine is measured again or remembered', async () => {
  const { router, clock } = await calibrated({ ...GPU, answer: async () => 0 }, ONE_THREAD, REFERENCE)
  await calibrate(router, clock, 200)
  expect(router.costs).not.toHaveProperty('gpu')
  router.learn({ gpu: [{ size: 1, microseconds: 0.001 }], native1: [{ size: 1, microseconds: 1 }] })
  expect(router.choose(1, 'f32').name).toBe('native1')
})

test('a mistake in the reference itself is told, not routed around', async () => {
  const clock = workClock()
  const broken = madeUpBackend(clock, {
    ...REFERENCE,
    answer: () => {
      throw new RangeError('a column is short')
    },
  })
  const router = new Router(doublingJob([broken]), clock)
  await expect(router.perform({ size: 1, value: 1 }, 'f64')).rejects.toThrow('a column is short')
})

test('measuring ends when its time is up, with what is known until then', async () => {
  const slow: BackendShape = { name: 'reference', cost: size => 500 + 100 * size }
  const { worked, router } = await calibrated(slow)
  expect(worked).toBeLessThan(1000)
  expect(router.costs.reference?.length).toBeGreaterThan(0)
})

test('an answer in time calls the alarm off', async () => {
  const clock = workClock()
  let ringing = 0
  const time = {
    ...clock,
    alarm() {
      ringing += 1
      return () => {
        ringing -= 1
      }
    },
  }
  const seen: number[] = []
  const answer = async (task: { readonly value: number }) => {
    await Promise.resolve()
    seen.push(ringing)
    return 2 * task.value
  }
  const router = new Router(doublingJob([madeUpBackend(clock, { ...REFERENCE, answer })]), time)
  expect(await router.perform({ size: 1, value: 4 }, 'f64')).toMatchObject({ answer: 8 })
  expect([...seen, ringing]).toEqual([1, 0])
})
