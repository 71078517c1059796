import { expect, test } from 'vitest'
import { VECTORISING, chainsOf, comparedCases } from '../../../fixtures/movedForms.ts'
import { HAS_PYTHON, differences, type Compared } from '../../../fixtures/sameResults/sameResults.ts'
import { openGrammars } from '../../syntax/grammars.ts'
import { functionNamed, functionsOf, replaceFunction } from '../../syntax/python/functions.ts'
import { printModule } from '../../syntax/python/print.ts'
import { readPython } from '../../syntax/python/read.ts'
import { ARRAY_TRANSFORMS } from '../arrayTransforms.ts'
import { draftContext } from '../draftContext.ts'
import type { Draft, DraftContext } from '../transform.ts'

const grammars = await openGrammars()

/** A draft with every loop in it that has an array form in that form. */
function inArrays(draft: Draft, context: DraftContext): Draft {
  let next = draft
  for (let round = 0; round < 4; round += 1) {
    const [site] = VECTORISING.flatMap(transform => transform.sites(next, context))
    if (!site) return next
    next = site.apply()
  }
  return next
}

/** Texts of the module that moves make of the array form of its last function, or of the one that is named. */
function textsOf(source: string, named?: string, wanted?: string): readonly string[] {
  const module = readPython(grammars, source)
  const path = named ?? functionsOf(module).at(-1)?.path ?? ''
  const definition = functionNamed(module, path)
  if (!definition) throw new Error(`no function ${path}`)
  const context = draftContext(module, path, {}, ['numpy', 'pandas'])
  const start = inArrays({ function: definition, added: [] }, context)
  const drafts =
    wanted === undefined
      ? chainsOf(ARRAY_TRANSFORMS, start, context, 3)
      : ARRAY_TRANSFORMS.filter(({ name }) => name === wanted).flatMap(transform =>
          transform.sites(start, context).map(site => site.apply()),
        )
  return [...new Set(drafts.map(draft => printModule(replaceFunction(module, path, draft))))]
}

test.skipIf(!HAS_PYTHON)(
  'what the moves make of the trading cases does what the loop does, at the edges too',
  () => {
    const pairs = comparedCases(textsOf)
    expect(pairs.length).toBeGreaterThan(12)
    expect(differences(pairs).flat()).toEqual([])
  },
  60_000,
)

const IMPORTS = 'import math\nimport numpy as np\nimport pandas as pd\n\n'
const LEGS =
  '[{"strike": 600.0 + i, "quantity": (-1) ** i, "right": "C" if i % 2 else "P"} for i in range(40)]'

const EXAMPLES: readonly {
  readonly move: string
  readonly source: string
  readonly inputs: readonly string[]
  /** A piece of text that the move must give. */
  readonly gives: string
}[] = [
  {
    move: 'pack-numbers',
    source:
      'def worth(strikes: list[float], counts: tuple[int, ...], spot: float) -> float:\n    total = 0.0\n    for strike, count in zip(strikes, counts):\n        total += math.sqrt(strike) * count / spot\n    return total\n',
    inputs: [
      '([600.0 + i for i in range(40)], tuple(range(40)), 620.0)',
      '([600.0 + i for i in range(40)], tuple(range(40)), 0.0)',
      '(list(range(40)), (True, False) * 20, 620)',
      '(["1.5"] * 40, (1,) * 40, 620.0)',
      '([None] * 40, (1,) * 40, 620.0)',
      '([10 ** 400] * 40, (1,) * 40, 620.0)',
      '([np.float64(1.5)] * 40, tuple(np.arange(40)), 620.0)',
      '([float("nan"), float("inf")] * 20, (1,) * 40, 620.0)',
      '(np.arange(40.0), (1,) * 40, 620.0)',
      '([], (), 620.0)',
    ],
    gives: 'strike = np.frombuffer(struct.pack("%dd" % len(strikes), *strikes))',
  },
  {
    move: 'read-records-once',
    source:
      'def book(legs: list[dict], spot: float) -> list[float]:\n    values = []\n    for leg in legs:\n        values.append(max(spot - leg["strike"], 0.0) * leg["quantity"])\n    return values\n',
    inputs: [
      `(${LEGS}, 620.0)`,
      `(${LEGS} + [{}], 620.0)`,
      `(${LEGS} + [{"strike": "600", "quantity": 1}], 620.0)`,
      `(${LEGS} + [{"strike": None, "quantity": 1}], 620.0)`,
      `(${LEGS}[:3], 620.0)`,
      '([], 620.0)',
      '(None, 620.0)',
    ],
    gives: 'strike, quantity = np.frombuffer(',
  },
  {
    move: 'read-records-once',
    source:
      'def cost(fills, fee):\n    total = 0.0\n    for price, size in fills:\n        total += price * size + fee\n    return total\n',
    inputs: [
      '([(1.5, 2), (2.5, 1)] * 20, 0.5)',
      '([(1.5, 2, 3)] * 40, 0.5)',
      '(np.ones((40, 2)), 0.5)',
      '([(1.5, 2j)] * 40, 0.5)',
    ],
    gives: '[pack(price, size) for price, size in fills]',
  },
  {
    move: 'give-plain-numbers',
    source:
      'def ranges(highs: np.ndarray, lows: np.ndarray) -> list[float]:\n    out = []\n    for i in range(len(highs)):\n        out.append(highs[i] - lows[i])\n    out.sort()\n    return out\n',
    inputs: [
      '(rng.normal(size=40), rng.normal(size=40))',
      '(rng.normal(size=40).tolist(), rng.normal(size=40).tolist())',
      '(np.arange(40), np.arange(40) ** 2)',
      '(np.array([]), np.array([]))',
    ],
    gives: 'out.extend(values.tolist())',
  },
  {
    move: 'keep-arrays',
    source:
      'def volatility(closes: list[float], days: float) -> float:\n    returns = [math.log(closes[i] / closes[i - 1]) for i in range(1, len(closes))]\n    return float(np.std(returns) * math.sqrt(days)) if len(returns) > 1 else 0.0\n',
    inputs: [
      '((620 + rng.standard_normal(60).cumsum()).tolist(), 252.0)',
      '([620.0, 0.0] * 20, 252.0)',
      '([620.0, 630.0], 252.0)',
      '([], 252.0)',
      '([620, 630, 640] * 20, 252)',
    ],
    gives: 'returns = values',
  },
  {
    move: 'keep-arrays',
    source:
      'def profits(entries: list[float], exits: list[float]):\n    out = []\n    for entry, exit in zip(entries, exits):\n        out.append((exit - entry) * 100.0)\n    return pd.Series(out, dtype=float)\n',
    inputs: [
      '(rng.normal(size=40).tolist(), rng.normal(size=40).tolist())',
      '(["a"] * 40, rng.normal(size=40).tolist())',
      '([1, 2] * 20, [3, 4] * 20)',
      '([], [])',
      '([10 ** 400] * 40, [1.0] * 40)',
    ],
    gives: 'out = values',
  },
  {
    move: 'group-by-table',
    source:
      'def exposure(chain: pd.DataFrame, spot: float) -> dict:\n    totals = {}\n    for _, row in chain.iterrows():\n        key = row["strike"]\n        if key not in totals:\n            totals[key] = row["gamma"] * spot\n        else:\n            totals[key] += row["gamma"] * spot\n    return totals\n',
    inputs: [
      ...['rng.integers(0, 9, 40) * 1.0', '[0.0, -0.0] * 20', 'rng.integers(0, 9, 40)'].map(
        strikes => `(pd.DataFrame({"strike": ${strikes}, "gamma": rng.normal(size=40)}), 2.0)`,
      ),
      '(pd.DataFrame({"strike": [1.0], "gamma": [2.0]}), 2.0)',
      '(pd.DataFrame({"strike": [], "gamma": []}), 2.0)',
      '(pd.DataFrame({"gamma": [1.0] * 40}), 2.0)',
    ],
    gives: 'group_keys, unique_keys = pd.factorize(strike)',
  },
  {
    move: 'lay-windows',
    source:
      'def means(prices: np.ndarray, window: int) -> list[float]:\n    out = []\n    for i in range(window - 1, len(prices)):\n        part = prices[i - window + 1:i + 1]\n        out.append(part.mean())\n    return out\n',
    inputs: [
      '(rng.normal(size=60), 5)',
      '(rng.normal(size=120)[::2], 5)',
      '(rng.normal(size=60)[::-1], 5)',
      '(rng.normal(size=60).astype(">f8"), 5)',
      '(np.arange(60), 5)',
      '(rng.normal(size=60).astype(np.float32), 5)',
      '(rng.normal(size=(60, 2)), 5)',
      '(rng.normal(size=60), 1)',
      '(rng.normal(size=60), 60)',
      '(rng.normal(size=60), 61)',
      '(rng.normal(size=60), 5.0)',
      '(np.array([1.0] * 60, dtype=object), 5)',
      '(np.array([]), 5)',
    ],
    gives: '(len(prices) - window + 1, window), prices.dtype, prices, 0, prices.strides * 2',
  },
  {
    move: 'compare-as-array',
    source:
      'def signs(chain: pd.DataFrame):\n    return np.where(chain["right"] == "C", chain["gamma"], -chain["gamma"]), (chain["right"] != "P").to_numpy()\n',
    inputs: [
      ...[
        '["C", "P"] * 20',
        '["C", None] * 20',
        '["C", float("nan")] * 20',
        '[1, 2] * 20',
        '[1.5, 2.5] * 20',
      ].map(column => `(pd.DataFrame({"right": ${column}, "gamma": rng.normal(size=40)}),)`),
      '(pd.DataFrame({"right": pd.Categorical(["C", "P"] * 20), "gamma": rng.normal(size=40)}),)',
      '(pd.DataFrame({"right": [], "gamma": []}),)',
      '(pd.DataFrame({"gamma": [1.0]}),)',
    ],
    gives: 'np.where(chain["right"].to_numpy(dtype=object) == "C"',
  },
]

test.each(EXAMPLES)('$move gives $gives', ({ move, source, gives }) => {
  expect(textsOf(IMPORTS + source, undefined, move).join('\n')).toContain(gives)
})

test.skipIf(!HAS_PYTHON)('Python gives the same for what was made of the examples', () => {
  const pairs = EXAMPLES.flatMap(({ source, inputs }): Compared[] =>
    textsOf(IMPORTS + source).map(variant => ({
      original: IMPORTS + source,
      variant,
      function: /def (\w+)/.exec(source)?.[1] ?? '',
      inputs,
    })),
  )
  expect(pairs.length).toBeGreaterThanOrEqual(EXAMPLES.length)
  expect(differences(pairs).flat()).toEqual([])
})

test('every move has an example', () => {
  const shown = new Set(EXAMPLES.map(({ move }) => move))
  expect(ARRAY_TRANSFORMS.map(({ name }) => name).filter(name => !shown.has(name))).toEqual([])
})

test.each([
  [
    'what may be no list',
    'pack-numbers',
    'def f(xs):\n    total = 0.0\n    for x in xs:\n        total += math.exp(x)\n    return total\n',
  ],
  [
    'rows of numbers',
    'pack-numbers',
    'def f(xs: list[list[float]]):\n    out = []\n    for x in xs:\n        out.append(sum(x))\n    return out\n',
  ],
  [
    'one field alone',
    'read-records-once',
    'def f(xs: list[dict]):\n    total = 0.0\n    for x in xs:\n        total += x["a"] * 2.0\n    return total\n',
  ],
  [
    'fields of different records',
    'read-records-once',
    'def f(xs: list[dict], ys: list[dict]):\n    total = 0.0\n    for x, y in zip(xs, ys):\n        total += x["a"] * y["a"]\n    return total\n',
  ],
  [
    'arrays that he made himself',
    'pack-numbers',
    'def f(xs: list[float]):\n    ys = np.array(xs, dtype=float)\n    ys[0] = 1.0\n    return ys\n',
  ],
  [
    'numbers that something is computed from',
    'give-plain-numbers',
    'def f(xs: np.ndarray) -> list[float]:\n    out = []\n    for x in xs:\n        out.append(x * 2.0)\n    out.append(1.0 / out[0])\n    return out\n',
  ],
  [
    'numbers of which nothing is said',
    'give-plain-numbers',
    'def f(xs: np.ndarray) -> list:\n    out = []\n    for x in xs:\n        out.append(x * 2.0)\n    return out\n',
  ],
  [
    'a list that is given as well',
    'keep-arrays',
    'def f(xs: list[float]):\n    out = [math.exp(x) for x in xs]\n    return np.std(out), out\n',
  ],
  [
    'a list that something else goes through',
    'keep-arrays',
    'def f(xs: list[float]):\n    out = [math.exp(x) for x in xs]\n    return np.std(out), max(out)\n',
  ],
  [
    'a list that was not empty',
    'keep-arrays',
    'def f(xs: list[float]):\n    out = [0.0]\n    for x in xs:\n        out.append(math.exp(x))\n    return np.std(out)\n',
  ],
  [
    'columns that are compared with numbers',
    'compare-as-array',
    'def f(frame: pd.DataFrame):\n    return (frame["strike"] == 600.0).to_numpy()\n',
  ],
  [
    'series that are wanted as such',
    'compare-as-array',
    'def f(frame: pd.DataFrame):\n    return frame["right"] == "C"\n',
  ],
  [
    'windows over what is written into',
    'lay-windows',
    'def f(xs: np.ndarray, n: int):\n    xs[0] = 0.0\n    out = []\n    for i in range(n - 1, len(xs)):\n        out.append(xs[i - n + 1:i + 1].mean())\n    return out\n',
  ],
])('%s stay as they are for %s', (_, move, source) => {
  expect(textsOf(IMPORTS + source, undefined, move)).toEqual([])
})
