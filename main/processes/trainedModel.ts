import type { Comparison } from '../contract/learning.ts'
import { copyFidelity, weightCopy } from '../autodiff/weightCopies.ts'
import { createRandom } from '../core/base/random.ts'
import { FEATURES, OBSERVATION_SIZE } from '../core/features/observation.ts'
import { ACTIONS, ACTION_COUNT } from '../core/policy/action.ts'
import { modelCard, type ModelCard } from '../registry/modelCard.ts'
import { copyOf, type ModelFiles } from '../registry/modelRegistry.ts'
import type { SessionTable } from '../training/sessionTable.ts'
import { encodeCheckpoint } from '../training/checkpoint.ts'
import { TradingEnvironment } from '../training/tradingEnvironment.ts'
import { networkSentence } from '../training/tradingNetwork.ts'
import type { TrainedPolicy, TrainingPlan } from '../training/trainingPlan.ts'
import { learnsFromTrader } from './experience.ts'
import { isSaid } from './recentExperience.ts'
import type { TrainingJob } from '../adapters/experiments/trainingJob.ts'

/** Observations on which weight copies are held against the model they were made of. */
const FIDELITY_ROWS = 2000

/** The file that another training may begin with. */
export const START_FILE = 'start.bin'

/** What a training made, with its weight copies and its card, ready for the registry. The same training gives the same bytes. */
export async function trainedModel(
  job: TrainingJob,
  trained: TrainedPolicy,
  comparison: Comparison,
  heldBack: readonly SessionTable[],
): Promise<ModelFiles> {
  const { weights, copies } = await modelWithCopies(trained, heldBack, job.plan)
  return { card: cardOf(job, trained, comparison, copies), weights }
}

/** A model with its weight copies, held against it on what may be seen in held-back sessions, and where another training may begin. */
export async function modelWithCopies(
  trained: Pick<TrainedPolicy, 'model' | 'parameters' | 'moments'>,
  heldBack: readonly SessionTable[],
  plan: Pick<TrainingPlan, 'limits' | 'seed'>,
): Promise<{ readonly weights: ReadonlyMap<string, Uint8Array>; readonly copies: ModelCard['copies'] }> {
  const { model } = trained
  const observations = observationsOf(heldBack, plan)
  const weights = new Map([['policy.onnx', model]])
  const copies = [copyOf('f32', 'policy.onnx', model, { agreement: 1, relativeError: 0 })]
  for (const format of ['int8', 'int4'] as const) {
    const copy = weightCopy(model, format)
    const file = `policy-${format}.onnx`
    weights.set(file, copy)
    copies.push(copyOf(format, file, copy, await copyFidelity(model, copy, observations, OBSERVATION_SIZE)))
  }
  weights.set(START_FILE, startOf(trained))
  return { weights, copies }
}

function cardOf(
  job: TrainingJob,
  { metrics }: TrainedPolicy,
  comparison: Comparison,
  copies: ModelCard['copies'],
): ModelCard {
  const { plan } = job
  const finite = Object.entries(metrics).filter(([, value]) => Number.isFinite(value))
  return modelCard.parse({
    name: job.name.slice(0, 80),
    version: job.model,
    parent: job.champion.version,
    createdAt: job.createdAt,
    observationVersion: job.observationVersion,
    actionVersion: job.actionVersion,
    inputs: FEATURES.map(({ name }) => name),
    outputs: [...ACTIONS],
    madeBy: job.madeBy,
    kind: networkSentence(plan.learning),
    claims: `On held-back simulated sessions only: ${comparison.sentence} Nothing is claimed of any real market.`,
    seeds: [plan.seed],
    data: dataOf(job),
    metrics: {
      ...Object.fromEntries(finite),
      differenceToChampion: comparison.difference,
      differenceWithoutEdge: comparison.fair.difference,
    },
    copies,
  })
}

function dataOf({ plan, experience, trial }: TrainingJob): string {
  const { sessions, heldBack, market, updates } = plan
  const edge = market.edge.kind === 'none' ? 'without an edge' : `with a planted ${market.edge.kind} edge`
  const said = experience.rows.filter(isSaid)
  const week = learnsFromTrader(plan, said)
    ? `begun with what its trader said of ${said.length} suggestions`
    : 'no answers of its trader'
  const judged = `judged on the sessions of ${heldBack.count} seeds from ${heldBack.firstSeed} on, with the edge and without, in comparison ${trial} with its parent`
  return `${sessions.count} simulated sessions ${edge}, of the seeds from ${sessions.firstSeed} on, ${updates} updates; ${week}; ${judged}.`
}

/** What a policy may see: held-back sessions, walked through by chance. */
function observationsOf(
  tables: readonly SessionTable[],
  { limits, seed }: Pick<TrainingPlan, 'limits' | 'seed'>,
): Float32Array {
  const environment = new TradingEnvironment({ tables, limits, seed, isOrderly: true })
  const random = createRandom(seed).split('fidelity')
  const rows = new Float32Array(FIDELITY_ROWS * OBSERVATION_SIZE)
  const observation = new Float32Array(OBSERVATION_SIZE)
  const mask = new Uint8Array(ACTION_COUNT)
  environment.reset(observation, mask)
  for (let row = 0; row < FIDELITY_ROWS; row += 1) {
    rows.set(observation, row * OBSERVATION_SIZE)
    const allowed = [...mask.keys()].filter(action => mask[action] === 1)
    // Mostly it waits, as policies do
    const action = random.uniform() < 0.9 ? 0 : (allowed[random.below(allowed.length)] ?? 0)
    if (environment.step(action, observation, mask).isOver) environment.reset(observation, mask)
  }
  return rows
}

function startOf({ parameters, moments }: Pick<TrainedPolicy, 'parameters' | 'moments'>): Uint8Array {
  return encodeCheckpoint(
    'start',
    new Map<string, Float32Array | Float64Array>([
      ['parameters', parameters],
      ['moments', Float64Array.from(moments)],
    ]),
  )
}
