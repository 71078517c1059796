import { cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { explanationOf } from '../../../main/fixtures/learningScreen.ts'
import { newWindow, openWindow, settled, showDesk, type TestPipe } from '../../../main/fixtures/page.ts'
import { decisionOf } from '../../../main/fixtures/screen.ts'
import { Dialogs } from '../../app/Dialogs.tsx'
import { setView, useView } from '../../state/viewStore.ts'
import { Drivers } from '../suggestion/ReasonBlocks.tsx'
import { ExplanationView } from './ExplanationView.tsx'
import { featureBars, LEAST_SPAN } from './featureBars.ts'
import { featureReading } from './featureWords.ts'

const DECISION = decisionOf()
const EXACT = explanationOf({
  method: 'exact',
  evaluations: 1_048_576,
  microseconds: 213_000,
  standardError: 0,
  refining: undefined,
})
let pipe: TestPipe

beforeEach(() => {
  pipe = openWindow({ decisions: [DECISION] })
  pipe.answer('explanation/get', explanationOf())
})

afterEach(() => {
  cleanup()
  newWindow()
})

async function show(): Promise<void> {
  render(<ExplanationView />)
  await settled()
}

/** The figures of the chart as they are written: usual, every part, now. */
function written(): { readonly usual: number; readonly parts: readonly number[]; readonly now: number } {
  const figure = (cell: Element | null | undefined) =>
    Number(cell?.textContent?.replace('−', '-') ?? Number.NaN)
  const rows = [...within(screen.getByTestId('waterfall')).getAllByRole('row')].slice(1)
  const figures = rows.map(row => figure(row.lastElementChild))
  return { usual: figures[0] ?? 0, parts: figures.slice(1, -1), now: figures.at(-1) ?? 0 }
}

test('all twenty features stand there, and what is written sums from the usual probability to this one', async () => {
  await show()
  const { usual, parts, now } = written()
  expect(parts).toHaveLength(20)
  expect(parts.reduce((sum, part) => sum + part, usual)).toBeCloseTo(now, 9)
  expect(now).toBeCloseTo(explanationOf().now, 2)
  expect(screen.getByTestId('sum').textContent).toBe('0.250 usual + 0.089 all parts = 0.339 now0.339')
  expect(screen.queryByTestId('unexplained')).toBeNull()
})

test('parts that do not reach what is now are said not to', async () => {
  pipe.answer('explanation/get', explanationOf({ now: explanationOf().now + 0.01 }))
  await show()
  expect(screen.getByTestId('unexplained').textContent).toBe('▲ Not explained by these parts+0.010')
})

test('the sampled parts are shown while the exact ones are on their way, and then these', async () => {
  const sampled = pipe.hold('explanation/get', { ok: true, value: explanationOf() })
  render(<ExplanationView />)
  await settled()
  expect(screen.getByTestId('method').textContent).toBe('Asking.')
  const exact = pipe.hold('explanation/get', { ok: true, value: EXACT })
  sampled()
  await settled()
  expect(screen.getByTestId('method').textContent).toBe(
    'Sampled, 4096 combinations in 14.2 ms, standard error 0.0021. Exact values in about 240 ms.',
  )
  exact()
  await settled()
  expect(screen.getByTestId('method').textContent).toBe('Exact, 1,048,576 combinations in 213 ms.')
  expect(pipe.requests('explanation/get')).toEqual([
    { id: DECISION.id, method: 'sampled' },
    { id: DECISION.id, method: 'exact' },
  ])
})

test('an answer that is exact at once is asked for once', async () => {
  pipe.answer('explanation/get', EXACT)
  await show()
  expect(pipe.requests('explanation/get')).toHaveLength(1)
})

test('what must be known beside it is said', async () => {
  pipe.answer('explanation/get', { ...EXACT, note: 'Your answers of then are not kept.' })
  await show()
  expect(document.body.textContent).toContain('▲ Your answers of then are not kept.')
})

test('without an explanation the reason is said, and what is known of the decision stands all the same', async () => {
  pipe.refuse('explanation/get', 'the policy was not kept')
  await show()
  expect(screen.getByTestId('method').textContent).toBe('No explanation: the policy was not kept.')
  expect(screen.queryByTestId('waterfall')).toBeNull()
  for (const part of ['What would flip it', 'Nearest past cases', 'Not known'])
    expect(document.body.textContent).toContain(part)
})

test('attention is a table of shares with the names of its rows and columns; without one that is said', async () => {
  pipe.answer('explanation/get', EXACT)
  await show()
  expect(document.body.textContent).toContain('This policy has no attention')
  cleanup()
  pipe.answer('explanation/get', {
    ...EXACT,
    attention: {
      rows: ['price', 'flow'],
      columns: ['10 min ago', 'now'],
      weights: Float32Array.of(0.25, 0.75, 0.9, 0.1),
    },
  })
  await show()
  const rows = within(screen.getByRole('region', { name: 'What it looked at' })).getAllByRole('row')
  expect(rows.map(row => [...row.children].map(cell => cell.textContent).join(' | '))).toEqual([
    'Looks from | 10 min ago | now',
    'price | 25 % | 75 %',
    'flow | 90 % | 10 %',
  ])
})

test('the dialog explains the decision it was opened for, also when a newer one comes', async () => {
  setView({ dialog: 'explanation', explained: DECISION.id })
  render(<Dialogs />)
  await settled()
  showDesk({ decisions: [DECISION, decisionOf({ id: 'next', number: 8 })] })
  await settled()
  expect(screen.getByRole('dialog').textContent).toContain('no. 7, 11:00:00: Sell 686/683 put vertical ×2.')
  expect(
    pipe.requests('explanation/get').every(request => JSON.stringify(request).includes(DECISION.id)),
  ).toBe(true)
})

test('a click beside the drivers opens it', () => {
  render(<Drivers decision={DECISION} />)
  fireEvent.click(screen.getByRole('button', { name: 'Explain' }))
  expect(useView.getState()).toMatchObject({ dialog: 'explanation', explained: DECISION.id })
})

test('without a decision there is nothing to explain, and nothing is asked', async () => {
  showDesk({ decisions: [] })
  await show()
  expect(document.body.textContent).toContain('there is nothing to explain')
  expect(pipe.calls).toEqual([])
})

test('bars touch, strongest first, and the figures add up as written, whatever the parts', () => {
  const part = fc.double({ min: -0.2, max: 0.2, noNaN: true })
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 1, maxLength: 20 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (parts, usual) => {
        const features = parts.map((contribution, index) => ({
          feature: String(index),
          value: 0,
          usual: 0,
          contribution,
        }))
        const now = parts.reduce((sum, value) => sum + value, usual)
        const chart = featureBars(explanationOf({ features, usual, now }))
        let end = usual
        let size = Infinity
        for (const bar of chart.bars) {
          expect(bar.from).toBeCloseTo(end, 9)
          end = bar.to
          expect(Math.abs(bar.to - bar.from)).toBeLessThanOrEqual(size + 1e-12)
          size = Math.abs(bar.to - bar.from)
        }
        const sum = chart.bars.reduce((total, bar) => total + bar.contribution, chart.usual)
        expect(sum).toBeCloseTo(chart.now, 9)
        expect(chart.now).toBeCloseTo(now, 2)
        expect(chart.unexplained).toBe(0)
        expect(chart.high - chart.low).toBeGreaterThanOrEqual(LEAST_SPAN - 1e-12)
        for (const place of [usual, ...chart.bars.map(({ to }) => to)]) {
          expect(place).toBeGreaterThanOrEqual(chart.low)
          expect(place).toBeLessThanOrEqual(chart.high)
        }
      },
    ),
  )
})

test('parts that are written as nothing have no bar, weak ones a short one, and the chart says from where to where', async () => {
  const features = [0.01, -0.0004, 0.0003, 0].map((contribution, index) => ({
    feature: `part ${index}`,
    value: 0,
    usual: 0,
    contribution,
  }))
  pipe.answer('explanation/get', { ...EXACT, features, usual: 0.98, now: 0.9899 })
  await show()
  const chart = screen.getByTestId('waterfall')
  const bars = [...chart.querySelectorAll('rect')].map(bar =>
    Number.parseFloat(bar.getAttribute('width') ?? ''),
  )
  expect(bars).toHaveLength(1)
  expect(bars[0]).toBeCloseTo(9.8, 9)
  expect(within(chart).getAllByRole('columnheader', { name: /0\.90 to 1\.00$/ })).toHaveLength(1)
})

test('the bars beside a suggestion are as short as its drivers are weak', () => {
  const drivers = DECISION.reasons.drivers.map(driver => ({ ...driver, contribution: 0.0002 }))
  render(<Drivers decision={{ ...DECISION, reasons: { ...DECISION.reasons, drivers } }} />)
  const bars = [...screen.getByTestId('drivers').querySelectorAll<HTMLElement>('i')]
  expect(bars.map(bar => Number.parseFloat(bar.style.width)).every(width => width < 3)).toBe(true)
})

test('every feature has a name and a unit that a person reads; an unknown one keeps its plain name', () => {
  for (const { feature } of explanationOf().features) {
    expect(featureReading(feature).name).not.toBe(feature)
    expect(featureReading(feature).write(0.5)).not.toBe('–')
  }
  expect(featureReading('minutesSinceOpen').write(0.5)).toBe('195 min')
  expect(featureReading('spot').write(0.6287)).toBe('628.70')
  expect(featureReading('somethingNew')).toMatchObject({ name: 'somethingNew' })
})
