import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { openMachineGpu } from '../adapters/pricer/backends.ts'
import type { OpenedPricer } from '../adapters/pricer/openPricer.ts'
import type { Settings } from '../adapters/settings/settings.ts'
import type { Desk } from './desk.ts'
import { Machine } from './machine.ts'
import type { PolicySwitch } from './policySwitch.ts'
import type { Places } from './services.ts'

/** Who computes what on this machine, as far as the session lets it. */
export function openMachine(
  settings: Settings,
  places: Places,
  parts: {
    readonly desk: Desk
    readonly policy: PolicySwitch
    readonly notices: string[]
    readonly opened: OpenedPricer
  },
): Machine {
  const { desk, policy, notices, opened } = parts
  return new Machine({
    opened,
    openGpu: () => openMachineGpu(places.native),
    file: join(settings.data.folder, 'machine.json'),
    version: places.version,
    threads: availableParallelism(),
    inference: {
      get policy() {
        return policy.policy.card.name
      },
      provider: policy.provider,
    },
    onNotice: sentence => notices.push(sentence),
    onBroken: rule => desk.engine.post({ kind: 'failed', time: desk.engine.time, rule }),
  })
}
