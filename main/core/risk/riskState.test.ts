import { expect, test } from 'vitest'
import { accountMode } from './riskState.ts'

test.each([
  ['DU1234567', true, true, 'paper'],
  ['SIM-1', true, true, 'paper'],
  ['U1234567', false, false, 'live'],
  ['U1234567', true, true, 'unsure'],
  ['U1234567', true, false, 'unsure'],
  ['U1234567', false, true, 'unsure'],
  ['DU1234567', false, false, 'unsure'],
  ['DU1234567', true, false, 'unsure'],
  ['DU1234567', false, true, 'unsure'],
])('account %s, paper port %s, paper setting %s: %s', (id, isPaperPort, isPaperSetting, mode) => {
  expect(accountMode({ id, isPaperPort, isPaperSetting })).toBe(mode)
})

test.each(['UDU12', 'du1234567', ' DU1234567', 'U-SIM', ''])('"%s" is not the id of a paper account', id => {
  expect(accountMode({ id, isPaperPort: true, isPaperSetting: true })).toBe('unsure')
  expect(accountMode({ id, isPaperPort: false, isPaperSetting: false })).toBe('live')
})
