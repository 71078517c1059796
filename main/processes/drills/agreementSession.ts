// Compiles simulated sessions into decision points, on a thread of its own.
import { parentPort } from 'node:worker_threads'
import { simulatedFeed } from '../../adapters/marketdata/simulatedFeed.ts'
import { referencePricer } from '../../adapters/pricer/referencePricer.ts'
import { defaultSettings } from '../../adapters/settings/settings.ts'
import type { IsoDate } from '../../core/base/units.ts'
import { DEFAULT_LIMITS } from '../../core/risk/limits.ts'
import { compileSession } from '../../training/compileSession.ts'
import { decisionPointsOf } from '../../training/decisionPoints.ts'
import { findPlaces } from '../resolveSettings.ts'
import { suggestionRules } from '../rules.ts'

/** Coarse days: quotes four times a minute, a decision every five minutes; the same questions in a hundredth of the time. */
const QUOTE_EVERY = 15_000
const CADENCE = 300_000
const STRIKES_EACH_SIDE = 22

const rules = suggestionRules(defaultSettings(findPlaces().assets, 0))

parentPort?.on('message', ({ date, seed }: { readonly date: IsoDate; readonly seed: number }) => {
  void compile(date, seed).then(points => parentPort?.postMessage(points))
})

async function compile(date: IsoDate, seed: number) {
  const source = simulatedFeed({ date, seed, quoteEvery: QUOTE_EVERY, strikesEachSide: STRIKES_EACH_SIDE })
  const table = await compileSession(
    source,
    { suggestion: { ...rules, cadence: CADENCE }, limits: DEFAULT_LIMITS, beatEvery: QUOTE_EVERY },
    referencePricer,
  )
  return decisionPointsOf(table, DEFAULT_LIMITS)
}
