import { basename } from 'node:path'
import { openSessionFile } from '../adapters/history/sessionFile.ts'
import { replayFeed } from '../adapters/marketdata/replayFeed.ts'
import { simulatedFeed } from '../adapters/marketdata/simulatedFeed.ts'
import type { Settings } from '../adapters/settings/settings.ts'
import { failure, success, type Result } from '../core/base/result.ts'
import type { EpochMilliseconds } from '../core/base/units.ts'
import { isTradingDay, tradingSession } from '../core/session/calendar.ts'
import { newYorkTime } from '../core/session/newYork.ts'
import type { MarketSource } from '../engine/ports.ts'

/** Where the last run of this memory stood. */
export interface LastRun {
  readonly session: string
  readonly time: EpochMilliseconds
}

/** A source that is ready to be played, and what to tell about how it was chosen. */
export interface ChosenSource {
  readonly source: MarketSource
  readonly notice: string | undefined
}

/**
 * The source that the settings name. A session that the last run left in its middle goes on where it stood; one that is
 * over is not played into the same book again: the simulated market begins another day, a replay begins anew.
 */
export async function chooseSource(
  settings: Settings,
  last: LastRun | undefined,
): Promise<Result<ChosenSource, string>> {
  return settings.feed.kind === 'simulated' ? chooseSimulated(settings, last) : chooseReplay(settings, last)
}

function chooseSimulated(settings: Settings, last: LastRun | undefined): Result<ChosenSource, string> {
  const { date, seed } = settings.feed
  if (!isTradingDay(date)) return failure(`feed.date must be a trading day, is ${date}`)
  const times = tradingSession(date)
  const isLast = last?.session === `${date}-simulated-${seed}`
  const over = /-simulated-(\d+)$/.exec(last?.session ?? '')
  if (isLast && last.time < times.lastTrade) {
    return success({ source: simulatedFeed({ date, seed, from: last.time }), notice: undefined })
  }
  const from = clockTime(date, settings.feed.from)
  const isOver =
    over !== null &&
    last?.session.startsWith(date) === true &&
    Number(over[1]) >= seed &&
    last.time >= times.lastTrade
  if (!isOver) return success({ source: simulatedFeed({ date, seed, from }), notice: undefined })
  const next = Number(over[1]) + 1
  return success({
    source: simulatedFeed({ date, seed: next, from }),
    notice: `The simulated session of seed ${over[1]} is over; this is the one of seed ${next}.`,
  })
}

async function chooseReplay(
  settings: Settings,
  last: LastRun | undefined,
): Promise<Result<ChosenSource, string>> {
  const file = settings.feed.session
  if (file === undefined) return failure('feed.session must name a session file when the feed is a replay')
  const opened = await openSessionFile(file)
  if (!opened.ok) return opened
  const name = basename(file).replace(/\.parquet$/, '')
  const { date } = opened.value.header
  if (!isTradingDay(date)) return failure(`session: ${file} must be of a trading day, is of ${date}`)
  const run = new RegExp(`^${date}-replay-${escaped(name)}(?:-(\\d+))?$`).exec(last?.session ?? '')
  if (!run || !last) return success({ source: await replayFeed(opened.value, name), notice: undefined })
  if (last.time < tradingSession(date).lastTrade) {
    const same = run[1] === undefined ? name : `${name}-${run[1]}`
    return success({ source: await replayFeed(opened.value, same, last.time), notice: undefined })
  }
  const next = Number(run[1] ?? 1) + 1
  return success({
    source: await replayFeed(opened.value, `${name}-${next}`),
    notice: `This is replay ${next} of ${name}.`,
  })
}

function clockTime(date: string, clock: string): EpochMilliseconds {
  const [hour = 0, minute = 0] = clock.split(':').map(Number)
  return newYorkTime(date, hour * 60 + minute)
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
