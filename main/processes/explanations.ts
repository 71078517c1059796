import type { ExplanationReport, FeatureShare } from '../contract/explanation.ts'
import { at } from '../core/base/assert.ts'
import type { Milliseconds } from '../core/base/units.ts'
import { FEATURES, OBSERVATION_VERSION } from '../core/features/observation.ts'
import { ACTION_VERSION } from '../core/policy/action.ts'
import type { Adapter } from '../core/policy/choice.ts'
import type { Decision } from '../core/policy/decision.ts'
import { questionOfDecision, type ShapleyQuestion } from '../core/policy/shapleyQuestion.ts'
import type { MemoryStore } from '../adapters/memory/memoryStore.ts'
import type { Engine } from '../engine/engine.ts'
import type { ModelRegistry } from '../registry/modelRegistry.ts'
import type { RequestHandlers } from './contractServer.ts'
import type { Explanation, ModelFile } from './explainer.ts'
import type { ExplanationThreads } from './explanationThreads.ts'
import type { PolicyService } from './services.ts'

/** What explanations are made of. */
export interface ExplanationParts {
  readonly desk: { readonly engine: Pick<Engine, 'onAudit' | 'book'> }
  readonly memory: { readonly store: Pick<MemoryStore, 'decisions'> }
  readonly policy: Pick<PolicyService, 'policy' | 'folder' | 'file'>
  readonly models: Pick<ModelRegistry, 'read'>
  readonly explaining: ExplanationThreads
}

type Handlers = Pick<RequestHandlers, 'explanation/get'>

/** Decisions of a session that are looked through for one; a session has a few hundred. */
const DECISIONS_A_SESSION = 5000

/** Exact explanations that are kept, and adapters of decisions of this run. */
const KEPT = 64

/** How long an exact explanation takes, as far as nobody has seen one yet. */
const FIRST_GUESS: Milliseconds = 400

/** How far a model's answer may be from what a decision kept of it, in probability. */
const SAME_ANSWER = 1e-4

/** A decision with everything that its explanation is asked of. */
interface Asked {
  readonly decision: Decision
  readonly model: ModelFile
  readonly question: ShapleyQuestion
  readonly isAdapterKnown: boolean
}

/** What the explanation of a decision asks: sampled at once, exact in the background, never on this thread. */
export function explanationHandlers(parts: ExplanationParts): Handlers {
  const { explaining } = parts
  const adapters = adaptersOfDecisions(parts)
  const finished = new Map<string, ExplanationReport>()
  const running = new Map<string, Promise<ExplanationReport>>()
  let lasts = FIRST_GUESS
  let last: Promise<void> = Promise.resolve()

  async function explainExactly(asked: Asked): Promise<ExplanationReport> {
    const explanation = await explaining.exact(asked.model, asked.question)
    lasts = explanation.microseconds / 1000
    const report = await reportOf(parts, asked, explanation, undefined)
    keepNewest(finished, report.id, report)
    return report
  }

  function refine(asked: Asked): Promise<ExplanationReport> {
    const { id } = asked.decision
    const found = running.get(id)
    if (found) return found
    // One after the other: who leafs through decisions does not set every core to work at once
    const report = last.then(() => explainExactly(asked))
    running.set(id, report)
    // A failure is told to whoever waits for it, and tried anew at the next question
    const isOver = () => void running.delete(id)
    last = report.then(isOver, isOver)
    return report
  }

  return {
    async 'explanation/get'({ id, method }) {
      const known = finished.get(id)
      if (known) return known
      const asked = await askedOf(parts, id, adapters)
      if (method === 'exact') return refine(asked)
      const explanation = await explaining.sampled(asked.model, asked.question)
      const isExact = explanation.method === 'exact'
      const report = await reportOf(parts, asked, explanation, isExact ? undefined : lasts)
      if (isExact) keepNewest(finished, id, report)
      else void refine(asked).catch(() => undefined)
      return report
    },
  }
}

/** Who adapted each of the last decisions of this run; the adapter itself is not kept with a decision. */
function adaptersOfDecisions({ desk }: ExplanationParts): ReadonlyMap<string, Adapter> {
  const adapters = new Map<string, Adapter>()
  desk.engine.onAudit(audit => {
    for (const fact of audit.facts) {
      if (fact.kind !== 'suggested') continue
      const { preference, quality } = desk.engine.book
      keepNewest(adapters, fact.decision.id, { preference, quality })
    }
  })
  return adapters
}

async function askedOf(
  parts: ExplanationParts,
  id: string,
  adapters: ReadonlyMap<string, Adapter>,
): Promise<Asked> {
  const decision = await decisionOf(parts, id)
  const { preference, quality } = parts.desk.engine.book
  const model = await modelOf(parts, decision)
  return { decision, model, ...questionOfDecision(decision, adapters.get(id) ?? { preference, quality }) }
}

/** The decision of the running session, or of the journal; throws a sentence where there is none. */
async function decisionOf({ desk, memory }: ExplanationParts, id: string): Promise<Decision> {
  const current = desk.engine.book.decisions.get(id)
  if (current) return current
  const session = id.slice(0, Math.max(0, id.lastIndexOf('/')))
  const past = await memory.store.decisions(session, DECISIONS_A_SESSION)
  const found = past.find(decision => decision.id === id)
  if (!found) throw new Error(`There is no decision ${id} in this session or in the journal.`)
  return found
}

/** The model that made a decision; throws a sentence where it cannot be asked any more. */
async function modelOf({ policy, models }: ExplanationParts, { id, versions }: Decision): Promise<ModelFile> {
  if (versions.observation !== OBSERVATION_VERSION || versions.actions !== ACTION_VERSION)
    throw new Error(
      `${id} was made of other features or actions than those of today; it is not explained anew.`,
    )
  if (policy.policy.card.version === versions.policy) return { folder: policy.folder, file: policy.file }
  const kept = await models.read(versions.policy)
  if (!kept.ok)
    throw new Error(`${id} was made by ${versions.policy}, which cannot be asked: ${kept.failure}`)
  return { folder: kept.value.folder, file: 'policy.onnx' }
}

async function reportOf(
  { explaining }: ExplanationParts,
  { decision, model, question, isAdapterKnown }: Asked,
  explanation: Explanation,
  refining: Milliseconds | undefined,
): Promise<ExplanationReport> {
  const { method, evaluations, microseconds, usual, now, standardError } = explanation
  const note = noteOf(decision, now, at(decision.probabilities, question.chosen), isAdapterKnown)
  return {
    id: decision.id,
    method,
    evaluations,
    microseconds,
    usual,
    now,
    features: featuresOf(question, explanation.contributions),
    standardError,
    attention: await explaining.attention(model, question.observation),
    refining,
    ...(note === undefined ? {} : { note }),
  }
}

function featuresOf(question: ShapleyQuestion, contributions: Float64Array): FeatureShare[] {
  return FEATURES.map(({ name }, index) => ({
    feature: name,
    value: at(question.observation, index),
    usual: at(question.usual, index),
    contribution: at(contributions, index),
  })).sort((one, other) => Math.abs(other.contribution) - Math.abs(one.contribution))
}

function noteOf(
  { versions }: Decision,
  now: number,
  kept: number,
  isAdapterKnown: boolean,
): string | undefined {
  const percent = (probability: number) => `${(probability * 100).toFixed(1)} %`
  if (Math.abs(now - kept) > SAME_ANSWER)
    return `${versions.policy} says ${percent(now)} today where the decision kept ${percent(kept)}.`
  if (!isAdapterKnown)
    return 'What had been learned from the trader by then is not known any more: its effect is held as it was.'
  return undefined
}

function keepNewest<Value>(kept: Map<string, Value>, key: string, value: Value): void {
  kept.delete(key)
  kept.set(key, value)
  const oldest = kept.keys().next()
  if (kept.size > KEPT && !oldest.done) kept.delete(oldest.value)
}
