import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DeskState } from '../../state/deskStore.ts'
import {
  noticeTitles,
  newWindow,
  openWindow,
  settled,
  showDesk,
  type TestPipe,
} from '../../../main/fixtures/page.ts'
import { LOCKOUT } from '../../../main/fixtures/risks.ts'
import {
  NOW,
  PROPOSAL,
  decisionOf,
  outcomeOf,
  pulseOf,
  sentOrder,
  waitOf,
} from '../../../main/fixtures/screen.ts'
import { useView } from '../../state/viewStore.ts'
import { Actions } from './Actions.tsx'

const OPEN = decisionOf()
const CLOSE = decisionOf({ action: 'close', proposal: { ...PROPOSAL, purpose: 'close' } })
let pipe: TestPipe

beforeEach(() => {
  pipe = openWindow()
})

afterEach(() => {
  cleanup()
  newWindow()
})

function button(name: string): HTMLElement {
  return screen.getByRole('button', { name })
}

const isOff = (name: string) => button(name).hasAttribute('disabled')

async function click(name: string): Promise<void> {
  fireEvent.click(button(name))
  await settled()
}

test.each([
  ['Accept A', 'suggestion/accept', {}],
  ['Reject R', 'suggestion/reject', {}],
  ['Let it expire', 'suggestion/lapse', {}],
  ['1 Too risky', 'suggestion/reject', { reason: 'Too risky' }],
])('"%s" is one click', async (name, call, more) => {
  render(<Actions decision={OPEN} />)
  await click(name)
  expect(pipe.calls).toEqual([{ name: call, request: { id: OPEN.id, via: 'click', ...more } }])
})

test('a no without a reason costs as little as a yes', () => {
  render(<Actions decision={OPEN} />)
  expect(['Accept A', 'Modify M', 'Reject R'].map(isOff)).toEqual([false, false, false])
})

const SILENT = pulseOf().heartbeats.feed
const HELD: readonly (readonly [string, Partial<DeskState>, number, string])[] = [
  ['a lockout', { lockout: LOCKOUT }, 0, 'Locked out until the next session. Closing still works.'],
  ['a halt', { halted: 'a rule' }, 0, 'Trading is halted. Closing still works.'],
  [
    'a database that is gone',
    { lost: [{ dependency: 'memory', since: NOW, reason: 'locked' }] },
    0,
    'The database does not answer. Accept returns with it.',
  ],
  ['quotes that are stale', {}, 7300, 'Quotes are 7.3 s old. Accept returns with fresh ones.'],
]
const HELD_ALWAYS: typeof HELD = [
  ['a lost engine', { isConnected: false }, 0, 'The window lost the engine. Accept returns with it.'],
  ['flattening', { flattening: { since: NOW, closesAt: NOW } }, 0, 'Everything is being flattened.'],
  [
    'an account in doubt',
    { account: { id: 'U1', mode: 'unsure' } },
    0,
    'The account is not confirmed; no orders until it is.',
  ],
]

test.each([...HELD, ...HELD_ALWAYS])(
  '%s holds back a yes to new risk, says why, and never a no',
  (_, desk, age, why) => {
    openWindow(desk, { heartbeats: { ...pulseOf().heartbeats, feed: { ...SILENT, age } } })
    render(<Actions decision={OPEN} />)
    expect(isOff('Accept A')).toBe(true)
    expect(screen.getByText(why).className).toBe('warn')
    expect(button('Accept A').title).toBe(why)
    expect(['Reject R', 'Modify M', '1 Too risky', 'Let it expire'].map(isOff)).toEqual([
      false,
      false,
      false,
      false,
    ])
  },
)

test.each(HELD)('under %s a position may still be closed', (_, desk, age) => {
  openWindow(desk, { heartbeats: { ...pulseOf().heartbeats, feed: { ...SILENT, age } } })
  render(<Actions decision={CLOSE} />)
  expect(isOff('Accept A')).toBe(false)
})

test.each(HELD_ALWAYS)('under %s nothing is sent, not even a close', (_, desk) => {
  openWindow(desk)
  render(<Actions decision={CLOSE} />)
  expect(isOff('Accept A')).toBe(true)
})

test('quotes as old as they may be hold nothing back', () => {
  openWindow(
    {},
    { staleAfter: 5000, heartbeats: { ...pulseOf().heartbeats, feed: { ...SILENT, age: 5000 } } },
  )
  render(<Actions decision={OPEN} />)
  expect(isOff('Accept A')).toBe(false)
})

test('a wait asks for agreement, under a lockout too, and takes no reason', () => {
  openWindow({ lockout: LOCKOUT })
  render(<Actions decision={waitOf()} />)
  expect(['Agree A', 'Modify M', 'Overrule R', '1 Too risky'].map(isOff)).toEqual([false, true, false, true])
  expect(screen.getByText('Counted and scored like any other.').className).toBe('t3')
})

test('the reason "Other" asks for a comment, which goes out with it', async () => {
  render(<Actions decision={OPEN} />)
  await click('3 Other')
  expect(pipe.calls).toEqual([])
  const field = screen.getByRole('textbox', { name: 'Comment' })
  expect(document.activeElement).toBe(field)
  fireEvent.change(field, { target: { value: 'Fed at two' } })
  await click('Reject')
  expect(pipe.calls).toEqual([
    {
      name: 'suggestion/reject',
      request: { id: OPEN.id, via: 'click', reason: 'Other', comment: 'Fed at two' },
    },
  ])
  expect(useView.getState().commenting).toBeUndefined()
})

test('a comment that was refused is still there to be sent again', async () => {
  pipe.lose('suggestion/reject', 'the connection to Zerodte was lost')
  render(<Actions decision={OPEN} />)
  await click('3 Other')
  fireEvent.change(screen.getByRole('textbox', { name: 'Comment' }), { target: { value: 'Fed at two' } })
  await click('Reject')
  expect(screen.getByRole('textbox', { name: 'Comment' })).toHaveProperty('value', 'Fed at two')
  expect(noticeTitles()).toEqual(['the connection to Zerodte was lost'])
})

test('a comment can be left without a word', async () => {
  render(<Actions decision={OPEN} />)
  await click('3 Other')
  await click('Back')
  expect(button('1 Too risky').className).toBe('chip')
  expect(pipe.calls).toEqual([])
})

test.each([
  [{ status: 'sending' }, 'Sending.', true],
  [{ status: 'working', limit: 0.42, filled: 1 }, 'Working at 0.42, 1 of 2 filled.', true],
  [{ status: 'filled', filled: 2 }, '✓ filled 2 of 2. The exit rule watches it.', false],
  [{ status: 'cancelled', filled: 1 }, 'Cancelled, 1 of 2 filled.', false],
  [{ status: 'rejected', note: 'no market' }, 'Not sent or refused: no market.', false],
  [{ status: 'rejected' }, 'Not sent or refused: no reason given.', false],
] as const)('after a yes the order is told: %j', async (given, words, canCancel) => {
  showDesk({ orders: [sentOrder(given)] })
  render(<Actions decision={decisionOf({ status: 'accepted' })} />)
  expect(screen.getByText(words).tagName).toBe('SPAN')
  expect(screen.queryAllByRole('button', { name: 'Cancel' })).toHaveLength(canCancel ? 1 : 0)
  if (canCancel) await click('Cancel')
  expect(pipe.requests('order/cancel')).toEqual(canCancel ? [{ id: 'order-1', via: 'click' }] : [])
})

test('the order of flattening is not taken for the order of the answer', () => {
  showDesk({
    orders: [sentOrder({ status: 'filled', filled: 2 }), sentOrder({ id: 'x', purpose: 'flatten' })],
  })
  render(<Actions decision={decisionOf({ status: 'accepted' })} />)
  expect(screen.getByTestId('actions').textContent).toContain('✓ filled 2 of 2.')
})

test.each([
  [{ status: 'rejected' }, 'Rejected.'],
  [
    { status: 'rejected', answer: { kind: 'rejected', time: NOW, reason: 'Bad price' } },
    'Rejected: Bad price.',
  ],
  [{ status: 'lapsed' }, 'Lapsed. No answer is not a no: it teaches nothing.'],
  [{ status: 'accepted' }, 'Accepted.'],
] as const)('without an order the answer itself is told: %j', (given, words) => {
  render(<Actions decision={decisionOf(given)} />)
  expect(screen.getByText(words).tagName).toBe('SPAN')
  expect(screen.getByText('Scored when its exit rule fires, whatever was answered.').className).toBe('t3')
})

test('an outcome is told with its verdict and the exit, and is rated from one to five', async () => {
  render(<Actions decision={decisionOf({ status: 'rejected', outcome: outcomeOf(31.5), rating: 2 })} />)
  expect(screen.getByTestId('actions').textContent).toContain(
    'rejected winner, +$31.50 under the frozen exit (takeProfit)',
  )
  const ratings = screen.getByRole('group', { name: 'Rate how it went' }).querySelectorAll('button')
  expect([...ratings].map(rating => [rating.textContent, rating.getAttribute('aria-pressed')])).toEqual([
    ['1', 'false'],
    ['2', 'true'],
    ['3', 'false'],
    ['4', 'false'],
    ['5', 'false'],
  ])
  await click('4')
  expect(pipe.calls).toEqual([{ name: 'outcome/rate', request: { id: OPEN.id, rating: 4 } }])
})
