import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { namesIn, temporaryFolder } from '../fixtures/folder.ts'
import { madeUpJudgement, madeUpModel } from '../fixtures/models.ts'
import { ModelRegistry } from './modelRegistry.ts'

const SHIPPED = 'assets/policies/first'

async function withChallenger(folder: string) {
  const registry = new ModelRegistry(folder, [SHIPPED])
  const added = await registry.add(madeUpModel('challenger-1'))
  if (!added.ok) throw new Error(added.failure)
  const { champion } = await registry.inCharge()
  return { registry, champion, challenger: added.value }
}

test('the model that is shipped is in charge where nothing was promoted', async () => {
  const registry = new ModelRegistry(join(temporaryFolder(), 'models'), [SHIPPED])
  const { champion, previous, notes } = await registry.inCharge()
  expect([champion.version, champion.isBuiltIn, previous, notes]).toEqual(['first-1', true, undefined, []])
  expect(champion.copies.map(({ format }) => format)).toEqual(['f32'])
})

test('a model that was added lies in a folder of its version, and nothing else is left', async () => {
  const folder = temporaryFolder()
  const { registry } = await withChallenger(folder)
  expect(namesIn(folder)).toEqual(['challenger-1'])
  expect(namesIn(join(folder, 'challenger-1'))).toEqual(['card.json', 'policy-int8.onnx', 'policy.onnx'])
  expect(await registry.add(madeUpModel('challenger-1'))).toEqual({
    ok: false,
    failure: 'there is a model challenger-1 already',
  })
})

test('a model whose weights are not those of its card is not added', async () => {
  const folder = temporaryFolder()
  const registry = new ModelRegistry(folder, [SHIPPED])
  const { card, weights } = madeUpModel('wrong-1')
  const wrong = new Map(weights).set(
    'policy.onnx',
    weights.get('policy.onnx')?.toReversed() ?? new Uint8Array(),
  )
  const added = await registry.add({ card, weights: wrong })
  expect(added).toMatchObject({
    ok: false,
    failure: expect.stringMatching(/policy\.onnx was refused: its SHA-256/),
  })
  expect(namesIn(folder)).toEqual([])
})

test('promoted by the rule, rolled back in one call, and back to the shipped one', async () => {
  const { registry, champion, challenger } = await withChallenger(temporaryFolder())
  expect(await registry.promote('challenger-1', 5)).toEqual({
    ok: false,
    failure: ['challenger-1 was not compared with first-1 yet.'],
  })
  await registry.keepJudgement(madeUpJudgement(champion, challenger))
  expect(await registry.promote('challenger-1', 5)).toMatchObject({
    ok: true,
    value: { champion: { version: 'challenger-1' }, previous: 'first-1', notes: [] },
  })
  const second = await registry.add(madeUpModel('challenger-2'))
  if (!second.ok) throw new Error(second.failure)
  await registry.keepJudgement(madeUpJudgement(challenger, second.value))
  await registry.promote('challenger-2', 6)
  const versions = []
  for (let times = 0; times < 3; times += 1) {
    const back = await registry.rollBack(7 + times)
    versions.push(back.ok ? back.value.champion.version : back.failure)
  }
  expect(versions).toEqual(['challenger-1', 'first-1', 'There is no champion before this one.'])
})

test('comparisons are counted for every champion, whoever asks, and a damaged count is refused by its name', async () => {
  const folder = temporaryFolder()
  const { registry, champion, challenger } = await withChallenger(folder)
  const other = new ModelRegistry(folder, [SHIPPED])
  for (const [asked, model, trial] of [
    [registry, champion, 1],
    [other, champion, 2],
    [registry, challenger, 1],
    [registry, champion, 3],
  ] as const)
    expect(await asked.countComparison(model)).toEqual({ ok: true, value: trial })
  expect((await registry.list()).notes).toEqual([])
  writeFileSync(join(folder, 'comparisons.json'), '{ "a": -1 }')
  expect(await registry.countComparison(champion)).toMatchObject({
    ok: false,
    failure: expect.stringMatching(/comparisons\.json was refused: a: .* Removed, it counts from 1 again\.$/),
  })
})

test('a champion that is damaged on the disk is named, and the one before serves', async () => {
  const folder = temporaryFolder()
  const { registry, champion, challenger } = await withChallenger(folder)
  await registry.keepJudgement(madeUpJudgement(champion, challenger))
  await registry.promote('challenger-1', 5)
  const file = join(folder, 'challenger-1', 'policy.onnx')
  writeFileSync(file, readFileSync(file).fill(0, 4, 6))
  const found = await registry.inCharge()
  expect(found.champion.version).toBe('first-1')
  expect(found.notes).toEqual([
    `${file} was refused: its SHA-256 digest is not that of its card.`,
    'first-1 serves in place of challenger-1.',
  ])
})

test('a damaged small copy is left out and said, the model stays', async () => {
  const folder = temporaryFolder()
  const { registry } = await withChallenger(folder)
  const file = join(folder, 'challenger-1', 'policy-int8.onnx')
  writeFileSync(file, 'short')
  const read = await registry.read('challenger-1')
  expect(read.ok && read.value.copies.map(({ format }) => format)).toEqual(['f32'])
  expect((await registry.list()).notes).toEqual([`${file} was refused: it must have 23 bytes, has 5.`])
})

test('a card of other versions, or in a folder of another name, is refused', async () => {
  const folder = temporaryFolder()
  for (const [name, changes] of [
    ['old-1', { observationVersion: 0 }],
    ['moved-1', { version: 'elsewhere-1' }],
  ] as const) {
    mkdirSync(join(folder, name))
    const { card, weights } = madeUpModel(name, changes)
    writeFileSync(join(folder, name, 'card.json'), JSON.stringify(card))
    for (const [file, bytes] of weights) writeFileSync(join(folder, name, file), bytes)
  }
  const { models, notes } = await new ModelRegistry(folder, [SHIPPED]).list()
  expect(models.map(({ version }) => version)).toEqual(['first-1'])
  expect(notes).toEqual([
    `${join(folder, 'moved-1', 'card.json')} was refused: version must be the name of its folder.`,
    expect.stringMatching(/old-1.card\.json was refused: observationVersion of old-1 must be \d+, is 0/),
  ])
})

test('what cannot be read is refused by its name, and someone whole serves', async () => {
  const folder = temporaryFolder()
  const { registry, champion, challenger } = await withChallenger(folder)
  await registry.keepJudgement(madeUpJudgement(champion, challenger))
  await registry.promote('challenger-1', 5)
  const file = join(folder, 'challenger-1', 'card.json')
  rmSync(file)
  mkdirSync(file)
  const { champion: serving, notes } = await registry.inCharge()
  expect(serving.version).toBe('first-1')
  expect(notes[0]).toBe(`${file} was refused: a folder bears its name. Move that folder away.`)
  rmSync(join(folder, 'champion.json'))
  mkdirSync(join(folder, 'champion.json'))
  const again = await new ModelRegistry(folder, [SHIPPED]).inCharge()
  expect(again.champion.version).toBe('first-1')
  expect(again.notes[0]).toMatch(
    /champion\.json was refused: a folder bears its name\. Move that folder away\.$/,
  )
})

test('what was not better over many sessions is not judged anew over few', async () => {
  const { registry, champion, challenger } = await withChallenger(temporaryFolder())
  const many = madeUpJudgement(champion, challenger, { sessions: 120, verdict: 'noEdge' })
  await registry.keepJudgement(many)
  expect(await registry.keepJudgement(madeUpJudgement(champion, challenger, { sessions: 24 }))).toEqual({
    ok: false,
    failure: 'The comparison of challenger-1 over 24 sessions was not kept: the last one was over 120.',
  })
  expect(await registry.judgement('challenger-1')).toMatchObject({ sessions: 120, verdict: 'noEdge' })
  expect(await registry.promote('challenger-1', 5)).toMatchObject({ ok: false })
  // Against another champion it is another judgement
  const other = { version: 'other-1', digest: 'f'.repeat(64) }
  await registry.keepJudgement(madeUpJudgement(other, challenger, { sessions: 24 }))
  expect(await registry.judgement('challenger-1')).toMatchObject({ sessions: 24 })
})

test('a judgement that cannot be read any more is named, and the next takes its place', async () => {
  const folder = temporaryFolder()
  const { registry, champion, challenger } = await withChallenger(folder)
  const judgement = madeUpJudgement(champion, challenger)
  await registry.keepJudgement(judgement)
  expect((await registry.judgements([challenger, champion])).judgements).toEqual(
    new Map([['challenger-1', judgement]]),
  )
  const file = join(folder, 'judgements', 'challenger-1.json')
  const { fairDifference: _, ...old } = judgement
  writeFileSync(file, JSON.stringify(old))
  const { judgements, notes } = await registry.judgements([challenger, champion])
  expect([judgements.size, notes.length]).toEqual([0, 1])
  expect(notes[0]).toContain(`${file} was refused: fairDifference: `)
  expect(notes[0]).toMatch(/ Compare challenger-1 again\.$/)
  expect(await registry.promote('challenger-1', 5)).toEqual({ ok: false, failure: notes })
  expect(await registry.keepJudgement(judgement)).toEqual({ ok: true, value: null })
  expect((await registry.judgements([challenger])).notes).toEqual([])
})
