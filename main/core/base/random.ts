/** A seeded source of chance; the same seed gives the same numbers on every machine. */
export interface Random {
  /** A number in [0, 1). */
  uniform(): number
  /** A standard normal deviate. */
  normal(): number
  /** A whole number in [0, below). */
  below(below: number): number
  /** An independent source, fixed by this one's seed and the name. */
  split(name: string): Random
}

/** Mulberry32, a 32-bit generator good enough for markets and tests, not for secrets. */
export function createRandom(seed: number): Random {
  let state = seed | 0
  let spare: number | undefined
  function uniform(): number {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  function normal(): number {
    if (spare !== undefined) {
      const value = spare
      spare = undefined
      return value
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()))
    const angle = 2 * Math.PI * uniform()
    spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }
  return {
    uniform,
    normal,
    below: below => Math.floor(uniform() * below),
    split: name => createRandom(hashText(name, seed)),
  }
}

/** A 32-bit hash of a text (FNV-1a), for seeds and not for secrets. */
export function hashText(text: string, start = 0): number {
  let hash = (start ^ 0x811c9dc5) | 0
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return hash | 0
}
