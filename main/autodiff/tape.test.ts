import { InferenceSession, Tensor } from 'onnxruntime-node'
import { expect, test } from 'vitest'
import { checkGradient } from './centralDifferences.ts'
import { compileGraph } from './compiledGraph.ts'
import { add, exponential, multiply, square, tanh } from './elementwise.ts'
import { gradient } from './gradient.ts'
import { layoutSize, unpack, viewsOf } from './layout.ts'
import { matrixProduct } from './products.ts'
import { readOnnx } from './onnxReader.ts'
import { concatenate, expand, recordOne, reshape, slice, split, sum, transpose } from './shaping.ts'
import { createTape } from './tape.ts'

test('a graph runs in 32 and in 64 bits, as often as wanted', async () => {
  const answers = await Promise.all(
    (['float', 'double'] as const).map(async precision => {
      const tape = createTape(precision)
      const value = tape.input('value', [2])
      tape.output('result', add(multiply(tanh(value), 2), value))
      const graph = await compileGraph(tape)
      const numbers = precision === 'float' ? Float32Array.of(0.5, -1) : Float64Array.of(0.5, -1)
      const first = await graph.run({ value: numbers })
      const into = numbers.map(() => 0)
      await graph.runInto({ value: numbers }, { result: into })
      await graph.release()
      expect(into).toEqual(first.result)
      return into
    }),
  )
  const expected = [0.5, -1].map(value => 2 * Math.tanh(value) + value)
  expect(answers[0]?.[0]).toBeCloseTo(expected[0] ?? 0, 6)
  expect([...(answers[1] ?? [])]).toEqual(expected.map(value => expect.closeTo(value, 14)))
})

test('a file that leaves the number of rows open answers any of them as one written for so many', async () => {
  const answersOf = async (written: number, asked: number, rows: string | undefined) => {
    const tape = createTape()
    const value = tape.input('value', [written, 2, 3])
    const weights = tape.constant(Float32Array.of(1, -2, 0.5), [3, 1])
    const sums = reshape(matrixProduct(tanh(value), weights), [written, 2])
    tape.output('result', reshape(concatenate([sums, slice(sums, 1, 0, 1)], 1), [written, 3, 1]))
    const session = await InferenceSession.create(tape.bytes(rows))
    const numbers = Float32Array.from({ length: asked * 6 }, (_, index) => Math.sin(index))
    const { result } = await session.run({ value: new Tensor('float32', numbers, [asked, 2, 3]) })
    await session.release()
    return result
  }
  for (const rows of [1, 2, 5]) {
    const [open, fixed] = [await answersOf(2, rows, 'rows'), await answersOf(rows, rows, undefined)]
    expect(open?.dims).toEqual([rows, 3, 1])
    expect(open?.data).toEqual(fixed?.data)
  }
})

test('what no output needs is not written', () => {
  const tape = createTape()
  const value = tape.input('value', [3])
  exponential(value)
  multiply(value, 7)
  tape.output('result', square(value))
  expect(readOnnx(tape.bytes()).nodes.map(node => node.operation)).toEqual(['Mul', 'Identity'])
})

test('an operation whose pullback is wrong is found out', async () => {
  const inputs = [{ shape: [2], values: Float64Array.of(0.4, -0.7) }]
  const wrong = await checkGradient({
    inputs,
    build: ([value]) => {
      if (!value) throw new Error('there must be an input')
      // Its pullback forgets the factor of two
      return recordOne(value, {
        operation: 'Mul',
        inputs: [value, value],
        shape: value.shape,
        pullback: ([pulled]) => [pulled && multiply(pulled, value), undefined],
      })
    },
  })
  expect(wrong.worst).toBeGreaterThan(0.1)
})

test('a loss that does not depend on something has zeros for it', async () => {
  const tape = createTape('double')
  const [used, unused] = [tape.input('used', [2]), tape.input('unused', [2, 2])]
  gradient(sum(square(used)), [used, unused]).forEach((pull, index) => tape.output(`pull${index}`, pull))
  const graph = await compileGraph(tape)
  const answer = await graph.run({ used: Float64Array.of(3, -1), unused: new Float64Array(4).fill(9) })
  await graph.release()
  expect(answer.pull0).toEqual(Float64Array.of(6, -2))
  expect(answer.pull1).toEqual(new Float64Array(4))
})

test('a deep graph does not run over the stack', () => {
  const tape = createTape()
  const start = tape.input('start', [1])
  let value = start
  for (let step = 0; step < 20_000; step += 1) value = multiply(value, 1.0001)
  expect(gradient(sum(value), [start])).toHaveLength(1)
})

test('shapes that do not fit are refused with the rule', () => {
  const tape = createTape()
  const [matrix, row] = [tape.input('matrix', [2, 3]), tape.input('row', [4])]
  expect(() => add(matrix, row)).toThrow('shapes must fit each other, were [2, 3] and [4]')
  expect(() => reshape(matrix, [5])).toThrow('a shape of 6 numbers must stay one, was [5]')
  expect(() => expand(matrix, [2, 4])).toThrow('shapes must fit each other')
  expect(() => matrixProduct(matrix, matrix)).toThrow('a product must meet at one size, was 3 and 2')
  expect(() => slice(matrix, 1, 2, 9)).toThrow('a slice must lie within 0 and 3, was 2 to 9')
  expect(() => split(matrix, 1, [1, 1])).toThrow('parts must add up to 3, were 2')
  expect(() => transpose(matrix, [0, 0])).toThrow('must name each once, was [0, 0]')
  expect(() => concatenate([], 0)).toThrow('there must be something to concatenate')
  expect(() => gradient(matrix, [matrix])).toThrow('a gradient is of a single number, not of [2, 3]')
  expect(() => tape.input('matrix', [1])).toThrow('an input must have a name of its own, was matrix')
})

test('numbers that do not fit a graph are refused by name', async () => {
  const tape = createTape()
  tape.output('result', square(tape.input('value', [2])))
  const graph = await compileGraph(tape)
  await expect(graph.run({ value: Float32Array.of(1) })).rejects.toThrow('value must have 2 numbers, has 1')
  await expect(graph.run({})).rejects.toThrow('value must have 2 numbers, has none')
  await expect(graph.run({ value: Float64Array.of(1, 2) })).rejects.toThrow(
    'value must hold numbers of kind float',
  )
  await expect(
    graph.runInto({ value: Float32Array.of(1, 2) }, { other: new Float32Array(2) }),
  ).rejects.toThrow('there must be an output of that name, was other')
  await graph.release()
})

test('parts of a layout lie one after the other', () => {
  const layout = [
    ['weights', [2, 2]],
    ['biases', [2]],
  ] as const
  const flat = Float32Array.of(1, 2, 3, 4, 5, 6)
  expect(layoutSize(layout)).toBe(6)
  expect(viewsOf(flat, layout)('biases')).toEqual(Float32Array.of(5, 6))
  expect(() => viewsOf(flat, layout)('other')).toThrow('was other')
  expect(() => viewsOf(new Float32Array(5), layout)).toThrow('parameters must be 6 numbers, were 5')
  expect(() => unpack(createTape().input('flat', [6]), layout)('other')).toThrow('was other')
})
