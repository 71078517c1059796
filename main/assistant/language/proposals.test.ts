import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { scriptedModel } from '../../fixtures/scriptedModel.ts'
import { openGrammars, type Grammars } from '../syntax/grammars.ts'
import { readPython } from '../syntax/python/read.ts'
import { codeBlocks } from './codeBlocks.ts'
import { proposeVariants } from './proposals.ts'

let grammars: Grammars
beforeAll(async () => {
  grammars = await openGrammars()
})

const SOURCE = `import math


# The book
class Book:
    # Adds up
    @staticmethod
    def total(values, scale=1.0):
        """Sum, scaled."""
        result = 0.0
        for value in values:
            result += value * scale
        return result


def payoff(spot, strike=100):
    return max(spot - strike, 0.0)
`

async function propose(answers: readonly string[], path = 'payoff', count = answers.length) {
  const model = scriptedModel(answers.map(text => ({ pieces: [text] })))
  const found = await proposeVariants(model, grammars, { module: readPython(grammars, SOURCE), path, count })
  return { ...found, model }
}

const FASTER =
  '```python\ndef payoff(spot, strike=100):\n    return spot - strike if spot > strike else 0.0\n```'

test('a rewriting takes the place of the function in its file, and nothing else changes', async () => {
  const { proposals, refused, model } = await propose([
    `A branch is cheaper than a call. More words.\n\n${FASTER}\nDone.`,
  ])
  expect(refused).toEqual([])
  expect(proposals).toEqual([
    {
      module: SOURCE.replace(
        'return max(spot - strike, 0.0)',
        'return spot - strike if spot > strike else 0.0',
      ),
      title: 'As scripted would write it',
      why: [
        'The model says: A branch is cheaper than a call.',
        'No rule says that it means the same: only the proof does.',
      ],
    },
  ])
  expect(model.asked[0]).toMatchObject({ temperature: 0, seed: 1 })
  expect(model.asked[0]?.messages[0]?.text).toContain('def payoff(spot, strike=100):')
})

test('a method keeps its decorator, its docstring and its comment; imports go to the imports', async () => {
  const answer =
    '```python\nimport numpy as np\n\nclass Book:\n    def total(values, scale: float = 1.0):\n        return float(np.sum(values) * scale)\n```'
  const { proposals, refused } = await propose([answer], 'Book.total')
  expect(refused).toEqual([])
  expect(proposals[0]?.module).toBe(`import math
import numpy as np


# The book
class Book:
    # Adds up
    @staticmethod
    def total(values, scale=1.0):
        """Sum, scaled."""
        return float(np.sum(values) * scale)


def payoff(spot, strike=100):
    return max(spot - strike, 0.0)
`)
})

const python = (code: string) => `\`\`\`python\n${code}\n\`\`\``

test.each([
  ['Nothing can be done.', 'The answer has no code.'],
  [python('print(payoff(1, 2))'), 'The code is not the function that was asked for.'],
  [python('def payout(spot, strike=100):\n    return 0'), 'The code is not the function that was asked for.'],
  [python('def payoff(spot, strike=100):\n    return (spot -'), 'The code does not parse.'],
  [python('def payoff(spot):\n    return 0'), 'It has other parameters.'],
  [python('def payoff(spot, strike=101):\n    return 0'), 'It has other parameters.'],
  [python('def payoff(strike, spot=100):\n    return 0'), 'It has other parameters.'],
  [python('async def payoff(spot, strike=100):\n    return 0'), 'It has other parameters.'],
  [python('@cache\ndef payoff(spot, strike=100):\n    return 0'), 'It has other decorators.'],
  [python('import os\ndef payoff(spot, strike=100):\n    return 0'), 'It imports os.'],
  [
    python('from subprocess import run\ndef payoff(spot, strike=100):\n    return 0'),
    'It imports subprocess.',
  ],
  [
    python('def low(x):\n    return x\n\ndef payoff(spot, strike=100):\n    return low(0)'),
    'It needs more than the function.',
  ],
  [python('FLOOR = 0\ndef payoff(spot, strike=100):\n    return FLOOR'), 'It needs more than the function.'],
  [python('def payoff(spot, strike=100):\n    return max(spot - strike, 0.0)'), 'It is the original.'],
  ['```rust\nfn payoff() {}\n```', 'The answer has no code.'],
])('answer %# that cannot be used is refused by name', async (answer, reason) => {
  const { proposals, refused } = await propose([answer])
  expect(proposals).toEqual([])
  expect(refused).toEqual([{ reason, answers: 1 }])
})

test.each([
  ['no fence', 'def payoff(spot, strike=100):\n    return spot - strike if spot > strike else 0.0\n'],
  ['a fence without a language', FASTER.replace('python', '')],
  ['a fence that is open', FASTER.slice(0, -3)],
  ['line ends of Windows', FASTER.replaceAll('\n', '\r\n')],
  ['indentation', FASTER.replaceAll(/^/gm, '    ')],
  ['thoughts before', `<think>\n\`\`\`python\ndef payoff(): pass\n\`\`\`\n</think>\n${FASTER}`],
  [
    'an example after',
    `${FASTER.slice(0, -3)}\nprint(payoff(1))\nif __name__ == '__main__':\n    payoff(2)\n\`\`\``,
  ],
  ['a block of use beside', `${FASTER}\nUse it:\n\`\`\`python\npayoff(1)\n\`\`\``],
  ['tildes', FASTER.replaceAll('```', '~~~')],
])('an answer with %s is understood', async (_name, answer) => {
  const { proposals, refused } = await propose([answer])
  expect(refused).toEqual([])
  expect(proposals[0]?.module).toContain('return spot - strike if spot > strike else 0.0')
})

test('what is said twice counts once, and a model that fails ends it', async () => {
  const { proposals, refused } = await propose([FASTER, FASTER, 'no'], 'payoff', 4)
  expect(proposals).toHaveLength(1)
  expect(refused).toEqual([
    { reason: 'It was proposed before.', answers: 1 },
    { reason: 'The answer has no code.', answers: 2 },
  ])
  const broken = scriptedModel([
    { pieces: [FASTER], fails: { kind: 'broken', sentence: 'Ollama went away.' } },
  ])
  const module = readPython(grammars, SOURCE)
  const found = await proposeVariants(broken, grammars, { module, path: 'payoff', count: 3 })
  expect(found).toEqual({ proposals: [], refused: [{ reason: 'Ollama went away.', answers: 1 }] })
  expect(broken.asked).toHaveLength(1)
  const subject = { module, path: 'payoff', count: 3 }
  const cancelled = await proposeVariants(
    scriptedModel([{ pieces: ['a'] }]),
    grammars,
    subject,
    AbortSignal.abort(),
  )
  expect(cancelled).toEqual({ proposals: [], refused: [] })
})

test('nonsense of any kind gives no proposal and throws nothing', async () => {
  const nonsense = fc.array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      fc.constantFrom(
        '```',
        '```python\n',
        '\n',
        'def payoff(',
        'spot, strike=100',
        '):',
        '\n    ',
        'return 0',
        '<think>',
        'class Book:',
      ),
    ),
    { maxLength: 14 },
  )
  await fc.assert(
    fc.asyncProperty(nonsense, async parts => {
      const { proposals, refused } = await propose([parts.join('')])
      for (const { module } of proposals)
        expect(grammars.withTree('python', module, root => root.hasError)).toBe(false)
      expect(proposals.length + refused.length).toBeGreaterThan(0)
    }),
    { numRuns: 150 },
  )
})

test('blocks lose the indentation that their lines share', () => {
  expect(codeBlocks('1. So:\n   ```python\n   def f():\n       return 1\n   ```\n')).toEqual([
    'def f():\n    return 1\n',
  ])
})
