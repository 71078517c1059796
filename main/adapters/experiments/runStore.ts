import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import type { RunDetail, RunSummary } from '../../contract/learning.ts'
import { DiskFailure, localDisk, replaceFile } from '../../registry/disk.ts'
import {
  readLines,
  runOf,
  writeLine,
  type ReadLines,
  type ReadRun,
  type RunLine,
  type RunStart,
} from './runFile.ts'

/** What was read of a file, up to a size. */
interface KnownRun {
  readonly size: number
  readonly lines: ReadLines
  readonly read: ReadRun | undefined
}

/** Writes what happens to one run, line by line. */
export interface RunWriter {
  readonly id: string
  metrics(step: number, values: Readonly<Record<string, number>>): void
  artefact(file: string): void
  end(end: Omit<Extract<RunLine, { kind: 'ended' }>, 'kind'>): void
}

/**
 * Every run that was ever made here: parameters, figures over time, files, revision and seeds. One file a run, to which lines are
 * only added, so that a crash loses at most the line it tears.
 */
export class RunStore {
  readonly #folder: string
  readonly #known = new Map<string, KnownRun>()

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Begins a run; throws where there is one of this id. */
  begin(start: RunStart): RunWriter {
    mkdirSync(this.#folder, { recursive: true })
    if (existsSync(this.#fileOf(start.id))) throw new Error(`there is a run ${start.id} already`)
    this.#append(start.id, { kind: 'started', ...start })
    return this.#writer(start.id)
  }

  /** Goes on with a run that was interrupted. */
  resume(id: string, time: number): RunWriter {
    const file = this.#fileOf(id)
    // A line that was torn must not swallow the next one
    if (!readFileSync(file, 'utf8').endsWith('\n')) appendFileSync(file, '\n')
    this.#append(id, { kind: 'resumed', time })
    return this.#writer(id)
  }

  /** Takes a run that was made elsewhere, as `tell` writes it: whole, or not at all. */
  async take(start: RunStart, tell: (run: RunWriter) => void): Promise<void> {
    const lines: RunLine[] = [{ kind: 'started', ...start }]
    tell(writerTo(start.id, line => lines.push(line)))
    const text = lines.map(writeLine).join('')
    await localDisk.makeFolder(this.#folder)
    await replaceFile(localDisk, this.#fileOf(start.id), new TextEncoder().encode(text))
  }

  /** Every run, newest first. */
  list(): RunSummary[] {
    return this.#ids()
      .flatMap(id => this.read(id) ?? [])
      .map(({ curves: _curves, artefacts: _artefacts, ...summary }) => summary)
      .toSorted((one, other) => other.startedAt - one.startedAt)
  }

  /** One run with its curves, undefined where there is none that can be read. */
  read(id: string): RunDetail | undefined {
    return this.#read(id)?.run
  }

  /** What of the runs could not be read, as sentences. */
  notes(): string[] {
    return this.#ids().flatMap(id => {
      const read = this.#read(id)
      if (!read)
        return [
          `${this.#fileOf(id)} was refused: it must be readable and begin with how the run was started.`,
        ]
      return read.damagedLines === 0
        ? []
        : [`${this.#fileOf(id)}: ${read.damagedLines} damaged lines were left out.`]
    })
  }

  /** A file that the system does not let be read must not hide the other runs. */
  #read(id: string): ReadRun | undefined {
    const file = this.#fileOf(id)
    if (!/^[\w.-]+$/.test(id) || !existsSync(file)) return undefined
    try {
      return this.#readFile(id, file)
    } catch {
      return undefined
    }
  }

  #readFile(id: string, file: string): ReadRun | undefined {
    const { size } = statSync(file)
    const known = this.#known.get(id)
    if (known?.size === size) return known.read
    // Lines are only ever added, so what was read before need not be read again
    const before = known && known.size < size ? known : undefined
    const lines = readLines(textFrom(file, before?.size ?? 0, size), before?.lines)
    const found = runOf(lines)
    const read = found?.run.id === id ? found : undefined
    this.#known.set(id, { size, lines, read })
    return read
  }

  #writer(id: string): RunWriter {
    return writerTo(id, line => this.#append(id, line))
  }

  #append(id: string, line: RunLine): void {
    const file = this.#fileOf(id)
    try {
      appendFileSync(file, writeLine(line))
    } catch (cause) {
      throw new DiskFailure(file, 'written', cause)
    }
  }

  #ids(): string[] {
    if (!existsSync(this.#folder)) return []
    return readdirSync(this.#folder)
      .filter(name => name.endsWith('.jsonl'))
      .map(name => name.slice(0, -'.jsonl'.length))
  }

  #fileOf(id: string): string {
    return join(this.#folder, `${id}.jsonl`)
  }
}

/** A writer whose lines go to `put`. */
function writerTo(id: string, put: (line: RunLine) => void): RunWriter {
  return {
    id,
    metrics(step, values) {
      const finite = Object.fromEntries(Object.entries(values).filter(([, value]) => Number.isFinite(value)))
      put({ kind: 'metrics', step, values: finite })
    },
    artefact: file => put({ kind: 'artefact', file }),
    end: end => put({ kind: 'ended', ...end, ...(end.note && { note: end.note.slice(0, 2000) }) }),
  }
}

/** A part of a file. It is cut where a line ends or where a crash cut it, never within what was written at once. */
function textFrom(file: string, from: number, to: number): string {
  const bytes = Buffer.alloc(to - from)
  const handle = openSync(file, 'r')
  try {
    return bytes.toString('utf8', 0, readSync(handle, bytes, 0, bytes.length, from))
  } finally {
    closeSync(handle)
  }
}
