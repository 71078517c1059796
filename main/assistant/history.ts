import type { Database } from 'better-sqlite3'
import type { AssistantRequest } from '../contract/assistant.ts'
import { isBusy } from './codeIndex/writeWhenFree.ts'

/** Keeps what was asked with what became of it; what was kept under the same id gets the new outcome. Costs nobody an answer. */
export function keepRequest(database: Database, { id, at, text, outcome }: AssistantRequest): void {
  try {
    database
      .prepare(
        `INSERT INTO requests (id, at, text, outcome) VALUES (?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET outcome = excluded.outcome`,
      )
      .run(id, at, text, outcome)
  } catch (cause) {
    // What was found is worth more than that it was asked
    if (!isBusy(cause)) throw cause
  }
}

/** What was asked, newest first. */
export function readRequests(database: Database, limit: number): AssistantRequest[] {
  return database
    .prepare<[number], AssistantRequest>(
      'SELECT id, at, text, outcome FROM requests ORDER BY at DESC, rowid DESC LIMIT ?',
    )
    .all(limit)
}
