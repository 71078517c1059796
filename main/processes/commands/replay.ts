import { createHash } from 'node:crypto'
import { memoryBrokerLog } from '../../adapters/execution/brokerLog.ts'
import { openMemory } from '../../adapters/memory/memoryStore.ts'
import { loadOnnxPolicy } from '../../adapters/policy/onnxPolicy.ts'
import type { Settings } from '../../adapters/settings/settings.ts'
import { toText } from '../../core/base/plainText.ts'
import { failure, success, type Result } from '../../core/base/result.ts'
import type { Engine } from '../../engine/engine.ts'
import { STAGES, type StageTimes } from '../../engine/stages.ts'
import { LIVE_DEADLINES, REPEATABLE_DEADLINES, createDesk, type Desk } from '../desk.ts'
import { suggestionRules } from '../rules.ts'
import { startPricer, type Places } from '../services.ts'
import { chooseSource } from '../sources.ts'

/** What a session came to when it was played from end to end with nobody answering. */
export interface ReplayReport {
  readonly session: string
  readonly quotes: number
  readonly decisions: number
  readonly suggestions: number
  readonly noTrades: number
  /** What was refused, by reason: quotes by the chain, suggestions by risk. */
  readonly refusals: Readonly<Record<string, number>>
  readonly twoSidedQuotes: number
  /** Share of the two-sided quotes before the close that have an implied volatility. */
  readonly impliedVolatilityShare: number
  /** Times of every stage in milliseconds. */
  readonly stages: Readonly<Record<string, StageTimes>>
  /** What computed the chain. */
  readonly pricer: string
  /** Milliseconds that 99 of 100 decisions stayed below. */
  readonly decisionP99: number
  /** What the scored suggestions came to by their frozen exits, taken or not, in dollars. */
  readonly scoredProfit: number
  readonly seconds: number
  readonly audits: number
  /** SHA-256 of all audits; the same session gives the same digest. */
  readonly digest: string
}

/** Plays the session that the settings name, in a memory that is forgotten, and reports. */
export async function replaySession(
  settings: Settings,
  places: Places,
): Promise<Result<ReplayReport, string>> {
  const chosen = await chooseSource(settings, undefined)
  if (!chosen.ok) return chosen
  const opened = startPricer(places, settings)
  if (!opened.ok) return opened
  const { pricer } = opened.value
  const memory = await openMemory(':memory:', places.migrations)
  const policy = await loadOnnxPolicy(settings.policy.folder).catch((cause: unknown) => String(cause))
  if (typeof policy === 'string') return failure(`policy: ${policy}`)
  const desk = createDesk({
    source: chosen.value.source,
    memory,
    policy,
    pricer,
    brokerLog: memoryBrokerLog(),
    rules: suggestionRules(settings),
    deadlines: settings.feed.speed === 'max' ? REPEATABLE_DEADLINES : LIVE_DEADLINES,
    pace: settings.feed.speed,
    seed: settings.feed.seed,
  })
  const watch = watchAudits(desk)
  const began = performance.now()
  await desk.player.play()
  await desk.engine.settled()
  await memory.close()
  return success(reportOf(desk, watch, pricer.name, (performance.now() - began) / 1000))
}

interface AuditWatch {
  count: number
  readonly refusals: Map<string, number>
  digest(): string
}

function watchAudits(desk: Desk): AuditWatch {
  const hash = createHash('sha256')
  const watch = { count: 0, refusals: new Map<string, number>(), digest: () => hash.digest('hex') }
  desk.engine.onAudit(audit => {
    watch.count += 1
    hash.update(toText(audit)).update('\n')
    for (const fact of audit.facts) {
      if (fact.kind !== 'suggested' || fact.decision.status !== 'refused') continue
      const reason = `suggestion:${fact.decision.refusal ?? 'unknown'}`
      watch.refusals.set(reason, (watch.refusals.get(reason) ?? 0) + 1)
    }
  })
  return watch
}

function reportOf(desk: Desk, watch: AuditWatch, pricer: string, seconds: number): ReplayReport {
  const { engine } = desk
  const quotes = engine.market?.quotes ?? { accepted: 0, twoSided: 0, withVolatility: 0 }
  const quoteRefusals = [...(engine.market?.refusals ?? [])].map(([reason, count]): [string, number] => [
    `quote:${reason}`,
    count,
  ])
  return {
    session: engine.book.session?.id ?? '',
    quotes: quotes.accepted,
    ...engine.counts,
    refusals: Object.fromEntries([...quoteRefusals, ...watch.refusals]),
    twoSidedQuotes: quotes.twoSided,
    impliedVolatilityShare: quotes.twoSided > 0 ? quotes.withVolatility / quotes.twoSided : 0,
    stages: Object.fromEntries(STAGES.map(stage => [stage, engine.stages.times(stage)])),
    pricer,
    decisionP99: engine.stages.times('decision').p99,
    scoredProfit: scoredProfit(engine),
    seconds,
    audits: watch.count,
    digest: watch.digest(),
  }
}

function scoredProfit({ book }: Engine): number {
  let sum = 0
  for (const { outcome } of book.decisions.values()) if (outcome?.status === 'scored') sum += outcome.net
  return sum
}
