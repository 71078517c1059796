import type { IsoDate, MinuteOfDay } from '../core/base/units.ts'
import type { Audit } from '../contract/audits.ts'
import { opensRisk } from '../core/policy/action.ts'
import type { Decision } from '../core/policy/decision.ts'
import type { Limits } from '../core/risk/limits.ts'
import type { Engine } from '../engine/engine.ts'
import { isEarlyCall, type ScriptedTrader } from './scriptedTrader.ts'

/** Some hours of one simulated day in which a trader sits at his cockpit. */
export interface Sitting {
  readonly date: IsoDate
  readonly seed: number
  readonly from: MinuteOfDay
  readonly until: MinuteOfDay
}

/** A desk that a trial may use: the real engine in one sitting, with the memory of one trader. */
export interface TrialDesk {
  readonly engine: Engine
  /** Plays until the sitting is over. */
  play(): Promise<void>
  /** Closes the memory. */
  close(): Promise<void>
}

/** Opens a sitting on the memory of the trial: every opening recovers from it, as a start of the product does. */
export type OpenSitting = (sitting: Sitting) => Promise<TrialDesk>

/** Suggested trades by what the traders disagree about. */
export interface SuggestionCounts {
  readonly earlyCalls: number
  readonly others: number
}

/** Room enough that a day of answers is never cut short by a limit; what is measured is taste, not risk. */
export const ROOMY: Limits = {
  maximumLossPerTrade: 100_000,
  dayLossLimit: 1_000_000,
  lotsPerOrder: 1,
  openContracts: 10_000,
  openStructures: 100,
  exposure: 10_000_000,
  tradesPerSession: 1000,
  maximumQuoteAge: 5000,
}

/**
 * Lives through sittings with a trader who answers what is suggested until he has given a number of answers: one of each
 * kind a sitting, so that he is not asked twenty times about the same hour. Gives his answers.
 */
export async function teach(
  open: OpenSitting,
  sittings: readonly Sitting[],
  trader: ScriptedTrader,
  answers: number,
): Promise<number> {
  let given = 0
  for (const sitting of sittings) {
    const asked = new Set<boolean>()
    const replies: Promise<void>[] = []
    await live(open, sitting, (desk, decision) => {
      const kind = isEarlyCall(decision)
      if (given >= answers || asked.has(kind)) return
      given += 1
      asked.add(kind)
      replies.push(answer(desk.engine, decision, trader.accepts(decision)))
    })
    await Promise.all(replies)
  }
  return given
}

/** What is suggested in sittings in which nobody answers. */
export async function observe(open: OpenSitting, sittings: readonly Sitting[]): Promise<SuggestionCounts> {
  let [earlyCalls, others] = [0, 0]
  for (const sitting of sittings) {
    await live(open, sitting, (_, decision) => {
      if (isEarlyCall(decision)) earlyCalls += 1
      else others += 1
    })
  }
  return { earlyCalls, others }
}

/** Lives through one sitting and tells of every trade that is suggested. */
async function live(
  open: OpenSitting,
  sitting: Sitting,
  onSuggested: (desk: TrialDesk, decision: Decision) => void,
): Promise<void> {
  const desk = await open(sitting)
  desk.engine.onAudit(audit => {
    for (const decision of openDecisions(audit)) if (opensRisk(decision.action)) onSuggested(desk, decision)
  })
  void desk.engine.send({ name: 'limits/set', request: ROOMY })
  await desk.play()
  await desk.close()
}

function openDecisions(audit: Audit): Decision[] {
  return audit.facts.flatMap(fact =>
    fact.kind === 'suggested' && fact.decision.status === 'open' ? [fact.decision] : [],
  )
}

async function answer(engine: Engine, { id }: Decision, accepts: boolean): Promise<void> {
  const name = accepts ? 'suggestion/accept' : 'suggestion/reject'
  const reply = await engine.send({ name, request: { id, via: 'click' } })
  if (!reply.ok) throw new Error(`answer to ${id}: ${reply.message}`)
}
