import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { describedByPython } from '../../fixtures/describedByPython.ts'
import { splitTop } from './annotations.ts'
import { type ModuleFacts } from './facts.ts'
import { callForms, inputsOf } from './inputs.ts'

const PYTHON = '/usr/bin/python3'

/** The facts of the function `f` of each text, by Python's own parser. */
function factsOf(texts: readonly string[]): ModuleFacts[] {
  return describedByPython(texts)
}

const POSITION = `
from dataclasses import dataclass, field

@dataclass
class Position:
    strike: float
    right: str = "call"
    tags: list = field(default_factory=list)
`

/** What a function is, and what its likeliest arguments look like. */
const CASES: readonly (readonly [string, object])[] = [
  [
    'def f(spot, strike, volatility):\n    return spot * volatility - strike',
    { spot: { of: 'float' }, strike: { of: 'float', low: 90 }, volatility: { of: 'float', high: 0.9 } },
  ],
  [
    'def f(prices: list[float], span: int = 5):\n    return prices[0] * span',
    {
      prices: { of: 'sequence', as: 'list', element: { of: 'float', isFloat: true } },
      span: { of: 'integer' },
    },
  ],
  [
    'def f(xs):\n    total = 0\n    for x in xs:\n        total += x\n    return total',
    { xs: { of: 'sequence', as: 'list', element: { of: 'float' } } },
  ],
  [
    'def f(kind):\n    return 1 if kind == "call" else -1',
    { kind: { of: 'choice', values: ['call', 'put', 'other'] } },
  ],
  [
    `${POSITION}\ndef f(book):\n    return sum(p.strike for p in book if p.right == "put")`,
    {
      book: {
        of: 'sequence',
        as: 'list',
        element: { of: 'record', as: 'Position', fields: { right: { of: 'choice' } } },
      },
    },
  ],
  [
    'def f(book):\n    return [p["qty"] * p["price"] for p in book]',
    {
      book: {
        of: 'sequence',
        element: { of: 'record', as: 'dict', fields: { qty: { of: 'integer' }, price: { of: 'float' } } },
      },
    },
  ],
  [
    'def f(df):\n    t = 0\n    for _, row in df.iterrows():\n        t += row["gamma"] * row["oi"]\n    return t',
    { df: { of: 'frame', columns: { gamma: { of: 'float' }, oi: { of: 'integer' } } } },
  ],
  [
    'def f(trades: "pd.DataFrame"):\n    return [trades.iloc[i]["entry"] for i in range(len(trades))]',
    { trades: { of: 'frame', columns: { entry: { of: 'float' } } } },
  ],
  [
    'def f(levels):\n    for price, size in levels:\n        print(price * size)',
    {
      levels: {
        of: 'sequence',
        element: { of: 'record', as: 'tuple', fields: { '#0': { of: 'float' }, '#1': { of: 'integer' } } },
      },
    },
  ],
  ['def f(paths: int):\n    return [i for i in range(paths)]', { paths: { of: 'integer', isSize: true } }],
  ['def f(grid):\n    return grid[0, 1] + grid[:, 0].sum()', { grid: { of: 'matrix', as: 'array' } }],
  [
    'def f(by_strike: dict[float, int]):\n    return sum(v for k, v in by_strike.items())',
    { by_strike: { of: 'mapping', key: { of: 'float' }, value: { of: 'integer' } } },
  ],
  [
    'def inner(spot):\n    return spot + 1\ndef f(x):\n    return inner(x)',
    { x: { of: 'float', low: 90, high: 110 } },
  ],
  ['def f(rng, n: int):\n    return rng.standard_normal(n)', { rng: { of: 'generator' } }],
  ['def f(values, at):\n    return values[at]', { at: { of: 'integer', isPlace: true } }],
]

test.skipIf(!existsSync(PYTHON))('the likeliest arguments are read off annotations, names and use', () => {
  const facts = factsOf(CASES.map(([text]) => text))
  const found = facts.map(it => callForms(it, {})[0]?.arguments)
  for (const [place, [, expected]] of CASES.entries()) expect(found[place]).toMatchObject(expected)
})

test.skipIf(!existsSync(PYTHON))(
  'numbers at call sites widen what is drawn, and texts name values to try',
  () => {
    const [facts] = factsOf(['def f(spot, limit=3):\n    return spot if spot < 4321.5 else limit'])
    if (facts === undefined) throw new Error('nothing was described')
    const [form] = callForms(facts, { spot: ['5000.0', 'quote.spot'] })
    expect(form?.arguments['spot']).toMatchObject({ of: 'float', low: 90, high: 5_000 })
    const inputs = inputsOf(facts, form === undefined ? [] : [form], [4321.5])
    const kinds = new Set(inputs.map(({ kind }) => kind))
    for (const kind of [
      'ordinary',
      'NaN',
      'infinities',
      'zero',
      'negative',
      'duplicates',
      'large',
      'tiny',
      'values it names',
      'defaults',
    ])
      expect(kinds).toContain(kind)
    expect(new Set(inputs.map(({ seed }) => seed)).size).toBe(inputs.length)
  },
)

test('an annotation is cut at its own signs, not at those inside brackets', () => {
  expect(splitTop('dict[str, list[int]], float', ',')).toEqual(['dict[str, list[int]]', 'float'])
  expect(splitTop('list[int | None] | None', '|')).toEqual(['list[int | None]', 'None'])
})
