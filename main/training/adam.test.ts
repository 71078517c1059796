import { expect, test } from 'vitest'
import { mean, square, subtract } from '../autodiff/elementwise.ts'
import { at } from '../core/base/assert.ts'
import { createRandom } from '../core/base/random.ts'
import { ADAM, createOptimiser, freshAdam, type Objective } from './adam.ts'

/** The distance of two numbers from a target. */
const OBJECTIVE: Objective = {
  layout: [['place', [2]]],
  inputs: { target: [2] },
  loss: (weights, input) => {
    const loss = mean(square(subtract(weights('place'), input('target'))))
    return { loss, metrics: { twice: subtract(loss, subtract(loss, loss)) } }
  },
}

test('steps are those of the published formulas', async () => {
  const settings = { ...ADAM, longestGradient: 0.5 }
  const optimiser = await createOptimiser(OBJECTIVE, freshAdam(Float32Array.of(1, -2)), settings)
  const target = Float32Array.of(0.3, 0.4)
  let place = [1, -2]
  let [first, second] = [
    [0, 0],
    [0, 0],
  ]
  for (let step = 1; step <= 20; step += 1) {
    const raw = place.map((value, index) => value - at(target, index))
    const length = Math.hypot(...raw)
    const pull = raw.map(value => value * Math.min(1, 0.5 / (length + 1e-6)))
    first = first.map((value, index) => 0.9 * value + 0.1 * at(pull, index))
    second = second.map((value, index) => 0.999 * value + 0.001 * at(pull, index) ** 2)
    place = place.map((value, index) => {
      const mean = at(first, index) / (1 - 0.9 ** step)
      const deviation = Math.sqrt(at(second, index) / (1 - 0.999 ** step))
      return value - (0.1 * mean) / (deviation + ADAM.epsilon)
    })
    const told = await optimiser.step({ target }, 0.1)
    expect(told.gradientNorm).toBeCloseTo(length, 4)
    expect(told.twice).toBeCloseTo(told.loss ?? 0, 6)
  }
  expect([...optimiser.parameters]).toEqual(place.map(value => expect.closeTo(value, 4)))
  await optimiser.release()
})

test('taken up again from its state, it goes on bit by bit; what it gave out stays as it was', async () => {
  const random = createRandom(3)
  const targets = Array.from({ length: 9 }, () => Float32Array.of(random.normal(), random.normal()))
  const whole = await createOptimiser(OBJECTIVE, freshAdam(Float32Array.of(1, 1)))
  for (const target of targets.slice(0, 4)) await whole.step({ target }, 0.05)
  const { state } = whole
  const kept = state.parameters.slice()
  const second = await createOptimiser(OBJECTIVE, state)
  for (const target of targets.slice(4)) {
    await whole.step({ target }, 0.05)
    await second.step({ target }, 0.05)
  }
  expect(second.state).toEqual(whole.state)
  expect(state.parameters).toEqual(kept)
  await Promise.all([whole.release(), second.release()])
})
