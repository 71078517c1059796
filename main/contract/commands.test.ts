import { expect, test } from 'vitest'
import { refusalOf } from '../fixtures/calls.ts'
import { commands } from './commands.ts'

const LIMITS = {
  maximumLossPerTrade: 600,
  dayLossLimit: 600,
  lotsPerOrder: 3,
  openContracts: 24,
  openStructures: 3,
  exposure: 5000,
  tradesPerSession: 12,
  maximumQuoteAge: 5000,
}

const GRID = {
  subject: 'book',
  spotSteps: 61,
  volatilityFactors: Array.from({ length: 21 }, (_, index) => 0.5 + index / 20),
  minutes: [0, 30],
}

const modified = (edits: object) => ({ id: '1', via: 'click', edits })
const rules = (rule: object) => ({
  rules: [
    { kind: 'loss', isOn: true },
    { kind: 'loss', isOn: true, ...rule },
  ],
})

test.each([
  ['suggestion/accept', { id: '', via: 'click' }, 'id: Too small: expected string to have >=1 characters'],
  [
    'suggestion/accept',
    { id: '1', via: 'voice' },
    'via: Invalid option: expected one of "click"|"key"|"menu"|"cli"|"api"',
  ],
  ['suggestion/accept', { id: '1', via: 'click', force: true }, 'request: Unrecognized key: "force"'],
  [
    'suggestion/modify',
    modified({ quantity: 1.5 }),
    'edits.quantity: Invalid input: expected int, received number',
  ],
  ['suggestion/modify', modified({ quantity: 0 }), 'edits.quantity: Too small: expected number to be >=1'],
  [
    'suggestion/modify',
    modified({ quantity: 1001 }),
    'edits.quantity: Too big: expected number to be <=1000',
  ],
  [
    'suggestion/modify',
    modified({ limit: Number.NaN }),
    'edits.limit: Invalid input: expected number, received NaN',
  ],
  [
    'suggestion/modify',
    modified({ limit: '0.4' }),
    'edits.limit: Invalid input: expected number, received string',
  ],
  ['suggestion/modify', modified({ limit: 10_001 }), 'edits.limit: Too big: expected number to be <=10000'],
  [
    'suggestion/modify',
    modified({ strikes: [686] }),
    'edits.strikes: Too small: expected array to have >=2 items',
  ],
  [
    'suggestion/modify',
    modified({ strikes: [1, 2, 3, 4, 5] }),
    'edits.strikes: Too big: expected array to have <=4 items',
  ],
  [
    'suggestion/modify',
    modified({ strikes: [686, 0] }),
    'edits.strikes.1: Too small: expected number to be >0',
  ],
  ['suggestion/preview', { id: '1', edits: null }, 'edits: Invalid input: expected object, received null'],
  [
    'suggestion/reject',
    { id: '1', via: 'click', reason: 'x'.repeat(41) },
    'reason: Too big: expected string to have <=40 characters',
  ],
  ['outcome/rate', { id: '1', rating: 0 }, 'rating: Too small: expected number to be >=1'],
  ['outcome/rate', { id: '1', rating: 6 }, 'rating: Too big: expected number to be <=5'],
  ['outcome/rate', { id: '1', rating: 4.5 }, 'rating: Invalid input: expected int, received number'],
  ['keys/arm', { minutes: 61 }, 'minutes: Too big: expected number to be <=60'],
  ['keys/arm', { minutes: 0 }, 'minutes: Too small: expected number to be >=1'],
  ['limits/set', { ...LIMITS, dayLossLimit: 0 }, 'dayLossLimit: Too small: expected number to be >0'],
  ['limits/set', { ...LIMITS, exposure: -1 }, 'exposure: Too small: expected number to be >0'],
  ['limits/set', { ...LIMITS, openContracts: 1 }, 'openContracts: Too small: expected number to be >=2'],
  [
    'limits/set',
    { ...LIMITS, maximumQuoteAge: 99 },
    'maximumQuoteAge: Too small: expected number to be >=100',
  ],
  ['reasons/set', { reasons: ['  '] }, 'reasons.0: Too small: expected string to have >=1 characters'],
  ['reasons/set', { reasons: [] }, 'reasons: Too small: expected array to have >=1 items'],
  ['reasons/set', { reasons: 'abcdefghij'.split('') }, 'reasons: Too big: expected array to have <=9 items'],
  ['alerts/setRules', rules({ threshold: -1 }), 'rules.1.threshold: Too small: expected number to be >=0'],
  ['alerts/setRules', rules({ isOn: 1 }), 'rules.1.isOn: Invalid input: expected boolean, received number'],
  ['playback/set', { speed: 0 }, 'speed: Too small: expected number to be >=0.1'],
  ['journal/query', { limit: 1001 }, 'limit: Too big: expected number to be <=1000'],
  ['scenario/get', { ...GRID, spotSteps: 2 }, 'spotSteps: Too small: expected number to be >=3'],
  ['scenario/get', { ...GRID, minutes: [] }, 'minutes: Too small: expected array to have >=1 items'],
  [
    'scenario/get',
    { ...GRID, minutes: Array.from({ length: 121 }, () => 0), spotSteps: 401 },
    'request: Too many scenarios: must be at most 200000',
  ],
  ['snapshot/get', undefined, 'request: Invalid input: expected object, received undefined'],
  ['snapshot/get', [], 'request: Invalid input: expected object, received array'],
] as const)('%s refuses %j and names field and rule', (name, request, refusal) => {
  expect(refusalOf(name, request)).toBe(refusal)
})

test('a name that every object has is a field like any other, and unknown', () => {
  const request: unknown = JSON.parse('{"minutes": 5, "__proto__": {"via": "click"}}')
  expect(refusalOf('keys/arm', request)).toBe('request: Unrecognized key: "__proto__"')
})

test('reasons lose the blanks around them', () => {
  expect(commands['reasons/set'].parse({ reasons: [' Too risky '] })).toEqual({ reasons: ['Too risky'] })
})
