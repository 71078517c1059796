// Ten million chains through the addon, to see that memory stays flat: `npm run soak [-- --calls N] [--json]`. Ends with exit code 1
// where it grew.
import { parseArgs } from 'node:util'
import { present } from '../../core/base/assert.ts'
import { bindRowGreeks, bindRowVolatilities } from '../../../native/europeanKernels.ts'
import { alignedColumns, loadPricingKernels } from '../../../native/pricingKernels.ts'
import { greekColumns } from './europeanAccuracy.ts'
import { NATIVE } from './peers.ts'

const ROWS = 40
const REPORTS = 10

/** Growth of the resident memory, after a tenth of the calls, that is still no growth: what the collector leaves lying. */
const ALLOWED = 8 * 1024 * 1024

const { values } = parseArgs({
  args: process.argv.slice(2).filter(word => word !== '--'),
  options: { calls: { type: 'string', default: '10000000' }, json: { type: 'boolean' } },
})
const calls = Number(values.calls)
const kernels = loadPricingKernels(NATIVE)
if ('absent' in kernels) {
  process.stderr.write(`soak: ${kernels.absent}\n`)
  process.exit(2)
}

const [strike, sign, volatility] = alignedColumns(kernels, 3, ROWS).map(column => present(column, 'a column'))
const rows = {
  strike: present(strike, 'a column').map((_, row) => 590 + (row >> 1)),
  sign: present(sign, 'a column').map((_, row) => (row % 2 === 0 ? 1 : -1)),
  volatility: present(volatility, 'a column').fill(0.2),
}
const expiry = Float64Array.of(600, 1 / 2000, 0, 0.04, 0.01)
const greeks = greekColumns(ROWS)
const answer = { volatility: new Float64Array(ROWS), status: new Uint8Array(ROWS) }
const price = bindRowGreeks(kernels, expiry, rows, greeks)
const solve = bindRowVolatilities(kernels, expiry, { ...rows, price: greeks.price }, answer)

const began = performance.now()
const resident: number[] = []
for (let report = 0; report < REPORTS; report += 1) {
  for (let call = 0; call < calls / REPORTS; call += 1) {
    expiry[0] = 600 + (call % 100) / 100
    price.run(ROWS)
    if (call % 10 === 0) solve.run(ROWS)
  }
  globalThis.gc?.()
  resident.push(process.memoryUsage().rss)
  if (!values.json) process.stdout.write(`${(report + 1) * 10} %: ${megabytes(resident.at(-1))} MB\n`)
}
const growth = present(resident.at(-1), 'a report') - present(resident[0], 'a report')
const seconds = (performance.now() - began) / 1000
const isFlat = growth <= ALLOWED
if (values.json) process.stdout.write(`${JSON.stringify({ calls, seconds, resident, growth, isFlat })}\n`)
else
  process.stdout.write(
    `${calls.toLocaleString('en')} chains in ${seconds.toFixed(0)} s; memory ${isFlat ? 'stayed flat' : `grew by ${megabytes(growth)} MB`}\n`,
  )
process.exitCode = isFlat ? 0 : 1

function megabytes(bytes = 0): string {
  return (bytes / 1024 / 1024).toFixed(1)
}
