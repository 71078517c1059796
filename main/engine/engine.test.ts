import { expect, test } from 'vitest'
import { clock } from '../fixtures/market.ts'
import { Floor } from '../fixtures/floor.ts'
import { chanceOf, rulePolicy, tradeOf } from '../fixtures/moments.ts'
import type { FactKind } from '../contract/audits.ts'
import type { Command } from '../contract/commands.ts'
import { toText } from '../core/base/plainText.ts'
import { heldPositions, openDecision } from './book/book.ts'

/** A floor on which a condor was suggested, accepted and, after its walk, filled. */
async function floorWithCondor(): Promise<Floor> {
  const floor = await new Floor({ wish: 'sellIronCondor' }).open()
  await accept(floor)
  await floor.pass(25)
  return floor
}

function accept(floor: Floor) {
  return floor.send({ name: 'suggestion/accept', request: { id: floor.suggested.id, via: 'click' } })
}

function reject(floor: Floor) {
  return floor.send({ name: 'suggestion/reject', request: { id: floor.suggested.id, via: 'click' } })
}

function kindsOf(floor: Floor): FactKind[] {
  return floor.audits.flatMap(audit => audit.facts.map(fact => fact.kind))
}

test('a quoted chain becomes a suggestion with reasons', async () => {
  const floor = await new Floor({ wish: 'sellIronCondor' }).open()
  const { action, status, proposal, reasons, checks } = floor.suggested
  expect([action, status]).toEqual(['sellIronCondor', 'open'])
  expect(proposal?.structure.kind).toBe('ironCondor')
  expect(reasons.drivers).toHaveLength(13)
  expect(reasons.unknown).toContain('Past cases: none has ended yet.')
  expect(checks.of).toBeGreaterThan(0)
  expect(checks.passed).toBe(checks.of)
  expect(floor.engine.counts).toEqual({ decisions: 1, suggestions: 1, noTrades: 0 })
})

test('yes becomes an order, fills, a position and, by its frozen exit, a profit after fees', async () => {
  const floor = await new Floor({ wish: 'sellIronCondor' }).open()
  const { id, proposal } = floor.suggested
  expect(await accept(floor)).toEqual({ ok: true, value: null })
  await floor.pass(25)
  const held = floor.engine.book.positions.get(id)
  expect(held).toMatchObject({ quantity: proposal?.quantity, exit: proposal?.exit })

  floor.policy.wish = 'noTrade'
  await floor.quote({ time: floor.shape.time + 1000, volatility: 0.06, skew: 0.004 })
  await floor.pass(15)
  const closed = floor.engine.book.positions.get(id)
  expect(closed?.quantity).toBe(0)
  const { fills } = floor.engine.book
  const cash = fills.reduce((sum, fill) => sum + fill.net * 100 * fill.quantity - fill.fees, 0)
  expect(cash).toBeGreaterThan(0)
  expect((closed?.realised ?? 0) - (closed?.fees ?? 0)).toBeCloseTo(cash, 9)
  const scored = floor.facts('scored').find(fact => fact.decision.id === id)
  expect(scored?.decision.outcome).toMatchObject({ reason: 'takeProfit', wasGood: true })

  const life = kindsOf(floor).filter((kind, index, all) => all.indexOf(kind) === index)
  const steps = ['sessionOpened', 'suggested', 'answered', 'orderPlaced', 'filled', 'scored'] as const
  expect(life.filter(kind => steps.some(step => step === kind))).toEqual(steps)
})

test('the exit of a position stays as it was suggested, however the market moves', async () => {
  const floor = await floorWithCondor()
  const [held] = heldPositions(floor.engine.book)
  await floor.quote({ time: floor.shape.time + 1000, spot: 690.7, volatility: 0.16 })
  expect(heldPositions(floor.engine.book)[0]?.exit).toEqual(held?.exit)
})

test('an order that nobody takes walks from the mid to the natural price in the steps of its plan', async () => {
  const floor = await new Floor({ wish: 'sellIronCondor', shape: { halfSpread: 0.02 } }).open()
  const walk = floor.suggested.proposal?.walk
  await accept(floor)
  await floor.pass(25)
  const limits = floor.log.read().map(record => record.order.limit)
  expect(limits[0]).toBe(walk?.start)
  expect(limits.at(-1)).toBe(walk?.end)
  expect([...limits].sort((a, b) => b - a)).toEqual(limits)
  const changes = floor.facts('orderChanged').map(fact => fact.order.stepsTaken)
  expect(Math.max(...changes)).toBe(2)
})

test('no is answered by another suggestion before time moves on', async () => {
  const floor = new Floor()
  floor.policy.logits = rulePolicy(() => ({ sellIronCondor: 1 })).logits
  await floor.open()
  const first = floor.suggested
  const before = floor.engine.time
  const asked = performance.now()
  await reject(floor)
  const waited = performance.now() - asked
  const next = floor.suggested
  expect(floor.engine.time).toBe(before)
  expect(next.number).toBe(first.number + 1)
  expect(first.action).toBe('sellIronCondor')
  expect(next.action).not.toBe('sellIronCondor')
  const [wasLikely, isLikely] = [first, next].map(each => chanceOf('sellIronCondor', each.probabilities))
  expect(isLikely).toBeLessThan((wasLikely ?? 0) / 2)
  expect(next.policyProbabilities).toEqual(first.policyProbabilities)
  const { count, p50 } = floor.engine.stages.times('feedback')
  expect(count).toBe(1)
  expect(p50).toBeGreaterThan(0)
  expect(p50).toBeLessThanOrEqual(waited)
})

test('a decision that was made before an answer is made again with what the answer taught', async () => {
  const floor = await new Floor({ wish: 'sellIronCondor' }).open()
  const first = floor.suggested
  const held = { release: (): void => undefined }
  const answer = floor.policy.logits.bind(floor.policy)
  const asked = new Promise<void>(resolve => (held.release = resolve))
  floor.policy.logits = async (rows, count) => {
    await asked
    return answer(rows, count)
  }
  const no = { id: first.id, via: 'click' } as const
  const replies = [
    floor.engine.send({ name: 'suggestion/reject', request: no }),
    floor.engine.send({ name: 'suggestion/reject', request: no }),
  ]
  held.release()
  const [done, again] = await Promise.all(replies)
  await floor.engine.settled()
  expect(done?.ok).toBe(true)
  expect(again).toMatchObject({ code: 'notOpen', message: 'suggestion 1 is rejected already' })
  expect(floor.suggested.number).toBe(2)
  expect(floor.engine.counts.decisions).toBe(2)
})

test('what is asked while a decision is being made is followed by a decision that knows of it', async () => {
  const floor = await new Floor({ wish: 'noTrade' }).open()
  const held = { release: (): void => undefined }
  const answer = floor.policy.logits.bind(floor.policy)
  const released = new Promise<void>(resolve => (held.release = resolve))
  floor.policy.logits = async (rows, count) => {
    await released
    return answer(rows, count)
  }
  const beaten = floor.quote({ time: floor.shape.time + 1000, spot: 691.5 })
  const reply = await floor.engine.send({
    name: 'suggestion/reject',
    request: { id: floor.suggested.id, via: 'click' },
  })
  held.release()
  await beaten
  expect(reply.ok).toBe(true)
  expect([...floor.engine.book.decisions.values()].map(decision => decision.status)).toEqual([
    'rejected',
    'lapsed',
    'open',
  ])
})

test('a changed strike is priced from the chain although nobody watched it before', async () => {
  const floor = await new Floor({ wish: 'sellPutVertical15', shape: { volatility: 0.25 } }).open()
  const { id, proposal } = floor.suggested
  const strikes = proposal?.legs.map(leg => leg.strike - 1) ?? []
  const reply = await floor.send({ name: 'suggestion/preview', request: { id, edits: { strikes } } })
  expect(reply).toMatchObject({ ok: true, value: { refusal: null } })
  const request = { id, edits: { strikes, quantity: 1 }, via: 'click' } as const
  expect(await floor.send({ name: 'suggestion/modify', request })).toEqual({ ok: true, value: null })
  const [order] = floor.facts('orderPlaced').map(fact => fact.order)
  expect(order?.legs.map(leg => leg.strike)).toEqual(strikes)
  expect(order?.quantity).toBe(1)
})

test('a suggestion waits for its answer, then lapses and makes room', async () => {
  const floor = await new Floor({ wish: 'sellIronCondor' }).open()
  const first = floor.suggested
  await floor.pass(119)
  expect(openDecision(floor.engine.book)?.id).toBe(first.id)
  await floor.pass(1)
  expect(floor.facts('lapsed').map(fact => fact.decision.id)).toEqual([first.id])
  expect(floor.suggested.number).toBe(2)
})

test('a wait is looked at again once its minute is over', async () => {
  const floor = await new Floor({ wish: 'noTrade' }).open()
  expect(floor.suggested).toMatchObject({ number: 1, action: 'noTrade' })
  await floor.pass(59)
  expect(floor.suggested.number).toBe(1)
  await floor.pass(1)
  expect(floor.suggested.number).toBe(2)
  expect(floor.engine.counts).toEqual({ decisions: 2, suggestions: 0, noTrades: 2 })
})

const nobody = 'test-session/99'
const refusals: [string, Command, string, string][] = [
  ['accept', { name: 'suggestion/accept', request: { id: nobody, via: 'click' } }, 'notFound', nobody],
  ['reject', { name: 'suggestion/reject', request: { id: nobody, via: 'click' } }, 'notFound', nobody],
  ['lapse', { name: 'suggestion/lapse', request: { id: nobody, via: 'click' } }, 'notFound', nobody],
  [
    'modify',
    { name: 'suggestion/modify', request: { id: nobody, via: 'click', edits: {} } },
    'notFound',
    nobody,
  ],
  ['preview', { name: 'suggestion/preview', request: { id: nobody, edits: {} } }, 'notFound', nobody],
  ['rate', { name: 'outcome/rate', request: { id: nobody, rating: 5 } }, 'notFound', nobody],
  ['cancel', { name: 'order/cancel', request: { id: 'x.1', via: 'click' } }, 'notFound', 'x.1'],
  ['close', { name: 'position/close', request: { id: nobody, via: 'click' } }, 'notFound', nobody],
  ['keep', { name: 'killSwitch/keep', request: { via: 'click' } }, 'notOpen', 'nothing is being flattened'],
  [
    'set an alert',
    { name: 'alerts/setRules', request: { rules: [{ kind: 'weather', isOn: true }] } },
    'badRequest',
    'rules: "weather"',
  ],
]

test.each(refusals)('refuses to %s what is not there, and says what', async (_, command, code, part) => {
  const floor = await new Floor({ wish: 'sellIronCondor' }).open()
  const before = floor.audits.length
  const reply = await floor.send(command)
  expect(reply).toMatchObject({ ok: false, code })
  expect(reply.ok ? '' : reply.message).toContain(part)
  expect(floor.audits).toHaveLength(before)
})

test('refuses an order key until the keys are armed, and again once their time is over', async () => {
  const floor = await new Floor({ wish: 'sellIronCondor' }).open()
  const yes = () => floor.send({ name: 'suggestion/accept', request: { id: floor.suggested.id, via: 'key' } })
  expect(await yes()).toMatchObject({ ok: false, code: 'keysNotArmed' })
  await floor.send({ name: 'keys/arm', request: { minutes: 1 } })
  await floor.pass(60)
  expect(await yes()).toMatchObject({ ok: false, code: 'keysNotArmed' })
  await floor.send({ name: 'keys/arm', request: { minutes: 1 } })
  expect(await yes()).toEqual({ ok: true, value: null })
})

test('what is heard before the session changes nothing and breaks nothing', async () => {
  const floor = new Floor()
  floor.hear(tradeOf(690))
  await floor.beat()
  expect(floor.engine.market).toBeUndefined()
  expect(floor.audits).toEqual([])
})

test('commands before the session are refused, and the kill switch is not', async () => {
  const floor = new Floor()
  const reply = await floor.send({ name: 'suggestion/accept', request: { id: 'a', via: 'click' } })
  expect(reply).toMatchObject({ ok: false, code: 'notFound' })
  const flatten = { via: 'menu', immediately: true } as const
  expect(await floor.send({ name: 'killSwitch/flatten', request: flatten })).toMatchObject({ ok: true })
})

test('what cannot be digested stops trading, and the market goes on', async () => {
  const floor = await floorWithCondor()
  const tooMany = new Float64Array(1000)
  floor.hear({ kind: 'statistics', time: floor.shape.time, volume: tooMany, openInterest: tooMany })
  await floor.engine.settled()
  expect(floor.facts('halted')).toHaveLength(1)
  expect(floor.engine.book.halted).toMatch(/offset/i)
  await floor.quote({ time: floor.shape.time + 1000, spot: 690.3 })
  expect(floor.engine.market?.spot?.last).toBe(690.3)
  const [held] = heldPositions(floor.engine.book)
  const close = { id: held?.decision ?? '', via: 'click' } as const
  expect(await floor.send({ name: 'position/close', request: close })).toMatchObject({ ok: true })
  await floor.pass(5)
  expect(heldPositions(floor.engine.book)).toEqual([])
})

test('audits are numbered without a gap, and every one is in memory as it was heard', async () => {
  const floor = await floorWithCondor()
  expect(floor.audits.map(audit => audit.sequence)).toEqual(floor.audits.map((_, index) => index + 1))
  expect(floor.engine.sequence).toBe(floor.audits.length)
  expect(floor.memory.entries.map(({ sequence, time, facts }) => ({ sequence, time, facts }))).toEqual(
    floor.audits,
  )
})

test('a listener that has left hears nothing more', async () => {
  const floor = await new Floor({ wish: 'noTrade' }).open()
  const heard: number[] = []
  const leave = floor.engine.onAudit(audit => void heard.push(audit.sequence))
  await floor.send({ name: 'keys/arm', request: { minutes: 1 } })
  leave()
  await floor.send({ name: 'keys/disarm', request: {} })
  expect(heard).toHaveLength(1)
})

test('quotes that wait together are merged and counted, and a command between them is not lost', async () => {
  const floor = await new Floor({ wish: 'noTrade' }).open()
  const { engine } = floor
  const time = floor.shape.time + 1000
  const quotes = (bid: number) => ({
    kind: 'quotes' as const,
    time,
    count: 1,
    times: Float64Array.of(time),
    rows: Int32Array.of(3),
    bid: Float64Array.of(bid),
    ask: Float64Array.of(bid + 1),
    bidSize: Float64Array.of(1),
    askSize: Float64Array.of(1),
  })
  for (let bid = 1; bid <= 50; bid += 1) engine.post(quotes(bid))
  const reply = engine.send({ name: 'keys/arm', request: { minutes: 1 } })
  for (let bid = 51; bid <= 100; bid += 1) engine.post(quotes(bid))
  expect(await reply).toMatchObject({ ok: true })
  await engine.settled()
  expect(engine.conflated).toBe(98)
  expect(engine.market?.chain.bid[3]).toBe(100)
})

test('a large move asks for a decision before its time', async () => {
  const floor = await new Floor({ wish: 'noTrade' }).open()
  const move = floor.engine.market?.move?.move ?? Number.NaN
  await floor.quote({ time: floor.shape.time + 1000, spot: 690 + 0.3 * move })
  expect(floor.suggested.number).toBe(1)
  await floor.quote({ time: floor.shape.time + 1000, spot: 690 + 0.4 * move })
  expect(floor.suggested.number).toBe(2)
})

test('the end of a session settles what is held at the closing price', async () => {
  const floor = await floorWithCondor()
  const [held] = heldPositions(floor.engine.book)
  floor.hear(tradeOf(690.25, clock(15, 59, 59)))
  await floor.engine.settled()
  floor.hear(tradeOf(720, clock(16, 0, 1)))
  await floor.beat(clock(16, 20))
  const [settled] = floor.facts('settled')
  expect(settled).toMatchObject({ estimated: false, position: { decision: held?.decision, quantity: 0 } })
  const credit = (held?.entryNet ?? 0) * 100 * (held?.quantity ?? 0)
  expect(settled?.position.realised).toBeCloseTo(credit, 9)
})

test('the same day gives the same audits, byte for byte', async () => {
  const live = async () => {
    const floor = await floorWithCondor()
    await reject(await passToNext(floor))
    await floor.quote({ time: floor.shape.time + 1000, spot: 692.5, volatility: 0.2 })
    await floor.pass(70)
    return toText(floor.audits)
  }
  const first = await live()
  expect(first.length).toBeGreaterThan(30_000)
  expect(await live()).toBe(first)
})

async function passToNext(floor: Floor): Promise<Floor> {
  while (!openDecision(floor.engine.book)) await floor.pass(1)
  return floor
}
