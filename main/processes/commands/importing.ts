import { resolve } from 'node:path'
import { importSession, type ImportReport } from '../../adapters/history/importSession.ts'
import type { Result } from '../../core/base/result.ts'

/** Turns the named quotes and bars into a session file, paths as they were typed. */
export function importFiles(
  quotes: string,
  underlying: string,
  out: string,
): Promise<Result<ImportReport, string>> {
  return importSession(resolve(quotes), resolve(underlying), resolve(out))
}
