// What QuantLib says about American options, and the same options as our columns.
import { at } from '../../core/base/assert.ts'
import type { AmericanColumns } from '../../../native/americanKernels.ts'
import { ask, buildPeer } from './peers.ts'

/** An option as the peer prints it: days, spot, strike, volatility, rate, dividend yield, sign. */
export type PeerOption = readonly number[]

/** Prices of one workload by QuantLib's QdFp engine in three schemes, and what one takes. */
export interface QdFpAnswer {
  readonly options: readonly PeerOption[]
  readonly fast: readonly number[]
  readonly accurate: readonly number[]
  /** By its high precision scheme: about 1e-8 up to a month. */
  readonly converged: readonly number[]
  readonly fastMicroseconds: number
  readonly accurateMicroseconds: number
}

/** American options with a cash dividend, by finite differences. */
export interface DividendAnswer {
  readonly options: readonly PeerOption[]
  readonly amounts: readonly number[]
  readonly dividendDays: readonly number[]
  readonly prices: readonly number[]
}

/** The same by an oracle of our own, converged, and by how much its coarser grids lead elsewhere. */
export interface ConvergedDividends extends DividendAnswer {
  readonly uncertain: readonly number[]
}

/** QdFp's prices and times, or why there are none. */
export function askQdFp(): QdFpAnswer | { readonly absent: string } {
  const said = askPeer([])
  if (typeof said !== 'string') return said
  const answer: QdFpAnswer = JSON.parse(said)
  return answer
}

/** Prices with a dividend by our own oracle of finite differences, or why there are none; takes half a minute. */
export function askDividendOracle(): ConvergedDividends | { readonly absent: string } {
  const peer = buildPeer(
    'g++',
    ['peers/dividendOracle.cpp'],
    ['-std=c++17', '-O3', '-march=native'],
    ['-lpthread'],
  )
  if ('absent' in peer) return peer
  const said = ask(peer.program, [])
  if (said === undefined) return { absent: 'the oracle gave no answer' }
  const answer: ConvergedDividends = JSON.parse(said)
  return answer
}

/** Prices with a dividend by QuantLib on 1,500 levels, good to about 2e-4, or why there are none. */
export function askDividends(): DividendAnswer | { readonly absent: string } {
  const said = askPeer(['dividends'])
  if (typeof said !== 'string') return said
  const answer: DividendAnswer = JSON.parse(said)
  return answer
}

/** Prices of some options by QdFp's high precision scheme, or why there are none. */
export function askNamed(options: readonly PeerOption[]): readonly number[] | { readonly absent: string } {
  const said = askPeer(['rows', ...options.map(option => option.join(','))])
  if (typeof said !== 'string') return said
  const { prices }: Pick<DividendAnswer, 'prices'> = JSON.parse(said)
  return prices
}

function askPeer(options: readonly string[]): string | { readonly absent: string } {
  const peer = buildPeer(
    'g++',
    ['peers/americanQuantlib.cpp'],
    ['-std=c++17', '-O3', '-march=native', '-w'],
    ['-lQuantLib'],
  )
  if ('absent' in peer) return peer
  return ask(peer.program, options) ?? { absent: 'QuantLib gave no answer' }
}

const DAYS_PER_YEAR = 365

/** Years of an option of the peer. */
export function yearsOf(option: PeerOption): number {
  return at(option, 0) / DAYS_PER_YEAR
}

/** Options of the peer as columns of the kernels, both clocks alike. */
export function columnsOf(options: readonly PeerOption[]): AmericanColumns {
  const column = (place: number) => Float64Array.from(options, option => at(option, place))
  const years = Float64Array.from(options, yearsOf)
  return {
    spot: column(1),
    strike: column(2),
    years,
    discountYears: years,
    volatility: column(3),
    rate: column(4),
    dividendYield: column(5),
    sign: column(6),
  }
}
