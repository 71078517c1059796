// Compiles simulated sessions into decision points, on a thread of its own.
import { parentPort } from 'node:worker_threads'
import { simulatedFeed, type SimulatedDay } from '../../adapters/marketdata/simulatedFeed.ts'
import { USUAL } from '../../adapters/marketdata/simulatedModel.ts'
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

/**
 * The planted truth: options price several times the variance that is realised and are quoted tightly, without fees, so that selling them
 * pays at any time and on any side, and whoever suggests less, or worse, makes less.
 */
const PAYING: Pick<SimulatedDay, 'quoteEvery' | 'strikesEachSide' | 'model'> = {
  quoteEvery: QUOTE_EVERY,
  strikesEachSide: 22,
  model: {
    ...USUAL,
    realised: { median: 0.15, deviation: 0.2, least: 0.1, most: 1 },
    quotes: { ...USUAL.quotes, floor: 0.001, root: 0.0005, deepFloor: 0.002, deepSlope: 0.02 },
  },
}
const settings = defaultSettings(findPlaces().assets, 0)
const rules = suggestionRules({ ...settings, fees: { commission: 0, exchange: 0 } })

parentPort?.on('message', ({ date, seed }: { readonly date: IsoDate; readonly seed: number }) => {
  void compile(date, seed).then(points => parentPort?.postMessage(points))
})

async function compile(date: IsoDate, seed: number) {
  const source = simulatedFeed({ date, seed, ...PAYING })
  const table = await compileSession(
    source,
    { suggestion: { ...rules, cadence: CADENCE }, limits: DEFAULT_LIMITS, beatEvery: QUOTE_EVERY },
    referencePricer,
  )
  return decisionPointsOf(table, DEFAULT_LIMITS)
}
