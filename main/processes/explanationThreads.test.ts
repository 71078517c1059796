import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { OBSERVATION_SIZE } from '../core/features/observation.ts'
import { ACTION_COUNT } from '../core/policy/action.ts'
import type { ShapleyQuestion } from '../core/policy/shapleyQuestion.ts'
import { temporaryFolder } from '../fixtures/folder.ts'
import { networkCard, randomNetwork } from '../fixtures/networks.ts'
import { createExplainer, joinParts, newTurns } from './explainer.ts'
import { explanationThreads } from './explanationThreads.ts'
import { findPlaces } from './resolveSettings.ts'

/** Sixteen features that are not as usual. */
const QUESTION: ShapleyQuestion = {
  observation: Float32Array.from({ length: OBSERVATION_SIZE }, (_, feature) => Math.max(0, feature - 3) / 8),
  usual: new Float32Array(OBSERVATION_SIZE),
  chosen: 1,
  allowed: Array.from({ length: ACTION_COUNT }, () => true),
  shifts: new Float64Array(8 * ACTION_COUNT),
}

function opened() {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'policy.onnx'), randomNetwork(2))
  writeFileSync(join(folder, 'card.json'), JSON.stringify(networkCard('random-2')))
  const threads = explanationThreads(findPlaces())
  onTestFinished(() => threads.close())
  return { threads, model: { folder, file: 'policy.onnx' } }
}

test('two threads share the work of a sample and of the exact values, and find what one finds alone', async () => {
  const { threads, model } = opened()
  const alone = createExplainer()
  const [shared, sampled, whole, allSampled] = await Promise.all([
    threads.exact(model, QUESTION),
    threads.sampled(model, QUESTION),
    alone.exact(model, QUESTION, newTurns()),
    alone.sampled(model, QUESTION, newTurns()),
  ])
  const expected = joinParts(QUESTION, [whole], 1)
  expect(shared.evaluations).toBe(2 ** 16)
  shared.contributions.forEach((part, feature) =>
    expect(part).toBeCloseTo(expected.contributions[feature] ?? Number.NaN, 9),
  )
  expect([shared.usual, shared.now]).toEqual([expected.usual, expected.now])
  expect(sampled).toEqual({ ...(await alone.join([allSampled])), microseconds: sampled.microseconds })
})

test('a model that is not there is refused from the thread, and closing ends what was never begun', async () => {
  const { threads, model } = opened()
  await expect(threads.sampled({ ...model, folder: '/nowhere' }, QUESTION)).rejects.toThrow('/nowhere')
  await explanationThreads(findPlaces()).close()
})
