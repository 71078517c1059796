import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createOnnxGraph } from '../../autodiff/onnxWriter.ts'
import { writeCodeModel } from '../../fixtures/codeModel.ts'
import { openSuppliedEncoder } from './suppliedEncoder.ts'

const folder = mkdtempSync(join(tmpdir(), 'zerodte-code-model-'))
afterAll(() => rmSync(folder, { recursive: true }))
const files = writeCodeModel(folder)

async function opened(mostTokens?: number) {
  const encoder = await openSuppliedEncoder(mostTokens === undefined ? files : { ...files, mostTokens })
  if (!encoder.ok) throw new Error(encoder.failure)
  return encoder.value
}

async function embed(encoder: Awaited<ReturnType<typeof opened>>, texts: readonly string[]) {
  const vectors = await encoder.embed(texts, 'code')
  if (!vectors.ok) throw new Error(vectors.failure)
  return vectors.value
}

const TEXTS = [
  'def delta spot',
  'gamma',
  'price of a strike return',
  '',
  'spot spot spot spot spot',
  'delta def spot',
]

test('a text has one vector of length one, whatever stands beside it in a batch', async () => {
  const encoder = await opened()
  expect(encoder.report).toEqual({ kind: 'supplied', file: files.model, dimensions: 8 })
  const together = await embed(encoder, TEXTS)
  expect(together).toHaveLength(TEXTS.length * 8)
  for (const [row, text] of TEXTS.entries()) {
    const alone = await embed(encoder, [text])
    expect(Math.hypot(...alone)).toBeCloseTo(1, 5)
    alone.forEach((value, place) => expect(together[row * 8 + place]).toBeCloseTo(value, 5))
  }
  expect(await embed(encoder, [])).toHaveLength(0)
})

test('words have a meaning, and what comes after the last token has none', async () => {
  const encoder = await opened(5)
  const [delta, gamma] = [await embed(encoder, ['delta']), await embed(encoder, ['gamma'])]
  expect(delta).not.toEqual(gamma)
  const long = 'delta gamma spot'
  expect(await embed(encoder, [`${long} strike price`])).toEqual(await embed(encoder, [long]))
  expect(await embed(encoder, ['delta gamma'])).not.toEqual(await embed(encoder, [long]))
})

/** A model of one operation on its input. */
function otherModel(name: string, input: string, element: 'int64' | 'float', operation: string): string {
  const graph = createOnnxGraph(name)
  graph.output(
    graph.apply(operation, [graph.input(input, ['texts', 'tokens'], element)], 'out'),
    ['texts', 'tokens'],
    element,
  )
  const file = join(folder, `${name}.onnx`)
  writeFileSync(file, graph.bytes())
  return file
}

test('what is no code model is refused in words', async () => {
  const broken = join(folder, 'broken')
  writeFileSync(broken, 'no model, no tokenizer')
  const list = join(folder, 'list.json')
  writeFileSync(list, '[1]')
  const nothing = join(folder, 'nothing.json')
  writeFileSync(nothing, 'null')
  const pixels = otherModel('pixels', 'pixel_values', 'float', 'Tanh')
  const ids = otherModel('ids', 'input_ids', 'int64', 'Identity')
  const attempts: [string, string, RegExp][] = [
    [join(folder, 'absent'), files.tokenizer, /cannot be read as an ONNX model/],
    [broken, files.tokenizer, /cannot be read as an ONNX model/],
    [files.model, broken, /cannot be read as a tokenizer/],
    [files.model, list, /cannot be read as a tokenizer/],
    [files.model, nothing, /is no tokenizer/],
    [pixels, files.tokenizer, /is no text encoder: it wants pixel_values/],
    [ids, files.tokenizer, /its first output is not of 32-bit numbers/],
  ]
  for (const [model, tokenizer, reason] of attempts) {
    const encoder = await openSuppliedEncoder({ model, tokenizer })
    expect(!encoder.ok && encoder.failure).toMatch(reason)
  }
})
