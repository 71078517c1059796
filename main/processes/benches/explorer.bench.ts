// The explorer on the case set: `npm run bench -- explorer [-- --seconds 12 --seeds 20 --evaluations 8,12,32 --only ema --predicted]`. How many variants of a function
// are made in 100 ms, how long a thousand take to score, and whether the tree search finds better ones than as many at random, over 20
// seeds: what each search thinks best is proven and timed by the verifier; `--predicted` compares by predicted cost alone, in a
// hundredth of the time. Ends with exit code 1 on a missed goal.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { WEIGHTS, scoreAll } from '../../assistant/explorer/costModel.ts'
import { SEARCHED, reach, variantsOf } from '../../assistant/explorer/explore.ts'
import { randomSearch } from '../../assistant/explorer/randomSearch.ts'
import { openSearchSpace, type SearchSpace } from '../../assistant/explorer/searchSpace.ts'
import { treeSearch } from '../../assistant/explorer/treeSearch.ts'
import type { Variant } from '../../assistant/explorer/variant.ts'
import { openGrammars } from '../../assistant/syntax/grammars.ts'
import { readPython } from '../../assistant/syntax/python/read.ts'
import { draftContext } from '../../assistant/transform/draftContext.ts'
import type { Transform } from '../../assistant/transform/transform.ts'
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
    evaluations: { type: 'string', default: '12' },
    only: { type: 'string', default: '' },
    predicted: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})

/** Evaluations that each search may spend. */
const EVALUATIONS = values.evaluations.split(',').map(Number)
/** How many the goal is asked at; others show how it goes. */
const ASKED_AT = 12
const SEEDS = Number(values.seeds)
/** Two speeds that differ by less are a tie. */
const TIE = 0.05
const VARIANTS = 1000
const MILLISECONDS = 100
const RUNS = 5
const PACKAGES = ['numpy', 'pandas', 'scipy']

/** Random searches that the tree search is compared with: of everything, and of what a tree search does not leave alone either. */
const PEERS = [
  { name: '', transforms: TRANSFORMS, atLeast: 0.7 },
  { name: ', neutral choices left out', transforms: SEARCHED, atLeast: undefined },
]

const NONE: Result = { wins: 0, ties: 0, losses: 0 }

const grammars = await openGrammars()
const cases = TRADING_CASES.filter(each => each.function.includes(values.only))
await tellEach([() => Promise.resolve([variantsInTime()]), () => Promise.resolve([scoring()]), searches])

function spaceOf({ file, function: path }: TradingCase, transforms: readonly Transform[]): SearchSpace {
  const module = readPython(grammars, readFileSync(file, 'utf8'))
  const context = draftContext(module, path, {}, PACKAGES)
  const space = openSearchSpace(context, transforms)
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

type Search = (space: SearchSpace, random: Random) => void

/** What a search of a case thinks best, cheapest first, for every seed. */
function bestOf(of: TradingCase, transforms: readonly Transform[], search: Search): Found[] {
  const module = readPython(grammars, readFileSync(of.file, 'utf8'))
  return Array.from({ length: SEEDS }, (_, seed) => {
    const space = spaceOf(of, transforms)
    search(space, createRandom(seed + 1))
    const points = [...space.points.values()]
    return variantsOf(space, points, module, of.function).filter(({ cost }) => cost < 1)
  })
}

type Found = readonly Variant[]

interface Row {
  readonly path: string
  /** For each number of evaluations and each peer. */
  readonly results: readonly Result[]
}

interface Result {
  readonly wins: number
  readonly ties: number
  readonly losses: number
}

async function searches(): Promise<Section[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'zerodte-explorer-'))
  const timed = values.predicted
    ? undefined
    : await openTimedVariants(scratch, CASE_FOLDER, Number(values.seconds))
  const rows: Row[] = []
  for (const of of cases) {
    rows.push({ path: of.function, results: await compared(of, timed) })
    process.stderr.write(`${of.function}: ${rows.at(-1)?.results.map(inWords).join('; ')}\n`)
  }
  await timed?.close()
  rmSync(scratch, { recursive: true, force: true })
  return EVALUATIONS.flatMap((evaluations, index) =>
    PEERS.map(({ name, atLeast }, at) => {
      const own = rows.map(({ path, results }) => ({
        path,
        result: results[index * PEERS.length + at] ?? NONE,
      }))
      const title = `Tree search against random (${evaluations} evaluations, ${SEEDS} seeds, ${values.predicted ? 'predicted' : 'verified'}${name})`
      return sectionOf(title, own, evaluations === ASKED_AT ? atLeast : undefined)
    }),
  )
}

function sectionOf(
  title: string,
  rows: readonly { readonly path: string; readonly result: Result }[],
  atLeast: number | undefined,
): Section {
  const better = rows.filter(({ result: { wins, losses } }) => wins > losses).length
  const worse = rows.filter(({ result: { wins, losses } }) => losses > wins).length
  const [wins, losses] = [sum(rows.map(row => row.result.wins)), sum(rows.map(row => row.result.losses))]
  return {
    title,
    figures: [
      {
        name: 'cases where it finds better ones',
        value: better / rows.length,
        ...(atLeast === undefined ? {} : { atLeast }),
      },
      { name: 'of those that are no tie', value: better / Math.max(1, better + worse) },
      { name: 'cases tied', value: rows.length - better - worse },
      { name: 'searches won, of those that are no tie', value: wins / Math.max(1, wins + losses) },
    ],
    notes: rows.map(({ path, result }) => `${path}: ${inWords(result)}`),
  }
}

function inWords({ wins, ties, losses }: Result): string {
  return `${wins} better, ${ties} tied, ${losses} worse`
}

async function compared(of: TradingCase, timed: TimedVariants | undefined): Promise<readonly Result[]> {
  const runs = EVALUATIONS.map(variants => {
    const bounds = { variants, isOver: () => false, priors: new Map<string, number>() }
    const tree: Search = (space, random) => treeSearch(space, { ...bounds, random })
    const chance: Search = (space, random) => randomSearch(space, { ...bounds, random })
    return {
      trees: bestOf(of, TRANSFORMS, tree),
      peers: PEERS.map(({ transforms }) => bestOf(of, transforms, chance)),
    }
  })
  const speed = timed
    ? await timed.speeds(
        of,
        runs.flatMap(({ trees, peers }) => [...trees, ...peers.flat()]),
      )
    : (found: Found): number => 1 / (found[0]?.cost ?? 1)
  return runs.flatMap(({ trees, peers }) =>
    peers.map(chances => {
      const ratios = trees.map((found, at) => speed(found) / speed(chances[at] ?? []))
      const wins = ratios.filter(ratio => ratio > 1 + TIE).length
      const losses = ratios.filter(ratio => ratio < 1 / (1 + TIE)).length
      return { wins, losses, ties: SEEDS - wins - losses }
    }),
  )
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
