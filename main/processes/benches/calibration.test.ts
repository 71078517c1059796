import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { settleDay } from '../../adapters/marketdata/simulatedMarket.ts'
import { CALIBRATED } from '../../adapters/marketdata/simulatedModel.ts'
import { compareStrategies, readPublished } from '../../research/calibration.ts'

const ANCHORS = join(import.meta.dirname, '../../../../shared/data/anchors')

test.skipIf(!existsSync(ANCHORS))(
  'calibrated days have the volatilities of published strategies, each within 0.7 to 1.4 (needs ../shared/data)',
  () => {
    const days = Array.from({ length: 1500 }, (_, seed) =>
      settleDay({ date: '2026-11-20', seed, quoteEvery: 60_000, model: CALIBRATED }, 30),
    )
    const rows = ['2022_2023', 'even_rows'].flatMap(years => {
      const file = join(ANCHORS, `vilkov_0dte_unconditional_${years}.csv`)
      const published = readPublished(readFileSync(file, 'utf8'))
      return published.ok ? compareStrategies(published.value, days) : []
    })
    expect(rows.length).toBe(60)
    expect(rows.filter(({ ratio }) => !(ratio >= 0.7 && ratio <= 1.4))).toEqual([])
  },
)
