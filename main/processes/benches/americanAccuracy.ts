// American values: the published tables, QuantLib's converged scheme, and finite differences with a cash dividend.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { at } from '../../core/base/assert.ts'
import { americanPrice } from '../../core/pricing/american.ts'
import { dividendAmericanPrice } from '../../core/pricing/cashDividend.ts'
import { bindAmericanPrices, bindAmericanQuickPrices } from '../../../native/americanKernels.ts'
import { loadPricingKernels } from '../../../native/pricingKernels.ts'
import {
  askDividendOracle,
  askDividends,
  askNamed,
  askQdFp,
  columnsOf,
  yearsOf,
  type DividendAnswer,
  type PeerOption,
  type QdFpAnswer,
} from './americanPeer.ts'
import { NATIVE } from './peers.ts'
import type { Figure, Section } from './report.ts'
import { FOLDER, numberOf, readTable, textOf, type Cells } from './tableAccuracy.ts'

const DAYS_PER_YEAR = 365
/** How near the tree of the literature table is to the truth. */
const TREE = 1e-3
/** How far an American value may lie above one that is exercised at 50 dates a year. */
const MORE_DATES = 0.01
/** What the source of the random table asks: so much of a value, or so many dollars of a small one. */
const RANDOM = { share: 0.005, small: 0.1, dollars: 5e-4 }

/**
 * Rows of the edge table that are figures of the QD+ approximation, in whose test they stand, up to 0.03 off the American value:
 * these are held against QuantLib's QdFp engine in its high precision scheme: asked anew where QuantLib is, else as it answered
 * once. At a yield of 1,000 % that is itself good to a part of 1e-5 only.
 */
const APPROXIMATED: ReadonlyMap<string, number> = new Map([
  ['edge-01', 23.000293541286],
  ['edge-27', 8.865365196673],
  ['edge-32', 0.115939],
  ['edge-33', 80.39025],
])
/** The part of a value that may be off there. */
const CONVERGED = 2e-5
/** It has no day left: the table gives nothing for what has expired, we what it paid. */
const EXPIRED = 'edge-19'

/** The sections of American options. */
export function americanAccuracy(): Promise<readonly Section[]> {
  const converged = askQdFp()
  return Promise.resolve([
    tableSection('american_literature.csv', literatureMiss, [
      'figures of approximations are held against the tree beside them; those without one, Greeks of approximations and boundaries are not prices of ours',
    ]),
    tableSection('american_edge.csv', edgeMiss, [
      'four rows are figures of the QD+ approximation and held against QdFp; one that has expired is left out',
    ]),
    tableSection('american_pde_random.csv', randomMiss, ['tolerance of its source: 0.5 %']),
    'absent' in converged
      ? { title: 'American against QuantLib QdFp', leftOut: converged.absent }
      : convergedSection(converged),
    dividendSection(),
    quantlibDividendSection(),
  ])
}

/** How many tolerances a row is off; undefined where it is not an American price. */
type Miss = (cells: Cells) => number | undefined

function tableSection(file: string, miss: Miss, notes: readonly string[]): Section {
  if (!existsSync(join(FOLDER, file))) return { title: file, leftOut: 'the table is not here' }
  const misses = readTable(file).flatMap(cells => miss(cells) ?? [])
  const worst = misses.reduce((most, it) => (it <= most ? most : it), 0)
  const name = `worst of ${misses.length} figures over its tolerance`
  return { title: file, figures: [{ name, value: worst, unit: 'times', atMost: 1 }], notes }
}

function literatureMiss(cells: Cells): number | undefined {
  // Texts of this table hold commas, so the tree stands in the last cell, wherever that is
  const tree =
    numberOf(cells, 'independent_tree_value') || Number(/[^,]*$/.exec([...cells.values()].join(','))?.[0])
  const ours = priceOf(cells, numberOf(cells, 't_years'))
  const method = textOf(cells, 'method')
  if (method.startsWith('finite difference')) {
    const above = ours - numberOf(cells, 'value')
    return above < 0 ? -above / numberOf(cells, 'tol') : above / MORE_DATES
  }
  if (method.startsWith('Andersen')) return Math.abs(ours - numberOf(cells, 'value')) / numberOf(cells, 'tol')
  return tree > 0 ? Math.abs(ours - tree) / TREE : undefined
}

function edgeMiss(cells: Cells): number | undefined {
  const id = textOf(cells, 'id')
  if (id === EXPIRED) return undefined
  const ours = priceOf(cells, numberOf(cells, 'days_act365') / DAYS_PER_YEAR)
  const noted = APPROXIMATED.get(id)
  const converged = noted === undefined ? undefined : (convergedValue(cells) ?? noted)
  if (converged !== undefined) return Math.abs(ours / converged - 1) / CONVERGED
  return Math.abs(ours - numberOf(cells, 'value')) / numberOf(cells, 'tol')
}

/** What QuantLib says about a row by its high precision scheme; undefined where it is not here. */
function convergedValue(cells: Cells): number | undefined {
  const [spot, strike, volatility] = [
    numberOf(cells, 'spot'),
    numberOf(cells, 'strike'),
    numberOf(cells, 'vol'),
  ]
  const [rate, dividendYield] = [numberOf(cells, 'rate'), numberOf(cells, 'div_yield')]
  const sign = textOf(cells, 'type') === 'call' ? 1 : -1
  const answer = askNamed([
    [numberOf(cells, 'days_act365'), spot, strike, volatility, rate, dividendYield, sign],
  ])
  return 'absent' in answer ? undefined : answer[0]
}

function randomMiss(cells: Cells): number {
  const value = numberOf(cells, 'value')
  const ours = priceOf(cells, numberOf(cells, 'days_act365') / DAYS_PER_YEAR)
  return Math.abs(ours - value) / (value > RANDOM.small ? RANDOM.share * value : RANDOM.dollars)
}

function priceOf(cells: Cells, years: number): number {
  const carry = {
    years,
    discountYears: years,
    rate: numberOf(cells, 'rate'),
    dividendYield: numberOf(cells, 'div_yield'),
  }
  const right = textOf(cells, 'type') === 'call' ? 'call' : 'put'
  return americanPrice(
    right,
    numberOf(cells, 'spot'),
    numberOf(cells, 'strike'),
    numberOf(cells, 'vol'),
    carry,
  )
}

/** Dollars of error by days to expiry, on a spot of 600. */
function convergedSection(answer: QdFpAnswer): Section {
  const figures: Figure[] = figuresOf('reference', answer, answer.options.map(referencePrice), preciseLimit)
  const kernels = loadPricingKernels(NATIVE)
  const notes = ['QdFp high precision itself is converged to about 1e-8 at a month and 1e-6 at a year']
  if ('absent' in kernels) return { title: TITLE, figures, notes: [...notes, kernels.absent] }
  const columns = columnsOf(answer.options)
  const price = new Float64Array(answer.options.length)
  for (const set of kernels.instructionSets) {
    bindAmericanPrices(kernels, columns, price).run(price.length, 1, set)
    figures.push(...figuresOf(`native ${set}`, answer, price, preciseLimit))
  }
  bindAmericanQuickPrices(kernels, columns, price).run(price.length)
  const fast = (days: number) => worstOf(answer, answer.fast, days)
  figures.push(...figuresOf('native quick', answer, price, fast))
  notes.push('the limit of the quick kernel is the error of QdFp fast on the same options')
  return { title: TITLE, figures, notes }
}

const TITLE = 'American against QuantLib QdFp high precision, 120 options of 600 dollars a row'

function preciseLimit(days: number): number {
  return days <= 30 ? 1e-6 : 1e-4
}

function referencePrice(option: PeerOption): number {
  const [, spot = 0, strike = 0, volatility = 0, rate = 0, dividendYield = 0, sign = 0] = option
  const years = yearsOf(option)
  const carry = { years, discountYears: years, rate, dividendYield }
  return americanPrice(sign > 0 ? 'call' : 'put', spot, strike, volatility, carry)
}

function figuresOf(
  name: string,
  answer: QdFpAnswer,
  prices: ArrayLike<number>,
  limit: (days: number) => number,
): Figure[] {
  const days = [...new Set(answer.options.map(option => at(option, 0)))]
  return days.map(it => ({
    name: `${name}, ${it} days`,
    value: worstOf(answer, prices, it),
    unit: '$',
    atMost: limit(it),
  }))
}

function worstOf(answer: QdFpAnswer, prices: ArrayLike<number>, days: number): number {
  return answer.options.reduce((most, option, row) => {
    const off = at(option, 0) === days ? Math.abs(at(prices, row) - at(answer.converged, row)) : 0
    return off <= most ? most : off
  }, 0)
}

/** Dollars of error by days to expiry with a cash dividend, on a spot of 600. */
function dividendSection(): Section {
  const title =
    'American with a cash dividend against converged finite differences, 8 options of 600 dollars a row'
  const answer = askDividendOracle()
  if ('absent' in answer) return { title, leftOut: answer.absent }
  const off = dividendErrors(answer)
  const days = [...new Set(answer.options.map(option => at(option, 0)))]
  const worst = (errors: readonly number[], days: number) =>
    Math.max(...errors.filter((_, row) => answer.options[row]?.[0] === days))
  const figures = days.flatMap((it): Figure[] => [
    { name: `${it} days`, value: worst(off, it), unit: '$', atMost: preciseLimit(it) },
    {
      name: `${it} days, by how much coarser grids lead elsewhere`,
      value: worst(answer.uncertain, it),
      unit: '$',
    },
  ])
  return { title, figures }
}

function quantlibDividendSection(): Section {
  const title = 'American with a cash dividend against QuantLib finite differences'
  const answer = askDividends()
  if ('absent' in answer) return { title, leftOut: answer.absent }
  const off = dividendErrors(answer)
  return {
    title,
    figures: [{ name: `worst of ${off.length} options`, value: Math.max(...off), unit: '$', atMost: 3e-4 }],
    notes: ['these differences are themselves good to about 2e-4 on 1,500 levels'],
  }
}

function dividendErrors(answer: DividendAnswer): readonly number[] {
  return answer.options.map((option, row) => {
    const [, spot = 0, strike = 0, volatility = 0, rate = 0, dividendYield = 0, sign = 0] = option
    const years = yearsOf(option)
    const until = at(answer.dividendDays, row) / DAYS_PER_YEAR
    const dividend = { amount: at(answer.amounts, row), years: until, discountYears: until }
    const carry = { years, discountYears: years, rate, dividendYield, dividend }
    const ours = dividendAmericanPrice(sign > 0 ? 'call' : 'put', spot, strike, volatility, carry)
    return Math.abs(ours - at(answer.prices, row))
  })
}
