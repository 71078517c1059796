import { cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  newWindow,
  openWindow,
  settled,
  showDesk,
  showFrames,
  type TestPipe,
} from '../../../main/fixtures/page.ts'
import {
  NOW,
  PROPOSAL,
  chainOf,
  decisionOf,
  outcomeOf,
  pulseOf,
  waitOf,
} from '../../../main/fixtures/screen.ts'
import { setView, useView } from '../../state/viewStore.ts'
import { SuggestionControls, SuggestionMeta, SuggestionPane } from './SuggestionPane.tsx'

const OPEN = decisionOf()
let pipe: TestPipe

beforeEach(() => {
  pipe = openWindow({ decisions: [OPEN] })
})

afterEach(() => {
  cleanup()
  newWindow()
})

function show(): HTMLElement {
  render(
    <>
      <SuggestionMeta />
      <SuggestionControls />
      <SuggestionPane />
    </>,
  )
  return document.body
}

/** A figure of the terms by its label. */
function term(label: string): string {
  return screen.getByText(label).parentElement?.querySelector('b')?.textContent?.trim() ?? ''
}

test('what is suggested stands first: trade, limit, size, credit, losses, margin and the fixed exit', () => {
  show()
  expect(screen.getByRole('heading').textContent).toBe('Sell 686/683 put vertical ×2at 0.44')
  expect(['Size', 'Credit', 'At stop', 'Max loss', 'Margin'].map(term)).toEqual([
    '2 of 3',
    '$85.20',
    '−$137.80',
    '−$517.60',
    '$600',
  ])
  expect(document.querySelector('.exit')?.textContent).toBe(
    'Exit fixed: buy back at 0.15, 1.10 or 12:05✓ 12/12 limits',
  )
})

test('it says which decision it is, from when, and how long it waits', () => {
  expect(show().textContent).toMatch(/^no\. 7 11:00:00, while credit ≥ 0\.411:30 left/)
  showFrames({ pulse: pulseOf({ time: NOW + 60_500 }) })
  expect(screen.getByText('0:30 left').className).toBe('b')
})

test('a close is told as cash, and has no exit of its own', () => {
  const proposal = {
    ...PROPOSAL,
    purpose: 'close',
    cash: -61,
    walk: { ...PROPOSAL.walk, start: -0.3, end: -0.3 },
  } as const
  showDesk({ decisions: [decisionOf({ action: 'close', proposal })] })
  show()
  expect(screen.getByRole('heading').textContent).toBe('Close 686/683 put vertical ×2for 0.30')
  expect(term('Cash')).toBe('−$61.00')
  expect(screen.queryByText('Max loss')).toBeNull()
  expect(screen.getByText('rests there').className).toContain('t3')
})

test('the market for it is that of the chain on the screen, and a dash where a leg is not quoted', () => {
  show()
  expect(document.querySelector('.limit')?.textContent).toBe('bid 0.400.48 askwalks to 0.41 in 20 s')
  // Puts at 2.86 and 2.83, each four cents wide
  showFrames({ chain: chainOf([683, 684, 685, 686]) })
  expect(document.querySelector('.limit')?.textContent).toMatch(/^bid −0\.010\.07 ask/)
  showFrames({ chain: chainOf([685, 686]) })
  expect(document.querySelector('.limit')?.textContent).toMatch(/^bid –– ask/)
  const chain = chainOf([683, 684, 685, 686])
  showFrames({ chain: { ...chain, bid: chain.bid.map(() => 0), ask: chain.ask.map(() => 0) } })
  expect(document.querySelector('.limit')?.textContent).toMatch(/^bid –– ask/)
})

test('both estimates have their range, and are read aloud by name', () => {
  show()
  expect(screen.getByRole('meter', { name: 'Good after costs' }).getAttribute('aria-valuenow')).toBe('0.66')
  expect(screen.getByRole('meter', { name: 'You would accept' }).parentElement?.textContent).toBe('0.58')
  expect(document.body.textContent).toContain('0.52–0.78')
})

test('the reasons sum to what they explain: five drivers by name, the rest as one', () => {
  show()
  const bars = within(screen.getByTestId('drivers'))
  const shown = [...screen.getByTestId('drivers').querySelectorAll<HTMLElement>('[data-contribution]')]
  expect(shown).toHaveLength(6)
  expect(bars.getByText('Other 8 drivers').className).toBe('ell')
  const sum = shown.reduce((total, bar) => total + Number(bar.dataset['contribution']), 0)
  expect(sum).toBeCloseTo(
    OPEN.reasons.drivers.reduce((total, driver) => total + driver.contribution, 0),
    12,
  )
})

test('what is not there is said: no flip, no past case, nothing missing', () => {
  show()
  expect(screen.getByText(/^Nothing within two moves/).className).toBe('t3')
  expect(screen.getByText('No case has ended yet.').className).toBe('t3')
  expect(screen.getByText('Nothing that this decision looks at was missing.').className).toBe('t2')
})

test('flips, past cases and what was not known are told with their figures', () => {
  const neighbour = {
    decision: 'x',
    date: '2026-11-18',
    time: NOW,
    likeness: 0.91,
    action: 'put 15Δ',
    answer: 'accepted',
    net: -42,
  }
  const reasons = {
    ...OPEN.reasons,
    flips: [{ axis: 'spot', change: -1.5, action: 'noTrade' } as const],
    neighbours: [neighbour, { ...neighbour, decision: 'y', date: OPEN.date, net: 31.5 }],
    unknown: ['The VIX was not quoted.'],
  }
  showDesk({ decisions: [decisionOf({ reasons })] })
  show()
  expect(screen.getByTestId('flips').textContent).toBe('< 688.501.50 away: no trade')
  expect(screen.getByTestId('cases').textContent).toBe(
    '18 Nov 11:000.91put 15Δ, accepted−$42.0011:000.91put 15Δ, accepted+$31.50',
  )
  expect(screen.getByText('The VIX was not quoted.').className).toBe('t2')
})

test('a wait is a suggestion too: agreed or overruled, never modified', () => {
  showDesk({ decisions: [waitOf({ passedOver: { action: 'sellIronCondor', proposal: PROPOSAL } })] })
  show()
  expect(screen.getByRole('heading').textContent).toBe('No trade0.37')
  expect(document.body.textContent).toContain('next look 1:30')
  expect(screen.getByRole('button', { name: 'Agree A' }).hasAttribute('disabled')).toBe(false)
  expect(screen.getByRole('button', { name: 'Modify M' }).hasAttribute('disabled')).toBe(true)
  expect(
    screen.getByRole('meter', { name: 'Good after costs, passed over' }).getAttribute('aria-valuemax'),
  ).toBe('1')
  expect(screen.queryByRole('button', { name: 'Let it expire' })).toBeNull()
})

test.each([
  ['before the first snapshot', { isReady: false }, 'Starting.'],
  ['early in the session', {}, 'The first look comes within a minute, as soon as the chain is quoted.'],
  ['outside the session', { phase: 'guard' }, 'Suggestions come while the session is open.'],
] as const)('with nothing to show it says why: %s', (_, desk, text) => {
  showDesk({ decisions: [], ...desk })
  show()
  expect(document.body.textContent).toBe(text)
})

test('a past decision that was picked is shown instead of the latest, until the latest is asked for', () => {
  const past = decisionOf({ id: 'past', number: 3, status: 'rejected', outcome: outcomeOf(20) })
  showDesk({ decisions: [past, OPEN] })
  setView({ shownDecision: 'past' })
  show()
  expect(screen.getByTestId('decision-number').textContent).toBe('no. 3')
  fireEvent.click(screen.getByRole('button', { name: 'Show the latest' }))
  expect(screen.getByTestId('decision-number').textContent).toBe('no. 7')
})

test('a decision that risk refused says why, and is not answered', () => {
  showDesk({
    decisions: [
      decisionOf({
        status: 'refused',
        refusal: 'exposure must be at most $5,000',
        checks: { passed: 11, of: 12 },
      }),
    ],
  })
  show()
  expect(screen.getByText('Risk: exposure must be at most $5,000.').className).toBe('refusal')
  expect(document.querySelector('.exit')?.textContent).toContain('✕ 11/12')
  expect(screen.queryByRole('button', { name: 'Accept A' })).toBeNull()
  expect(screen.getByText('Refused by risk.').tagName).toBe('SPAN')
})

test('the form of changes takes the place of the answers, and is gone with the suggestion', () => {
  show()
  fireEvent.click(screen.getByRole('button', { name: 'Modify M' }))
  expect(useView.getState().modifying).toBe(OPEN.id)
  expect(screen.getByRole('button', { name: 'Accept as changed' }).getAttribute('type')).toBe('submit')
  expect(screen.queryByTestId('actions')).toBeNull()
  showDesk({ decisions: [decisionOf({ status: 'lapsed' })] })
  expect(screen.queryByTestId('modify')).toBeNull()
  expect(screen.getByTestId('actions').textContent).toContain(
    'Lapsed. No answer is not a no: it teaches nothing.',
  )
})

test('a click is shown as an answer only when the engine has said so', async () => {
  show()
  fireEvent.click(screen.getByRole('button', { name: 'Accept A' }))
  await settled()
  expect(pipe.calls).toEqual([{ name: 'suggestion/accept', request: { id: OPEN.id, via: 'click' } }])
  expect(screen.getByTestId('suggestion').dataset['status']).toBe('open')
  expect(screen.getByRole('button', { name: 'Accept A' }).tagName).toBe('BUTTON')
  showDesk({ decisions: [decisionOf({ status: 'accepted' })] })
  expect(screen.getByTestId('suggestion').dataset['status']).toBe('accepted')
  expect(screen.queryByRole('button', { name: 'Accept A' })).toBeNull()
})
