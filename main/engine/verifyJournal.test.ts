import { expect, test } from 'vitest'
import { Desk } from '../fixtures/desk.ts'
import type { Fact } from '../contract/audits.ts'
import { fromText, toText } from '../core/base/plainText.ts'
import type { JournalEntry } from './ports.ts'
import { verifyJournal } from './verifyJournal.ts'

/** The journal of a day with a trade that won, a rejection and an alert, as a memory gives it back. */
function writtenDay(): JournalEntry[] {
  const desk = new Desk().open()
  const { id } = desk.hold()
  desk.beat({ volatility: 0.12 })
  desk.filled(desk.order(`${id}.2`))
  desk.beat({ volatility: 0.25, silence: 9000 })
  const request = { id: desk.suggest().id, via: 'click', reason: 'Price' } as const
  desk.send({ name: 'suggestion/reject', request })
  return fromText(toText(desk.journal))
}

/** The journal with the entry at a place replaced. */
function tampered(place: number, change: (entry: JournalEntry) => JournalEntry): JournalEntry[] {
  return writtenDay().map((entry, index) => (index === place ? change(entry) : entry))
}

const placeOf = (kind: Fact['kind']) =>
  writtenDay().findIndex(entry => entry.facts.some(fact => fact.kind === kind))

test('a journal as it was written is verified, and an empty one too', () => {
  const day = writtenDay()
  const verdict = verifyJournal(day)
  expect(verdict.differsAt).toBeUndefined()
  expect(verdict.entries).toBe(day.length)
  expect(verdict.journalled).toBe(verdict.relived)
  expect(verdict.journalled.split('\n')).toHaveLength(day.length)
  expect(verifyJournal([])).toMatchObject({ entries: 0, differsAt: undefined })
})

test.each(['answered', 'filled', 'scored', 'alerted', 'phaseChanged'] as const)(
  'a %s fact that was left out afterwards is found at its entry',
  kind => {
    const place = placeOf(kind)
    const without = (entry: JournalEntry) => ({
      ...entry,
      facts: entry.facts.filter(fact => fact.kind !== kind),
    })
    const verdict = verifyJournal(tampered(place, without))
    expect(verdict.differsAt).toBe(place + 1)
    expect(verdict.journalled).not.toBe(verdict.relived)
  },
)

test('a fill whose price was changed by a cent is found, whether in the event or in the fact', () => {
  const place = placeOf('filled')
  const inFact = tampered(place, entry => ({
    ...entry,
    facts: entry.facts.map(fact =>
      fact.kind === 'filled' ? { ...fact, fill: { ...fact.fill, net: fact.fill.net + 0.01 } } : fact,
    ),
  }))
  const inEvent = tampered(place, entry => {
    const { event } = entry
    if (event.kind !== 'broker' || event.event.kind !== 'orderFilled') throw new Error('a fill is a word')
    const fill = { ...event.event.fill, net: event.event.fill.net + 0.01 }
    return { ...entry, event: { ...event, event: { ...event.event, fill } } }
  })
  expect(verifyJournal(inFact).differsAt).toBe(place + 1)
  expect(verifyJournal(inEvent).differsAt).toBe(place + 1)
})

test('entries in the wrong order, or missing, are found where they first matter', () => {
  const day = writtenDay()
  const answered = placeOf('answered')
  const swapped = day
    .with(answered, day[answered + 1] ?? never())
    .with(answered + 1, day[answered] ?? never())
  expect(verifyJournal(swapped).differsAt).toBe(answered + 2)
  const missing = day.toSpliced(answered, 1)
  expect(verifyJournal(missing).differsAt).toBe(answered + 2)
})

function never(): never {
  throw new Error('the day must be long enough')
}
