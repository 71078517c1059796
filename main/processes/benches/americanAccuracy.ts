// American values: the published tables, QuantLib's converged scheme, and finite differences with a cash dividend.
import { at } from '../../core/base/assert.ts'
import { americanPrice } from '../../core/pricing/american.ts'
import { dividendAmericanPrice } from '../../core/pricing/cashDividend.ts'
import { bindAmericanPrices, bindAmericanQuickPrices } from '../../../native/americanKernels.ts'
import { loadPricingKernels } from '../../../native/pricingKernels.ts'
import {
  askDividendOracle,
  askDividends,
  askQdFp,
  columnsOf,
  yearsOf,
  type DividendAnswer,
  type PeerOption,
  type QdFpAnswer,
} from './americanPeer.ts'
import { americanTables } from './americanTables.ts'
import { NATIVE } from './peers.ts'
import type { Figure, Section } from './report.ts'

const DAYS_PER_YEAR = 365

/** The sections of American options. */
export function americanAccuracy(): Promise<readonly Section[]> {
  const converged = askQdFp()
  return Promise.resolve([
    ...americanTables(),
    'absent' in converged
      ? { title: 'American against QuantLib QdFp', leftOut: converged.absent }
      : convergedSection(converged),
    dividendSection(),
    quantlibDividendSection(),
  ])
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
