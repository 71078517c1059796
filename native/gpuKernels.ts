import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { addonPlaces } from './pricingKernels.ts'
import type { ScenarioInputs, ScenarioOutputs } from './scenarioKernels.ts'

/** A graphics processor as it says of itself. */
export interface GpuFacts {
  readonly name: string
  readonly vendor: string
  /** The interface behind WebGPU: Metal on a Mac, Vulkan elsewhere. */
  readonly backend: string
  /** A processor that only plays a graphics processor. */
  readonly isSoftware: boolean
}

/**
 * An opened graphics processor. It computes in single precision; inputs are read before a call returns, outputs are written when
 * its Promise resolves. Every call rejects with one sentence where the device is lost, hangs or was closed.
 */
export interface GpuKernels {
  readonly facts: GpuFacts
  /**
   * Price, delta, gamma, theta, vega, rho, vanna, charm and vomma of the first `count` options, at most 2^20; inputs are spot,
   * strike, years, volatility, rate, dividend yield and sign (1 for a call, -1 for a put). NaN where an input is no number.
   */
  greeks(inputs: readonly Float64Array[], outputs: readonly Float64Array[], count: number): Promise<void>
  /** A scenario grid with its legs summed on the device; columns as for the kernels of the processor, at most 128 MiB of them. */
  scenarios(inputs: ScenarioInputs, outputs: ScenarioOutputs): Promise<void>
  /** Loses the device as a driver that falls over would, for drills. */
  lose(): void
  /** Lets go of the device. */
  close(): void
}

/** How to find and how long to await a device. */
export interface GpuOptions {
  /** The library that speaks WebGPU; the one of the platform's package where not given. */
  readonly library?: string
  /** Milliseconds after which opening, or a run, counts as hung. */
  readonly patience?: number
}

interface GpuAddon {
  open(library: string, shader: string, patience: number): Promise<GpuFacts & { readonly device: object }>
  greeks(
    device: object,
    inputs: readonly Float64Array[],
    outputs: readonly Float64Array[],
    count: number,
  ): Promise<void>
  scenarios(device: object, inputs: ScenarioInputs, outputs: ScenarioOutputs): Promise<void>
  lose(device: object): void
  close(device: object): void
}

const LIBRARIES: Readonly<Record<string, string>> = {
  'darwin-arm64': 'bun-webgpu-darwin-arm64/libwebgpu_wrapper.dylib',
  'linux-x64': 'bun-webgpu-linux-x64/libwebgpu_wrapper.so',
}

/**
 * Versions whose structures are those of `gpu/dawnLibrary.h`: a library that has others would read and write past ours, and no
 * self-test comes after that.
 */
const KNOWN_VERSIONS = new Set(['0.1.5', '0.1.7'])

/** Why no graphics processor opens: this machine has none, or it has one that does not work. */
export type NoGpuKernels = { readonly absent: string } | { readonly broken: string }

/** Opens the graphics processor of this machine by the addon in the folder `native`, or says in a few words why not. */
export async function openGpuKernels(
  folder: string,
  { library: given, patience = 10_000 }: GpuOptions = {},
): Promise<GpuKernels | NoGpuKernels> {
  const place = addonPlaces(folder, 'gpu').find(existsSync)
  if (place === undefined) return { absent: 'the GPU addon is not built on this machine' }
  const library = given ?? platformLibrary(folder)
  if (typeof library !== 'string') return library
  try {
    const addon: GpuAddon = createRequire(import.meta.url)(place)
    const shader = readFileSync(join(folder, 'gpu/options.wgsl'), 'utf8')
    const { device, ...facts } = await withRuntimeFolder(() => addon.open(library, shader, patience))
    return joinGpu(addon, device, facts)
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'the GPU did not open'
    return error instanceof Error && 'code' in error && error.code === 'ABSENT'
      ? { absent: reason }
      : { broken: reason }
  }
}

/** Drivers look for a screen first and, where nobody is logged in at one, complain on stderr that they know of no such folder. */
async function withRuntimeFolder<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  if (process.env['XDG_RUNTIME_DIR'] !== undefined) return work()
  process.env['XDG_RUNTIME_DIR'] = tmpdir()
  return work().finally(() => delete process.env['XDG_RUNTIME_DIR'])
}

/** Where the package of this platform has its library, or why it is not used. */
function platformLibrary(folder: string): string | NoGpuKernels {
  const platform = `${process.platform}-${process.arch}`
  const place = join(folder, '../node_modules', LIBRARIES[platform] ?? '')
  if (LIBRARIES[platform] === undefined || !existsSync(place))
    return { absent: `no WebGPU library is installed for ${platform}` }
  const version = packageVersion(dirname(place))
  if (KNOWN_VERSIONS.has(version)) return place
  return { broken: `the WebGPU library is of version ${version}, which this program does not know` }
}

function packageVersion(folder: string): string {
  const description: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const isKnown = typeof description === 'object' && description !== null && 'version' in description
  return isKnown ? String(description.version) : 'unknown'
}

function joinGpu(addon: GpuAddon, device: object, facts: GpuFacts): GpuKernels {
  return {
    facts,
    greeks: (inputs, outputs, count) => addon.greeks(device, inputs, outputs, count),
    scenarios: (inputs, outputs) => addon.scenarios(device, inputs, outputs),
    lose: () => addon.lose(device),
    close: () => addon.close(device),
  }
}
