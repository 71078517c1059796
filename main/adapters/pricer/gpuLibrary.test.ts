import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openGpuKernels } from '../../../native/gpuKernels.ts'
import { softwareGpuEnvironment } from '../../../native/softwareGpu.ts'

const top = mkdtempSync(join(tmpdir(), 'zerodte-webgpu-'))
afterAll(() => rmSync(top, { recursive: true }))

const LIBRARIES: Readonly<Record<string, readonly [string, string]>> = {
  'linux-x64': ['bun-webgpu-linux-x64', 'libwebgpu_wrapper.so'],
  'darwin-arm64': ['bun-webgpu-darwin-arm64', 'libwebgpu_wrapper.dylib'],
}
const known = LIBRARIES[`${process.platform}-${process.arch}`]

test.skipIf(!known)('a WebGPU library of a version that nobody has compared is not even loaded', async () => {
  const [name = '', library = ''] = known ?? []
  const [native, packaged] = [join(top, 'native'), join(top, 'node_modules', name)]
  mkdirSync(join(native, 'build/Release'), { recursive: true })
  mkdirSync(packaged, { recursive: true })
  writeFileSync(join(native, 'build/Release/gpu.node'), '')
  writeFileSync(join(packaged, library), '')
  writeFileSync(join(packaged, 'package.json'), JSON.stringify({ version: '9.0.0' }))
  expect(await openGpuKernels(native)).toEqual({
    broken: 'the WebGPU library is of version 9.0.0, which this program does not know',
  })
})

const environment = softwareGpuEnvironment()
const why = environment ? '' : ' (left out: no SwiftShader on this machine)'

test.skipIf(!environment)(`a device that was closed writes no late answer${why}`, async () => {
  Object.assign(process.env, environment)
  const gpu = await openGpuKernels(join(import.meta.dirname, '../../../native'))
  if (!('facts' in gpu)) throw new Error('the GPU opens')
  const rows = 1000
  const input = () => new Float64Array(rows).fill(1)
  const outputs = Array.from({ length: 9 }, () => new Float64Array(rows).fill(7))
  const answers = [1, 2, 3].map(() => gpu.greeks(Array.from({ length: 7 }, input), outputs, rows))
  gpu.close()
  await Promise.all(answers.map(answer => expect(answer).rejects.toThrow('the device was closed')))
  expect(outputs.every(column => column.every(value => value === 7))).toBe(true)
})
