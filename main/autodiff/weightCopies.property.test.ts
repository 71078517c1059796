import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { InferenceSession } from 'onnxruntime-node'
import { expect, test } from 'vitest'
import { createRandom } from '../core/base/random.ts'
import { NotOnnx } from './onnxReader.ts'
import { createOnnxGraph } from './onnxWriter.ts'
import { copyFidelity, weightCopy } from './weightCopies.ts'

/** A network of two layers with weights of a seed. */
function network(inputs: number, hidden: number, outputs: number, seed: number): Uint8Array {
  const random = createRandom(seed)
  const weights = (rows: number, columns: number) =>
    Float32Array.from({ length: rows * columns }, () => random.normal() / Math.sqrt(rows))
  const graph = createOnnxGraph('network')
  graph.input('observation', ['rows', inputs])
  graph.constant('first', [inputs, hidden], weights(inputs, hidden))
  graph.constant('firstBiases', [hidden], weights(1, hidden))
  graph.constant('second', [hidden, outputs], weights(hidden, outputs))
  graph.constant('secondBiases', [outputs], weights(1, outputs))
  graph.apply('Gemm', ['observation', 'first', 'firstBiases'], 'sums')
  graph.apply('Tanh', ['sums'], 'units')
  graph.apply('MatMul', ['units', 'second'], 'products')
  graph.apply('Add', ['products', 'secondBiases'], 'logits')
  graph.output('logits', ['rows', outputs])
  return graph.bytes()
}

function rowsOf(count: number, width: number, seed: number): Float32Array {
  const random = createRandom(seed)
  return Float32Array.from({ length: count * width }, () => random.normal())
}

test('copies of any network answer nearly the same, and the smaller the coarser', async () => {
  const size = fc.integer({ min: 1, max: 70 })
  await fc.assert(
    fc.asyncProperty(
      size,
      size,
      fc.integer({ min: 2, max: 9 }),
      fc.nat(),
      async (inputs, hidden, outputs, seed) => {
        const model = network(inputs, hidden, outputs, seed)
        const rows = rowsOf(64, inputs, seed + 1)
        const bytes = await copyFidelity(model, weightCopy(model, 'int8'), rows, inputs)
        const nibbles = await copyFidelity(model, weightCopy(model, 'int4'), rows, inputs)
        // Half a step of the scale in each weight, of two layers
        expect(bytes.relativeError).toBeLessThan(0.03)
        expect(nibbles.relativeError).toBeLessThan(0.4)
        expect(await copyFidelity(model, model, rows, inputs)).toEqual({ agreement: 1, relativeError: 0 })
      },
    ),
    { numRuns: 25 },
  )
})

test('a larger network is nearly a quarter and an eighth of its size, and mostly of the same opinion', async () => {
  const model = network(20, 128, 7, 5)
  const [bytes, nibbles] = [weightCopy(model, 'int8'), weightCopy(model, 'int4')]
  expect(bytes.length / model.length).toBeLessThan(0.4)
  expect(nibbles.length / bytes.length).toBeLessThan(0.8)
  const rows = rowsOf(2000, 20, 6)
  expect((await copyFidelity(model, bytes, rows, 20)).agreement).toBeGreaterThan(0.98)
  expect((await copyFidelity(model, nibbles, rows, 20)).agreement).toBeGreaterThan(0.85)
})

test('weights that are whole numbers of a scale come back as they were', async () => {
  const graph = createOnnxGraph('exact')
  graph.input('observation', ['rows', 3])
  graph.constant('weights', [3, 2], Float32Array.of(7, -14, 3, 6, -1, 0))
  graph.apply('MatMul', ['observation', 'weights'], 'logits')
  graph.output('logits', ['rows', 2])
  const model = graph.bytes()
  const fidelity = await copyFidelity(model, weightCopy(model, 'int4'), rowsOf(20, 3, 1), 3)
  // The runtime rounds what a 4-bit matrix is multiplied with to 8 bits
  expect(fidelity.relativeError).toBeLessThan(0.01)
})

test('the written policy has copies that load and keep its notes', async () => {
  const model = new Uint8Array(readFileSync('assets/policies/first/policy.onnx'))
  for (const format of ['int8', 'int4'] as const) {
    const copy = weightCopy(model, format)
    const session = await InferenceSession.create(copy)
    expect([session.inputNames, session.outputNames]).toEqual([['observation'], ['logits']])
    await session.release()
    expect(Buffer.from(copy).includes('observationVersion')).toBe(true)
  }
})

test('what is no model is refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
      expect(() => weightCopy(bytes, 'int8')).toThrow(NotOnnx)
    }),
  )
})
