import fc from 'fast-check'
import { expect, test } from 'vitest'
import { at } from '../base/assert.ts'
import { solvePositiveDefinite } from './cholesky.ts'

const number = fc.double({ min: -3, max: 3, noNaN: true })

test('a solution gives the right side back', () => {
  const systems = fc
    .integer({ min: 1, max: 12 })
    .chain(size =>
      fc.tuple(
        fc.array(number, { minLength: size * size, maxLength: size * size }),
        fc.array(number, { minLength: size, maxLength: size }),
      ),
    )
  fc.assert(
    fc.property(systems, ([factor, right]) => {
      const size = right.length
      // B B' + 1 is positive definite whatever B is
      const matrix = Float64Array.from({ length: size * size }, (_, cell) => {
        const [row, column] = [Math.floor(cell / size), cell % size]
        const product = right.reduce(
          (sum, _, k) => sum + at(factor, row * size + k) * at(factor, column * size + k),
          0,
        )
        return product + (row === column ? 1 : 0)
      })
      const solution = solvePositiveDefinite(matrix.slice(), Float64Array.from(right))
      for (const [row, wanted] of right.entries()) {
        const found = solution.reduce((sum, part, column) => sum + at(matrix, row * size + column) * part, 0)
        expect(found).toBeCloseTo(wanted, 8)
      }
    }),
  )
})
