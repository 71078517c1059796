import { squaredDistance } from '../../core/memory/situation.ts'

/** A neighbour by the label it was added with. */
export interface Near {
  readonly label: number
  readonly squaredDistance: number
}

/** Vectors that can be searched for the nearest. */
export interface SituationIndex {
  /** `hnsw`, or `exact` where hnswlib could not be loaded. */
  readonly kind: 'hnsw' | 'exact'
  readonly size: number
  add(label: number, vector: Float32Array): void
  nearest(vector: Float32Array, count: number): Near[]
}

const FIRST_CAPACITY = 1024

/** An index by hierarchical navigable small worlds (hnswlib); exact search where its addon is not built. */
export async function createSituationIndex(dimensions: number): Promise<SituationIndex> {
  try {
    const { default: hnswlib } = await import('hnswlib-node')
    return hnswIndex(new hnswlib.HierarchicalNSW('l2', dimensions))
  } catch {
    return exactIndex()
  }
}

interface Hnsw {
  initIndex(maximum: number, m?: number, construction?: number, seed?: number): void
  resizeIndex(maximum: number): void
  addPoint(point: number[], label: number): void
  searchKnn(point: number[], count: number): { readonly distances: number[]; readonly neighbors: number[] }
  getMaxElements(): number
  setEf(breadth: number): void
}

function hnswIndex(index: Hnsw): SituationIndex {
  index.initIndex(FIRST_CAPACITY, 16, 200, 100)
  index.setEf(64)
  let size = 0
  return {
    kind: 'hnsw',
    get size() {
      return size
    },
    add(label, vector) {
      if (size >= index.getMaxElements()) index.resizeIndex(size * 2)
      index.addPoint([...vector], label)
      size += 1
    },
    nearest(vector, count) {
      if (size === 0) return []
      const { neighbors, distances } = index.searchKnn([...vector], Math.min(count, size))
      return neighbors.map((label, position) => ({
        label,
        squaredDistance: distances[position] ?? Number.POSITIVE_INFINITY,
      }))
    },
  }
}

/** Every vector compared with every question: the oracle of the index, and its stand-in. */
export function exactIndex(): SituationIndex {
  const vectors: { readonly label: number; readonly vector: Float32Array }[] = []
  return {
    kind: 'exact',
    get size() {
      return vectors.length
    },
    add: (label, vector) => void vectors.push({ label, vector }),
    nearest: (vector, count) =>
      vectors
        .map(entry => ({ label: entry.label, squaredDistance: squaredDistance(entry.vector, vector) }))
        .sort((one, other) => one.squaredDistance - other.squaredDistance)
        .slice(0, count),
  }
}
