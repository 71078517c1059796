import { fireEvent, render, screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { PLACE, assistantOf } from '../../../main/fixtures/assistantScreen.ts'
import { settled, type TestPipe, windowEachTest } from '../../../main/fixtures/page.ts'
import { KEPT_OF_ASSISTANT, useAssistantChoices } from '../../state/assistantChoices.ts'
import { readChoices, writeChoices } from '../../state/keptChoices.ts'
import { optimise } from '../../state/assistantActions.ts'
import { RequestCard } from './RequestCard.tsx'

let pipe: TestPipe

windowEachTest({ width: 400, height: 250 }, opened => {
  pipe = opened
  pipe.answer('assistant/get', assistantOf())
  pipe.answer('assistant/optimise', { task: 'task-1' })
})

test('the time and the recorded calls that he chose go with what is asked, and the time is kept', async () => {
  render(<RequestCard />)
  expect(screen.getByText(/^Tried for up to 1 min/)).not.toBeNull()
  fireEvent.click(screen.getByRole('button', { name: '3 min', hidden: true }))
  const file = screen.getByLabelText('File of recorded calls')
  fireEvent.change(file, { target: { value: ' /home/trader/calls.jsonl ' } })
  expect(screen.getByText(/^Tried for up to 3 min/).textContent).toContain('on recorded calls too')
  pipe.answer('assistant/ask', { kind: 'optimise', task: 'task-1', place: PLACE, others: [] })
  const box = screen.getByRole('textbox', { name: 'Request' })
  fireEvent.change(box, { target: { value: 'make gex faster' } })
  fireEvent.keyDown(box, { key: 'Enter' })
  await settled()
  const effort = { seconds: 180, recorded: '/home/trader/calls.jsonl' }
  expect(pipe.requests('assistant/ask')).toEqual([{ text: 'make gex faster', ...effort }])
  await optimise(PLACE)
  expect(pipe.requests('assistant/optimise')).toEqual([
    { file: PLACE.file, function: PLACE.function, ...effort },
  ])
  const kept = readChoices(KEPT_OF_ASSISTANT, writeChoices(KEPT_OF_ASSISTANT, useAssistantChoices.getState()))
  expect(kept).toMatchObject({ budget: 180 })
})
