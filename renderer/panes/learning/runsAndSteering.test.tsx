import { fireEvent, render, screen, within } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { comparisonOf, learningOf, progressOf, runOf } from '../../../main/fixtures/learningScreen.ts'
import { settled, type TestPipe, windowEachTest } from '../../../main/fixtures/page.ts'
import { LearningPage } from './LearningPage.tsx'

let pipe: TestPipe

windowEachTest({ width: 700, height: 250 }, opened => {
  pipe = opened
  pipe.answer('learning/get', learningOf())
  pipe.answer('experiments/get', [])
})

async function show(): Promise<void> {
  render(<LearningPage />)
  await settled()
}

const button = (name: string) => screen.getAllByRole('button', { name })[0]
const isOff = (element: HTMLElement | undefined) => element?.hasAttribute('disabled')
async function press(element: HTMLElement | undefined): Promise<void> {
  if (!element) throw new Error('there must be something to press')
  fireEvent.click(element)
  await settled()
}

test('a comparison is paused and stopped while it lasts, and nothing else can be begun by that', async () => {
  await show()
  const release = pipe.hold('learning/compare', { ok: true, value: comparisonOf() })
  await press(button('Compare'))
  pipe.answer('learning/get', learningOf({ progress: progressOf({ phase: 'comparing' }) }))
  vi.advanceTimersByTime(1000)
  await settled()
  await press(button('Pause training'))
  await press(button('Stop training'))
  expect(pipe.requests('learning/pause')).toEqual([{ isPaused: true }])
  expect(pipe.requests('learning/stop')).toEqual([{}])
  expect([button('Promote'), button('Comparing')].map(isOff)).toEqual([true, true])
  release()
  await settled()
})

test('runs of the same name are numbered from the first on, the same wherever they stand', async () => {
  const named = (id: string, startedAt: number) => runOf({ id, startedAt, name: 'the same' })
  const runs = [named('c', 3), named('a', 1), named('b', 2)]
  pipe.answer('learning/get', learningOf({ runs }))
  pipe.answer('experiments/get', [named('c', 3), named('b', 2)])
  await show()
  const rows = screen.getAllByTestId('run').map(row => row.querySelector('th')?.textContent)
  expect(rows).toEqual(['the same (3)', 'the same (2)', 'the same'])
  const lines = [...document.querySelectorAll('[data-line]')].map(line => line.getAttribute('data-line'))
  expect(lines).toEqual(['the same (3)', 'the same (2)'])
  const beside = within(
    screen.getByRole('region', { name: 'Settings and figures side by side', hidden: true }),
  )
  const heads = beside.getAllByRole('columnheader', { hidden: true }).map(head => head.textContent)
  expect(heads).toEqual(['≠ differs', 'the same (3)', 'the same (2)'])
  expect(button('Export the same (3)')?.textContent).toBe('Export the same (3)')
})

test.each([0, 3])('a challenger with %d trades is told so first, where it has none', async trades => {
  const { strategies, ...rest } = comparisonOf()
  const changed = strategies.map(each => (each.name === 'challenger-42' ? { ...each, trades } : each))
  pipe.answer('learning/get', learningOf({ comparison: { ...rest, strategies: changed } }))
  await show()
  const isTold = (place: string) =>
    screen.getByTestId(place).textContent?.includes('It traded nothing in 120 sessions.')
  expect(['verdict', 'challenger', 'champion'].map(isTold)).toEqual([trades === 0, trades === 0, false])
})
