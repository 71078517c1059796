import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Desk } from '../../fixtures/desk.ts'
import { PlayedDesk, anyMoves } from '../../fixtures/deskMoves.ts'
import { Watchman } from '../../fixtures/watchman.ts'
import { createBook } from './book.ts'
import { createStep } from './step.ts'

const WATCHED = ['opened', 'closed', 'walked', 'refused', 'lockouts', 'flattened', 'halts'] as const

test('no order leaves past the gate, a lockout, the kill switch or a halt, whatever happens in whatever order', () => {
  const seen = { opened: 0, closed: 0, walked: 0, refused: 0, lockouts: 0, flattened: 0, halts: 0 }
  fc.assert(
    fc.property(anyMoves, moves => {
      const played = new PlayedDesk()
      const watchman = new Watchman()
      for (const entry of played.desk.told) watchman.watch(...entry)
      for (const move of moves) {
        for (const [event, decided] of played.play(move)) expect(watchman.watch(event, decided)).toEqual([])
      }
      for (const name of WATCHED) seen[name] += watchman.seen[name]
    }),
    { numRuns: 250 },
  )
  // Days on which nothing is traded or shut would prove nothing
  expect(WATCHED.filter(name => seen[name] === 0)).toEqual([])
})

test('the compiler lets no order leave that the gate has not approved', () => {
  const desk = new Desk().open()
  const { id } = desk.suggest()
  desk.accept(id)
  const step = createStep(createBook())
  const order = desk.order(`${id}.1`)
  // @ts-expect-error an order read back from the book was approved once, not now
  step.cause({ kind: 'submit', order })
  // @ts-expect-error a changed order is another order
  step.cause({ kind: 'replace', order: { ...order, limit: 0 } })
  expect(step.effects).toHaveLength(2)
})
