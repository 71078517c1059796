import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { OBSERVATION_SIZE } from '../core/features/observation.ts'
import { madeUpJudgement } from '../fixtures/models.ts'
import { temporaryFolder } from '../fixtures/folder.ts'
import { defaultSettings } from '../adapters/settings/settings.ts'
import { firstPolicyCard, firstPolicyModel } from '../training/firstPolicy.ts'
import { modelCard } from '../registry/modelCard.ts'
import { ModelRegistry, copyOf } from '../registry/modelRegistry.ts'
import { fileFor, openRegistry, startChampion } from './policySwitch.ts'
import { findPlaces } from './resolveSettings.ts'

const PLACES = findPlaces()

/** Settings of a data folder, with the written policy in charge. */
function settingsIn(folder: string) {
  const policy = { folder: join(PLACES.assets, 'policies/first') }
  return { ...defaultSettings(PLACES.assets, 0), data: { folder }, policy }
}

/** A registry in a folder of its own with a second whole model. */
async function switched(model = firstPolicyModel()) {
  const folder = temporaryFolder()
  const registry = openRegistry(settingsIn(folder), PLACES)
  const card = modelCard.parse({
    ...firstPolicyCard(),
    version: 'second-1',
    copies: [copyOf('f32', 'policy.onnx', model, { agreement: 1, relativeError: 0 })],
  })
  const added = await registry.add({ card, weights: new Map([['policy.onnx', model]]) })
  if (!added.ok) throw new Error(added.failure)
  const { policy, notes } = await startChampion(PLACES, registry)
  onTestFinished(() => policy.close())
  return { policy, notes, second: added.value, registry, folder }
}

test('another policy takes over between two questions, and the old one answers what it was asked', async () => {
  const { policy, notes, second } = await switched()
  expect([policy.policy.card.version, notes]).toEqual(['first-1', []])
  const { policy: old } = policy
  const asked = old.logits(new Float32Array(OBSERVATION_SIZE), 1)
  const taken = await policy.take(second.folder, fileFor(second))
  expect(taken).toMatchObject({ ok: true, value: { version: 'second-1' } })
  expect(policy.policy.card.version).toBe('second-1')
  expect(await asked).toEqual(await policy.policy.logits(new Float32Array(OBSERVATION_SIZE), 1))
  // A decision that was begun with the old one ends with it
  expect(await old.logits(new Float32Array(OBSERVATION_SIZE), 1)).toHaveLength(7)
})

test('one that cannot be loaded is not taken, and the old one goes on', async () => {
  const { policy, second } = await switched()
  writeFileSync(join(second.folder, 'policy.onnx'), 'not a network')
  const taken = await policy.take(second.folder, 'policy.onnx')
  expect(taken).toMatchObject({
    ok: false,
    failure: expect.stringMatching(/was not taken.*first-1 goes on\.$/s),
  })
  expect(await policy.policy.logits(new Float32Array(OBSERVATION_SIZE), 1)).toHaveLength(7)
})

test('a shipped policy that the settings name must be there', async () => {
  const registry = new ModelRegistry(temporaryFolder(), ['absent', join(PLACES.assets, 'policies/first')])
  await expect(startChampion(PLACES, registry)).rejects.toThrow(
    /absent.card\.json was refused: it is missing/,
  )
})

test('a champion that is whole but no network gives way at the start, and is said', async () => {
  const { registry, folder, policy } = await switched()
  const broken = new TextEncoder().encode('whole, but no network')
  const copies = [copyOf('f32', 'policy.onnx', broken, { agreement: 1, relativeError: 0 })]
  const card = modelCard.parse({ ...firstPolicyCard(), version: 'broken-1', copies })
  const added = await registry.add({ card, weights: new Map([['policy.onnx', broken]]) })
  if (!added.ok) throw new Error(added.failure)
  const { champion } = await registry.inCharge()
  await registry.keepJudgement(madeUpJudgement(champion, added.value))
  expect(await registry.promote('broken-1', 1)).toMatchObject({ ok: true })
  const again = await startChampion(PLACES, openRegistry({ ...settingsIn(folder) }, PLACES))
  onTestFinished(() => again.policy.close())
  expect(again.policy.policy.card.version).toBe('first-1')
  expect(again.notes).toEqual([
    expect.stringMatching(/^broken-1 cannot be asked: .* first-1 is back in charge\.$/s),
  ])
  expect(policy.policy.card.version).toBe('first-1')
})
