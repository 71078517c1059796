import { expect, test } from 'vitest'
import { Desk } from '../../fixtures/desk.ts'
import { CONDOR, PUT_VERTICAL, WIDE_LIMITS } from '../../fixtures/trades.ts'
import type { Command } from '../../contract/commands.ts'
import type { Decided } from './decide.ts'

const facts = ({ step }: Decided) => step.facts.map(fact => fact.kind)

type Edits = Extract<Command, { name: 'suggestion/modify' }>['request']['edits']

function modify(id: string, edits: Edits): Command {
  return { name: 'suggestion/modify', request: { id, edits, via: 'click' } }
}

function reject(id: string, more: { reason?: string; comment?: string } = {}): Command {
  return { name: 'suggestion/reject', request: { id, via: 'click', ...more } }
}

test('a yes is noted and its order leaves in the same step, at the first limit of the suggested walk', () => {
  const desk = new Desk().open()
  const { id, proposal } = desk.suggest(CONDOR, 2)
  const yes = desk.accept(id)
  expect(facts(yes)).toEqual(['answered', 'orderPlaced'])
  expect(yes.reply).toEqual({ ok: true, value: null })
  expect(desk.decision(id).answer).toEqual({ kind: 'accepted', time: desk.market.time })
  expect(yes.step.effects).toEqual([{ kind: 'submit', order: desk.order(`${id}.1`) }])
  expect(desk.order(`${id}.1`)).toMatchObject({
    decision: id,
    purpose: 'open',
    legs: CONDOR.legs,
    quantity: 2,
    limit: proposal?.walk.start,
    status: 'sending',
    filled: 0,
  })
})

test('a yes to a wait is noted and sends nothing', () => {
  const desk = new Desk().open()
  const yes = desk.accept(desk.suggest(CONDOR, 1, 'noTrade').id)
  expect(facts(yes)).toEqual(['answered'])
  expect(yes.step.effects).toEqual([])
})

test('a yes to a close sends the legs the other way round', () => {
  const desk = new Desk().open()
  const held = desk.hold(CONDOR, 2).id
  const close = desk.suggestClosing(held)
  const yes = desk.accept(close.id)
  expect(facts(yes)).toEqual(['answered', 'orderPlaced'])
  const order = desk.order(`${held}.2`)
  expect(order).toMatchObject({ decision: held, purpose: 'close', quantity: 2 })
  expect(order.legs.map(leg => leg.ratio)).toEqual([1, -1, 1, -1])
  expect(desk.book.preference.answers).toBe(1)
})

test('a change of size, strikes or limit goes out as changed, with the edits noted', () => {
  const desk = new Desk().open()
  const { id, proposal } = desk.suggest(PUT_VERTICAL, 3)
  const edits = { quantity: 2, strikes: [685, 682], limit: 0.2 }
  expect(facts(desk.send(modify(id, edits)))).toEqual(['answered', 'orderPlaced'])
  expect(desk.decision(id)).toMatchObject({ status: 'modified', answer: { kind: 'modified', edits } })
  expect(desk.decision(id).proposal?.margin).toBe(600)
  expect(desk.order(`${id}.1`)).toMatchObject({ quantity: 2, limit: 0.2, walk: { start: 0.2, end: 0.2 } })
  expect(desk.order(`${id}.1`).legs.map(leg => leg.strike)).toEqual([685, 682])
  expect(proposal?.quantity).toBe(3)
})

const BEYOND: readonly (readonly [Edits, string])[] = [
  [{ quantity: 101 }, 'quantity: size must be from 1 to 100, was 101'],
  [{ limit: 3 }, 'limit: limit must be from'],
  [{ strikes: [683, 686] }, 'strikes: wings must lie outside the short strikes'],
  [{ strikes: [686, 660] }, 'strikes: a strike may move by 1 % of itself, 660 is further'],
]

test.each(BEYOND)('a change beyond its bounds names field and rule: %o', (edits, message) => {
  const desk = new Desk().open()
  const answer = desk.send(modify(desk.suggest(PUT_VERTICAL).id, edits))
  expect(answer.reply).toMatchObject({ code: 'badRequest', message: expect.stringContaining(message) })
  expect(answer.step.facts).toEqual([])
})

test('a wait has nothing to modify, and nothing is modified without a smile', () => {
  const desk = new Desk().open()
  const wait = desk.suggest(CONDOR, 1, 'noTrade').id
  const message = 'a wait has nothing to modify'
  expect(desk.send(modify(wait, { quantity: 1 })).reply).toMatchObject({ code: 'badRequest', message })
  const { id } = desk.suggest()
  const event = desk.command(modify(id, { quantity: 1 }))
  if (event.kind !== 'command') throw new Error('a command is an event of its own')
  expect(desk.tell({ ...event, smile: undefined }).reply).toMatchObject({
    code: 'badRequest',
    message: 'strikes: the chain must be quoted before a trade is changed',
  })
})

test('a preview says what a change would mean and what risk would say, and changes nothing', () => {
  const desk = new Desk().open()
  const { id } = desk.suggest(CONDOR)
  desk.send({ name: 'limits/set', request: { ...WIDE_LIMITS, exposure: 700 } })
  const preview = (quantity: number) =>
    desk.send({ name: 'suggestion/preview', request: { id, edits: { quantity } } })
  expect(preview(2).reply).toMatchObject({ value: { proposal: { quantity: 2, margin: 600 }, refusal: null } })
  const refusal = 'exposure must be at most $700, would be $900'
  expect(preview(3).reply).toMatchObject({ ok: true, value: { refusal } })
  expect(preview(3).step.facts).toEqual([])
})

test('a no keeps its reason and comment, asks for the next suggestion, and an empty comment is none', () => {
  const desk = new Desk().open()
  const first = desk.suggest().id
  const no = desk.send(reject(first, { reason: 'Too close', comment: 'CPI at two' }))
  expect(no.step.effects).toEqual([{ kind: 'evaluate' }])
  expect(desk.decision(first)).toMatchObject({
    status: 'rejected',
    answer: { kind: 'rejected', reason: 'Too close', comment: 'CPI at two', time: desk.market.time },
  })
  const second = desk.suggest().id
  desk.send(reject(second, { comment: '' }))
  expect(desk.decision(second).answer).toEqual({ kind: 'rejected', time: desk.market.time })
})

test('a reason that asks for less risk lowers what his answers allow, another leaves it', () => {
  const tolerance = (reason: string) => {
    const desk = new Desk().open()
    desk.send(reject(desk.suggest().id, { reason }))
    return desk.book.recollection.riskTolerance
  }
  expect(tolerance('Too close')).toBeLessThan(0.5)
  expect(tolerance('Size')).toBeLessThan(0.5)
  expect(tolerance('Timing')).toBe(0.5)
})

const ABOUT: readonly (readonly [string, (id: string) => Command])[] = [
  ['accept', id => ({ name: 'suggestion/accept', request: { id, via: 'click' } })],
  ['modify', id => modify(id, { quantity: 1 })],
  ['reject', id => reject(id)],
  ['lapse', id => ({ name: 'suggestion/lapse', request: { id, via: 'click' } })],
]

test.each(ABOUT)(
  '%s of a suggestion that is answered already, or that never was, changes nothing',
  (_name, about) => {
    const desk = new Desk().open()
    const { id } = desk.suggest()
    desk.send(reject(id))
    const late = desk.send(about(id))
    expect(late.reply).toEqual({ ok: false, code: 'notOpen', message: 'suggestion 1 is rejected already' })
    const lost = desk.send(about('2026-11-19/7'))
    expect(lost.reply).toMatchObject({
      code: 'notFound',
      message: 'no suggestion is called "2026-11-19/7"',
    })
    expect([...late.step.facts, ...lost.step.facts, ...late.step.effects, ...lost.step.effects]).toEqual([])
    expect(desk.book.preference.answers).toBe(1)
  },
)

test.each([1, 2, 3, 4, 5])(
  'an outcome is rated %i once it is known, and the rating may be changed',
  rating => {
    const desk = new Desk().open()
    const { id } = desk.suggest()
    const rate = { name: 'outcome/rate', request: { id, rating } } as const
    desk.accept(id)
    expect(desk.send(rate).reply).toMatchObject({
      code: 'notOpen',
      message: 'suggestion 1 has no outcome yet',
    })
    desk.beat({ spot: 682 })
    expect(facts(desk.send({ name: 'outcome/rate', request: { id, rating: 6 - rating } }))).toEqual(['rated'])
    desk.send(rate)
    expect(desk.decision(id)).toMatchObject({ rating, status: 'accepted', outcome: { reason: 'stop' } })
    const lost = desk.send({ name: 'outcome/rate', request: { id: 'lost', rating } }).reply
    expect(lost).toMatchObject({ code: 'notFound', message: 'no suggestion is called "lost"' })
  },
)

test.each([
  ['the quotes are old', { age: 5001 }, 'quotes must be at most 5 s old, are 5.001 s'],
  ['the legs are not quoted', { isQuoted: false }, 'quotes must be at most 5 s old, are unknown'],
] as const)('a yes is refused where %s, and the suggestion stays open', (_name, change, sentence) => {
  const desk = new Desk().open()
  const decision = desk.suggest()
  desk.market = { ...desk.market, ...change }
  const yes = desk.accept(decision.id)
  expect(yes.reply).toMatchObject({ code: 'refused', message: `Risk: ${sentence}.` })
  expect(yes.step.facts).toEqual([])
  expect(desk.decision(decision.id)).toBe(decision)
})

test('a yes to a trade whose leg nobody offers is refused before anything is written', () => {
  const desk = new Desk().open()
  const decision = desk.suggest()
  const event = desk.command({ name: 'suggestion/accept', request: { id: decision.id, via: 'click' } })
  if (event.kind !== 'command') throw new Error('a command is an event of its own')
  const wing = event.mark.legs['P683']
  if (!wing) throw new Error('the wing is quoted')
  const mark = { ...event.mark, legs: { ...event.mark.legs, P683: { ...wing, bid: 0, ask: 0 } } }
  const yes = desk.tell({ ...event, mark })
  expect(yes.reply).toMatchObject({ ok: false, code: 'refused' })
  expect(yes.step.facts).toEqual([])
})

test('a yes to a close in an account that is not sure is refused before anything is written', () => {
  const desk = new Desk().open()
  const close = desk.suggestClosing(desk.hold().id)
  desk.hear({ kind: 'accountConfirmed', time: desk.market.time, id: 'X', mode: 'unsure' })
  const yes = desk.accept(close.id)
  const message = 'Risk: the account must be confirmed as paper or live.'
  expect(yes.reply).toEqual({ ok: false, code: 'refused', message })
  expect(yes.step.facts).toEqual([])
})

test('a yes to a close of what is gone is refused', () => {
  const desk = new Desk().open()
  const held = desk.hold().id
  const close = desk.suggestClosing(held)
  desk.send({ name: 'position/close', request: { id: held, via: 'click' } })
  desk.filled(desk.order(`${held}.2`))
  const message = 'Risk: nothing is held that could be closed.'
  expect(desk.accept(close.id).reply).toMatchObject({ code: 'refused', message })
})

test('the reasons offered and the rules of alerts are what the trader made them', () => {
  const desk = new Desk().open()
  desk.send({ name: 'reasons/set', request: { reasons: ['News', 'Lunch'] } })
  expect(desk.book.reasons).toEqual(['News', 'Lunch'])
  const rules = [{ kind: 'loss', isOn: true, threshold: 50 }]
  desk.send({ name: 'alerts/setRules', request: { rules } })
  expect(desk.book.alertRules).toEqual(rules)
  const wrong = desk.send({ name: 'alerts/setRules', request: { rules: [{ kind: 'weather', isOn: true }] } })
  expect(wrong.reply).toMatchObject({
    code: 'badRequest',
    message: 'rules: "weather" is no kind of alert',
  })
  expect(desk.book.alertRules).toEqual(rules)
})
