import { memoryBrokerLog } from '../../adapters/execution/brokerLog.ts'
import { simulatedFeed, type SimulatedDay } from '../../adapters/marketdata/simulatedFeed.ts'
import { openMemory } from '../../adapters/memory/memoryStore.ts'
import type { LoadedPolicy } from '../../adapters/policy/onnxPolicy.ts'
import { referencePricer } from '../../adapters/pricer/referencePricer.ts'
import { newYorkTime } from '../../core/session/newYork.ts'
import type { SuggestionRules } from '../../engine/book/bookEvent.ts'
import type { OpenSitting } from '../../research/preferenceTrial.ts'
import { REPEATABLE_DEADLINES, createDesk, forgetOldLosses } from '../desk.ts'
import { findPlaces } from '../resolveSettings.ts'

/** What every sitting of a trial has in common. */
export interface SittingPlan {
  readonly policy: LoadedPolicy
  readonly rules: SuggestionRules
  /** How the market of a sitting is quoted, where it differs from the usual. */
  readonly quoting: Pick<SimulatedDay, 'strikesEachSide' | 'quoteEvery' | 'model'>
}

/** Opens sittings on one memory; each begins as the product does, by recovering from the file. */
export function openSittings(file: string, { policy, rules, quoting }: SittingPlan): OpenSitting {
  return async ({ date, seed, from, until }) => {
    const memory = await openMemory(file, findPlaces().migrations)
    const desk = createDesk({
      source: simulatedFeed({ date, seed, from: newYorkTime(date, from), ...quoting }),
      memory,
      policy,
      pricer: referencePricer,
      brokerLog: memoryBrokerLog(),
      rules,
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
