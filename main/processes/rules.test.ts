import { expect, test } from 'vitest'
import { defaultSettings } from '../adapters/settings/settings.ts'
import { DEFAULT_SIZING } from '../core/risk/kelly.ts'
import { suggestionRules } from './rules.ts'

const DEFAULTS = defaultSettings('assets', 0)

test('sizes go by the limits alone, unless the settings ask for odds', () => {
  expect(suggestionRules(DEFAULTS).sizing).toEqual(DEFAULT_SIZING)
  const suggestion = { ...DEFAULTS.suggestion, sizing: 'kelly' as const, bankroll: 40_000 }
  expect(suggestionRules({ ...DEFAULTS, suggestion }).sizing).toEqual({
    by: 'kelly',
    bankroll: 40_000,
    volatilityTarget: 0.15,
  })
})

test('times are told in seconds and minutes, and kept in milliseconds', () => {
  const { cadence, life, plan } = suggestionRules(DEFAULTS)
  expect([cadence, life, plan.horizon, plan.walkEvery]).toEqual([60_000, 120_000, 3_600_000, 10_000])
})
