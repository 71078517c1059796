import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../fixtures/folder.ts'
import { madeUpJudgement, madeUpModel } from '../fixtures/models.ts'
import { ModelRegistry } from '../registry/modelRegistry.ts'
import { modelSummaries } from './learningReport.ts'

test('what is said of every model is what the registry does: its own judgement lets it take over, whichever came last', async () => {
  const registry = new ModelRegistry(join(temporaryFolder(), 'models'), ['assets/policies/first'])
  const { champion } = await registry.inCharge()
  for (const version of ['better', 'notBetter', 'notCompared', 'judgedBefore']) {
    const added = await registry.add(madeUpModel(version))
    if (!added.ok) throw new Error(added.failure)
    const against = version === 'judgedBefore' ? { ...champion, digest: 'another' } : champion
    const verdict = version === 'notBetter' ? ('noEdge' as const) : ('better' as const)
    if (version !== 'notCompared')
      await registry.keepJudgement(madeUpJudgement(against, added.value, { verdict }))
  }
  const { models } = await registry.list()
  const { judgements } = await registry.judgements(models)
  const told = modelSummaries(models, {
    champion,
    previous: undefined,
    judgements,
    loadedFile: 'policy.onnx',
  })
  expect(told.filter(({ promotion }) => promotion.isAllowed).map(({ version }) => version)).toEqual([
    'better',
  ])
  for (const { version, promotion } of told.filter(one => !one.promotion.isAllowed)) {
    const refused = await registry.promote(version, 0)
    expect(refused).toEqual({ ok: false, failure: [promotion.why] })
  }
  expect((await registry.promote('better', 0)).ok).toBe(true)
})
