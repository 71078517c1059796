import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { failure, success, type Result } from '../core/base/result.ts'
import type { Policy, PolicyCard } from '../engine/ports.ts'
import type { Settings } from '../adapters/settings/settings.ts'
import { ModelRegistry, type StoredModel } from '../registry/modelRegistry.ts'
import { chooseCopy } from '../registry/chooseCopy.ts'
import type { Remote } from './remote.ts'
import { startPolicy, type Places, type PolicyService } from './services.ts'

/** How long one that was replaced stays, for the decision that was begun with it. */
const LAST_DECISION = 3000

/** How long a policy may take to load and to answer its first question. */
const FIRST_ANSWER = 15_000

type Started = Awaited<ReturnType<typeof startPolicy>>

/** Starts a policy: a folder and one of its weight files. */
export type StartPolicy = (folder: string, file: string) => Promise<Started>

/**
 * The policy that decides, which another may take the place of between two decisions. A new one is loaded, asked once,
 * and only then switched to; where that fails the old one goes on and the caller is told why.
 */
export class PolicySwitch implements PolicyService {
  readonly #start: StartPolicy
  readonly #retired = new Set<Remote>()
  #current: PolicyService

  constructor(first: PolicyService, start: StartPolicy) {
    this.#current = first
    this.#start = start
  }

  get policy(): Policy {
    return this.#current.policy
  }

  get provider(): string {
    return this.#current.provider
  }

  get folder(): string {
    return this.#current.folder
  }

  get file(): string {
    return this.#current.file
  }

  get thread(): Remote {
    return this.#current.thread
  }

  /** Lets a policy take over; the old one answers what it was asked and is closed. */
  async take(folder: string, file: string): Promise<Result<PolicyCard, string>> {
    let next: Started | undefined
    try {
      next = await this.#start(folder, file)
      await inTime(next.awake)
    } catch (cause) {
      await next?.thread.close()
      return failure(
        `${file} of ${folder} was not taken: ${sentence(cause)} ${this.policy.card.version} goes on.`,
      )
    }
    const old = this.#current.thread
    this.#current = next
    void this.#retire(old)
    return success(next.policy.card)
  }

  /** Ends the policy and those that it replaced. */
  async close(): Promise<void> {
    await Promise.all([this.thread, ...this.#retired].map(thread => thread.close()))
  }

  async #retire(thread: Remote): Promise<void> {
    this.#retired.add(thread)
    await sleep(LAST_DECISION, undefined, { ref: false })
    await thread.close()
    this.#retired.delete(thread)
  }
}

/** Waits for the first answer of a policy, but not for ever. */
async function inTime(awake: Promise<void>): Promise<void> {
  const waiting = new AbortController()
  const late = sleep(FIRST_ANSWER, undefined, { signal: waiting.signal }).then(() => {
    throw new Error(`it did not answer within ${FIRST_ANSWER / 1000} s`)
  })
  late.catch(() => undefined)
  try {
    await Promise.race([awake, late])
  } finally {
    waiting.abort()
  }
}

/** The weight file of a model that the free memory of this machine allows. */
export function fileFor({ copies }: StoredModel, freeBytes = process.availableMemory()): string {
  return chooseCopy(copies, freeBytes)?.file ?? 'policy.onnx'
}

/** The models of a data folder and those that are shipped; the one of the settings is in charge until one is promoted. */
export function openRegistry({ data, policy }: Settings, places: Places): ModelRegistry {
  const shipped = join(places.assets, 'policies')
  const others = existsSync(shipped) ? readdirSync(shipped) : []
  const folders = [policy.folder, ...others.map(name => join(shipped, name))]
  const [first = policy.folder, ...rest] = new Set(folders.map(folder => resolve(folder)))
  return new ModelRegistry(join(data.folder, 'models'), [first, ...rest])
}

/**
 * Starts the policy in charge; says which files were refused on the way to it. One that was promoted here must answer before it
 * is trusted; where it does not, the one before is put back in charge.
 */
export async function startChampion(
  places: Places,
  registry: ModelRegistry,
  now: () => number = Date.now,
): Promise<{ readonly policy: PolicySwitch; readonly notes: readonly string[] }> {
  const start: StartPolicy = (folder, file) => startPolicy(places, folder, file)
  const said: string[] = []
  for (;;) {
    const { champion, notes } = await registry.inCharge()
    const first = await start(champion.folder, fileFor(champion))
    const problem = champion.isBuiltIn ? undefined : await inTime(first.awake).then(() => undefined, sentence)
    if (problem === undefined) return { policy: new PolicySwitch(first, start), notes: [...said, ...notes] }
    await first.thread.close()
    const back = await registry.rollBack(now())
    if (!back.ok) throw new Error(`${champion.version} cannot be asked: ${problem} ${back.failure}`)
    said.push(
      `${champion.version} cannot be asked: ${problem} ${back.value.champion.version} is back in charge.`,
    )
  }
}

function sentence(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause)
  return text.endsWith('.') ? text : `${text}.`
}
