import { expect, test } from 'vitest'
import { afterTransforms } from '../../../fixtures/chainedTransforms.ts'
import { HAS_PYTHON, differences } from '../../../fixtures/sameResults/sameResults.ts'
import { extremesAtOnce } from '../kernels/extremes.ts'
import { weightedSums } from '../kernels/weightedSums.ts'
import { vectoriseGrid } from '../vectoriseLoop.ts'
import { hingeSums } from './hingeSums.ts'

function sumOf(term: string): string {
  return `import numpy as np


def f(spots: list[float], strikes: list[float], sizes: list[float]) -> list[float]:
    worth = []
    for spot in spots:
        total = 0.0
        for strike, size in zip(strikes, sizes):
            total += ${term}
        worth.append(total)
    return worth
`
}

const CALLS = sumOf('size * max(spot - strike, 0.0)')
const PUTS = sumOf('max(0.0, strike - spot) * size')
const CHOSEN = sumOf('size * (spot - strike if spot - strike > 0.0 else 0.0)')

const SPOTS = '(620.0 + rng.normal(size=40)).tolist()'
const STRIKES = '[600.0 + i for i in range(30)]'
const INPUTS = [
  `(${SPOTS}, ${STRIKES}, rng.normal(size=30).tolist())`,
  `(${STRIKES}, ${STRIKES}, [1.0] * 30)`,
  `(${STRIKES}, ${STRIKES}[::-1], [1.0, 0.0, -2.0] * 10)`,
  `([600.0] * 20, [600.0, 700.0] * 10, [1.0] * 20)`,
  `([-1e6, 1e6] * 20, ${STRIKES}, [2.0] * 30)`,
  `([float("nan")] + ${SPOTS}, ${STRIKES}, [2.0] * 30)`,
  `(${SPOTS}, [float("nan"), 610.0] * 15, [2.0] * 30)`,
  `(${SPOTS}, ${STRIKES}, [float("nan"), 2.0] * 15)`,
  `(${SPOTS}, [float("inf"), 610.0] * 15, [2.0] * 30)`,
  `(${SPOTS}, [float("-inf"), 610.0] * 15, [2.0] * 30)`,
  `([float("inf")] + ${SPOTS}, ${STRIKES}, [2.0] * 30)`,
  `(${SPOTS}, ${STRIKES}, [float("inf"), 0.0] * 15)`,
  `([1e308, -1e308] * 20, [1e308, -1e308] * 20, [2.0] * 40)`,
  `([620, 621] * 20, [610, 600] * 20, [1, 2] * 20)`,
  `(${SPOTS}, [], [])`,
  `([], ${STRIKES}, [2.0] * 30)`,
  `(${SPOTS}, ${STRIKES}, [2.0] * 20)`,
]

test.skipIf(!HAS_PYTHON)('running sums give what the table of all pairs gives', () => {
  const chains = [
    [vectoriseGrid, hingeSums],
    [vectoriseGrid, extremesAtOnce, hingeSums],
    [vectoriseGrid, weightedSums, hingeSums],
    [vectoriseGrid, extremesAtOnce, weightedSums, hingeSums],
  ]
  const pairs = [CALLS, PUTS, CHOSEN].flatMap(original =>
    chains.flatMap(chain => {
      const variant = afterTransforms(original, ...chain)
      return variant === undefined ? [] : [{ original, variant, function: 'f', inputs: INPUTS }]
    }),
  )
  expect(pairs.length).toBeGreaterThan(8)
  expect(differences(pairs).flat()).toEqual([])
})

test('the table is not made any more, whatever name it has', () => {
  expect(afterTransforms(CALLS, vectoriseGrid, hingeSums)).toContain('total = hinge_sums(spot, strike, size)')
  expect(afterTransforms(PUTS, vectoriseGrid, hingeSums)).toContain(
    'total = hinge_sums(-spot, -strike, size)',
  )
  expect(afterTransforms(CALLS, vectoriseGrid, hingeSums)).not.toContain('[:, None]')
})

test('sums of anything else stay sums of a table', () => {
  const others = [
    'size * max(spot - strike, 1.0)',
    'size * max(spot * strike, 0.0)',
    'size * min(spot - strike, 0.0)',
    'size + max(spot - strike, 0.0)',
    'spot * max(spot - strike, 0.0)',
    'size * max(size - strike, 0.0)',
    'size * abs(spot - strike)',
  ].map(sumOf)
  expect(others.map(source => afterTransforms(source, vectoriseGrid, hingeSums))).toEqual(
    others.map(() => undefined),
  )
  expect(
    afterTransforms(
      CALLS.replace('def f', 'def hinge_sums(x):\n    return x\n\n\ndef f'),
      vectoriseGrid,
      hingeSums,
    ),
  ).toBe(undefined)
})
