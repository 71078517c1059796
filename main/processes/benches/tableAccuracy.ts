// The European tables of ../shared/data/reference, by the reference and by the addon.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { at } from '../../core/base/assert.ts'
import { europeanGreeks, type Greeks } from '../../core/pricing/blackScholes.ts'
import { bindBatchGreeks } from '../../../native/europeanKernels.ts'
import { loadPricingKernels } from '../../../native/pricingKernels.ts'
import { greekColumns } from '../../core/pricing/optionBatch.ts'
import { NATIVE } from './peers.ts'
import type { Section } from './report.ts'

/** Where the published tables are, if they are. */
export const FOLDER = join(NATIVE, '../../shared/data/reference')

/** Digits that the printed figures of vollib keep. */
const PRINTED = 1e-7

const DAYS_PER_YEAR = 365

/** A row of a table: an option, one of its figures, and how far it may be off. */
interface Row {
  readonly sign: 1 | -1
  readonly spot: number
  readonly strike: number
  readonly years: number
  readonly volatility: number
  readonly rate: number
  readonly dividendYield: number
  readonly figure: keyof Greeks
  /** What the table's figure is in parts of ours: a theta a day is one of 365. */
  readonly share: number
  readonly value: number
  readonly tolerance: number
}

/** The sections of both tables, each by reference and addon. */
export function tableAccuracy(): Promise<readonly Section[]> {
  const tables = [
    { file: 'european_haug.csv', read: haugRow },
    { file: 'black_scholes_vollib.csv', read: vollibRows },
  ]
  return Promise.resolve(
    tables.flatMap(({ file, read }) => {
      if (!existsSync(join(FOLDER, file))) return [{ title: file, leftOut: 'the table is not here' }]
      const rows = readTable(file).flatMap(read)
      return [sectionOf(`${file}, TypeScript reference`, rows, byReference(rows)), nativeSection(file, rows)]
    }),
  )
}

function nativeSection(file: string, rows: readonly Row[]): Section {
  const kernels = loadPricingKernels(NATIVE)
  if ('absent' in kernels) return { title: `${file}, native`, leftOut: kernels.absent }
  const column = (name: 'spot' | 'strike' | 'years' | 'volatility' | 'rate' | 'dividendYield' | 'sign') =>
    Float64Array.from(rows, row => row[name])
  const batch = {
    spot: column('spot'),
    strike: column('strike'),
    years: column('years'),
    volatility: column('volatility'),
    rate: column('rate'),
    dividendYield: column('dividendYield'),
    sign: column('sign'),
  }
  const greeks = greekColumns(rows.length)
  bindBatchGreeks(kernels, batch, greeks).run(rows.length)
  return sectionOf(
    `${file}, native`,
    rows,
    rows.map(({ figure }, row) => at(greeks[figure], row)),
  )
}

function byReference(rows: readonly Row[]): number[] {
  return rows.map(({ sign, spot, strike, volatility, figure, years, rate, dividendYield }) => {
    const carry = { years, discountYears: years, rate, dividendYield }
    return europeanGreeks(sign > 0 ? 'call' : 'put', spot, strike, volatility, carry)[figure]
  })
}

function sectionOf(title: string, rows: readonly Row[], found: readonly number[]): Section {
  const worst = rows.reduce((most, { value, share, tolerance }, row) => {
    const over = Math.abs((found[row] ?? Number.NaN) * share - value) / tolerance
    return over <= most ? most : over
  }, 0)
  const name = `worst of ${rows.length} figures over its tolerance`
  return { title, figures: [{ name, value: worst, unit: 'times', atMost: 1 }] }
}

function haugRow(cells: Cells): Row[] {
  const quantity = textOf(cells, 'quantity')
  const isDaily = quantity === 'theta_per_day'
  const figure = figureNamed(quantity.replace(/_per_(day|year)$/, ''))
  if (figure === undefined) return []
  return [
    {
      sign: textOf(cells, 'type') === 'call' ? 1 : -1,
      spot: numberOf(cells, 'spot'),
      strike: numberOf(cells, 'strike'),
      years: numberOf(cells, 't_years'),
      volatility: numberOf(cells, 'vol'),
      rate: numberOf(cells, 'rate'),
      dividendYield: numberOf(cells, 'div_yield'),
      figure,
      share: isDaily ? 1 / DAYS_PER_YEAR : 1,
      value: numberOf(cells, 'value'),
      tolerance: numberOf(cells, 'tol'),
    },
  ]
}

function vollibRows(cells: Cells): Row[] {
  const terms = {
    spot: numberOf(cells, 'S'),
    strike: numberOf(cells, 'K'),
    years: numberOf(cells, 't_years'),
    volatility: numberOf(cells, 'vol'),
    rate: numberOf(cells, 'r'),
    dividendYield: 0,
    share: 1,
  }
  return (['call', 'put'] as const).flatMap(right => {
    const sign = right === 'call' ? (1 as const) : (-1 as const)
    return (['price', 'delta', 'gamma', 'theta', 'vega', 'rho'] as const).map(figure => {
      const value = numberOf(cells, figure === 'price' ? right : `${right}_${figure}`)
      return { ...terms, sign, figure, value, tolerance: PRINTED * Math.max(1, Math.abs(value)) }
    })
  })
}

/** A row of a table, its texts by column. */
export type Cells = ReadonlyMap<string, string>

/** Rows of a small table whose cells hold no commas. */
export function readTable(file: string): Cells[] {
  const [head = '', ...lines] = readFileSync(join(FOLDER, file), 'utf8').trim().split(/\r?\n/)
  const names = head.split(',')
  return lines.map(line => {
    const cells = line.split(',')
    return new Map(names.map((name, place) => [name, cells[place] ?? '']))
  })
}

/** The text of a cell, empty where there is none. */
export function textOf(cells: Cells, name: string): string {
  return cells.get(name) ?? ''
}

/** The number of a cell, NaN where there is none. */
export function numberOf(cells: Cells, name: string): number {
  const text = textOf(cells, name)
  return text === '' ? Number.NaN : Number(text)
}

function figureNamed(name: string): keyof Greeks | undefined {
  return (['price', 'delta', 'gamma', 'theta', 'vega', 'rho', 'vanna', 'charm', 'vomma'] as const).find(
    it => it === name,
  )
}
