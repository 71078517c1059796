// The explorer on the case set: `npm run bench -- explorer [-- --seconds 12 --seeds 20 --only ema --predicted]`. How many variants of a function
// are made in 100 ms, how long a thousand take to score, and whether the tree search finds better ones than as many at random, over 20
// seeds: what each search thinks best is proven and timed by the verifier; `--predicted` compares by predicted cost alone, in a
// hundredth of the time. Ends with exit code 1 on a missed goal.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { WEIGHTS, scoreAll } from '../../assistant/explorer/costModel.ts'
import { reach, variantsOf } from '../../assistant/explorer/explore.ts'
import { randomSearch } from '../../assistant/explorer/randomSearch.ts'
import { openSearchSpace, type SearchSpace } from '../../assistant/explorer/searchSpace.ts'
import { treeSearch } from '../../assistant/explorer/treeSearch.ts'
import type { Variant } from '../../assistant/explorer/variant.ts'
import { openGrammars } from '../../assistant/syntax/grammars.ts'
import { readPython } from '../../assistant/syntax/python/read.ts'
import { draftContext } from '../../assistant/transform/draftContext.ts'
import { TRANSFORMS } from '../../assistant/transform/transforms.ts'
import { createRandom, type Random } from '../../core/base/random.ts'
import { CASE_FOLDER, TRADING_CASES, type TradingCase } from '../../fixtures/tradingCode/cases.ts'
import { openTimedVariants, type TimedVariants } from './explorerTiming.bench.ts'
import { tellEach, type Section } from './report.ts'

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '12' },
    seeds: { type: 'string', default: '20' },
    only: { type: 'string', default: '' },
    predicted: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})

/** Evaluations that each search may spend: about as many as the verifier can try. With many more, both find the best there is. */
const EVALUATIONS = 12
const SEEDS = Number(values.seeds)
/** Two speeds that differ by less are a tie. */
const TIE = 0.05
const VARIANTS = 1000
const MILLISECONDS = 100
const RUNS = 5
const PACKAGES = ['numpy', 'pandas', 'scipy']

const grammars = await openGrammars()
const cases = TRADING_CASES.filter(each => each.function.includes(values.only))
await tellEach([
  () => Promise.resolve([variantsInTime()]),
  () => Promise.resolve([scoring()]),
  async () => [await searches()],
])

function spaceOf({ file, function: path }: TradingCase): SearchSpace {
  const module = readPython(grammars, readFileSync(file, 'utf8'))
  const context = draftContext(module, path, {}, PACKAGES)
  const space = openSearchSpace(context, TRANSFORMS)
  if (!space) throw new Error(`${file} has no function ${path}`)
  return space
}

/** Time of the processor that it takes to make a thousand variants, or as many as there are. */
function made({ file, function: path }: TradingCase, seed: number): Made {
  const module = readPython(grammars, readFileSync(file, 'utf8'))
  const started = process.cpuUsage()
  const milliseconds = (): number => {
    const { user, system } = process.cpuUsage(started)
    return (user + system) / 1000
  }
  const { space, points } = reach(draftContext(module, path, {}, PACKAGES), {
    random: createRandom(seed),
    variants: VARIANTS,
    spent: () => milliseconds() / MILLISECONDS,
    priors: new Map(),
  })
  const spent = milliseconds()
  const isFull = points.length >= VARIANTS
  const texts = isFull ? new Set(points.map(({ text }) => text)).size : points.length
  return { count: points.length, searched: space.points.size - 1, spent, printed: milliseconds(), texts }
}

interface Made {
  readonly count: number
  /** Those of them that the search found; the others are ways of writing them. */
  readonly searched: number
  readonly spent: number
  /** The same with every text printed. */
  readonly printed: number
  readonly texts: number
}

function variantsInTime(): Section {
  for (const of of cases) made(of, 1)
  const runs = cases.map(of => Array.from({ length: RUNS }, (_, at) => made(of, at + 2)))
  const rows = runs.map((all, at) => ({
    path: cases[at]?.function ?? '',
    count: median(all.map(({ count }) => count)),
    searched: median(all.map(({ searched }) => searched)),
    spent: median(all.map(({ spent }) => spent)),
    printed: median(all.map(({ printed }) => printed)),
  }))
  const full = rows.filter(({ count }) => count >= VARIANTS)
  return {
    title: `A thousand variants (${cases.length} cases, warm, median of ${RUNS}, time of the processor)`,
    figures: [
      { name: 'median variants', value: median(rows.map(({ count }) => count)), atLeast: VARIANTS },
      {
        // A case that has no thousand never gets there
        name: 'median time to a thousand',
        value: median(rows.map(({ count, spent }) => (count >= VARIANTS ? spent : Number.POSITIVE_INFINITY))),
        unit: 'ms',
        atMost: MILLISECONDS,
      },
      { name: 'of those that have a thousand', value: median(full.map(({ spent }) => spent)), unit: 'ms' },
      {
        name: 'the same with all texts printed',
        value: median(full.map(({ printed }) => printed)),
        unit: 'ms',
      },
      { name: 'cases that have a thousand', value: full.length },
      {
        name: 'texts met twice',
        value: sum(runs.flat().map(({ count, texts }) => count - texts)),
        atMost: 0,
      },
    ],
    notes: rows.map(
      ({ path, count, searched, spent, printed }) =>
        `${path}: ${count}${count < VARIANTS ? ' (fewer)' : ''}, ${searched} of them searched, in ${Math.round(spent)} ms, printed ${Math.round(printed)} ms`,
    ),
  }
}

function scoring(): Section {
  const features = Array.from({ length: VARIANTS }, (_, at) => new Float64Array(WEIGHTS.length).fill(at))
  const times = Array.from({ length: 51 }, () => {
    const started = performance.now()
    scoreAll(features)
    return performance.now() - started
  })
  return {
    title: `Scoring ${VARIANTS} variants in one call`,
    figures: [{ name: 'median', value: median(times), unit: 'ms', atMost: 25 }],
  }
}

/** What a search of a case thinks best, cheapest first. */
function bestOf(
  of: TradingCase,
  search: (space: SearchSpace, random: Random) => void,
  seed: number,
): readonly Variant[] {
  const space = spaceOf(of)
  search(space, createRandom(seed))
  const module = readPython(grammars, readFileSync(of.file, 'utf8'))
  const points = [...space.points.values()]
  return variantsOf(space, points, module, of.function).filter(({ cost }) => cost < 1)
}

async function searches(): Promise<Section> {
  const scratch = mkdtempSync(join(tmpdir(), 'zerodte-explorer-'))
  const timed = values.predicted
    ? undefined
    : await openTimedVariants(scratch, CASE_FOLDER, Number(values.seconds))
  const rows: {
    readonly path: string
    readonly wins: number
    readonly ties: number
    readonly losses: number
  }[] = []
  for (const of of cases) rows.push({ path: of.function, ...(await compared(of, timed)) })
  await timed?.close()
  rmSync(scratch, { recursive: true, force: true })
  const better = rows.filter(({ wins, losses }) => wins > losses).length
  const worse = rows.filter(({ wins, losses }) => losses > wins).length
  const [wins, losses] = [sum(rows.map(row => row.wins)), sum(rows.map(row => row.losses))]
  return {
    title: `Tree search against as many at random (${EVALUATIONS} evaluations, ${SEEDS} seeds, ${values.predicted ? 'predicted' : 'verified'})`,
    figures: [
      { name: 'cases where it finds better ones', value: better / rows.length, atLeast: 0.7 },
      { name: 'of those that are no tie', value: better / Math.max(1, better + worse) },
      { name: 'cases tied', value: rows.length - better - worse },
      { name: 'searches won, of those that are no tie', value: wins / Math.max(1, wins + losses) },
    ],
    notes: rows.map(row => `${row.path}: ${row.wins} better, ${row.ties} tied, ${row.losses} worse`),
  }
}

async function compared(
  of: TradingCase,
  timed: TimedVariants | undefined,
): Promise<{ readonly wins: number; readonly ties: number; readonly losses: number }> {
  const bounds = { variants: EVALUATIONS, isOver: () => false, priors: new Map<string, number>() }
  const seeds = Array.from({ length: SEEDS }, (_, seed) => seed + 1)
  const trees = seeds.map(seed =>
    bestOf(of, (space, random) => treeSearch(space, { ...bounds, random }), seed),
  )
  const chances = seeds.map(seed =>
    bestOf(of, (space, random) => randomSearch(space, { ...bounds, random }), seed),
  )
  const speed = timed
    ? await timed.speeds(of, [...trees, ...chances])
    : (found: readonly Variant[]): number => 1 / (found[0]?.cost ?? 1)
  const differences = seeds.map((_, at) => speed(trees[at] ?? []) / speed(chances[at] ?? []))
  const wins = differences.filter(ratio => ratio > 1 + TIE).length
  const losses = differences.filter(ratio => ratio < 1 / (1 + TIE)).length
  return { wins, losses, ties: SEEDS - wins - losses }
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((left, right) => left - right)
  const middle = sorted.length >> 1
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[middle]]
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
