import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TrialStore, type Trial } from '../adapters/history/trials.ts'
import { varianceOf, type TrialsKnown } from '../research/backtestFigures.ts'

/** What is known of the trials on some data, and what must be said where that is less than it should be. */
export interface Remembered extends TrialsKnown {
  readonly notes: readonly string[]
}

/**
 * Keeps what a run tried on some data, everything that ran beside it among it, and tells how many strategies and settings
 * were ever tried on these data, and how far they lie apart. Where it cannot be kept it counts this once, and the report says so.
 */
export function remember(
  folder: string,
  where: Pick<Trial, 'time' | 'data'>,
  tried: readonly Pick<Trial, 'key' | 'sharpe'>[],
): Remembered {
  const store = new TrialStore(join(folder, 'trials.jsonl'))
  const notes: string[] = []
  try {
    store.add(tried.map(trial => ({ ...where, ...trial })))
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    notes.push(`These trials could not be kept in ${folder}, so later ones will not know of them (${why}).`)
  }
  const { trials, unreadable } = store.on(where.data)
  if (unreadable > 0)
    notes.push(`${unreadable} lines of the list of trials cannot be read and are not counted.`)
  const byKey = new Map([...trials, ...tried].map(({ key, sharpe }) => [key, sharpe]))
  // Who never traded has no Sharpe ratio, and says nothing of how far apart they lie
  const ratios = [...byKey.values()].filter(sharpe => sharpe !== 0)
  return { count: byKey.size, variance: varianceOf(ratios), notes }
}

/** Files by their content, so that a copy of them is the same data. */
export async function digestOf(kind: string, files: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const file of files) hash.update(await readFile(file))
  return `${kind} ${hash.digest('hex').slice(0, 16)}`
}

/** What tells a trial from others on the same data: words, and the rules it keeps. */
export function trialKey(words: string, rules: unknown): string {
  const digest = createHash('sha256').update(JSON.stringify(rules)).digest('hex').slice(0, 12)
  return `${words} rules ${digest}`
}
