import { expect, test } from 'vitest'
import { afterTransforms } from '../../../fixtures/chainedTransforms.ts'
import { HAS_PYTHON, differences } from '../../../fixtures/sameResults/sameResults.ts'
import { vectoriseLoop } from '../vectoriseLoop.ts'
import { solveBisection } from './solveBisection.ts'

const PRICE = `import math
import numpy as np


def price(spot, strike, years, vol):
    root = vol * math.sqrt(years)
    d1 = math.log(spot / strike) / root + 0.5 * root
    return spot * 0.5 * (1.0 + math.erf(d1 / math.sqrt(2.0))) - strike * 0.5 * (
        1.0 + math.erf((d1 - root) / math.sqrt(2.0))
    )

`

const ONE = `${PRICE}
def f(paid, spot, strike, years):
    low, high = 0.001, 5.0
    for _ in range(60):
        middle = (low + high) / 2
        worth = price(spot, strike, years, middle)
        if worth > paid:
            high = middle
        else:
            low = middle
    return 0.5 * (low + high), low, high, middle
`

const MANY = `${PRICE}
def implied(paid, spot, strike, years):
    low = 0.001
    high = 5.0
    if paid <= price(spot, strike, years, low):
        return float("nan")
    for _ in range(60):
        middle = 0.5 * (low + high)
        if price(spot, strike, years, middle) - paid < 0.0:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def f(paid, spot, strikes, years):
    vols = []
    for strike, cost in zip(strikes, paid):
        vols.append(implied(cost, spot, strike, years))
    return vols
`

const STRIKES = '[600.0 + i for i in range(40)]'

test.skipIf(!HAS_PYTHON)('the root is the one that halving finds, or is found by halving', () => {
  const paid = [4.6, 0.01, 21.9, 0, 1e-9, 700, -1, 'float("nan")', 'float("inf")', 'None', '20.0'].map(String)
  const ones = paid.flatMap(cost => [
    `(${cost}, 621.0, 620.0, 0.0027)`,
    `(${cost}, 621.0, 520.0, 0.0027)`,
    `(${cost}, 621.0, 600.0, 0.2)`,
    `(${cost}, 621.0, -1.0, 0.2)`,
    `(${cost}, 621.0, 620.0, 0.0)`,
  ])
  const many = [
    `([max(621.0 - 600.0 - i, 0.0) + 0.5 for i in range(40)], 621.0, ${STRIKES}, 0.0027)`,
    `([max(621.0 - 600.0 - i, 0.0) + 0.5 for i in range(40)], 621.0, ${STRIKES}, 0.2)`,
    `([max(621.0 - 600.0 - i, 0.0) + 1e-13 for i in range(40)], 621.0, ${STRIKES}, 0.0027)`,
    `([max(621.0 - 500.0 - i, 0.0) + 0.005 for i in range(40)], 621.0, [500.0 + i for i in range(40)], 0.0027)`,
    `([0.0] * 40, 621.0, ${STRIKES}, 0.0027)`,
    `([1e9] * 40, 621.0, ${STRIKES}, 0.0027)`,
    `([1.0, float("nan")] * 20, 621.0, ${STRIKES}, 0.0027)`,
    `([1.0] * 40, 621.0, [-1.0] * 40, 0.0027)`,
    `([1.0] * 40, 621.0, ${STRIKES}, 0.0)`,
  ]
  const one = afterTransforms(ONE, solveBisection)
  const arrays = afterTransforms(MANY, vectoriseLoop, solveBisection)
  expect(one).toContain('low = high = middle = bracketed_root(gap, low, high)')
  expect(arrays).toContain('low = high = middle = bracketed_roots(gap, low, high, 60)')
  const pairs = [
    { original: ONE, variant: one ?? '', function: 'f', inputs: ones },
    { original: MANY, variant: arrays ?? '', function: 'f', inputs: many },
  ]
  expect(differences(pairs).flat()).toEqual([])
})

test('many brackets are halved as before where the test holds at zero too', () => {
  expect(afterTransforms(MANY.replace('paid < 0.0:', 'paid <= 0.0:'), vectoriseLoop, solveBisection)).toBe(
    undefined,
  )
})

const CUBE = `def f(goal):
    low = -8.0
    high = 9.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if middle**3 < goal:
            low = middle
        else:
            high = middle
    return low
`

test('what falls is turned over, and what is compared with zero is taken as it is', () => {
  expect(afterTransforms(CUBE, solveBisection)).toContain('return middle**3 - goal')
  const falling = CUBE.replace('middle**3 < goal', 'goal < -middle')
  expect(afterTransforms(falling, solveBisection)).toContain('return goal - -middle')
  expect(afterTransforms(CUBE.replace('< goal', '< 0'), solveBisection)).toContain('return middle**3\n')
})

test('a loop that does more than halve a bracket stays as it is', () => {
  const refused = [
    CUBE.replace('range(60)', 'range(20)'),
    CUBE.replace('range(60)', 'range(goal)'),
    CUBE.replace('0.5 * (low + high)', '0.4 * (low + high)'),
    CUBE.replace('low = middle\n', 'low = middle + 1e-9\n'),
    CUBE.replace('middle**3 < goal', 'middle**3 == goal'),
    CUBE.replace('middle**3 < goal', 'print(middle) < goal'),
    CUBE.replace('middle**3 < goal', 'middle**3 < goal + low'),
    CUBE.replace('            low = middle\n', '            low = middle\n            break\n'),
    CUBE.replace('        if', '        rounds = rounds + 1\n        if'),
    CUBE.replace('        if', '        cube = middle**3\n        if').replace('return low', 'return cube'),
  ]
  expect(refused.map(source => afterTransforms(source, solveBisection))).toEqual(refused.map(() => undefined))
})
