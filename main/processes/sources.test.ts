import { join } from 'node:path'
import { copyFileSync, writeFileSync } from 'node:fs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { temporaryFolder } from '../fixtures/folder.ts'
import { DATE, TIMES, clock } from '../fixtures/market.ts'
import { importFiles } from '../fixtures/minuteFiles.ts'
import { defaultSettings, type Settings } from '../adapters/settings/settings.ts'
import { findPlaces, resolveSettings, settingsFile } from './resolveSettings.ts'
import { suggestionRules } from './rules.ts'
import { chooseSource, type LastRun } from './sources.ts'

const PLACES = findPlaces()

function settingsWith(feed: Partial<Settings['feed']>): Settings {
  const settings = defaultSettings(PLACES.assets, clock(12, 0))
  return { ...settings, feed: { ...settings.feed, date: DATE, ...feed } }
}

async function chosen(feed: Partial<Settings['feed']>, last?: LastRun) {
  const result = await chooseSource(settingsWith(feed), last)
  if (!result.ok) throw new Error(result.failure)
  onTestFinished(() => result.value.source.close())
  const [opened] = result.value.source.opening
  return {
    session: opened?.kind === 'sessionOpened' ? opened.session.id : '',
    start: result.value.source.start,
    notice: result.value.notice,
  }
}

async function imported(name = 'session.parquet'): Promise<string> {
  const folder = temporaryFolder()
  const { out } = await importFiles(folder, {})
  if (name !== 'session.parquet') copyFileSync(out, join(folder, name))
  return join(folder, name)
}

test('a simulated day begins where the settings say, whatever ran on other days', async () => {
  const fresh = { session: `${DATE}-simulated-7`, start: clock(10, 30), notice: undefined }
  expect(await chosen({ seed: 7, from: '10:30' })).toEqual(fresh)
  for (const session of ['2026-11-19-simulated-7', `${DATE}-replay-day`, `${DATE}-simulated-6`])
    expect(await chosen({ seed: 7, from: '10:30' }, { session, time: TIMES.watchEnd })).toEqual(fresh)
})

test('a simulated day that was left in its middle goes on where it stood', async () => {
  const last = { session: `${DATE}-simulated-7`, time: clock(13, 7, 30) }
  expect(await chosen({ seed: 7 }, last)).toEqual({
    session: last.session,
    start: last.time,
    notice: undefined,
  })
})

test('a simulated day that is over is followed by the next, and says so', async () => {
  const last = { session: `${DATE}-simulated-7`, time: TIMES.lastTrade }
  const next = {
    session: `${DATE}-simulated-8`,
    start: clock(10, 0),
    notice: 'The simulated session of seed 7 is over; this is the one of seed 8.',
  }
  expect(await chosen({ seed: 7 }, last)).toEqual(next)
  expect(await chosen({ seed: 3 }, last)).toEqual(next)
})

test('a replay that was left in its middle goes on, one that is over begins anew under another number', async () => {
  const session = await imported('my day (1).parquet')
  const replay = { kind: 'replay', session } as const
  const name = `${DATE}-replay-my day (1)`
  expect(await chosen(replay)).toEqual({ session: name, start: clock(9, 32), notice: undefined })
  expect(await chosen(replay, { session: name, time: clock(12, 0) })).toMatchObject({
    session: name,
    start: clock(12, 0),
  })
  const over = await chosen(replay, { session: name, time: TIMES.lastTrade })
  expect(over).toEqual({
    session: `${name}-2`,
    start: clock(9, 32),
    notice: 'This is replay 2 of my day (1).',
  })
  expect(await chosen(replay, { session: `${name}-2`, time: clock(12, 0) })).toMatchObject({
    session: `${name}-2`,
  })
  expect(await chosen(replay, { session: `${name}-2`, time: TIMES.lastTrade })).toMatchObject({
    session: `${name}-3`,
  })
})

test.each([
  [{ date: '2026-11-21' }, 'feed.date must be a trading day, is 2026-11-21'],
  [{ kind: 'replay' }, 'feed.session must name a session file when the feed is a replay'],
  [{ kind: 'replay', session: '/absent' }, 'session: there is no file /absent'],
] as const)('a market of %j cannot be chosen, in one line', async (feed, sentence) => {
  expect(await chooseSource(settingsWith(feed), undefined)).toEqual({ ok: false, failure: sentence })
})

test('settings are merged from the defaults, the file of the folder, the environment and what was named', () => {
  const folder = temporaryFolder()
  vi.stubEnv('ZERODTE_DATA_FOLDER', folder)
  vi.stubEnv('ZERODTE_FEED_SEED', '3')
  onTestFinished(() => void vi.unstubAllEnvs())
  writeFileSync(settingsFile(folder), '{"feed": {"seed": 2, "speed": 2, "from": "11:00"}}')
  const resolved = resolveSettings(PLACES, { feed: { speed: 9 } })
  expect(resolved).toMatchObject({ value: { data: { folder }, feed: { seed: 3, speed: 9, from: '11:00' } } })
  writeFileSync(settingsFile(folder), '{"feed": {"seed": 2}')
  expect(resolveSettings(PLACES, {})).toEqual({
    ok: false,
    failure: `${settingsFile(folder)} must be JSON. Not started.`,
  })
  expect(resolveSettings(PLACES, { shell: { port: -1 } })).toEqual({
    ok: false,
    failure: 'shell.port must be at least 0, is -1. Not started.',
  })
})

test('times that people write in seconds and minutes are milliseconds inside', () => {
  const settings = settingsWith({})
  const rules = suggestionRules(settings)
  expect([rules.cadence, rules.life, rules.plan.horizon, rules.plan.walkEvery]).toEqual([
    60_000, 120_000, 3_600_000, 10_000,
  ])
  expect(rules.plan).toMatchObject({
    wingShare: settings.suggestion.wingShare,
    fees: settings.fees,
    walkSteps: 2,
  })
})
