import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { PowerCut, memoryDisk } from '../fixtures/memoryDisk.ts'
import { drillJob } from './drills/drillTraining.ts'
import {
  createTraining,
  loadCheckpoint,
  openTraining,
  readResult,
  saveCheckpoint,
  saveResult,
} from './trainingFolder.ts'
import { parseJob, writeJob } from '../adapters/experiments/trainingJob.ts'

const CHAMPION = new TextEncoder().encode('a champion')
const bytesOf = (text: string) => new TextEncoder().encode(text)
const some = fc.uint8Array({ maxLength: 60 })

test('a checkpoint is the old one or the new one, wherever the power goes', async () => {
  await fc.assert(
    fc.asyncProperty(some, some, fc.integer({ min: 1, max: 12 }), async (old, next, cutAt) => {
      const files = new Map<string, Uint8Array>()
      await saveCheckpoint('/run', old, memoryDisk(files))
      const disk = memoryDisk(files, cutAt)
      const isCut = await saveCheckpoint('/run', next, disk).then(
        () => false,
        cause => cause instanceof PowerCut,
      )
      const { bytes, notes } = await loadCheckpoint('/run', memoryDisk(disk.files))
      expect(notes).toEqual([])
      expect([...(isCut ? [old] : []), next]).toContainEqual(bytes)
    }),
  )
})

test('a damaged checkpoint is named, and the one before serves; with both damaged it begins anew', async () => {
  await fc.assert(
    fc.asyncProperty(some, some, fc.nat(), async (old, next, place) => {
      const disk = memoryDisk()
      await saveCheckpoint('/run', old, disk)
      await saveCheckpoint('/run', next, disk)
      const spoil = (name: string) => {
        const bytes = disk.files.get(name)?.slice() ?? new Uint8Array()
        bytes[place % bytes.length] = (bytes[place % bytes.length] ?? 0) ^ 1
        disk.files.set(name, bytes)
      }
      spoil('/run/checkpoint.bin')
      const served = await loadCheckpoint('/run', disk)
      expect(served.bytes).toEqual(old)
      expect(served.notes).toEqual([
        expect.stringMatching(/^\/run\/checkpoint\.bin was refused: its SHA-256/),
      ])
      spoil('/run/checkpoint.bin.before')
      const begun = await loadCheckpoint('/run', disk)
      expect(begun.bytes).toBeUndefined()
      expect(begun.notes).toHaveLength(2)
    }),
  )
})

test('a training is written whole or not at all, wherever the power goes, and can be written again', async () => {
  const job = drillJob(CHAMPION)
  const healthy = memoryDisk()
  await createTraining('/runs/run', job, CHAMPION, healthy)
  const whole = { ok: true, value: { path: '/runs/run', job, champion: CHAMPION } }
  expect(await openTraining('/runs/run', healthy)).toEqual(whole)
  for (let cutAt = 1; cutAt <= healthy.steps; cutAt += 1) {
    const disk = memoryDisk(new Map(), cutAt)
    await expect(createTraining('/runs/run', job, CHAMPION, disk)).rejects.toThrow(PowerCut)
    const isThere = [...disk.files.keys()].some(name => name.startsWith('/runs/run/'))
    expect((await openTraining('/runs/run', memoryDisk(disk.files))).ok).toBe(isThere)
    const again = memoryDisk(disk.files)
    await createTraining('/runs/run', job, CHAMPION, again)
    expect(await openTraining('/runs/run', again)).toEqual(whole)
  }
})

test('a result is there whole or not at all, wherever the power goes', async () => {
  const files = new Map<string, Uint8Array>()
  await createTraining('/run', drillJob(CHAMPION), CHAMPION, memoryDisk(files))
  const result = new Map([
    ['card.json', bytesOf('{}')],
    ['policy.onnx', bytesOf('weights')],
  ])
  const healthy = memoryDisk(new Map(files))
  await saveResult('/run', result, healthy)
  for (let cutAt = 1; cutAt <= healthy.steps; cutAt += 1) {
    const disk = memoryDisk(new Map(files), cutAt)
    await expect(saveResult('/run', result, disk)).rejects.toThrow(PowerCut)
    const read = await readResult('/run', memoryDisk(disk.files))
    expect([undefined, result]).toContainEqual(read.ok ? read.value : read.failure)
    const again = memoryDisk(disk.files)
    await saveResult('/run', result, again)
    expect(await readResult('/run', again)).toEqual({ ok: true, value: result })
  }
})

test('a result with any byte changed is refused by the name of a file', async () => {
  const disk = memoryDisk()
  await createTraining('/run', drillJob(CHAMPION), CHAMPION, disk)
  await saveResult('/run', new Map([['policy.onnx', bytesOf('weights')]]), disk)
  const names = [...disk.files.keys()].filter(name => name.includes('/result/'))
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), some, async (name, bytes) => {
      fc.pre(Buffer.compare(bytes, disk.files.get(name) ?? Buffer.of()) !== 0)
      const read = await readResult('/run', memoryDisk(new Map(disk.files).set(name, bytes)))
      expect(read).toMatchObject({
        ok: false,
        failure: expect.stringMatching(/^\/run\/result\/\S+ was refused: /),
      })
    }),
  )
})

test('a job is what was written; of other versions it is refused by the version', () => {
  const job = drillJob(CHAMPION, { start: { parameters: [1, 2], moments: [3] } })
  expect(parseJob(writeJob(job))).toEqual({ ok: true, value: job })
  expect(parseJob(writeJob({ ...job, observationVersion: 99 }))).toEqual({
    ok: false,
    failure: expect.stringMatching(/^observationVersion must be \d+, is 99$/),
  })
  expect(parseJob(writeJob({ ...job, actionVersion: 99 }))).toMatchObject({ ok: false })
})

test('any job that is damaged is refused or read, never worse', () => {
  const written: Record<string, unknown> = JSON.parse(new TextDecoder().decode(writeJob(drillJob(CHAMPION))))
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(written)), fc.jsonValue(), (field, value) => {
      const parsed = parseJob(bytesOf(JSON.stringify({ ...written, [field]: value })))
      expect(parsed.ok || parsed.failure.length > 0).toBe(true)
    }),
  )
  fc.assert(
    fc.property(some, bytes => {
      expect(parseJob(bytes).ok).toBe(false)
    }),
  )
})

test('a champion that is not the one of the job is refused', async () => {
  const disk = memoryDisk()
  await createTraining('/run', drillJob(CHAMPION), bytesOf('another'), disk)
  expect(await openTraining('/run', disk)).toEqual({
    ok: false,
    failure: '/run/champion.onnx was refused: its SHA-256 digest is not that of job.json.',
  })
})
