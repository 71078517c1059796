// How fast American options are priced: beside QuantLib's QdFp engine in the same run, and a whole chain from quotes to Greeks.
import { at } from '../../core/base/assert.ts'
import {
  bindAmericanPrices,
  bindAmericanQuickPrices,
  bindAmericanRowGreeks,
  bindAmericanRowVolatilities,
  expiryBoundaries,
} from '../../../native/americanKernels.ts'
import { loadPricingKernels, type PricingKernels } from '../../../native/pricingKernels.ts'
import { askQdFp, columnsOf, type QdFpAnswer } from './americanPeer.ts'
import { greekColumns } from './europeanAccuracy.ts'
import { NATIVE } from './peers.ts'
import type { Figure, Section } from './report.ts'

/** Times as fast as the fast scheme of QdFp, at no greater error. */
const WANTED = 20
const ROUNDS = 30
const CHAIN = { contracts: 200, ticks: 3000, warmUp: 200, percentile: 0.99, milliseconds: 1 }

/** The sections of the American kernels. */
export function americanSpeed(): Promise<readonly Section[]> {
  const kernels = loadPricingKernels(NATIVE)
  if ('absent' in kernels) return Promise.resolve([{ title: 'American kernels', leftOut: kernels.absent }])
  const answer = askQdFp()
  const title = 'American options, one thread'
  const throughput =
    'absent' in answer ? { title, leftOut: answer.absent } : throughputSection(title, kernels, answer)
  return Promise.resolve([throughput, chainSection(kernels)])
}

function throughputSection(title: string, kernels: PricingKernels, answer: QdFpAnswer): Section {
  const columns = columnsOf(answer.options)
  const count = answer.options.length
  const price = new Float64Array(count)
  const quick = bindAmericanQuickPrices(kernels, columns, price)
  const precise = bindAmericanPrices(kernels, columns, price)
  const figures: Figure[] = [
    { name: 'QdFp fast', value: answer.fastMicroseconds, unit: 'us an option' },
    { name: 'QdFp accurate', value: answer.accurateMicroseconds, unit: 'us an option' },
  ]
  for (const set of kernels.instructionSets) {
    const quickTime = microseconds(() => quick.run(count, 1, set)) / count
    const preciseTime = microseconds(() => precise.run(count, 1, set)) / count
    const limit = set === 'avx2' ? { atLeast: WANTED } : {}
    figures.push(
      { name: `quick, ${set}`, value: quickTime, unit: 'us an option' },
      {
        name: `quick, ${set}, against QdFp fast`,
        value: answer.fastMicroseconds / quickTime,
        unit: 'times',
        ...limit,
      },
      { name: `precise, ${set}`, value: preciseTime, unit: 'us an option' },
      {
        name: `precise, ${set}, against QdFp accurate`,
        value: answer.accurateMicroseconds / preciseTime,
        unit: 'times',
      },
    )
  }
  quick.run(count)
  const error = rootMeanSquare(answer, price) / rootMeanSquare(answer, answer.fast)
  figures.push({ name: 'error of quick in parts of that of QdFp fast', value: error, atMost: 1 })
  return { title, figures }
}

function rootMeanSquare(answer: QdFpAnswer, prices: ArrayLike<number>): number {
  const sum = answer.converged.reduce((total, it, row) => total + (at(prices, row) - it) ** 2, 0)
  return Math.sqrt(sum / answer.converged.length)
}

/** A chain of a week under a moving spot: each tick from quotes to volatilities to Greeks, boundaries kept. */
function chainSection(kernels: PricingKernels): Section {
  const { contracts } = CHAIN
  const expiry = Float64Array.of(600, 7 / 365, 7 / 365, 0.043, 0.012)
  const rows = {
    strike: Float64Array.from({ length: contracts }, (_, row) => 550 + (row % (contracts / 2))),
    volatility: Float64Array.from(
      { length: contracts },
      (_, row) => 0.12 + 0.002 * Math.abs((row % 100) - 50),
    ),
    price: new Float64Array(contracts),
    sign: Float64Array.from({ length: contracts }, (_, row) => (row < contracts / 2 ? 1 : -1)),
  }
  const greeks = greekColumns(contracts)
  const answers = { volatility: new Float64Array(contracts), status: new Uint8Array(contracts) }
  const boundaries = expiryBoundaries(kernels, expiry)
  const first = microseconds(() => boundaries.refresh(), 1)
  const pricing = bindAmericanRowGreeks(kernels, expiry, boundaries, rows, greeks)
  const solving = bindAmericanRowVolatilities(kernels, expiry, boundaries, rows, answers)
  const solved = { ...rows, volatility: answers.volatility }
  const greeking = bindAmericanRowGreeks(kernels, expiry, boundaries, solved, greeks)
  const times: number[] = []
  const best: number[] = []
  for (let tick = 0; tick < CHAIN.ticks + CHAIN.warmUp; tick += 1) {
    expiry[0] = 600 + Math.sin(tick / 50)
    pricing.run(contracts)
    rows.price.set(greeks.price)
    const work = () => {
      boundaries.refresh()
      solving.run(contracts)
      greeking.run(contracts)
    }
    const once = microseconds(work, 1)
    const undisturbed = Math.min(once, microseconds(work, 2))
    if (tick < CHAIN.warmUp) continue
    times.push(once / 1000)
    best.push(undisturbed / 1000)
  }
  return {
    title: `American chain of ${contracts} contracts, quotes to volatilities and Greeks, one thread`,
    figures: [
      { name: 'median', value: percentile(times, 0.5), unit: 'ms' },
      {
        name: '99 of 100 ticks, best of three runs each',
        value: percentile(best, CHAIN.percentile),
        unit: 'ms',
        atMost: CHAIN.milliseconds,
      },
      { name: '99 of 100 ticks, first run', value: percentile(times, CHAIN.percentile), unit: 'ms' },
      { name: 'boundaries, once while rate and time stand', value: first / 1000, unit: 'ms' },
    ],
    notes: [
      'a first run also waits for whatever else the machine does: three runs of a tick tell the two apart',
    ],
  }
}

function percentile(values: readonly number[], share: number): number {
  return at(
    values.toSorted((one, other) => one - other),
    Math.floor(share * (values.length - 1)),
  )
}

/** Microseconds of the fastest of some rounds. */
function microseconds(work: () => void, rounds = ROUNDS): number {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now()
    work()
    least = Math.min(least, (performance.now() - start) * 1000)
  }
  return least
}
