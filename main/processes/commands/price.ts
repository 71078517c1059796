import { resolve } from 'node:path'
import { priceTable, type StatusCounts } from '../../adapters/tables/optionTables.ts'
import { ROWS_AT_ONCE, transformCsv, type Transform } from '../../adapters/tables/transformCsv.ts'
import { failure, success, type Result } from '../../core/base/result.ts'
import type { ExerciseStyle } from '../../core/market/optionContract.ts'
import { createBatch, type OptionBatch } from '../../core/pricing/optionBatch.ts'
import type { Places } from '../services.ts'
import { openBatch, type OpenedBatch } from './batchWork.ts'

/** What became of a table of options. */
export interface TableReport {
  readonly file: string
  readonly rows: number
  readonly ok: number
  /** Rows that came to something else, by their status. */
  readonly others: Readonly<Record<string, number>>
  /** Columns that were carried through by another name, for theirs is that of an output. */
  readonly renamed: Readonly<Record<string, string>>
  readonly backend: string
  readonly milliseconds: number
}

/** Writes price and Greeks behind every option of a CSV file, paths as they were typed. */
export function priceFile(
  places: Places,
  file: string,
  out: string,
  style: string,
  backend: string,
): Promise<Result<TableReport, string>> {
  if (!isStyle(style)) return Promise.resolve(failure(`style must be european or american, is "${style}"`))
  return workOnTable(places, { file, out, backend }, (batch, opened, counts) =>
    priceTable(batch, style, opened.price, counts),
  )
}

/** Works on a table of options with the backend of a name, and says what became of its rows. */
export async function workOnTable(
  places: Places,
  named: { readonly file: string; readonly out: string; readonly backend: string },
  transformOf: (batch: OptionBatch, opened: OpenedBatch, counts: StatusCounts) => Transform,
): Promise<Result<TableReport, string>> {
  const since = performance.now()
  const batch = createBatch(ROWS_AT_ONCE)
  const opened = await openBatch(places, named.backend, batch)
  if (!opened.ok) return opened
  const counts: StatusCounts = new Map()
  const out = resolve(named.out)
  try {
    const written = await transformCsv(resolve(named.file), out, transformOf(batch, opened.value, counts))
    if (!written.ok) return written
    const { ok = 0, ...others } = Object.fromEntries(counts)
    const milliseconds = Math.round(performance.now() - since)
    const { name } = opened.value
    return success({ file: out, ...written.value, ok, others, backend: name, milliseconds })
  } finally {
    opened.value.close()
  }
}

function isStyle(text: string): text is ExerciseStyle {
  return text === 'european' || text === 'american'
}
