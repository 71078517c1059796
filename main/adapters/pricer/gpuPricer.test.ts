import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { createBatch } from '../../core/pricing/optionBatch.ts'
import { batchFault, scenarioFault } from '../../core/pricing/precision.ts'
import { scenarioBook } from '../../core/pricing/scenario.ts'
import { madeUpGpu } from '../../fixtures/madeUpGpu.ts'
import { scenarioCases } from '../../fixtures/scenarios.ts'
import { softwareGpuEnvironment } from '../../../native/softwareGpu.ts'
import { openGpuKernels, type GpuKernels } from '../../../native/gpuKernels.ts'
import { openGpuPricer, type GpuPricer, type GpuTerms } from './gpuPricer.ts'
import { knownBatch, knownGrid } from './gpuSelfTest.ts'

const native = join(import.meta.dirname, '../../../native')
const known = knownGrid()

/** Runs of the test before a GPU serves: one grid and one batch. */
const SELF_TEST_RUNS = 2

async function opened(gpu: GpuKernels, terms?: GpuTerms): Promise<GpuPricer> {
  const pricer = await openGpuPricer(async () => gpu, terms)
  if ('state' in pricer) throw new Error(pricer.reason)
  return pricer
}

describe('a GPU', () => {
  test('that computes what is known serves, and gives the grid', async () => {
    const pricer = await opened(madeUpGpu())
    const grid = await pricer.grid(known.book, known.axes)
    expect(pricer).toMatchObject({ name: 'made-up (Vulkan)', precision: 'f32' })
    expect(scenarioFault(known.book, known.axes, grid, 'f32', grid.profit.keys())).toBeUndefined()
  })

  test('that is not there is absent, with the reason', async () => {
    expect(await openGpuPricer(async () => ({ absent: 'no adapter' }))).toEqual({
      state: 'absent',
      reason: 'no adapter',
    })
  })

  test('that lies from the start is refused and closed', async () => {
    const gpu = madeUpGpu({ lieFrom: 1 })
    expect(await openGpuPricer(async () => gpu)).toMatchObject({
      state: 'refused',
      reason: expect.stringContaining('computed wrong'),
    })
    expect(gpu.isClosed).toBe(true)
  })

  test('that lies later is found out, closed, and answers no more', async () => {
    const gpu = madeUpGpu({ lieFrom: SELF_TEST_RUNS + 2 })
    const pricer = await opened(gpu)
    await pricer.grid(known.book, known.axes)
    await expect(pricer.grid(known.book, known.axes)).rejects.toThrow('computed wrong')
    expect(gpu.isClosed).toBe(true)
    await expect(pricer.grid(known.book, known.axes)).rejects.toThrow('computed wrong')
    expect(gpu.runs).toBe(SELF_TEST_RUNS + 2)
  })

  test('that lies about a batch is found out', async () => {
    const pricer = await opened(madeUpGpu({ lieFrom: SELF_TEST_RUNS + 1 }))
    const batch = knownBatch()
    await expect(pricer.batch(batch, batch.capacity)).rejects.toThrow('computed wrong')
  })

  test('that hangs when opened, or at a run, is refused after its patience', async () => {
    const never = openGpuPricer(() => new Promise(() => {}), { patience: 10 })
    expect(await never).toMatchObject({ state: 'refused', reason: 'it did not answer in time' })
    const gpu = madeUpGpu({ hangAt: SELF_TEST_RUNS + 1 })
    const pricer = await opened(gpu, { patience: 10 })
    await expect(pricer.grid(known.book, known.axes)).rejects.toThrow('in time')
    expect(gpu.isClosed).toBe(true)
  })

  test('that is lost says so, then and ever after', async () => {
    const pricer = await opened(madeUpGpu({ loseAt: SELF_TEST_RUNS + 1 }))
    await expect(pricer.grid(known.book, known.axes)).rejects.toThrow('unplugged')
    await expect(pricer.grid(known.book, known.axes)).rejects.toThrow('unplugged')
  })

  test('that was closed answers no more', async () => {
    const pricer = await opened(madeUpGpu())
    pricer.close()
    await expect(pricer.grid(known.book, known.axes)).rejects.toThrow('closed')
  })

  test('that does not open is refused, with the reason', async () => {
    expect(await openGpuPricer(async () => ({ broken: 'no shader' }))).toEqual({
      state: 'refused',
      reason: 'no shader',
    })
  })

  test('that is software counts as none where nobody allows it', async () => {
    const gpu = madeUpGpu({ isSoftware: true })
    expect(await openGpuPricer(async () => gpu)).toMatchObject({ state: 'absent' })
    expect(gpu.isClosed).toBe(true)
    expect(await openGpuPricer(async () => gpu, { allowSoftware: true })).not.toHaveProperty('reason')
  })

  test('is given a large grid in parts, and gives it whole', async () => {
    const axes = {
      spots: Float64Array.from({ length: 400 }, (_, step) => 560 + step / 5),
      volatilityFactors: Float64Array.of(1),
      minutes: Float64Array.from({ length: 150 }, (_, step) => step),
    }
    const leg = { strike: 600, contracts: 1, basis: 1, years: 0.001, discountYears: 0 }
    const legs = Array.from({ length: 20 }, (_, place) => ({
      ...leg,
      right: 'call' as const,
      strike: 590 + place,
    }))
    const book = scenarioBook(legs, axes, { rate: 0, dividendYield: 0 }, () => 0.2)
    const gpu = madeUpGpu()
    const grid = await (await opened(gpu)).grid(book, axes)
    expect(gpu.runs).toBeGreaterThan(SELF_TEST_RUNS + 1)
    expect(gpu.largest).toBeLessThan(1.2 * 2 ** 20)
    const some = Array.from({ length: 60 }, (_, step) => (step * 7919) % grid.profit.length)
    expect(scenarioFault(book, axes, grid, 'f32', some)).toBeUndefined()
  })
})

const environment = softwareGpuEnvironment()
const why = environment ? '' : ' (left out: no SwiftShader on this machine)'

describe.skipIf(!environment)(`WGSL on a GPU of software${why}`, () => {
  let open: Promise<GpuPricer> | undefined
  const pricer = () => (open ??= openSoftware())
  afterAll(async () => (await open)?.close())

  async function openSoftware(): Promise<GpuPricer> {
    Object.assign(process.env, environment)
    const gpu = await openGpuKernels(native)
    if (!('facts' in gpu)) throw new Error('the GPU opens')
    return opened(gpu, { allowSoftware: true })
  }

  test('passes its self-test', async () => {
    expect((await pricer()).facts).toMatchObject({ backend: 'Vulkan', isSoftware: true })
  })

  test('gives any grid within the tolerance of single precision', async () => {
    const gpu = await pricer()
    await fc.assert(
      fc.asyncProperty(scenarioCases, async ({ book, axes }) => {
        const grid = await gpu.grid(book, axes)
        expect(scenarioFault(book, axes, grid, 'f32', grid.profit.keys())).toBeUndefined()
      }),
      { numRuns: 60 },
    )
  })

  test('marks what nobody knows, and prices the rest', async () => {
    const gpu = await pricer()
    const axes = { ...known.axes, minutes: Float64Array.of(0, 5) }
    const legs = [
      { right: 'put' as const, strike: 598, contracts: 1, basis: 0, years: 0.001, discountYears: 0 },
    ]
    const book = scenarioBook(legs, axes, { rate: 0, dividendYield: 0 }, (_, spot, minutes) =>
      minutes === 5 && spot > 601 ? Number.NaN : 0.2,
    )
    const grid = await gpu.grid(book, axes)
    expect(grid.vega.some(Number.isNaN)).toBe(true)
    expect(scenarioFault(book, axes, grid, 'f32', grid.profit.keys())).toBeUndefined()
  })

  test('prices a batch whose rows are no numbers, or nothing at all, as the reference does', async () => {
    const rows = [
      [600, 600, 0.01, Number.NaN],
      [0, 600, 0.01, 0.2],
      [600, 0, 0.01, 0.2],
      [0, 0, 0.01, 0.2],
      [600, 600, 0, 0.2],
      [600, 590, 0.01, 0],
      [600, 580, 1, 9],
      [600, 900, 1e-5, 0.05],
      [600, 300, 1e-9, 0.05],
    ]
    const batch = createBatch(rows.length)
    for (const [place, [spot, strike, years, volatility]] of rows.entries()) {
      batch.spot[place] = spot ?? 0
      batch.strike[place] = strike ?? 0
      batch.years[place] = years ?? 0
      batch.volatility[place] = volatility ?? 0
      batch.sign[place] = place % 2 === 0 ? 1 : -1
    }
    await (await pricer()).batch(batch, rows.length)
    expect(batchFault(batch, 'f32', batch.spot.keys())).toBeUndefined()
  })

  test('answers calls that overlap, each with its own numbers', async () => {
    const gpu = await pricer()
    const other = { ...known.axes, spots: known.axes.spots.map(spot => spot + 0.5) }
    const [one, two] = await Promise.all([gpu.grid(known.book, known.axes), gpu.grid(known.book, other)])
    expect(scenarioFault(known.book, known.axes, one, 'f32', one.profit.keys())).toBeUndefined()
    expect(scenarioFault(known.book, other, two, 'f32', two.profit.keys())).toBeUndefined()
  })

  test('refuses when its device is lost, and another can be opened', async () => {
    const gpu = await openGpuKernels(native)
    if (!('facts' in gpu)) throw new Error('the GPU opens')
    const lost = await opened(gpu, { allowSoftware: true })
    gpu.lose()
    await expect(lost.grid(known.book, known.axes)).rejects.toThrow('lost')
    const again = await openSoftware()
    expect((await again.grid(known.book, known.axes)).profit.length).toBeGreaterThan(0)
    again.close()
  })
})
