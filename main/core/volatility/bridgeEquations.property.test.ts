import fc from 'fast-check'
import { expect, test } from 'vitest'
import { at } from '../base/assert.ts'
import { BridgeSums, emptyEquations } from './bridgeEquations.ts'
import { SEGMENTS, logAt, outOfTheMoneyValue, quantileCurve, type QuantileCurve } from './quantileCurve.ts'

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })

/** Deviations of any shape, wild ones too. */
const deviations = fc
  .tuple(number(0.002, 0.3), fc.array(number(-1, 1), { minLength: SEGMENTS, maxLength: SEGMENTS }))
  .map(([level, shape]) => Float64Array.from(shape, part => level * Math.exp(part)))

const strikes = fc.array(fc.record({ z: number(-4.5, 4.5), weight: number(0.1, 3), pull: number(-2, 2) }), {
  minLength: 1,
  maxLength: 12,
})

/** The equations of strikes at these z. */
function equationsOf(curve: QuantileCurve, points: readonly { z: number; weight: number; pull: number }[]) {
  const sums = new BridgeSums(curve)
  for (const { z, weight, pull } of points) sums.add(logAt(curve, z), weight, pull)
  const system = emptyEquations(SEGMENTS)
  sums.addTo(system)
  return system
}

/** How the value of a strike at z changes with each deviation: what one strike that pulls back by 1 leaves. */
function sensitivities(curve: QuantileCurve, z: number): Float64Array {
  return equationsOf(curve, [{ z, weight: 0, pull: -1 }]).right
}

test('sensitivities are the differences of the value', () => {
  fc.assert(
    fc.property(deviations, fc.nat(SEGMENTS - 1), number(-4.5, 4.5), (shape, place, z) => {
      const curve = quantileCurve(shape)
      const log = logAt(curve, z)
      const valueWith = (factor: number) =>
        outOfTheMoneyValue(
          quantileCurve(shape.map((part, segment) => (segment === place ? part * factor : part))),
          log,
        )
      const difference = (valueWith(1 + 1e-5) - valueWith(1 - 1e-5)) / 2e-5
      expect(at(sensitivities(curve, z), place)).toBeCloseTo(difference, 7)
    }),
    { numRuns: 200 },
  )
})

test('the equations of many strikes are the sums of the products of each one with itself', () => {
  fc.assert(
    fc.property(deviations, strikes, (shape, points) => {
      const curve = quantileCurve(shape)
      const rows = points.map(({ z }) => sensitivities(curve, z))
      const { matrix, right } = equationsOf(curve, points)
      for (let i = 0; i < SEGMENTS; i += 1) {
        const pulled = rows.reduce((sum, row, point) => sum - (points[point]?.pull ?? 0) * at(row, i), 0)
        expect(at(right, i)).toBeCloseTo(pulled, 12)
        for (let j = 0; j <= i; j += 1) {
          const product = rows.reduce(
            (sum, row, point) => sum + (points[point]?.weight ?? 0) * at(row, i) * at(row, j),
            0,
          )
          expect(at(matrix, i * SEGMENTS + j)).toBeCloseTo(product, 12)
        }
      }
    }),
    { numRuns: 60 },
  )
})
