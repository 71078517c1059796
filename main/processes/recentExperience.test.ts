import { expect, test } from 'vitest'
import { decisionOf } from '../fixtures/screen.ts'
import { recentExperience } from './recentExperience.ts'

/** A journal of whole sessions, the newest first; of the first hour of each the trader said something. */
function journalOf(sessions: number) {
  const asked: string[] = []
  const store = {
    sessions: async () =>
      Array.from({ length: sessions }, (_, index) => ({ id: `session ${index}`, date: '', source: '' })),
    async decisions(session: string | undefined) {
      asked.push(session ?? 'all')
      return Array.from({ length: 360 }, (_, minute) =>
        decisionOf({
          observation: [minute],
          ...(minute < 60
            ? { status: 'accepted' as const, answer: { kind: 'accepted' as const, time: 0 } }
            : { status: 'lapsed' as const }),
        }),
      )
    },
  }
  return { store, asked }
}

test('all that was said in the last twenty sessions is heard, and of the rest some from all over the day', async () => {
  const { store, asked } = journalOf(30)
  const { rows, answers } = await recentExperience(store)
  expect(asked).toEqual(Array.from({ length: 20 }, (_, index) => `session ${index}`))
  expect(answers).toBe(20 * 60)
  expect(rows.filter(({ answer }) => answer === 'accepted')).toHaveLength(20 * 60)
  const unsaid = rows.filter(({ answer }) => answer === undefined).slice(0, 60)
  expect(rows).toHaveLength(20 * 120)
  expect(unsaid.map(({ observation }) => observation[0])).toEqual(
    Array.from({ length: 60 }, (_, index) => 60 + 5 * index),
  )
})

test('a journal of little is heard whole, one of nothing teaches nothing', async () => {
  const { store } = journalOf(1)
  const few = { ...store, decisions: async () => (await store.decisions('')).slice(50, 90) }
  expect((await recentExperience(few)).rows).toHaveLength(40)
  expect(await recentExperience(journalOf(0).store)).toEqual({ rows: [], answers: 0, outcomes: 0 })
})
