import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { chebyshevCoefficients, chebyshevValue, gaussLegendre } from './quadrature.ts'

const points = fc.integer({ min: 1, max: 64 })
const inside = fc.double({ min: -1, max: 1, noNaN: true })

function integral(points: number, f: (x: number) => number): number {
  const { nodes, weights } = gaussLegendre(points)
  return nodes.reduce((sum, node, index) => sum + (weights[index] ?? Number.NaN) * f(node), 0)
}

test('powers up to degree 2n - 1 are integrated exactly, and the next even one is not', () => {
  fc.assert(
    fc.property(points, fc.nat(127), (points, drawn) => {
      const power = drawn % (2 * points)
      const truth = power % 2 === 0 ? 2 / (power + 1) : 0
      expect(Math.abs(integral(points, x => x ** power) - truth)).toBeLessThan(1e-14)
    }),
    { numRuns: 300 },
  )
  for (const points of [1, 2, 5, 12]) {
    const miss = integral(points, x => x ** (2 * points)) - 2 / (2 * points + 1)
    expect(Math.abs(miss)).toBeGreaterThan(1e-8)
  }
})

test('smooth functions are integrated to the last digits', () => {
  expect(integral(24, Math.exp)).toBeCloseTo(Math.E - 1 / Math.E, 14)
  expect(integral(48, x => 1 / (1 + 4 * x * x))).toBeCloseTo(Math.atan(2), 14)
})

test('nodes lie inside and mirror each other, weights are positive and fill the interval', () => {
  fc.assert(
    fc.property(points, points => {
      const { nodes, weights } = gaussLegendre(points)
      expect(nodes.length).toBe(points)
      expect(new Set(nodes).size).toBe(points)
      nodes.forEach((node, index) => {
        expect(Math.abs(node)).toBeLessThan(1)
        expect(Math.abs(node + (nodes[points - 1 - index] ?? 0))).toBeLessThan(1e-15)
      })
      expect(Math.min(...weights)).toBeGreaterThan(0)
      expect(integral(points, () => 1)).toBeCloseTo(2, 13)
    }),
  )
})

test('the rule of three points is the one of every textbook', () => {
  const { nodes, weights } = gaussLegendre(3)
  const [a, b] = [[...nodes], [...weights]]
  expect(a.toSorted((x, y) => x - y)[2]).toBeCloseTo(Math.sqrt(0.6), 15)
  expect(b.toSorted((x, y) => x - y)[0]).toBeCloseTo(5 / 9, 15)
  expect(gaussLegendre(3)).toBe(gaussLegendre(3))
})

test('one Chebyshev polynomial alone is the cosine of a multiple of the angle', () => {
  fc.assert(
    fc.property(fc.nat(20), fc.double({ min: 0, max: Math.PI, noNaN: true }), (order, angle) => {
      const coefficients = Float64Array.from({ length: 21 }, (_, index) => (index === order ? 1 : 0))
      expect(chebyshevValue(coefficients, Math.cos(angle))).toBeCloseTo(Math.cos(order * angle), 12)
    }),
  )
})

test('a polynomial is given back everywhere from its values at the Chebyshev points', () => {
  const coefficients = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 2, maxLength: 15 })
  fc.assert(
    fc.property(coefficients, inside, (powers, x) => {
      const degree = powers.length - 1
      const polynomial = (at: number) => powers.reduceRight((value, power) => value * at + power, 0)
      const values = Float64Array.from(powers, (_, index) => polynomial(Math.cos((index * Math.PI) / degree)))
      expect(chebyshevValue(chebyshevCoefficients(values), x)).toBeCloseTo(polynomial(x), 10)
    }),
  )
})
