import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DEFAULT_SIZING } from '../../main/core/risk/kelly.ts'
import { DEFAULT_LIMITS } from '../../main/core/risk/limits.ts'
import { noticeTitles, newWindow, openWindow, settled, type TestPipe } from '../../main/fixtures/page.ts'
import { setView, useView, type OpenDialog } from '../state/viewStore.ts'
import { Dialogs } from './Dialogs.tsx'

let pipe: TestPipe

beforeEach(() => {
  pipe = openWindow()
})

afterEach(() => {
  cleanup()
  newWindow()
})

function open(dialog: OpenDialog): void {
  setView({ dialog })
  render(<Dialogs />)
}

const field = (name: string | RegExp) => screen.getByRole('textbox', { name })
const enter = (name: string | RegExp, value: string) => fireEvent.change(field(name), { target: { value } })

async function click(name: string): Promise<void> {
  fireEvent.click(screen.getByRole('button', { name }))
  await settled()
}

test.each([
  ['limits', 'Risk limits', 'A lockout that has begun is not undone by a wider limit.'],
  ['sizing', 'Size of a trade', 'from the next suggestion on'],
  ['reasons', 'Reasons for a no', 'the first nine have the keys 1 to 9'],
  ['alertRules', 'Alert rules', 'stays silent for five minutes'],
  ['keys', 'All keys', 'Order keys act only while they are armed.'],
] as const)('the dialog of %s has its name and says what it is about', (dialog, name, words) => {
  open(dialog)
  expect(screen.getByRole('dialog', { name }).textContent).toContain(words)
})

test.each(['limits', 'sizing', 'reasons', 'alertRules', 'keys', 'explanation'] as const)(
  'the dialog of %s is left by its button, which comes last for the keyboard',
  async dialog => {
    open(dialog)
    const controls = [...document.querySelectorAll('[role=dialog] :is(button, input, select)')]
    expect(controls.at(-1)).toBe(screen.getByRole('button', { name: 'Close' }))
    await click('Close')
    expect(useView.getState().dialog).toBeUndefined()
  },
)

test('no dialog is there while none is asked for', () => {
  open(undefined)
  expect(screen.queryByRole('dialog')).toBeNull()
})

test('the limits stand as they are and go out whole, with what was changed', async () => {
  open('limits')
  expect(screen.getAllByRole('textbox').map(input => input.getAttribute('value'))).toEqual(
    Object.values(DEFAULT_LIMITS).map(String),
  )
  enter(/^Day loss that locks trading/, '450')
  enter(/^Lots of one order/, '2')
  await click('Save')
  expect(pipe.requests('limits/set')).toEqual([{ ...DEFAULT_LIMITS, dayLossLimit: 450, lotsPerOrder: 2 }])
  expect(useView.getState().dialog).toBeUndefined()
})

test('sizes are chosen with what they know and do not, and go out as shares', async () => {
  open('sizing')
  expect(screen.queryAllByRole('textbox')).toEqual([])
  fireEvent.click(screen.getByRole('button', { name: /^By Kelly/ }))
  expect(screen.getByRole('dialog').textContent).toContain('It does not know whether the odds are right')
  expect(field(/^Bankroll/).getAttribute('value')).toBe(String(DEFAULT_SIZING.bankroll))
  enter(/^Bankroll/, '40000')
  enter(/^Implied volatility/, '20')
  await click('Save')
  expect(pipe.requests('sizing/set')).toEqual([{ by: 'kelly', bankroll: 40_000, volatilityTarget: 0.2 }])
  expect(useView.getState().dialog).toBeUndefined()
})

test('limits that the engine refuses stay on the screen, with the reason', async () => {
  pipe.refuse('limits/set', 'dayLossLimit: Too small: expected number to be >0')
  open('limits')
  enter(/^Day loss that locks trading/, '-5')
  await click('Save')
  expect(noticeTitles()).toEqual(['dayLossLimit: Too small: expected number to be >0'])
  expect(field(/^Day loss that locks trading/)).toHaveProperty('value', '-5')
})

test.each(['limits', 'reasons', 'alertRules'] as const)(
  'leaving the form of %s changes nothing',
  async dialog => {
    open(dialog)
    await click('Cancel')
    expect(useView.getState().dialog).toBeUndefined()
    expect(pipe.calls).toEqual([])
  },
)

test('reasons have nine places; empty ones and blanks around are left out', async () => {
  open('reasons')
  expect(screen.getAllByRole('textbox').map(input => input.getAttribute('value'))).toEqual([
    'Too risky',
    'Bad price',
    'Other',
    ...Array.from({ length: 6 }, () => ''),
  ])
  enter('Reason 2', '')
  enter('Reason 9', '  News ahead ')
  await click('Save')
  expect(pipe.requests('reasons/set')).toEqual([{ reasons: ['Too risky', 'Other', 'News ahead'] }])
})

test('a reason cannot be longer than a button has room for', () => {
  open('reasons')
  expect(field('Reason 1').getAttribute('maxlength')).toBe('40')
})

test('alert rules are switched one by one, and have a figure where there is one', async () => {
  open('alertRules')
  expect(screen.getAllByRole('checkbox').length).toBe(15)
  expect(screen.queryByRole('textbox', { name: 'Lockout' })).toBeNull()
  fireEvent.click(screen.getByRole('checkbox', { name: 'A decision slower than' }))
  enter('Open loss of a position from', '250')
  await click('Save')
  const [request] = pipe.requests('alerts/setRules')
  const rules: unknown[] = Object(request).rules
  expect(rules).toContainEqual({ kind: 'latency', isOn: false, threshold: 1000 })
  expect(rules).toContainEqual({ kind: 'loss', isOn: true, threshold: 250 })
  expect(rules).toContainEqual({ kind: 'lockout', isOn: true })
  expect(rules).toHaveLength(15)
})

test('every key that is printed anywhere is in the list of keys', () => {
  open('keys')
  const list = screen.getByRole('table').textContent
  for (const words of ['Accept the suggestionA', 'Flatten all', 'Ctrl Alt Shift K', 'Esc', '1 to 9'])
    expect(list).toContain(words)
})
