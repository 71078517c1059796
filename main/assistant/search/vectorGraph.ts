/** Vectors by id in a graph in which the nearest are found without comparing all. */
export interface VectorGraph {
  /** How many were removed; they stay in the graph as waypoints. */
  readonly removed: number
  add(id: number, vector: Float32Array): void
  remove(id: number): void
  /** Ids of the nearest by inner product, nearest first; nearly always all of them. */
  nearest(vector: Float32Array, most: number): readonly number[]
}

const FIRST_CAPACITY = 1024

/** Neighbours of a point, and how widely is searched for them when it is put in. */
const NEIGHBOURS = 16
const CONSTRUCTION_BREADTH = 100
const SEED = 100

/** How widely is searched at least, whatever is asked for. */
const LEAST_BREADTH = 80

/**
 * An empty graph by hierarchical navigable small worlds (Malkov and Yashunin 2016, arXiv 1603.09320; hnswlib); undefined where
 * its addon is not built.
 */
export async function loadGraph(dimensions: number): Promise<VectorGraph | undefined> {
  try {
    const { default: hnswlib } = await import('hnswlib-node')
    return graphOn(new hnswlib.HierarchicalNSW('ip', dimensions))
  } catch {
    return undefined
  }
}

/** The part of the addon that is used. */
interface Addon {
  initIndex(maximum: number, neighbours?: number, breadth?: number, seed?: number): void
  resizeIndex(maximum: number): void
  getMaxElements(): number
  addPoint(point: number[], label: number): void
  markDelete(label: number): void
  searchKnn(point: number[], count: number): { readonly neighbors: number[] }
  setEf(breadth: number): void
}

/** Every point has a label of its own, so that an id may come back with another vector. */
function graphOn(addon: Addon): VectorGraph {
  addon.initIndex(FIRST_CAPACITY, NEIGHBOURS, CONSTRUCTION_BREADTH, SEED)
  const idOfLabel: number[] = []
  const labelOfId = new Map<number, number>()
  return {
    get removed() {
      return idOfLabel.length - labelOfId.size
    },
    add(id, vector) {
      const label = idOfLabel.length
      if (label >= addon.getMaxElements()) addon.resizeIndex(label * 2)
      addon.addPoint([...vector], label)
      idOfLabel.push(id)
      labelOfId.set(id, label)
    },
    remove(id) {
      const label = labelOfId.get(id)
      if (label === undefined) return
      addon.markDelete(label)
      labelOfId.delete(id)
    },
    nearest(vector, most) {
      const count = Math.min(most, labelOfId.size)
      if (count === 0) return []
      addon.setEf(Math.max(count, LEAST_BREADTH))
      return addon.searchKnn([...vector], count).neighbors.flatMap(label => idOfLabel[label] ?? [])
    },
  }
}
