import type { Database } from 'better-sqlite3'

/** Fewer characters than these name nothing. */
const LEAST = 4

/**
 * The whole id of a variant or a change by its first characters, where only one begins with them; what names none is given back as it
 * is. Throws a sentence where several begin so.
 */
export function wholeId(database: Database, table: 'cards' | 'changes', start: string): string {
  if (start.length < LEAST) return start
  const found = database
    .prepare<[string, string], string>(
      // What takes a change back is named after it, and has to be named whole
      `SELECT id FROM ${table} WHERE substr(id, 1, length(?)) = ? AND id NOT LIKE '%.undo' ORDER BY length(id) LIMIT 2`,
    )
    .pluck()
    .all(start, start)
  if (found.length > 1 && !found.includes(start))
    throw new Error(`"${start}" begins more than one id; give more of it.`)
  return found.find(id => id === start) ?? found[0] ?? start
}
