import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { namesIn, temporaryFolder } from '../../fixtures/folder.ts'
import { readCalibration, writeCalibration, type Calibration } from './calibrationFile.ts'

const KEY = {
  version: '1.2.0',
  platform: 'linux x64',
  processor: 'a fast one',
  cores: 8,
  threads: 8,
  native: 'avx2, 1-2',
  gpu: undefined,
}
const MEASURED: Calibration = {
  key: KEY,
  measuredAt: 1_795_000_000_000,
  milliseconds: 140,
  costs: {
    batch: {
      reference: [{ size: 1, microseconds: 0.1 }],
      native1: [
        { size: 1, microseconds: 0.2 },
        { size: 1024, microseconds: 8 },
      ],
    },
  },
}

test('what was measured is remembered, and nothing else is left in the folder', async () => {
  const file = join(temporaryFolder(), 'new', 'machine.json')
  await writeCalibration(file, MEASURED)
  expect(readCalibration(file, KEY)).toEqual(MEASURED)
  expect(namesIn(join(file, '..'))).toEqual(['machine.json'])
})

test.each([
  ['version', '1.3.0'],
  ['platform', 'darwin arm64'],
  ['processor', 'another'],
  ['cores', 4],
  ['threads', 2],
  ['native', 'avx2, 1-3'],
  ['native', undefined],
  ['gpu', 'a new one'],
])('a machine with another %s is measured anew', async (part, value) => {
  const file = join(temporaryFolder(), 'machine.json')
  await writeCalibration(file, MEASURED)
  expect(readCalibration(file, { ...KEY, [part]: value })).toBeUndefined()
})

test('a file that is absent, cut off or of another form is as good as none', async () => {
  const file = join(temporaryFolder(), 'machine.json')
  expect(readCalibration(file, KEY)).toBeUndefined()
  await writeCalibration(file, MEASURED)
  const text = readFileSync(file, 'utf8')
  fc.assert(
    fc.property(fc.integer({ min: 0, max: text.length - 2 }), fc.jsonValue(), (length, value) => {
      writeFileSync(file, text.slice(0, length))
      expect(readCalibration(file, KEY)).toBeUndefined()
      writeFileSync(file, JSON.stringify({ ...MEASURED, costs: { batch: { native1: value ?? 1 } } }))
      expect(readCalibration(file, KEY)?.costs.batch?.native1 ?? []).toEqual([])
    }),
    { numRuns: 50 },
  )
})
