// European price and Greeks against quadruple precision on the last trading day: 390 minutes to 1, out to nine deviations, at
// every instruction set of this machine, and on NEON where an emulator is.
import { greekColumns } from '../../core/pricing/optionBatch.ts'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { at, present } from '../../core/base/assert.ts'
import { europeanGreeks } from '../../core/pricing/blackScholes.ts'
import { bindBatchGreeks, greekList } from '../../../native/europeanKernels.ts'
import { loadPricingKernels } from '../../../native/pricingKernels.ts'
import { askOracle, type Oracle } from './oracle.ts'
import { buildPeer, NATIVE } from './peers.ts'
import type { Figure, Section } from './report.ts'

const OPTIONS = 200_000
const EMULATED = 50_001
const NAMES = ['price', 'delta', 'gamma', 'theta', 'vega', 'rho', 'vanna', 'charm', 'vomma'] as const

/**
 * Shares of the figure, of every option out to nine deviations, but for delta, which is absolute, and theta: that passes through 0
 * where carry balances decay, so its error is a share of the sizes of its parts: decay by gamma, and carry on spot and price.
 */
const LIMITS: Readonly<Record<(typeof NAMES)[number], number>> = {
  price: 1e-10,
  delta: 1e-15,
  gamma: 1e-13,
  theta: 1e-13,
  vega: 1e-13,
  rho: 1e-13,
  vanna: 1e-13,
  charm: 1e-13,
  vomma: 1e-13,
}

/** Prices below a trillionth of a dollar, out to 1e-60, are told apart: without fused products they lose one digit more. */
const SMALLEST = 1e-12

/** The sections of the European kernels and of the reference. */
export function europeanAccuracy(): Promise<readonly Section[]> {
  const oracle = askOracle('european', OPTIONS)
  const kernels = loadPricingKernels(NATIVE)
  const native: Section[] =
    'absent' in kernels
      ? [{ title: 'European, native', leftOut: kernels.absent }]
      : kernels.instructionSets.map(instructions => {
          const greeks = greekColumns(oracle.count)
          bindBatchGreeks(kernels, batchOf(oracle), greeks).run(oracle.count, 1, instructions)
          return sectionOf(`European, native ${instructions}`, oracle, greekList(greeks))
        })
  const few = Math.min(oracle.count, 20_000)
  const reference = sectionOf(
    'European, TypeScript reference',
    { ...oracle, count: few },
    referenceList(oracle, few),
  )
  return Promise.resolve([reference, ...native, onNeon(oracle)])
}

function sectionOf(title: string, oracle: Oracle, columns: readonly Float64Array[]): Section {
  const figures = NAMES.flatMap((name, place): readonly Figure[] => {
    const found = present(columns[place], 'there is a column for every figure')
    const [expected, sizes] = [oracle.column(7 + place), sizesOf(name, oracle)]
    const figure = {
      name,
      unit: unitOf(name),
      value: worstError(found, expected, sizes),
      atMost: LIMITS[name],
    }
    if (name !== 'price') return [figure]
    const isUsual = (size: number) => size >= SMALLEST
    const usual = { ...figure, value: worstError(found, expected, sizes, isUsual) }
    return [usual, { ...figure, name: 'price, down to nothing', atMost: 2 * figure.atMost }]
  })
  return { title: `${title}, ${oracle.count.toLocaleString('en')} options`, figures }
}

function unitOf(name: (typeof NAMES)[number]): string {
  if (name === 'delta') return 'absolute'
  return name === 'theta' ? 'of its parts' : 'relative'
}

/** What errors are shares of, an option a place. */
function sizesOf(name: (typeof NAMES)[number], oracle: Oracle): Float64Array {
  const expected = oracle.column(7 + NAMES.indexOf(name))
  return Float64Array.from({ length: oracle.count }, (_, row) => {
    if (name === 'delta') return 1
    return name === 'theta' ? thetaParts(oracle, row) : Math.abs(at(expected, row))
  })
}

/** The sum of the sizes of theta's parts: decay by gamma, carry of the spot, interest on the price. */
function thetaParts(oracle: Oracle, row: number): number {
  const { spot, volatility, rate, dividendYield } = batchOf(oracle)
  const [price, delta, gamma] = [oracle.column(7), oracle.column(8), oracle.column(9)]
  const carried = Math.abs(at(spot, row) * at(delta, row))
  const decay = (at(volatility, row) * at(spot, row)) ** 2 * (at(gamma, row) / 2)
  return (
    decay + Math.abs(at(rate, row)) * (carried + at(price, row)) + Math.abs(at(dividendYield, row)) * carried
  )
}

function worstError(
  found: Float64Array,
  expected: Float64Array,
  sizes: Float64Array,
  isCounted: (size: number) => boolean = () => true,
): number {
  let worst = 0
  for (const [row, size] of sizes.entries()) {
    const error = Math.abs(at(found, row) - at(expected, row)) / size
    if (isCounted(size) && !(error <= worst)) worst = error
  }
  return worst
}

function referenceList(oracle: Oracle, count: number): Float64Array[] {
  const { spot, strike, years, volatility, rate, dividendYield, sign } = batchOf(oracle)
  const greeks = greekColumns(count)
  for (let row = 0; row < count; row += 1) {
    const right = at(sign, row) > 0 ? 'call' : 'put'
    const carry = {
      years: at(years, row),
      discountYears: at(years, row),
      rate: at(rate, row),
      dividendYield: at(dividendYield, row),
    }
    const found = europeanGreeks(right, at(spot, row), at(strike, row), at(volatility, row), carry)
    for (const name of NAMES) greeks[name][row] = found[name]
  }
  return greekList(greeks)
}

/** The kernels as an ARM machine has them, under an emulator. */
function onNeon(oracle: Oracle): Section {
  const title = 'European, NEON under qemu'
  const sources = ['peers/neonRun.cpp', 'kernels/kernels.cc']
  const options = [
    '-std=c++17',
    '-O3',
    '-fno-math-errno',
    '-fno-trapping-math',
    '-ffp-contract=fast',
    '-static',
  ]
  const peer = buildPeer('aarch64-linux-gnu-g++-12', sources, [...options, '-DLANES=2', '-DKERNELS=lanes2'])
  if ('absent' in peer) return { title, leftOut: peer.absent }
  const count = Math.min(oracle.count, EMULATED)
  const folder = mkdtempSync(join(tmpdir(), 'zerodte-neon-'))
  const [inputs, outputs] = [join(folder, 'inputs'), join(folder, 'outputs')]
  writeFileSync(
    inputs,
    Buffer.concat([0, 1, 2, 3, 4, 5, 6].map(place => bytesOf(oracle.column(place).slice(0, count)))),
  )
  const result = spawnSync('qemu-aarch64', [peer.program, String(count), inputs, outputs])
  const bytes = result.status === 0 ? readFileSync(outputs) : undefined
  rmSync(folder, { recursive: true })
  if (bytes === undefined) return { title, leftOut: 'qemu-aarch64 is not installed' }
  const table = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
  const columns = NAMES.map((_, place) => table.subarray(place * count, (place + 1) * count))
  return sectionOf(title, { ...oracle, count }, columns)
}

function bytesOf(column: Float64Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength)
}

function batchOf(oracle: Oracle) {
  const [spot, strike, years, volatility] = [
    oracle.column(0),
    oracle.column(1),
    oracle.column(2),
    oracle.column(3),
  ]
  return {
    spot,
    strike,
    years,
    volatility,
    rate: oracle.column(4),
    dividendYield: oracle.column(5),
    sign: oracle.column(6),
  }
}
