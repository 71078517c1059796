import { setImmediate as others } from 'node:timers/promises'
import { createBestList, type Accepts, type BestList, type Ranking } from './ranking.ts'
import { loadGraph, type VectorGraph } from './vectorGraph.ts'

/** How a vector index is built; the defaults are for the program, others for tests and benches. */
export interface VectorOptions {
  /** Vectors from which on a graph pays; below, comparing all of them takes less than the rest of a query. */
  readonly graphFrom: number
  /** Makes an empty graph; undefined where its library is not there, then search is exact at any size. */
  readonly openGraph: typeof loadGraph
}

/** Where `npm run bench -- codeSearch` sees the graph answer in less than half the time. */
export const GRAPH_FROM = 8000

/** Vectors whose cosines give the mean and deviation where not all are compared. */
const SAMPLE = 512

/** Vectors put into the graph before others may run. */
const SLICE = 32

const USUAL: VectorOptions = { graphFrom: GRAPH_FROM, openGraph: loadGraph }

/** Vectors of functions, of length one, that can be searched for the nearest by their cosine. */
export class VectorIndex {
  readonly dimensions: number
  readonly #options: VectorOptions
  readonly #rows = new Map<number, number>()
  readonly #ids: number[] = []
  #table: Float32Array
  #graph: VectorGraph | undefined
  /** What is not in the graph yet; it is compared one by one. */
  readonly #missing = new Set<number>()

  constructor(dimensions: number, options: VectorOptions = USUAL) {
    this.dimensions = dimensions
    this.#options = options
    this.#table = new Float32Array(64 * dimensions)
  }

  /** Vectors in the index. */
  get size(): number {
    return this.#ids.length
  }

  /** `graph` where most vectors are in a graph, else every one is compared. */
  get kind(): 'exact' | 'graph' {
    return this.#graph && this.#missing.size < this.size / 2 ? 'graph' : 'exact'
  }

  /** Every vector by its id; they are views that the next change may move. */
  all(): ReadonlyMap<number, Float32Array> {
    return new Map(this.#ids.map((id, row) => [id, this.#vector(row)]))
  }

  /** Sets the vector of an id, in the place of one that it had. */
  add(id: number, vector: Float32Array) {
    if (vector.length !== this.dimensions)
      throw new RangeError(`a vector must have ${this.dimensions} numbers, has ${vector.length}`)
    this.remove(id)
    const row = this.size
    if ((row + 1) * this.dimensions > this.#table.length) {
      const wider = new Float32Array(this.#table.length * 2)
      wider.set(this.#table)
      this.#table = wider
    }
    this.#vector(row).set(vector)
    this.#ids.push(id)
    this.#rows.set(id, row)
    if (this.#graph) this.#missing.add(id)
  }

  /** Takes a vector out; the last one takes its row. */
  remove(id: number) {
    const row = this.#rows.get(id)
    if (row === undefined) return
    const last = this.size - 1
    const lastId = this.#ids[last] ?? id
    this.#vector(row).set(this.#vector(last))
    this.#ids[row] = lastId
    this.#rows.set(lastId, row)
    this.#rows.delete(id)
    this.#ids.pop()
    this.#missing.delete(id)
    this.#graph?.remove(id)
  }

  /** The nearest by cosine. With a condition all are compared, as a graph cannot know how far those that keep it are. */
  search(vector: Float32Array, most: number, accepts?: Accepts): Ranking {
    const best = createBestList(most)
    const isWalked = this.#graph && accepts === undefined && this.kind === 'graph'
    const moments =
      this.#graph && isWalked
        ? this.#walk(this.#graph, vector, best, most)
        : this.#compareAll(vector, best, accepts)
    return {
      best: best.list(),
      ...moments.give(),
      scoreOf: id => (this.#rows.has(id) ? this.#cosine(vector, id) : undefined),
    }
  }

  /** Brings the graph up to date where there are enough vectors for one, giving way to everything else meanwhile. */
  async settle(signal?: AbortSignal): Promise<void> {
    if (this.size < this.#options.graphFrom) {
      this.#graph = undefined
      this.#missing.clear()
      return
    }
    if (!this.#graph || this.#graph.removed > this.size) {
      this.#graph = await this.#options.openGraph(this.dimensions)
      if (!this.#graph) return
      this.#missing.clear()
      for (const id of this.#ids) this.#missing.add(id)
    }
    let put = 0
    for (const id of this.#missing) {
      if (signal?.aborted) return
      const row = this.#rows.get(id)
      if (row !== undefined) this.#graph.add(id, this.#vector(row))
      this.#missing.delete(id)
      put += 1
      if (put % SLICE === 0) await others()
    }
  }

  #vector(row: number): Float32Array {
    return this.#table.subarray(row * this.dimensions, (row + 1) * this.dimensions)
  }

  #cosine(vector: Float32Array, id: number): number {
    return product(vector, this.#table, (this.#rows.get(id) ?? 0) * this.dimensions)
  }

  #compareAll(vector: Float32Array, best: BestList, accepts: Accepts | undefined): Moments {
    const moments = createMoments()
    const { dimensions, size } = this
    const table = this.#table
    for (let row = 0; row < size; row += 1) {
      const score = product(vector, table, row * dimensions)
      moments.add(score)
      if (score < best.threshold) continue
      const id = this.#ids[row] ?? 0
      if (accepts === undefined || accepts(id)) best.offer(id, score)
    }
    return moments
  }

  #walk(graph: VectorGraph, vector: Float32Array, best: BestList, most: number): Moments {
    const moments = createMoments()
    const stride = Math.max(1, Math.floor(this.size / SAMPLE))
    for (let row = 0; row < this.size; row += stride) {
      moments.add(product(vector, this.#table, row * this.dimensions))
    }
    for (const id of graph.nearest(vector, most)) best.offer(id, this.#cosine(vector, id))
    for (const id of this.#missing) best.offer(id, this.#cosine(vector, id))
    return moments
  }
}

/** The inner product with a row of a table; four sums at a time, which processors do side by side. */
function product(vector: Float32Array, table: Float32Array, start: number): number {
  let first = 0
  let second = 0
  let third = 0
  let fourth = 0
  const whole = vector.length & ~3
  for (let place = 0; place < whole; place += 4) {
    first += (vector[place] ?? 0) * (table[start + place] ?? 0)
    second += (vector[place + 1] ?? 0) * (table[start + place + 1] ?? 0)
    third += (vector[place + 2] ?? 0) * (table[start + place + 2] ?? 0)
    fourth += (vector[place + 3] ?? 0) * (table[start + place + 3] ?? 0)
  }
  for (let place = whole; place < vector.length; place += 1) {
    first += (vector[place] ?? 0) * (table[start + place] ?? 0)
  }
  return first + second + (third + fourth)
}

interface Moments {
  add(value: number): void
  give(): { readonly mean: number; readonly deviation: number }
}

function createMoments(): Moments {
  let count = 0
  let sum = 0
  let squares = 0
  return {
    add(value) {
      count += 1
      sum += value
      squares += value * value
    },
    give() {
      const mean = sum / Math.max(count, 1)
      return { mean, deviation: Math.sqrt(Math.max(squares / Math.max(count, 1) - mean * mean, 0)) }
    },
  }
}
