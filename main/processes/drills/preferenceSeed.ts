// One seed of the preference drill, on a thread of its own.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parentPort } from 'node:worker_threads'
import { memoryBrokerLog } from '../../adapters/execution/brokerLog.ts'
import { simulatedFeed } from '../../adapters/marketdata/simulatedFeed.ts'
import { openMemory } from '../../adapters/memory/memoryStore.ts'
import { loadOnnxPolicy } from '../../adapters/policy/onnxPolicy.ts'
import { referencePricer } from '../../adapters/pricer/referencePricer.ts'
import { defaultSettings } from '../../adapters/settings/settings.ts'
import { createRandom, hashText } from '../../core/base/random.ts'
import { nextTradingDay } from '../../core/session/calendar.ts'
import { newYorkTime } from '../../core/session/newYork.ts'
import {
  observe,
  teach,
  type OpenSitting,
  type SuggestionCounts,
  type Sitting,
} from '../../research/preferenceTrial.ts'
import { SCRIPTED_TRADERS } from '../../research/scriptedTrader.ts'
import { REPEATABLE_DEADLINES, createDesk, forgetOldLosses } from '../desk.ts'
import { findPlaces } from '../resolveSettings.ts'
import { suggestionRules } from '../rules.ts'

/** What one seed gave. */
export interface SeedResult {
  readonly seed: number
  /** What is suggested to somebody who never answered. */
  readonly untaught: SuggestionCounts
  /** By trader: what is suggested to him once he gave his answers, after a restart. */
  readonly taught: readonly SuggestionCounts[]
  /** By trader: the answers he gave. */
  readonly answers: readonly number[]
}

const ANSWERS = 20
const TEACHING = { from: '2026-07-06', sittings: 18, minutes: 40 }
const OBSERVING = { from: '2026-10-01', sittings: 6, minutes: 60 }

/** When a trader sits down: at any time from soon after the open until after noon. */
const EARLIEST = 9 * 60 + 40
const LATEST = 12 * 60 + 15

/** Fewer strikes than the product quotes, and a decision every other minute: the same questions in half the time. */
const STRIKES_EACH_SIDE = 22
const CADENCE = 120_000

const settings = defaultSettings(findPlaces().assets, 0)
const policy = await loadOnnxPolicy(settings.policy.folder)

parentPort?.on('message', (seed: number) => {
  void runSeed(seed).then(result => parentPort?.postMessage(result))
})

async function runSeed(seed: number): Promise<SeedResult> {
  const folder = mkdtempSync(join(tmpdir(), 'zerodte-preference-'))
  try {
    // Somebody who never answers lives through the same days: outcomes teach him as much as the others
    const nobody = opener(join(folder, 'nobody.db'))
    await observe(nobody, drawSittings(TEACHING, seed))
    const untaught = await observe(nobody, drawSittings(OBSERVING, seed))
    const [taught, answers] = [[], []] as [SuggestionCounts[], number[]]
    for (const [index, trader] of SCRIPTED_TRADERS.entries()) {
      const open = opener(join(folder, `trader-${index}.db`))
      answers.push(await teach(open, drawSittings(TEACHING, seed), trader, ANSWERS))
      taught.push(await observe(open, drawSittings(OBSERVING, seed)))
    }
    return { seed, untaught, taught, answers }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Sittings on trading days in a row, each at a time of its own. */
function drawSittings(plan: typeof TEACHING, seed: number): Sitting[] {
  const random = createRandom(hashText(plan.from, seed))
  let date = plan.from
  return Array.from({ length: plan.sittings }, () => {
    date = nextTradingDay(date)
    const from = EARLIEST + random.below(LATEST - EARLIEST)
    return { date, seed, from, until: from + plan.minutes }
  })
}

/** Opens sittings on one memory; each begins as the product does, by recovering from the file. */
function opener(file: string): OpenSitting {
  return async ({ date, seed, from, until }) => {
    const memory = await openMemory(file, findPlaces().migrations)
    const desk = createDesk({
      source: simulatedFeed({
        date,
        seed,
        from: newYorkTime(date, from),
        strikesEachSide: STRIKES_EACH_SIDE,
      }),
      memory,
      policy,
      pricer: referencePricer,
      brokerLog: memoryBrokerLog(),
      rules: { ...suggestionRules(settings), cadence: CADENCE },
      deadlines: REPEATABLE_DEADLINES,
      pace: 'max',
      seed,
      // Nothing is filled: what is learned here is taste, and not how trades went
      rejectShare: 1,
    })
    desk.engine.recover(await memory.journal())
    forgetOldLosses(desk.engine)
    const end = newYorkTime(date, until)
    desk.listen(event => {
      if (event.time >= end) desk.player.close()
    })
    return {
      engine: desk.engine,
      async play() {
        await desk.player.play()
        await desk.engine.settled()
      },
      close: () => memory.close(),
    }
  }
}
