import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../fixtures/folder.ts'
import { newYorkTime } from '../../core/session/newYork.ts'
import { importSession } from './importSession.ts'
import { openSessionFile } from './sessionFile.ts'

const DATA = join(import.meta.dirname, '../../../../shared/data')
const QUOTES = join(DATA, 'options_minute/goog_2015-12-24_0dte_quotes_even_strikes.csv.gz')
const BARS = join(DATA, 'bars/lean/goog_2015-12-24_minute_trade.csv')

/** What a field says; an empty one is a side without an order. */
const numberIn = (text: string | undefined) => Number(text === '' ? 0 : text)

test.skipIf(!existsSync(QUOTES))(
  'a real day comes in row by row as it was published (needs ../shared/data)',
  async () => {
    const out = join(temporaryFolder(), 'goog.parquet')
    const result = await importSession(QUOTES, BARS, out)
    const [, ...lines] = gunzipSync(readFileSync(QUOTES)).toString().trim().split('\n')
    expect(result).toMatchObject({
      ok: true,
      value: {
        underlying: 'GOOG',
        style: 'american',
        quotes: lines.length,
        refused: { 'bar:outsideSession': 2 },
      },
    })
    const expected = lines.map(line => {
      const [date = '', time = '', , , right, strike, , , , bid, bidSize, , , , ask, askSize] =
        line.split(',')
      const [hour = 0, minute = 0] = time.split(':').map(Number)
      const numbers = [strike, bid, ask, bidSize, askSize].map(numberIn)
      return [newYorkTime(date, hour * 60 + minute + 1), right === 'put' ? 1 : 0, ...numbers].join(' ')
    })
    const opened = await openSessionFile(out)
    if (!opened.ok) throw new Error(opened.failure)
    const told: string[] = []
    for (let rows = await opened.value.next(); rows; rows = await opened.value.next()) {
      const { strike, bid, ask, bidSize, askSize } = rows.numbers
      for (let row = 0; row < rows.count; row += 1) {
        if (rows.kind[row] !== 0) continue
        told.push(
          [rows.time, rows.isPut, strike, bid, ask, bidSize, askSize].map(column => column[row]).join(' '),
        )
      }
    }
    await opened.value.close()
    expect(told).toEqual(expected)
  },
)
