import { expect, test } from 'vitest'
import { afterTransforms } from '../../../fixtures/chainedTransforms.ts'
import { HAS_PYTHON, differences } from '../../../fixtures/sameResults/sameResults.ts'
import { vectorisePairs } from '../vectoriseLoop.ts'

/** Modules in which the pairs of a table are computed at once. */
function formsOf(source: string): readonly string[] {
  const made = afterTransforms(source, vectorisePairs)
  return made === undefined ? [] : [made]
}

function tableOf(before: string, value: string, after = ''): string {
  return `import math
import numpy as np

def f(rows: np.ndarray, others: np.ndarray):
    table = []
    for a in rows:
        ${before}
        line = []
        for b in others:
            line.append(${value})
        table.append(line)
    return table${after}
`
}

const INPUTS = [
  '(rng.normal(size=(6, 9)), rng.normal(size=(5, 9)))',
  '(rng.normal(size=(9, 9)), rng.normal(size=(9, 9)))',
  '(rng.normal(size=(6, 9)), rng.normal(size=(5, 4)))',
  '(np.ones((6, 3)), np.ones((5, 3)))',
  '(np.full((6, 3), np.nan), np.ones((5, 3)))',
  '(np.full((6, 3), np.inf), np.ones((5, 3)))',
  '(np.arange(30).reshape(6, 5), np.arange(30).reshape(6, 5))',
  '(np.ones((0, 3)), np.ones((5, 3)))',
  '(np.ones((20, 0)), np.ones((20, 0)))',
  '(np.ones((1, 3)), np.ones((40, 3)))',
  '(rng.normal(size=(6, 9)).tolist(), rng.normal(size=(5, 9)).tolist())',
  '(rng.normal(size=40), rng.normal(size=40))',
]

test.skipIf(!HAS_PYTHON)('a table of all pairs of rows holds what the two loops put into it', () => {
  const sources = [
    tableOf('mean = sum(a) / len(a)', 'sum((x - mean) * y for x, y in zip(a, b)) / len(b)'),
    tableOf(
      'size = math.sqrt(sum(x * x for x in a))',
      'sum(y for y in b) / size if size > 1.0 else size * sum(b)',
    ),
    tableOf('pass', 'math.sqrt(sum((x - y) ** 2 for x, y in zip(a, b)))'),
    tableOf('pass', 'sum(b)'),
  ]
  const pairs = sources.flatMap(original =>
    formsOf(original).map(variant => ({ original, variant, function: 'f', inputs: INPUTS })),
  )
  expect(pairs).toHaveLength(sources.length)
  expect(differences(pairs).flat()).toEqual([])
})

test.skipIf(!HAS_PYTHON)('lists of floats are rows as well', () => {
  const own = (value: string): string =>
    tableOf('pass', value)
      .replaceAll('others', 'rows')
      .replace(', rows: np.ndarray', '')
      .replace('rows: np.ndarray', 'rows: list[list[float]]')
  const sources = [
    own('sum(x * y for x, y in zip(a, b))'),
    own('sum(a) / math.sqrt(sum(x * x for x in b))'),
    own('sum(a) * sum(b)'),
  ]
  const inputs = [
    '(rng.normal(size=(6, 9)).tolist(),)',
    '([[1.0, 2.0, 3.0]] * 5 + [[1.0, 2.0]],)',
    '([[1, 2, 3]] * 6,)',
    '([[1.0, 2, 3]] * 6,)',
    '([["1.5", 2.0]] * 6,)',
    '([[0.0, 0.0]] * 6,)',
    '([[float("nan"), 0.0]] * 6,)',
    '([[]] * 6,)',
    '([],)',
    '([1.0] * 20,)',
    '(rng.normal(size=(6, 9)),)',
  ]
  const pairs = sources.flatMap(original =>
    formsOf(original).map(variant => ({ original, variant, function: 'f', inputs })),
  )
  expect(pairs).toHaveLength(sources.length)
  expect(differences(pairs).flat()).toEqual([])
})

test('a table whose rows need more than a pair stays two loops', () => {
  const refused = [
    tableOf('count = len(table)', 'sum(a) * count'),
    tableOf('pass', 'sum(a) + len(line)'),
    tableOf('print(a)', 'sum(a)'),
    tableOf('pass', 'others.pop()'),
    tableOf('pass', 'sum(a) * sum(b)', ', a'),
    tableOf('pass', 'sum(a) * sum(b)').replace('rows: np.ndarray', 'rows: list'),
    tableOf('pass', 'sum(a)').replace('line = []', 'line = [0.0]'),
  ]
  expect(refused.map(formsOf)).toEqual(refused.map(() => []))
})
