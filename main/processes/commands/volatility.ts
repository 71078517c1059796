import { volatilityTable } from '../../adapters/tables/optionTables.ts'
import type { Result } from '../../core/base/result.ts'
import type { Places } from '../services.ts'
import { workOnTable, type TableReport } from './price.ts'

/** Writes the implied volatility behind every option price of a CSV file, paths as they were typed. */
export function volatilityFile(
  places: Places,
  file: string,
  out: string,
  backend: string,
): Promise<Result<TableReport, string>> {
  return workOnTable(places, { file, out, backend }, (batch, opened, counts) =>
    volatilityTable(batch, opened.solve, counts),
  )
}
