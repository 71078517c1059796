import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { newWindow, openWindow, settled, showFrames, type TestPipe } from '../../../main/fixtures/page.ts'
import { PROPOSAL, chainOf, decisionOf } from '../../../main/fixtures/screen.ts'
import { setView, useView } from '../../state/viewStore.ts'
import { ModifyForm } from './ModifyForm.tsx'

const OPEN = decisionOf()
let pipe: TestPipe

beforeEach(() => {
  pipe = openWindow({ decisions: [OPEN] })
  pipe.answer('suggestion/preview', { proposal: PROPOSAL, refusal: null })
  showFrames({ chain: chainOf([675, 680, 681, 682, 683, 684, 685, 686, 687, 688, 700]) })
  setView({ modifying: OPEN.id })
})

afterEach(() => {
  cleanup()
  newWindow()
})

async function open(proposal = PROPOSAL): Promise<void> {
  render(<ModifyForm decision={OPEN} proposal={proposal} />)
  await settled()
}

function bounds(name: string): (string | null)[] {
  const slider = screen.getByRole('slider', { name })
  return ['aria-valuemin', 'aria-valuenow', 'aria-valuemax'].map(bound => slider.getAttribute(bound))
}

async function step(name: string, key: 'ArrowUp' | 'ArrowDown' | 'Home' | 'End'): Promise<void> {
  fireEvent.keyDown(screen.getByRole('slider', { name }), { key })
  await settled()
}

const acceptButton = () => screen.getByRole('button', { name: 'Accept as changed' })

test('what can be changed stands within its bounds: lots by the limit, strikes by one percent, price by the market', async () => {
  await open()
  expect(bounds('Size')).toEqual(['1', '2', '3'])
  expect(bounds('Short put')).toEqual(['680', '686', '688'])
  expect(bounds('Long put')).toEqual(['680', '683', '688'])
  expect(bounds('Limit')).toEqual(['0.4', '0.44', '0.48'])
})

test('what it would mean is asked of the engine, at first and with every change', async () => {
  await open()
  await step('Size', 'ArrowUp')
  await step('Limit', 'ArrowDown')
  expect(pipe.requests('suggestion/preview')).toEqual([
    { id: OPEN.id, edits: {} },
    { id: OPEN.id, edits: { quantity: 3 } },
    { id: OPEN.id, edits: { quantity: 3, limit: 0.43 } },
  ])
})

test('the figures are those of the engine, not of the page', async () => {
  const proposal = {
    ...PROPOSAL,
    quantity: 1,
    cash: 41.5,
    atStop: -70,
    atWorst: -260,
    breakEvens: [685.6, 694.4],
  }
  pipe.answer('suggestion/preview', { proposal, refusal: null })
  await open()
  const meaning = 'Credit $41.50, at stop −$70, at worst −$260, break-even 685.60 and 694.40.'
  expect(screen.getByText(meaning).className).toBe('t2')
  expect(screen.getByText('1 of 3').tagName).toBe('B')
})

test('other strikes have another market: the size stays, the limit that was entered does not', async () => {
  await open()
  await step('Size', 'Home')
  await step('Limit', 'End')
  await step('Short put', 'ArrowDown')
  expect(pipe.requests('suggestion/preview').at(-1)).toEqual({
    id: OPEN.id,
    edits: { quantity: 1, strikes: [685, 683] },
  })
})

test.each([
  [
    'what risk would refuse',
    () =>
      pipe.answer('suggestion/preview', { proposal: PROPOSAL, refusal: 'exposure must be at most $5,000' }),
    'Risk: exposure must be at most $5,000.',
  ],
  [
    'what cannot be entered',
    () => pipe.refuse('suggestion/preview', 'strikes: must keep the shape'),
    'strikes: must keep the shape',
  ],
])('%s is said in its words and cannot be sent', async (_, prepare, words) => {
  prepare()
  await open()
  expect(screen.getByText(words).className).toBe('warn')
  expect(acceptButton().hasAttribute('disabled')).toBe(true)
})

test('a problem goes away with the change that mends it', async () => {
  pipe.refuse('suggestion/preview', 'strikes: must keep the shape')
  await open()
  pipe.answer('suggestion/preview', { proposal: PROPOSAL, refusal: null })
  await step('Size', 'ArrowUp')
  expect(acceptButton().hasAttribute('disabled')).toBe(false)
})

test('an answer that comes late does not replace that to a newer change', async () => {
  await open()
  const late = { ...PROPOSAL, quantity: 3, cash: 1 }
  const release = pipe.hold('suggestion/preview', { ok: true, value: { proposal: late, refusal: null } })
  await step('Size', 'ArrowUp')
  pipe.answer('suggestion/preview', { proposal: { ...PROPOSAL, quantity: 1, cash: 41.5 }, refusal: null })
  await step('Limit', 'ArrowUp')
  release()
  await settled()
  expect(screen.getByText(/^Credit \$41\.50,/).className).toBe('t2')
})

test('sending it says what was changed, and the form stays until the engine agrees', async () => {
  pipe.refuse('suggestion/modify', 'quotes must be at most 5 s old')
  await open()
  await step('Size', 'Home')
  fireEvent.click(acceptButton())
  await settled()
  expect(pipe.requests('suggestion/modify')).toEqual([{ id: OPEN.id, edits: { quantity: 1 }, via: 'click' }])
  expect(useView.getState().modifying).toBe(OPEN.id)
})

test('going back changes nothing', async () => {
  await open()
  fireEvent.click(screen.getByRole('button', { name: 'Back' }))
  expect(useView.getState().modifying).toBeUndefined()
  expect(pipe.requests('suggestion/modify')).toEqual([])
})

test('of a close only the price can be changed, and what it pays is said', async () => {
  const close = {
    ...PROPOSAL,
    purpose: 'close' as const,
    cash: -61,
    walk: { ...PROPOSAL.walk, start: -0.3 },
    quote: { natural: -0.34, mid: -0.3, best: -0.26 },
  }
  pipe.answer('suggestion/preview', { proposal: close, refusal: null })
  await open(close)
  expect(screen.getAllByRole('slider').map(slider => slider.getAttribute('aria-label'))).toEqual(['Limit'])
  expect(bounds('Limit')).toEqual(['-0.34', '-0.3', '-0.26'])
  expect(screen.getByText('Pays $61.').className).toBe('t2')
})
