import type { DuckDBConnection } from '@duckdb/node-api'

/** A connection to a database in a file, by default in memory, with everything that would reach for the network off. */
export async function connectDuckdb(file = ':memory:'): Promise<DuckDBConnection> {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const instance = await DuckDBInstance.create(file, {
    autoinstall_known_extensions: 'false',
    threads: '2',
    preserve_insertion_order: 'true',
  })
  return instance.connect()
}

/** A text as a SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
