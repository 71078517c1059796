import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../fixtures/folder.ts'
import { clock } from '../../fixtures/market.ts'
import { defaultSettings, environmentLayer, fileLayer, mergeSettings, plainValue } from './settings.ts'

const DEFAULTS = defaultSettings('/assets', clock(12, 0))

/** What settings of one layer come to, or the sentence that refuses them. */
function merged(values: Readonly<Record<string, unknown>>) {
  const result = mergeSettings(DEFAULTS, [{ from: 'test', values }])
  return result.ok ? result.value : result.failure.sentence
}

test('the settings of a program that was told nothing are right, and of the last trading day', () => {
  expect(merged({})).toEqual({ ...DEFAULTS, data: { folder: resolve(DEFAULTS.data.folder) } })
  expect(DEFAULTS.feed).toMatchObject({ kind: 'simulated', date: '2026-11-20', speed: 1 })
  const sunday = defaultSettings('/assets', clock(12, 0) + 2 * 86_400_000)
  expect(sunday.feed.date).toBe('2026-11-20')
})

test.each([
  ['feed', 'kind', 'live', 'feed.kind must be one of simulated, replay, is "live". Not started.'],
  ['feed', 'speed', 0, 'feed.speed must be a number above 0, is 0. Not started.'],
  ['feed', 'speed', 'fast', 'feed.speed must be a number above 0 or "max", is "fast". Not started.'],
  ['feed', 'seed', -1, 'feed.seed must be at least 0, is -1. Not started.'],
  ['feed', 'seed', 1.5, 'feed.seed must be a whole number, is 1.5. Not started.'],
  ['feed', 'date', 'today', 'feed.date must be written like 2026-11-20, is "today". Not started.'],
  ['feed', 'date', '2026-02-30', 'feed.date must be written like 2026-11-20, is "2026-02-30". Not started.'],
  ['feed', 'from', '10am', 'feed.from must be written like HH:MM, is "10am". Not started.'],
  ['feed', 'from', '25:00', 'feed.from must be written like HH:MM, is "25:00". Not started.'],
  ['feed', 'from', '10:60', 'feed.from must be written like HH:MM, is "10:60". Not started.'],
  ['feed', 'session', '', 'feed.session must not be empty, is "". Not started.'],
  ['shell', 'port', 65_536, 'shell.port must be at most 65535, is 65536. Not started.'],
  ['shell', 'open', 'yes', 'shell.open must be a boolean, is "yes". Not started.'],
  ['data', 'folder', 7, 'data.folder must be a string, is 7. Not started.'],
  ['suggestion', 'cadence', 0, 'suggestion.cadence must be a number above 0, is 0. Not started.'],
  [
    'suggestion',
    'takeProfitShare',
    1.01,
    'suggestion.takeProfitShare must be at most 1, is 1.01. Not started.',
  ],
  ['suggestion', 'stopMultiple', 1, 'suggestion.stopMultiple must be at least 1.05, is 1. Not started.'],
  ['risk', 'lotsPerOrder', 0, 'risk.lotsPerOrder must be at least 1, is 0. Not started.'],
  ['risk', 'maximumQuoteAge', 50, 'risk.maximumQuoteAge must be at least 100, is 50. Not started.'],
  ['broker', 'rejectShare', 2, 'broker.rejectShare must be at most 1, is 2. Not started.'],
  ['fees', 'commission', null, 'fees.commission must be a number, is null. Not started.'],
])('refuses %s.%s = %j and says the rule', (section, name, value, sentence) => {
  expect(merged({ [section]: { [name]: value } })).toBe(sentence)
})

test.each([
  [{ feed: { sped: 5 } }, 'feed.sped is no setting. Not started.'],
  [{ fed: {} }, 'fed is no setting. Not started.'],
])('refuses what is no setting: %j', (values, sentence) => {
  expect(merged(values)).toBe(sentence)
})

test('whatever a layer holds, the settings are right or refused in one line that ends as it should', () => {
  const section = fc.constantFrom(...Object.keys(DEFAULTS), 'other', '__proto__', 'toString')
  const name = fc.constantFrom(
    ...Object.values(DEFAULTS).flatMap(content => Object.keys(content)),
    '__proto__',
    'x',
  )
  const value = fc.oneof(fc.jsonValue(), fc.double(), fc.string())
  const layer = fc.dictionary(section, fc.oneof(value, fc.dictionary(name, value)))
  fc.assert(
    fc.property(layer, values => {
      const result = merged(values)
      if (typeof result !== 'string') return
      expect(result).toMatch(/^.+ (must|is no setting).*Not started\.$/su)
    }),
    { numRuns: 300 },
  )
})

test('the strongest layer wins, setting by setting', () => {
  const layers = [
    { from: 'file', values: { feed: { speed: 2, seed: 2, from: '11:00' }, shell: { port: 8100 } } },
    { from: 'environment', values: { feed: { speed: 3, seed: 3 } } },
    { from: 'command line', values: { feed: { speed: 4 } } },
  ]
  const result = mergeSettings(DEFAULTS, layers)
  expect(result).toMatchObject({
    value: { feed: { speed: 4, seed: 3, from: '11:00' }, shell: { port: 8100, open: true } },
  })
  expect(DEFAULTS.feed.speed).toBe(1)
})

test('every setting can be given by the environment, under its own name in capitals', () => {
  const told = Object.entries(DEFAULTS).flatMap(([section, content]) =>
    Object.entries(content).map(([name, value]) => [
      `ZERODTE_${section}_${name}`.toUpperCase(),
      String(value),
    ]),
  )
  const environment = { ...Object.fromEntries(told), ZERODTE_FEED_SESSION: 'day.parquet', ZERODTE_OTHER: 'x' }
  const { values } = environmentLayer(environment, DEFAULTS)
  expect(values).toEqual({ ...DEFAULTS, feed: { ...DEFAULTS.feed, session: 'day.parquet' } })
  expect(environmentLayer({}, DEFAULTS).values).toEqual({})
})

test.each([
  ['5', 5],
  ['0.5', 0.5],
  ['true', true],
  ['false', false],
  ['max', 'max'],
  ['', ''],
  [' ', ' '],
  ['Infinity', 'Infinity'],
  ['NaN', 'NaN'],
])('the text "%s" is %j', (text, value) => {
  expect(plainValue(text)).toBe(value)
})

test('a settings file that is not there says nothing', () => {
  const file = join(temporaryFolder(), 'zerodte.json')
  expect(fileLayer(file)).toEqual({ ok: true, value: { from: file, values: {} } })
})

test.each([
  ['{"feed": {"speed": 5}', 'must be JSON'],
  ['', 'must be JSON'],
  ['[1, 2]', 'must hold an object of settings'],
  ['null', 'must hold an object of settings'],
  ['5', 'must hold an object of settings'],
])('a settings file with %s is refused by its name', (content, rule) => {
  const file = join(temporaryFolder(), 'zerodte.json')
  writeFileSync(file, content)
  expect(fileLayer(file)).toEqual({
    ok: false,
    failure: { key: file, sentence: `${file} ${rule}. Not started.` },
  })
})

test('a settings file is read as it stands', () => {
  const file = join(temporaryFolder(), 'zerodte.json')
  writeFileSync(file, '{ "feed": { "speed": "max" } }')
  expect(fileLayer(file)).toEqual({ ok: true, value: { from: file, values: { feed: { speed: 'max' } } } })
})

test('a folder in a relative path becomes an absolute one', () => {
  expect(merged({ data: { folder: 'here' } })).toMatchObject({ data: { folder: resolve('here') } })
})
