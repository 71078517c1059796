import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { simulatedFeed } from '../adapters/marketdata/simulatedFeed.ts'
import { FAIR, drawDayModel, withEdge } from '../adapters/marketdata/simulatedModel.ts'
import { referencePricer } from '../adapters/pricer/referencePricer.ts'
import { defaultSettings } from '../adapters/settings/settings.ts'
import { createRandom } from '../core/base/random.ts'
import type { Milliseconds } from '../core/base/units.ts'
import type { Limits } from '../core/risk/limits.ts'
import type { MarketSource } from '../engine/ports.ts'
import { compileSession } from '../training/compileSession.ts'
import type { SessionTable } from '../training/sessionTable.ts'
import type { MarketPlan, OpenTable } from '../training/trainingPlan.ts'
import { suggestionRules } from './rules.ts'
import { encodeTable, keepTableFile, readTableFile } from './tableFile.ts'

/** A whole session; which one does not matter to a simulated market. */
const DATE = '2026-11-20'

/** Strikes on each side of the money, enough for the far wing of a wild day. */
const STRIKES_EACH_SIDE = 25

/** Quotes of training are whole: what a silent contract teaches is not to trade it, and the mask knows that already. */
const WHOLE = { crossed: 0, silence: 0, holes: 0 }

/** How suggestions are made where nobody set anything else. */
export const TRAINING_RULES = suggestionRules(defaultSettings('', 0))

/** The limits of a cautious first day. */
export const TRAINING_LIMITS: Limits = defaultSettings('', 0).risk

/** The market of fair days with a trend that goes on planted into them. */
export const MOMENTUM_MARKET: MarketPlan = {
  edge: { kind: 'momentum', strength: 2 },
  spread: 1,
  quoteEvery: 60_000,
}

/** The same days without an edge: after costs nothing can win. */
export const FAIR_MARKET: MarketPlan = { ...MOMENTUM_MARKET, edge: { kind: 'none', strength: 0 } }

/** A simulated session of a plan. */
export function simulatedSession(seed: number, market: MarketPlan): MarketSource {
  const random = createRandom(seed).split('domain')
  return simulatedFeed({
    date: DATE,
    seed,
    quoteEvery: market.quoteEvery,
    strikesEachSide: STRIKES_EACH_SIDE,
    imperfections: WHOLE,
    model: drawDayModel(random, market.spread, withEdge(market.edge, FAIR)),
  })
}

/**
 * Opens simulated sessions as tables, by the readable formulas, so that they are the same on every machine. With a
 * folder, tables that this very code compiled before are read from it; `note` hears of every one that was refused and is compiled
 * again.
 */
export function sessionTables(
  folder?: string,
  note: (sentence: string) => void = () => undefined,
): OpenTable {
  if (folder === undefined) return compileTable
  mkdirSync(folder, { recursive: true })
  const makers = new Map<string, Promise<string>>()
  let refused = 0
  return async (seed, market) => {
    const key = JSON.stringify(market)
    const maker = makers.get(key) ?? makerOf(market)
    makers.set(key, maker)
    const origin = { madeBy: await maker, seed }
    const file = join(folder, `${origin.madeBy.slice(0, 12)}-${seed}.table`)
    const kept = await readTableFile(file, origin, TRAINING_RULES.plan)
    if (kept?.ok) return kept.value
    if (kept) {
      refused += 1
      note(`${kept.failure} Its session is compiled again, ${refused} so far.`)
    }
    const table = await compileTable(seed, market)
    await keepTableFile(file, table, origin)
    return table
  }
}

function compileTable(
  seed: number,
  market: MarketPlan,
  beatEvery: Milliseconds = market.quoteEvery,
): Promise<SessionTable> {
  const rules = { suggestion: TRAINING_RULES, limits: TRAINING_LIMITS, beatEvery }
  return compileSession(simulatedSession(seed, market), rules, referencePricer)
}

/** The session that tells code apart, looked at so rarely that it costs a fraction of one to train on. */
const TOLD_BY = { seed: 0, beatEvery: 600_000 }

/**
 * What tells code apart that makes other tables of a market: the digest of the rules and of one session as it is compiled here and
 * now. It needs no version that somebody must remember to raise, and is the same whether the program was built or not; a change
 * that this session does not show goes unseen.
 */
async function makerOf(market: MarketPlan): Promise<string> {
  const { seed, beatEvery } = TOLD_BY
  const table = await compileTable(seed, market, beatEvery)
  const rules = JSON.stringify([market, TRAINING_RULES, TRAINING_LIMITS])
  const digest = createHash('sha256').update(rules)
  return digest.update(encodeTable(table, { madeBy: '', seed })).digest('hex')
}
