import * as fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import type { AssistantNews, AssistantTask } from '../../main/contract/assistant.ts'
import { assistantOf, nightOf, optimisedOf, reviewOf, taskOf } from '../../main/fixtures/assistantScreen.ts'
import { newWindow, noticeTitles } from '../../main/fixtures/page.ts'
import { receiveAssistantNews, takeReport, useAssistant } from './assistantStore.ts'
import { setView } from './viewStore.ts'

afterEach(() => void newWindow())

const anyNews = fc
  .tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean(), fc.nat(9))
  .map(([id, isEnd, done]): AssistantNews =>
    isEnd
      ? { kind: 'ended', task: id, end: 'cancelled', reason: undefined }
      : { kind: 'task', task: taskOf({ id, done }) },
  )

test('whatever is told, what runs is what began and did not end, each once and as last told', () => {
  fc.assert(
    fc.property(fc.array(anyNews, { maxLength: 30 }), told => {
      newWindow()
      const running = new Map<string, number>()
      for (const news of told) {
        receiveAssistantNews(news)
        if (news.kind === 'task') running.set(news.task.id, news.task.done)
        else if (news.kind === 'ended') running.delete(news.task)
      }
      const { tasks } = useAssistant.getState()
      expect(new Map(tasks.map(({ id, done }) => [id, done]))).toEqual(running)
      expect(tasks).toHaveLength(running.size)
    }),
  )
})

test('a report that was on its way takes nothing back of what was told since', () => {
  vi.useFakeTimers()
  receiveAssistantNews({ kind: 'task', task: taskOf({ id: 'a' }) })
  takeReport(assistantOf({ tasks: [] }))
  expect(useAssistant.getState().tasks.map(({ id }) => id)).toEqual(['a'])
  vi.advanceTimersByTime(5000)
  takeReport(assistantOf({ tasks: [taskOf({ id: 'b' })] }))
  expect(useAssistant.getState().tasks.map(({ id }) => id)).toEqual(['b'])
  receiveAssistantNews({ kind: 'ended', task: 'b', end: 'done', reason: undefined })
  takeReport(assistantOf({ tasks: [taskOf({ id: 'b' })] }))
  expect(useAssistant.getState().tasks).toEqual([])
  vi.useRealTimers()
})

test('reports take the place of those before them', () => {
  receiveAssistantNews({ kind: 'optimise', task: 't', report: optimisedOf() })
  receiveAssistantNews({ kind: 'review', task: 't', report: reviewOf() })
  receiveAssistantNews({ kind: 'night', task: 't', report: nightOf() })
  expect(useAssistant.getState()).toMatchObject({
    optimised: { id: 'optimise-1' },
    review: { id: 'review-1' },
    night: { id: 'night-1' },
  })
})

test('what the night tries takes no list away', () => {
  receiveAssistantNews({ kind: 'optimise', task: 't', report: optimisedOf() })
  receiveAssistantNews({ kind: 'task', task: taskOf({ id: 'n', kind: 'night' }) })
  receiveAssistantNews({ kind: 'optimise', task: 'n', report: optimisedOf({ id: 'of the night' }) })
  receiveAssistantNews({ kind: 'review', task: 'n', report: reviewOf() })
  expect(useAssistant.getState()).toMatchObject({ optimised: { id: 'optimise-1' }, review: undefined })
})

test('an answer is whole when its task ends, whichever way it ends', () => {
  receiveAssistantNews({ kind: 'chat', task: 'c', text: 'half', sources: [] })
  expect(useAssistant.getState().chat?.isDone).toBe(false)
  receiveAssistantNews({ kind: 'ended', task: 'c', end: 'cancelled', reason: undefined })
  expect(useAssistant.getState().chat).toMatchObject({ text: 'half', isDone: true })
})

test('what changed and what ended is asked anew', () => {
  receiveAssistantNews({ kind: 'changed' })
  receiveAssistantNews({ kind: 'ended', task: 'x', end: 'done', reason: undefined })
  expect(useAssistant.getState().revision).toBe(2)
})

test('a failure is told wherever he is, the end of what he asked for on other pages; a cancelled task is not', () => {
  const endOf = (kind: AssistantTask['kind'], end: 'done' | 'failed' | 'cancelled') => {
    receiveAssistantNews({ kind: 'task', task: taskOf({ id: kind, kind, title: kind }) })
    receiveAssistantNews({ kind: 'ended', task: kind, end, reason: undefined })
  }
  endOf('night', 'done')
  endOf('index', 'done')
  endOf('review', 'cancelled')
  setView({ page: 'code' })
  endOf('optimise', 'done')
  endOf('index', 'failed')
  expect(noticeTitles()).toEqual(['Done: night', 'index failed'])
})
