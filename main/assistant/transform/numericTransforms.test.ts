import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { CASE_INPUTS } from '../../fixtures/sameResults/inputs.ts'
import { HAS_PYTHON, HAS_SCIPY, differences, type Compared } from '../../fixtures/sameResults/sameResults.ts'
import { TRADING_CASES } from '../../fixtures/tradingCode/cases.ts'
import { openGrammars } from '../syntax/grammars.ts'
import { functionNamed, replaceFunction } from '../syntax/python/functions.ts'
import { printModule, printStatement } from '../syntax/python/print.ts'
import { readPython } from '../syntax/python/read.ts'
import { draftContext } from './draftContext.ts'
import { NUMERIC_TRANSFORMS } from './numericTransforms.ts'
import type { Draft, Transform } from './transform.ts'

const grammars = await openGrammars()

/** Every form that one transformation gives a function, with its module. */
function formsOf(
  source: string,
  path: string,
  { transforms = NUMERIC_TRANSFORMS, packages = ['numpy', 'pandas', 'scipy'] as readonly string[] } = {},
): readonly { readonly transform: Transform; readonly draft: Draft; readonly module: string }[] {
  const module = readPython(grammars, source)
  const definition = functionNamed(module, path)
  if (!definition) throw new Error(`no function ${path}`)
  const context = draftContext(module, path, {}, packages)
  return transforms.flatMap(transform =>
    transform.sites({ function: definition, added: [] }, context).map(site => {
      const draft = site.apply()
      return { transform, draft, module: printModule(replaceFunction(module, path, draft)) }
    }),
  )
}

function textOf(source: string, path: string): readonly string[] {
  return formsOf(source, path).map(({ draft }) => printStatement(draft.function))
}

test.skipIf(!HAS_PYTHON)(
  'every array form of the trading cases does what the loop does, at the edges too',
  () => {
    const pairs = TRADING_CASES.flatMap(({ file, function: path }): Compared[] => {
      const original = readFileSync(file, 'utf8')
      return (HAS_SCIPY ? ['scipy', ''] : ['']).flatMap(special =>
        formsOf(original, path, { packages: ['numpy', 'pandas', special] })
          .filter(({ transform }) => transform.name !== 'commute-operands')
          .map(({ module: variant }) => ({
            original,
            variant,
            function: path,
            inputs: CASE_INPUTS[path] ?? [],
          })),
      )
    })
    expect(pairs.length).toBeGreaterThan(30)
    expect(pairs.filter(({ inputs }) => inputs.length === 0)).toEqual([])
    expect(differences(pairs).flat()).toEqual([])
  },
  60_000,
)

test('the array form of every vectorisable case is found', () => {
  const missed = TRADING_CASES.filter(({ file, function: path, isVectorisable }) => {
    const families = formsOf(readFileSync(file, 'utf8'), path).map(({ transform }) => transform.family)
    return isVectorisable && !families.some(family => family !== 'parameter')
  })
  expect(missed.map(({ function: path }) => path)).toEqual([])
})

describe('a loop stays a loop', () => {
  const formsIn = (body: string): readonly string[] =>
    textOf(`import math\nimport numpy as np\n\ndef f(xs, ys, n):\n${body.replaceAll(/^/gm, '    ')}\n`, 'f')

  test('where a round needs the round before', () => {
    expect(
      formsIn(
        'out = []\nlast = 0.0\nfor x in xs:\n    last = 0.9 * last + x\n    out.append(last)\nreturn out',
      ),
    ).toEqual([])
    expect(
      formsIn(
        'out = [0.0]\nfor i in range(1, len(xs)):\n    out.append(out[i - 1] * 0.5 + xs[i])\nreturn out',
      ),
    ).toEqual([])
    expect(formsIn('for i in range(1, n):\n    xs[i] = xs[i - 1] * 0.5\nreturn xs')).toEqual([])
  })

  test('where it is left early, or gives its elements on', () => {
    expect(
      formsIn('total = 0.0\nfor x in xs:\n    if x < 0.0:\n        break\n    total += x\nreturn total'),
    ).toEqual([])
    expect(formsIn('for x in xs:\n    if x < 0.0:\n        return x\nreturn None')).toEqual([])
    expect(formsIn('for x in xs:\n    yield x * 2.0')).toEqual([])
  })

  test('where a name that it leaves behind is read', () => {
    expect(formsIn('total = 0.0\nfor x in xs:\n    y = x * 2.0\n    total += y\nreturn total + y')).toEqual(
      [],
    )
  })

  test('where it calls something that may do anything', () => {
    expect(formsIn('total = 0.0\nfor x in xs:\n    total += ys(x)\nreturn total')).toEqual([])
    expect(formsIn('total = 0.0\nfor x in xs:\n    total += x * next(ys)\nreturn total')).toEqual([])
  })

  test('where random numbers are drawn in some rounds only, or by the standard library', () => {
    expect(
      formsIn(
        'rng = np.random.default_rng(n)\nout = []\nfor x in xs:\n    if x > 0.0:\n        out.append(rng.normal())\nreturn out',
      ),
    ).toEqual([])
    expect(formsIn('out = []\nfor x in xs:\n    out.append(x * random.gauss(0.0, 1.0))\nreturn out')).toEqual(
      [],
    )
  })

  test('where it writes to what it was given', () => {
    expect(formsIn('for i in range(len(xs)):\n    xs[i] = ys[i] * 2.0\nreturn xs')).toEqual([])
  })
})

test('an array form keeps the loop for what NumPy does otherwise, and touches nothing before it is done', () => {
  const source = [
    'import math',
    '',
    'def roots(xs):',
    '    out = []',
    '    for x in xs:',
    '        out.append(math.sqrt(x))',
    '    return out',
    '',
  ].join('\n')
  const [only, ...others] = textOf(source, 'roots')
  expect(others).toEqual([])
  const [fast, loop] = (only ?? '').split('except')
  expect(fast).toContain('with np.errstate(divide="raise", over="raise", invalid="raise")')
  expect(fast).not.toContain('extend')
  expect(loop).toContain('for x in xs:\n            out.append(math.sqrt(x))')
})

test('a function that is called for every position is written in place', () => {
  const source = [
    'import math',
    '',
    'def price(strike, spot=100.0):',
    '    if strike <= 0.0:',
    '        raise ValueError("strike")',
    '    return max(spot - strike, 0.0) * math.exp(-0.01)',
    '',
    'def book(strikes):',
    '    return [price(strike) for strike in strikes]',
    '',
  ].join('\n')
  const [only] = textOf(source, 'book')
  expect(only).toContain('if np.any(strike <= 0.0):')
  expect(only).toContain('math.exp(-0.01)')
  expect(only?.split('except')[0]).not.toContain('price(')
})

test('a column that is made row by row is made of whole columns, and put where it was put', () => {
  const source = [
    'import pandas as pd',
    '',
    'def marked(chain: pd.DataFrame) -> pd.DataFrame:',
    '    chain = chain.copy()',
    '    chain["mark"] = chain.apply(lambda row: (row["bid"] + row["ask"]) / 2.0, axis=1)',
    '    chain["cost"] = chain.apply(lambda row: row["mark"] * 100.0, axis=1)',
    '    return chain',
    '',
  ].join('\n')
  const [mark, cost, ...others] = textOf(source, 'marked')
  expect(others).toEqual([])
  expect(mark).toContain('else:\n        chain["mark"] = pd.Series(values, index=chain.index)')
  expect(cost).toContain('mark = chain["mark"].to_numpy(dtype=float)')
})

test('names of Python and of builtins are never taken for arrays', () => {
  const source = [
    'def f(returns, sums, lens):',
    '    total = 0.0',
    '    for i in range(len(returns)):',
    '        total += returns[i] * sums[i] * lens[i]',
    '    return total',
    '',
  ].join('\n')
  const [only] = textOf(source, 'f')
  expect(only).toMatch(/return_array = np\.array\(returns/)
  expect(only).toMatch(/sum_array = np\.array\(sums/)
  expect(only).toMatch(/len_array = np\.array\(lens/)
})
