import { expect, test } from 'vitest'
import { at } from '../core/base/assert.ts'
import { createRandom } from '../core/base/random.ts'
import { layoutSize } from '../autodiff/layout.ts'
import { networkLayout, policyNetwork } from './network.ts'
import { createQuestion } from './networkQuestion.ts'
import { initialHeads, regimeHeads, regimeHeadsLayout } from './regimeHeads.ts'

const SHAPE = { observationSize: 3, hidden: [5], actionCount: 2 }
const [ROWS, REGIMES] = [4, 3]

test('a share of one is the head of that regime alone; shares mix heads in proportion', async () => {
  const parameters = initialHeads(SHAPE, REGIMES, createRandom(1))
  const size = layoutSize(networkLayout(SHAPE))
  expect(parameters.length).toBe(REGIMES * size)
  const random = createRandom(2)
  const seen = Float32Array.from({ length: ROWS * 3 }, () => random.normal())
  const heads = await createQuestion({
    layout: regimeHeadsLayout(SHAPE, REGIMES),
    inputs: { seen: [ROWS, 3], shares: [ROWS, REGIMES] },
    answers: (weights, fed) => ({ logits: regimeHeads(weights, fed('seen'), fed('shares'), SHAPE) }),
  })
  const single = await createQuestion({
    layout: networkLayout(SHAPE),
    inputs: { seen: [ROWS, 3] },
    answers: (weights, fed) => ({ logits: policyNetwork(weights, fed('seen'), SHAPE.hidden).logits }),
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
