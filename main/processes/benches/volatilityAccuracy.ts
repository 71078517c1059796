// European implied volatility against quadruple precision, on quotes from a minute to five days before expiry.
import { at } from '../../core/base/assert.ts'
import { impliedVolatility } from '../../core/pricing/impliedVolatility.ts'
import { bindVolatilities } from '../../../native/europeanKernels.ts'
import { loadPricingKernels } from '../../../native/pricingKernels.ts'
import { askOracle, type Oracle } from './oracle.ts'
import { NATIVE } from './peers.ts'
import type { Section } from './report.ts'

const QUOTES = 200_000

/**
 * The share of volatility that may be wrong, and how often the attainable one: what rounding of the price and of the answer leaves,
 * (1 + |b / (s b')|) epsilon. Where that is one rounding, 25 times is half of the first limit.
 */
const LIMITS = { error: 1e-14, attainable: 25 }

/** The sections of the native solver and of the reference. */
export function volatilityAccuracy(): Promise<readonly Section[]> {
  const oracle = askOracle('volatility', QUOTES)
  const kernels = loadPricingKernels(NATIVE)
  const native: Section[] =
    'absent' in kernels
      ? [{ title: 'Implied volatility, native', leftOut: kernels.absent }]
      : kernels.instructionSets.map(instructions => {
          const volatility = new Float64Array(oracle.count)
          const status = new Uint8Array(oracle.count)
          const [forward, strike, years] = [oracle.column(0), oracle.column(1), oracle.column(2)]
          const quotes = { forward, strike, years, price: oracle.column(3), sign: oracle.column(4) }
          bindVolatilities(kernels, quotes, { volatility, status }).run(oracle.count, 1, instructions)
          return sectionOf(`Implied volatility, native ${instructions}`, oracle, volatility)
        })
  const few = { ...oracle, count: Math.min(oracle.count, 20_000) }
  return Promise.resolve([
    sectionOf('Implied volatility, TypeScript reference', few, referenceOf(few)),
    ...native,
  ])
}

function referenceOf(oracle: Oracle): Float64Array {
  const [forward, strike, years] = [oracle.column(0), oracle.column(1), oracle.column(2)]
  const [price, sign] = [oracle.column(3), oracle.column(4)]
  return Float64Array.from({ length: oracle.count }, (_, row) => {
    const right = at(sign, row) > 0 ? 'call' : 'put'
    const carry = { years: at(years, row), discountYears: 0, rate: 0, dividendYield: 0 }
    const found = impliedVolatility(right, at(forward, row), at(strike, row), at(price, row), carry)
    return found.status === 'ok' ? found.volatility : Number.NaN
  })
}

function sectionOf(title: string, oracle: Oracle, found: Float64Array): Section {
  const [expected, attainable] = [oracle.column(5), oracle.column(6)]
  let [worst, worstShare, worstBeyond, failures] = [0, 0, 0, 0]
  for (let row = 0; row < oracle.count; row += 1) {
    const error = Math.abs(at(found, row) / at(expected, row) - 1)
    if (Number.isNaN(error)) failures += 1
    else {
      worst = Math.max(worst, error)
      worstBeyond = Math.max(worstBeyond, error - at(attainable, row))
      worstShare = Math.max(worstShare, error / at(attainable, row))
    }
  }
  return {
    title: `${title}, ${oracle.count.toLocaleString('en')} quotes`,
    figures: [
      { name: 'worst error', value: worst, unit: 'relative', atMost: LIMITS.error },
      {
        name: 'worst error over the attainable one',
        value: worstShare,
        unit: 'times',
        atMost: LIMITS.attainable,
      },
      {
        name: 'worst error beyond the attainable one',
        value: worstBeyond,
        unit: 'relative',
        atMost: LIMITS.error,
      },
      { name: 'quotes without an answer', value: failures, atMost: 0 },
    ],
  }
}
