import { expect, test } from 'vitest'
import { openGrammars } from '../syntax/grammars.ts'
import { readPython } from '../syntax/python/read.ts'
import type { Evaluated } from '../verifier/evaluate.ts'
import { editsOf } from './edits.ts'
import { reviewModule } from './reviewModule.ts'
import type { Rule } from './rule.ts'
import { callText } from './sampling.ts'

const grammars = await openGrammars()
const SOURCE = 'def mid(bid, ask):\n    # Cents are cut\n    return (bid + ask) // 2\n'

/** How a rule is added: what it looks for, a call that shows it with what is right, and a fix. */
const wholeMid: Rule = {
  id: 'whole-mid',
  severity: 'wrong',
  title: 'A mid without its cents',
  look: subject => {
    const call = callText(subject, { bid: '4.1', ask: '4.3' })
    if (call === undefined || subject.function.name !== 'mid') return []
    const trials = [
      { topic: '', input: `mid(${call})`, actual: `$f(${call})`, expected: ['4.2'], tolerance: 1e-9 },
    ]
    return editsOf(subject, expression =>
      expression.kind === 'binary' && expression.operator === '//' ? [{ ...expression, operator: '/' }] : [],
    ).map(({ lines, fix }) => ({ lines, reason: 'The cents are cut off.', trials, fix, isGuess: false }))
  },
}

/** What the sandbox would say of one trial. */
function told(actual: string, agrees: boolean): Evaluated {
  const answers = [{ told: actual, raised: false, expected: [{ told: '4.2', agrees, raised: false }] }]
  const text = `'${Buffer.from(JSON.stringify(answers)).toString('base64')}'`
  return { kind: 'value', text, number: undefined }
}

const stopped: Evaluated = { kind: 'stopped', reason: 'it ran longer than it may' }

function review(evaluate: (calls: readonly string[]) => readonly Evaluated[], signal?: AbortSignal) {
  const parts = {
    rules: [wholeMid],
    references: '',
    evaluate: async ({ calls }: { calls: readonly string[] }) => evaluate(calls),
  }
  const module = readPython(grammars, SOURCE)
  const reviewed = { file: 'quotes.py', folder: '.', package: '', source: SOURCE, module }
  return reviewModule(parts, reviewed, signal)
}

test('a rule is a value: what it suspects is run, told with the input that fails and with the fix that passes', async () => {
  const { findings, functions, suspicions } = await review(calls =>
    calls.map(call => (call.includes('mended') ? told('4.2', true) : told('4', false))),
  )
  expect({ functions, suspicions }).toEqual({ functions: 1, suspicions: [] })
  expect(findings).toEqual([
    {
      rule: 'whole-mid',
      severity: 'wrong',
      place: { file: 'quotes.py', function: 'mid', lines: { first: 1, last: 3 } },
      lines: { first: 3, last: 3 },
      title: 'A mid without its cents',
      reason: 'The cents are cut off.',
      failing: { input: 'mid(bid=4.1, ask=4.3)', actual: '4', expected: '4.2' },
      fix: { before: SOURCE, after: SOURCE.replace('//', '/') },
    },
  ])
})

test('a fix that does not pass is not offered', async () => {
  const { findings } = await review(calls => calls.map(() => told('4', false)))
  expect(findings.map(({ fix }) => fix)).toEqual([undefined])
})

test('what passes is neither a finding nor a suspicion', async () => {
  const { findings, suspicions } = await review(calls => calls.map(() => told('4.2', true)))
  expect({ findings, suspicions }).toEqual({ findings: [], suspicions: [] })
})

test.each([
  ['that was stopped', stopped, 'it ran longer than it may'],
  ['that raised', { kind: 'exception', type: 'TypeError', message: 'no' } as const, 'TypeError: no'],
  [
    'that gave nonsense',
    { kind: 'value', text: "'bm9uc2Vuc2U='", number: undefined } as const,
    'what it gave could not be read',
  ],
])('a trial %s leaves a suspicion and no finding, and says why', async (_, outcome, unshown) => {
  const { findings, suspicions } = await review(calls => calls.map(() => outcome))
  expect({ findings, suspicions }).toEqual({
    findings: [],
    suspicions: [
      {
        rule: 'whole-mid',
        place: { file: 'quotes.py', function: 'mid', lines: { first: 1, last: 3 } },
        lines: { first: 3, last: 3 },
        title: 'A mid without its cents',
        reason: 'The cents are cut off.',
        unshown,
      },
    ],
  })
})

test('too few answers are no answers', async () => {
  const { findings, suspicions } = await review(() => [])
  expect(findings).toEqual([])
  expect(suspicions).toMatchObject([{ unshown: 'it was not run' }])
})

test('a module that does not load is tried once more, with what its functions stand on', async () => {
  const asked: number[] = []
  const { findings } = await review(calls => {
    asked.push(calls.length)
    return asked.length === 1
      ? calls.map(() => ({ kind: 'stopped', reason: 'the module does not load: ModuleNotFoundError' }))
      : calls.map(() => told('4', false))
  })
  expect(asked.length).toBeGreaterThanOrEqual(2)
  expect(findings).toHaveLength(1)
})
