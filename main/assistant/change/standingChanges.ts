import type { Database } from 'better-sqlite3'
import type { StandingChange } from '../../contract/assistant.ts'

interface StandingRow {
  readonly id: string
  readonly at: number
  readonly file: string
  readonly card: string | null
  readonly title: string | null
}

/** The changes that stand in files and can be undone, newest first. */
export function standingChanges(database: Database, limit: number): StandingChange[] {
  return database
    .prepare<[number], StandingRow>(
      `SELECT changes.id, changes.at, changes.file, changes.card, json_extract(cards.card, '$.title') AS title
       FROM changes LEFT JOIN cards ON cards.id = changes.card
       WHERE changes.state = 'applied' AND changes.id NOT LIKE '%.undo' ORDER BY changes.at DESC, changes.rowid DESC LIMIT ?`,
    )
    .all(limit)
    .map(({ id, at, file, card, title }) => ({
      id,
      at,
      file,
      card: card ?? undefined,
      title: title ?? 'A mended finding',
    }))
}
