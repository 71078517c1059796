// Simulated days beside published and recorded ones: `npm run calibration [-- --days N] [--json]`. A figure outside its limits
// ends with exit code 1, as do data that are not there.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { simulatedFeed } from '../../adapters/marketdata/simulatedFeed.ts'
import { settleDay, type SettledDay } from '../../adapters/marketdata/simulatedMarket.ts'
import { CALIBRATED, FAIR, type DayModel } from '../../adapters/marketdata/simulatedModel.ts'
import { at } from '../../core/base/assert.ts'
import type { Result } from '../../core/base/result.ts'
import type { QuoteBatch } from '../../engine/event.ts'
import {
  compareStrategies,
  readPublished,
  soldStraddle,
  type StrategyComparison,
  type StrategyFigures,
} from '../../research/calibration.ts'
import {
  compareSpreads,
  readMinuteSpreads,
  spreadSample,
  type SpreadComparison,
  type SpreadMargin,
  type SpreadSample,
} from '../../research/quoteSpreads.ts'
import { isGood, missesOf, tableOf, type Figure, type Section } from './report.ts'

const DATA = join(import.meta.dirname, '../../../../shared/data')
const PUBLISHED = ['vilkov_0dte_unconditional_2022_2023.csv', 'vilkov_0dte_unconditional_even_rows.csv']
const RECORDED = ['spxw_2021-01-04_quotes.csv.gz', 'spxw_2021-01-06_quotes.csv.gz']
const SINGLE_STOCK = 'goog_2015-12-24_0dte_quotes_even_strikes.csv.gz'

/** A whole session, whose seeds are the days. */
const DATE = '2026-11-20'
/** The published strategies are entered at 10:00. */
const ENTRY_MINUTE = 30
const SESSION_MINUTES = 390
const QUOTED_DAYS = 8
const VOLATILITY_LIMITS = { atLeast: 0.7, atMost: 1.4 }
const SPREAD_LIMITS = { atLeast: 0.7, atMost: 1.3 }

const { values } = parseArgs({
  options: { days: { type: 'string', default: '20000' }, json: { type: 'boolean', default: false } },
})
const count = Number(values.days)
if (!Number.isInteger(count) || count < 600) {
  process.stderr.write(`--days must be a whole number from 600 on, was ${values.days}\n`)
  process.exitCode = 2
} else {
  const sections = [...strategySections(count), ...(await spreadSections())]
  const misses = missesOf(sections)
  const leftOut = sections.filter(section => 'leftOut' in section)
  if (values.json) process.stdout.write(`${JSON.stringify({ sections, misses }, undefined, 2)}\n`)
  else {
    const isWhole = misses.length === 0 && leftOut.length === 0
    process.stdout.write(
      `${tableOf(sections)}\n${isWhole ? 'Every figure keeps its limit.' : `${misses.length} missed, ${leftOut.length} parts left out.`}\n`,
    )
    for (const miss of misses) process.stdout.write(`missed: ${miss.name} ${miss.value.toFixed(4)}\n`)
  }
  process.exitCode = misses.length === 0 && leftOut.length === 0 ? 0 : 1
}

function strategySections(count: number): Section[] {
  const days = settledDays(CALIBRATED, count)
  return [
    ...PUBLISHED.map(file => publishedSection(file, days)),
    premiumSection(`Variance premium, ${count} calibrated days`, days, 0),
    premiumSection(`No premium, ${count} fair days`, settledDays(FAIR, count)),
  ]
}

function settledDays(model: DayModel, count: number): SettledDay[] {
  return Array.from({ length: count }, (_, seed) =>
    settleDay({ date: DATE, seed, quoteEvery: 60_000, model }, ENTRY_MINUTE),
  )
}

function publishedSection(file: string, days: readonly SettledDay[]): Section {
  const title = `Published strategies, ${file}: ratio of volatilities, ours over theirs (0.7 to 1.4)`
  const path = join(DATA, 'anchors', file)
  if (!existsSync(path)) return { title, leftOut: `${path} is not there` }
  const rows = compareStrategies(valueOf(readPublished(readFileSync(path, 'utf8')), file), days)
  return {
    title,
    figures: rows.map(row => ({ name: nameOf(row), value: row.ratio, ...VOLATILITY_LIMITS })),
    notes: [
      'Percent of the underlying at mid, 10:00 to settlement; theirs | ours: mean, volatility, 1 %, 99 %, Sharpe a year',
      ...rows.map(row => `${nameOf(row).padEnd(46)} ${figuresOf(row.figures)} | ${figuresOf(row.ours)}`),
    ],
  }
}

function nameOf({ strategy, moneyness }: StrategyComparison): string {
  return `${strategy} ${moneyness}`
}

function figuresOf(figures: StrategyFigures): string {
  const { mean, volatility, quantile1, quantile99, sharpe } = figures
  const numbers = [mean.toFixed(4), ...[volatility, quantile1, quantile99, sharpe].map(it => it.toFixed(2))]
  return numbers.map(text => text.padStart(7)).join(' ')
}

/** What a seller of straddles earns; on calibrated days above nothing beyond doubt, on fair days not beyond doubt. */
function premiumSection(title: string, days: readonly SettledDay[], lowAtLeast?: number): Section {
  const { mean, volatility, count } = soldStraddle(days)
  const reach = (1.96 * volatility) / Math.sqrt(count)
  const unit = '% of the underlying'
  const isFair = lowAtLeast === undefined
  const fair = { atMost: 2.576 * (reach / 1.96), atLeast: -2.576 * (reach / 1.96) }
  return {
    title,
    figures: [
      { name: 'sold straddle, mean', value: mean, unit, ...(isFair ? fair : {}) },
      {
        name: 'low end of its 95 % interval',
        value: mean - reach,
        unit,
        ...(isFair ? {} : { atLeast: lowAtLeast }),
      },
      { name: 'high end', value: mean + reach, unit },
    ],
    notes: isFair
      ? ['The limits are the 99 % interval around nothing.']
      : [
          'Published means of the sold straddle: 0.0011 (1318 days), 0.0059 (953 days), -0.0263 (344 days of 2022 and 2023).',
        ],
  }
}

async function spreadSections(): Promise<Section[]> {
  const missing = [...RECORDED, SINGLE_STOCK].filter(file => !existsSync(join(DATA, 'options_minute', file)))
  const title = 'Relative spreads of quotes'
  if (missing.length > 0) return [{ title, leftOut: `${missing.join(', ')} not in ${DATA}/options_minute` }]
  const simulated = await quotedDays()
  const index = compareSpreads(RECORDED.flatMap(recordedSpreads), simulated)
  const stock = compareSpreads(recordedSpreads(SINGLE_STOCK), simulated)
  return [
    {
      title: `${title} by part of the day, ours over SPXW's (0.7 to 1.3)`,
      figures: index.byMinute.map(limited),
    },
    {
      title: `${title} by moneyness and price, ours over SPXW's (0.7 to 1.3)`,
      figures: index.byPrice.map(limited),
      notes: cellNotes(index),
    },
    {
      title: `${title}, ours over GOOG's on 2015-12-24 (a single stock quotes far wider; no limit)`,
      figures: stock.byMinute.map(({ name, ratio }) => ({ name, value: ratio })),
      notes: [
        'The fills of options_0dte tell bids of what was sold and asks of what was bought, never both of one contract: no spread.',
      ],
    },
  ]
}

function limited({ name, count, ratio }: SpreadMargin): Figure {
  return { name: `${name} (${count} quotes)`, value: ratio, ...SPREAD_LIMITS }
}

function cellNotes({ cells, leftOut }: SpreadComparison): string[] {
  const near = cells.filter(cell =>
    isGood({ name: '', value: cell.simulated / cell.recorded, ...SPREAD_LIMITS }),
  )
  return [
    'Options of the same day with two sides; relative spread is (ask - bid) / mid; prices are mids in bp of the underlying.',
    'A figure is the geometric mean of the ratios of medians of its cells (30 minutes, side, prices from half to once the bound),',
    `each with the weight of its recorded quotes. ${near.length} of ${cells.length} cells lie within 30 %; ${leftOut} recorded quotes lie in cells too thin to compare.`,
    ...cells.map(cell => {
      const place = `minute ${cell.from}, ${cell.isInTheMoney ? 'in' : 'out'}, below ${cell.below} bp, ${cell.count} quotes`
      const [theirs, ours] = [cell.recorded.toFixed(4), cell.simulated.toFixed(4)]
      return `${place.padEnd(48)} theirs ${theirs}  ours ${ours}  ratio ${(cell.simulated / cell.recorded).toFixed(2)}`
    }),
  ]
}

function recordedSpreads(file: string): readonly SpreadSample[] {
  const text = gunzipSync(readFileSync(join(DATA, 'options_minute', file))).toString()
  return valueOf(readMinuteSpreads(text), file)
}

/** The quotes of some calibrated days, once a minute. */
async function quotedDays(): Promise<SpreadSample[]> {
  const samples: SpreadSample[] = []
  for (let seed = 0; seed < QUOTED_DAYS; seed += 1) await takeQuotes(seed, samples)
  return samples
}

async function takeQuotes(seed: number, samples: SpreadSample[]): Promise<void> {
  const feed = simulatedFeed({ date: DATE, seed, quoteEvery: 60_000, model: CALIBRATED })
  const listed = feed.opening.find(event => event.kind === 'sessionOpened')
  const strikes = listed?.listing.callStrikes ?? []
  let spot = Number.NaN
  for (let step = await feed.next(); step; step = await feed.next()) {
    const minute = (step.time - feed.start) / 60_000
    if (minute >= SESSION_MINUTES) break
    for (const event of step.events) {
      if (event.kind === 'underlying') spot = event.last
      if (event.kind === 'quotes') samples.push(...samplesOf(event, strikes, minute, spot))
    }
  }
}

function samplesOf(
  { count, rows, bid, ask }: QuoteBatch,
  strikes: readonly number[],
  minute: number,
  spot: number,
): SpreadSample[] {
  const samples: SpreadSample[] = []
  for (let index = 0; index < count; index += 1) {
    const row = at(rows, index)
    const quote = { isCall: row < strikes.length, strike: at(strikes, row % strikes.length) }
    const sample = spreadSample({ ...quote, minute, spot, bid: at(bid, index), ask: at(ask, index) })
    if (sample) samples.push(sample)
  }
  return samples
}

function valueOf<Value>(result: Result<Value, string>, file: string): Value {
  if (!result.ok) throw new Error(`${file}: ${result.failure}`)
  return result.value
}
