import type { IndexedFunction } from '../codeIndex/codeIndex.ts'
import type { ProfiledFunction } from './profile.ts'

/** A function that costs much, and how that is known. */
export interface SlowFunction {
  readonly file: string
  readonly function: string
  /** "12.4 s in 1,200 calls", or that it is an estimate. */
  readonly evidence: string
}

type Known = Pick<IndexedFunction, 'file' | 'name' | 'lines' | 'source' | 'language'>

/**
 * The functions that cost most by a profile, the costliest first: by the time in them alone, so that the one where the work is
 * done comes before the one that only calls it.
 */
export function slowestByProfile(
  functions: Iterable<Known>,
  profile: readonly ProfiledFunction[],
  count: number,
): SlowFunction[] {
  const byName = new Map<string, ProfiledFunction[]>()
  for (const entry of profile) byName.set(entry.name, [...(byName.get(entry.name) ?? []), entry])
  const found = python(functions).flatMap(known => {
    const entry = byName.get(lastPart(known.name))?.find(candidate => isSame(known, candidate))
    return entry && entry.total > 0 ? [{ known, entry }] : []
  })
  return found
    .toSorted((one, other) => other.entry.own - one.entry.own || other.entry.total - one.entry.total)
    .slice(0, count)
    .map(({ known, entry }) => ({
      file: known.file,
      function: known.name,
      evidence: evidenceOf(entry),
    }))
}

/**
 * The functions that look costliest, without a profile: how often they are called from in the code, times how much they loop. An
 * estimate, and told as one.
 */
export function slowestByEstimate(
  functions: Iterable<Known>,
  callCount: (name: string) => number,
  count: number,
): SlowFunction[] {
  return python(functions)
    .map(known => ({ known, cost: (1 + callCount(lastPart(known.name))) * loopCost(known.source) }))
    .filter(({ cost }) => cost > 0)
    .toSorted((one, other) => other.cost - one.cost)
    .slice(0, count)
    .map(({ known }) => {
      const calls = callCount(lastPart(known.name))
      return {
        file: known.file,
        function: known.name,
        evidence: `estimated, called from ${calls} ${calls === 1 ? 'place' : 'places'}`,
      }
    })
}

function python(functions: Iterable<Known>): Known[] {
  return [...functions].filter(
    ({ language, file, name }) =>
      language === 'python' &&
      !/(?:^|\/)(?:test_[^/]*|[^/]*_test|conftest)\.py$/.test(file) &&
      !lastPart(name).startsWith('test_'),
  )
}

/** A profile may have been taken elsewhere: the end of the path counts, as long as it has a file name. */
function isSame({ file, lines }: Known, { file: profiled, line }: ProfiledFunction): boolean {
  const path = profiled.replaceAll('\\', '/')
  const isFile =
    path !== '' &&
    (path === file || file.endsWith(`/${path.replace(/^(?:\.?\/)+/, '')}`) || tail(path) === tail(file))
  return isFile && (line === 0 || (line >= lines.first - 1 && line <= lines.last))
}

/** The last two parts of a path. */
function tail(path: string): string {
  return path.split('/').slice(-2).join('/')
}

function evidenceOf({ own, total, calls }: ProfiledFunction): string {
  const time = (value: number) => `${Number(value.toPrecision(3))}`
  return calls === undefined
    ? `${time(own)} of the profile's time in it, ${time(total)} with what it calls`
    : `${time(own)} s in it, ${time(total)} s with what it calls, ${calls.toLocaleString('en-US')} calls`
}

/** Each line counts eight times as much for each loop that it stands in; nothing without a loop. */
function loopCost(source: string): number {
  const open: number[] = []
  let [cost, loops] = [0, 0]
  for (const line of source.split('\n')) {
    if (line.trim() === '' || line.trim().startsWith('#')) continue
    const indentation = line.length - line.trimStart().length
    while (open.length > 0 && indentation <= (open.at(-1) ?? 0)) open.pop()
    const inLine = line.match(/\bfor\b[^#]*\bin\b|\.(?:apply|iterrows|itertuples)\(/g)?.length ?? 0
    const isLoop = /^\s*(?:async\s+for|for|while)\b/.test(line)
    loops += inLine + Number(isLoop && inLine === 0)
    cost += 8 ** Math.min(6, open.length + inLine)
    if (isLoop) open.push(indentation)
  }
  return loops === 0 ? 0 : cost
}

function lastPart(name: string): string {
  return name.split('.').at(-1) ?? name
}
