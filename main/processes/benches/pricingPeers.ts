// Other people's programs and what they say of their speed.
import { createRequire } from 'node:module'
import { at, present } from '../../core/base/assert.ts'
import type { InstructionSet } from '../../../native/pricingKernels.ts'
import type { Oracle } from './oracle.ts'
import { ask, type Peer } from './peers.ts'

/** What a program said, or why it said nothing. */
export type Answer = string | { readonly absent: string }

/** What QuantLib said: millions of options a second, nanoseconds a volatility. */
export interface QuantlibSpeeds {
  readonly calculator: number
  readonly engine: number
  readonly volatility: number
}

/** Millions of options a second that the machine can do at most, by instruction set and by its streams of memory. */
export type Roofline = Readonly<Record<InstructionSet | 'streams' | 'sharedStreams', number>>

type Figured = (...terms: readonly (number | string)[]) => number

/** The npm packages `greeks` and `black-scholes`: millions of options a second for price and five Greeks, no dividends. */
export function greeksPackageSpeed(oracle: Oracle, microseconds: (work: () => void) => number): number {
  const require = createRequire(import.meta.url)
  const { getDelta, getGamma, getTheta, getVega, getRho }: Record<string, Figured> = require('greeks')
  const { blackScholes }: Record<string, Figured> = require('black-scholes')
  const figures = [blackScholes, getDelta, getGamma, getTheta, getVega, getRho].map(it =>
    present(it, 'it is exported'),
  )
  const used = Math.min(oracle.count, 50_000)
  const columns = [0, 1, 2, 3, 4].map(place => oracle.column(place))
  let total = 0
  const spent = microseconds(() => {
    for (let row = 0; row < used; row += 1) {
      const terms = columns.map(column => at(column, row))
      for (const figure of figures) total += figure(...terms, 'call')
    }
  })
  return Number.isNaN(total) ? Number.NaN : used / spent
}

/** Asks a program. */
export function answerOf(peer: Peer, options: readonly string[]): Answer {
  if ('absent' in peer) return peer
  return ask(peer.program, options) ?? { absent: 'it gave no answer' }
}

/** The best of several answers of QuantLib, or why there is none. */
export function bestQuantlib(answers: readonly Answer[]): QuantlibSpeeds | string {
  const said: QuantlibSpeeds[] = []
  for (const answer of answers) {
    if (typeof answer !== 'string') return answer.absent
    said.push(JSON.parse(answer))
  }
  return {
    calculator: Math.max(...said.map(({ calculator }) => calculator)),
    engine: Math.max(...said.map(({ engine }) => engine)),
    volatility: Math.min(...said.map(({ volatility }) => volatility)),
  }
}

/** The best of several answers about the machine, or why there is none. */
export function bestRoofline(answers: readonly Answer[]): Roofline | string {
  const said: Roofline[] = []
  for (const answer of answers) {
    if (typeof answer !== 'string') return answer.absent
    said.push(JSON.parse(answer))
  }
  const most = (name: keyof Roofline) => Math.max(...said.map(it => it[name]))
  const [sse2, avx2, avx512] = [most('sse2'), most('avx2'), most('avx512')]
  return {
    sse2,
    avx2,
    avx512,
    neon: Number.NaN,
    streams: most('streams'),
    sharedStreams: most('sharedStreams'),
  }
}

/** The greatest of several answers that are numbers, or why there is none. */
export function bestNumber(answers: readonly Answer[]): number | string {
  let best = 0
  for (const answer of answers) {
    if (typeof answer !== 'string') return answer.absent
    best = Math.max(best, Number(answer))
  }
  return best
}
