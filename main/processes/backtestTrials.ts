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
 * Keeps a trial and tells how many strategies and settings were tried on the same data, and how far they lie apart. Where
 * it cannot be kept it counts this once, and the report says so.
 */
export function remember(folder: string, trial: Trial): Remembered {
  const store = new TrialStore(join(folder, 'trials.jsonl'))
  const notes: string[] = []
  try {
    store.add(trial)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    notes.push(`This trial could not be kept in ${folder}, so later ones will not know of it (${why}).`)
  }
  const { trials, unreadable } = store.on(trial.data)
  if (unreadable > 0)
    notes.push(`${unreadable} lines of the list of trials cannot be read and are not counted.`)
  const others = trials.filter(({ key }) => key !== trial.key)
  const ratios = [trial, ...others].map(({ sharpe }) => sharpe)
  return { count: ratios.length, variance: varianceOf(ratios), notes }
}

/** Files by their content, so that a copy of them is the same data. */
export async function digestOf(kind: string, files: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const file of files) hash.update(await readFile(file))
  return `${kind} ${hash.digest('hex').slice(0, 16)}`
}

/** What tells a trial from others on the same data: words, the rules it keeps, and the weights of a policy where it asks one. */
export async function trialKey(words: string, rules: unknown, weights?: string): Promise<string> {
  const digest = createHash('sha256').update(JSON.stringify(rules)).digest('hex').slice(0, 12)
  const asked = weights === undefined ? '' : `${await digestOf('policy', [weights])} `
  return `${asked}${words} rules ${digest}`
}
