import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createRandom } from '../../core/base/random.ts'
import { CASE_INPUTS } from '../../fixtures/sameResults/inputs.ts'
import { HAS_PYTHON, differences } from '../../fixtures/sameResults/sameResults.ts'
import { TRADING_CASES } from '../../fixtures/tradingCode/cases.ts'
import { openGrammars } from '../syntax/grammars.ts'
import { functionNamed, replaceFunction } from '../syntax/python/functions.ts'
import { printModule, printStatement } from '../syntax/python/print.ts'
import { readPython } from '../syntax/python/read.ts'
import { draftContext } from './draftContext.ts'
import { neutralChoices } from './neutral.ts'
import { neutralKey, withChoices, type NeutralChoice } from './neutralChoice.ts'
import type { Draft, DraftContext } from './transform.ts'

const grammars = await openGrammars()

interface Read {
  readonly context: DraftContext
  readonly draft: Draft
  readonly choices: readonly NeutralChoice[]
}

function read(source: string, path: string): Read {
  const context = draftContext(readPython(grammars, source), path)
  const definition = functionNamed(context.module, path)
  if (!definition) throw new Error(`no function ${path}`)
  const draft = { function: definition, added: [] }
  return { context, draft, choices: neutralChoices(draft, context) }
}

function forms(body: string): readonly string[] {
  const source = `def f(a: float, b: float, names: list):\n${body.replaceAll(/^/gm, '    ')}`
  const { draft, choices } = read(source, 'f')
  return choices.map(choice =>
    printStatement(withChoices(draft, [choice]).function)
      .split('\n')
      .slice(1)
      .map(line => line.slice(4))
      .join('\n'),
  )
}

test.each([
  ['return a * b', 'return b * a'],
  ['return a < b', 'return b > a'],
  ['return a if names else b', 'return b if not names else a'],
  ['a += b\nreturn a', 'a = a + b\nreturn a'],
  ['c = 1\nd = 2\nreturn c - d', 'd = 2\nc = 1\nreturn c - d'],
  ['if names:\n    return a\nreturn b', 'if names:\n    return a\nelse:\n    return b'],
  ['if names:\n    return a\nelse:\n    return b', 'if names:\n    return a\nreturn b'],
  ['if names and f:\n    names.pop()', 'if names:\n    if f:\n        names.pop()'],
])('%j is also written %j', (body, other) => {
  expect(forms(body).filter(form => !form.includes('result'))).toEqual([other])
})

test.each([
  'return names + names',
  'return a * a',
  'return names.pop() * f(b)',
  'c = 1\nd = c\nreturn d',
  'names += [a]\nreturn names',
  'if f(a):\n    return a',
])('%j has no other way', body => {
  expect(forms(body).filter(form => !form.includes('result'))).toEqual([])
})

test('a result is named as nothing else is', () => {
  expect(forms('return a / b')).toEqual(['result = a / b\nreturn result'])
  expect(forms('result = a\nreturn f(result)')).toEqual(['result = a\nresult_ = f(result)\nreturn result_'])
})

test('all forms of a function come to the same', () => {
  const random = createRandom(5)
  for (const { file, function: path } of TRADING_CASES) {
    const { draft, choices, context } = read(readFileSync(file, 'utf8'), path)
    const chosen = choices.filter(({ form }) => /^(commute|turn)/.test(form) && random.uniform() < 0.5)
    const other = withChoices(draft, chosen)
    const text = (of: Draft): string => printStatement(neutralKey(of, neutralChoices(of, context)).function)
    expect(text(other)).toBe(text(draft))
  }
})

test.skipIf(!HAS_PYTHON)(
  'any set of choices keeps the meaning of every case',
  () => {
    const random = createRandom(11)
    const pairs = TRADING_CASES.flatMap(({ file, function: path }) => {
      const original = readFileSync(file, 'utf8')
      const { context, draft, choices } = read(original, path)
      return [1, 0.5, 0.5].map(share => {
        const chosen = choices.filter(() => random.uniform() < share)
        const changed = withChoices(draft, chosen)
        const variant = printModule(replaceFunction(context.module, path, changed))
        return { original, variant, function: path, inputs: CASE_INPUTS[path] ?? [] }
      })
    })
    expect(differences(pairs).flat()).toEqual([])
  },
  60_000,
)
