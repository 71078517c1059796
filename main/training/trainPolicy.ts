import type { Curve } from '../contract/learning.ts'
import { viewsOf } from '../autodiff/layout.ts'
import { at } from '../core/base/assert.ts'
import { createRandom, hashText } from '../core/base/random.ts'
import { success, type Result } from '../core/base/result.ts'
import { OBSERVATION_SIZE, OBSERVATION_VERSION } from '../core/features/observation.ts'
import { ACTION_VERSION } from '../core/policy/action.ts'
import type { CheckpointFault } from './checkpoint.ts'
import { networkOf } from './tradingNetwork.ts'
import { PpoTrainer, type PpoMetrics, type PpoSettings, type PpoSetup } from './ppo.ts'
import { createRunningMoments } from './runningMoments.ts'
import type { SessionTable } from './sessionTable.ts'
import { REWARD_SCALE, TradingEnvironment } from './tradingEnvironment.ts'
import { decodeTraining, encodeTraining } from './trainingCheckpoint.ts'
import type {
  LearningSettings,
  OpenTable,
  SessionRange,
  TrainedPolicy,
  TrainingHooks,
  TrainingPlan,
} from './trainingPlan.ts'

/** The figures of an update that are kept as curves. */
export const CURVES = [
  'meanReturn',
  'meanLength',
  'loss',
  'policyLoss',
  'valueLoss',
  'entropy',
  'divergence',
  'clipped',
  'gradientNorm',
  'explained',
  'learningRate',
] as const satisfies readonly (keyof PpoMetrics)[]

/** What a model file says of itself. */
const MODEL_NOTES = { observationVersion: String(OBSERVATION_VERSION), actionVersion: String(ACTION_VERSION) }

/** Thrown where a checkpoint is not one of this plan; says which part is wrong. */
export class WrongCheckpoint extends Error {
  override readonly name = 'WrongCheckpoint'
}

/**
 * Trains a policy as a plan says. The same plan gives the same bytes, whether it ran through or went on from any of its
 * checkpoints. Rejects with what `hooks.gate` rejects with, and with `WrongCheckpoint` where the checkpoint it is given
 * is corrupt or of another network.
 */
export async function trainPolicy(
  plan: TrainingPlan,
  open: OpenTable,
  hooks: TrainingHooks = {},
): Promise<TrainedPolicy> {
  const tables = await openTables(plan.sessions, plan, open, hooks)
  const run = await begin(plan, environmentsOf(plan, tables), await hooks.loadCheckpoint?.())
  try {
    for (let update = run.history.length / CURVES.length; update < plan.updates; update += 1) {
      await hooks.gate?.()
      const metrics = await run.trainer.update()
      run.history.push(...CURVES.map(name => metrics[name]))
      hooks.onMetrics?.(update + 1, figuresOf(metrics))
      hooks.onProgress?.({ phase: 'training', done: update + 1, total: plan.updates })
      if ((update + 1) % plan.checkpointEvery === 0 || update + 1 === plan.updates)
        await hooks.saveCheckpoint?.(
          encodeTraining({ trainer: run.trainer.checkpoint(), history: run.history }, plan),
        )
    }
    return resultOf(run)
  } finally {
    await run.trainer.release()
  }
}

/** Opens a range of sessions one after the other, telling how far it is. */
export async function openTables(
  range: SessionRange,
  plan: Pick<TrainingPlan, 'market'>,
  open: OpenTable,
  hooks: Pick<TrainingHooks, 'gate' | 'onProgress'> = {},
): Promise<SessionTable[]> {
  const tables: SessionTable[] = []
  for (let index = 0; index < range.count; index += 1) {
    await hooks.gate?.()
    tables.push(await open(range.firstSeed + index, plan.market))
    hooks.onProgress?.({ phase: 'preparing sessions', done: index + 1, total: range.count })
  }
  return tables
}

/** A training between two updates. */
interface Run {
  readonly trainer: PpoTrainer
  /** The figures of every update so far, `CURVES.length` each. */
  readonly history: number[]
}

async function begin(
  plan: TrainingPlan,
  environments: readonly TradingEnvironment[],
  bytes: Uint8Array | undefined,
): Promise<Run> {
  if (bytes) {
    const run = await resume(plan, environments, bytes)
    if (!run.ok) throw new WrongCheckpoint(`checkpoint, ${run.failure.field}: ${run.failure.rule}`)
    return run.value
  }
  const trainer = await PpoTrainer.create({
    settings: ppoSettings(plan.learning, plan.updates),
    environments,
    seed: plan.seed,
    network: () => networkOf(plan.learning),
    start: startOf(plan),
  })
  return { trainer, history: [] }
}

async function resume(
  plan: TrainingPlan,
  environments: readonly TradingEnvironment[],
  bytes: Uint8Array,
): Promise<Result<Run, CheckpointFault>> {
  const decoded = decodeTraining(bytes, plan, CURVES.length)
  if (!decoded.ok) return decoded
  const restored = await PpoTrainer.restore(decoded.value.trainer, environments, () =>
    networkOf(plan.learning),
  )
  return restored.ok ? success({ trainer: restored.value, history: [...decoded.value.history] }) : restored
}

/** Where a training begins: at another one's end, or at a policy that is indifferent but patient. */
function startOf({ start, learning, seed }: TrainingPlan): Required<PpoSetup>['start'] {
  if (start) return { parameters: Float32Array.from(start.parameters), moments: start.moments }
  const { initial, layout } = networkOf(learning)
  const parameters = initial(createRandom(seed).split('parameters'))
  const view = viewsOf(parameters, layout)
  for (const [name] of layout) if (name.endsWith('policyBiases')) view(name)[0] = learning.patience
  return { parameters, moments: createRunningMoments(OBSERVATION_SIZE).numbers() }
}

function environmentsOf(plan: TrainingPlan, tables: readonly SessionTable[]): TradingEnvironment[] {
  return Array.from({ length: plan.learning.environments }, (_, index) => {
    const seed = hashText(`environment ${index}`, plan.seed)
    return new TradingEnvironment({ tables, limits: plan.limits, seed })
  })
}

function ppoSettings(learning: LearningSettings, updates: number): Partial<PpoSettings> {
  return {
    steps: learning.steps,
    minibatch: learning.minibatch,
    epochs: learning.epochs,
    learningRate: learning.learningRate,
    annealedUpdates: updates,
    discount: learning.discount,
    smoothing: learning.lambda,
    clip: learning.clip,
    entropyWeight: learning.entropy,
    adversaryBudget: learning.adversary?.budget ?? 0,
    ensembleMembers: learning.ensemble ?? 0,
  }
}

function resultOf({ trainer, history }: Run): TrainedPolicy {
  const updates = history.length / CURVES.length
  const steps = Float64Array.from({ length: updates }, (_, index) => index + 1)
  const curves = CURVES.map((name, column): Curve => {
    const values = Float64Array.from({ length: updates }, (_, row) =>
      at(history, row * CURVES.length + column),
    )
    return { name, steps, values }
  })
  return {
    parameters: trainer.parameters,
    moments: trainer.moments,
    model: trainer.model(MODEL_NOTES, REWARD_SCALE),
    metrics: Object.fromEntries(curves.map(({ name, values }) => [name, values.at(-1) ?? Number.NaN])),
    curves,
  }
}

function figuresOf(metrics: PpoMetrics): Readonly<Record<string, number>> {
  return Object.fromEntries(CURVES.map(name => [name, metrics[name]]))
}
