import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../fixtures/folder.ts'
import { FILLS_HEADER, LOST_FILL, writeLines } from '../../fixtures/midsFiles.ts'
import { readFills } from './fills.ts'

const REAL = join(
  import.meta.dirname,
  '../../../../shared/data/options_0dte/spx_0dte_structure_fills_to_2024-12.csv',
)
const columns = FILLS_HEADER.split(',')

/** The lost condor with some fields as given. */
function changed(fields: Readonly<Record<string, string>>): string {
  return LOST_FILL.split(',')
    .map((value, index) => fields[columns[index] ?? ''] ?? value)
    .join(',')
}

test('a condor is worth what its legs and the close say', async () => {
  const file = writeLines(temporaryFolder(), 'fills.csv', [FILLS_HEADER, LOST_FILL])
  expect(await readFills(file)).toMatchObject({
    ok: true,
    value: { rows: 1, others: {}, fills: [{ credit: 1.1, close: 5509.28, profit: -318, minute: 660 }] },
  })
})

test('rows with another status are counted by it, and nothing else is asked of them', async () => {
  const missing = changed({ status: 'missing_spx', spx_close: '', pnl_per_spread: '' })
  const file = writeLines(temporaryFolder(), 'fills.csv', [FILLS_HEADER, missing, LOST_FILL, missing])
  expect(await readFills(file)).toMatchObject({ ok: true, value: { rows: 3, others: { missing_spx: 2 } } })
})

test.each([
  ['pnl_per_spread', '-317.9', 'must be -318, as its legs and the close say, is "-317.9"'],
  ['total_credit', '1.2', 'must be 1.1, as its legs and the close say, is "1.2"'],
  ['call_val_at_expiry', '4', 'must be 4.28, as its legs and the close say, is "4"'],
  ['sc_bid', 'x', 'must be a number not below 0, is "x"'],
  ['long_offset', '20', 'must lie beyond the short offset 25, is "20"'],
  ['date', '2024-13-02', 'must be a date written YYYY-MM-DD, is "2024-13-02"'],
  ['status', '', 'must say what became of the trade, is ""'],
])('a wrong %s is refused with its line, column and rule', async (column, value, rule) => {
  const file = writeLines(temporaryFolder(), 'fills.csv', [
    FILLS_HEADER,
    LOST_FILL,
    changed({ [column]: value }),
  ])
  expect(await readFills(file)).toEqual({
    ok: false,
    failure: `fills: ${file} column ${column} in line 3 ${rule}`,
  })
})

test('wherever the index closes, a spread loses at most its width and keeps at most its credit', async () => {
  const folder = temporaryFolder()
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 530_000, max: 565_000 }), async cents => {
      const close = cents / 100
      const worth = (from: number, to: number, value: number) =>
        Math.min(Math.max(0, value - from), to - from)
      const [call, put] = [worth(5505, 5520, close), worth(-5455, -5440, -close)]
      const fields = {
        spx_close: String(close),
        call_val_at_expiry: call.toFixed(2),
        put_val_at_expiry: put.toFixed(2),
        pnl_per_spread: (100 * (1.1 - call - put)).toFixed(2),
      }
      const read = await readFills(writeLines(folder, 'fills.csv', [FILLS_HEADER, changed(fields)]))
      if (!read.ok) throw new Error(read.failure)
      const profit = read.value.fills[0]?.profit ?? Number.NaN
      expect(profit).toBeLessThanOrEqual(110)
      expect(profit).toBeGreaterThanOrEqual(-1390)
    }),
    { numRuns: 30 },
  )
})

test.skipIf(!existsSync(REAL))(
  'every recorded condor is worth what was recorded, to the cent (needs ../shared/data)',
  async () => {
    const read = await readFills(REAL)
    if (!read.ok) throw new Error(read.failure)
    const [header = '', ...lines] = readFileSync(REAL, 'utf8').trim().split('\n')
    const place = header.split(',').indexOf('pnl_per_spread')
    const recorded = lines
      .filter(line => line.split(',')[1] === 'ok')
      .map(line => Number(line.split(',')[place]))
    expect(read.value.fills.map(({ profit }) => profit)).toEqual(recorded)
    expect(recorded).toHaveLength(137)
    expect(read.value.others).toEqual({ missing_spx: 1 })
  },
)
