import { expect, test } from 'vitest'
import { Desk } from '../../fixtures/desk.ts'
import { CONDOR, PUT_VERTICAL } from '../../fixtures/trades.ts'
import { attributionTotal } from '../../core/portfolio/attribution.ts'
import { factorTotal } from '../../core/portfolio/factorAttribution.ts'
import { maximumLoss } from '../../core/portfolio/structure.ts'
import { attributionAt } from './attributions.ts'
import { dayProfit } from './accounts.ts'
import type { Decided } from './decide.ts'

const kinds = ({ step }: Decided) => step.facts.map(fact => fact.kind)

/** A desk that holds two condors into the last trades, at a spot at the close. */
function heldToTheClose(spot: number): { readonly desk: Desk; readonly held: string } {
  const desk = new Desk().open()
  const held = desk.hold(CONDOR, 2).id
  desk.beat({ time: desk.times.lastTrade - 1000, spot, isQuoted: false })
  return { desk, held }
}

test.each([
  [690, 58],
  [685, -42],
  [670, -242],
  [695.5, -92],
] as const)(
  'what is held after the last trade is settled at the closing price of %f',
  (closingPrice, each) => {
    const { desk, held } = heldToTheClose(690)
    const settled = desk.beat({ time: desk.times.lastTrade, closingPrice, spot: 600 })
    const position = desk.position(held)
    expect(kinds(settled)).toContain('settled')
    expect(position).toMatchObject({ quantity: 0, opened: 2, closedAt: desk.times.lastTrade })
    expect(position.realised).toBeCloseTo(2 * each, 9)
    expect(dayProfit(desk.book, desk.mark()).total).toBeCloseTo(2 * each - 8 * 0.7, 9)
    expect(kinds(desk.beat({ time: desk.times.lastTrade + 1000 }))).toEqual([])
  },
)

test('after settlement the parts of the attribution still sum to what the day has made', () => {
  const { desk, held } = heldToTheClose(690)
  desk.beat({ time: desk.times.lastTrade, closingPrice: 685 })
  const running = desk.book.attributions.get(held)
  expect(running?.mark).toBeUndefined()
  const total = running && attributionTotal(running.total)
  expect(total).toBeCloseTo(dayProfit(desk.book, desk.mark()).total, 9)
  expect(running?.factors && factorTotal(running.factors.total)).toBeCloseTo(total ?? Number.NaN, 9)
  expect(desk.book.dayCurve.at(-1)).toEqual({
    time: desk.times.lastTrade,
    profit: dayProfit(desk.book, desk.mark()).total,
  })
})

test('without a closing price the last spot settles, and says that it is estimated', () => {
  const { desk, held } = heldToTheClose(690)
  const settled = desk.beat({ time: desk.times.lastTrade, spot: 685 })
  expect(settled.step.facts).toContainEqual(expect.objectContaining({ kind: 'settled', estimated: true }))
  expect(desk.position(held).realised).toBeCloseTo(-84, 9)
})

test('a book that comes back after the close settles once a price is known, and not at no price', () => {
  const { desk, held } = heldToTheClose(690)
  desk.beat({ time: desk.times.lastTrade, spot: Number.NaN })
  expect(desk.position(held).quantity).toBe(2)
  desk.beat({ time: desk.times.lastTrade + 1000, spot: 690 })
  expect(desk.position(held)).toMatchObject({ quantity: 0 })
  expect(desk.position(held).realised).toBeCloseTo(116, 9)
})

test('orders are called back after the last trade', () => {
  const desk = new Desk().open()
  const { id } = desk.hold(CONDOR)
  desk.send({ name: 'position/close', request: { id, via: 'click' } })
  const over = desk.beat({ time: desk.times.lastTrade })
  expect(over.step.effects).toEqual([{ kind: 'cancel', order: `${id}.2` }])
})

test('leaving a session settles what is held at its last mark and cancels what still works', () => {
  const desk = new Desk().open()
  const held = desk.hold(CONDOR)
  desk.accept(desk.suggest(PUT_VERTICAL).id)
  const mark = desk.book.attributions.get(held.id)?.mark
  desk.beat({ isQuoted: false, spot: 600 })
  const { step } = desk.openSession('2026-11-23')
  const settled = step.facts.find(fact => fact.kind === 'settled')
  expect(settled).toMatchObject({ estimated: true, position: { decision: held.id, quantity: 0 } })
  expect(settled?.position.realised).toBeCloseTo(58 + (mark?.value ?? Number.NaN), 9)
  expect(step.effects).toEqual([{ kind: 'cancelAll' }])
  expect([...desk.book.positions, ...desk.book.orders, ...desk.book.decisions]).toEqual([])
})

test('leaving a session counts a position that was never marked at the worst it can lose', () => {
  const desk = new Desk().open()
  const { id } = desk.suggest(CONDOR)
  desk.accept(id)
  desk.market = { ...desk.market, isQuoted: false }
  desk.filled(desk.order(`${id}.1`))
  const { step } = desk.openSession('2026-11-23')
  const settled = step.facts.find(fact => fact.kind === 'settled')
  expect(settled?.position.realised).toBeCloseTo(-maximumLoss(CONDOR.legs, 0.58), 9)
})

test('what was learned and set goes over into the next session, what was counted for the day does not', () => {
  const desk = new Desk().open()
  desk.suggest()
  const { id } = desk.decision('2026-11-20 made up/1')
  desk.send({ name: 'suggestion/reject', request: { id, via: 'click' } })
  desk.send({ name: 'reasons/set', request: { reasons: ['News'] } })
  const { preference, limits } = desk.book
  desk.tell({ kind: 'dependencyLost', time: 1, dependency: 'policy', reason: 'it died' })
  desk.openSession('2026-11-23')
  expect(desk.book).toMatchObject({ preference, limits, reasons: ['News'], account: { mode: 'paper' } })
  expect(desk.book.recollection).toMatchObject({ lastAnswers: [0], suggestionsThisSession: 0 })
  expect([...desk.book.lost]).toEqual([['policy', { since: 1, reason: 'it died' }]])
  expect(desk.book).toMatchObject({ phase: 'closed', fills: [], alerts: [], dayCurve: [] })
})

test('the profit of the day is noted once a minute while something was traded', () => {
  const desk = new Desk().open()
  desk.pass(120)
  expect(desk.book.dayCurve).toEqual([])
  desk.hold(CONDOR)
  const { length } = desk.book.dayCurve
  desk.pass(180)
  expect(desk.book.dayCurve.length - length).toBe(3)
})

test.each([{ age: 5001 }, { isQuoted: false }])(
  'a position counts at its last known worth where its quotes are not to be trusted: %o',
  change => {
    const desk = new Desk().open()
    desk.hold(CONDOR)
    desk.beat({ spot: 688 })
    desk.pass(60)
    const { total } = dayProfit(desk.book, desk.mark())
    expect(total).not.toBeCloseTo(-2.8, 1)
    desk.market = { ...desk.market, spot: 683, ...change }
    expect(dayProfit(desk.book, desk.mark()).total).toBeCloseTo(total, 9)
  },
)

test('time decay, a move and a rise of volatility each show up in their own part', () => {
  const partsAfter = (change: Parameters<Desk['beat']>[0]) => {
    const desk = new Desk({ halfSpread: 0 }).open()
    const held = desk.hold(CONDOR, 1)
    desk.beat(change)
    const running = attributionAt(desk.book, desk.position(held.id), desk.mark())
    if (!running) throw new Error('what is held and quoted has an attribution')
    return running.total
  }
  expect(partsAfter({ time: new Desk().market.time + 50_000 })).toMatchObject({ delta: 0, vega: 0 })
  expect(partsAfter({ time: new Desk().market.time + 50_000 }).theta).toBeGreaterThan(0)
  expect(partsAfter({ volatility: 0.27 }).vega).toBeLessThan(-1)
  const { gamma, theta } = partsAfter({ spot: 691 })
  expect(gamma).toBeLessThan(-1)
  expect(theta).toBeCloseTo(0, 9)
})

test.each([
  ['opens', '.1', 1],
  ['closes', '.2', 1],
  ['closes all', '.2', 2],
] as const)('a fill that %s lots leaves to the Greeks what was made before it', (_name, order, lots) => {
  const desk = new Desk().open()
  const { id } = desk.suggest(CONDOR, 3)
  desk.accept(id)
  desk.filled(desk.order(`${id}.1`), 2)
  desk.market = { ...desk.market, spot: 691 }
  const before = attributionAt(desk.book, desk.position(id), desk.mark())?.total
  desk.send({ name: 'position/close', request: { id, via: 'click' } })
  desk.filled(desk.order(`${id}${order}`), lots)
  const after = desk.book.attributions.get(id)?.total
  expect(before?.gamma).toBeLessThan(-1)
  expect(after?.gamma).toBeCloseTo(before?.gamma ?? Number.NaN, 9)
  expect(after?.residual).toBeCloseTo(before?.residual ?? Number.NaN, 9)
})

test('legs that were unknown at the fill are explained from the first mark that knows them', () => {
  const desk = new Desk().open()
  const { id } = desk.suggest(CONDOR)
  desk.accept(id)
  desk.market = { ...desk.market, isQuoted: false }
  desk.filled(desk.order(`${id}.1`))
  desk.market = { ...desk.market, isQuoted: true, spot: 688 }
  const running = attributionAt(desk.book, desk.position(id), desk.mark())
  expect(running && attributionTotal(running.total)).toBeCloseTo(dayProfit(desk.book, desk.mark()).total, 9)
})
