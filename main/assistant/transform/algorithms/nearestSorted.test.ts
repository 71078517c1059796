import { expect, test } from 'vitest'
import { afterTransforms } from '../../../fixtures/chainedTransforms.ts'
import { HAS_PYTHON, differences } from '../../../fixtures/sameResults/sameResults.ts'
import { packNumbers } from '../arrays/packing.ts'
import { hoistInvariants } from '../local/hoist.ts'
import { vectoriseGrid } from '../vectoriseLoop.ts'
import { nearestSorted } from './nearestSorted.ts'

const NEAREST = `import numpy as np


def f(points: list[float], levels: list[float]) -> list[float]:
    result = []
    for point in points:
        best = None
        for level in sorted(levels):
            if best is None or abs(level - point) < abs(best - point):
                best = level
        result.append(best)
    return result
`

const LEVELS = '[600.0 + 2.5 * i for i in range(30)]'
const INPUTS = [
  `((620.0 + 20.0 * rng.normal(size=40)).tolist(), ${LEVELS})`,
  `([600.0 + 1.25 * i for i in range(60)], ${LEVELS}[::-1])`,
  `([600.0 + 1.25 * i for i in range(60)], ${LEVELS} * 2)`,
  `([1e300, -1e300, 1e18] * 10, ${LEVELS})`,
  `([1e17 + 16.0 * i for i in range(20)], [1.0, 2.0, 3.0])`,
  `([0.0] * 20, [-1.0, 1.0, 0.0, -0.0])`,
  `([0.0] * 20, [-1.0, 1.0])`,
  `([float("nan"), 610.0] * 10, ${LEVELS})`,
  `([float("inf"), 610.0] * 10, ${LEVELS})`,
  `([610.0] * 20, [float("nan"), 600.0, 610.0])`,
  `([610.0] * 20, [float("inf"), 600.0, float("-inf")])`,
  `([1e308, -1e308] * 10, [1e308, -1e308])`,
  '([610] * 20, [600, 605, 612])',
  '([610.0] * 20, [])',
  '([610.0] * 20, [600.0])',
  `([], ${LEVELS})`,
  `([610.0] * 3, ${LEVELS})`,
]

test.skipIf(!HAS_PYTHON)('a search finds what going through all of them finds', () => {
  const chains = [
    [hoistInvariants, vectoriseGrid, nearestSorted],
    [hoistInvariants, vectoriseGrid, packNumbers, nearestSorted],
    [vectoriseGrid, nearestSorted],
  ]
  const pairs = chains.flatMap(chain => {
    const variant = afterTransforms(NEAREST, ...chain)
    return variant === undefined ? [] : [{ original: NEAREST, variant, function: 'f', inputs: INPUTS }]
  })
  expect(pairs.length).toBeGreaterThan(1)
  expect(pairs[0]?.variant).toContain('best = nearest_sorted(level, point)')
  expect(pairs[0]?.variant).not.toContain('[:, None]')
  expect(differences(pairs).flat()).toEqual([])
})

test('what is not sorted, or looked for otherwise, stays a table', () => {
  const others = [
    NEAREST.replace('sorted(levels)', 'levels'),
    NEAREST.replace('sorted(levels)', 'sorted(levels, reverse=True)'),
    NEAREST.replace('abs(level - point) < abs(best - point)', 'abs(level - point) > abs(best - point)'),
    NEAREST.replace('abs(level - point) < abs(best - point)', '(level - point) ** 2 < (best - point) ** 2'),
  ]
  expect(
    others.map(source => afterTransforms(source, hoistInvariants, vectoriseGrid, nearestSorted)),
  ).toEqual(others.map(() => undefined))
})
