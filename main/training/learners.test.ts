import { expect, test } from 'vitest'
import { compileGraph } from '../autodiff/compiledGraph.ts'
import { mean, multiply, square, subtract } from '../autodiff/elementwise.ts'
import { sum } from '../autodiff/shaping.ts'
import type { Weights } from '../autodiff/layout.ts'
import { createTape, type Value } from '../autodiff/tape.ts'
import { at } from '../core/base/assert.ts'
import { createRandom } from '../core/base/random.ts'
import { ADAM, createOptimiser, freshAdam } from './adam.ts'
import { createAdversary } from './adversarial.ts'
import { attentionEncoder, encoderLayout, initialEncoder, type EncoderShape } from './attentionEncoder.ts'
import { imitate } from './imitation.ts'
import { compileAdaptation, metaObjective } from './metaLearning.ts'
import { compileForward, plainNetwork, plainNormalisation } from './network.ts'
import { createQuestion } from './networkQuestion.ts'
import { initialWeights, perceptron, perceptronLayout } from './perceptron.ts'
import { createEnsembleBeside } from './ppoEnsemble.ts'
import { ensembleLayout } from './valueEnsemble.ts'

const NETWORK = plainNetwork([16])({ observationSize: 3, actionCount: 3 })
const random = createRandom(21)
const observations = Array.from({ length: 120 }, () => [random.normal(), random.normal(), random.normal()])
/** What somebody does who looks at the first two features. */
const wanted = observations.map(([first = 0, second = 0]) => (first > 0.2 ? 0 : second > 0 ? 1 : 2))

async function choicesOf(parameters: Float32Array): Promise<number[]> {
  const forward = await compileForward(NETWORK, observations.length)
  const { logits = new Float32Array() } = await forward.run({
    parameters,
    observations: Float32Array.from(observations.flat()),
  })
  await forward.release()
  return observations.map((_, row) => {
    const own = [0, 1, 2].map(action => at(logits, row * 3 + action))
    return own.indexOf(Math.max(...own))
  })
}

function shareOf(choices: readonly number[], expected: readonly number[]): number {
  return choices.filter((choice, row) => choice === expected[row]).length / choices.length
}

test('what was done is imitated, as often as it counts', async () => {
  const parameters = NETWORK.initial(createRandom(1))
  const demonstrations = observations.flatMap((observation, row) => [
    { observation, mask: [1, 1, 1], action: at(wanted, row), weight: 1 },
    // Counts nothing, so it must not be learned
    { observation, mask: [1, 1, 1], action: (at(wanted, row) + 1) % 3, weight: 0 },
  ])
  const given = {
    network: NETWORK,
    parameters,
    normalisation: plainNormalisation(3),
    demonstrations,
    seed: 4,
  }
  const imitated = await imitate({ ...given, epochs: 60, learningRate: 1e-2 })
  expect(shareOf(await choicesOf(imitated.parameters), wanted)).toBeGreaterThan(0.93)
  const again = await imitate({ ...given, epochs: 60, learningRate: 1e-2 })
  expect(again.parameters).toEqual(imitated.parameters)
  const forbidden = [{ observation: [0, 0, 0], mask: [0, 1, 1], action: 0, weight: 1 }]
  await expect(
    imitate({ ...given, demonstrations: forbidden, epochs: 1, learningRate: 1e-2 }),
  ).rejects.toThrow('must take an allowed action')
})

test('what learned to learn adapts to a new task in a few steps, better than what only learned', async () => {
  // Straight lines through the origin: a task is a slope, and no single network fits all of them
  const layout = perceptronLayout('', [1, 16, 1])
  const shapes = { x: [5, 1], y: [5, 1] } as const
  const loss = (weights: Weights, input: (name: string) => Value) =>
    mean(square(subtract(perceptron(weights, '', input('x'), 2), input('y'))))
  const task = { layout, support: shapes, query: shapes, loss }
  const inner = { steps: 3, rate: 0.1 }
  const objective = metaObjective(task, 4, inner)
  const optimiser = await createOptimiser(
    objective,
    freshAdam(initialWeights(objective.layout, createRandom(7))),
  )
  const drawn = createRandom(8)
  const examples = (slope: number) => {
    const x = Float32Array.from({ length: 5 }, () => 2 * drawn.uniform() - 1)
    return { x, y: x.map(value => slope * value) }
  }
  const start = optimiser.parameters
  for (let step = 0; step < 200; step += 1) {
    const batch: Record<string, Float32Array> = {}
    for (let index = 0; index < 4; index += 1) {
      const slope = 4 * drawn.uniform() - 2
      for (const kind of ['support', 'query'])
        for (const [name, values] of Object.entries(examples(slope)))
          batch[`${kind} ${index} ${name}`] = values
    }
    await optimiser.step(batch, 1e-2)
  }
  const adaptation = await compileAdaptation(task, inner)
  const errorAfter = async (parameters: Float32Array) => {
    const check = await createAdversary({ layout, inputs: shapes, loss, moved: 'x' })
    let total = 0
    for (const slope of [-1.7, -0.6, 0.9, 1.9]) {
      const adapted = await adaptation.adapt(parameters, examples(slope))
      const { before } = await check.attack(adapted, examples(slope), {
        reach: new Float32Array(5),
        steps: 0,
      })
      total += before / 4
    }
    await check.release()
    return total
  }
  const learned = await errorAfter(optimiser.parameters)
  expect(learned).toBeLessThan(0.1)
  expect(learned).toBeLessThan(0.3 * (await errorAfter(start)))
  await Promise.all([adaptation.release(), optimiser.release()])
})

test('an adversary stays within its budget and finds what hurts', async () => {
  const layout = [['slope', [3]]] as const
  const inputs = { x: [3] } as const
  const loss = (weights: Weights, input: (name: string) => Value) =>
    sum(multiply(weights('slope'), input('x')))
  const adversary = await createAdversary({ layout, inputs, loss, moved: 'x' })
  const x = Float32Array.of(1, 2, 3)
  const reach = Float32Array.of(0.02, 0.04, 0.06)
  const { moved, before, after } = await adversary.attack(
    Float32Array.of(5, -1, 0.5),
    { x },
    { reach, steps: 5 },
  )
  // On a straight line the worst place is the corner
  expect(Array.from(moved, (value, index) => value - at(x, index))).toEqual(
    [0.02, -0.04, 0.06].map(value => expect.closeTo(value, 5)),
  )
  expect(after - before).toBeCloseTo(5 * 0.02 + 0.04 + 0.5 * 0.06, 5)
  await adversary.release()
})

test('members of an ensemble agree where they have learned and part where they have not', async () => {
  const [rows, seed] = [80, 2]
  const shape = { features: 1, hidden: [12], members: 5 }
  const start = freshAdam(initialWeights(ensembleLayout(shape), createRandom(seed)))
  const ensemble = await createEnsembleBeside(shape, start, { minibatch: rows, seed, adam: ADAM })
  const observations = Float32Array.from({ length: rows }, () => random.uniform())
  const returns = observations.map(x => Math.sin(3 * x))
  ensemble.begin(rows, 0)
  const all = Int32Array.from({ length: rows }, (_, row) => row)
  for (let step = 0; step < 800; step += 1) await ensemble.learn(all, { observations, returns }, 2e-2)
  const tape = createTape()
  tape.output('expected', ensemble.expected(tape.constant(Float32Array.of(0.5, 6), [2, 1]), 1))
  const graph = await compileGraph(tape)
  const { expected = new Float32Array() } = await graph.run({})
  await Promise.all([graph.release(), ensemble.release()])
  const [known, unknown] = [expected.slice(0, 5), expected.slice(5)]
  for (const value of known) expect(value).toBeCloseTo(Math.sin(1.5), 1)
  const spread = (values: Iterable<number>) => Math.max(...values) - Math.min(...values)
  expect(spread(unknown)).toBeGreaterThan(5 * spread(known))
})

test('an encoder tells where it looked: shares of streams and of steps', async () => {
  const shape: EncoderShape = {
    steps: 4,
    streams: [
      { name: 'price', features: 2 },
      { name: 'flow', features: 1 },
      { name: 'context', features: 1 },
    ],
    width: 8,
    heads: 2,
    actionCount: 3,
  }
  const encoder = await createQuestion({
    layout: encoderLayout(shape),
    inputs: { observations: [2, 4, 4] },
    answers(weights, fed) {
      const { overTime, acrossStreams } = attentionEncoder(weights, fed('observations'), shape)
      return {
        across: acrossStreams,
        ...Object.fromEntries(overTime.map((looked, index) => [index, looked])),
      }
    },
  })
  const observations = Float32Array.from({ length: 2 * 4 * 4 }, () => random.normal())
  const answer = await encoder.ask(initialEncoder(shape, createRandom(3)), { observations })
  await encoder.release()
  for (const [name, size, count] of [
    ['across', 3, 6],
    ['0', 4, 2],
    ['1', 4, 2],
    ['2', 4, 2],
  ] as const) {
    const looked = answer(name)
    expect(looked).toHaveLength(size * count)
    for (let row = 0; row < looked.length; row += size)
      expect(looked.subarray(row, row + size).reduce((total, share) => total + share, 0)).toBeCloseTo(1, 5)
  }
})

test('an encoder learns which step of which stream matters', async () => {
  const shape: EncoderShape = {
    steps: 5,
    streams: [
      { name: 'price', features: 1 },
      { name: 'flow', features: 1 },
    ],
    width: 8,
    heads: 2,
    actionCount: 2,
  }
  const layout = encoderLayout(shape)
  const optimiser = await createOptimiser(
    {
      layout,
      inputs: { observations: [32, 5, 2], sides: [32] },
      loss: (weights, input) => {
        const { values } = attentionEncoder(weights, input('observations'), shape)
        return { loss: mean(square(subtract(values, input('sides')))) }
      },
    },
    freshAdam(initialEncoder(shape, createRandom(4))),
  )
  const drawn = createRandom(9)
  let loss = 1
  for (let step = 0; step < 250; step += 1) {
    const seen = Float32Array.from({ length: 32 * 5 * 2 }, () => drawn.normal())
    // Flow at the second step decides
    const sides = Float32Array.from({ length: 32 }, (_, row) => Math.sign(at(seen, row * 10 + 3)))
    const told = await optimiser.step({ observations: seen, sides }, 5e-3)
    loss = 0.95 * loss + 0.05 * (told.loss ?? 1)
  }
  expect(loss).toBeLessThan(0.45)
  await optimiser.release()
})
