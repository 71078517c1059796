import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { randomNetwork } from '../fixtures/networks.ts'
import { NotOnnx, readOnnx, writeOnnx } from './onnxReader.ts'
import { createOnnxGraph } from './onnxWriter.ts'

test('what was written is read: operations, constants with their values, ports and notes', () => {
  const graph = createOnnxGraph('small')
  graph.input('x', ['rows', 2])
  graph.constant('w', [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6))
  graph.constant('shape', [1], BigInt64Array.of(-1n))
  graph.apply('Gemm', ['x', 'w'], 'y', { transB: 0, alpha: { float: 0.5 } })
  graph.apply('Reshape', ['y', 'shape'], 'z')
  graph.output('z', ['all'])
  graph.note('about', 'a note')
  const parts = readOnnx(graph.bytes())
  expect(parts.nodes.map(({ operation, inputs, outputs }) => [operation, inputs, outputs])).toEqual([
    ['Gemm', ['x', 'w'], ['y']],
    ['Reshape', ['y', 'shape'], ['z']],
  ])
  expect(parts.nodes[0]?.numbers.get('alpha')).toBe(0.5)
  expect(parts.constants.map(({ name, shape }) => [name, shape])).toEqual([
    ['w', [2, 3]],
    ['shape', [1]],
  ])
  expect(parts.constants[0]?.values).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6))
  expect(parts.constants[1]?.values).toBeUndefined()
  expect([parts.inputs, parts.outputs].map(ports => ports.map(({ name }) => name))).toEqual([['x'], ['z']])
  expect(parts.notes.get('about')).toBe('a note')
})

test('parts that are written again are read the same', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), seed => {
      const parts = readOnnx(randomNetwork(seed, 'twoTowers', { hasAttention: true }))
      const again = readOnnx(writeOnnx(parts))
      // Operations lose their names, and nothing else
      const unnamed = parts.nodes.map(node => ({ ...node, name: '' }))
      expect(again).toEqual({ ...parts, nodes: unnamed })
    }),
    { numRuns: 10 },
  )
})

test('bytes that are no model are refused, never misread in another way', () => {
  const isReadOrRefused = (bytes: Uint8Array) => {
    try {
      return Array.isArray(readOnnx(bytes).nodes)
    } catch (cause) {
      return cause instanceof NotOnnx
    }
  }
  const model = randomNetwork(1)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
      expect(isReadOrRefused(bytes)).toBe(true)
    }),
    { numRuns: 400 },
  )
  fc.assert(
    fc.property(fc.nat(model.length - 1), fc.nat(255), fc.nat(model.length), (place, value, length) => {
      const damaged = model.slice(0, Math.max(length, 1))
      damaged[place % damaged.length] = value
      expect(isReadOrRefused(damaged)).toBe(true)
    }),
    { numRuns: 400 },
  )
  expect(() => readOnnx(new Uint8Array())).toThrow('a model must have a graph')
  expect(() => readOnnx(model.slice(0, -1))).toThrow(NotOnnx)
})
