import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ImportReport } from '../../adapters/history/importSession.ts'
import { importYear, type YearReport } from '../../adapters/history/yearImport.ts'
import { failure, type Result } from '../../core/base/result.ts'
import { importFiles } from './importing.ts'

/** What a person typed after `zerodte import`, empty where nothing was. */
export interface ImportWish {
  readonly quotes: string
  readonly mids: string
  readonly underlying: string
  readonly out: string
}

/**
 * Imports mids or a folder of quotes into a folder of days, or the quotes of one day with bars into a session file; paths
 * as they were typed.
 */
export async function importHistory({
  quotes,
  mids,
  underlying,
  out,
}: ImportWish): Promise<Result<YearReport | ImportReport, string>> {
  if ((quotes === '') === (mids === '')) return failure('import needs either --quotes or --mids')
  if (mids !== '' && underlying !== '') return failure('underlying needs --quotes: mids have their own')
  if (mids === '' && !isFolder(quotes)) {
    if (underlying === '') return failure("required option '--underlying <file>' not specified")
    return importFiles(quotes, underlying, out)
  }
  const folder = resolve(out)
  if (existsSync(folder) && !statSync(folder).isDirectory())
    return failure(`out: ${folder} must be a folder for days, is a file`)
  return importYear({
    kind: mids === '' ? 'quotes' : 'mids',
    from: resolve(mids === '' ? quotes : mids),
    underlying: underlying === '' ? undefined : resolve(underlying),
    out: folder,
  })
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory()
}
