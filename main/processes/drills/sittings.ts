import { memoryBrokerLog } from '../../adapters/execution/brokerLog.ts'
import { simulatedFeed, type SimulatedDay } from '../../adapters/marketdata/simulatedFeed.ts'
import { openMemory } from '../../adapters/memory/memoryStore.ts'
import type { LoadedPolicy } from '../../adapters/policy/onnxPolicy.ts'
import { openNative, openPricer } from '../../adapters/pricer/openPricer.ts'
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

/** Opens sittings on one memory; each begins as the product does, by recovering from the file, with the same kernels. */
export function openSittings(file: string, { policy, rules, quoting }: SittingPlan): OpenSitting {
  const { native: folder, migrations } = findPlaces()
  const native = openNative(folder)
  return async ({ date, seed, from, until }) => {
    const opened = openPricer(native, 'auto')
    if (!opened.ok) throw new Error(opened.failure)
    const memory = await openMemory(file, migrations)
    const desk = createDesk({
      source: simulatedFeed({ date, seed, from: newYorkTime(date, from), ...quoting }),
      memory,
      policy,
      pricer: opened.value.pricer,
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
