import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../fixtures/folder.ts'
import { madeUpGpu } from '../fixtures/madeUpGpu.ts'
import type { MachineParts } from '../adapters/pricer/backends.ts'
import { openGpuPricer } from '../adapters/pricer/gpuPricer.ts'
import { knownGrid } from '../adapters/pricer/gpuSelfTest.ts'
import { openNative, openPricer, type NativePart } from '../adapters/pricer/openPricer.ts'
import { scenarioFault } from '../core/pricing/precision.ts'
import { NativeKernels } from '../adapters/pricer/nativePricer.ts'
import { lyingKernels, type KernelLie } from '../fixtures/lyingKernels.ts'
import { Machine } from './machine.ts'

const NOT_BUILT = { state: 'absent', reason: 'the native kernels are not built on this machine' } as const
const NO_GPU = { state: 'absent', reason: 'no adapter' } as const
const known = knownGrid()

function machineWith(gpu: () => Promise<MachineParts['gpu']>, native: NativePart = NOT_BUILT) {
  const file = join(temporaryFolder(), 'machine.json')
  const opened = openPricer(native, 'auto')
  if (!opened.ok) throw new Error(opened.failure)
  const said: string[] = []
  const broken: string[] = []
  const machine = new Machine({
    opened: opened.value,
    openGpu: gpu,
    file,
    version: '1.2.3',
    inference: { policy: 'first', provider: 'CPU' },
    threads: 2,
    onNotice: sentence => said.push(sentence),
    onBroken: rule => broken.push(rule),
  })
  return { machine, said, broken, file, pricer: opened.value.pricer }
}

test('before anything was measured the reference does everything, and the report says so', async () => {
  const { machine } = machineWith(async () => NO_GPU)
  const report = machine.report()
  expect(report).toMatchObject({
    measuredAt: undefined,
    isMeasuring: false,
    decisions: { backend: 'reference', label: 'TypeScript reference' },
    inference: { policy: 'first', provider: 'CPU' },
    key: { version: '1.2.3', gpu: undefined },
  })
  expect(report.backends.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'reference serves',
    'native1 absent',
    'nativeN absent',
    'gpu absent',
  ])
  const { answer, backend } = await machine.scenarios(known)
  expect(backend).toBe('reference')
  expect(scenarioFault(known.book, known.axes, answer, 'f64', answer.profit.keys())).toBeUndefined()
})

test('an addon that is missing is said in the strip, with the reason', () => {
  const { machine } = machineWith(async () => NO_GPU)
  expect(machine.beat(3)).toEqual({
    state: 'late',
    age: 3,
    note: 'The TypeScript reference computes the chain: the native kernels are not built on this machine.',
  })
})

test('what was measured is shown by size, and remembered for this machine', async () => {
  const { machine, file } = machineWith(async () => NO_GPU)
  const report = await machine.measure()
  expect(report.isMeasuring).toBe(false)
  expect(report.measuredAt).toBeGreaterThan(0)
  // By construction less than 200; a busy machine may take the last piece away for a while
  expect(report.calibrationMilliseconds).toBeLessThan(400)
  for (const { serves, sizes, microseconds } of report.jobs) {
    expect(sizes.length).toBeGreaterThan(1)
    expect(serves).toEqual(sizes.map(() => 'reference'))
    expect(microseconds.map(({ backend, times }) => [backend, times.length])).toEqual([
      ['reference', sizes.length],
    ])
  }
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ key: { version: '1.2.3' } })
})

test('while it is measured it says so, and whoever asks again waits for the same measurement', async () => {
  const { machine } = machineWith(async () => NO_GPU)
  const both = [machine.measure(), machine.measure()]
  expect(machine.report().isMeasuring).toBe(true)
  const [one, other] = await Promise.all(both)
  expect(one?.measuredAt).toBe(other?.measuredAt)
})

test('a sound GPU is tried, measured and named', async () => {
  const { machine, said } = machineWith(() => openGpuPricer(async () => madeUpGpu()))
  const report = await machine.measure()
  const gpu = report.backends.find(({ name }) => name === 'gpu')
  expect(gpu).toMatchObject({ device: 'made-up', precision: 'f32' })
  expect(['serves', 'available']).toContain(gpu?.state)
  expect(report.key.gpu).toBe('made-up')
  expect(report.jobs.find(({ job }) => job === 'chain')?.microseconds.map(({ backend }) => backend)).toEqual([
    'reference',
  ])
  expect(said).toEqual([])
  await machine.close()
})

test.each([
  ['lies from the start', () => openGpuPricer(async () => madeUpGpu({ lieFrom: 1 })), /computed wrong/],
  [
    'breaks while it is opened',
    () => openGpuPricer(() => Promise.reject(new Error('driver fell over'))),
    /driver fell over/,
  ],
])('a GPU that %s is refused, said out loud, and the CPU serves', async (_, open, reason) => {
  const { machine, said } = machineWith(open)
  const report = await machine.measure()
  expect(report.backends.find(({ name }) => name === 'gpu')).toMatchObject({ state: 'refused' })
  expect(report.backends.find(({ name }) => name === 'gpu')?.note).toMatch(reason)
  expect(said).toEqual([expect.stringMatching(/^The GPU was refused: .* The CPU serves\.$/)])
  expect((await machine.scenarios(known)).backend).toBe('reference')
})

test('closing waits for what is being measured and lets go of the GPU', async () => {
  const gpu = madeUpGpu()
  const { machine } = machineWith(() => openGpuPricer(async () => gpu))
  const measuring = machine.measure()
  await machine.close()
  expect(gpu.isClosed).toBe(true)
  await expect(measuring).resolves.toMatchObject({ isMeasuring: false })
})

const built = openNative(join(import.meta.dirname, '../../native'))

describe.skipIf(built.state !== 'open')('an addon that was sound when it was opened', () => {
  function machineThatLies(lie: Omit<KernelLie, 'isLying'>) {
    if (built.state !== 'open') throw new Error(built.reason)
    let hasBegun = false
    const kernels = lyingKernels(built.kernels, { ...lie, isLying: () => hasBegun })
    const chain = new NativeKernels(kernels)
    const known = machineWith(async () => NO_GPU, { ...built, kernels, chain })
    expect(known.pricer.backend).toBe('native1')
    hasBegun = true
    return known
  }

  test.each([
    ['the Greeks of today', 'european.rowGreeks'],
    ['volatilities', 'european.rowVolatilities'],
    ['American Greeks', 'american.rowGreeks'],
  ])('and lies about %s later: trading stops, the reference computes, the strip says so', (_, name) => {
    const { machine, broken, pricer } = machineThatLies({ name, share: 1e-3 })
    machine.lookAtDecisions()
    expect(broken).toEqual([expect.stringMatching(/^The native kernels compute wrong: .* from here on$/)])
    expect(pricer).toMatchObject({ backend: 'reference', name: 'TypeScript reference' })
    expect(machine.beat(1)).toMatchObject({
      state: 'late',
      note: expect.stringMatching(/^The TypeScript reference computes the chain, and trading was halted: /),
    })
    expect(machine.report().decisions).toMatchObject({
      backend: 'reference',
      label: 'TypeScript reference',
      why: expect.stringContaining('compute wrong'),
    })
    machine.lookAtDecisions()
    expect(broken).toHaveLength(1)
  })

  test('and lies while it is measured is found out by that alone', async () => {
    const { machine, broken, pricer } = machineThatLies({ name: 'european.rowGreeks', share: 1e-3 })
    const report = await machine.measure()
    expect(broken).toHaveLength(1)
    expect(pricer.backend).toBe('reference')
    expect(report.backends.find(({ name }) => name === 'native1')?.note).toContain(
      'refused for the Greeks of the chain',
    )
  })

  test('and lies on several threads is refused for what it did, and goes on deciding on one', async () => {
    const { machine, said, broken, pricer } = machineThatLies({
      name: 'european.greeks',
      share: 1e-3,
      onThreads: true,
    })
    const { backends, jobs } = await machine.measure()
    expect(broken).toEqual([])
    expect(pricer.backend).toBe('native1')
    expect(said).toEqual([expect.stringMatching(/ 2 threads was refused for batches of options: /)])
    expect(backends.find(({ name }) => name === 'native1')).toMatchObject({ state: 'serves' })
    expect(backends.find(({ name }) => name === 'native1')?.note).not.toContain('refused')
    expect(jobs.find(({ job }) => job === 'batch')?.serves).not.toContain('nativeN')
  })
})
