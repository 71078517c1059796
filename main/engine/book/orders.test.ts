import { expect, test } from 'vitest'
import { Desk } from '../../fixtures/desk.ts'
import { CALL_VERTICAL, CONDOR, PUT_VERTICAL, WIDE_LIMITS } from '../../fixtures/trades.ts'
import type { Order } from '../../core/portfolio/order.ts'
import { riskStateAt } from './accounts.ts'
import { openOrders } from './book.ts'
import { closingLots } from './orders.ts'

/** A desk with an order on its way in, which the broker works. */
function openingDesk(structure = CONDOR, quantity = 1): { readonly desk: Desk; readonly order: Order } {
  const desk = new Desk().open()
  const { id } = desk.suggest(structure, quantity)
  desk.accept(id)
  desk.acknowledge(`${id}.1`)
  return { desk, order: desk.order(`${id}.1`) }
}

test('an order walks from its first to its last limit in its steps, never back', () => {
  const { desk, order } = openingDesk()
  const limits: number[] = []
  for (let second = 0; second < 40; second += 1) {
    for (const effect of desk.beat({ time: desk.market.time + 1000 }).step.effects)
      if (effect.kind === 'replace') limits.push(effect.order.limit)
  }
  expect([order.limit, ...limits]).toEqual([0.58, 0.56, 0.54])
  expect(desk.order(order.id)).toMatchObject({ limit: order.walk.end, stepsTaken: 2 })
})

test('an order that was not acknowledged does not walk', () => {
  const desk = new Desk().open()
  desk.accept(desk.suggest().id)
  expect(desk.beat({ time: desk.market.time + 30_000 }).step.effects).toEqual([])
})

test('without memory, or in an account that is not sure, an opening order rests where it is; a close walks without memory', () => {
  const { desk, order } = openingDesk()
  const walked = () =>
    desk
      .beat({ time: desk.market.time + 11_000 })
      .step.effects.flatMap(effect => (effect.kind === 'replace' ? [effect.order.purpose] : []))
  const { time } = desk.market
  desk.tell({ kind: 'dependencyLost', time, dependency: 'memory', reason: 'made up' })
  expect(walked()).toEqual([])
  desk.filled(order)
  desk.send({ name: 'position/close', request: { id: order.decision, via: 'click' } })
  desk.acknowledge(`${order.decision}.2`)
  expect(walked()).toEqual(['close'])
  desk.hear({ kind: 'accountConfirmed', time, id: 'X', mode: 'unsure' })
  expect(walked()).toEqual([])
})

test('an opening order that nobody takes is called back two minutes after its walk', () => {
  const { desk, order } = openingDesk()
  const rest = order.walk.steps * order.walk.stepEvery + 120_000
  const isCalledBack = (time: number) =>
    desk.beat({ time }).step.effects.some(effect => effect.kind === 'cancel')
  expect(isCalledBack(order.time + rest)).toBe(false)
  expect(isCalledBack(order.time + rest + 1)).toBe(true)
})

test('fills in parts make one position at their average, and the order is filled with the last', () => {
  const { desk, order } = openingDesk(CONDOR, 3)
  desk.filled(order, 1, 0.58)
  expect(desk.order(order.id)).toMatchObject({ filled: 1, status: 'working' })
  desk.filled(order, 2, 0.55)
  expect(desk.order(order.id)).toMatchObject({ filled: 3, status: 'filled' })
  expect(desk.position(order.decision)).toMatchObject({ quantity: 3, opened: 3 })
  expect(desk.position(order.decision).entryNet).toBeCloseTo(0.56, 12)
  expect(desk.position(order.decision).fees).toBeCloseTo(12 * 0.7, 12)
})

test('a fill that comes before its acknowledgement makes the order work, and one of a cancelled order counts', () => {
  const desk = new Desk().open()
  const { id } = desk.suggest(CONDOR, 2)
  desk.accept(id)
  const order = desk.order(`${id}.1`)
  desk.filled(order, 1)
  expect(desk.order(order.id).status).toBe('working')
  desk.cancelled(order.id)
  desk.filled(order, 1)
  expect(desk.position(id).quantity).toBe(2)
})

test('words of the broker about orders that are not in the book change nothing', () => {
  const { desk, order } = openingDesk()
  const stranger = { ...order, id: 'stranger' }
  const { time } = desk.market
  expect(desk.filled(stranger).step.facts).toEqual([])
  expect(desk.acknowledge('stranger').step.facts).toEqual([])
  expect(desk.cancelled('stranger').step.facts).toEqual([])
  const rejected = { kind: 'orderRejected', time, order: 'stranger', note: 'no' } as const
  expect(desk.hear(rejected).step.facts).toEqual([])
})

test('what ended stays ended, with the words of whoever ended it first', () => {
  const { desk, order } = openingDesk()
  desk.cancelled(order.id)
  const { time } = desk.market
  desk.hear({ kind: 'orderRejected', time, order: order.id, note: 'too late' })
  desk.acknowledge(order.id)
  expect(desk.order(order.id)).toMatchObject({ status: 'cancelled', note: 'on request' })
})

test.each([
  ['takeProfit', { volatility: 0.12 }],
  ['stop', { spot: 682 }],
  ['time', { time: new Desk().market.time + 3_600_000 }],
] as const)('a position is closed once where its frozen exit rule fires: %s', (_name, change) => {
  const desk = new Desk().open()
  const { id } = desk.hold(CONDOR, 2)
  const sent = desk.beat(change).step.effects
  expect(sent).toMatchObject([{ kind: 'submit', order: { decision: id, purpose: 'close', quantity: 2 } }])
  desk.acknowledge(`${id}.2`)
  expect(desk.beat({ time: desk.market.time + 1 }).step.effects).toEqual([])
  const order = desk.order(`${id}.2`)
  desk.filled(order, 1)
  expect(desk.position(id).quantity).toBe(1)
  expect(desk.beat({ time: desk.market.time + 1 }).step.effects).toEqual([])
  desk.cancelled(order.id)
  const rest = desk.beat({ time: desk.market.time + 1 }).step.effects
  expect(rest).toMatchObject([{ kind: 'submit', order: { id: `${id}.3`, quantity: 1 } }])
})

test('profit is taken at no worse a price than the rule names', () => {
  const desk = new Desk().open()
  const decision = desk.hold()
  desk.beat({ volatility: 0.12 })
  const { walk, limit } = desk.order(`${decision.id}.2`)
  expect(limit).toBe(walk.start)
  expect(walk.end).toBeGreaterThanOrEqual(-(decision.proposal?.exit.takeProfit ?? 0))
})

test('a stop waits for fresh quotes, until the time of the rule has come', () => {
  const desk = new Desk().open()
  const { id } = desk.hold()
  expect(desk.beat({ spot: 682, age: 5001 }).step.effects).toEqual([])
  const { time } = desk.position(id).exit
  expect(desk.beat({ time }).step.effects).toMatchObject([{ kind: 'submit', order: { purpose: 'close' } }])
})

test('closing by hand sends what is held, once', () => {
  const desk = new Desk().open()
  const { id } = desk.hold(CONDOR, 2)
  const close = { name: 'position/close', request: { id, via: 'click' } } as const
  expect(desk.send(close).step.effects).toHaveLength(1)
  expect(desk.send(close)).toMatchObject({ reply: { ok: true }, step: { effects: [] } })
  expect(closingLots(desk.book, id)).toBe(2)
  desk.filled(desk.order(`${id}.2`))
  expect(desk.send(close).reply).toMatchObject({
    code: 'notFound',
    message: `no position is called "${id}"`,
  })
})

test('closing by hand is refused where a leg is not offered or options do not trade', () => {
  const desk = new Desk().open()
  const { id } = desk.hold()
  const close = { name: 'position/close', request: { id, via: 'click' } } as const
  desk.market = { ...desk.market, isQuoted: false }
  expect(desk.send(close).reply).toMatchObject({ code: 'held' })
  desk.hear({ kind: 'accountConfirmed', time: desk.market.time, id: 'X', mode: 'unsure' })
  desk.market = { ...desk.market, isQuoted: true }
  const refused = desk.send(close)
  const sentence = 'the account must be confirmed as paper or live'
  expect(refused.reply).toMatchObject({ code: 'refused', message: `Risk: ${sentence}.` })
  expect(refused.step.facts).toMatchObject([{ kind: 'orderRefused', sentence }])
  expect(refused.step.effects).toEqual([])
})

test('cancelling asks the broker; what is over or unknown cannot be cancelled', () => {
  const { desk, order } = openingDesk()
  const cancel = (id: string) => desk.send({ name: 'order/cancel', request: { id, via: 'click' } })
  expect(cancel(order.id).step.effects).toEqual([{ kind: 'cancel', order: order.id }])
  expect(cancel('lost').reply).toMatchObject({ code: 'notFound', message: 'no order is called "lost"' })
  desk.cancelled(order.id)
  expect(cancel(order.id).reply).toMatchObject({
    code: 'notOpen',
    message: 'the order is cancelled already',
  })
})

test('reconciling adopts what the broker works, takes in fills that were missed, and ends what it does not know', () => {
  const { desk, order } = openingDesk()
  const second = desk.suggest(PUT_VERTICAL).id
  desk.accept(second)
  const missed = desk.fillOf(order, 1)
  const { time } = desk.market
  const adopted: Order = { ...order, id: `${order.decision}.9`, purpose: 'close', status: 'working' }
  const foreign: Order = { ...order, id: 'elsewhere/1.1', decision: 'elsewhere/1' }
  const orders = [adopted, foreign]
  const { step } = desk.hear({ kind: 'reconciled', time, orders, fills: [missed, missed] })
  expect(step.facts.at(-1)).toEqual({ kind: 'reconciled', time, missing: 2 })
  expect(desk.book.fills).toEqual([missed])
  const again = desk.hear({ kind: 'reconciled', time, orders, fills: [missed] })
  expect(again.step.facts).toEqual([{ kind: 'reconciled', time, missing: 0 }])
  expect(desk.order(adopted.id)).toMatchObject({ status: 'working', filled: 0 })
  expect(desk.book.orders.has('elsewhere/1.1')).toBe(false)
  expect(desk.order(`${second}.1`)).toMatchObject({
    status: 'cancelled',
    note: 'not worked by the broker any more',
  })
})

test('reconciling makes a sent order work where the broker knows it, and leaves alone what left later', () => {
  const desk = new Desk().open()
  const first = desk.suggest().id
  desk.accept(first)
  const said = { kind: 'reconciled', time: desk.market.time, fills: [] } as const
  desk.pass(1)
  const second = desk.suggest(PUT_VERTICAL).id
  desk.accept(second)
  desk.hear({ ...said, orders: [desk.order(`${first}.1`)] })
  expect(openOrders(desk.book).map(order => [order.decision, order.status])).toEqual([
    [first, 'working'],
    [second, 'sending'],
  ])
})

test('the gate counts an opening order that is on its way as if it were filled', () => {
  const { desk, order } = openingDesk(CONDOR, 2)
  const onItsWay = riskStateAt(desk.book, desk.mark())
  expect(onItsWay).toMatchObject({ openContracts: 8, openStructures: 1, exposure: 600, tradesOpened: 1 })
  expect(onItsWay.profitAtStops).toBeCloseTo(desk.decision(order.decision).proposal?.atStop ?? 0, 9)
  desk.filled(order, 1)
  const half = riskStateAt(desk.book, desk.mark())
  expect(half).toMatchObject({ openContracts: 8, openStructures: 1, exposure: 600, tradesOpened: 1 })
  desk.cancelled(order.id)
  expect(riskStateAt(desk.book, desk.mark())).toMatchObject({ openContracts: 4, exposure: 300 })
})

test('two trades that are still on their way may not lose more at their stops than the day allows', () => {
  const { desk } = openingDesk(CONDOR, 3)
  desk.send({ name: 'limits/set', request: { ...WIDE_LIMITS, dayLossLimit: 500 } })
  const second = desk.suggest(CONDOR, 2)
  expect(second).toMatchObject({ status: 'refused' })
  expect(second.refusal).toContain('with it the loss at stops is')
})

test('an opening order whose first lots were closed again still counts as a structure', () => {
  const { desk, order } = openingDesk(CONDOR, 2)
  desk.filled(order, 1)
  desk.send({ name: 'position/close', request: { id: order.decision, via: 'click' } })
  desk.filled(desk.order(`${order.decision}.2`))
  expect(riskStateAt(desk.book, desk.mark())).toMatchObject({ openStructures: 1, exposure: 300 })
  desk.send({ name: 'limits/set', request: { ...WIDE_LIMITS, openStructures: 1 } })
  expect(desk.suggest(CALL_VERTICAL).refusal).toBe('structures held must be at most 1, would be 2')
})
