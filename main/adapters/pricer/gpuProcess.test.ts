import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import { NO_GPU_ENVIRONMENT, softwareGpuEnvironment } from '../../../native/softwareGpu.ts'

const native = join(import.meta.dirname, '../../../native')
const addon = join(native, 'build/Release/gpu.node')
const library = join(native, '../node_modules/bun-webgpu-linux-x64/libwebgpu_wrapper.so')
const probe = join(import.meta.dirname, '../../fixtures/gpuProbe.ts')
const folder = mkdtempSync(join(tmpdir(), 'zerodte-gpu-'))
const software = softwareGpuEnvironment()
const canRun = existsSync(addon) && existsSync(library)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What came of opening the GPU in a process of its own. */
async function opened(
  environment: Readonly<Record<string, string>>,
  ...given: readonly string[]
): Promise<{ readonly state: string; readonly reason: string }> {
  const { stdout } = await promisify(execFile)(process.execPath, [probe, ...given], {
    env: { ...process.env, ...environment },
    timeout: 25_000,
  })
  return JSON.parse(stdout)
}

/** A folder like `native` whose shader is another. */
function withShader(name: string, change: (shader: string) => string): string {
  const place = join(folder, name)
  mkdirSync(join(place, 'build/Release'), { recursive: true })
  mkdirSync(join(place, 'gpu'))
  symlinkSync(addon, join(place, 'build/Release/gpu.node'))
  writeFileSync(
    join(place, 'gpu/options.wgsl'),
    change(readFileSync(join(native, 'gpu/options.wgsl'), 'utf8')),
  )
  return place
}

/** A library that has every function of WebGPU, none of which ever answers. */
function silentLibrary(): string | undefined {
  const place = join(folder, 'silent.so')
  const header = readFileSync(join(native, 'gpu/dawnLibrary.h'), 'utf8')
  const names = Array.from(
    header.matchAll(/^ {2}F\([^,]+, (\w+),/gm),
    ([, name]) => `void* wgpu${name}() { return (void*)1; }`,
  )
  writeFileSync(join(folder, 'silent.c'), names.join('\n'))
  try {
    execFileSync('cc', ['-shared', '-fPIC', '-o', place, join(folder, 'silent.c')], { stdio: 'ignore' })
    return place
  } catch {
    return undefined
  }
}

describe.skipIf(!canRun)(
  `the GPU of a process${canRun ? '' : ' (left out: the GPU addon is not built)'}`,
  () => {
    test('is absent where Vulkan finds no adapter, and the Null backend serves nobody', async () => {
      const { state, reason } = await opened(NO_GPU_ENVIRONMENT, native)
      expect(state).toBe('absent')
      expect(reason).toMatch(/no adapter/)
    })

    test('is refused where the library is missing or another, and absent where the addon is not built', async () => {
      expect(await opened({}, native, '/nonexistent.so')).toMatchObject({
        state: 'refused',
        reason: expect.stringContaining('cannot be loaded'),
      })
      expect(await opened({}, native, addon)).toMatchObject({
        state: 'refused',
        reason: 'the library has no function wgpuCreateInstance',
      })
      expect(await opened({}, folder)).toMatchObject({
        state: 'absent',
        reason: expect.stringContaining('not built'),
      })
    })

    test('is refused where the library never answers, and the process ends all the same', async ({
      skip,
    }) => {
      const silent = silentLibrary()
      if (silent === undefined) return skip('no compiler on this machine')
      expect(await opened({}, native, silent, '300')).toEqual({
        state: 'refused',
        reason: 'no adapter answered in time',
      })
    })

    test('needs no buffer from outside the heap: the addon does not even know how to ask for one', () => {
      const bytes = readFileSync(addon, 'latin1')
      expect(bytes).toContain('napi_get_typedarray_info')
      expect(bytes).not.toContain('napi_create_external_arraybuffer')
      expect(bytes).not.toContain('napi_create_external_buffer')
    })
  },
)

describe.skipIf(!canRun || !software)(
  `a GPU of software in a process${software ? '' : ' (left out: no SwiftShader on this machine)'}`,
  () => {
    test('serves, and the process ends by itself', async () => {
      expect(await opened({ ...software }, native)).toEqual({ state: 'serves', reason: '' })
    })

    test('may be left at work by a process that ends', async () => {
      const left = join(import.meta.dirname, '../../fixtures/gpuLeft.ts')
      const ended = promisify(execFile)(process.execPath, [left, native], {
        env: { ...process.env, ...software },
      })
      await expect(ended).rejects.toMatchObject({ code: 7 })
    })

    test('is refused where its shader does not compile, with what the compiler says', async () => {
      const broken = withShader('broken', shader => shader.replace('fn millsRatio', 'fn millsRatio_'))
      const { state, reason } = await opened({ ...software }, broken, library)
      expect(state).toBe('refused')
      expect(reason).toMatch(/does not compile: [^]*unresolved call target 'millsRatio'/)
    })

    test('is refused where it computes wrong, by so little as a thousandth', async () => {
      const lying = withShader('lying', shader => shader.replace('0.3989422804', '0.3985422804'))
      const { state, reason } = await opened({ ...software }, lying, library)
      expect(state).toBe('refused')
      expect(reason).toContain('computed wrong')
    })
  },
)
