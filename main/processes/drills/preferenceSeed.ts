// One seed of the preference drill, on a thread of its own.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parentPort } from 'node:worker_threads'
import { loadOnnxPolicy } from '../../adapters/policy/onnxPolicy.ts'
import { defaultSettings } from '../../adapters/settings/settings.ts'
import { createRandom, hashText } from '../../core/base/random.ts'
import { nextTradingDay } from '../../core/session/calendar.ts'
import { observe, teach, type SuggestionCounts, type Sitting } from '../../research/preferenceTrial.ts'
import { SCRIPTED_TRADERS } from '../../research/scriptedTrader.ts'
import { findPlaces } from '../resolveSettings.ts'
import { suggestionRules } from '../rules.ts'
import { openSittings, type SittingPlan } from './sittings.ts'

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

const places = findPlaces()
const settings = defaultSettings(places.assets, 0)
const PLAN: SittingPlan = {
  policy: await loadOnnxPolicy(join(places.assets, 'policies/first')),
  rules: { ...suggestionRules(settings), cadence: CADENCE },
  quoting: { strikesEachSide: STRIKES_EACH_SIDE },
}

parentPort?.on('message', (seed: number) => {
  void runSeed(seed).then(result => parentPort?.postMessage(result))
})

async function runSeed(seed: number): Promise<SeedResult> {
  const folder = mkdtempSync(join(tmpdir(), 'zerodte-preference-'))
  try {
    // Somebody who never answers lives through the same days: outcomes teach him as much as the others
    const nobody = openSittings(join(folder, 'nobody.db'), PLAN)
    await observe(nobody, drawSittings(TEACHING, seed))
    const untaught = await observe(nobody, drawSittings(OBSERVING, seed))
    const [taught, answers] = [[], []] as [SuggestionCounts[], number[]]
    for (const [index, trader] of SCRIPTED_TRADERS.entries()) {
      const open = openSittings(join(folder, `trader-${index}.db`), PLAN)
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
