import { add, exponential, mean, multiply, subtract } from '../autodiff/elementwise.ts'
import { logSoftmax } from '../autodiff/layers.ts'
import type { Weights } from '../autodiff/layout.ts'
import { sum } from '../autodiff/shaping.ts'
import type { Value } from '../autodiff/tape.ts'
import { at, invariant } from '../core/base/assert.ts'
import type { Random } from '../core/base/random.ts'
import { ACTIONS, ACTION_COUNT, actionIndex, opensRisk, type Action } from '../core/policy/action.ts'
import { createOptimiser, freshAdam } from './adam.ts'
import { directPreferenceInputs, directPreferenceLoss } from './directPreference.ts'
import {
  maskLogits,
  normalise,
  type DecisionSizes,
  type Normalisation,
  type PolicyNetwork,
} from './network.ts'
import { createQuestion } from './networkQuestion.ts'

/** A policy as a network: what it is made of, its parameters, and how raw features become what it sees. */
export interface NetworkPolicy {
  readonly network: PolicyNetwork
  readonly parameters: Float32Array
  readonly normalisation: Normalisation
}

/** A situation that a policy may be asked about: raw features, and whether each action is on offer. */
export interface Situation {
  readonly observation: ArrayLike<number>
  readonly allowed: readonly boolean[]
}

/** A situation in which one action was preferred to another. */
export interface PreferencePair extends Situation {
  readonly better: Action
  readonly worse: Action
  readonly weight: number
}

/** How a policy is tuned. */
export interface TuningSettings {
  readonly steps: number
  readonly learningRate: number
  /** How firmly log-probabilities are held to the reference: the beta of direct preference optimisation. */
  readonly firmness: number
  /** Weight of the divergence from the reference at situations that no pair is about. */
  readonly anchorWeight: number
}

export const USUAL_TUNING: TuningSettings = {
  steps: 200,
  learningRate: 2e-3,
  firmness: 0.5,
  anchorWeight: 0.05,
}

/** What tuning did. */
export interface TuningReport {
  readonly pairs: number
  /** Weight of the pairs whose better action is likelier than the worse one, as a share of all. */
  readonly agreementBefore: number
  readonly agreementAfter: number
  /** Mean divergence of the tuned policy from the reference at the anchors, in nats. */
  readonly divergence: number
}

const PAIR_ROWS = 64
const ANCHOR_ROWS = 128

/**
 * Direct preference optimisation (Rafailov et al. 2023) of a policy against itself as the frozen reference: better
 * actions gain log-probability over worse ones, measured from where the reference had them, while at anchors (any
 * situations, usually the journal's) the Kullback-Leibler divergence from the reference is kept small. Gives the tuned
 * policy, which differs in its parameters alone. Throws without anchors.
 */
export async function tunePreference(
  reference: NetworkPolicy,
  pairs: readonly PreferencePair[],
  anchors: readonly Situation[],
  random: Random,
  settings: TuningSettings = USUAL_TUNING,
): Promise<{ readonly policy: NetworkPolicy; readonly report: TuningReport }> {
  invariant(anchors.length > 0, 'tuning needs situations to hold the policy at')
  const { network, normalisation } = reference
  const logged = await logProbabilitiesOf(reference, [...pairs, ...anchors])
  const [pairLogs, anchorLogs] = [logged.slice(0, pairs.length), logged.slice(pairs.length)]
  const optimiser = await createOptimiser(
    {
      layout: network.layout,
      inputs: inputsOf(network),
      loss: (weights, fed) => ({ loss: tuningLoss(weights, fed, network, settings) }),
    },
    freshAdam(reference.parameters),
  )
  for (let step = 0; step < settings.steps && pairs.length > 0; step += 1) {
    const drawnPairs = Array.from({ length: PAIR_ROWS }, () => random.below(pairs.length))
    const drawnAnchors = Array.from({ length: ANCHOR_ROWS }, () => random.below(anchors.length))
    const asked = situationRows(
      drawnPairs.map(index => pairs[index]),
      normalisation,
    )
    const held = situationRows(
      drawnAnchors.map(index => anchors[index]),
      normalisation,
    )
    const batch = {
      observations: asked.seen,
      masks: asked.mask,
      ...pairRows(drawnPairs.map(index => ({ pair: pairs[index], logs: pairLogs[index] }))),
      anchorSeen: held.seen,
      anchorMask: held.mask,
      anchorLogs: Float32Array.from(drawnAnchors.flatMap(index => [...(anchorLogs[index] ?? [])])),
    }
    await optimiser.step(batch, settings.learningRate * (1 - step / settings.steps))
  }
  const policy = { ...reference, parameters: optimiser.parameters }
  await optimiser.release()
  const after = await logProbabilitiesOf(policy, [...pairs, ...anchors])
  return {
    policy,
    report: {
      pairs: pairs.length,
      agreementBefore: agreementOf(pairs, pairLogs),
      agreementAfter: agreementOf(pairs, after.slice(0, pairs.length)),
      divergence: divergenceOf(anchorLogs, after.slice(pairs.length)),
    },
  }
}

/** The log-probabilities of all actions at situations, one row each; of what is not on offer they are far below -1000. */
export async function logProbabilitiesOf(
  { network, parameters, normalisation }: NetworkPolicy,
  situations: readonly Situation[],
): Promise<Float32Array[]> {
  const rows = situations.length
  if (rows === 0) return []
  const question = await createQuestion({
    layout: network.layout,
    inputs: { seen: [rows, network.observationSize], mask: [rows, network.actionCount] },
    answers: (weights, fed) => ({ logs: logsAt(weights, fed('seen'), fed('mask'), network) }),
  })
  const logs = (await question.ask(parameters, situationRows(situations, normalisation)))('logs')
  await question.release()
  return situations.map((_, row) => logs.slice(row * ACTION_COUNT, (row + 1) * ACTION_COUNT))
}

/** The likeliest action by log-probabilities, waiting first among equals. */
export function likeliestOf(logs: ArrayLike<number>): Action {
  let best = 0
  for (let index = 1; index < ACTION_COUNT; index += 1) if (at(logs, index) > at(logs, best)) best = index
  return ACTIONS[best] ?? 'noTrade'
}

/**
 * What answers say of actions: a no prefers waiting to the trade. A yes makes no pair: it says that the suggestion was
 * right as it was, and what would make it likelier would make trades out of waits; its situation is for the anchors.
 */
export function pairsFromAnswers(
  answers: readonly { readonly situation: Situation; readonly action: Action; readonly accepted: boolean }[],
): PreferencePair[] {
  return answers
    .filter(({ accepted }) => !accepted)
    .map(({ situation, action }) => ({ ...situation, better: 'noTrade', worse: action, weight: 1 }))
}

/**
 * Comparisons that nobody was asked about: what the reference would suggest at situations (`logs` are its
 * log-probabilities there) and a reward model finds worse than waiting gives way to waiting. To no other trade: what the
 * model says of a trade at an hour at which nobody was asked about it is a guess, and a guess must not open risk.
 */
export function pairsFromRewards(
  situations: readonly Situation[],
  logs: readonly ArrayLike<number>[],
  rewards: Float32Array,
  weight: number,
): PreferencePair[] {
  return situations.flatMap((situation, row): PreferencePair[] => {
    const likelihoods = logs[row]
    if (!likelihoods) return []
    const suggested = likeliestOf(likelihoods)
    const reward = at(rewards, row * ACTION_COUNT + actionIndex(suggested))
    return opensRisk(suggested) && reward < 0
      ? [{ ...situation, better: 'noTrade', worse: suggested, weight }]
      : []
  })
}

function inputsOf(sizes: DecisionSizes) {
  const { observationSize, actionCount } = sizes
  return {
    ...directPreferenceInputs(sizes, PAIR_ROWS),
    anchorSeen: [ANCHOR_ROWS, observationSize],
    anchorMask: [ANCHOR_ROWS, actionCount],
    anchorLogs: [ANCHOR_ROWS, actionCount],
  }
}

function tuningLoss(
  weights: Weights,
  fed: (name: string) => Value,
  network: PolicyNetwork,
  { firmness, anchorWeight }: TuningSettings,
): Value {
  const { loss: preferred } = directPreferenceLoss(weights, fed, network, firmness)
  const anchored = logsAt(weights, fed('anchorSeen'), fed('anchorMask'), network)
  const reference = fed('anchorLogs')
  const divergence = mean(sum(multiply(exponential(reference), subtract(reference, anchored)), [1]))
  return add(preferred, multiply(divergence, anchorWeight))
}

function logsAt(weights: Weights, seen: Value, mask: Value, { answer }: PolicyNetwork): Value {
  return logSoftmax(maskLogits(answer(weights, seen).logits, mask))
}

function situationRows(
  situations: readonly (Situation | undefined)[],
  normalisation: Normalisation,
): { readonly seen: Float32Array; readonly mask: Float32Array } {
  const raw = Float32Array.from(situations.flatMap(situation => Array.from(situation?.observation ?? [])))
  const seen = new Float32Array(raw.length)
  normalise(raw, normalisation, seen)
  return {
    seen,
    mask: Float32Array.from(situations.flatMap(situation => (situation?.allowed ?? []).map(Number))),
  }
}

function pairRows(
  rows: readonly { readonly pair: PreferencePair | undefined; readonly logs: Float32Array | undefined }[],
): Record<'preferred' | 'declined' | 'referenceMargins' | 'rowWeights', Float32Array> {
  const single = (action: Action | undefined) => ACTIONS.map(each => Number(each === action))
  return {
    preferred: Float32Array.from(rows.flatMap(({ pair }) => single(pair?.better))),
    declined: Float32Array.from(rows.flatMap(({ pair }) => single(pair?.worse))),
    referenceMargins: Float32Array.from(rows, ({ pair, logs }) => (pair && logs ? marginOf(pair, logs) : 0)),
    rowWeights: Float32Array.from(rows, ({ pair }) => pair?.weight ?? 0),
  }
}

function marginOf({ better, worse }: PreferencePair, logs: ArrayLike<number>): number {
  return at(logs, actionIndex(better)) - at(logs, actionIndex(worse))
}

function agreementOf(pairs: readonly PreferencePair[], logs: readonly Float32Array[]): number {
  const weightOf = (members: readonly PreferencePair[]) => members.reduce((all, pair) => all + pair.weight, 0)
  if (pairs.length === 0) return 0
  return weightOf(pairs.filter((pair, row) => marginOf(pair, logs[row] ?? []) > 0)) / weightOf(pairs)
}

function divergenceOf(reference: readonly Float32Array[], tuned: readonly Float32Array[]): number {
  const total = reference.reduce((all, logs, row) => {
    const other = tuned[row] ?? logs
    return all + logs.reduce((sumOf, log, index) => sumOf + Math.exp(log) * (log - at(other, index)), 0)
  }, 0)
  return total / reference.length
}
