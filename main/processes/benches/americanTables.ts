// American values of the published tables: by the readable formulas and by the way of the product.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { americanBatch } from '../../adapters/pricer/nativeAmerican.ts'
import { at } from '../../core/base/assert.ts'
import { americanPrice } from '../../core/pricing/american.ts'
import { BATCH_INPUTS, createBatch } from '../../core/pricing/optionBatch.ts'
import { loadPricingKernels } from '../../../native/pricingKernels.ts'
import { askNamed } from './americanPeer.ts'
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

/** The sections of the published tables. */
export function americanTables(): readonly Section[] {
  const pricers = [referencePricer, ...nativePricers()]
  return [
    tableSection('american_literature.csv', pricers, literatureMiss, [
      'figures of approximations are held against the tree beside them; those without one, Greeks of approximations and boundaries are not prices of ours',
    ]),
    tableSection('american_edge.csv', pricers, edgeMiss, [
      'four rows are figures of the QD+ approximation and held against QdFp; one that has expired is left out',
    ]),
    tableSection('american_pde_random.csv', pricers, randomMiss, ['tolerance of its source: 0.5 %']),
  ]
}

/** Whoever prices a row of a table. */
interface Pricer {
  readonly name: string
  readonly price: typeof americanPrice
}

const referencePricer: Pricer = { name: 'reference', price: americanPrice }

/** The way of the product: by the addon, and by the reference where the addon says nothing; none where it is not built. */
function nativePricers(): readonly Pricer[] {
  const kernels = loadPricingKernels(NATIVE)
  if ('absent' in kernels) return []
  const batch = createBatch(1)
  const american = americanBatch(kernels, batch, 1)
  return [
    {
      name: 'native',
      price(right, spot, strike, volatility, { years, rate, dividendYield }) {
        const sign = right === 'call' ? 1 : -1
        const values = { spot, strike, years, volatility, rate, dividendYield, sign }
        for (const name of BATCH_INPUTS) batch[name][0] = values[name]
        american.price(1)
        return at(batch.price, 0)
      },
    },
  ]
}

/** How many tolerances a row is off by someone's price; undefined where it is not an American price. */
type Miss = (cells: Cells, pricer: Pricer) => number | undefined

function tableSection(
  file: string,
  pricers: readonly Pricer[],
  miss: Miss,
  notes: readonly string[],
): Section {
  if (!existsSync(join(FOLDER, file))) return { title: file, leftOut: 'the table is not here' }
  const rows = readTable(file)
  const figures = pricers.map((pricer): Figure => {
    const misses = rows.flatMap(cells => miss(cells, pricer) ?? [])
    const worst = misses.reduce((most, it) => (it <= most ? most : it), 0)
    const name = `${pricer.name}, worst of ${misses.length} figures over its tolerance`
    return { name, value: worst, unit: 'times', atMost: 1 }
  })
  return { title: file, figures, notes }
}

function literatureMiss(cells: Cells, pricer: Pricer): number | undefined {
  // Texts of this table hold commas, so the tree stands in the last cell, wherever that is
  const tree =
    numberOf(cells, 'independent_tree_value') || Number(/[^,]*$/.exec([...cells.values()].join(','))?.[0])
  const ours = priceOf(cells, pricer, numberOf(cells, 't_years'))
  const method = textOf(cells, 'method')
  if (method.startsWith('finite difference')) {
    const above = ours - numberOf(cells, 'value')
    return above < 0 ? -above / numberOf(cells, 'tol') : above / MORE_DATES
  }
  if (method.startsWith('Andersen')) return Math.abs(ours - numberOf(cells, 'value')) / numberOf(cells, 'tol')
  return tree > 0 ? Math.abs(ours - tree) / TREE : undefined
}

function edgeMiss(cells: Cells, pricer: Pricer): number | undefined {
  const id = textOf(cells, 'id')
  if (id === EXPIRED) return undefined
  const ours = priceOf(cells, pricer, numberOf(cells, 'days_act365') / DAYS_PER_YEAR)
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

function randomMiss(cells: Cells, pricer: Pricer): number {
  const value = numberOf(cells, 'value')
  const ours = priceOf(cells, pricer, numberOf(cells, 'days_act365') / DAYS_PER_YEAR)
  return Math.abs(ours - value) / (value > RANDOM.small ? RANDOM.share * value : RANDOM.dollars)
}

function priceOf(cells: Cells, pricer: Pricer, years: number): number {
  const carry = {
    years,
    discountYears: years,
    rate: numberOf(cells, 'rate'),
    dividendYield: numberOf(cells, 'div_yield'),
  }
  const right = textOf(cells, 'type') === 'call' ? 'call' : 'put'
  return pricer.price(
    right,
    numberOf(cells, 'spot'),
    numberOf(cells, 'strike'),
    numberOf(cells, 'vol'),
    carry,
  )
}
