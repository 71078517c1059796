import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase, type OpenedDatabase } from '../adapters/memory/openDatabase.ts'
import type { AssistantOpening } from './assistantMessages.ts'

/** A cockpit and a command may both write; whoever comes second waits so long, milliseconds. */
const PATIENCE = 5000

/** Opens the database of the code assistant, and brings it forward. */
export function openAssistantDatabase({
  folder,
  migrations,
}: Pick<AssistantOpening, 'folder' | 'migrations'>): OpenedDatabase {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const opened = openDatabase(join(folder, 'assistant.db'), join(migrations, 'assistant'), () => new Date())
  opened.database.pragma(`busy_timeout = ${PATIENCE}`)
  return opened
}
