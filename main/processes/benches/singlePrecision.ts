// How exact the single precision of options.wgsl is: on a GPU, real or of software, and as C++ with fast mathematics, which is
// what Metal makes of it. The oracle is the reference in double precision, a million times as exact as what is asked here.
import { join } from 'node:path'
import { openGpuKernels } from '../../../native/gpuKernels.ts'
import { softwareGpuEnvironment } from '../../../native/softwareGpu.ts'
import { openGpuPricer, type GpuPricer } from '../../adapters/pricer/gpuPricer.ts'
import { at } from '../../core/base/assert.ts'
import { createRandom } from '../../core/base/random.ts'
import { MINUTES_PER_YEAR } from '../../core/base/units.ts'
import {
  BATCH_INPUTS,
  BATCH_OUTPUTS,
  createBatch,
  priceBatch,
  type BatchOutput,
  type OptionBatch,
} from '../../core/pricing/optionBatch.ts'
import { pricedWithFastMath } from './fastMath.ts'
import type { Figure, Section } from './report.ts'

const NATIVE = join(import.meta.dirname, '../../../native')
const OPTIONS = 200_000

/** Errors allowed: in dollars and shares for price and delta, as shares of the figure for the rest. */
const ALLOWED: Readonly<Partial<Record<BatchOutput, number>>> = { price: 5e-5, delta: 3e-7 }
const ALLOWED_SHARE = 1e-4

/** Below it a single is no longer a normal number times anything, and nobody can see it. */
const SMALLEST = 1e-30

/** Theta passes through 0 where carry balances decay; it is looked at where carry leaves at least this share of the decay. */
const THETA_SHARE = 0.1

const NOTES = [
  'options of the expiry day, held against the reference; price in dollars, delta in shares, the rest as shares of the figure',
  `theta where carry leaves at least ${THETA_SHARE} of its decay, since it passes through 0`,
]

/** The sections of single precision: on the GPU of this machine, or one of software, and by the proxy of fast mathematics. */
export async function singlePrecisionAccuracy(options = OPTIONS): Promise<readonly Section[]> {
  const expected = expiryDayBatch(options)
  priceBatch(expected, 'european', options)
  const title = 'WGSL as C++ with fast mathematics, as on Metal'
  const fast = pricedWithFastMath(join(NATIVE, 'gpu/options.wgsl'), expected)
  return [
    await onGpu(expected),
    'leftOut' in fast
      ? { title, leftOut: fast.leftOut }
      : { title, figures: worstErrors(expected, fast), notes: NOTES },
  ]
}

async function onGpu(expected: OptionBatch): Promise<Section> {
  const gpu = await anyGpu()
  if ('state' in gpu) return { title: 'WGSL on a GPU', leftOut: gpu.reason }
  const found = withInputsOf(expected)
  await gpu.batch(found, found.capacity)
  gpu.close()
  return { title: `WGSL on ${gpu.name}`, figures: worstErrors(expected, found), notes: NOTES }
}

async function anyGpu(): Promise<GpuPricer | { readonly state: string; readonly reason: string }> {
  const open = () => openGpuPricer(() => openGpuKernels(NATIVE), { allowSoftware: true })
  const gpu = await open()
  const software = softwareGpuEnvironment()
  if (!('state' in gpu) || gpu.state === 'refused' || !software) return gpu
  Object.assign(process.env, software)
  return open()
}

/** Options of the expiry day: a minute to a day to go, whole strikes out to nine deviations, and some anywhere within a tenth. */
function expiryDayBatch(count: number): OptionBatch {
  const random = createRandom(12_345)
  const batch = createBatch(count)
  for (let place = 0; place < count; place += 1) {
    const spot = 595 + random.below(1000) * 0.01
    const years = Math.exp(random.uniform() * Math.log(1440)) / MINUTES_PER_YEAR
    const volatility = 0.06 + random.uniform() * random.uniform()
    const deviations = (random.uniform() * 2 - 1) * 9
    const isAnywhere = random.uniform() < 0.3
    const strike = isAnywhere
      ? Math.floor(spot * (0.9 + 0.2 * random.uniform()))
      : Math.round(spot * Math.exp(deviations * volatility * Math.sqrt(years)))
    const option = [spot, strike, years, volatility, 0.043, 0.012, random.uniform() < 0.5 ? 1 : -1]
    for (const [column, name] of BATCH_INPUTS.entries()) batch[name][place] = at(option, column)
  }
  return batch
}

function withInputsOf(given: OptionBatch): OptionBatch {
  const batch = createBatch(given.capacity)
  for (const name of BATCH_INPUTS) batch[name].set(given[name])
  return batch
}

function worstErrors(expected: OptionBatch, found: OptionBatch): Figure[] {
  return BATCH_OUTPUTS.map(output => {
    const absolute = ALLOWED[output]
    let worst = 0
    for (let place = 0; place < expected.capacity; place += 1) {
      const [wanted, given] = [at(expected[output], place), at(found[output], place)]
      const error =
        absolute === undefined ? shareOf(expected, output, place, wanted, given) : Math.abs(given - wanted)
      // So written that what is no number is the worst of all
      if (!(error <= worst)) worst = Number.isNaN(error) ? Number.POSITIVE_INFINITY : error
    }
    return { name: output, value: worst, atMost: absolute ?? ALLOWED_SHARE }
  })
}

function shareOf(
  expected: OptionBatch,
  output: BatchOutput,
  place: number,
  wanted: number,
  given: number,
): number {
  const decay = (at(expected.vega, place) * at(expected.volatility, place)) / (2 * at(expected.years, place))
  const isNothing =
    Math.abs(wanted) < SMALLEST || (output === 'theta' && Math.abs(wanted) < THETA_SHARE * decay)
  return isNothing ? 0 : Math.abs(given - wanted) / Math.abs(wanted)
}
