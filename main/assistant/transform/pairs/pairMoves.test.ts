import { expect, test } from 'vitest'
import { afterTransforms } from '../../../fixtures/chainedTransforms.ts'
import { HAS_PYTHON, differences, type Compared } from '../../../fixtures/sameResults/sameResults.ts'
import { shareExpressions } from '../local/share.ts'
import { vectorisePairs } from '../vectoriseLoop.ts'
import { alikeRows } from './alikeRows.ts'
import { rowProducts } from './rowProducts.ts'

function tableOf(value: string, others = 'rows', before = ''): string {
  return `import math
import numpy as np


def f(rows: np.ndarray, others: np.ndarray) -> list[list[float]]:
    table = []
    for a in rows:
        line = []
        for b in ${others}:
            mean_a = sum(a) / len(a)
            mean_b = sum(b) / len(b)
            ${before}
            line.append(${value})
        table.append(line)
    return table
`
}

const COVARIANCE = 'sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b))'
const SPREADS = 'math.sqrt(sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b))'

const INPUTS = [
  '(rng.normal(size=(6, 9)), rng.normal(size=(6, 9)))',
  '(rng.normal(size=(9, 9)), rng.normal(size=(9, 9)))',
  '(rng.normal(size=(30, 250)), rng.normal(size=(30, 250)))',
  '(np.ones((6, 3)), np.ones((6, 3)))',
  '(np.full((6, 3), np.nan), np.ones((6, 3)))',
  '(np.full((6, 3), np.inf), np.ones((6, 3)))',
  '(np.full((6, 3), 1e200), np.full((6, 3), -1e200))',
  '(rng.normal(size=(6, 9)) * 1e200, rng.normal(size=(6, 9)))',
  '(np.arange(30).reshape(6, 5), np.arange(30).reshape(6, 5))',
  '(np.ones((0, 3)), np.ones((6, 3)))',
  '(np.ones((20, 0)), np.ones((20, 0)))',
  '(rng.normal(size=(6, 9)).tolist(), rng.normal(size=(6, 9)).tolist())',
  '(rng.normal(size=40), rng.normal(size=40))',
]

test.skipIf(!HAS_PYTHON)(
  'what is laid along another axis, or multiplied as matrices, is what the loops compute',
  () => {
    const sources = [
      tableOf(COVARIANCE),
      tableOf(`${COVARIANCE} / ${SPREADS}`),
      tableOf(COVARIANCE, 'others'),
      tableOf('mean_a - mean_b'),
      tableOf('mean_a * mean_b + max(mean_a, 0.0)'),
    ]
    const chains = [
      [alikeRows],
      [shareExpressions, alikeRows],
      [shareExpressions, alikeRows, rowProducts],
      [alikeRows, shareExpressions, rowProducts],
    ]
    const pairs = sources.flatMap(original =>
      chains.flatMap((chain): Compared[] => {
        const variant = afterTransforms(original, vectorisePairs, ...chain)
        return variant === undefined ? [] : [{ original, variant, function: 'f', inputs: INPUTS }]
      }),
    )
    expect(pairs.length).toBeGreaterThan(5)
    expect(pairs.filter(({ variant }) => variant.includes('.T')).length).toBeGreaterThan(0)
    expect(differences(pairs).flat()).toEqual([])
  },
)

test('what is of a row alone is computed once, and all products in one', () => {
  const source = tableOf('total', 'rows', 'total = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b))')
  const alike = afterTransforms(source, vectorisePairs, shareExpressions, alikeRows)
  expect(afterTransforms(source, vectorisePairs)).toContain('mean_a = a_rows.sum(axis=-1)')
  expect(alike).not.toContain('mean_a = a_rows.sum(axis=-1)')
  expect(afterTransforms(tableOf('mean_a / mean_b'), vectorisePairs, alikeRows)).toContain(
    'mean_b[:, None] / mean_b',
  )
})

test('rows of two tables, and what differs between them, are computed apart', () => {
  expect(afterTransforms(tableOf('mean_a / mean_b', 'others'), vectorisePairs, alikeRows)).toBe(undefined)
  expect(
    afterTransforms(tableOf('sum(a) * max(b)').replaceAll('/ len', '+ len'), vectorisePairs, rowProducts),
  ).toBe(undefined)
})
