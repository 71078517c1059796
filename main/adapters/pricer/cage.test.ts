import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import { bindRowPrices, bindRowVolatilities } from '../../../native/europeanKernels.ts'
import { addonPlaces, loadPricingKernels } from '../../../native/pricingKernels.ts'
import { softwareGpuEnvironment } from '../../../native/softwareGpu.ts'
import { buildCage } from '../../fixtures/cage.ts'
import { TOP } from '../../fixtures/sources.ts'

const folder = mkdtempSync(join(tmpdir(), 'zerodte-cage-'))
const reason = buildCage(folder)
const why = reason === undefined ? '' : ` (left out: ${reason})`
const library = join(TOP, 'node_modules/bun-webgpu-linux-x64/libwebgpu_wrapper.so')
const software = softwareGpuEnvironment()

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('no addon knows how to ask for memory from outside the heap', () => {
  const places = ['pricing', 'gpu'].flatMap(name => addonPlaces(join(TOP, 'native'), name)).filter(existsSync)
  for (const place of places) {
    const bytes = readFileSync(place, 'latin1')
    expect(bytes).toContain('napi_get_typedarray_info')
    expect(bytes).not.toMatch(/napi_create_external_(array)?buffer/)
  }
})

describe.skipIf(reason !== undefined)(`where external buffers are refused, as in Electron${why}`, () => {
  test('asking for one is refused indeed', () => {
    const asking: { ask(): number } = createRequire(import.meta.url)(
      join(folder, 'build/Release/asking.node'),
    )
    const napiNoExternalBuffersAllowed = 22
    expect(asking.ask()).toBe(napiNoExternalBuffersAllowed)
  })

  test('the kernels price and solve in the columns that they were given', () => {
    const kernels = loadPricingKernels(folder)
    if ('absent' in kernels) throw new Error(kernels.absent)
    const expiry = Float64Array.of(600, 1 / 2000, 0, 0.04, 0.01)
    const rows = {
      strike: Float64Array.of(599, 600, 601),
      sign: Float64Array.of(-1, 1, 1),
      volatility: Float64Array.of(0.2, 0.19, 0.18),
    }
    const price = new Float64Array(3)
    const answer = { volatility: new Float64Array(3), status: new Uint8Array(3) }
    bindRowPrices(kernels, expiry, rows, price).run(3)
    bindRowVolatilities(kernels, expiry, { ...rows, price }, answer).run(3)
    expect(price.every(value => value > 0)).toBe(true)
    rows.volatility.forEach((volatility, row) => expect(answer.volatility[row]).toBeCloseTo(volatility, 12))
  })

  test.skipIf(!software || !existsSync(library))('the GPU serves and reads its results back', async () => {
    const probe = join(TOP, 'main/fixtures/gpuProbe.ts')
    const { stdout } = await promisify(execFile)(process.execPath, [probe, folder, library], {
      env: { ...process.env, ...software },
      timeout: 25_000,
    })
    expect(JSON.parse(stdout)).toEqual({ state: 'serves', reason: '' })
  })
})
