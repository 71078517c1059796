import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { AttentionPicture } from '../contract/explanation.ts'
import type { ShapleyQuestion } from '../core/policy/shapleyQuestion.ts'
import {
  joinParts,
  newTurns,
  type Explainer,
  type Explanation,
  type ModelFile,
  type Turns,
} from './explainer.ts'
import { callsOf, remote } from './remote.ts'
import type { Places } from './services.ts'

/** Threads of an exact explanation: two of them, as even a small machine has. */
const THREADS = 2

/** Unanswered questions after which a thread is taken for hung and replaced; a trader may ask for many at once. */
const PATIENCE = 64

/** Explanations by threads that begin with the first question. */
export interface ExplanationThreads {
  sampled(model: ModelFile, question: ShapleyQuestion): Promise<Explanation>
  exact(model: ModelFile, question: ShapleyQuestion): Promise<Explanation>
  attention(model: ModelFile, observation: Float32Array): Promise<AttentionPicture | undefined>
  close(): Promise<void>
}

/** Threads that explain, none of them running yet. */
export function explanationThreads({
  processes,
  suffix,
}: Pick<Places, 'processes' | 'suffix'>): ExplanationThreads {
  const started: { readonly explainer: Explainer; close(): Promise<void> }[] = []
  function explainers(): readonly Explainer[] {
    while (started.length < THREADS) {
      const thread = remote(() => new Worker(join(processes, `explanationWorker${suffix}`)), PATIENCE)
      started.push({ explainer: callsOf<Explainer>(thread), close: () => thread.close() })
    }
    return started.map(({ explainer }) => explainer)
  }
  /** Asks every thread for its share. */
  function shares<Part>(ask: (explainer: Explainer, turns: Turns) => Promise<Part>): Promise<Part[]> {
    const turns = newTurns()
    return Promise.all(explainers().map(explainer => ask(explainer, turns)))
  }
  function first(): Explainer {
    const [explainer] = explainers()
    if (!explainer) throw new RangeError('there must be a thread that explains')
    return explainer
  }
  return {
    async sampled(model, question) {
      const asked = performance.now()
      const parts = await shares((explainer, turns) => explainer.sampled(model, question, turns))
      const explanation = await first().join(parts)
      return { ...explanation, microseconds: Math.round((performance.now() - asked) * 1000) }
    },
    async exact(model, question) {
      const asked = performance.now()
      const parts = await shares((explainer, turns) => explainer.exact(model, question, turns))
      return joinParts(question, parts, performance.now() - asked)
    },
    attention: (model, observation) => first().attention(model, observation),
    async close() {
      await Promise.all(started.splice(0).map(thread => thread.close()))
    },
  }
}
