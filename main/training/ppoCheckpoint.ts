import { layoutSize } from '../autodiff/layout.ts'
import { at } from '../core/base/assert.ts'
import { failure, success, type Result } from '../core/base/result.ts'
import {
  decodeCheckpoint,
  encodeCheckpoint,
  type CheckpointFault,
  type CheckpointFields,
} from './checkpoint.ts'
import type { Environment } from './environment.ts'
import type { PolicyNetwork } from './network.ts'
import type { PpoSettings, TrainerState } from './ppo.ts'
import { besideShape } from './ppoEnsemble.ts'
import type { AdamState } from './adam.ts'
import { restoreRunningMoments } from './runningMoments.ts'
import { ensembleLayout } from './valueEnsemble.ts'

/** What a checkpoint of PPO brings back, beside the environments. */
export interface PpoCheckpoint {
  readonly settings: PpoSettings
  readonly state: TrainerState
}

/** The settings in the order in which a checkpoint has them. */
const SETTING_NAMES = [
  'steps',
  'minibatch',
  'epochs',
  'learningRate',
  'annealedUpdates',
  'discount',
  'smoothing',
  'clip',
  'valueClip',
  'valueWeight',
  'entropyWeight',
  'longestGradient',
  'normaliseObservations',
  'normaliseRewards',
] as const satisfies readonly (keyof PpoSettings)[]

/** Settings that a checkpoint only has where one of them is not 0, as before there were any. */
const FURTHER_NAMES = ['adversaryBudget', 'ensembleMembers'] as const satisfies readonly (keyof PpoSettings)[]

/** A trainer between two updates as a file, with its environments where they stand. */
export function encodePpo(
  checkpoint: PpoCheckpoint & {
    readonly network: PolicyNetwork
    readonly environments: readonly Environment[]
  },
): Uint8Array {
  const { settings, network, environments, state } = checkpoint
  const { parameters, first, second, steps } = state.adam
  const fields: CheckpointFields = new Map<string, Float32Array | Float64Array>([
    ['settings', Float64Array.from(SETTING_NAMES, name => settings[name])],
    ['network', Float64Array.from(network.identity)],
    ['progress', Float64Array.of(state.seed, state.updates, state.episodes, steps)],
    ['parameters', parameters],
    ['first', first],
    ['second', second],
    ['seen', Float64Array.from(state.seen.numbers())],
    ['returns', Float64Array.from(state.returns.numbers())],
    ['discounted', state.discounted],
    ['episodeReturns', state.episodeReturns],
    ['episodeLengths', state.episodeLengths],
    ['recent', Float64Array.from(state.recent.flat())],
    ['observations', state.observations],
    ['masks', Float32Array.from(state.masks)],
    ...furtherFields(settings, state.ensemble),
    ...environments.map(
      (environment, row) => [placeOf(row), Float64Array.from(environment.snapshot())] as const,
    ),
  ])
  return encodeCheckpoint('ppo', fields)
}

/**
 * Reads such a file and puts the environments back to where they stood. Nothing of them is touched where the file is
 * refused.
 */
export function decodePpo(
  bytes: Uint8Array,
  environments: readonly Environment[],
  network: PolicyNetwork,
): Result<PpoCheckpoint, CheckpointFault> {
  const decoded = decodeCheckpoint('ppo', bytes)
  if (!decoded.ok) return decoded
  const fields = decoded.value
  const numbers = (name: string) => fields.get(name) ?? new Float64Array()
  const fault = misfitOf(fields, network, environments.length)
  if (fault) return failure(fault)
  const setting = new Map<keyof PpoSettings, number>([
    ...SETTING_NAMES.map((name, index) => [name, at(numbers('settings'), index)] as const),
    ...FURTHER_NAMES.map((name, index) => [name, numbers('further')[index] ?? 0] as const),
  ])
  const settings = settingsOf(name => setting.get(name) ?? Number.NaN)
  environments.forEach((environment, row) => environment.restore([...numbers(placeOf(row))]))
  return success({ settings, state: stateOf(numbers) })
}

function settingsOf(setting: (name: keyof PpoSettings) => number): PpoSettings {
  return {
    steps: setting('steps'),
    minibatch: setting('minibatch'),
    epochs: setting('epochs'),
    learningRate: setting('learningRate'),
    annealedUpdates: setting('annealedUpdates'),
    discount: setting('discount'),
    smoothing: setting('smoothing'),
    clip: setting('clip'),
    valueClip: setting('valueClip'),
    valueWeight: setting('valueWeight'),
    entropyWeight: setting('entropyWeight'),
    longestGradient: setting('longestGradient'),
    normaliseObservations: setting('normaliseObservations'),
    normaliseRewards: setting('normaliseRewards'),
    adversaryBudget: setting('adversaryBudget'),
    ensembleMembers: setting('ensembleMembers'),
  }
}

function stateOf(numbers: (name: string) => Float32Array | Float64Array): TrainerState {
  const floats = (name: string) => Float32Array.from(numbers(name))
  const doubles = (name: string) => Float64Array.from(numbers(name))
  const [seed = 0, updates = 0, episodes = 0, steps = 0] = numbers('progress')
  const [ensembleSteps] = numbers('ensembleSteps')
  const recent = numbers('recent')
  return {
    seed,
    adam: { parameters: floats('parameters'), first: floats('first'), second: floats('second'), steps },
    ensemble:
      ensembleSteps === undefined
        ? undefined
        : {
            parameters: floats('ensemble'),
            first: floats('ensembleFirst'),
            second: floats('ensembleSecond'),
            steps: ensembleSteps,
          },
    updates,
    episodes,
    seen: restoreRunningMoments([...numbers('seen')]),
    returns: restoreRunningMoments([...numbers('returns')]),
    discounted: doubles('discounted'),
    episodeReturns: doubles('episodeReturns'),
    episodeLengths: doubles('episodeLengths'),
    recent: Array.from({ length: recent.length / 2 }, (_, index) => [
      at(recent, 2 * index),
      at(recent, 2 * index + 1),
    ]),
    observations: floats('observations'),
    masks: Uint8Array.from(numbers('masks')),
  }
}

function furtherFields(
  settings: PpoSettings,
  ensemble: AdamState | undefined,
): (readonly [string, Float32Array | Float64Array])[] {
  const further = Float64Array.from(FURTHER_NAMES, name => settings[name])
  return [
    ...(further.some(setting => setting !== 0) ? [['further', further] as const] : []),
    ...(ensemble
      ? ([
          ['ensemble', ensemble.parameters],
          ['ensembleFirst', ensemble.first],
          ['ensembleSecond', ensemble.second],
          ['ensembleSteps', Float64Array.of(ensemble.steps)],
        ] as const)
      : []),
  ]
}

/** The first field that does not fit the network, or as many environments. */
function misfitOf(
  fields: CheckpointFields,
  { identity, layout, observationSize, actionCount }: PolicyNetwork,
  rows: number,
): CheckpointFault | undefined {
  const known = fields.get('network') ?? []
  if (known.length !== identity.length || identity.some((number, index) => number !== known[index])) {
    const rule = `the network must be that of the checkpoint, ${[...known].join(' ')}, is ${identity.join(' ')}`
    return { field: 'network', rule }
  }
  const size = layoutSize(layout)
  const expected: (readonly [field: string, count: number])[] = [
    ['settings', SETTING_NAMES.length],
    ['progress', 4],
    ['parameters', size],
    ['first', size],
    ['second', size],
    ['seen', 1 + 2 * observationSize],
    ['returns', 3],
    ['discounted', rows],
    ['episodeReturns', rows],
    ['episodeLengths', rows],
    ['observations', rows * observationSize],
    ['masks', rows * actionCount],
  ]
  const members = fields.get('further')?.[FURTHER_NAMES.indexOf('ensembleMembers')] ?? 0
  if (members > 0) {
    const own = layoutSize(ensembleLayout(besideShape(observationSize, members)))
    expected.push(['ensemble', own], ['ensembleFirst', own], ['ensembleSecond', own], ['ensembleSteps', 1])
  }
  const wrong = expected.find(([field, count]) => fields.get(field)?.length !== count)
  if (!wrong) return undefined
  const [field, count] = wrong
  const found = fields.get(field)?.length ?? 'none'
  return { field, rule: `the field must have ${count} numbers for ${rows} environments, has ${found}` }
}

function placeOf(row: number): string {
  return `environment ${row}`
}
