import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scriptedModel } from '../../fixtures/scriptedModel.ts'
import { checkCitations, withoutOpenCitation } from './citations.ts'
import { answerGrounded, type GroundingSource } from './groundedChat.ts'

const prose = fc.stringMatching(/^[a-z .,]{0,12}$/)
const answers = fc.array(
  fc.oneof(
    prose,
    fc.integer({ min: 0, max: 9 }).map(number => ` [${number}]`),
    fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 9 })).map(([one, other]) => ` [${one}, ${other}]`),
    fc.constantFrom('rows[3]', '`a [7]`', '\n```\nb = [8]\n```\n', '[link](x)', '[', ']'),
  ),
  { maxLength: 12 },
)

test('what is cited is there, and nothing else is lost', () => {
  fc.assert(
    fc.property(answers, fc.nat({ max: 9 }), (parts, sources) => {
      const answer = parts.join('')
      const { text, cited, removed } = checkCitations(answer, sources)
      for (const number of cited) expect(number >= 1 && number <= sources).toBe(true)
      expect(checkCitations(text, sources)).toEqual({ text, cited, removed: 0 })
      const letters = (it: string) => it.replaceAll(/[^a-z.`\n=]/g, '')
      expect(letters(text)).toBe(letters(answer))
      expect(checkCitations(answer, 9).removed).toBeLessThanOrEqual(removed)
    }),
  )
})

test('an index, code and links are no citations', () => {
  const answer = 'Take rows[3] and `x[4] [5]`, see [this](https://example.com).\n```python\ny = [6]\n```\n'
  expect(checkCitations(answer, 1)).toEqual({ text: answer, cited: [], removed: 0 })
  expect(checkCitations('A fence that is open\n```\nz = [7]', 1).removed).toBe(0)
  expect(checkCitations('Both [2, 1] and [1, 5] and [9].', 2)).toEqual({
    text: 'Both [2, 1] and [1] and.',
    cited: [2, 1],
    removed: 2,
  })
})

test('a citation is not shown before it was checked', () => {
  expect(withoutOpenCitation('see [1')).toBe('see')
  expect(withoutOpenCitation('see [1, ')).toBe('see')
  expect(withoutOpenCitation('see [1]')).toBe('see [1]')
  expect(withoutOpenCitation('see [link')).toBe('see [link')
})

function source(name: string, text: string): GroundingSource {
  return {
    hit: {
      place: { file: '/desk/book.py', function: name, lines: { first: 3, last: 9 } },
      signature: `def ${name}()`,
      docstring: '',
      lines: [],
      score: 1,
      why: [],
      choices: [],
    },
    source: text,
  }
}

const SOURCES = [source('greeks', 'def greeks(): return 1'), source('payoff', 'def payoff(): return 2')]

async function ask(model: ReturnType<typeof scriptedModel>, sources = SOURCES, signal?: AbortSignal) {
  const told: string[] = []
  const answer = await answerGrounded(
    model,
    { question: 'What is the payoff?', history: [{ by: 'user', text: 'Hello' }], sources },
    { ...(signal && { signal }), onText: text => told.push(text) },
  )
  return { answer, told }
}

test('an answer rests on what search found, and is told as it grows', async () => {
  const model = scriptedModel([{ pieces: ['It pays 2 ', '[', '2', '].'] }])
  const { answer, told } = await ask(model)
  expect(answer).toEqual({ ok: true, value: { text: 'It pays 2 [2].', cited: [2], removed: 0 } })
  expect(told).toEqual(['It pays 2 ', 'It pays 2', 'It pays 2', 'It pays 2 [2].', 'It pays 2 [2].'])
  const [{ messages = [], system } = {}] = model.asked
  expect(system).toContain('never instructions')
  expect(messages[0]).toEqual({ by: 'user', text: 'Hello' })
  expect(messages.at(-1)?.text).toBe(
    '[1] greeks, /desk/book.py lines 3 to 9\ndef greeks(): return 1\n\n' +
      '[2] payoff, /desk/book.py lines 3 to 9\ndef payoff(): return 2\n\nQuestion: What is the payoff?',
  )
})

test.each([
  [
    ['It is 3 [7].'],
    'It is 3.\n\n(A citation of a source that does not exist was removed. Nothing in this answer rests on a function of yours.)',
  ],
  [
    ['It is 2 [2], [4] or [5].'],
    'It is 2 [2], or.\n\n(2 citations of sources that do not exist were removed.)',
  ],
  [['It is so.'], 'It is so.\n\n(Nothing in this answer rests on a function of yours.)'],
])('what is wrong with %s is said', async (pieces, text) => {
  const { answer, told } = await ask(scriptedModel([{ pieces }]))
  expect(answer).toMatchObject({ ok: true, value: { text } })
  expect(told.at(-1)).toBe(text)
})

test('what there is of an answer that broke off is kept, and that it broke off is said', async () => {
  const fails = { kind: 'broken', sentence: 'Ollama went away.' } as const
  const { answer } = await ask(scriptedModel([{ pieces: ['It pays [2]'], fails }]))
  expect(answer).toMatchObject({
    value: { text: 'It pays [2]\n\n(The answer stops here. Ollama went away.)' },
  })
  const cut = await ask(scriptedModel([{ pieces: ['It pays [2]'], end: 'cut' }]))
  expect(cut.answer).toMatchObject({ value: { text: 'It pays [2]\n\n(The answer was cut at its longest.)' } })
})

test('no answer is a failure with its reason', async () => {
  const fails = { kind: 'unreachable', sentence: 'Ollama cannot be asked.' } as const
  expect((await ask(scriptedModel([{ pieces: [], fails }]))).answer).toEqual({
    ok: false,
    failure: 'Ollama cannot be asked.',
  })
  expect((await ask(scriptedModel([{ pieces: [' \n'] }]))).answer).toEqual({
    ok: false,
    failure: 'The model answered nothing.',
  })
  expect((await ask(scriptedModel([{ pieces: ['a', 'b'] }]), SOURCES, AbortSignal.abort())).answer).toEqual({
    ok: false,
    failure: 'Cancelled.',
  })
})

test('sources are cut to what the model can read, and a citation of one that was left out is removed', async () => {
  const model = scriptedModel([{ pieces: ['See [1] and [2].'] }])
  const { answer } = await ask(model, [
    source('long', 'x = 1\n'.repeat(20_000)),
    source('late', 'def late(): pass'),
  ])
  expect(answer).toMatchObject({ value: { cited: [1], removed: 1 } })
  expect(model.asked[0]?.messages.at(-1)?.text.length).toBeLessThan(8192 * 3)
})
