import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../fixtures/folder.ts'
import { createBatch, priceBatch, solveBatch } from '../../core/pricing/optionBatch.ts'
import { priceTable, volatilityTable } from './optionTables.ts'
import { ROWS_AT_ONCE, transformCsv } from './transformCsv.ts'

const batch = createBatch(ROWS_AT_ONCE)
const tables = [
  priceTable(batch, 'european', (style, count) => priceBatch(batch, style, count), new Map()),
  volatilityTable(batch, (style, count) => solveBatch(batch, style, count), new Map()),
]
const HEADERS = ['id,type,spot,strike,rate,div_yield,t_years,vol', 'id,type,forward,strike,t_years,price']

const field = fc.oneof(
  fc.constantFrom(
    'call',
    'put',
    '600',
    '605.5',
    '0.04',
    '-1',
    '1e-300',
    '1e308',
    '0',
    '',
    ' ',
    'NaN',
    '-0',
    '.5',
    '5.',
  ),
  fc.double().map(String),
  fc.string({ maxLength: 6, unit: 'binary' }),
)
const quotedField = field.map(text => `"${text.replaceAll('"', '""')}"`)
const line = fc
  .array(fc.oneof(field, quotedField), { minLength: 1, maxLength: 10 })
  .map(fields => fields.join(','))

async function transformed(folder: string, content: string | Uint8Array, table: (typeof tables)[number]) {
  const [file, out] = [join(folder, 'in.csv'), join(folder, 'out.csv')]
  writeFileSync(file, content)
  const result = await transformCsv(file, out, table)
  return { result, text: result.ok ? readFileSync(out, 'utf8') : '' }
}

test('whatever the rows hold, every one comes out with a status, or the file is refused in one line', async () => {
  const folder = temporaryFolder()
  await fc.assert(
    fc.asyncProperty(fc.nat(1), fc.array(line, { maxLength: 6 }), async (kind, lines) => {
      const table = tables[kind]
      if (!table) return
      const { result, text } = await transformed(folder, [HEADERS[kind], ...lines].join('\n'), table)
      expect(result.ok ? 'in: in.csv must be taken' : result.failure).toMatch(/^in: .*in\.csv must [^\n]+$/)
      if (!result.ok) return
      const read: string[][] = parse(text, { relax_column_count: false })
      expect(read).toHaveLength(result.value.rows + 1)
      const carried = HEADERS[kind]?.split(',').length ?? 0
      for (const row of read.slice(1)) {
        expect(row.at(-1)).not.toBe('')
        expect(row.slice(carried, -1).filter(text => text !== '' && !Number.isFinite(Number(text)))).toEqual(
          [],
        )
      }
    }),
    { numRuns: 150 },
  )
})

test('bytes that are no table at all are refused in one line or carried through, never thrown', async () => {
  const folder = temporaryFolder()
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async bytes => {
      const table = tables[0]
      if (!table) return
      const { result } = await transformed(folder, bytes, table)
      expect(result.ok ? '' : result.failure.split('\n')).toHaveLength(result.ok ? 0 : 1)
    }),
    { numRuns: 60 },
  )
})

test('a price that was computed says the volatility that it was computed with', async () => {
  const folder = temporaryFolder()
  const option = fc.record({
    type: fc.constantFrom('call', 'put'),
    moneyness: fc.double({ min: -1.5, max: 1.5, noNaN: true }),
    minutes: fc.integer({ min: 5, max: 390 }),
    volatility: fc.double({ min: 0.08, max: 0.9, noNaN: true }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(option, { minLength: 1, maxLength: 20 }), async options => {
      const lines = options.map(({ type, moneyness, minutes, volatility }, index) => {
        const years = minutes / 525_600
        const strike = 600 * Math.exp(moneyness * volatility * Math.sqrt(years))
        return `${index},${type},600,${strike},0,0,${years},${volatility}`
      })
      const [pricing, solving] = tables
      if (!pricing || !solving) return
      const { text } = await transformed(folder, [HEADERS[0], ...lines].join('\n'), pricing)
      const renamed = text.replace('spot', 'forward')
      const { text: answered } = await transformed(folder, renamed, solving)
      const rows: string[][] = parse(answered).slice(1)
      for (const [index, row] of rows.entries()) {
        expect(row.at(-1)).toBe('ok')
        expect(Number(row.at(-2)) / (options[index]?.volatility ?? 0)).toBeCloseTo(1, 8)
      }
    }),
    { numRuns: 20 },
  )
})
