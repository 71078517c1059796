import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { toCpp } from './fastMath.ts'
import { singlePrecisionReports } from './singlePrecision.ts'

test('single precision is as exact as promised, on a GPU and with fast mathematics, or is left out with a reason', async () => {
  const reports = await singlePrecisionReports(30_000)
  const misses = reports.flatMap(report =>
    'leftOut' in report ? [] : report.lines.filter(({ worst, allowed }) => !(worst <= allowed)),
  )
  expect(misses).toEqual([])
  expect(
    reports.map(report => ('leftOut' in report ? report.leftOut !== '' : report.lines.length === 9)),
  ).toEqual([true, true])
})

test('the shader becomes C++ whole: nothing of its own language is left', () => {
  const cpp = toCpp(readFileSync(join(import.meta.dirname, '../../../native/gpu/options.wgsl'), 'utf8'))
  for (const word of ['f32', 'fn ', 'let ', 'select(', '->', 'shape.']) expect(cpp).not.toContain(word)
  expect(cpp.match(/static inline/g)?.length).toBeGreaterThan(6)
})
