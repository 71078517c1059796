import { copyFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeTinyModel } from '../../fixtures/tinyModel.ts'
import { copiesOf, fileCard, fileCards, fittingCopy } from './fileCards.ts'
import type { LanguageModel, ModelRequest } from './languageModel.ts'
import { openLlamaFile } from './llamaFile.ts'

// llama.cpp itself runs here, on a model of two layers that says nothing of sense

const folder = mkdtempSync(join(tmpdir(), 'zerodte-tiny-model-'))
const file = join(folder, 'tiny.gguf')
const QUIET = { threads: 1, useGpu: false, free: () => 4e9 }

let model: LanguageModel
beforeAll(async () => {
  writeTinyModel(file)
  const opened = await openLlamaFile(file, QUIET)
  if (!opened.ok) throw new Error(opened.failure)
  model = opened.value
})
afterAll(async () => {
  await model.close()
  rmSync(folder, { recursive: true })
})

const REQUEST: ModelRequest = {
  system: 'Help.',
  messages: [{ by: 'user', text: 'Price a call.' }],
  maximumTokens: 24,
  temperature: 0,
}

async function ask(request: Partial<ModelRequest> = {}, onText: (piece: string) => void = () => undefined) {
  const answer = await model.generate({ ...REQUEST, ...request }, onText)
  return answer
}

test('an answer is told piece by piece, and is the same each time at temperature 0', async () => {
  const pieces: string[] = []
  const answer = await ask({}, piece => pieces.push(piece))
  expect(answer).toMatchObject({ ok: true, value: { text: pieces.join(''), end: 'cut' } })
  expect(pieces.length).toBeGreaterThan(1)
  expect(await ask()).toEqual(answer)
  expect(await ask({ messages: [{ by: 'user', text: 'Price a put.' }] })).not.toEqual(answer)
})

test('what was said before counts', async () => {
  const before = [
    { by: 'user', text: 'Hello' },
    { by: 'model', text: 'Yes?' },
  ] as const
  expect(await ask({ messages: [...before, ...REQUEST.messages] })).not.toEqual(await ask())
})

test('a shape is kept to, even by a model that knows nothing', async () => {
  const answer = await ask({ maximumTokens: 200, shape: { faster: 'boolean', times: 'number' } })
  if (!answer.ok) throw new Error(answer.failure.sentence)
  const { faster, times, ...others } = JSON.parse(answer.value.text)
  expect([typeof faster, typeof times, others]).toEqual(['boolean', 'number', {}])
})

test('cancelling stops it in the middle, and the next request is answered as ever', async () => {
  const whole = await ask()
  const stop = new AbortController()
  let pieces = 0
  const cancelled = ask({ maximumTokens: 100_000, signal: stop.signal }, () => {
    pieces += 1
    if (pieces === 5) stop.abort()
  })
  const next = ask()
  expect(await cancelled).toMatchObject({ ok: false, failure: { kind: 'cancelled' } })
  expect(pieces).toBeLessThan(100)
  expect(await next).toEqual(whole)
  expect(await ask({ signal: AbortSignal.abort() })).toMatchObject({
    failure: { kind: 'cancelled', text: '' },
  })
})

test('an answer that takes too long ends, and so does one of a model that is given back', async () => {
  const opened = await openLlamaFile(file, { ...QUIET, patience: 30 })
  if (!opened.ok) throw new Error(opened.failure)
  const endless = { ...REQUEST, maximumTokens: 1_000_000 }
  expect(await opened.value.generate(endless, () => undefined)).toMatchObject({
    failure: { kind: 'late', sentence: 'The model did not end within 0.03 seconds.' },
  })
  await opened.value.close()
  expect(await opened.value.generate(REQUEST, () => undefined)).toMatchObject({
    failure: { kind: 'cancelled' },
  })
})

test('a file that is no model, or does not fit, is refused in words', async () => {
  const text = join(folder, 'notes.gguf')
  writeFileSync(text, 'no model')
  const short = join(folder, 'short.gguf')
  copyFileSync(file, short)
  truncateSync(short, 100_000)
  const attempts: [string, RegExp][] = [
    [text, /notes\.gguf cannot be used\. It is no GGUF file\.$/],
    [join(folder, 'absent.gguf'), /absent\.gguf cannot be read: ENOENT/],
    [short, /short\.gguf cannot be loaded: /],
  ]
  for (const [path, reason] of attempts) {
    const opened = await openLlamaFile(path, QUIET)
    expect(!opened.ok && opened.failure).toMatch(reason)
  }
  const large = await openLlamaFile(file, { ...QUIET, free: () => 1e8 })
  expect(!large.ok && large.failure).toBe(
    'It needs 0.3 GB loaded, and 0.1 GB are free, of which a part is left to the rest.',
  )
})

test('cards are of the models of a folder, and copies of one model are known by their names', () => {
  const names = ['coder-7b-Q4_K_M.gguf', 'coder-7b-Q8_0.gguf', 'coder-7b-f16.gguf', 'coder-1b-Q8_0.gguf']
  for (const name of names) copyFileSync(file, join(folder, name))
  const cards = fileCards(folder, 4e9)
  const found = cards.map(({ name }) => name.slice(folder.length + 1))
  expect(found).toEqual([...names, 'short.gguf', 'tiny.gguf'].toSorted())
  const card = fileCard(join(folder, 'coder-7b-Q8_0.gguf'), 4e9)
  if (!card.ok) throw new Error(card.failure)
  expect(card.value).toMatchObject({
    family: 'llama tiny',
    licence: 'MIT',
    contextLength: 512,
    fits: { ok: true },
  })
  expect(copiesOf(cards, card.value).map(({ name }) => name.slice(folder.length + 1))).toEqual(
    names.slice(0, 3).toSorted(),
  )
  const [small, large] = [4, 8].map(bits => ({
    ...card.value,
    name: `a-Q${bits}_0.gguf`,
    bits,
    memory: bits * 1e9,
  }))
  if (!small || !large) throw new Error('there must be two')
  expect(fittingCopy([small, large], large, 16e9)).toMatchObject({ value: { bits: 8 } })
  expect(fittingCopy([small, large], large, 6e9)).toMatchObject({ value: { bits: 4 } })
  expect(fittingCopy([small, large], large, 1e9)).toMatchObject({ ok: false })
  expect(fileCards(join(folder, 'absent'))).toEqual([])
})
