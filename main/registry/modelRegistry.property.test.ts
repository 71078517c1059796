import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { PowerCut, memoryDisk } from '../fixtures/memoryDisk.ts'
import { madeUpJudgement, madeUpModel } from '../fixtures/models.ts'
import { ModelRegistry, type ModelFiles } from './modelRegistry.ts'

const SHIPPED = '/assets/shipped'

/** A disk with a shipped model, and one in charge that was promoted. */
async function begun(): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>()
  put(files, SHIPPED, madeUpModel('shipped-1', { createdAt: 1 }))
  const registry = new ModelRegistry('/models', [SHIPPED], memoryDisk(files))
  await registry.add(madeUpModel('first-1', { createdAt: 2 }))
  await judgeAndPromote(registry, 'first-1')
  return files
}

function put(files: Map<string, Uint8Array>, folder: string, { card, weights }: ModelFiles): void {
  files.set(`${folder}/card.json`, new TextEncoder().encode(JSON.stringify(card)))
  for (const [name, bytes] of weights) files.set(`${folder}/${name}`, bytes)
}

async function judgeAndPromote(registry: ModelRegistry, version: string) {
  const [{ champion }, challenger] = [await registry.inCharge(), await registry.read(version)]
  if (!challenger.ok) throw new Error(challenger.failure)
  await registry.keepJudgement(madeUpJudgement(champion, challenger.value))
  return registry.promote(version, 1000)
}

/** Everything that a new champion takes: added, judged, promoted, rolled back, promoted again. */
const WORK: readonly ((registry: ModelRegistry) => Promise<unknown>)[] = [
  registry => registry.add(madeUpModel('second-1', { createdAt: 3 })),
  registry => judgeAndPromote(registry, 'second-1'),
  registry => registry.rollBack(2000),
  registry => registry.promote('second-1', 3000),
]

/** What a reader must find before and after each piece of the work. */
async function seen(files: Map<string, Uint8Array>) {
  const registry = new ModelRegistry('/models', [SHIPPED], memoryDisk(files))
  const { models, notes } = await registry.list()
  const { champion, previous, notes: refused } = await registry.inCharge()
  return {
    versions: models.map(({ version }) => version),
    champion: champion.version,
    previous,
    notes: [...notes, ...refused],
  }
}

test('whenever the power goes, what was or what is to be is found, whole', async () => {
  const files = await begun()
  for (const work of WORK) {
    const before = await seen(files)
    const healthy = memoryDisk(new Map(files))
    await work(new ModelRegistry('/models', [SHIPPED], healthy))
    const after = await seen(healthy.files)
    expect(after).not.toEqual(before)
    for (let cutAt = 1; cutAt <= healthy.steps; cutAt += 1) {
      const disk = memoryDisk(new Map(files), cutAt)
      await expect(work(new ModelRegistry('/models', [SHIPPED], disk))).rejects.toThrow(PowerCut)
      expect([before, after]).toContainEqual(await seen(disk.files))
      // And the work can be done again on what is left
      const again = memoryDisk(disk.files)
      await work(new ModelRegistry('/models', [SHIPPED], again))
      expect((await seen(again.files)).notes).toEqual([])
    }
    files.clear()
    for (const [name, bytes] of healthy.files) files.set(name, bytes)
  }
})

test('whatever is damaged is refused by its name, and someone whole serves', async () => {
  const files = await begun()
  const names = [...files.keys()].filter(name => !name.startsWith(SHIPPED) && !name.includes('judgements'))
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...names),
      fc.uint8Array({ minLength: 0, maxLength: 200 }),
      async (name, bytes) => {
        fc.pre(Buffer.compare(bytes, files.get(name) ?? Buffer.of()) !== 0)
        const disk = memoryDisk(new Map(files).set(name, bytes))
        const registry = new ModelRegistry('/models', [SHIPPED], disk)
        const found = await registry.inCharge()
        expect(['first-1', 'shipped-1']).toContain(found.champion.version)
        const { notes } = await registry.list()
        const refused = [...notes, ...found.notes].filter(note => /refused/.test(note))
        // The record that was replaced is only read where the new one is damaged
        const isRead = !name.endsWith('.before')
        expect(refused.some(note => note.includes(name))).toBe(isRead)
      },
    ),
    { numRuns: 150 },
  )
})

test('a card with anything in any field is read or refused, never worse', async () => {
  const { card } = madeUpModel('odd-1')
  const fields = fc.constantFrom(...Object.keys(card))
  await fc.assert(
    fc.asyncProperty(fields, fc.jsonValue(), async (field, value) => {
      const files = await begun()
      const text = JSON.stringify({ ...card, [field]: value })
      files.set('/models/odd-1/card.json', new TextEncoder().encode(text))
      for (const [name, bytes] of madeUpModel('odd-1').weights) files.set(`/models/odd-1/${name}`, bytes)
      const { models, notes } = await new ModelRegistry('/models', [SHIPPED], memoryDisk(files)).list()
      const isThere = models.some(({ version }) => version === 'odd-1')
      const isSaid = notes.some(note => note.startsWith('/models/odd-1/'))
      expect(isThere || isSaid).toBe(true)
    }),
    { numRuns: 150 },
  )
})
