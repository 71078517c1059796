// Ten million chains priced as the product does it, to see that memory stays flat: `npm run soak [-- --calls N] [--json]`. Ends with
// exit code 1 where it grew. Beside them, in smaller numbers, what lives differently in memory: American chains whose interest changes,
// work on other threads, kernels that are bound and dropped.
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { NativeKernels } from '../../adapters/pricer/nativePricer.ts'
import {
  createChain,
  rightOf,
  rowCount,
  strikeOf,
  writeQuote,
  type OptionChain,
} from '../../core/market/optionChain.ts'
import { europeanPrice, type Carry } from '../../core/pricing/blackScholes.ts'
import { ChainPricer } from '../../core/pricing/chainPricing.ts'
import { createBatch } from '../../core/pricing/optionBatch.ts'
import { bindBatchGreeks } from '../../../native/europeanKernels.ts'
import { loadPricingKernels, type PricingKernels } from '../../../native/pricingKernels.ts'
import { NATIVE } from './peers.ts'

const REPORTS = 10

/**
 * Growth after a tenth of the calls that is still no growth, of what is held, and of the resident memory, where allocators keep
 * room for what they expect to be asked for again.
 */
const ALLOWED = { resident: 16 * 1024 * 1024, held: 512 * 1024 }

/** One of so many chains is American with interest, one call is made off this thread, one set of kernels is bound and dropped. */
const RARELY = 1000

/** Collections are waited for so often: memory of dropped kernels is given back by them. */
const COLLECT_EVERY = 100_000

const SPOT = 600
const TODAY: Carry = { years: 90 / 525_600, discountYears: 0, rate: 0.043, dividendYield: 0.012 }
const MONTH: Carry = { years: 30 / 365, discountYears: 30 / 365, rate: 0.043, dividendYield: 0.012 }

const { values } = parseArgs({
  args: process.argv.slice(2).filter(word => word !== '--'),
  options: { calls: { type: 'string', default: '10000000' }, json: { type: 'boolean' } },
})
const calls = Number(values.calls)
const kernels = loaded()

/** Memory after a collection, in bytes. */
interface Memory {
  readonly resident: number
  /** What is held: the heap and the columns beside it. */
  readonly held: number
}

const today = quotedChain(TODAY)
const month = quotedChain(MONTH)
const pricer = new ChainPricer(new NativeKernels(kernels))
const batch = createBatch(4096)
const elsewhere = bindBatchGreeks(kernels, batch, batch)
const collect = collector()

const began = performance.now()
const seen: Memory[] = []
let done = 0
for (let report = 1; report <= REPORTS; report += 1) {
  await soak(Math.round((calls * report) / REPORTS))
  seen.push(await memory())
  if (!values.json) process.stdout.write(`${report * 10} %: ${words(seen.at(-1))}\n`)
}
report()

async function soak(until: number): Promise<void> {
  for (; done < until; done += 1) {
    // A cent or two to and fro, so that no call is the one before
    const underlying = SPOT + (done % 100) / 100
    pricer.impliedVolatilities(today, underlying, TODAY)
    pricer.greeks(today, underlying, TODAY)
    if (done % RARELY === 0) await soakRarely(underlying)
    if (done % COLLECT_EVERY === 0) await collected()
  }
}

/** What a session does now and then. */
async function soakRarely(underlying: number): Promise<void> {
  const carry = { ...MONTH, rate: 0.04 + (done % 7000) / 1e6 }
  pricer.impliedVolatilities(month, underlying, carry)
  pricer.greeks(month, underlying, carry)
  await elsewhere.runLater(batch.capacity, 2)
  const dropped = new ChainPricer(new NativeKernels(kernels))
  dropped.greeks(today, underlying, TODAY)
}

/** The finalizers of what was dropped run in the turns after a collection; what they let go of is collected by the next. */
async function collected(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) {
    collect()
    await new Promise(resolve => setTimeout(resolve, 1))
  }
}

async function memory(): Promise<Memory> {
  await collected()
  const { rss, heapUsed, external } = process.memoryUsage()
  return { resident: rss, held: heapUsed + external }
}

function report(): void {
  const [first, last] = [seen[0], seen.at(-1)]
  const growth = {
    resident: (last?.resident ?? 0) - (first?.resident ?? 0),
    held: (last?.held ?? 0) - (first?.held ?? 0),
  }
  const isFlat = growth.resident <= ALLOWED.resident && growth.held <= ALLOWED.held
  const seconds = (performance.now() - began) / 1000
  if (values.json) process.stdout.write(`${JSON.stringify({ calls, seconds, seen, growth, isFlat })}\n`)
  else
    process.stdout.write(
      `${calls.toLocaleString('en')} chains in ${seconds.toFixed(0)} s; memory ${isFlat ? 'stayed flat' : `grew by ${words(growth)}`}\n`,
    )
  process.exitCode = isFlat ? 0 : 1
}

/** Twenty strikes around the money, quoted on both sides a cent from their values. */
function quotedChain(carry: Carry): OptionChain {
  const strikes = Array.from({ length: 20 }, (_, step) => SPOT - 10 + step)
  const listing = { underlying: 'SPY', expiry: '2026-11-20', style: 'american' } as const
  const chain = createChain({ ...listing, callStrikes: strikes, putStrikes: strikes })
  for (let row = 0; row < rowCount(chain); row += 1) {
    const value = europeanPrice(rightOf(chain, row), SPOT, strikeOf(chain, row), 0.15, carry)
    writeQuote(chain, row, Math.max(0.01, value - 0.01), value + 0.02, 10, 10, 1)
  }
  return chain
}

function loaded(): PricingKernels {
  const found = loadPricingKernels(NATIVE)
  if (!('absent' in found)) return found
  process.stderr.write(`soak: ${found.absent}\n`)
  process.exit(2)
}

function collector(): () => void {
  setFlagsFromString('--expose-gc')
  const found: unknown = runInNewContext('gc')
  return () => {
    if (typeof found === 'function') found()
  }
}

function words(memory: Memory = { resident: 0, held: 0 }): string {
  return `${megabytes(memory.resident)} MB resident, ${megabytes(memory.held)} MB held`
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1)
}
