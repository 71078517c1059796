import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../fixtures/folder.ts'
import { isOnBattery, linuxOnBattery, parsePowerSource } from './battery.ts'

function supplies(all: Readonly<Record<string, Readonly<Record<string, string>>>>): string {
  const folder = temporaryFolder()
  for (const [name, facts] of Object.entries(all)) {
    mkdirSync(join(folder, name))
    for (const [fact, value] of Object.entries(facts)) writeFileSync(join(folder, name, fact), `${value}\n`)
  }
  return folder
}

test.each([
  ['a desktop', {}, undefined],
  [
    'on the mains',
    { AC: { type: 'Mains', online: '1' }, BAT0: { type: 'Battery', status: 'Charging' } },
    false,
  ],
  [
    'on the battery',
    { AC: { type: 'Mains', online: '0' }, BAT0: { type: 'Battery', status: 'Discharging' } },
    true,
  ],
  ['full, without telling of the mains', { BAT0: { type: 'Battery', status: 'Full' } }, false],
])('Linux, %s', (_name, all, expected) => {
  expect(linuxOnBattery(supplies(all))).toBe(expected)
})

test('macOS tells it in a sentence, and a system that does not is not asked', async () => {
  expect(parsePowerSource("Now drawing from 'Battery Power'\n -InternalBattery-0 81%;")).toBe(true)
  expect(parsePowerSource("Now drawing from 'AC Power'\n")).toBe(false)
  expect(parsePowerSource('')).toBeUndefined()
  expect(await isOnBattery('aix')).toBeUndefined()
})
