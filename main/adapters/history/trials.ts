import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import * as z from 'zod'

/** One strategy with its settings that was tried on some data. */
export interface Trial {
  readonly time: number
  /** What it was tried on, by content. */
  readonly data: string
  /** Strategy and settings; the same ones again are no new trial. */
  readonly key: string
  /** Sharpe ratio a session after costs. */
  readonly sharpe: number
}

/** What was ever tried on some data. */
export interface TrialsRead {
  /** The last result of every strategy and setting. */
  readonly trials: readonly Trial[]
  /** Lines of the file that say nothing. */
  readonly unreadable: number
}

const schema = z.object({ time: z.number(), data: z.string(), key: z.string(), sharpe: z.number() })

/**
 * Every trial ever made here, a line each, only ever appended to: how good the best of many looks depends on how many
 * they were, so none may be forgotten.
 */
export class TrialStore {
  readonly #file: string

  constructor(file: string) {
    this.#file = file
  }

  /** What was tried on some data, one entry a strategy and setting. */
  on(data: string): TrialsRead {
    if (!existsSync(this.#file)) return { trials: [], unreadable: 0 }
    const byKey = new Map<string, Trial>()
    let unreadable = 0
    for (const line of readFileSync(this.#file, 'utf8').split('\n')) {
      if (line.trim() === '') continue
      const trial = trialOf(line)
      if (!trial) unreadable += 1
      else if (trial.data === data) byKey.set(trial.key, trial)
    }
    return { trials: [...byKey.values()], unreadable }
  }

  /** Adds trials; they count from then on. */
  add(trials: readonly Trial[]): void {
    mkdirSync(dirname(this.#file), { recursive: true })
    // A line that a crash cut short must not swallow this one
    const isCut = existsSync(this.#file) && !/(^|\n)$/.test(readFileSync(this.#file, 'utf8'))
    const lines = trials.map(trial => `${JSON.stringify(trial)}\n`)
    appendFileSync(this.#file, `${isCut ? '\n' : ''}${lines.join('')}`)
  }
}

function trialOf(line: string): Trial | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(line))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}
