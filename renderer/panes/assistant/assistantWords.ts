import type {
  AssistantFolder,
  AssistantMode,
  AssistantReport,
  CodeFinding,
  CodePlace,
  EqualityEvidence,
  Interval,
  LineRange,
  MemoryEvidence,
  ModelCard,
  OptimiseReport,
  VariantCard,
} from '../../../main/contract/assistant.ts'
import { UNKNOWN, age, count, day, minute, number } from '../../ui/format.ts'

/** How many times as fast, with three figures: ×1.24, ×41.2, ×412. */
export function timesWords(value: number): string {
  if (!Number.isFinite(value)) return UNKNOWN
  return `×${threeFigures(value)}`
}

/** The interval of a speed-up, 39.8 to 42.5. */
export function rangeWords({ low, high }: Interval): string {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return 'interval not known'
  return `${threeFigures(low)} to ${threeFigures(high)}`
}

/** What is known of a variant, in the words and the class of its tag. */
export function stateWords(card: VariantCard): { readonly words: string; readonly className: string } {
  const { state } = card
  if (state.kind === 'refuted') return { words: '✕ not the same', className: 'tag bad' }
  if (state.kind === 'unverified') return { words: '▲ not proven', className: 'tag late' }
  if (state.timing.verdict === 'faster') return { words: '✓ same, faster', className: 'tag good' }
  return {
    words: state.timing.verdict === 'slower' ? '✓ same, ▼ slower' : '✓ same, faster not shown',
    className: 'tag',
  }
}

/** Whether a variant stands in its file. */
export function isInFile({ applied }: Pick<VariantCard, 'applied'>): boolean {
  return applied === 'applied' || applied === 'edited' || applied === 'merged'
}

/** How it was shown that both do the same, in one line. */
export function equalityWords({ kind, worst, allowed, inputs }: EqualityEvidence): string {
  const on = `on ${count(inputs)} inputs`
  if (kind === 'exact') return `The same to the last digit ${on}`
  return `Within ${small(worst)} of it ${on}; ${small(allowed)} is allowed`
}

/** Bytes below which memory is nothing to talk of, however many times more it is. */
const LITTLE = 1_000_000

/** Whether memory more than doubles, which is said aloud. */
export function isHungry({ before, after }: MemoryEvidence): boolean {
  return after > 2 * before && after >= LITTLE
}

/** Bytes from which on memory is worth a warning. */
const MUCH = 16_000_000

/** Whether what it takes is so much that somebody could notice. */
export function isMuch({ after }: MemoryEvidence): boolean {
  return after >= MUCH
}

/** Peak memory of both: 6.5 MB instead of 2.1 MB. Amounts, for many times of next to nothing is nothing. */
export function memoryWords({ before, after }: MemoryEvidence): string {
  return `${bytes(after)} instead of ${bytes(before)}`
}

/** Bytes in the unit that they are read in, by thousands: 48 kB, 4.7 GB. */
export function bytes(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return UNKNOWN
  const size = Math.abs(value)
  if (size < 1000) return `${number(value, 0)} B`
  const [scaled, unit] =
    size < 999_500 ? [value / 1e3, 'kB'] : size < 999_500_000 ? [value / 1e6, 'MB'] : [value / 1e9, 'GB']
  return `${number(scaled, Math.abs(scaled) < 9.95 ? 1 : 0)} ${unit}`
}

/** The size of a change: 11 lines out, 9 in. */
export function diffWords({ added, removed }: VariantCard['diff']): string {
  const lines = removed === 1 ? 'line' : 'lines'
  return `${removed} ${lines} out, ${added} in`
}

/** The rewritings of a variant in their order: look up in set, then comprehend. */
export function stepsWords(steps: readonly string[]): string {
  return steps.map(step => step.replaceAll('-', ' ')).join(', then ')
}

/** The probability of such a difference by chance: p < 0.001, p = 0.012. */
export function chanceWords(p: number): string {
  if (!Number.isFinite(p)) return 'p not known'
  return p < 0.001 ? 'p < 0.001' : `p = ${number(p, p < 0.0995 ? 3 : 2)}`
}

/** A file by its path below the folder that it was read from. */
export function shortPath(file: string, folders: readonly Pick<AssistantFolder, 'path'>[]): string {
  const holders = folders
    .map(({ path }) => (path.endsWith('/') ? path : `${path}/`))
    .filter(path => file.startsWith(path))
    .toSorted((one, other) => other.length - one.length)
  const [holder] = holders
  return holder === undefined ? file : file.slice(holder.length)
}

/** Where a function stands: gex.py:41. */
export function placeWords(
  { file, lines }: Pick<CodePlace, 'file' | 'lines'>,
  folders: readonly AssistantFolder[],
): string {
  return `${shortPath(file, folders)}:${lines.first}`
}

/** Lines of a file: line 14, lines 14 to 20. */
export function linesWords({ first, last }: LineRange): string {
  return first === last ? `line ${first}` : `lines ${first} to ${last}`
}

/** Whether a language model takes part. */
export function modeWords(mode: AssistantMode): string {
  return mode.kind === 'none' ? 'search and rules, no language model' : `with ${modelWords(mode.card)}`
}

/** A language model in a line: qwen2.5-coder, 7.6 billion parameters, 4 bits. */
export function modelWords({ name, parameters, bits }: ModelCard): string {
  const size = parameters === undefined ? [] : [`${number(parameters / 1e9, 1)} billion parameters`]
  const width = bits === undefined ? [] : [`${bits} bits`]
  return [name, ...size, ...width].join(', ')
}

/** The interpreter that runs his code, or why there is none. */
export function pythonWords(python: AssistantReport['python']): string {
  if (!python.ok) return `${python.reason} Nothing can be proven without it.`
  const packages = python.packages.length === 0 ? 'no packages' : python.packages.join(', ')
  return `${python.version}, ${packages}`
}

/** What keeps code that is tried from doing harm, or why nothing is run. */
export function sandboxWords(sandbox: AssistantReport['sandbox']): string {
  if (!sandbox.ok) return `${sandbox.reason} Nothing is run without one.`
  return sandbox.isProven ? sandbox.kind : `${sandbox.kind}, not proven by tests on this system`
}

/** What finds code by meaning. */
export function encoderWords(encoder: AssistantReport['encoder']): string {
  switch (encoder.kind) {
    case 'none':
      return `words only: ${encoder.reason}`
    case 'supplied':
      return `${encoder.file}, ${encoder.dimensions} dimensions`
    case 'trained':
      return `trained on ${count(encoder.pairs)} pairs of your code, ${momentWords(encoder.trainedAt)}`
  }
}

/** How a folder stands: 214 files, 1,880 functions, read 4 min ago. */
export function folderWords({ files, functions, indexedAt }: AssistantFolder, now: number): string {
  const read = indexedAt === undefined ? 'not read to its end yet' : `read ${agoWords(indexedAt, now)}`
  return `${grouped(files)} ${files === 1 ? 'file' : 'files'}, ${grouped(functions)} ${functions === 1 ? 'function' : 'functions'}, ${read}`
}

/** How long ago: now, 4 min ago, else the day and the minute. */
export function agoWords(time: number, now: number): string {
  const milliseconds = now - time
  if (milliseconds < 2000) return 'now'
  return milliseconds < 3_600_000 ? `${age(milliseconds)} ago` : momentWords(time)
}

/** A day and a minute, Thu 8 Oct 11:07. */
export function momentWords(time: number): string {
  return `${day(time)} ${minute(time)}`
}

const SEVERITIES = {
  loss: { words: 'loses money', className: 'tag bad' },
  wrong: { words: 'wrong', className: 'tag bad' },
  slow: { words: 'slow', className: 'tag late' },
  style: { words: 'style', className: 'tag' },
} as const satisfies Record<CodeFinding['severity'], { words: string; className: string }>

/** How bad a finding is, as its tag says it. */
export function severityWords(
  severity: CodeFinding['severity'],
): (typeof SEVERITIES)['loss' | 'slow' | 'style' | 'wrong'] {
  return SEVERITIES[severity]
}

/** The findings of each kind, worst first: 1 losing money, 2 slow. */
export function findingsWords(findings: readonly Pick<CodeFinding, 'severity'>[]): string {
  const kinds = ['loss', 'wrong', 'slow', 'style'] as const
  const counts = kinds
    .map(kind => ({ kind, found: findings.filter(({ severity }) => severity === kind).length }))
    .filter(({ found }) => found > 0)
  if (counts.length === 0) return 'none'
  return counts
    .map(({ kind, found }) => `${found} ${kind === 'loss' ? 'losing money' : SEVERITIES[kind].words}`)
    .join(', ')
}

/** The steps of a search for variants, each with how many were left; what is offered is faster, and each does something else. */
export function funnelOf(
  report: OptimiseReport,
): readonly { readonly name: string; readonly variants: number }[] {
  const refuted = report.refuted.reduce((sum, { variants }) => sum + variants, 0)
  const faster = report.cards.filter(
    ({ state }) => state.kind === 'verified' && state.timing.verdict === 'faster',
  )
  return [
    { name: 'explored', variants: report.explored },
    { name: 'scored', variants: report.scored },
    { name: 'tried', variants: report.verified + refuted },
    { name: 'same', variants: report.verified },
    { name: 'offered', variants: faster.length },
  ]
}

/** Thousands parted, 10,214. */
export function grouped(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',')
}

function threeFigures(value: number): string {
  return number(value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0)
}

/** A small figure: 0, 2.8e−13. */
function small(value: number): string {
  if (value === 0) return '0'
  return value.toExponential(1).replace('.0e', 'e').replace('-', '−')
}
