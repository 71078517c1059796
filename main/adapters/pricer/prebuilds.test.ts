import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { bindBatchPrices } from '../../../native/europeanKernels.ts'
import { openGpuKernels } from '../../../native/gpuKernels.ts'
import { addonPlaces, loadPricingKernels } from '../../../native/pricingKernels.ts'

const NATIVE = join(import.meta.dirname, '../../../native')
const built = addonPlaces(NATIVE, 'pricing').slice(0, 1).some(existsSync)
const release = mkdtempSync(join(tmpdir(), 'zerodte-release-'))
afterAll(() => rmSync(release, { recursive: true }))

test.skipIf(!built)('a release without a compiler prices by the addons that it brought', async () => {
  const kept = spawnSync(process.execPath, [join(NATIVE, 'prebuild.mjs'), join(release, 'prebuilds')])
  expect(kept.status).toBe(0)
  expect(existsSync(join(release, 'build'))).toBe(false)
  const kernels = loadPricingKernels(release)
  if ('absent' in kernels) throw new Error(kernels.absent)
  const one = (value: number) => Float64Array.of(value)
  const option = { spot: one(600), strike: one(600), years: one(1 / 365), volatility: one(0.2) }
  const price = one(0)
  bindBatchPrices(kernels, { ...option, rate: one(0), dividendYield: one(0), sign: one(1) }, price).run(1)
  // At the money: spot times volatility times the root of time over the root of 2 pi
  expect(price[0]).toBeCloseTo((600 * 0.2) / Math.sqrt(365 * 2 * Math.PI), 3)
  expect(await openGpuKernels(release)).toEqual({ absent: expect.stringContaining('no WebGPU library') })
})

test('a folder with neither a build nor a release says so', () => {
  expect(loadPricingKernels(join(release, 'nothing'))).toEqual({
    absent: 'the native kernels are not built on this machine',
  })
})
