import { setImmediate as others } from 'node:timers/promises'
import type { CodeEncoder } from './codeEncoder.ts'
import type { Kept } from './kept.ts'
import { keepVectors, readKeptVectors } from './keptVectors.ts'
import type { Progress } from './progress.ts'
import type { Accepts, Ranking } from './ranking.ts'
import { VectorIndex } from './vectors.ts'

/** Functions encoded before others may run. */
const SLICE = 32

/** New vectors that are worth writing all of them, at least and as a share of all. */
const FEWEST_KEPT = 32
const KEPT_SHARE = 0.02

/** Functions by what they mean, as an encoder sees it. */
export class Meaning {
  readonly #textOf: (id: number) => string | undefined
  readonly #kept: Kept
  readonly #ids = new Set<number>()
  readonly #waiting = new Set<number>()
  #encoder: CodeEncoder | undefined
  #vectors = new VectorIndex(0)
  #problem: string | undefined
  /** What an encoder worked out before the program was started; an id is never given to another text. */
  #remembered: ReadonlyMap<number, Float32Array> = new Map()
  /** Vectors that are not kept yet. */
  #unkept = 0
  readonly #closing = new AbortController()
  /** Ends with the last `settle` that was asked for: they run one after the other. */
  #settled: Promise<void> = Promise.resolve()

  /** An empty one; `textOf` gives what a function means, undefined where it is gone. */
  constructor(textOf: (id: number) => string | undefined, kept: Kept) {
    this.#textOf = textOf
    this.#kept = kept
  }

  /** What encodes; undefined where nothing does. */
  get encoder(): CodeEncoder | undefined {
    return this.#encoder
  }

  /** Functions that are not encoded yet, where there is an encoder. */
  get waiting(): number {
    return this.#encoder ? this.#waiting.size : 0
  }

  /** How the nearest are found. */
  get kind(): VectorIndex['kind'] {
    return this.#vectors.kind
  }

  /** Why the encoder failed last; undefined where it did not. */
  get problem(): string | undefined {
    return this.#problem
  }

  /** Another encoder, or none; everything waits to be encoded anew. */
  use(encoder: CodeEncoder | undefined) {
    this.#encoder = encoder
    this.#problem = undefined
    this.#vectors = new VectorIndex(encoder?.dimensions ?? 0)
    this.#unkept = 0
    this.#remembered = encoder ? readKeptVectors(this.#kept, encoder.identity, encoder.dimensions) : new Map()
    for (const id of this.#ids) this.add(id)
  }

  /** A function is there, or has another text; `settle` encodes it. */
  add(id: number) {
    this.#ids.add(id)
    const remembered = this.#remembered.get(id)
    if (remembered) {
      this.#waiting.delete(id)
      this.#vectors.add(id, remembered)
      return
    }
    this.#waiting.add(id)
    this.#vectors.remove(id)
  }

  /** A function is gone. */
  remove(id: number) {
    this.#ids.delete(id)
    this.#waiting.delete(id)
    this.#vectors.remove(id)
  }

  /** Encodes what waits, giving way to everything else meanwhile. It ends early where the encoder fails. */
  settle(progress: Progress = {}): Promise<void> {
    const run = () => this.#settle(progress)
    this.#settled = this.#settled.then(run, run)
    return this.#settled
  }

  /** Ends what is being settled, so that the functions may go away; resolves when nothing is read any more. */
  async close(): Promise<void> {
    this.#closing.abort()
    await Promise.allSettled([this.#settled])
  }

  /** Undefined where there is no encoder, where it failed, where nothing is encoded yet, or where it knows no word of it. */
  async search(query: string, most: number, accepts?: Accepts): Promise<Ranking | undefined> {
    const encoder = this.#encoder
    if (!encoder || this.#vectors.size === 0) return undefined
    const embedded = await encoder.embed([query], 'query')
    if (encoder !== this.#encoder) return undefined
    if (!embedded.ok) {
      this.#problem = embedded.failure
      return undefined
    }
    if (embedded.value.every(value => value === 0)) return undefined
    return this.#vectors.search(embedded.value, most, accepts)
  }

  async #settle({ signal: cancelled, onProgress }: Progress) {
    const closing = this.#closing.signal
    const signal = cancelled ? AbortSignal.any([cancelled, closing]) : closing
    this.#problem = undefined
    let done = 0
    for (;;) {
      const encoder = this.#encoder
      if (!encoder || this.#waiting.size === 0 || signal.aborted) break
      const ids = [...this.#waiting].slice(0, SLICE)
      const isDone = await this.#encode(encoder, ids)
      if (!isDone) return
      done += ids.length
      onProgress?.(done, done + this.#waiting.size)
      await others()
    }
    if (!closing.aborted) this.#keep()
    // What was not asked for until now belongs to functions that are gone
    this.#remembered = new Map()
    await this.#vectors.settle(signal)
  }

  /** Keeps what was worked out, once it is worth the writing: a few functions are soon encoded again. */
  #keep() {
    if (!this.#encoder) return
    const { identity, dimensions } = this.#encoder
    if (this.#unkept < Math.max(FEWEST_KEPT, KEPT_SHARE * this.#vectors.size)) return
    keepVectors(this.#kept, { identity, dimensions, vectors: this.#vectors.all() })
    this.#unkept = 0
  }

  /** False where the encoder failed. What was changed or removed meanwhile is left for later. */
  async #encode(encoder: CodeEncoder, ids: readonly number[]): Promise<boolean> {
    for (const id of ids) this.#waiting.delete(id)
    const texts = ids.map(id => this.#textOf(id) ?? '')
    const embedded = await encoder.embed(texts, 'code')
    if (encoder !== this.#encoder) return true
    if (!embedded.ok) {
      this.#problem = embedded.failure
      for (const id of ids) if (this.#ids.has(id)) this.#waiting.add(id)
      return false
    }
    ids.forEach((id, row) => {
      if (!this.#ids.has(id) || this.#waiting.has(id)) return
      const start = row * encoder.dimensions
      this.#vectors.add(id, embedded.value.subarray(start, start + encoder.dimensions))
      this.#unkept += 1
    })
    return true
  }
}
