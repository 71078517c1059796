import { at } from '../../core/base/assert.ts'
import type { ChainKernels, ChainTerms, KernelColumns } from '../../core/pricing/chainKernels.ts'
import { statusCode } from '../../core/pricing/impliedVolatility.ts'
import { optionGreeks } from '../../core/pricing/optionFormulas.ts'
import { greeksFault } from '../../core/pricing/precision.ts'
import { referenceKernels } from '../../core/pricing/referenceKernels.ts'
import type { Job } from './router.ts'
import { placesInTurn } from './turns.ts'

/** Price and Greeks of so many contracts of one chain. */
export interface ChainTask {
  readonly count: number
}

/** Contracts that are measured: from one to the whole chain of an index. */
const SIZES = [1, 8, 32, 128, 256, 512, 1024, 4096]

/** A chain of today, an hour and a half before the close. */
const TERMS: ChainTerms = {
  style: 'american',
  underlying: 600,
  carry: { years: 90 / 525_600, discountYears: 0, rate: 0.043, dividendYield: 0.012 },
}

/** Digits that a volatility must come back with, where its price still holds them. */
const VOLATILITY_TOLERANCE = 1e-6

/** The job of a chain's Greeks, to be measured. Who does it live is settled at the start, for the whole session. */
export function chainJob(native: ChainKernels | undefined): Job<ChainTask, KernelColumns> {
  const reference = referenceKernels()
  const places = placesInTurn()
  const perform = (kernels: ChainKernels) => (task: ChainTask) => {
    kernels.greeks(task.count, TERMS)
    return kernels.columns(task.count)
  }
  const own = { name: 'reference', perform: perform(reference) } as const
  const addon = native && ({ name: 'native1', perform: perform(native) } as const)
  return {
    backends: addon ? [addon, own] : [own],
    sizes: SIZES,
    sizeOf: ({ count }) => count,
    probe(count) {
      for (const kernels of native ? [native, reference] : [reference]) fillTypical(kernels, count)
      return { count }
    },
    fault: ({ count }, columns) => greeksFaultAt(columns, places(count)),
  }
}

/** What is wrong with kernels, told by a chain that is known; undefined where nothing is. */
export function kernelsFault(kernels: ChainKernels): string | undefined {
  const count = 82
  const columns = fillTypical(kernels, count)
  kernels.greeks(count, TERMS)
  const fault = greeksFaultAt(columns, columns.strike.subarray(0, count).keys())
  if (fault !== undefined) return fault
  const volatilities = columns.volatility.slice(0, count)
  kernels.volatilities(count, TERMS)
  for (const [place, expected] of volatilities.entries()) {
    const found = at(columns.volatility, place)
    const isOutside = at(columns.sign, place) * (at(columns.strike, place) - TERMS.underlying) >= 0
    const isSolved = columns.status[place] === statusCode('ok')
    if (isOutside && !(isSolved && Math.abs(found / expected - 1) < VOLATILITY_TOLERANCE))
      return `volatility should be ${expected}, was ${found}`
  }
  return undefined
}

function greeksFaultAt(columns: KernelColumns, places: Iterable<number>): string | undefined {
  for (const place of places) {
    const right = at(columns.sign, place) > 0 ? 'call' : 'put'
    const [strike, volatility] = [at(columns.strike, place), at(columns.volatility, place)]
    const expected = optionGreeks(TERMS.style, right, TERMS.underlying, strike, volatility, TERMS.carry)
    const fault = greeksFault(expected, foundAt(columns, place), 'f32')
    if (fault !== undefined) return fault
  }
  return undefined
}

function foundAt(columns: KernelColumns, place: number) {
  return {
    price: at(columns.price, place),
    delta: at(columns.delta, place),
    gamma: at(columns.gamma, place),
    theta: at(columns.theta, place),
    vega: at(columns.vega, place),
    rho: at(columns.rho, place),
    vanna: at(columns.vanna, place),
    charm: at(columns.charm, place),
    vomma: at(columns.vomma, place),
  }
}

/** Strikes around the money, calls and puts by turns. */
function fillTypical(kernels: ChainKernels, count: number): KernelColumns {
  const columns = kernels.columns(count)
  for (let place = 0; place < count; place += 1) {
    columns.strike[place] = 590 + ((place >> 1) % 41) / 2
    columns.volatility[place] = 0.12 + 0.002 * (place % 29)
    columns.sign[place] = place % 2 === 0 ? 1 : -1
  }
  return columns
}
