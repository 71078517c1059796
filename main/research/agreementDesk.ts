import type { Milliseconds } from '../core/base/units.ts'
import { opensRisk, type Action } from '../core/policy/action.ts'
import type { Decision } from '../core/policy/decision.ts'
import { present } from '../core/base/assert.ts'
import { ROOMY, type OpenSitting, type Sitting, type TrialDesk } from './preferenceTrial.ts'
import type { TasteTrader } from './scriptedTrader.ts'

/** What a trader lived through at a real desk. */
export interface LivedSittings {
  readonly answers: number
  /** Suggested trades, and those of them that he would decline. */
  readonly suggestions: number
  readonly declined: number
  /**
   * From the moment of every no until the suggestion that knew it stood there. After a yes the next one comes when the next
   * decision is due: that wait is the market's.
   */
  readonly latencies: readonly Milliseconds[]
}

/**
 * Lives through sittings of the real engine with a trader who answers what is suggested, up to a number of answers (none,
 * to watch only), the same action again after `pause` of session time (0: everything, at once); measures by `clock` how
 * long the next suggestion takes after each no.
 */
export async function liveAtDesk(
  open: OpenSitting,
  sittings: readonly Sitting[],
  trader: TasteTrader,
  mostAnswers: number,
  clock: () => Milliseconds,
  pause: Milliseconds,
): Promise<LivedSittings> {
  const latencies: Milliseconds[] = []
  let [answers, suggestions, declined] = [0, 0, 0]
  for (const sitting of sittings) {
    const askedAt = new Map<Action, number>()
    let answeredAt: Milliseconds | undefined
    const replies: Promise<void>[] = []
    await liveSitting(open, sitting, (desk, decision) => {
      if (answeredAt !== undefined) latencies.push(clock() - answeredAt)
      answeredAt = undefined
      if (!opensRisk(decision.action) || decision.status !== 'open') return
      const accepts = trader.accepts(decision)
      suggestions += 1
      declined += accepts ? 0 : 1
      const last = askedAt.get(decision.action) ?? Number.NEGATIVE_INFINITY
      if (answers >= mostAnswers || decision.time < last + pause) return
      askedAt.set(decision.action, decision.time)
      answers += 1
      if (!accepts) answeredAt = clock()
      replies.push(answer(desk, decision, accepts))
    })
    await Promise.all(replies)
  }
  return { answers, suggestions, declined, latencies }
}

/** Lives through one sitting and tells of every decision, waits too. */
async function liveSitting(
  open: OpenSitting,
  sitting: Sitting,
  onDecision: (desk: TrialDesk, decision: Decision) => void,
): Promise<void> {
  const desk = await open(sitting)
  desk.engine.onAudit(audit => {
    for (const fact of audit.facts) if (fact.kind === 'suggested') onDecision(desk, fact.decision)
  })
  void desk.engine.send({ name: 'limits/set', request: ROOMY })
  await desk.play()
  await desk.close()
}

async function answer({ engine }: TrialDesk, { id }: Decision, accepts: boolean): Promise<void> {
  const name = accepts ? 'suggestion/accept' : 'suggestion/reject'
  const reply = await engine.send({ name, request: { id, via: 'click' } })
  if (!reply.ok) throw new Error(`answer to ${id}: ${reply.message}`)
}

/** The value below which a share of the latencies lies; throws of none. */
export function latencyAt(latencies: readonly Milliseconds[], share: number): Milliseconds {
  const sorted = latencies.toSorted((one, other) => one - other)
  return present(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))], 'there is an answer')
}
