import { act, fireEvent, render, screen, within } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import type { VariantCard } from '../../../main/contract/assistant.ts'
import {
  FOLDER,
  NOT_SHOWN,
  PATTERN,
  PLACE,
  UNPROVEN,
  assistantOf,
  cardOf,
  modelCardOf,
  nightOf,
  optimisedOf,
  reviewOf,
  searchOf,
  taskOf,
} from '../../../main/fixtures/assistantScreen.ts'
import { noticeTitles, settled, type TestPipe, windowEachTest } from '../../../main/fixtures/page.ts'
import { NOW } from '../../../main/fixtures/screen.ts'
import { chooseAssistant } from '../../state/assistantChoices.ts'
import { receiveAssistantNews } from '../../state/assistantStore.ts'
import { CodePage } from './CodePage.tsx'
import type { DiffOptions } from './diffEditor.ts'

// The editor measures what it draws, which only a browser can; the walk through the product has the real one
vi.mock('./DiffView.tsx', () => ({
  DiffView: ({ after, onEdit }: DiffOptions) => (
    <textarea
      aria-label="After"
      defaultValue={after}
      readOnly={!onEdit}
      onChange={event => onEdit?.(event.target.value)}
    />
  ),
}))

let pipe: TestPipe

windowEachTest({ width: 700, height: 250 }, opened => {
  pipe = opened
  pipe.answer('assistant/get', assistantOf())
  pipe.answer('assistant/optimised', optimisedOf())
  pipe.answer('assistant/nightReport', nightOf())
  pipe.answer('assistant/choices', [])
})

async function show(): Promise<void> {
  render(<CodePage />)
  await settled()
  await settled()
}

async function press(name: string | RegExp, index = 0): Promise<void> {
  const element = screen.getAllByRole('button', { name })[index]
  if (!element) throw new Error(`there must be a button ${String(name)}`)
  fireEvent.click(element)
  await settled()
}

async function tell(news: Parameters<typeof receiveAssistantNews>[0]): Promise<void> {
  act(() => receiveAssistantNews(news))
  await settled()
}

const box = () => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Request' })
const type = (text: string) => fireEvent.change(box(), { target: { value: text } })
const isOff = (name: string | RegExp) => screen.getByRole('button', { name }).hasAttribute('disabled')

test('a request is asked with Enter, and what it is taken for is shown', async () => {
  await show()
  pipe.answer('assistant/ask', { kind: 'optimise', task: 'task-1', place: PLACE, others: [] })
  type('  make gex_by_strike faster ')
  fireEvent.keyDown(box(), { key: 'Enter' })
  await settled()
  expect(pipe.requests('assistant/ask')).toEqual([
    { text: 'make gex_by_strike faster', place: { file: PLACE.file, function: PLACE.function } },
  ])
  await tell({ kind: 'task', task: taskOf() })
  expect(screen.getByTestId('task').textContent).toContain('proving 3 of 12')
  await tell({
    kind: 'optimise',
    task: 'task-1',
    report: optimisedOf({ id: 'new', cards: [cardOf()], isDone: false }),
  })
  expect(screen.getAllByTestId('variant')).toHaveLength(1)
})

test('nothing is asked of an empty box, and a line break is no request', async () => {
  await show()
  expect(isOff(/^Ask/)).toBe(true)
  fireEvent.keyDown(box(), { key: 'Enter' })
  type('one')
  fireEvent.keyDown(box(), { key: 'Enter', shiftKey: true })
  await settled()
  expect(pipe.requests('assistant/ask')).toEqual([])
})

test('up and down walk through what was asked before, and end at what was being typed', async () => {
  await show()
  type('half a')
  const key = (name: string) => fireEvent.keyDown(box(), { key: name })
  const seen = ['ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowDown', 'ArrowDown', 'ArrowDown'].map(name => {
    key(name)
    return box().value
  })
  expect(seen).toEqual([
    'Make gex_by_strike faster',
    'where is theta worked out',
    'where is theta worked out',
    'Make gex_by_strike faster',
    'half a',
    'half a',
  ])
})

test('the key of the palette has the keyboard in the box', async () => {
  act(() => chooseAssistant({ wantsBox: true }))
  await show()
  expect(document.activeElement).toBe(box())
})

test('the mode is said, and what lacks is said with what follows', async () => {
  pipe.answer(
    'assistant/get',
    assistantOf({ sandbox: { ok: false, reason: 'bubblewrap is not installed.' }, folders: [] }),
  )
  await show()
  const mode = screen.getByTestId('mode').textContent
  expect(mode).toContain('search and rules, no language model')
  expect(mode).toContain('▲ bubblewrap is not installed. Nothing is run without one.')
  expect(screen.getByRole('region', { name: 'Folders' }).textContent).toContain('No folder is read yet')
})

test('proven, not shown and not proven are told apart; refuted ones are only counted', async () => {
  await show()
  expect(screen.getAllByTestId('variant')).toHaveLength(2)
  const aside = screen.getByRole('region', { name: 'Set aside' }).textContent
  expect(aside).toContain('9 not the same, 1 not proven')
  expect(aside).toContain('6 differs on empty input')
  expect(aside).toContain('1 The budget ended before it was run.')
  await press('List what is not proven')
  const variants = screen.getAllByTestId('variant')
  expect(variants.map(variant => variant.getAttribute('data-state'))).toEqual([
    'faster',
    'not shown',
    'unverified',
  ])
  expect(variants[0]?.textContent).toContain('95 %: 43.5 to 47.4')
  expect(variants[1]?.textContent).toContain('memory 6.5 MB instead of 2.1 MB')
  expect(variants[2]?.textContent).not.toContain('×')
})

test('the evidence of what is looked at stands beside it: inputs, sizes, chance, memory, order', async () => {
  await show()
  expect(screen.getByTestId('equality').textContent).toContain('Within 2.8e−13 of it on 412 inputs')
  expect(screen.getByTestId('equality').textContent).toContain('duplicates 64')
  const timing = within(screen.getByTestId('timing'))
    .getAllByRole('row')
    .map(row => row.textContent)
  expect(timing[1]).toContain('● 200 contracts4.82 ms117 µs20×41.239.8 to 42.5p < 0.001')
  expect(timing[2]).toContain('○ 1,000 contracts')
  expect(screen.getByTestId('why').textContent).toContain('you take NumPy over loops, 9 of 10')
})

test('while variants come in none moves that somebody is at; the order is taken up when he leaves', async () => {
  await show()
  const list = () => screen.getByRole('listbox', { name: 'Variants' })
  const ids = () => screen.getAllByTestId('variant').map(variant => variant.getAttribute('data-card'))
  const growing = (cards: readonly VariantCard[], isDone = false) =>
    tell({ kind: 'optimise', task: 'task-1', report: optimisedOf({ cards, isDone }) })
  await growing([cardOf()])
  fireEvent.pointerEnter(list())
  await growing([cardOf({ id: 'better' }), cardOf()])
  expect(ids()).toEqual(['card-1', 'better'])
  fireEvent.pointerLeave(list())
  expect(ids()).toEqual(['better', 'card-1'])
})

test('arrows move through the list, and what was not proven cannot be applied, by click or by key', async () => {
  await show()
  await press('List what is not proven')
  const list = screen.getByRole('listbox', { name: 'Variants' })
  fireEvent.keyDown(list, { key: 'End' })
  await settled()
  expect(screen.getByTestId('unproven').textContent).toContain('▲ not proven The budget ended')
  expect(isOff(/^Apply to/)).toBe(true)
  fireEvent.keyDown(screen.getByRole('region', { name: UNPROVEN.title }), { key: 'Enter', ctrlKey: true })
  await settled()
  expect(pipe.requests('assistant/apply')).toEqual([])
  fireEvent.keyDown(list, { key: 'ArrowUp' })
  await settled()
  expect(screen.queryByRole('region', { name: NOT_SHOWN.title })).not.toBeNull()
})

test('a variant is applied as it is, or as it was edited, which is said to be unproven', async () => {
  pipe.answer('assistant/apply', { kind: 'applied', change: 'change-1', file: PLACE.file })
  await show()
  await press(/^Apply to exposure\/gex.py/)
  expect(pipe.requests('assistant/apply')).toEqual([{ card: 'card-1' }])
  expect(noticeTitles()).toEqual(['Written into the file'])
  fireEvent.change(screen.getByLabelText('After'), { target: { value: 'x = 1\n' } })
  await settled()
  expect(screen.getByTestId('change-bar').textContent).toContain(
    'What was proven is the text before your edit',
  )
  await press(/^Apply to exposure\/gex.py/)
  expect(pipe.requests('assistant/apply')[1]).toEqual({ card: 'card-1', edited: 'x = 1\n' })
  await press('Put the proposal back')
  expect(screen.getByTestId('change-bar').textContent).not.toContain('Edited')
})

test('what was applied is undone, after a restart as well: the change is told with the report', async () => {
  pipe.answer('assistant/optimised', optimisedOf({ cards: [cardOf({ applied: 'applied' })] }))
  const change = { id: 'change-7', at: NOW, file: PLACE.file, card: 'card-1', title: 'One NumPy pass' }
  pipe.answer('assistant/get', assistantOf({ changes: [change] }))
  pipe.answer('assistant/undo', { kind: 'undone', change: 'change-7', file: PLACE.file })
  await show()
  expect(isOff(/^✓ In exposure/)).toBe(true)
  await press('Undo')
  expect(pipe.requests('assistant/undo')).toEqual([{ change: 'change-7' }])
  expect(noticeTitles()).toEqual(['Taken out of the file again'])
})

test('a conflict is told in a sentence, the file is as it was, and one click looks anew', async () => {
  pipe.answer('assistant/apply', { kind: 'conflict', file: PLACE.file, reason: 'Lines 8 to 13 changed.' })
  pipe.answer('assistant/optimise', { task: 'task-2' })
  await show()
  await press(/^Apply to/)
  expect(screen.getByRole('alert').textContent).toContain('Lines 8 to 13 changed. The file is as it was.')
  await press('Look anew')
  expect(pipe.requests('assistant/optimise')).toEqual([{ file: PLACE.file, function: PLACE.function }])
})

test('a no costs one click, and after it the list is asked for in its new order', async () => {
  await show()
  pipe.answer(
    'assistant/optimised',
    optimisedOf({ cards: [NOT_SHOWN, cardOf({ id: 'card-9', title: 'Another' })] }),
  )
  await press('Hard to read')
  await settled()
  expect(pipe.requests('assistant/refuse')).toEqual([{ card: 'card-1', reason: 'Hard to read' }])
  expect(pipe.requests('assistant/optimised').at(-1)).toEqual({ id: 'optimise-1' })
  expect(screen.getAllByTestId('variant').map(variant => variant.getAttribute('data-card'))).toEqual([
    'card-9',
    'card-2',
  ])
})

test.each([
  { applied: 'refused', words: '✕ you said no', canApply: true },
  { applied: 'merged', words: '▲ in the file, which had changed; not proven there', canApply: false },
] as const)(
  'what became of a variant is said after a restart: $applied',
  async ({ applied, words, canApply }) => {
    pipe.answer('assistant/optimised', optimisedOf({ cards: [cardOf({ applied })] }))
    await show()
    expect(screen.getByTestId('variant').textContent).toContain(words)
    expect(isOff('Hard to read')).toBe(true)
    expect(isOff(/^(Apply to|✓ In)/)).toBe(!canApply)
  },
)

test('another reason is typed, and Escape leaves it', async () => {
  await show()
  await press('Other')
  const why = screen.getByRole('textbox', { name: 'Why not' })
  expect(document.activeElement).toBe(why)
  fireEvent.keyDown(why, { key: 'Escape' })
  await press('Other')
  fireEvent.change(screen.getByRole('textbox', { name: 'Why not' }), { target: { value: 'too clever' } })
  await press('No')
  expect(pipe.requests('assistant/refuse')).toEqual([{ card: 'card-1', reason: 'too clever' }])
})

test('what runs is cancelled by its id, and a failure is told', async () => {
  pipe.answer('assistant/get', assistantOf({ tasks: [taskOf()] }))
  await show()
  await press('Cancel Faster: gex_by_strike')
  expect(pipe.requests('assistant/cancel')).toEqual([{ task: 'task-1' }])
  pipe.answer('assistant/get', assistantOf())
  await tell({ kind: 'ended', task: 'task-1', end: 'failed', reason: 'the sandbox did not start' })
  expect(screen.queryByTestId('task')).toBeNull()
  expect(noticeTitles()).toEqual(['Faster: gex_by_strike failed'])
})

test('a folder is added by its path, reviewed, and forgotten', async () => {
  pipe.answer('assistant/addFolder', { task: 'task-3' })
  pipe.answer('assistant/review', { task: 'task-4' })
  await show()
  const path = screen.getByRole<HTMLInputElement>('textbox', { name: 'Path of a folder' })
  fireEvent.change(path, { target: { value: ' /home/trader/other ' } })
  await press('Add folder')
  expect(pipe.requests('assistant/addFolder')).toEqual([{ path: '/home/trader/other' }])
  expect(path.value).toBe('')
  expect(screen.getByTestId('folder').textContent).toContain('old/notes.py: line 12: no Python')
  await press('Review')
  expect(pipe.requests('assistant/review')).toEqual([{ path: FOLDER }])
  await press(`Forget ${FOLDER}`)
  expect(pipe.requests('assistant/removeFolder')).toEqual([{ path: FOLDER }])
})

test('a finding shows the input that fails, and is mended and undone', async () => {
  pipe.answer('assistant/mend', { kind: 'applied', change: 'change-2', file: PLACE.file })
  pipe.answer('assistant/undo', { kind: 'undone', change: 'change-2', file: PLACE.file })
  await show()
  await tell({ kind: 'review', task: 'task-4', report: reviewOf() })
  await press('Findings')
  expect(screen.getByTestId('review-sentence').textContent).toContain(
    '1 losing money, 1 slow; 214 functions of 38 files in 2.3 s. 2 more look odd, but no input shows it.',
  )
  expect(screen.getByTestId('failing').textContent).toContain('✕ −0.412')
  await press('Mend')
  expect(pipe.requests('assistant/mend')).toEqual([{ finding: 'finding-1' }])
  expect(isOff('✓ Mended')).toBe(true)
  await press('Undo')
  expect(pipe.requests('assistant/undo')).toEqual([{ change: 'change-2' }])
  expect(isOff('Mend')).toBe(false)
})

test('search finds places with their lines, why, and the choices made there', async () => {
  pipe.answer('assistant/search', searchOf({ notice: 'One folder is still being read.' }))
  await show()
  type('dealer gamma')
  fireEvent.keyDown(box(), { key: 'Enter', ctrlKey: true })
  await settled()
  expect(pipe.requests('assistant/search')).toEqual([{ query: 'dealer gamma', limit: 40 }])
  expect(screen.getByTestId('search-sentence').textContent).toContain('One folder is still being read.')
  expect(screen.getAllByTestId('hit')).toHaveLength(2)
  expect([...document.querySelectorAll('mark')].map(mark => mark.textContent)).toEqual([
    'Dealer',
    'gamma',
    'gamma',
  ])
  expect(screen.getAllByTestId('hit')[0]?.textContent).toContain('you took columns over a loop')
})

test('an answer streams, and its numbers lead to the code that it read', async () => {
  pipe.answer('assistant/ask', { kind: 'chat', task: 'chat-1', sources: searchOf().hits })
  await show()
  type('who reads gamma')
  await press(/^Ask/)
  expect(screen.getByTestId('chat').textContent).toBe('Reading the code that was found.')
  const news = { kind: 'chat', task: 'chat-1', sources: searchOf().hits } as const
  await tell({ ...news, text: 'By strike [1], its' })
  await tell({ ...news, text: 'By strike [1], its sign in [2], not in [3].' })
  expect(screen.getByTestId('chat').textContent).toBe('By strike 1, its sign in 2, not in [3].')
  await press('Source 2')
  expect(screen.queryByRole('region', { name: 'flip_level' })).not.toBeNull()
})

test('the morning report says what was done and what failed, and leads to its proposals and findings', async () => {
  pipe.answer('assistant/night', { task: 'night-2' })
  await show()
  await press('Morning')
  const night = screen.getByTestId('night').textContent
  expect(night).toContain('✓ Read the folders again')
  expect(night).toContain('✕ Read the profileprofile.pstats is not there')
  expect(night).toContain('✓ holds')
  await press('Do it now')
  expect(pipe.requests('assistant/night')).toEqual([{}])
  await press('Findings: 1 losing money')
  expect(screen.getByTestId('review-sentence').textContent).toContain('found in the night.')
  await press('Morning')
  await press(/^gex_by_strike/)
  expect(screen.getAllByTestId('variant')).toHaveLength(2)
})

test('a pattern is told in words and deleted', async () => {
  await show()
  await press(`Delete: ${PATTERN.sentence}`)
  expect(pipe.requests('assistant/forgetPattern')).toEqual([{ pattern: 'pattern-1' }])
})

test('models are looked for and chosen; one that does not fit says why and is off', async () => {
  const large = modelCardOf({
    name: 'large:70b',
    fits: { ok: false, reason: 'It needs 41 GB; 12 GB are free.' },
  })
  pipe.answer('assistant/models', [modelCardOf(), large])
  pipe.answer('assistant/useModel', assistantOf())
  await show()
  await press('Look for models')
  expect(screen.getAllByTestId('language-model')[1]?.textContent).toContain(
    '▲ It needs 41 GB; 12 GB are free.',
  )
  expect(isOff('Use large:70b')).toBe(true)
  await press('Use qwen2.5-coder:7b')
  expect(pipe.requests('assistant/useModel')).toEqual([{ source: 'ollama', name: 'qwen2.5-coder:7b' }])
})

test('an assistant that is not there says why', async () => {
  pipe.refuse('assistant/get', 'its process ended')
  await show()
  expect(document.body.textContent).toContain(
    'The code assistant is not there: its process ended. Asking again.',
  )
})
