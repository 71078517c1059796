import * as fc from 'fast-check'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { describe, expect, test } from 'vitest'
import { at } from '../core/base/assert.ts'
import { createRandom } from '../core/base/random.ts'
import { compileForward, plainNetwork } from './network.ts'
import { CART_POLE_SETTINGS, SOLVED_RETURN, createCartPole } from './cartPole.ts'
import type { Environment } from './environment.ts'
import { PpoTrainer, type PpoSettings } from './ppo.ts'

const SMALL: Partial<PpoSettings> = { steps: 16, minibatch: 16, epochs: 2 }
const NETWORK = plainNetwork([12, 12])

/**
 * Four doors, of which some are shut and one, shown by the observation, is the right one; a shut door must never be
 * chosen. Episodes last five to eight decisions.
 */
function createDoors(seed: number): Environment & { readonly shutChosen: () => number } {
  let [episode, step, right, shutChosen] = [0, 0, 0, 0]
  let mask: readonly number[] = [1, 1, 1, 1]
  function show(observation: Float32Array, allowed: Uint8Array): void {
    const random = createRandom(seed).split(`${episode} ${step}`)
    right = random.below(4)
    mask = [0, 1, 2, 3].map(door => (door === right || random.uniform() < 0.5 ? 1 : 0))
    observation.fill(0)
    observation[right] = 1
    allowed.set(mask)
  }
  return {
    observationSize: 4,
    actionCount: 4,
    shutChosen: () => shutChosen,
    reset(observation, allowed) {
      episode += 1
      step = 0
      show(observation, allowed)
    },
    step(action, observation, allowed) {
      if (at(mask, action) === 0) shutChosen += 1
      const reward = action === right ? 1 : 0
      step += 1
      show(observation, allowed)
      return { reward, isOver: step >= 5 + (episode % 4) }
    },
    snapshot: () => [episode, step, right, ...mask],
    restore(snapshot) {
      ;[episode, step, right] = [at(snapshot, 0), at(snapshot, 1), at(snapshot, 2)]
      mask = snapshot.slice(3)
    },
  }
}

const doors = (count: number, seed: number) =>
  Array.from({ length: count }, (_, index) => createDoors(100 * seed + index))
const poles = (count: number, seed: number) =>
  Array.from({ length: count }, (_, index) => createCartPole(100 * seed + index))

async function updated(trainer: PpoTrainer, times: number): Promise<PpoTrainer> {
  for (let time = 0; time < times; time += 1) await trainer.update()
  return trainer
}

async function restored(bytes: Uint8Array, environments: readonly Environment[]): Promise<PpoTrainer> {
  const answer = await PpoTrainer.restore(bytes, environments, NETWORK)
  if (!answer.ok) throw new Error(`${answer.failure.field}: ${answer.failure.rule}`)
  return answer.value
}

describe.each([
  ['a pole on a cart', poles],
  ['doors of which some are shut', doors],
] as const)('%s', (_, environmentsOf) => {
  test('goes on from a checkpoint as if it had never stopped, every byte', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(1000),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(3),
        async (seed, count, before) => {
          const setup = { settings: SMALL, seed, network: NETWORK }
          const whole = await PpoTrainer.create({ ...setup, environments: environmentsOf(count, seed) })
          const first = await PpoTrainer.create({ ...setup, environments: environmentsOf(count, seed) })
          const kept = (await updated(first, before)).checkpoint()
          // Environments of another seed, so that everything must come from the checkpoint but what a seed fixes
          const second = await restored(kept, environmentsOf(count, seed))
          expect(second.checkpoint()).toEqual(kept)
          await updated(whole, before + 2)
          await updated(second, 2)
          expect(second.checkpoint()).toEqual(whole.checkpoint())
          expect(second.metrics).toEqual(whole.metrics)
          expect(second.model()).toEqual(whole.model())
          await Promise.all([whole, first, second].map(trainer => trainer.release()))
        },
      ),
      { numRuns: 4 },
    )
  })

  test('the model file says of raw features what the trainer says of normalised ones', async () => {
    const environments = environmentsOf(4, 7)
    const trainer = await updated(
      await PpoTrainer.create({ settings: SMALL, seed: 7, network: NETWORK, environments }),
      3,
    )
    const { observationSize, actionCount } = trainer.network
    const random = createRandom(5)
    const raw = Float32Array.from({ length: 3 * observationSize }, () => random.normal())
    const { mean, scale, limit } = trainer.normalisation
    const seen = raw.map((value, index) => {
      const feature = index % observationSize
      const scaled = Math.fround(Math.fround(value - at(mean, feature)) * at(scale, feature))
      return Math.max(-limit, Math.min(limit, scaled))
    })
    const forward = await compileForward(trainer.network, 3)
    const expected = await forward.run({ parameters: trainer.parameters, observations: seen })
    const session = await InferenceSession.create(trainer.model({ maker: 'test' }))
    const { logits, value } = await session.run({ observation: new Tensor(raw, [3, observationSize]) })
    expect(logits?.dims).toEqual([3, actionCount])
    const differenceOf = (one: Tensor.DataType | undefined, other: ArrayLike<number> = []) =>
      one instanceof Float32Array
        ? Math.max(...one.map((each, index) => Math.abs(each - at(other, index))))
        : 1
    expect(differenceOf(logits?.data, expected.logits)).toBeLessThan(1e-6)
    expect(differenceOf(value?.data, expected.values)).toBeLessThan(1e-6)
    await Promise.all([forward.release(), session.release(), trainer.release()])
  })
})

test('doors: the right one is learned, and a shut one is never chosen', async () => {
  const environments = doors(8, 3)
  const settings = { steps: 32, minibatch: 64, epochs: 4, learningRate: 3e-3 }
  const trainer = await PpoTrainer.create({ settings, seed: 3, network: NETWORK, environments })
  const { meanReturn: early, meanLength } = await trainer.update()
  await updated(trainer, 30)
  const late = trainer.metrics?.meanReturn ?? 0
  expect(early).toBeLessThan(0.7 * meanLength)
  expect(late).toBeGreaterThan(0.95 * (trainer.metrics?.meanLength ?? 0))
  expect(environments.map(environment => environment.shutChosen())).toEqual(environments.map(() => 0))
  await trainer.release()
})

test('CartPole-v1 is solved within 100,000 decisions', async () => {
  const trainer = await PpoTrainer.create({
    settings: CART_POLE_SETTINGS,
    environments: poles(8, 2),
    seed: 2,
    network: plainNetwork([128, 128]),
  })
  let best = 0
  while ((trainer.metrics?.decisions ?? 0) < 99_000 && best < SOLVED_RETURN) {
    const { episodes, meanReturn } = await trainer.update()
    if (episodes >= 100) best = meanReturn
  }
  expect(best).toBeGreaterThanOrEqual(SOLVED_RETURN)
  await trainer.release()
})

test('what lies beyond a limit of time is expected; what lies beyond an end is not', async () => {
  // One a step, without end; an episode of four steps is cut, or it is over
  const steady = (isCut: boolean): Environment => {
    let step = 0
    const show = (observation: Float32Array, mask: Uint8Array) => {
      observation.fill(0.5)
      mask.fill(1)
    }
    return {
      observationSize: 1,
      actionCount: 2,
      reset(observation, mask) {
        step = 0
        show(observation, mask)
      },
      step(_, observation, mask) {
        step += 1
        show(observation, mask)
        return { reward: 1, isOver: step === 4, isCut: isCut && step === 4 }
      },
      snapshot: () => [step],
      restore: ([before = 0]) => {
        step = before
      },
    }
  }
  const valueOf = async (isCut: boolean) => {
    const trainer = await PpoTrainer.create({
      settings: { ...SMALL, learningRate: 1e-2, discount: 0.5, valueClip: 10, normaliseRewards: 0 },
      environments: [steady(isCut)],
      seed: 1,
      network: NETWORK,
    })
    await updated(trainer, 150)
    const session = await InferenceSession.create(trainer.model())
    const { value } = await session.run({ observation: new Tensor(Float32Array.of(0.5), [1, 1]) })
    await Promise.all([session.release(), trainer.release()])
    return value?.data[0]
  }
  // 1 + 1/2 + 1/4 + ... without end; over the four places of an episode that is over, 1.53 in the mean
  expect(await valueOf(true)).toBeGreaterThan(1.85)
  expect(await valueOf(false)).toBeLessThan(1.7)
})

test('a checkpoint of other environments is refused by the field that does not fit', async () => {
  const trainer = await PpoTrainer.create({
    settings: SMALL,
    seed: 1,
    network: NETWORK,
    environments: doors(2, 1),
  })
  const bytes = trainer.checkpoint()
  const faultOf = async (environments: readonly Environment[]) => {
    const answer = await PpoTrainer.restore(bytes, environments, NETWORK)
    return answer.ok ? 'none' : answer.failure.field
  }
  expect(await faultOf(doors(3, 1))).toBe('discounted')
  expect(await faultOf(poles(2, 1).map(pole => ({ ...pole, observationSize: 5 })))).toBe('network')
  expect(await faultOf(doors(2, 9))).toBe('none')
  await trainer.release()
})

test('a rollout that is not whole minibatches is refused', async () => {
  const settings = { steps: 10, minibatch: 16 }
  await expect(
    PpoTrainer.create({ settings, seed: 1, network: NETWORK, environments: doors(1, 1) }),
  ).rejects.toThrow('must be whole minibatches of 16, has 10 decisions')
})

test('a trainer that starts from another one decides as that one', async () => {
  const first = await updated(
    await PpoTrainer.create({ settings: SMALL, seed: 2, network: NETWORK, environments: doors(4, 2) }),
    2,
  )
  const second = await PpoTrainer.create({
    settings: SMALL,
    seed: 5,
    network: NETWORK,
    environments: doors(4, 5),
    start: { parameters: first.parameters, moments: first.moments },
  })
  expect(second.model()).toEqual(first.model())
  await Promise.all([first.release(), second.release()])
})
