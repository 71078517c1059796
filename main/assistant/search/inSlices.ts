import { setImmediate as others } from 'node:timers/promises'

/** Entries that are done before others may run: a millisecond or a few of work. */
const SLICE = 32

/**
 * Makes something of each entry, giving way to everything else every few of them, so that a search is answered and a cancel is heard
 * meanwhile. Undefined where it was cancelled.
 */
export async function mapInSlices<Entry, Made>(
  entries: readonly Entry[],
  make: (entry: Entry, place: number) => Made,
  signal: AbortSignal | undefined,
): Promise<readonly Made[] | undefined> {
  const made: Made[] = []
  for (const [place, entry] of entries.entries()) {
    if (place % SLICE === 0) await others()
    if (signal?.aborted) return undefined
    made.push(make(entry, place))
  }
  return made
}
