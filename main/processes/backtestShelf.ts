import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BacktestReport } from '../contract/backtest.ts'
import { decode, encode } from '../contract/codec.ts'

/** Names of reports are made here and nowhere else, so that no request can name another file. */
const ID = /^backtest-\d{13,16}(-\d+)?$/

/** Finished and failed backtests, a file each, in the folder of the data. */
export class BacktestShelf {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** A new id, later ones sort behind. */
  newId(now: number): string {
    const first = `backtest-${String(Math.floor(now)).padStart(13, '0')}`
    let id = first
    for (let next = 2; existsSync(this.#file(id)); next += 1) id = `${first}-${next}`
    return id
  }

  /** Keeps a report, whole or not at all. */
  keep(report: BacktestReport): void {
    mkdirSync(this.#folder, { recursive: true })
    const file = this.#file(report.id)
    writeFileSync(`${file}.part`, encode(report))
    renameSync(`${file}.part`, file)
  }

  /** A report by its id; undefined where there is none. Throws with its name where the file is damaged. */
  read(id: string): BacktestReport | undefined {
    if (!ID.test(id) || !existsSync(this.#file(id))) return undefined
    try {
      const kept = decode(readFileSync(this.#file(id)))
      if (isReport(kept)) return kept
    } catch {
      // Said below
    }
    throw new Error(`${this.#file(id)} must be the report of a backtest, is damaged`)
  }

  /** The newest report that can be read. */
  newest(): BacktestReport | undefined {
    const names = existsSync(this.#folder) ? readdirSync(this.#folder) : []
    const ids = names.filter(name => name.endsWith('.report')).map(name => name.slice(0, -'.report'.length))
    for (const id of ids.toSorted().toReversed()) {
      try {
        const report = this.read(id)
        if (report) return report
      } catch {
        // A damaged one is skipped here and refused by name where it is asked for
      }
    }
    return undefined
  }

  #file(id: string): string {
    return join(this.#folder, `${id}.report`)
  }
}

/** Whether a file of ours is whole: everything a page reads without asking is there. */
function isReport(value: unknown): value is BacktestReport {
  if (typeof value !== 'object' || value === null) return false
  return ['id', 'strategy', 'data', 'status', 'equity', 'trades', 'gates', 'notes'].every(
    name => name in value,
  )
}
