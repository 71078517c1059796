import { existsSync, realpathSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname } from 'node:path'
import { evaluateCalls, type Evaluated, type EvaluationTask } from './evaluate.ts'
import type { Python } from './findPython.ts'
import { startHarness, type Harness } from './harness.ts'
import type { Sandbox } from './sandbox.ts'
import type { Verdict, VerificationTask } from './verdict.ts'
import { verifyCandidates, type VerificationProgress } from './verify.ts'

/** What the verifier works with. */
export interface VerifierParts {
  readonly python: Python
  readonly sandbox: Sandbox
  /** The folder that holds `harness.py`. */
  readonly assets: string
  /** An empty folder that tried code may write to where the sandbox has none of its own. */
  readonly scratch: string
}

/** What can be given along with a verification. */
export interface VerificationOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: VerificationProgress) => void
}

/** Runs code in the sandbox; closed when it is no longer needed. */
export interface Verifier {
  /** One verdict a candidate, in their order; after a cancel everything that has none yet is unverified. */
  verify(task: VerificationTask, options?: VerificationOptions): Promise<readonly Verdict[]>
  /** What each expression gives, in order; after a cancel everything that is left is `stopped`. */
  evaluate(task: EvaluationTask, signal?: AbortSignal): Promise<readonly Evaluated[]>
  /** Ends everything that runs; settled when nothing is left. */
  close(): Promise<void>
}

/** How long a harness is kept for the next question on the same folder: starting one costs the imports of NumPy and pandas. */
const KEPT = 15_000
const PREPARED = ['numpy', 'pandas', 'scipy.special']

/** Opens the verifier; nothing is started before the first question. */
export function openVerifier(parts: VerifierParts): Verifier {
  const harnesses = new HarnessShelf(parts)
  return {
    async verify(task, { signal, onProgress = () => undefined } = {}) {
      const barred = whyBarred(task.folder)
      if (barred !== undefined)
        return task.candidates.map(({ id }) => ({ id, kind: 'unverified', reason: barred }))
      const texts = [task.module, ...task.candidates.map(({ module }) => module)]
      return harnesses.use(task.folder, needs(texts.join('\n')), signal, harness =>
        verifyCandidates(harness, task, onProgress),
      )
    },
    async evaluate(task, signal) {
      const barred = whyBarred(task.folder)
      if (barred !== undefined) return task.calls.map(() => ({ kind: 'stopped', reason: barred }))
      return harnesses.use(task.folder, needs(task.module), signal, harness => evaluateCalls(harness, task))
    },
    close: () => harnesses.close(),
  }
}

/** Libraries that a text names, so that they are imported once and not by every process. */
function needs(text: string): readonly string[] {
  return PREPARED.filter(name => text.includes(name.split('.')[0] ?? name))
}

/** Why code of a folder is not run; undefined where it is. What is run can read its folder, so it must not hold everything else of his. */
function whyBarred(folder: string): string | undefined {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return `there is no folder ${folder}`
  const real = realpathSync(folder)
  return real === dirname(real) || real === realpathSync(homedir())
    ? `${folder} holds more than code, and what is run could read it all; put the file into a folder of its own`
    : undefined
}

/** Harnesses that stand ready, one a folder and set of libraries; each is used by one question at a time. */
class HarnessShelf {
  readonly #parts: VerifierParts
  readonly #idle = new Map<string, { readonly harness: Harness; readonly timer: NodeJS.Timeout }>()
  readonly #open = new Set<Harness>()

  constructor(parts: VerifierParts) {
    this.#parts = parts
  }

  /** Lends a harness for a piece of work; a cancel kills it and everything in it. */
  async use<Value>(
    folder: string,
    modules: readonly string[],
    signal: AbortSignal | undefined,
    work: (harness: Harness) => Promise<Value>,
  ): Promise<Value> {
    const key = [folder, ...modules].join('\n')
    const harness = this.#take(key) ?? this.#start(folder, modules)
    const cancel = () => void this.#end(harness)
    if (signal?.aborted) cancel()
    signal?.addEventListener('abort', cancel, { once: true })
    try {
      return await work(harness)
    } finally {
      signal?.removeEventListener('abort', cancel)
      this.#giveBack(key, harness)
    }
  }

  async close(): Promise<void> {
    for (const { timer } of this.#idle.values()) clearTimeout(timer)
    this.#idle.clear()
    await Promise.all([...this.#open].map(harness => this.#end(harness)))
  }

  #start(folder: string, modules: readonly string[]): Harness {
    const { sandbox, python, assets, scratch } = this.#parts
    const harness = startHarness(sandbox, { python, harness: assets, folder, scratch })
    this.#open.add(harness)
    // Asked first, so it is done before whatever is asked next
    void harness.ask({ do: 'prepare', modules })
    return harness
  }

  #take(key: string): Harness | undefined {
    const idle = this.#idle.get(key)
    if (idle === undefined) return undefined
    clearTimeout(idle.timer)
    this.#idle.delete(key)
    return idle.harness.isClosed ? undefined : idle.harness
  }

  #giveBack(key: string, harness: Harness): void {
    if (harness.isClosed || this.#idle.has(key)) {
      void this.#end(harness)
      return
    }
    const timer = setTimeout(() => {
      this.#idle.delete(key)
      void this.#end(harness)
    }, KEPT)
    timer.unref()
    this.#idle.set(key, { harness, timer })
  }

  async #end(harness: Harness): Promise<void> {
    await harness.close()
    this.#open.delete(harness)
  }
}
