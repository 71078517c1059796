import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { simulatedFeed } from '../adapters/marketdata/simulatedFeed.ts'
import { FAIR, drawDayModel, withEdge } from '../adapters/marketdata/simulatedModel.ts'
import { referencePricer } from '../adapters/pricer/referencePricer.ts'
import { defaultSettings } from '../adapters/settings/settings.ts'
import { createRandom } from '../core/base/random.ts'
import type { Limits } from '../core/risk/limits.ts'
import type { MarketSource } from '../engine/ports.ts'
import { compileSession } from '../training/compileSession.ts'
import type { SessionTable } from '../training/sessionTable.ts'
import type { MarketPlan, OpenTable } from '../training/trainingPlan.ts'
import { suggestionRules } from './rules.ts'

/** Changes whenever a table is made another way, so that tables of before are not used. */
const TABLES_VERSION = 1

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
 * folder, tables that were compiled before are read from it; one that cannot be read is compiled anew.
 */
export function sessionTables(folder?: string): OpenTable {
  if (folder !== undefined) mkdirSync(folder, { recursive: true })
  return async (seed, market) => {
    const file = folder === undefined ? undefined : join(folder, fileName(seed, market))
    const kept = file === undefined ? undefined : readTable(file)
    if (kept) return kept
    const table = await compileTable(seed, market)
    if (file !== undefined) keepTable(file, table)
    return table
  }
}

function compileTable(seed: number, market: MarketPlan): Promise<SessionTable> {
  const rules = { suggestion: TRAINING_RULES, limits: TRAINING_LIMITS, beatEvery: market.quoteEvery }
  return compileSession(simulatedSession(seed, market), rules, referencePricer)
}

function fileName(seed: number, market: MarketPlan): string {
  const { edge, spread, quoteEvery } = market
  const facts = [
    TABLES_VERSION,
    edge.kind,
    edge.strength,
    spread,
    quoteEvery,
    TRAINING_RULES,
    TRAINING_LIMITS,
  ]
  const digest = createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 12)
  return `${digest}-${seed}.table`
}

function readTable(file: string): SessionTable | undefined {
  try {
    const kept: unknown = deserialize(readFileSync(file))
    return isTable(kept) ? kept : undefined
  } catch {
    return undefined
  }
}

/** Whether what a file of ours held is whole; its name says what it is a table of. */
function isTable(kept: unknown): kept is SessionTable {
  return typeof kept === 'object' && kept !== null && 'openings' in kept && 'decisions' in kept
}

/** Written beside and renamed, so that one who reads at the same time sees all of it or nothing. */
function keepTable(file: string, table: SessionTable): void {
  const beside = `${file}.${process.pid}-${Math.floor(performance.now() * 1000)}`
  writeFileSync(beside, serialize(table))
  renameSync(beside, file)
}
