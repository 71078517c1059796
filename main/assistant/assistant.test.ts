import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { AssistantNews, OptimiseReport, ReviewReport } from '../contract/assistant.ts'
import { openedAssistant } from '../fixtures/openedAssistant.ts'
import type { Assistant } from './assistant.ts'
import { findPython } from './verifier/findPython.ts'
import { findSandbox } from './verifier/sandbox.ts'

const TOP = join(import.meta.dirname, '../..')

// Without Python or a sandbox nothing is ever run
const [python, sandbox] = await Promise.all([findPython(undefined), findSandbox()])
const isIdle = !python.ok || !sandbox.ok

function reportIn(news: readonly AssistantNews[]): OptimiseReport | undefined {
  return news.findLast(told => told.kind === 'optimise')?.report
}

/** The cards of a function after it was made faster. */
async function optimised(
  { assistant, news, ended }: Awaited<ReturnType<typeof openedAssistant>>,
  file: string,
  name: string,
) {
  const { task } = await assistant.answer('assistant/optimise', { file, function: name, seconds: 30 })
  expect(await ended(task)).toMatchObject({ end: 'done' })
  return reportIn(news)
}

const refused = (assistant: Assistant, card: string) => assistant.answer('assistant/refuse', { card })

describe('the code assistant', () => {
  test('finds what it read, and says what it can do', async () => {
    const { assistant, code } = await openedAssistant()
    const report = await assistant.answer('assistant/get', {})
    expect(report.folders).toMatchObject([{ path: code, files: 8, problems: [] }])
    const { hits } = await assistant.answer('assistant/search', { query: 'gamma exposure by strike' })
    expect(hits[0]?.place.function).toBe('gamma_by_strike')
    const asked = await assistant.answer('assistant/ask', { text: 'where is the implied volatility' })
    expect(asked.kind).toBe('search')
    const { history } = await assistant.answer('assistant/get', {})
    expect(history).toMatchObject([
      { text: 'where is the implied volatility', outcome: expect.stringMatching(/^\d+ found$/) },
      { text: 'gamma exposure by strike', outcome: expect.stringMatching(/^\d+ found$/) },
    ])
    const place = { file: hits[0]?.place.file ?? '', function: 'gamma_by_strike' }
    expect(await assistant.answer('assistant/function', place)).toMatchObject({
      source: expect.stringContaining('def gamma_by_strike('),
      lines: hits[0]?.place.lines,
    })
    expect(await assistant.answer('assistant/function', { ...place, function: 'gone' })).toBeNull()
  })

  test('a sentence without a subject that is known is answered with what there is', async () => {
    const { assistant } = await openedAssistant()
    const asked = await assistant.answer('assistant/ask', { text: 'explain the smile' })
    expect(asked).toMatchObject({ kind: 'unclear', sentence: expect.stringContaining('language model') })
  })

  test.skipIf(isIdle)(
    'proves a faster form, writes it, takes it back, and learns from both',
    async () => {
      const desk = await openedAssistant()
      const { assistant, code, news, ended } = desk
      const file = join(code, 'order_book.py')
      const before = readFileSync(file, 'utf8')
      const asked = await assistant.answer('assistant/ask', { text: 'make unmatched_fills faster' })
      if (asked.kind !== 'optimise') throw new Error(`taken for ${asked.kind}`)
      expect(asked.place).toMatchObject({ file, function: 'unmatched_fills' })
      expect(await ended(asked.task)).toMatchObject({ end: 'done' })
      const [card] = reportIn(news)?.cards ?? []
      expect(card?.state).toMatchObject({ kind: 'verified' })
      if (!card) return
      const applied = await assistant.answer('assistant/apply', { card: card.id })
      if (applied.kind !== 'applied') throw new Error(JSON.stringify(applied))
      expect(readFileSync(file, 'utf8')).toBe(card.after)
      expect(await assistant.answer('assistant/apply', { card: card.id })).toMatchObject({ kind: 'refused' })
      expect(await assistant.answer('assistant/undo', { change: applied.change })).toMatchObject({
        kind: 'undone',
      })
      expect(readFileSync(file, 'utf8')).toBe(before)
      await assistant.answer('assistant/undo', { change: `${applied.change}.undo` })
      const again = await assistant.answer('assistant/optimised', {})
      expect(again?.cards.find(({ id }) => id === card.id)?.applied).toBe('applied')
      await assistant.answer('assistant/undo', { change: applied.change })
      await refused(assistant, card.id)
      const answered = await assistant.answer('assistant/optimised', {})
      expect(answered?.cards.find(({ id }) => id === card.id)?.applied).toBe('refused')
      const choices = await assistant.answer('assistant/choices', {})
      expect(choices.map(({ kind }) => kind)).toEqual(['refused', 'undone', 'applied', 'undone', 'applied'])
      const { taste, history } = await assistant.answer('assistant/get', {})
      expect(taste.choices).toBe(5)
      expect(history[0]).toMatchObject({ text: 'make unmatched_fills faster' })
    },
    90_000,
  )

  test.skipIf(isIdle)(
    'nothing is written over what changed since, nor anything that is not Python',
    async () => {
      const desk = await openedAssistant()
      const file = join(desk.code, 'order_book.py')
      const report = await optimised(desk, file, 'unmatched_fills')
      const [card] = report?.cards ?? []
      if (!card) throw new Error('no card')
      const broken = await desk.assistant.answer('assistant/apply', { card: card.id, edited: 'def (:' })
      expect(broken).toMatchObject({ kind: 'refused' })
      const mine = readFileSync(file, 'utf8').replace('def unmatched_fills(', 'def unmatched_fills(  ')
      writeFileSync(file, mine)
      const late = await desk.assistant.answer('assistant/apply', { card: card.id })
      expect(late).toMatchObject({ kind: 'conflict' })
      expect(readFileSync(file, 'utf8')).toBe(mine)
    },
    90_000,
  )

  test.skipIf(isIdle)(
    'a review finds what fails, and mends it',
    async () => {
      const { assistant, code, news, ended } = await openedAssistant()
      const file = join(code, 'premium.py')
      writeFileSync(
        file,
        readFileSync(join(TOP, 'main/fixtures/tradingCode/defects/first_pricing.py'), 'utf8'),
      )
      const { task } = await assistant.answer('assistant/review', { path: file })
      expect(await ended(task)).toMatchObject({ end: 'done' })
      const report: ReviewReport | undefined = news.findLast(told => told.kind === 'review')?.report
      const mendable = report?.findings.find(({ fix }) => fix !== undefined)
      if (!mendable) throw new Error('no finding can be mended')
      expect(mendable.failing?.actual).not.toBe(mendable.failing?.expected)
      expect(await assistant.answer('assistant/mend', { finding: mendable.id })).toMatchObject({
        kind: 'applied',
      })
      expect(readFileSync(file, 'utf8')).toBe(mendable.fix?.after)
      expect(await assistant.answer('assistant/reviewed', {})).toMatchObject({ id: report?.id })
    },
    90_000,
  )

  test.skipIf(isIdle)(
    'what is cancelled ends at once, and leaves nothing verified that was not',
    async () => {
      const { assistant, code, ended } = await openedAssistant()
      const file = join(code, 'book_greeks.py')
      const { task } = await assistant.answer('assistant/optimise', { file, function: 'book_greeks' })
      await new Promise(resolve => setTimeout(resolve, 1500))
      await assistant.answer('assistant/cancel', { task })
      expect(await ended(task)).toMatchObject({ end: 'cancelled' })
      const { tasks } = await assistant.answer('assistant/get', {})
      expect(tasks).toEqual([])
    },
    30_000,
  )

  test.skipIf(isIdle)(
    'a review finds what fails in a package too, where modules import each other by their places',
    async () => {
      const { assistant, code, news, ended } = await openedAssistant()
      const folder = join(code, 'pricing')
      mkdirSync(folder)
      writeFileSync(join(folder, '__init__.py'), '')
      writeFileSync(
        join(folder, 'parts.py'),
        'from math import exp\n\n\ndef discount(rate, years):\n    return exp(-rate * years)\n',
      )
      const source = [
        'from .parts import discount',
        '',
        '',
        'def put_payoff(spot, strike):',
        '    return max(strike - spot, 0.0) * discount(0.0, 1.0)',
        '',
        '',
        'def call_payoff(spot, strike):',
        '    return max(spot, 0.0) * discount(0.0, 1.0)',
        '',
      ]
      const file = join(folder, 'payoffs.py')
      writeFileSync(file, source.join('\n'))
      const { task } = await assistant.answer('assistant/review', { path: file })
      expect(await ended(task)).toMatchObject({ end: 'done' })
      const report = news.findLast(told => told.kind === 'review')?.report
      expect(report?.findings.map(({ place }) => place.function)).toEqual(['call_payoff'])
    },
    90_000,
  )

  test('names that are not known are said, not guessed', async () => {
    const { assistant, code, ended } = await openedAssistant()
    const file = join(code, 'indicators.py')
    const { task } = await assistant.answer('assistant/optimise', { file, function: 'no_such' })
    expect(await ended(task)).toMatchObject({
      end: 'failed',
      reason: 'indicators.py has no function no_such.',
    })
    const recorded = '/nowhere/calls.jsonl'
    await expect(assistant.answer('assistant/optimise', { file, function: 'rsi', recorded })).rejects.toThrow(
      'The recorded calls in /nowhere/calls.jsonl could not be read (ENOENT).',
    )
    await expect(assistant.answer('assistant/apply', { card: 'x' })).rejects.toThrow('no variant "x"')
    await expect(assistant.answer('assistant/mend', { finding: 'x' })).rejects.toThrow('no finding "x"')
    await expect(assistant.answer('assistant/forgetPattern', { pattern: 'x' })).rejects.toThrow(
      'no pattern "x"',
    )
    await expect(assistant.answer('assistant/addFolder', { path: '/nowhere/at/all' })).rejects.toThrow(
      '/nowhere/at/all',
    )
  })
})
