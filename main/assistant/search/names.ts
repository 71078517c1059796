/** Functions by their names, so that who types one finds it first. */
export interface Names {
  add(id: number, name: string): void
  remove(id: number): void
  /** The functions that a query names, `greeks`, `Book.greeks` or `book.Greeks()`; none where it is more than a name. */
  named(query: string): ReadonlySet<number>
}

const NONE: ReadonlySet<number> = new Set()

/** A query that is nothing but a name, perhaps with its classes before and an empty call behind. */
const BARE_NAME = /^\s*([\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*)(?:\(\s*\))?\s*$/u

/** An empty list of names. Capitals and underscores do not count: `impliedVolatility` finds `implied_volatility`. */
export function createNames(): Names {
  const nameOf = new Map<number, string>()
  const idsOf = new Map<string, Set<number>>()
  return {
    add(id, name) {
      const plain = plainName(name)
      nameOf.set(id, plain)
      const last = lastPart(plain)
      const ids = idsOf.get(last) ?? new Set()
      idsOf.set(last, ids.add(id))
    },
    remove(id) {
      const name = nameOf.get(id)
      if (name === undefined) return
      nameOf.delete(id)
      const last = lastPart(name)
      const ids = idsOf.get(last)
      ids?.delete(id)
      if (ids?.size === 0) idsOf.delete(last)
    },
    named(query) {
      const name = plainName(BARE_NAME.exec(query)?.[1] ?? '')
      const ids = idsOf.get(lastPart(name))
      if (name === '' || !ids) return NONE
      return new Set([...ids].filter(id => `.${nameOf.get(id)}`.endsWith(`.${name}`)))
    },
  }
}

function plainName(name: string): string {
  return name.replaceAll('_', '').toLowerCase()
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}
