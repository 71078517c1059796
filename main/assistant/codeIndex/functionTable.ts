import type { IndexChange, IndexedFunction } from './codeIndex.ts'

/** All functions that are known, held in memory. */
export class FunctionTable {
  readonly #byId = new Map<number, IndexedFunction>()
  readonly #byFile = new Map<string, Map<number, IndexedFunction>>()

  /** How many there are. */
  get size(): number {
    return this.#byId.size
  }

  /** Each of them, in no order. */
  all(): Iterable<IndexedFunction> {
    return this.#byId.values()
  }

  /** The one of a number; undefined where there is none. */
  withId(id: number): IndexedFunction | undefined {
    return this.#byId.get(id)
  }

  /** The functions of a file in the order of their lines; an outer one before what is inside it. */
  ofFile(file: string): readonly IndexedFunction[] {
    const found = [...(this.#byFile.get(file)?.values() ?? [])]
    return found.sort((a, b) => a.lines.first - b.lines.first || b.lines.last - a.lines.last || a.id - b.id)
  }

  /** Takes a change over. */
  apply({ removed, moved, added }: IndexChange): void {
    for (const id of removed) this.#remove(id)
    for (const one of moved) this.#put(one)
    for (const one of added) this.#put(one)
  }

  #put(one: IndexedFunction): void {
    this.#byId.set(one.id, one)
    const file = this.#byFile.get(one.file) ?? new Map<number, IndexedFunction>()
    file.set(one.id, one)
    this.#byFile.set(one.file, file)
  }

  #remove(id: number): void {
    const gone = this.#byId.get(id)
    if (!gone) return
    this.#byId.delete(id)
    const file = this.#byFile.get(gone.file)
    file?.delete(id)
    if (file?.size === 0) this.#byFile.delete(gone.file)
  }
}
