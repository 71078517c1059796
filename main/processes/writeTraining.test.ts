import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createRandom } from '../core/base/random.ts'
import { temporaryFolder } from '../fixtures/folder.ts'
import { madeUpJudgement, madeUpModel } from '../fixtures/models.ts'
import { ModelRegistry } from '../registry/modelRegistry.ts'
import { encodeCheckpoint } from '../training/checkpoint.ts'
import { networkOf } from '../training/tradingNetwork.ts'
import { learningWith } from './newTraining.ts'
import { writeNewTraining } from './writeTraining.ts'

/** A registry in whose charge is a model of heads by regime, made by a command. */
async function registryOf(folder: string, madeBy: string): Promise<ModelRegistry> {
  const registry = new ModelRegistry(join(folder, 'models'), ['assets/policies/first'])
  const { card, weights } = madeUpModel('heads-1', { madeBy })
  const parameters = networkOf(learningWith({ regimes: true })).initial(createRandom(1))
  const start = encodeCheckpoint(
    'start',
    new Map<string, Float32Array | Float64Array>([
      ['parameters', parameters],
      ['moments', Float64Array.of(1, 2, 3)],
    ]),
  )
  const added = await registry.add({ card, weights: new Map([...weights, ['start.bin', start]]) })
  if (!added.ok) throw new Error(added.failure)
  await registry.keepJudgement(madeUpJudgement((await registry.inCharge()).champion, added.value))
  await registry.promote('heads-1', 1)
  return registry
}

test('a retraining goes on from heads by regime, and says what of its champion it goes without', async () => {
  const folder = temporaryFolder()
  const registry = await registryOf(folder, 'npm run train:champion -- --seed 1 --regimes --ensemble 5')
  const wish = {
    kind: 'retrain' as const,
    seed: 1,
    budget: 'usual' as const,
    now: 0,
    revision: 'unknown',
    experience: { answers: 0, outcomes: 0, rows: [] },
  }
  const notes: string[] = []
  const write = async (name: string, encoder?: 'attention') => {
    const written = await writeNewTraining(join(folder, name), { ...wish, encoder }, registry, note => {
      notes.push(note)
    })
    if (!written.ok) throw new Error(written.failure)
    return written.value.plan
  }
  const { learning, start } = await write('usual')
  expect([learning.encoder, learning.regimes, start?.moments]).toEqual([undefined, true, [1, 2, 3]])
  const without = 'heads-1 was made with --ensemble 5; a training against it goes without.'
  expect(notes.splice(0)).toEqual([without])
  expect((await write('other', 'attention')).start).toBeUndefined()
  expect(notes).toEqual([expect.stringMatching(/^A training against heads-1 begins from scratch, /), without])
})
