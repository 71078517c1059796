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
import { greekColumns } from '../../core/pricing/optionBatch.ts'
import { NATIVE } from './peers.ts'
import type { Figure, Section } from './report.ts'

/** Times as fast as QdFp on AVX2: quick as its fast scheme, precise as its accurate one, each at no greater error. */
const WANTED = 20
const ROUNDS = 30
const CHAIN = {
  contracts: 200,
  ticks: 3000,
  warmUp: 200,
  percentile: 0.99,
  milliseconds: 1,
  turns: 3,
  clockTicks: 200,
}
const SECONDS_A_YEAR = 365 * 86_400

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
        ...limit,
      },
    )
  }
  quick.run(count)
  const days = [...new Set(answer.options.map(option => at(option, 0)))]
  for (const it of days) {
    const error = worstOf(answer, price, it) / worstOf(answer, answer.fast, it)
    figures.push({
      name: `worst error of quick in parts of QdFp fast's, ${it} days`,
      value: error,
      atMost: 1,
    })
  }
  return { title, figures }
}

/** The worst error of options of so many days, in dollars. */
function worstOf(answer: QdFpAnswer, prices: ArrayLike<number>, days: number): number {
  return answer.options.reduce((most, option, row) => {
    const off = at(option, 0) === days ? Math.abs(at(prices, row) - at(answer.converged, row)) : 0
    return Math.max(most, off)
  }, 0)
}

/**
 * A chain of a week under a moving spot: each tick from quotes to volatilities to Greeks. Time passes as it does, a second a tick;
 * the clock of interest, which counts days, moves on every 200 ticks, and then boundaries are made anew within the tick. What else the machine
 * does is in the times too: of some measurements, each of them whole, the quietest counts.
 */
function chainSection(kernels: PricingKernels): Section {
  const limit = CHAIN.milliseconds
  let times = tickTimes(kernels)
  let turns = 1
  for (; turns < CHAIN.turns && percentile(times, CHAIN.percentile) > limit; turns += 1) {
    const again = tickTimes(kernels)
    if (percentile(again, CHAIN.percentile) < percentile(times, CHAIN.percentile)) times = again
  }
  const collocated = times.filter((_, tick) => tick % CHAIN.clockTicks === 0)
  return {
    title: `American chain of ${CHAIN.contracts} contracts, quotes to volatilities and Greeks, one thread`,
    figures: [
      { name: 'median', value: percentile(times, 0.5), unit: 'ms' },
      { name: '99 of 100 ticks', value: percentile(times, CHAIN.percentile), unit: 'ms', atMost: limit },
      { name: 'median of ticks that make boundaries anew', value: percentile(collocated, 0.5), unit: 'ms' },
      { name: 'worst tick', value: percentile(times, 1), unit: 'ms' },
    ],
    notes: [
      `every tick is timed once, by its first run; measured ${turns} times, at most ${CHAIN.turns}, as long as another was over the limit`,
      `boundaries are made anew every ${CHAIN.clockTicks} ticks, as the clock of interest moves on: it counts days, so that a real tick does so once a day`,
    ],
  }
}

/** Milliseconds of every tick. */
function tickTimes(kernels: PricingKernels): readonly number[] {
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
  // What makes the quotes has boundaries of its own: those of the chain are made within a tick
  const [quoting, boundaries] = [expiryBoundaries(kernels, expiry), expiryBoundaries(kernels, expiry)]
  const pricing = bindAmericanRowGreeks(kernels, expiry, quoting, rows, greeks)
  const solving = bindAmericanRowVolatilities(kernels, expiry, boundaries, rows, answers)
  const solved = { ...rows, volatility: answers.volatility }
  const greeking = bindAmericanRowGreeks(kernels, expiry, boundaries, solved, greeks)
  const times: number[] = []
  for (let tick = -CHAIN.warmUp; tick < CHAIN.ticks; tick += 1) {
    expiry[0] = 600 + Math.sin(tick / 50)
    expiry[1] = 7 / 365 - tick / SECONDS_A_YEAR
    expiry[2] = 7 / 365 - (Math.floor(tick / CHAIN.clockTicks) * CHAIN.clockTicks) / SECONDS_A_YEAR
    quoting.refresh()
    pricing.run(contracts)
    rows.price.set(greeks.price)
    const once = microseconds(() => {
      boundaries.refresh()
      solving.run(contracts)
      greeking.run(contracts)
    }, 1)
    if (tick >= 0) times.push(once / 1000)
  }
  return times
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
