import { expect, test } from 'vitest'
import { openGrammars } from '../syntax/grammars.ts'
import { functionNamed } from '../syntax/python/functions.ts'
import { readPython } from '../syntax/python/read.ts'
import { draftContext } from '../transform/draftContext.ts'
import { WEIGHTS, openCostModel, scoreAll } from './costModel.ts'

const grammars = await openGrammars()

function featuresOf(body: string, head = 'def f(xs, n):'): Float64Array {
  const source = `import math\nimport numpy as np\n\n${head}\n${body.replaceAll(/^/gm, '    ')}\n`
  const module = readPython(grammars, source)
  const definition = functionNamed(module, 'f')
  if (!definition) throw new Error('no function')
  return openCostModel(draftContext(module, 'f')).features({ function: definition, added: [] })
}

function costOf(body: string, head?: string): number {
  return scoreAll([featuresOf(body, head)])[0] ?? Number.NaN
}

test('all scores of a batch are those of each alone', () => {
  const bodies = [
    'return 1',
    'total = 0.0\nfor x in xs:\n    total += x\nreturn total',
    'return [x * 2 for x in xs]',
  ]
  const features = bodies.map(body => featuresOf(body))
  expect(features.every(({ length }) => length === WEIGHTS.length)).toBe(true)
  expect([...scoreAll(features)]).toEqual(bodies.map(body => costOf(body)))
})

test('what does more costs more', () => {
  const chains = [
    ['return n + 1', 'return math.exp(n + 1)', 'return [math.exp(x) for x in xs]'],
    [
      'return np.exp(xs).sum()',
      'total = 0.0\nfor x in xs:\n    total += math.exp(x)\nreturn total',
      'total = 0.0\nfor x in xs:\n    for y in xs:\n        total += math.exp(x)\nreturn total',
    ],
    [
      'for step in range(2):\n    n += 1',
      'for step in range(50):\n    n += 1',
      'for step in range(n):\n    n += 1',
    ],
    [
      'seen = set()\nfor x in xs:\n    if x not in seen:\n        seen.add(x)',
      'seen = []\nfor x in xs:\n    if x not in seen:\n        seen.append(x)',
    ],
    [
      'return xs["a"] * 2',
      'out = []\nfor _, row in xs.iterrows():\n    out.append(row["a"] * 2)\nreturn out',
    ],
  ]
  for (const chain of chains) {
    const costs = chain.map(body => costOf(body, 'def f(xs: np.ndarray, n):'))
    expect(costs).toEqual(costs.toSorted((left, right) => left - right))
    expect(new Set(costs).size).toBe(costs.length)
  }
})

test('what is kept for odd cases counts next to nothing', () => {
  const loop = 'total = 0.0\nfor x in xs:\n    total += math.exp(x)\nreturn total'
  const guarded = `try:\n    return n\nexcept ValueError:\n${loop.replaceAll(/^/gm, '    ')}`
  expect(costOf(guarded)).toBeLessThan(costOf(loop) / 100)
})

test('a function that is called counts with its body, and by its local name too', () => {
  const whole = 'def g(x):\n    return math.exp(x) * math.exp(x) * math.exp(x)\n\ndef f(xs, n):'
  const empty = 'def g(x):\n    return x\n\ndef f(xs, n):'
  expect(costOf('return g(n)', whole)).toBeGreaterThan(costOf('return g(n)', empty))
  const aliased = 'exp = np.exp\nreturn exp(xs)'
  expect(costOf(aliased, 'def f(xs: np.ndarray, n):')).toBeGreaterThan(600)
})
