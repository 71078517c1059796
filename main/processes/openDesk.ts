import { join } from 'node:path'
import { fileBrokerLog } from '../adapters/execution/brokerLog.ts'
import type { Settings } from '../adapters/settings/settings.ts'
import type { MarketSource, Memory, Pricer } from '../engine/ports.ts'
import { LIVE_DEADLINES, createDesk, type Desk } from './desk.ts'
import type { PolicySwitch } from './policySwitch.ts'
import { suggestionRules } from './rules.ts'

/** The desk of a live session, as its settings want it; the policy in charge is asked for at every decision. */
export function openDesk(
  settings: Settings,
  parts: {
    readonly source: MarketSource
    readonly memory: Memory
    readonly policy: PolicySwitch
    readonly pricer: Pricer
  },
): Desk {
  const { source, memory, policy, pricer } = parts
  return createDesk({
    source,
    memory,
    get policy() {
      return policy.policy
    },
    pricer,
    brokerLog: fileBrokerLog(join(settings.data.folder, 'broker.jsonl')),
    rules: suggestionRules(settings),
    deadlines: LIVE_DEADLINES,
    pace: settings.feed.speed,
    seed: settings.feed.seed,
    rejectShare: settings.broker.rejectShare,
  })
}
