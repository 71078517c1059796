import { expect, test } from 'vitest'
import { Desk } from '../../fixtures/desk.ts'
import { draftOf } from '../../fixtures/deskMarket.ts'
import { CONDOR, PUT_VERTICAL, WIDE_LIMITS } from '../../fixtures/trades.ts'
import { wouldAccept } from '../../core/policy/preference.ts'
import { wouldBeGood } from '../../core/policy/quality.ts'
import type { Proposal } from '../../core/policy/proposal.ts'
import type { BookMark } from './bookEvent.ts'

const HOUR = 3_600_000
const MORNING = Float32Array.from(draftOf(new Desk().market, new Desk().times, 'close').observation)

const kinds = (desk: Desk) => desk.told.at(-1)?.[1].step.facts.map(fact => fact.kind)

/** What selling at the worst limit of the walk and buying back at the bad side of every quote brings, after all fees. */
function netAt(proposal: Proposal, { legs }: BookMark): number {
  const debit = proposal.structure.legs.reduce((sum, leg) => {
    const quote = legs[`${leg.right === 'put' ? 'P' : 'C'}${leg.strike}`]
    return sum + (leg.ratio < 0 ? (quote?.ask ?? 0) : -(quote?.bid ?? 0))
  }, 0)
  const contracts = 2 * proposal.legs.length * proposal.quantity
  return (proposal.walk.end - debit) * 100 * proposal.quantity - contracts * 0.7
}

const ANSWERS = [
  ['accepted', (desk: Desk, id: string): unknown => desk.accept(id)],
  [
    'rejected',
    (desk: Desk, id: string): unknown =>
      desk.send({ name: 'suggestion/reject', request: { id, via: 'click' } }),
  ],
  [
    'lapsed',
    (desk: Desk, id: string): unknown =>
      desk.send({ name: 'suggestion/lapse', request: { id, via: 'click' } }),
  ],
  ['lapsed', (desk: Desk): unknown => desk.pass(120)],
] as const

test.each(ANSWERS)('every suggestion is scored once, at its end, net of all costs: %s', (status, answer) => {
  const desk = new Desk().open()
  const { id, proposal } = desk.suggest(CONDOR, 2)
  answer(desk, id)
  if (!proposal) throw new Error('a suggestion has a trade')
  expect(desk.decision(id)).toMatchObject({ status })
  desk.beat({ time: proposal.exit.time - 1 })
  expect(desk.decision(id).outcome).toBeUndefined()
  desk.beat({ time: proposal.exit.time })
  const { outcome } = desk.decision(id)
  expect(outcome).toMatchObject({ status: 'scored', reason: 'time', time: proposal.exit.time })
  expect(outcome?.net).toBeCloseTo(netAt(proposal, desk.mark()), 6)
  expect(outcome?.wasGood).toBe((outcome?.net ?? 0) > 0)
  desk.beat({ time: proposal.exit.time + 60_000, spot: 682 })
  expect(desk.decision(id).outcome).toBe(outcome)
})

test('a suggestion that risk refused is scored like any other', () => {
  const desk = new Desk().open()
  desk.send({ name: 'limits/set', request: { ...WIDE_LIMITS, exposure: 299 } })
  const refused = desk.suggest()
  expect(refused).toMatchObject({
    status: 'refused',
    refusal: 'exposure must be at most $299, would be $300',
    checks: { passed: 11, of: 12 },
  })
  desk.beat({ time: desk.market.time + HOUR })
  expect(desk.decision(refused.id).outcome).toMatchObject({ status: 'scored', reason: 'time' })
})

test.each([
  ['takeProfit', { volatility: 0.12 }, true],
  ['stop', { spot: 682 }, false],
] as const)('the exit rule of the suggestion decides alone: %s', (reason, change, wasGood) => {
  const desk = new Desk().open()
  const { id, proposal } = desk.suggest()
  desk.send({ name: 'suggestion/reject', request: { id, via: 'click' } })
  desk.beat({ ...change, time: desk.market.time + 60_000 })
  const { outcome } = desk.decision(id)
  expect(outcome).toMatchObject({ status: 'scored', reason, wasGood })
  expect(outcome?.net).toBeCloseTo(proposal ? netAt(proposal, desk.mark()) : Number.NaN, 6)
})

test.each([
  ['good where what it passed over lost', { spot: 682 }, true],
  ['not good where what it passed over won', { volatility: 0.12 }, false],
] as const)('a wait is %s, and earns nothing itself', (_name, change, wasGood) => {
  const desk = new Desk().open()
  const wait = desk.suggest(CONDOR, 1, 'noTrade')
  desk.send({ name: 'suggestion/lapse', request: { id: wait.id, via: 'click' } })
  desk.beat({ ...change, time: desk.market.time + 60_000 })
  const { outcome } = desk.decision(wait.id)
  expect(outcome).toMatchObject({ status: 'scored', net: 0, wasGood })
  expect(outcome?.forgone).toBeCloseTo(
    wait.passedOver ? netAt(wait.passedOver.proposal, desk.mark()) : Number.NaN,
    6,
  )
})

test('a wait that passed nothing over was good once its hour is over', () => {
  const desk = new Desk().open()
  const { id } = desk.evaluated(draftOf(desk.market, desk.times, 'noTrade'))
  desk.beat({ time: desk.market.time + HOUR - 1 })
  expect(desk.decision(id)).toMatchObject({ status: 'lapsed' })
  expect(desk.decision(id).outcome).toBeUndefined()
  desk.beat({ time: desk.market.time + 1 })
  expect(desk.decision(id).outcome).toMatchObject({ reason: 'time', net: 0, wasGood: true })
})

test('a suggested close is scored by what it saved against holding on', () => {
  const desk = new Desk().open()
  const held = desk.hold(CONDOR).id
  const close = desk.suggestClosing(held)
  desk.send({ name: 'suggestion/reject', request: { id: close.id, via: 'click' } })
  desk.beat({ spot: 682, time: desk.market.time + 60_000 })
  expect(desk.decision(close.id).outcome).toMatchObject({ reason: 'stop', wasGood: true })
})

test('what is not quoted for ten minutes past its end is unavailable, and teaches nothing', () => {
  const desk = new Desk().open()
  const { id, proposal } = desk.suggest()
  desk.accept(id)
  const end = proposal?.exit.time ?? 0
  desk.beat({ time: end + 599_999, isQuoted: false })
  expect(desk.decision(id).outcome).toBeUndefined()
  const { quality, recollection } = desk.book
  desk.beat({ time: end + 600_000 })
  expect(desk.decision(id).outcome).toMatchObject({ status: 'unavailable', reason: 'noQuotes', net: 0 })
  expect(desk.book).toMatchObject({ quality, recollection })
})

test('the end of trading closes every score that is still open', () => {
  const desk = new Desk({ time: new Desk().times.guard - 120_000 }).open()
  const first = desk.suggest(CONDOR, 1, 'noTrade').id
  const second = desk.suggest().id
  desk.beat({ time: desk.times.lastTrade, isQuoted: false })
  for (const id of [first, second])
    expect(desk.decision(id)).toMatchObject({ status: 'lapsed', outcome: { status: 'unavailable' } })
})

test('an outcome teaches quality whoever said yes, and the memory of trades only where it was taken', () => {
  const outcomes = (['accepted', 'rejected'] as const).map(answer => {
    const desk = new Desk().open()
    const { id } = desk.suggest()
    if (answer === 'accepted') desk.accept(id)
    else desk.send({ name: 'suggestion/reject', request: { id, via: 'click' } })
    const before = wouldBeGood(desk.book.quality, 'sellIronCondor', MORNING, 0.9).mean
    desk.beat({ spot: 682 })
    const after = wouldBeGood(desk.book.quality, 'sellIronCondor', MORNING, 0.9).mean
    expect(after).toBeLessThan(before)
    return desk.book.recollection.lastOutcomes
  })
  expect(outcomes).toEqual([[-1], []])
})

test('an evaluation that did not know the last answer is made again', () => {
  const desk = new Desk().open()
  const draft = desk.openingDraft(CONDOR, 1, 'sellIronCondor')
  if (!draft) throw new Error('a trade is quoted')
  const { step } = desk.tell(desk.evaluation(draft, desk.book.preference.answers - 1))
  expect(step.effects).toEqual([{ kind: 'evaluate' }])
  expect(step.facts).toEqual([])
})

test('a suggested trade waits for its answer; a wait gives way to the next suggestion', () => {
  const desk = new Desk().open()
  const wait = desk.suggest(CONDOR, 1, 'noTrade')
  const trade = desk.suggest()
  expect(kinds(desk)).toEqual(['lapsed', 'suggested'])
  expect(desk.decision(wait.id).status).toBe('lapsed')
  expect([wait.expiresAt, trade.expiresAt].map(time => time - desk.market.time)).toEqual([60_000, 120_000])
  expect(desk.suggest(PUT_VERTICAL)).toBe(trade)
  expect([wait.number, trade.number, trade.id]).toEqual([1, 2, '2026-11-20 made up/2'])
  expect(desk.book.recollection.suggestionsThisSession).toBe(1)
})

test('nothing is suggested outside the hours in which risk may be taken', () => {
  const desk = new Desk().open()
  desk.beat({ time: desk.times.guard })
  const draft = desk.openingDraft(CONDOR, 1, 'sellIronCondor')
  if (!draft) throw new Error('a trade is quoted')
  expect(desk.tell(desk.evaluation(draft)).step.facts).toEqual([])
})

test.each([
  ['its time is over', { time: new Desk().market.time + 120_000 }],
  ['the market left its last limit behind', { volatility: 0.12 }],
  ['the guard begins', { time: new Desk().times.guard }],
] as const)('a suggestion lapses where %s', (_name, change) => {
  const desk = new Desk().open()
  const { id } = desk.suggest()
  desk.beat({ time: desk.market.time + 1000 })
  expect(desk.decision(id).status).toBe('open')
  const { preference } = desk.book
  desk.beat(change)
  expect(desk.decision(id).status).toBe('lapsed')
  expect(desk.book.preference).toBe(preference)
})

test('a rejection makes a like suggestion less welcome in the same step, an acceptance more', () => {
  const welcome = (answer: (desk: Desk, id: string) => unknown) => {
    const desk = new Desk().open()
    const { id } = desk.suggest()
    answer(desk, id)
    expect(desk.book.preference.answers).toBe(1)
    return wouldAccept(desk.book.preference, 'sellIronCondor', MORNING).mean
  }
  const unasked = wouldAccept(new Desk().open().book.preference, 'sellIronCondor', MORNING).mean
  expect(welcome(ANSWERS[0][1])).toBeGreaterThan(unasked)
  expect(welcome(ANSWERS[1][1])).toBeLessThan(unasked)
})
