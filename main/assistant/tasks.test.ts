import { describe, expect, test } from 'vitest'
import type { AssistantNews } from '../contract/assistant.ts'
import { Tasks } from './tasks.ts'

function someTasks() {
  const news: AssistantNews[] = []
  let ids = 0
  const tasks = new Tasks(
    told => news.push(told),
    () => 1000,
    () => `task ${(ids += 1)}`,
  )
  return { tasks, news }
}

describe('work that takes long', () => {
  test('is told from its beginning to its end', async () => {
    const { tasks, news } = someTasks()
    const id = tasks.begin('index', 'Reading', async ({ onProgress }) => onProgress('reading', 3, 7))
    expect(tasks.running.map(({ title }) => title)).toEqual(['Reading'])
    await tasks.ended(id)
    expect(news.map(({ kind }) => kind)).toEqual(['task', 'task', 'ended'])
    expect(news[1]).toMatchObject({ task: { phase: 'reading', done: 3, total: 7 } })
    expect(news[2]).toEqual({ kind: 'ended', task: id, end: 'done', reason: undefined })
    expect(tasks.running).toEqual([])
  })

  test('says why it failed', async () => {
    const { tasks, news } = someTasks()
    await tasks.ended(tasks.begin('review', 'Looking', () => Promise.reject(new Error('the folder is gone'))))
    expect(news.at(-1)).toMatchObject({ end: 'failed', reason: 'the folder is gone' })
  })

  test('ends when it is cancelled, and that is no failure', async () => {
    const { tasks, news } = someTasks()
    const id = tasks.begin(
      'optimise',
      'Searching',
      ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
    )
    await new Promise(resolve => setImmediate(resolve))
    await tasks.cancel(id)
    expect(news.at(-1)).toEqual({ kind: 'ended', task: id, end: 'cancelled', reason: undefined })
  })

  test('nobody waits for a task that there is not', async () => {
    const { tasks } = someTasks()
    await tasks.cancel('no such task')
    await tasks.ended('no such task')
    expect(tasks.running).toEqual([])
  })
})
