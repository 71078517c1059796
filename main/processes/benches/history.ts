// How long the chain of one minute takes out of a year of them: `npm run bench -- history [--json] [--days N]`. The year is made
// up, imported as quotes that are told when they change, and read at random; a miss ends with exit code 1.
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { ChainStore, dayFile } from '../../adapters/history/chainStore.ts'
import { YearTable } from '../../adapters/history/yearTable.ts'
import { at } from '../../core/base/assert.ts'
import { createRandom, type Random } from '../../core/base/random.ts'
import { quantile } from '../../core/base/statistics.ts'
import type { IsoDate } from '../../core/base/units.ts'
import { nextTradingDay } from '../../core/session/calendar.ts'
import { tell, type Section } from './report.ts'

const DAYS = Number(process.argv.at(process.argv.indexOf('--days') + 1)) || 252
const MINUTES = 390
const STRIKES = 102
const READS = 1000

/** A minute in this many tells a contract anew; the others leave it as it was. */
const TOLD_EVERY = 5

/** Milliseconds that a chain may take, of a hundred reads all but one. */
const LONGEST = 10

const folder = mkdtempSync(join(tmpdir(), 'zerodte-history-'))
try {
  tell([await measure(folder)])
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function measure(out: string): Promise<Section> {
  const since = performance.now()
  const { rows, told } = await writeYear(out)
  const writing = (performance.now() - since) / 1000
  const opened = await ChainStore.open(out)
  if (!opened.ok) throw new Error(opened.failure)
  const store = opened.value
  const random = createRandom(2)
  const times = new Float64Array(READS)
  const loops = new Float64Array(READS)
  const worked = new Float64Array(READS)
  for (let read = -20; read < READS; read += 1) {
    const date = store.dates[random.below(store.dates.length)] ?? ''
    const minute = 571 + TOLD_EVERY + random.below(MINUTES - TOLD_EVERY)
    const [before, used] = [performance.now(), process.cpuUsage()]
    const chain = await store.chainAt(date, minute)
    const took = performance.now() - before
    const { user, system } = process.cpuUsage(used)
    if (!chain.ok || chain.value?.strikes.length !== STRIKES) throw new Error(`no chain at ${date} ${minute}`)
    // The first reads warm up
    if (read < 0) continue
    times[read] = took
    worked[read] = (user + system) / 1000
    loops[read] = loop()
  }
  store.close()
  const bytes = readdirSync(out).reduce((sum, name) => sum + statSync(join(out, name)).size, 0)
  return {
    title: `A minute out of ${DAYS} days, ${MINUTES} minutes, ${STRIKES} strikes`,
    figures: [
      { name: 'rows written', value: rows, atLeast: DAYS * (MINUTES - TOLD_EVERY) * STRIKES },
      { name: 'quotes told', value: told },
      { name: 'writing them', value: writing, unit: 's' },
      { name: 'on disk', value: bytes / 1e6, unit: 'MB' },
      { name: 'one chain, p50', value: quantile(times, 0.5), unit: 'ms' },
      { name: 'of it at work, p50', value: quantile(worked, 0.5), unit: 'ms' },
      { name: 'of it at work, p99', value: quantile(worked, 0.99), unit: 'ms' },
      { name: 'one chain, p99', value: quantile(times, 0.99), unit: 'ms', atMost: LONGEST },
    ],
    notes: [
      `a loop that does nothing else takes ${quantile(loops, 0.5).toFixed(2)} ms, p99 ${quantile(loops, 0.99).toFixed(2)} ms: what this machine is busy with besides`,
      `${READS} random reads, load of the machine ${at(loadavg(), 0).toFixed(1)}`,
    ],
  }
}

/** How long the same small work takes, which tells a slow read from a machine that is busy. */
function loop(): number {
  const before = performance.now()
  let sum = 0
  for (let step = 0; step < 2_500_000; step += 1) sum += step % 7
  return sum > 0 ? performance.now() - before : Number.NaN
}

async function writeYear(out: string): Promise<{ readonly rows: number; readonly told: number }> {
  const table = await YearTable.open(join(out, '.import'))
  const random = createRandom(1)
  let [rows, told] = [0, 0]
  let date: IsoDate = '2024-01-01'
  for (let day = 0; day < DAYS; day += 1) {
    date = nextTradingDay(date)
    told += addDay(table, date, random)
  }
  table.flush()
  for (const each of await table.dates())
    rows += await table.writeDay(each, dayFile(out, each), 'quotes', 'SPXW')
  table.close()
  return { rows, told }
}

/** The quotes of a day: every contract in its first minutes, then one in five a minute. */
function addDay(table: YearTable, date: IsoDate, random: Random): number {
  let told = 0
  for (let minute = 0; minute < MINUTES; minute += 1) {
    for (let contract = 0; contract < 2 * STRIKES; contract += 1) {
      if (minute % TOLD_EVERY !== contract % TOLD_EVERY) continue
      const bid = Math.round(random.uniform() * 5000) / 100
      const option = { strike: 5000 + 5 * (contract >> 1), isPut: contract % 2 === 1, bid, ask: bid + 0.1 }
      table.add({ date, minute: 571 + minute, ...option, bidSize: 10, askSize: 12 })
      told += 1
    }
  }
  return told
}
