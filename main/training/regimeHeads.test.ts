import { InferenceSession, Tensor } from 'onnxruntime-node'
import { expect, test } from 'vitest'
import { readOnnx } from '../autodiff/onnxReader.ts'
import { splitModel } from '../autodiff/splitModel.ts'
import { at } from '../core/base/assert.ts'
import { createRandom } from '../core/base/random.ts'
import { layoutSize } from '../autodiff/layout.ts'
import { plainNetwork, plainNormalisation } from './network.ts'
import { createQuestion } from './networkQuestion.ts'
import { networkOf } from './tradingNetwork.ts'
import { initialHeads, regimeHeads, regimeHeadsLayout, regimeNetwork } from './regimeHeads.ts'

const HEAD = plainNetwork([5])({ observationSize: 3, actionCount: 2 })
const [ROWS, REGIMES] = [4, 3]

test('a share of one is the head of that regime alone; shares mix heads in proportion', async () => {
  const parameters = initialHeads(HEAD, REGIMES, createRandom(1))
  const size = layoutSize(HEAD.layout)
  expect(parameters.length).toBe(REGIMES * size)
  const random = createRandom(2)
  const seen = Float32Array.from({ length: ROWS * 3 }, () => random.normal())
  const heads = await createQuestion({
    layout: regimeHeadsLayout(HEAD, REGIMES),
    inputs: { seen: [ROWS, 3], shares: [ROWS, REGIMES] },
    answers: (weights, fed) => ({ logits: regimeHeads(weights, fed('seen'), fed('shares'), HEAD).logits }),
  })
  const single = await createQuestion({
    layout: HEAD.layout,
    inputs: { seen: [ROWS, 3] },
    answers: (weights, fed) => ({ logits: HEAD.answer(weights, fed('seen')).logits }),
  })
  const alone: Float32Array[] = []
  for (let regime = 0; regime < REGIMES; regime += 1) {
    const own = parameters.slice(regime * size, (regime + 1) * size)
    alone.push((await single.ask(own, { seen }))('logits'))
    const shares = Float32Array.from({ length: ROWS * REGIMES }, (_, index) =>
      Number(index % REGIMES === regime),
    )
    expect((await heads.ask(parameters, { seen, shares }))('logits')).toEqual(alone.at(-1))
  }
  const shares = Float32Array.from(
    { length: ROWS * REGIMES },
    (_, index) => [0.5, 0.25, 0.25][index % REGIMES] ?? 0,
  )
  const mixed = (await heads.ask(parameters, { seen, shares }))('logits')
  mixed.forEach((logit, index) => {
    const parts = alone.map(logits => at(logits, index))
    expect(logit).toBeCloseTo(at(parts, 0) * 0.5 + at(parts, 1) * 0.25 + at(parts, 2) * 0.25, 5)
  })
  await Promise.all([heads.release(), single.release()])
})

test('one feature switches: below, about and above what is usual another network is in charge', async () => {
  const sizes = { observationSize: 20, actionCount: 7 }
  const head = plainNetwork([5])(sizes)
  const network = regimeNetwork(plainNetwork([5]), 19)(sizes)
  const parameters = network.initial(createRandom(3))
  const normalisation = plainNormalisation(20)
  const file = network.model(parameters, normalisation)
  const random = createRandom(4)
  const observation = Float32Array.from({ length: ROWS * 20 }, () => random.normal())
  const feature = [-0.9, 0, 0.44, -0.42]
  feature.forEach((value, row) => (observation[row * 20 + 19] = value))
  const answerOf = async (bytes: Uint8Array) => {
    const session = await InferenceSession.create(bytes)
    const answer = await session.run({ observation: new Tensor('float32', observation, [ROWS, 20]) })
    await session.release()
    return (name: string) => {
      const data = answer[name]?.data
      return data instanceof Float32Array ? [...data] : []
    }
  }
  const switched = await answerOf(file)
  expect(switched('regime')).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0])
  const size = layoutSize(head.layout)
  for (const [row, regime] of [0, 1, 2, 1].entries()) {
    const own = parameters.slice(regime * size, (regime + 1) * size)
    const alone = (await answerOf(head.model(own, normalisation)))('logits')
    switched('logits')
      .slice(row * 7, row * 7 + 7)
      .forEach((logit, action) => expect(logit).toBeCloseTo(at(alone, row * 7 + action), 5))
  }
  const split = await splitModel(file)
  expect(split === undefined).toBe(false)
  await split?.close()
})

test('heads may be encoders: the file shows where the one in charge looked', async () => {
  const network = networkOf({ hidden: [8], encoder: 'attention', regimes: true })
  const file = network.model(network.initial(createRandom(1)), plainNormalisation(20))
  const session = await InferenceSession.create(file)
  const observation = Float32Array.from({ length: ROWS * 20 }, createRandom(2).normal)
  const { attention, regime } = await session.run({
    observation: new Tensor('float32', observation, [ROWS, 20]),
  })
  await session.release()
  expect(regime?.dims).toEqual([ROWS, 3])
  expect(attention?.dims).toEqual([ROWS, 3, 3])
  const looked = attention?.data instanceof Float32Array ? attention.data : new Float32Array()
  for (let row = 0; row < looked.length; row += 3)
    expect(looked.subarray(row, row + 3).reduce((sum, share) => sum + share)).toBeCloseTo(1, 5)
  expect(readOnnx(file).notes.get('attentionRows')).toBe('price,flow,context')
})
