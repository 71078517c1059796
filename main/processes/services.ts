import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { openNative, openPricer, type OpenedPricer } from '../adapters/pricer/openPricer.ts'
import type { Settings } from '../adapters/settings/settings.ts'
import { POLICY_PROVIDER, readPolicyCard } from '../adapters/policy/onnxPolicy.ts'
import type { MemoryStore } from '../adapters/memory/memoryStore.ts'
import type { Result } from '../core/base/result.ts'
import { OBSERVATION_SIZE } from '../core/features/observation.ts'
import type { Policy } from '../engine/ports.ts'
import { callsOf, remote, type Remote } from './remote.ts'

/** Observations of the first question: as many as the reasons of a suggestion ask at once. */
const WARM_UP_ROWS = 8192

/** Unanswered questions after which the policy thread is taken for hung and replaced. */
const POLICY_PATIENCE = 3

/** Where the program finds its parts: the folder of compiled processes, the migrations, the assets. */
export interface Places {
  readonly processes: string
  /** `.js` where the program is built, `.ts` where it runs from source. */
  readonly suffix: '.js' | '.ts'
  readonly migrations: string
  readonly assets: string
  /** The folder of the native kernels. */
  readonly native: string
  /** The version of the program. */
  readonly version: string
}

/** The memory database on its thread. */
export interface MemoryService {
  readonly store: MemoryStore
  readonly thread: Remote
}

/** The policy on its thread. */
export interface PolicyService {
  readonly policy: Policy
  /** What executes it. */
  readonly provider: string
  readonly thread: Remote
  /** Where its card and weights lie, and which of its weight files is loaded. */
  readonly folder: string
  readonly file: string
}

/** Starts the memory thread. It holds the file, so it is never replaced. */
export function startMemory(places: Places, { data }: Settings): MemoryService {
  const workerData = { file: join(data.folder, 'memory.db'), migrations: places.migrations }
  const thread = remote(
    () => new Worker(join(places.processes, `memoryWorker${places.suffix}`), { workerData }),
    Number.POSITIVE_INFINITY,
  )
  return { store: callsOf<MemoryStore>(thread), thread }
}

/** Starts the policy thread, once the card of the policy fits this program. */
export async function startPolicy(
  places: Places,
  folder: string,
  file = 'policy.onnx',
): Promise<PolicyService & { readonly awake: Promise<void> }> {
  const card = await readPolicyCard(folder)
  const workerData = { folder, file }
  const thread = remote(
    () => new Worker(join(places.processes, `policyWorker${places.suffix}`), { workerData }),
    POLICY_PATIENCE,
  )
  const { logits, doubt } = callsOf<Required<Policy>>(thread)
  const awake = warmUp(logits)
  // Who does not wait for it hears of a policy that cannot answer at its first question
  awake.catch(() => undefined)
  return { policy: { card, logits, doubt }, provider: POLICY_PROVIDER, thread, folder, file, awake }
}

/** The pricer of a session as the settings choose it; or why it cannot be had here. */
export function startPricer(places: Places, { pricer }: Settings): Result<OpenedPricer, string> {
  return openPricer(openNative(places.native), pricer.backend)
}

/** Lets the first real question find its thread awake; what comes back is of no interest. */
async function warmUp(logits: Policy['logits']): Promise<void> {
  await logits(new Float32Array(WARM_UP_ROWS * OBSERVATION_SIZE), WARM_UP_ROWS)
}
