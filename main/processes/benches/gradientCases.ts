import {
  add,
  clip,
  divide,
  exponential,
  gelu,
  logSigmoid,
  logarithm,
  maximum,
  mean,
  minimum,
  multiply,
  negate,
  relu,
  sigmoid,
  softplus,
  square,
  squareRoot,
  subtract,
  tanh,
} from '../../autodiff/elementwise.ts'
import { gradient } from '../../autodiff/gradient.ts'
import { attention, layerNorm, linear, logSoftmax, softmax } from '../../autodiff/layers.ts'
import { layoutSize, unpack, type Layout, type Weights } from '../../autodiff/layout.ts'
import { flatProduct, matrixProduct } from '../../autodiff/products.ts'
import { concatenate, expand, pad, reshape, slice, split, sum, transpose } from '../../autodiff/shaping.ts'
import { sizeOf, type Shape, type Value } from '../../autodiff/tape.ts'
import { at } from '../../core/base/assert.ts'
import { createRandom, type Random } from '../../core/base/random.ts'
import {
  attentionEncoder,
  encoderLayout,
  initialEncoder,
  type EncoderShape,
} from '../../training/attentionEncoder.ts'
import { attentionNetwork } from '../../training/attentionNetwork.ts'
import { bradleyTerryInputs, bradleyTerryLoss, rewardLayout } from '../../training/bradleyTerry.ts'
import { directPreferenceInputs, directPreferenceLoss } from '../../training/directPreference.ts'
import { imitationInputs, imitationLoss } from '../../training/imitation.ts'
import { metaLayout, metaObjective, type InnerLoop } from '../../training/metaLearning.ts'
import { plainNetwork, type PolicyNetwork } from '../../training/network.ts'
import { initialWeights, perceptron, perceptronLayout } from '../../training/perceptron.ts'
import { PPO_SETTINGS } from '../../training/ppo.ts'
import { ppoInputs, ppoLoss } from '../../training/ppoLoss.ts'
import { ensembleInputs, ensembleLayout, ensembleLoss } from '../../training/valueEnsemble.ts'

/** Numbers of a shape. */
export interface Filled {
  readonly shape: Shape
  readonly values: Float32Array
}

/** Something whose gradient is checked: parameters by layout, further inputs, and a single number made of them. */
export interface LossCase {
  readonly name: string
  readonly layout: Layout
  readonly parameters: Float32Array
  readonly inputs: Readonly<Record<string, Filled>>
  readonly loss: (weights: Weights, input: (name: string) => Value) => Value
  /** Inputs with respect to which it is checked as well. */
  readonly moved: readonly string[]
}

/** An operation on some values, checked by itself and once more through its own gradient. */
export interface OperationCase {
  readonly name: string
  readonly shapes: readonly Shape[]
  readonly build: (values: readonly Value[]) => Value
  readonly isPositive?: boolean
}

const SQUARE = [3, 4] as const

/** Every operation of the tape, and the layers made of them. */
export const OPERATIONS: readonly OperationCase[] = [
  ...(
    [
      ['add', add],
      ['subtract', subtract],
      ['multiply', multiply],
      ['divide', divide],
      ['minimum', minimum],
      ['maximum', maximum],
    ] as const
  ).map(([name, operation]) => ({ name, shapes: [SQUARE, [4]], build: ofTwo(operation) })),
  ...(
    [
      ['negate', negate],
      ['exponential', exponential],
      ['square', square],
      ['tanh', tanh],
      ['sigmoid', sigmoid],
      ['softplus', softplus],
      ['logSigmoid', logSigmoid],
      ['relu', relu],
      ['gelu', gelu],
      ['clip', value => clip(value, -0.3, 0.4)],
      ['softmax', softmax],
      ['logSoftmax', logSoftmax],
      ['sum', value => sum(value, [1], true)],
      ['mean', value => mean(value, [0])],
      ['reshape', value => reshape(value, [2, 6])],
      ['expand', value => expand(reshape(value, [3, 1, 4]), [3, 2, 4])],
      ['transpose', value => transpose(value, [1, 0])],
      ['slice', value => slice(value, 1, 1, 3)],
      ['pad', value => pad(value, 0, 2, 1)],
      ['split', value => multiply(...firstTwo(split(value, 1, [2, 2])))],
      ['concatenate', value => concatenate([value, exponential(value)], 0)],
    ] as const satisfies readonly (readonly [string, (value: Value) => Value])[]
  ).map(([name, operation]) => ({ name, shapes: [SQUARE], build: ofOne(operation) })),
  { name: 'logarithm', shapes: [SQUARE], build: ofOne(logarithm), isPositive: true },
  { name: 'squareRoot', shapes: [SQUARE], build: ofOne(squareRoot), isPositive: true },
  {
    name: 'matrixProduct',
    shapes: [
      [2, 3, 4],
      [4, 2],
    ],
    build: ofTwo(matrixProduct),
  },
  {
    name: 'matrixProduct of batches',
    shapes: [
      [2, 3, 4],
      [2, 4, 2],
    ],
    build: ofTwo(matrixProduct),
  },
  {
    name: 'flatProduct, both turned',
    shapes: [
      [4, 3],
      [2, 4],
    ],
    build: ofTwo((one, other) => flatProduct(one, other, true, true)),
  },
  { name: 'layer: linear', shapes: [SQUARE, [4, 2], [2]], build: ofThree(linear) },
  { name: 'layer: layerNorm', shapes: [SQUARE, [4], [4]], build: ofThree((...all) => layerNorm(...all)) },
  {
    name: 'layer: attention',
    shapes: [
      [2, 3, 4],
      [2, 3, 4],
      [2, 3, 4],
    ],
    build: ofThree((queries, keys, values) => attention(queries, keys, values, 2).mixed),
  },
]

/** The gradient of an operation's own loss, whose gradient is checked: the second order. */
export function secondOrderOf({ build }: OperationCase): (values: readonly Value[]) => Value {
  return values => {
    // Bent, so that the second derivative is not zero where the operation is a straight line
    const loss = sum(exponential(multiply(build(values), 0.5)))
    const pulls = gradient(loss, values)
    return pulls.map(pull => sum(square(pull))).reduce((one, other) => add(one, other))
  }
}

const NETWORK = { observationSize: 6, actionCount: 4 }
const PLAIN = plainNetwork([9, 7])(NETWORK)
const GROUPS = Object.entries({ price: [5, 0], flow: [1, 2, 3], context: [4] })
const ATTENTIVE = attentionNetwork({
  groups: GROUPS.map(([name, features]) => ({ name, features })),
  width: 8,
  heads: 2,
})(NETWORK)
const ENCODER: EncoderShape = {
  steps: 5,
  streams: Object.entries({ price: 3, flow: 2, context: 2 }).map(([name, features]) => ({ name, features })),
  width: 8,
  heads: 2,
  actionCount: 4,
}
const ROWS = 8

/** Every network and loss that is trained with. */
export function lossCases(): readonly LossCase[] {
  return [
    networkCase(),
    encoderCase(),
    policyCase('PPO', PLAIN, ppoInputs(NETWORK, ROWS), clippedLoss(PLAIN)),
    policyCase('PPO of an attention encoder', ATTENTIVE, ppoInputs(NETWORK, ROWS), clippedLoss(ATTENTIVE)),
    policyCase(
      'imitation',
      PLAIN,
      imitationInputs(NETWORK, ROWS),
      (weights, input) => imitationLoss(weights, input, PLAIN).loss,
    ),
    policyCase(
      'direct preference (DPO)',
      PLAIN,
      directPreferenceInputs(NETWORK, ROWS),
      (weights, input) => directPreferenceLoss(weights, input, PLAIN, 0.7).loss,
    ),
    rewardCase(),
    ensembleCase(),
    metaCase('MAML, 1 inner step', { steps: 1, rate: 0.2 }),
    metaCase('MAML, 3 inner steps', { steps: 3, rate: 0.2 }),
  ]
}

function networkCase(): LossCase {
  const random = createRandom(11)
  return {
    name: 'policy network',
    layout: PLAIN.layout,
    parameters: shaken(PLAIN.initial(random), random),
    inputs: { observations: filled([ROWS, NETWORK.observationSize], random) },
    loss: (weights, input) => {
      const { logits, values } = PLAIN.answer(weights, input('observations'))
      return add(mean(square(logits)), mean(tanh(values)))
    },
    moved: ['observations'],
  }
}

function encoderCase(): LossCase {
  const random = createRandom(12)
  return {
    name: 'attention encoder',
    layout: encoderLayout(ENCODER),
    parameters: shaken(initialEncoder(ENCODER, random), random),
    inputs: { observations: filled([3, ENCODER.steps, 7], random) },
    loss: (weights, input) => {
      const { logits, values, acrossStreams } = attentionEncoder(weights, input('observations'), ENCODER)
      return add(add(mean(square(logits)), mean(tanh(values))), mean(square(acrossStreams)))
    },
    moved: ['observations'],
  }
}

function clippedLoss(network: PolicyNetwork): LossCase['loss'] {
  return (weights, input) => ppoLoss(weights, input, network, { ...PPO_SETTINGS, entropyWeight: 0.05 }).loss
}

/** Losses of a policy network: probabilities, actions and margins that such a batch would have. */
function policyCase(
  name: string,
  network: PolicyNetwork,
  shapes: Readonly<Record<string, Shape>>,
  loss: LossCase['loss'],
): LossCase {
  const random = createRandom(13)
  const { actionCount } = NETWORK
  const single = (offset: number): Filled => ({
    shape: [ROWS, actionCount],
    values: Float32Array.from({ length: ROWS * actionCount }, (_, index) =>
      index % actionCount === (Math.floor(index / actionCount) + offset) % actionCount ? 1 : 0,
    ),
  })
  const made: Readonly<Record<string, () => Filled>> = {
    // One action is forbidden in every row, and it is neither taken nor compared
    masks: () => ({
      shape: [ROWS, actionCount],
      values: Float32Array.from(single(3).values, value => 1 - value),
    }),
    actions: () => single(0),
    preferred: () => single(0),
    declined: () => single(1),
    oldLogProbabilities: () => filled([ROWS], random, 0.3, Math.log(1 / 3)),
    rowWeights: () => ({ shape: [ROWS], values: Float32Array.from({ length: ROWS }, (_, row) => row % 3) }),
  }
  return {
    name,
    layout: network.layout,
    parameters: shaken(network.initial(random), random),
    inputs: Object.fromEntries(
      Object.entries(shapes).map(([input, shape]) => [input, made[input]?.() ?? filled(shape, random)]),
    ),
    loss,
    moved: ['observations'],
  }
}

function rewardCase(): LossCase {
  const random = createRandom(14)
  const shape = { features: 5, hidden: [8, 6] }
  const inputs = bradleyTerryInputs(shape, ROWS)
  return {
    name: 'Bradley-Terry',
    layout: rewardLayout(shape),
    parameters: initialWeights(rewardLayout(shape), random),
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([name, each]) => [
        name,
        name === 'rowWeights' ? filled(each, random, 0.1, 1) : filled(each, random),
      ]),
    ),
    loss: (weights, input) => bradleyTerryLoss(weights, input, shape).loss,
    moved: ['preferred', 'declined'],
  }
}

function ensembleCase(): LossCase {
  const random = createRandom(15)
  const shape = { features: 4, hidden: [6], members: 5 }
  const layout = ensembleLayout(shape)
  return {
    name: 'ensemble of five values',
    layout,
    parameters: initialWeights(layout, random),
    inputs: Object.fromEntries(
      Object.entries(ensembleInputs(shape, ROWS)).map(([name, each]) => [name, filled(each, random)]),
    ),
    loss: (weights, input) => ensembleLoss(weights, input, shape),
    moved: ['features'],
  }
}

function metaCase(name: string, inner: InnerLoop): LossCase {
  const random = createRandom(16)
  const layout = perceptronLayout('', [1, 10, 10, 1])
  const shapes = { x: [5, 1], y: [5, 1] } as const
  const task = {
    layout,
    support: shapes,
    query: shapes,
    loss: (weights: Weights, input: (name: string) => Value) =>
      mean(square(subtract(perceptron(weights, '', input('x'), 3), input('y')))),
  }
  const objective = metaObjective(task, 2, inner)
  return {
    name,
    layout: objective.layout,
    parameters: shaken(initialWeights(metaLayout(layout), random), random),
    inputs: Object.fromEntries(
      Object.entries(objective.inputs).map(([input, shape]) => [input, filled(shape, random)]),
    ),
    loss: (weights, input) => objective.loss(weights, input).loss,
    moved: [],
  }
}

/** The values of a case on a tape: parameters and moved inputs are given, the others are constants. */
export function lossOnTape(
  { layout, inputs, loss, moved }: LossCase,
  parameters: Value,
  given: readonly Value[],
): Value {
  if (parameters.shape[0] !== layoutSize(layout)) throw new RangeError('parameters must fit their layout')
  const values = new Map(
    Object.entries(inputs).map(([name, { shape, values: numbers }]) => {
      const place = moved.indexOf(name)
      return [name, (place >= 0 && given[place]) || parameters.tape.constant(numbers, shape)] as const
    }),
  )
  return loss(unpack(parameters, layout), name => {
    const value = values.get(name)
    if (!value) throw new RangeError(`a case must name its inputs, was ${name}`)
    return value
  })
}

/** Numbers around a middle. */
export function filled(shape: Shape, random: Random, size = 1, middle = 0): Filled {
  const length = sizeOf(shape)
  return { shape, values: Float32Array.from({ length }, () => middle + size * random.normal()) }
}

/** Parameters moved a little, so that no bias and no head is at zero. */
function shaken(parameters: Float32Array, random: Random): Float32Array {
  return parameters.map(value => value + 0.15 * random.normal())
}

function ofOne(operation: (value: Value) => Value) {
  return (values: readonly Value[]) => operation(nth(values, 0))
}

function ofTwo(operation: (one: Value, other: Value) => Value) {
  return (values: readonly Value[]) => operation(...firstTwo(values))
}

function ofThree(operation: (one: Value, two: Value, three: Value) => Value) {
  return (values: readonly Value[]) => operation(nth(values, 0), nth(values, 1), nth(values, 2))
}

function firstTwo(values: readonly Value[]): readonly [Value, Value] {
  return [nth(values, 0), nth(values, 1)]
}

function nth(values: readonly Value[], place: number): Value {
  const value = values[place]
  if (!value) throw new RangeError(`there must be ${place + 1} values`)
  return value
}

/** The largest difference of two lists, as a share of the largest number of the second. */
export function worstShare(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let [difference, largest] = [0, 0]
  for (let index = 0; index < other.length; index += 1) {
    difference = Math.max(difference, Math.abs(at(one, index) - at(other, index)))
    largest = Math.max(largest, Math.abs(at(other, index)))
  }
  return difference / largest
}
