import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkGradient } from './centralDifferences.ts'
import {
  add,
  clip,
  divide,
  exponential,
  gelu,
  logSigmoid,
  logarithm,
  maximum,
  mean,
  minimum,
  multiply,
  negate,
  relu,
  sigmoid,
  softplus,
  square,
  squareRoot,
  subtract,
  tanh,
} from './elementwise.ts'
import { gradient } from './gradient.ts'
import { attention, layerNorm, linear, logSoftmax, softmax } from './layers.ts'
import { flatProduct, matrixProduct } from './products.ts'
import { concatenate, expand, pad, reshape, slice, split, sum, transpose, transposeLast } from './shaping.ts'
import { sizeOf, type Shape, type Value } from './tape.ts'

const LIMIT = 1e-6

/** Numbers away from the kinks of relu, clip and the like, where there is no derivative to compare. */
function numbersOf(shape: Shape, seed: number, isPositive = false): Float64Array {
  return Float64Array.from({ length: sizeOf(shape) }, (_, index) => {
    const wave = Math.sin(12.9898 * (index + 1) + seed) * 43_758.5453
    const size = 0.15 + 0.8 * (wave - Math.floor(wave))
    return isPositive || Math.sin(3.1 * index + seed) > 0 ? size : -size
  })
}

const seeds = fc.integer({ min: 1, max: 10_000 })
const sizes = fc.integer({ min: 1, max: 4 })
const shapes = fc.array(sizes, { minLength: 1, maxLength: 3 })

async function worstOf(
  build: (inputs: readonly Value[]) => Value,
  inputs: readonly { readonly shape: Shape; readonly values: Float64Array }[],
): Promise<number> {
  const { worst, tried } = await checkGradient({ inputs, build }, 6)
  return tried > 0 ? worst : Number.NaN
}

/** The only input of a computation that has one. */
function one([value]: readonly Value[]): Value {
  if (!value) throw new Error('there must be an input')
  return value
}

function two([first, second]: readonly Value[]): readonly [Value, Value] {
  if (!first || !second) throw new Error('there must be two inputs')
  return [first, second]
}

function three([first, second, third]: readonly Value[]): readonly [Value, Value, Value] {
  if (!first || !second || !third) throw new Error('there must be three inputs')
  return [first, second, third]
}

const unary: readonly (readonly [string, (value: Value) => Value, boolean?])[] = [
  ['negate', negate],
  ['exponential', exponential],
  ['logarithm', logarithm, true],
  ['squareRoot', squareRoot, true],
  ['square', square],
  ['tanh', tanh],
  ['sigmoid', sigmoid],
  ['softplus', softplus],
  ['logSigmoid', logSigmoid],
  ['relu', relu],
  ['gelu', gelu],
  ['clip', value => clip(value, -0.05, 0.1)],
  ['softmax', softmax],
  ['logSoftmax', logSoftmax],
  ['sum', value => sum(value)],
  ['sum of the last axis', value => sum(value, [value.shape.length - 1], true)],
  ['mean of the first axis', value => mean(value, [0])],
  ['reshape', value => square(reshape(value, [sizeOf(value.shape)]))],
  ['pad', value => square(pad(value, 0, 1, 2))],
  ['expand', value => square(expand(reshape(value, [1, ...value.shape]), [3, ...value.shape]))],
  ['transpose', value => square(transpose(value, value.shape.map((_, axis) => axis).toReversed()))],
]

const cases = unary.map(([name, operation, isPositive = false]) => ({ name, operation, isPositive }))

test.each(cases)(
  'the gradient of $name is that of central differences',
  async ({ operation, isPositive }) => {
    await fc.assert(
      fc.asyncProperty(shapes, seeds, async (shape, seed) => {
        expect(
          await worstOf(
            inputs => operation(one(inputs)),
            [{ shape, values: numbersOf(shape, seed, isPositive) }],
          ),
        ).toBeLessThan(LIMIT)
      }),
      { numRuns: 4 },
    )
  },
)

test.each(cases)(
  'the gradient of the gradient of $name is right as well',
  async ({ operation, isPositive }) => {
    await fc.assert(
      fc.asyncProperty(shapes, seeds, async (shape, seed) => {
        expect(
          await worstOf(
            inputs => {
              const value = one(inputs)
              // Bent, so that the second derivative is not zero where the operation is a straight line
              const [first] = gradient(sum(exponential(multiply(operation(value), 0.5))), [value])
              return first ?? value
            },
            [{ shape, values: numbersOf(shape, seed, isPositive) }],
          ),
        ).toBeLessThan(LIMIT)
      }),
      { numRuns: 2 },
    )
  },
)

const binary: readonly (readonly [string, (one: Value, other: Value) => Value])[] = [
  ['add', add],
  ['subtract', subtract],
  ['multiply', multiply],
  ['divide', divide],
  ['minimum', minimum],
  ['maximum', maximum],
]

test.each(binary)('%s repeats its sides to each other and pulls back to both', async (_, operation) => {
  const repeated = fc.array(fc.tuple(sizes, fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(repeated, fc.nat(2), seeds, async (axes, dropped, seed) => {
      const first = axes.map(([size, isSingle]) => (isSingle ? 1 : size))
      const second = axes
        .map(([size, , isSingle]) => (isSingle ? 1 : size))
        .slice(Math.min(dropped, axes.length - 1))
      expect(
        await worstOf(
          inputs => square(operation(...two(inputs))),
          [
            { shape: first, values: numbersOf(first, seed) },
            { shape: second, values: numbersOf(second, seed + 0.37) },
          ],
        ),
      ).toBeLessThan(LIMIT)
    }),
    { numRuns: 6 },
  )
})

test('products of matrices and of batches of them pull back to both sides', async () => {
  await fc.assert(
    fc.asyncProperty(
      sizes,
      sizes,
      sizes,
      fc.array(sizes, { maxLength: 2 }),
      fc.nat(2),
      seeds,
      async (...all) => {
        const [rows, inner, columns, batch, kind, seed] = all
        const first = [...batch, rows, inner]
        const shared =
          kind === 0 ? [] : kind === 1 ? batch : batch.map((size, axis) => (axis === 0 ? 1 : size))
        const second = [...shared, inner, columns]
        expect(
          await worstOf(
            inputs => square(matrixProduct(...two(inputs))),
            [
              { shape: first, values: numbersOf(first, seed) },
              { shape: second, values: numbersOf(second, seed + 1) },
            ],
          ),
        ).toBeLessThan(LIMIT)
      },
    ),
    { numRuns: 12 },
  )
})

test('flat products turn either side over, to the second order', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, sizes, sizes, fc.boolean(), fc.boolean(), seeds, async (...all) => {
      const [rows, inner, columns, turnOne, turnOther, seed] = all
      const first = turnOne ? [inner, rows] : [rows, inner]
      const second = turnOther ? [columns, inner] : [inner, columns]
      expect(
        await worstOf(
          inputs => {
            const [one, other] = two(inputs)
            const loss = sum(exponential(tanh(flatProduct(one, other, turnOne, turnOther))))
            const [first] = gradient(loss, [one])
            return first ?? one
          },
          [
            { shape: first, values: numbersOf(first, seed) },
            { shape: second, values: numbersOf(second, seed + 1) },
          ],
        ),
      ).toBeLessThan(LIMIT)
    }),
    { numRuns: 8 },
  )
})

test('parts cut out, taken apart and put together pull back to where they came from', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, sizes, sizes, seeds, async (before, part, after, seed) => {
      const shape = [2, before + part + after]
      expect(
        await worstOf(
          inputs => {
            const value = one(inputs)
            const [first, second] = two(split(value, 1, [before, part + after]))
            const cut = slice(value, 1, before, before + part)
            return concatenate([square(second), exponential(cut), multiply(first, 3)], 1)
          },
          [{ shape, values: numbersOf(shape, seed) }],
        ),
      ).toBeLessThan(LIMIT)
    }),
    { numRuns: 8 },
  )
})

test('layers: affine, normalised, attending to each other', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, sizes, seeds, async (batch, steps, seed) => {
      const width = 4
      expect(
        await worstOf(
          inputs => {
            const [value, weights, biases] = three(inputs)
            const normal = layerNorm(linear(value, weights, biases), biases, biases)
            return attention(normal, value, tanh(normal), 2).mixed
          },
          [
            { shape: [batch, steps, width], values: numbersOf([batch, steps, width], seed) },
            { shape: [width, width], values: numbersOf([width, width], seed + 1) },
            { shape: [width], values: numbersOf([width], seed + 2) },
          ],
        ),
      ).toBeLessThan(LIMIT)
    }),
    { numRuns: 6 },
  )
})

test('random graphs: whatever is put together has the gradient of central differences', async () => {
  const smooth = [tanh, sigmoid, softplus, square, negate, gelu, softmax, logSoftmax, transposeLast]
  const steps = fc.array(fc.tuple(fc.nat(smooth.length - 1), fc.nat(20), fc.nat(2)), {
    minLength: 2,
    maxLength: 7,
  })
  await fc.assert(
    fc.asyncProperty(steps, seeds, async (plan, seed) => {
      expect(
        await worstOf(
          inputs => {
            const made = [...inputs]
            for (const [operation, which, joint] of plan) {
              const value = made[which % made.length] ?? one(made)
              const other = made[(which * 7 + 3) % made.length] ?? value
              const next = (smooth[operation] ?? tanh)(value)
              made.push(
                joint === 0 ? next : joint === 1 ? add(next, other) : tanh(matrixProduct(next, other)),
              )
            }
            return made.at(-1) ?? one(made)
          },
          [1, 2].map(each => ({ shape: [3, 3], values: numbersOf([3, 3], seed + each) })),
        ),
      ).toBeLessThan(LIMIT)
    }),
    { numRuns: 15 },
  )
})
