import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { newWindow, openWindow, showDesk } from '../../../main/fixtures/page.ts'
import { NOW, decisionOf, outcomeOf, waitOf } from '../../../main/fixtures/screen.ts'
import { setView, useView } from '../../state/viewStore.ts'
import { JournalControls, JournalPane } from './JournalPane.tsx'

const TAKEN = decisionOf({ id: 'a', number: 1, status: 'accepted', outcome: outcomeOf(-42) })
const REFUSED = decisionOf({
  id: 'b',
  number: 2,
  time: NOW + 600_000,
  status: 'rejected',
  answer: { kind: 'rejected', time: NOW, reason: 'Too risky', comment: 'Fed at two' },
  outcome: outcomeOf(31.5),
})
const WAIT = waitOf({ id: 'c', number: 3, status: 'lapsed', outcome: outcomeOf(0, { forgone: 12 }) })

beforeEach(() => {
  // Only what is in view is drawn, so there must be a view
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(400)
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(600)
  openWindow({ decisions: [TAKEN, REFUSED, WAIT] })
})

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
  newWindow()
})

const lines = () => screen.getAllByRole('listitem').map(line => line.textContent)

test('decisions stand newest first, with answer, net and verdict; lessons are marked', () => {
  render(<JournalPane />)
  expect(lines()).toEqual([
    '11:10686/683 put Rejected, too risky+$31.50rejected winner',
    '11:00686/683 put Accepted−$42.00accepted loser',
  ])
  expect([...document.querySelectorAll('.tag')].map(tag => tag.textContent)).toEqual([
    'rejected winner',
    'accepted loser',
  ])
})

test('a winner that was taken and a loser that was refused are no lessons', () => {
  showDesk({
    decisions: [
      { ...TAKEN, outcome: outcomeOf(9) },
      { ...REFUSED, outcome: outcomeOf(-9) },
    ],
  })
  render(<JournalPane />)
  expect(document.querySelectorAll('.tag')).toHaveLength(0)
  expect(lines().join()).toContain('accepted winner')
})

test('waits are listed when all is asked for, with what they missed', () => {
  render(
    <>
      <JournalControls />
      <JournalPane />
    </>,
  )
  fireEvent.click(screen.getByRole('button', { name: 'All 3' }))
  expect(lines()).toHaveLength(3)
  expect(lines()[0]).toBe('11:00No trade Lapsed$0missed a winner')
})

test('an outcome that could not be had has no net', () => {
  const outcome = outcomeOf(0, { status: 'unavailable', reason: 'noQuotes' })
  showDesk({ decisions: [{ ...TAKEN, outcome }] })
  render(<JournalPane />)
  expect(lines()).toEqual(['11:00686/683 put Acceptedunavailable'])
})

test('a click shows that decision in the cockpit, a second one the latest again', () => {
  setView({ page: 'day' })
  render(<JournalPane />)
  const [first] = screen.getAllByTestId('journal-row')
  if (!first) throw new Error('a row must stand there')
  expect(first.title).toBe('Fed at two')
  fireEvent.click(first)
  expect(useView.getState()).toMatchObject({ shownDecision: 'b', page: 'cockpit' })
  fireEvent.click(first)
  expect(useView.getState().shownDecision).toBeUndefined()
})

test('yes and no are summed alike, and too few are called too few', () => {
  render(<JournalPane />)
  expect(document.querySelector('dl')?.textContent).toBe(
    'Taken−$42.00Refused by you+$31.50All, untouched−$10.50No trade$0Scored2, too few',
  )
  const many = Array.from({ length: 30 }, (_, index) => ({ ...TAKEN, id: String(index) }))
  showDesk({ decisions: many })
  expect(document.querySelector('dl')?.textContent).toMatch(/Scored30$/)
})

test('an empty journal says what will stand there', () => {
  showDesk({ decisions: [WAIT] })
  render(<JournalPane />)
  expect(document.body.textContent).toBe(
    'No suggestion yet. Each one is kept here with your answer and how it ended.',
  )
})
