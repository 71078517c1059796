import type { Database } from 'better-sqlite3'

/** Bytes that outlive the program, by name. */
export interface Kept {
  read(name: string): Uint8Array | undefined
  write(name: string, value: Uint8Array): void
  forget(name: string): void
}

/** Keeps in the table `kept` of the assistant's database; `now` in milliseconds since the epoch. */
export function keptIn(database: Database, now: () => number): Kept {
  const select = database.prepare<[string], { value: Buffer }>('SELECT value FROM kept WHERE name = ?')
  const upsert = database.prepare<[string, Uint8Array, number]>(
    'INSERT INTO kept (name, value, at) VALUES (?, ?, ?) ' +
      'ON CONFLICT (name) DO UPDATE SET value = excluded.value, at = excluded.at',
  )
  const remove = database.prepare<[string]>('DELETE FROM kept WHERE name = ?')
  return {
    read: name => select.get(name)?.value,
    write: (name, value) => void upsert.run(name, value, now()),
    forget: name => void remove.run(name),
  }
}
