// European kernels against TypeScript, numpy, QuantLib, npm's `greeks` and what the machine can do at most. Everything is timed in
// turns and the fastest turn counts, so that a busy moment of the machine harms nobody alone.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { at, present } from '../../core/base/assert.ts'
import {
  bindBatchGreeks,
  bindChainGreeks,
  bindVolatilities,
  type BatchColumns,
  type GreekColumns,
} from '../../../native/europeanKernels.ts'
import { alignedColumns, loadPricingKernels, type PricingKernels } from '../../../native/pricingKernels.ts'
import type { KernelColumns } from '../../core/pricing/chainKernels.ts'
import { NativeKernels, chainHalf } from '../../adapters/pricer/nativePricer.ts'
import { columnarGreeks } from './columnarTypeScript.ts'
import { greekColumns } from '../../core/pricing/optionBatch.ts'
import { askOracle, type Oracle } from './oracle.ts'
import { buildPeer, NATIVE, numpyPeer } from './peers.ts'
import {
  answerOf,
  bestNumber,
  bestQuantlib,
  bestRoofline,
  greeksPackageSpeed,
  type Answer,
  type QuantlibSpeeds,
  type Roofline,
} from './pricingPeers.ts'
import type { Figure, Section } from './report.ts'

const OPTIONS = 1_000_000
const QUOTES = 200_000
const STRIKES = 500
const TURNS = 15

/** What the native kernels at AVX2 on one thread are wanted to be, in times of each peer; a chain, as the program asks for it. */
const TIMES = { typescript: 9, numpy: 8, calculator: 25, engine: 200, chain: 25, volatility: 100 }

/** Shares of what the machine can do at most, on one thread and on two. */
const SHARES = { alone: 0.65, shared: 0.8 }

/** What every section is made of. */
interface Speeds {
  readonly native: ReadonlyMap<string, number>
  readonly typescript: number
  readonly quantlib: QuantlibSpeeds | string
  readonly numpy: number | string
  readonly roofline: Roofline | string
  readonly greeksPackage: number
}

/** The sections of the European kernels. */
export function europeanSpeed(): Promise<readonly Section[]> {
  const kernels = loadPricingKernels(NATIVE)
  if ('absent' in kernels) return Promise.resolve([{ title: 'European kernels', leftOut: kernels.absent }])
  const options = askOracle('european', OPTIONS)
  const quotes = askOracle('volatility', QUOTES)
  const folder = mkdtempSync(join(tmpdir(), 'zerodte-bench-'))
  const files = { options: join(folder, 'options'), quotes: join(folder, 'quotes') }
  writeFileSync(files.options, tableBytes(options, 16))
  writeFileSync(files.quotes, tableBytes(quotes, 7))
  const peers = {
    quantlib: buildPeer(
      'g++',
      ['peers/quantlib.cpp'],
      ['-std=c++17', '-O3', '-march=native', '-w'],
      ['-lQuantLib'],
    ),
    numpy: numpyPeer(),
    roofline: buildPeer('g++', ['peers/roofline.cpp'], ['-std=gnu++17', '-O2'], ['-lpthread']),
  }
  const quantlibOptions = [files.options, String(options.count), files.quotes, String(quotes.count)]
  const speeds = timeBatch(kernels, options, {
    quantlib: () => answerOf(peers.quantlib, quantlibOptions),
    numpy: () =>
      answerOf(peers.numpy, [join(NATIVE, 'peers/numpyScipy.py'), files.options, String(options.count)]),
    roofline: () => answerOf(peers.roofline, []),
  })
  const sections = [
    batchSection(options, speeds),
    rooflineSection(speeds),
    chainSection(kernels),
    volatilitySection(kernels, quotes, speeds.quantlib),
  ]
  rmSync(folder, { recursive: true })
  return Promise.resolve(sections)
}

/** Asks peers for their best; a sentence where there is no answer. */
interface Peers {
  readonly quantlib: () => Answer
  readonly numpy: () => Answer
  readonly roofline: () => Answer
}

function timeBatch(kernels: PricingKernels, oracle: Oracle, peers: Peers): Speeds {
  const batch = alignedBatch(kernels, oracle)
  const greeks = alignedGreeks(kernels, oracle.count)
  const bound = bindBatchGreeks(kernels, batch, greeks)
  const seconds = new Map<string, number>()
  // One thread by its processor time, which others cannot take away; two by the clock on the wall
  const wall = () => performance.now() / 1000
  const time = (name: string, clock: () => number, work: () => void) => {
    const since = clock()
    work()
    const spent = clock() - since
    seconds.set(name, Math.min(spent, seconds.get(name) ?? Number.POSITIVE_INFINITY))
  }
  const said = { quantlib: [peers.quantlib()], numpy: [peers.numpy()], roofline: [peers.roofline()] }
  for (let turn = 0; turn < TURNS; turn += 1) {
    time('typescript', kernels.addon.processorSeconds, () => columnarGreeks(batch, greeks, oracle.count))
    for (let again = 0; again < 3; again += 1)
      for (const set of kernels.instructionSets)
        for (const threads of [1, 2])
          time(`${set} ${threads}`, threads === 1 ? kernels.addon.processorSeconds : wall, () =>
            bound.run(oracle.count, threads, set),
          )
  }
  said.quantlib.push(peers.quantlib())
  said.numpy.push(peers.numpy())
  said.roofline.push(peers.roofline())
  const speed = (name: string) => oracle.count / present(seconds.get(name), 'everything was timed') / 1e6
  return {
    native: new Map([...seconds.keys()].map(name => [name, speed(name)])),
    typescript: speed('typescript'),
    quantlib: bestQuantlib(said.quantlib),
    numpy: bestNumber(said.numpy),
    roofline: bestRoofline(said.roofline),
    greeksPackage: greeksPackageSpeed(oracle, work => microsecondsOf(kernels, work, 1)),
  }
}

function batchSection(oracle: Oracle, speeds: Speeds): Section {
  const { native, typescript, quantlib, numpy, greeksPackage } = speeds
  const million = 'M options/s'
  const avx2 = native.get('avx2 1') ?? Number.NaN
  const ratio = (name: string, speed: number, atLeast?: number): Figure => ({
    name: `AVX2, 1 thread, over ${name}`,
    value: avx2 / speed,
    unit: 'times',
    ...(atLeast === undefined ? {} : { atLeast }),
  })
  const notes: string[] = []
  const figures: Figure[] = [
    ...[...native].map(([name, value]) => ({ name: labelOf(name), value, unit: million })),
    { name: 'npm greeks and black-scholes, 6 figures', value: greeksPackage, unit: million },
    ratio('accurate TypeScript', typescript, TIMES.typescript),
    ratio('npm greeks', greeksPackage),
  ]
  if (typeof numpy === 'string') notes.push(`numpy and scipy: ${numpy}`)
  else
    figures.push(
      { name: 'numpy and scipy', value: numpy, unit: million },
      ratio('numpy and scipy', numpy, TIMES.numpy),
    )
  if (typeof quantlib === 'string') notes.push(`QuantLib: ${quantlib}`)
  else
    figures.push(
      { name: 'QuantLib BlackCalculator, 6 figures', value: quantlib.calculator, unit: million },
      { name: 'QuantLib AnalyticEuropeanEngine, 6 figures', value: quantlib.engine, unit: million },
      ratio('BlackCalculator', quantlib.calculator, TIMES.calculator),
      ratio('AnalyticEuropeanEngine', quantlib.engine, TIMES.engine),
    )
  return {
    title: `European price and 8 Greeks of ${oracle.count.toLocaleString('en')} options`,
    figures,
    notes,
  }
}

function rooflineSection({ native, roofline }: Speeds): Section {
  const title = 'Share of what the machine can do at most'
  if (typeof roofline === 'string') return { title, leftOut: roofline }
  const figures = (['avx2', 'avx512'] as const).flatMap((set): Figure[] => {
    const [alone, shared] = [native.get(`${set} 1`), native.get(`${set} 2`)]
    if (alone === undefined || shared === undefined) return []
    const [one, two] = [
      Math.min(roofline[set], roofline.streams),
      Math.min(2 * roofline[set], roofline.sharedStreams),
    ]
    const limits = set === 'avx2' ? [{ atLeast: SHARES.alone }, { atLeast: SHARES.shared }] : [{}, {}]
    return [
      { name: `limit of ${set}, 1 thread`, value: one, unit: 'M options/s' },
      { name: `limit of ${set}, 2 threads`, value: two, unit: 'M options/s' },
      { name: `share reached by ${set}, 1 thread`, value: alone / one, ...limits[0] },
      { name: `share reached by ${set}, 2 threads`, value: shared / two, ...limits[1] },
    ]
  })
  return {
    title,
    figures,
    notes: ['the instructions of one vector, all independent; 128 bytes an option of memory'],
  }
}

/**
 * A chain of calls and puts as it stands on the screen, from the call in JavaScript to its return: by the kernel that ships at every
 * instruction set, and as the program itself asks.
 */
function chainSection(kernels: PricingKernels): Section {
  const count = 2 * STRIKES
  const product = new NativeKernels(kernels)
  const columns = product.columns(count)
  for (let place = 0; place < count; place += 1) {
    columns.strike[place] = 550 + (place % STRIKES) / 5
    columns.volatility[place] = 0.2 + 1e-5 * (at(columns.strike, place) - 600) ** 2
    columns.sign[place] = place < STRIKES ? 1 : -1
  }
  const years = 120 / 525_600
  const expiry = Float64Array.of(600.13, years, years, 0.043, 0.012)
  const halves = [chainHalf(columns, 0, STRIKES), chainHalf(columns, STRIKES, count)] as const
  const bound = bindChainGreeks(kernels, expiry, ...halves)
  const carry = { years, discountYears: years, rate: 0.043, dividendYield: 0.012 }
  const ask = () => product.greeks(count, { style: 'european', underlying: 600.13, carry })
  const batch = chainBatch(columns, expiry)
  const greeks = greekColumns(count)
  const typescript = microsecondsOf(kernels, () => columnarGreeks(batch, greeks, count), 400)
  const times = (name: string, native: number): Figure => ({
    name,
    value: typescript / native,
    unit: 'times',
  })
  const figures: Figure[] = [{ name: 'accurate TypeScript', value: typescript, unit: 'us' }]
  for (const set of kernels.instructionSets) {
    const native = microsecondsOf(kernels, () => bound.run(STRIKES, 1, set), 4000)
    figures.push({ name: set, value: native, unit: 'us' })
    figures.push(times(`${set} over accurate TypeScript`, native))
  }
  const asked = microsecondsOf(kernels, ask, 4000)
  figures.push({ name: 'as the program asks', value: asked, unit: 'us' })
  figures.push({ ...times('as the program asks, over accurate TypeScript', asked), atLeast: TIMES.chain })
  return { title: `A chain of ${count.toLocaleString('en')} contracts, one thread`, figures }
}

function volatilitySection(
  kernels: PricingKernels,
  oracle: Oracle,
  quantlib: QuantlibSpeeds | string,
): Section {
  const [forward, strike, years] = [oracle.column(0), oracle.column(1), oracle.column(2)]
  const quotes = { forward, strike, years, price: oracle.column(3), sign: oracle.column(4) }
  const answer = { volatility: new Float64Array(oracle.count), status: new Uint8Array(oracle.count) }
  const bound = bindVolatilities(kernels, quotes, answer)
  const figures = kernels.instructionSets.map((set): Figure => {
    const spent = microsecondsOf(kernels, () => bound.run(oracle.count, 1, set), 3)
    return { name: set, value: (spent * 1000) / oracle.count, unit: 'ns a quote' }
  })
  const title = `Implied volatility of ${oracle.count.toLocaleString('en')} quotes, one thread`
  if (typeof quantlib === 'string') return { title, figures, notes: [`QuantLib: ${quantlib}`] }
  const avx2 = figures.find(({ name }) => name === 'avx2')?.value ?? Number.NaN
  const [unit, atLeast] = ['times', TIMES.volatility]
  figures.push(
    { name: 'QuantLib blackFormulaImpliedStdDev', value: quantlib.volatility, unit: 'ns a quote' },
    { name: 'avx2 over blackFormulaImpliedStdDev', value: quantlib.volatility / avx2, unit, atLeast },
  )
  return { title, figures }
}

/** Microseconds of processor time of a call: the fastest of thirty runs of so many calls. */
function microsecondsOf({ addon }: PricingKernels, work: () => void, calls: number): number {
  let best = Number.POSITIVE_INFINITY
  for (let run = 0; run < 30; run += 1) {
    const since = addon.processorSeconds()
    for (let call = 0; call < calls; call += 1) work()
    best = Math.min(best, addon.processorSeconds() - since)
  }
  return (best * 1e6) / calls
}

function alignedBatch(kernels: PricingKernels, oracle: Oracle): BatchColumns {
  const columns = alignedColumns(kernels, 7, oracle.count)
  columns.forEach((column, place) => column.set(oracle.column(place)))
  const column = (place: number) => present(columns[place], 'seven columns')
  const [spot, strike, years, volatility] = [column(0), column(1), column(2), column(3)]
  return { spot, strike, years, volatility, rate: column(4), dividendYield: column(5), sign: column(6) }
}

function alignedGreeks(kernels: PricingKernels, count: number): GreekColumns {
  const columns = alignedColumns(kernels, 9, count)
  const column = (place: number) => present(columns[place], 'nine columns')
  const [price, delta, gamma, theta, vega] = [column(0), column(1), column(2), column(3), column(4)]
  return {
    price,
    delta,
    gamma,
    theta,
    vega,
    rho: column(5),
    vanna: column(6),
    charm: column(7),
    vomma: column(8),
  }
}

/** The same contracts as a batch. */
function chainBatch({ strike, volatility, sign }: KernelColumns, expiry: Float64Array): BatchColumns {
  const same = (place: number) => new Float64Array(strike.length).fill(at(expiry, place))
  return {
    spot: same(0),
    strike,
    years: same(1),
    volatility,
    rate: same(3),
    dividendYield: same(4),
    sign,
  }
}

function labelOf(name: string): string {
  if (name === 'typescript') return 'accurate TypeScript'
  const [set, threads] = name.split(' ')
  return `native ${set}, ${threads} ${threads === '1' ? 'thread' : 'threads'}`
}

function tableBytes(oracle: Oracle, columns: number): Uint8Array {
  const table = new Float64Array(columns * oracle.count)
  for (let place = 0; place < columns; place += 1) table.set(oracle.column(place), place * oracle.count)
  return new Uint8Array(table.buffer)
}
