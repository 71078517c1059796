import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { namesIn, temporaryFolder } from '../fixtures/folder.ts'
import { zerodte as typed } from '../fixtures/typedCommand.ts'

const zerodte = (...given: readonly string[]) => typed('train', ...given)

test('says what can be done with trainings', async () => {
  const [bare, help] = await Promise.all([zerodte(), zerodte('run', '--help')])
  expect(bare).toMatchObject({ code: 0, errors: '' })
  for (const name of ['export', 'run', 'import']) expect(bare?.out).toMatch(new RegExp(`^ +${name} `, 'm'))
  expect(help).toMatchObject({
    code: 0,
    out: expect.stringContaining('Usage: zerodte train run [options] <bundle>'),
  })
})

test('a bundle is written once, and one that has no result, or of another version, is refused by name', async () => {
  const folder = temporaryFolder()
  const bundle = join(folder, 'bundle')
  const data = ['--data-dir', join(folder, 'data')]
  const at = ['--at', '2026-11-22T07:00:00Z']
  const written = await zerodte(
    'export',
    '--out',
    bundle,
    '--seed',
    '9',
    '--budget',
    'short',
    ...at,
    ...data,
    '--json',
  )
  expect(JSON.parse(written.out)).toMatchObject({
    bundle,
    run: 'train-20261122-070000-s9',
    model: 'model-20261122-070000-s9',
  })
  expect(namesIn(bundle)).toEqual(['champion.onnx', 'job.json'])
  // Its comparison is counted where the champion is
  expect(namesIn(folder)).toEqual(['bundle', 'data'])
  expect(namesIn(join(folder, 'data/models'))).toEqual(['comparisons.json'])
  const [again, seedless, early] = await Promise.all([
    zerodte('export', '--out', bundle, ...data),
    zerodte('export', '--out', join(folder, 'other'), '--seed', 'nine', ...data),
    zerodte('import', bundle, ...data),
  ])
  expect(again).toEqual({ code: 2, out: '', errors: `${bundle} is there already` })
  expect(seedless?.errors).toBe('seed must be a whole number from 0 to 2147483647, is "nine"')
  expect(early).toEqual({
    code: 2,
    out: '',
    errors: `${bundle} has no result yet: zerodte train run ${bundle}`,
  })
  const file = join(bundle, 'job.json')
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.replace(/"observationVersion": \d+/, '"observationVersion": 99'))
  expect((await zerodte('run', bundle)).errors).toMatch(
    /job\.json was refused: observationVersion must be \d+, is 99\.$/,
  )
  writeFileSync(file, text)
  writeFileSync(join(bundle, 'champion.onnx'), 'another')
  expect((await zerodte('run', bundle)).errors).toMatch(
    /champion\.onnx was refused: its SHA-256 digest is not that of job\.json\.$/,
  )
}, 40_000)
