import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { importSession } from '../../adapters/history/importSession.ts'
import { openNative } from '../../adapters/pricer/openPricer.ts'
import { temporaryFolder } from '../../fixtures/folder.ts'
import { findPlaces, resolveSettings, type CommandLineSettings } from '../resolveSettings.ts'
import { replaySession, type ReplayReport } from './replay.ts'

const PLACES = findPlaces()
const native = openNative(PLACES.native)
const why = native.state === 'open' ? '' : ` (left out: ${native.reason})`
const DATA = join(import.meta.dirname, '../../../../shared/data')
const QUOTES = join(DATA, 'options_minute/goog_2015-12-24_0dte_quotes_even_strikes.csv.gz')
const BARS = join(DATA, 'bars/lean/goog_2015-12-24_minute_trade.csv')

/** The end of a simulated day; `bench -- day` compares a whole afternoon. */
const SIMULATED = { kind: 'simulated', date: '2026-11-20', seed: 2, from: '15:25', speed: 'max' }

async function replay(
  feed: CommandLineSettings[string],
  backend: 'native' | 'reference',
): Promise<ReplayReport> {
  const folder = temporaryFolder()
  const settings = resolveSettings(PLACES, { feed, pricer: { backend }, data: { folder } })
  if (!settings.ok) throw new Error(settings.failure)
  const report = await replaySession(settings.value, PLACES)
  if (!report.ok) throw new Error(report.failure)
  return report.value
}

/** What both backends must agree on: what was decided and what it came to. */
function outcomeOf({ decisions, suggestions, noTrades, refusals, audits }: ReplayReport) {
  return { decisions, suggestions, noTrades, refusals, audits }
}

describe.skipIf(native.state !== 'open')(`a session on the native path${why}`, () => {
  test('gives the same digest every time, and the profit of the reference', async () => {
    const [one, again] = [await replay(SIMULATED, 'native'), await replay(SIMULATED, 'native')]
    expect(again.digest).toBe(one.digest)
    expect(one.pricer).toMatch(/^native, /)
    expect(one.decisionP99).toBeGreaterThan(0)
    const reference = await replay(SIMULATED, 'reference')
    expect(reference.pricer).toBe('TypeScript reference')
    expect(outcomeOf(one)).toEqual(outcomeOf(reference))
    expect(Math.abs(one.scoredProfit - reference.scoredProfit)).toBeLessThanOrEqual(1e-9)
  }, 120_000)

  test.skipIf(!existsSync(QUOTES))(
    'decides a real day as the reference does (needs ../shared/data)',
    async () => {
      const session = join(temporaryFolder(), 'goog.parquet')
      expect(await importSession(QUOTES, BARS, session)).toMatchObject({ ok: true })
      const feed = { kind: 'replay', session, speed: 'max' }
      const [one, reference] = [await replay(feed, 'native'), await replay(feed, 'reference')]
      expect(outcomeOf(one)).toEqual(outcomeOf(reference))
      expect(Math.abs(one.scoredProfit - reference.scoredProfit)).toBeLessThanOrEqual(1e-9)
    },
    120_000,
  )
})

test('a pricer that is not there is refused by name', async () => {
  const settings = resolveSettings(PLACES, { pricer: { backend: 'native' } })
  if (!settings.ok) throw new Error(settings.failure)
  const places = { ...PLACES, native: temporaryFolder() }
  expect(await replaySession(settings.value, places)).toMatchObject({
    ok: false,
    failure: expect.stringMatching(/^pricer\.backend must be auto or reference on this machine, is native: /),
  })
})
