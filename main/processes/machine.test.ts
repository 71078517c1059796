import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../fixtures/folder.ts'
import { madeUpGpu } from '../fixtures/madeUpGpu.ts'
import type { MachineParts } from '../adapters/pricer/backends.ts'
import { openGpuPricer } from '../adapters/pricer/gpuPricer.ts'
import { knownGrid } from '../adapters/pricer/gpuSelfTest.ts'
import { openPricer } from '../adapters/pricer/openPricer.ts'
import { scenarioFault } from '../core/pricing/precision.ts'
import { Machine } from './machine.ts'

const NOT_BUILT = { state: 'absent', reason: 'the native kernels are not built on this machine' } as const
const NO_GPU = { state: 'absent', reason: 'no adapter' } as const
const known = knownGrid()

function machineWith(gpu: () => Promise<MachineParts['gpu']>) {
  const file = join(temporaryFolder(), 'machine.json')
  const opened = openPricer(NOT_BUILT, 'auto')
  if (!opened.ok) throw new Error(opened.failure)
  const said: string[] = []
  const machine = new Machine({
    opened: opened.value,
    openGpu: gpu,
    file,
    version: '1.2.3',
    inference: { policy: 'first', provider: 'CPU' },
    onRefused: sentence => said.push(sentence),
  })
  return { machine, said, file }
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
