// How well code is found: `npm run bench -- codeSearch`. The first sentence of a docstring asks for the function that it was taken
// out of, among 1,000; and how long a query takes among 10,000.
import { WordIndex } from '../../assistant/search/bm25.ts'
import { CodeSearch } from '../../assistant/search/codeSearch.ts'
import { encode, type DualEncoder } from '../../assistant/search/dualEncoder.ts'
import { fieldTerms } from '../../assistant/search/functionText.ts'
import { fuse } from '../../assistant/search/fusion.ts'
import type { Kept } from '../../assistant/search/kept.ts'
import { learnEncoder } from '../../assistant/search/learnedEncoder.ts'
import type { Ranking } from '../../assistant/search/ranking.ts'
import { countTerms, type TermCounts } from '../../assistant/search/termCounter.ts'
import { wholeWords } from '../../assistant/search/tokens.ts'
import { loadGraph } from '../../assistant/search/vectorGraph.ts'
import { VectorIndex } from '../../assistant/search/vectors.ts'
import type { IndexedFunction } from '../../assistant/codeIndex/codeIndex.ts'
import { quantile } from '../../core/base/statistics.ts'
import { docstringPairs, type DocstringPair } from './docstringPairs.ts'
import { tellEach, type Figure, type Section } from './report.ts'

/** Functions that are searched among, and blocks of them (CodeSearchNet's protocol). */
const BLOCK = 1000
const BLOCKS = 4

/** Functions of the index whose queries are timed. */
const TIMED = 10_000
const QUERIES = 1000

/** As many as a query asks for. */
const NEAREST = 60

/** What `fused` must be above BM25 over split identifiers. */
const GAIN = 0.05

const MOST_SECONDS = 15

/** Ways of searching that are compared. */
const WAYS = ['whole', 'split', 'fields', 'meaning', 'fused'] as const
type Way = (typeof WAYS)[number]

const pairs = docstringPairs()

await tellEach([ownRepository, otherRepositories, queryTimes, graphTimes])

/** Trained on other functions of the same repositories, as it is on his own. */
async function ownRepository(): Promise<readonly Section[]> {
  const test = pairs.slice(0, BLOCK * BLOCKS)
  return [
    await quality(
      'Functions of packages whose other functions were learned',
      test,
      pairs.slice(test.length),
      GAIN,
    ),
  ]
}

/** Trained on other packages only: what is left where he has just begun a folder. */
async function otherRepositories(): Promise<readonly Section[]> {
  const packages = [...new Set(pairs.map(it => it.package))]
  const unseen = new Set(packages.filter((_, place) => place % 4 === 0))
  const test = pairs.filter(it => unseen.has(it.package)).slice(0, BLOCK * BLOCKS)
  const training = pairs.filter(it => !unseen.has(it.package))
  return [await quality('Functions of packages of which nothing was learned', test, training, undefined)]
}

async function quality(
  title: string,
  test: readonly DocstringPair[],
  training: readonly DocstringPair[],
  gain: number | undefined,
): Promise<Section> {
  if (test.length < BLOCK || training.length < BLOCK)
    return { title, leftOut: `only ${test.length + training.length} pairs are installed here` }
  const started = performance.now()
  const before = process.cpuUsage()
  const learned = await learnEncoder(training.map(pairOf), forgetful(), () => 0, {})
  const seconds = (performance.now() - started) / 1000
  const processor = process.cpuUsage(before)
  if (!learned.ok) return { title, leftOut: learned.failure }
  const { encoder, share } = learned.value.kept
  const sums = { whole: 0, split: 0, fields: 0, meaning: 0, fused: 0 }
  const blocks = Math.floor(test.length / BLOCK)
  for (let block = 0; block < blocks; block += 1) {
    const found = ranksIn(test.slice(block * BLOCK, (block + 1) * BLOCK), encoder, share)
    for (const way of WAYS) sums[way] += found[way]
  }
  const value = (way: Way) => sums[way] / (blocks * BLOCK)
  const figures: Figure[] = [
    { name: 'MRR of BM25, whole words', value: value('whole') },
    { name: 'MRR of BM25, split identifiers', value: value('split') },
    { name: 'MRR of BM25, split identifiers, names weigh more', value: value('fields') },
    { name: 'MRR of the dual encoder', value: value('meaning') },
    {
      name: 'MRR of both',
      value: value('fused'),
      ...(gain !== undefined && { atLeast: value('split') + gain }),
    },
    { name: 'pairs learned', value: encoder.pairs },
    { name: 'terms', value: encoder.vocabulary.size },
    { name: 'share of meaning, chosen on held-out pairs', value: share },
    { name: 'training with its tuning', value: seconds, unit: 's', atMost: MOST_SECONDS },
    { name: 'processor time of that', value: (processor.user + processor.system) / 1e6, unit: 's' },
  ]
  return { title: `${title}, ${blocks} blocks of ${BLOCK}`, figures }
}

/** Sums of 1 / rank of the right answers, by way of searching. */
function ranksIn(block: readonly DocstringPair[], encoder: DualEncoder, share: number): Record<Way, number> {
  const whole = new WordIndex()
  const split = new WordIndex()
  const fields = new WordIndex()
  const vectors = new VectorIndex(encoder.dimensions)
  block.forEach((it, id) => {
    whole.add(id, wholeCounts(it.code))
    split.add(id, countTerms(it.code))
    fields.add(id, fieldTerms(functionOf(it, id)))
    vectors.add(id, encode(encoder, pairOf(it).code, 'code'))
  })
  const sums = { whole: 0, split: 0, fields: 0, meaning: 0, fused: 0 }
  block.forEach(({ query }, id) => {
    const terms = countTerms(query)
    const byWords = fields.search(terms, BLOCK)
    const byMeaning = vectors.search(encode(encoder, query, 'query'), BLOCK)
    sums.whole += reciprocalRank(whole.search(wholeCounts(query), BLOCK).best, id)
    sums.split += reciprocalRank(split.search(terms, BLOCK).best, id)
    sums.fields += reciprocalRank(byWords.best, id)
    sums.meaning += reciprocalRank(byMeaning.best, id)
    sums.fused += reciprocalRank(fuse(byWords, byMeaning, share, BLOCK), id)
  })
  return sums
}

function reciprocalRank(found: Ranking['best'], id: number): number {
  const place = found.findIndex(it => it.id === id)
  return place < 0 ? 0 : 1 / (place + 1)
}

/** Counts of whole words, as a plain text search has them. */
function wholeCounts(text: string): TermCounts {
  const counts = new Map<string, number>()
  for (const word of wholeWords(text)) counts.set(word, (counts.get(word) ?? 0) + 1)
  return { terms: [...counts.keys()], counts: [...counts.values()] }
}

function pairOf({ query, name, code }: DocstringPair) {
  return { query, code: `${name}\n${code}` }
}

function functionOf(it: DocstringPair, id: number): IndexedFunction {
  return {
    id,
    name: it.name,
    file: it.file,
    language: 'python',
    lines: { first: it.line, last: it.last },
    signature: it.signature,
    docstring: '',
    parameters: [],
    calls: it.calls,
    source: it.code,
  }
}

/** Keeps nothing. */
function forgetful(): Kept {
  return { read: () => undefined, write: () => undefined, forget: () => undefined }
}

/** Whole queries over 10,000 functions, as the pane asks them: words, meaning, the lines and why. */
async function queryTimes(): Promise<readonly Section[]> {
  const functions = pairs.slice(0, TIMED).map(functionOf)
  const questions = pairs.slice(-QUERIES)
  const byId = new Map(functions.map(it => [it.id, it]))
  const search = new CodeSearch({ functionWith: id => byId.get(id), kept: forgetful(), now: () => 0 })
  const started = performance.now()
  search.update({ removed: [], added: functions })
  const wordsTime = performance.now() - started
  await search.train()
  const sections: Section[] = []
  for (const [title, queries] of [
    ['docstrings', questions.map(it => it.query)],
    ['names', questions.map(it => it.name)],
    ['pieces of code', questions.map(it => it.code.slice(0, 600))],
  ] as const) {
    for (const query of queries.slice(0, 100)) await search.search(query)
    const times = new Float64Array(queries.length)
    for (const [place, query] of queries.entries()) times[place] = (await search.search(query)).milliseconds
    sections.push({
      title: `Queries over ${functions.length} functions: ${title}`,
      figures: [
        { name: 'p50', value: quantile(times, 0.5), unit: 'ms', atMost: 5 },
        { name: 'p99', value: quantile(times, 0.99), unit: 'ms', atMost: 5 },
      ],
    })
  }
  const figures = [{ name: 'word index of all', value: wordsTime, unit: 'ms' }]
  return [...sections, { title: 'Opening', figures }]
}

/** Where the graph begins to pay, and what it finds of what is really nearest. */
async function graphTimes(): Promise<readonly Section[]> {
  const learned = await learnEncoder(pairs.slice(-8000).map(pairOf), forgetful(), () => 0, {})
  if (!learned.ok) return [{ title: 'Graph', leftOut: learned.failure }]
  const { encoder } = learned.value.kept
  const vectors = pairs.map(it => encode(encoder, pairOf(it).code, 'code'))
  const asked = pairs.slice(0, 300).map(it => encode(encoder, it.query, 'query'))
  const figures: Figure[] = []
  for (const size of [1000, 2000, 4000, 8000, 16_000]) {
    if (size > vectors.length) break
    const exact = new VectorIndex(encoder.dimensions, {
      graphFrom: Infinity,
      openGraph: () => Promise.resolve(undefined),
    })
    const graph = new VectorIndex(encoder.dimensions, { graphFrom: 1, openGraph: loadGraph })
    vectors.slice(0, size).forEach((vector, id) => {
      exact.add(id, vector)
      graph.add(id, vector)
    })
    const started = performance.now()
    await graph.settle()
    const build = performance.now() - started
    const right = timed(asked, vector => exact.search(vector, NEAREST).best)
    const walked = timed(asked, vector => graph.search(vector, NEAREST).best)
    const shares = right.answers.map((best, place) => {
      const found = new Set(walked.answers[place]?.map(({ id }) => id))
      return best.filter(({ id }) => found.has(id)).length / best.length
    })
    figures.push(
      { name: `${size}: exact, p50`, value: right.median, unit: 'ms' },
      { name: `${size}: ${graph.kind}, p50`, value: walked.median, unit: 'ms' },
      {
        name: `${size}: recall of the nearest`,
        value: shares.reduce((sum, it) => sum + it, 0) / shares.length,
        atLeast: 0.95,
      },
      { name: `${size}: building the graph`, value: build, unit: 'ms' },
    )
  }
  return [{ title: `Nearest ${NEAREST} of so many vectors`, figures }]
}

function timed<Answer>(asked: readonly Float32Array[], answer: (vector: Float32Array) => Answer) {
  const times: number[] = []
  const answers = asked.map(vector => {
    const started = performance.now()
    const found = answer(vector)
    times.push(performance.now() - started)
    return found
  })
  return { answers, median: quantile(times, 0.5) }
}
