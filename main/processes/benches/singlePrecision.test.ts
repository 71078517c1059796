import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { toCpp } from './fastMath.ts'
import { missesOf, type Section } from './report.ts'
import { singlePrecisionAccuracy } from './singlePrecision.ts'

test('single precision is as exact as promised, on a GPU and with fast mathematics, or is left out with a reason', async () => {
  const sections = await singlePrecisionAccuracy(30_000)
  expect(missesOf(sections)).toEqual([])
  const isSaid = (section: Section) =>
    'leftOut' in section ? section.leftOut !== '' : section.figures.length === 9
  expect(sections.map(isSaid)).toEqual([true, true])
})

test('the shader becomes C++ whole: nothing of its own language is left', () => {
  const cpp = toCpp(readFileSync(join(import.meta.dirname, '../../../native/gpu/options.wgsl'), 'utf8'))
  for (const word of ['f32', 'fn ', 'let ', 'select(', '->', 'shape.']) expect(cpp).not.toContain(word)
  expect(cpp.match(/static inline/g)?.length).toBeGreaterThan(6)
})
