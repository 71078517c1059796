import { expect, test } from 'vitest'
import { Desk } from '../../fixtures/desk.ts'
import { CONDOR, PUT_VERTICAL, WIDE_LIMITS } from '../../fixtures/trades.ts'
import type { Decided } from './decide.ts'

const kinds = ({ step }: Decided) => step.facts.map(fact => fact.kind)
const effects = ({ step }: Decided) => step.effects.map(effect => effect.kind)

/** A desk that holds a condor and has a put vertical on its way in. */
function busyDesk(): { readonly desk: Desk; readonly held: string; readonly opening: string } {
  const desk = new Desk().open()
  const held = desk.hold(CONDOR).id
  const { id } = desk.suggest(PUT_VERTICAL)
  desk.accept(id)
  desk.acknowledge(`${id}.1`)
  return { desk, held, opening: `${id}.1` }
}

/** Limits under which the desk is locked out after a fall of a few dollars. */
function lockedDesk(): Desk {
  const desk = new Desk().open()
  desk.hold(CONDOR)
  desk.send({ name: 'limits/set', request: { ...WIDE_LIMITS, dayLossLimit: 50 } })
  desk.beat({ spot: 686 })
  return desk
}

test('the kill switch cancels every order first and closes after the second in which Esc may keep', () => {
  const { desk, held, opening } = busyDesk()
  const flattened = desk.flatten(false)
  expect(effects(flattened)).toEqual(['cancelAll'])
  expect(flattened.reply).toEqual({ ok: true, value: { orders: 1, positions: 1 } })
  desk.cancelled(opening)
  const [close] = desk.beat({ time: desk.market.time + 1000 }).step.effects
  expect(close).toMatchObject({ kind: 'submit', order: { decision: held, purpose: 'flatten', quantity: 1 } })
})

test('the kill switch closes in the same step where it is to be at once', () => {
  const { desk, held } = busyDesk()
  const flattened = desk.flatten(true)
  expect(effects(flattened)).toEqual(['cancelAll', 'submit'])
  expect(desk.order(`${held}.2`)).toMatchObject({ purpose: 'flatten', status: 'sending' })
})

test('a second press closes at once what the first would have closed in a second', () => {
  const { desk } = busyDesk()
  desk.flatten(false)
  expect(effects(desk.flatten(true))).toEqual(['cancelAll', 'submit'])
})

test('the kill switch works when memory, policy and feed are down, and in a halt', () => {
  const { desk, held, opening } = busyDesk()
  for (const dependency of ['memory', 'policy', 'feed'] as const)
    desk.tell({ kind: 'dependencyLost', time: desk.market.time, dependency, reason: 'made up' })
  desk.tell({ kind: 'failed', time: desk.market.time, rule: 'made up' })
  expect(effects(desk.flatten(true))).toEqual(['cancelAll', 'submit'])
  desk.cancelled(opening)
  expect(kinds(desk.filled(desk.order(`${held}.2`)))).toContain('flattenEnded')
  expect(desk.position(held).quantity).toBe(0)
})

test('Esc keeps the positions within the second, and not once closing has begun', () => {
  const keep = { name: 'killSwitch/keep', request: { via: 'key' } } as const
  const { desk } = busyDesk()
  desk.flatten(false)
  expect(desk.send(keep).reply.ok).toBe(true)
  expect(desk.book.flattening).toBeUndefined()
  expect(desk.send(keep).reply).toMatchObject({ code: 'notOpen', message: 'nothing is being flattened' })
  desk.flatten(true)
  expect(desk.send(keep).reply).toMatchObject({ code: 'notOpen', message: 'closing has started already' })
})

test('a flatten is not over while an opening order may still fill', () => {
  const { desk, held, opening } = busyDesk()
  desk.flatten(true)
  desk.filled(desk.order(`${held}.2`))
  expect(desk.book.flattening).toMatchObject({ since: desk.market.time })
  desk.filled(desk.order(opening))
  const [close] = desk.beat().step.effects
  expect(close).toMatchObject({ kind: 'submit', order: { structure: PUT_VERTICAL, purpose: 'flatten' } })
  expect(kinds(desk.filled(desk.order(opening.replace(/1$/, '2'))))).toContain('flattenEnded')
})

test('a flatten with nothing held and nothing working is over at once', () => {
  const desk = new Desk().open()
  expect(kinds(desk.flatten(true))).toEqual(['flattenStarted', 'alerted', 'flattenEnded'])
})

test('a flatten is told, with what it cancels and closes, and pulled again it is not told again', () => {
  const { desk } = busyDesk()
  const told = [desk.flatten(false), desk.flatten(true)].flatMap(({ step }) =>
    step.facts.flatMap(fact => (fact.kind === 'alerted' ? [fact.alert] : [])),
  )
  expect(told).toMatchObject([{ kind: 'flatten', title: 'Flatten all' }])
  expect(told[0]?.body).toMatch(/^Cancelled: [1-9]\d* open\. Being closed: [1-9]\d* held\.$/)
})

test('a flatten order that missed the market is cancelled after eight seconds and sent anew at the market of then', () => {
  const { desk, held, opening } = busyDesk()
  desk.flatten(true)
  desk.cancelled(opening)
  desk.acknowledge(`${held}.2`)
  desk.pass(8)
  const stuck = desk.beat({ time: desk.market.time + 1000, spot: 692 })
  expect(stuck.step.effects).toContainEqual({ kind: 'cancel', order: `${held}.2` })
  const [again] = desk.cancelled(`${held}.2`).step.effects
  expect(again).toMatchObject({ kind: 'submit', order: { id: `${held}.3`, purpose: 'flatten', quantity: 1 } })
  expect(desk.order(`${held}.3`).limit).toBeLessThan(desk.order(`${held}.2`).limit)
})

test.each([
  ['while flattening', (desk: Desk): unknown => desk.flatten(false), 'everything is being flattened'],
  ['in a halt', (desk: Desk): unknown => fail(desk), 'trading is halted'],
] as const)('a yes is refused %s, and the suggestion stays as it was', (_name, shut, sentence) => {
  const desk = new Desk().open()
  desk.hold(PUT_VERTICAL)
  const decision = desk.suggest()
  shut(desk)
  const reply = desk.accept(decision.id)
  expect(reply.reply).toEqual({ ok: false, code: 'refused', message: `Risk: ${sentence}.` })
  expect(reply.step.facts).toEqual([])
  expect(desk.decision(decision.id)).toBe(decision)
})

function fail(desk: Desk): Decided {
  return desk.tell({ kind: 'failed', time: desk.market.time, rule: 'made up' })
}

test.each([
  ['flattening', (desk: Desk): unknown => desk.flatten(false)],
  ['a halt', (desk: Desk): unknown => fail(desk)],
  ['the guard', (desk: Desk): unknown => desk.beat({ time: desk.times.guard })],
] as const)(
  'an opening order that reaches the broker late is called back in %s, and never walked',
  (_name, shut) => {
    const desk = new Desk().open()
    desk.hold(PUT_VERTICAL)
    const { id } = desk.suggest()
    desk.accept(id)
    shut(desk)
    desk.acknowledge(`${id}.1`)
    const sent = desk.beat({ time: desk.market.time + 11_000 }).step.effects
    expect(sent).toContainEqual({ kind: 'cancel', order: `${id}.1` })
    expect(sent.filter(effect => effect.kind === 'replace')).toEqual([])
  },
)

test('a day loss at its limit locks out, disarms the keys and calls opening orders back, while closing works', () => {
  const desk = new Desk().open()
  const held = desk.hold(CONDOR).id
  const { id } = desk.suggest(PUT_VERTICAL)
  desk.accept(id)
  desk.send({ name: 'keys/arm', request: { minutes: 5 } })
  desk.send({ name: 'limits/set', request: { ...WIDE_LIMITS, dayLossLimit: 50 } })
  const locked = desk.beat({ spot: 686 })
  expect(kinds(locked)).toEqual(expect.arrayContaining(['lockedOut', 'keysDisarmed']))
  expect(desk.book.alerts.map(alert => alert.kind)).toContain('lockout')
  expect(locked.step.effects).toEqual([{ kind: 'cancel', order: `${id}.1` }])
  expect(desk.book.lockout).toMatchObject({ session: '2026-11-20', since: desk.market.time })
  expect(desk.send({ name: 'position/close', request: { id: held, via: 'click' } }).reply.ok).toBe(true)
})

test.each([
  ['wider limits', (desk: Desk): unknown => desk.send({ name: 'limits/set', request: WIDE_LIMITS })],
  ['a market that comes back', (desk: Desk): unknown => desk.beat({ spot: 690, volatility: 0.1 })],
  ['a flatten', (desk: Desk): unknown => desk.flatten(true)],
  ['a beat after the close', (desk: Desk): unknown => desk.beat({ time: desk.times.watchEnd })],
  ['an account that is confirmed again', (desk: Desk): unknown => desk.hear(confirmed(desk))],
] as const)('%s does not undo a lockout', (_name, happen) => {
  const desk = lockedDesk()
  const { lockout } = desk.book
  expect(lockout).toMatchObject({ session: '2026-11-20' })
  happen(desk)
  expect(desk.book.lockout).toBe(lockout)
  expect(desk.send({ name: 'keys/arm', request: { minutes: 5 } }).reply).toMatchObject({
    code: 'refused',
    message: 'order keys stay blocked: locked out until the next session',
  })
})

function confirmed(desk: Desk) {
  return { kind: 'accountConfirmed', time: desk.market.time, id: 'SIM1', mode: 'paper' } as const
}

test('the next session trades again after a lockout and a halt, with the account and the limits of before', () => {
  const desk = lockedDesk()
  fail(desk)
  desk.openSession('2026-11-23')
  desk.beat({ time: desk.times.open + 3_600_000, spot: 690 })
  expect(desk.book).toMatchObject({ lockout: undefined, halted: undefined, account: { mode: 'paper' } })
  expect(desk.book.limits.dayLossLimit).toBe(50)
})

test('a book that breaks a rule of its own halts once, cancels everything and goes on telling', () => {
  const { desk, held } = busyDesk()
  desk.send({ name: 'position/close', request: { id: held, via: 'click' } })
  const tooMuch = desk.filled(desk.order(`${held}.2`), 5)
  const rule = 'Invariant: a closing fill must not exceed the position, was 5 of 1'
  expect(tooMuch.step.facts[0]).toEqual({ kind: 'halted', rule })
  expect(tooMuch.step.effects).toEqual([{ kind: 'cancelAll' }])
  expect(desk.book.alerts.at(-1)).toMatchObject({ kind: 'halt', title: 'Trading is halted' })
  expect(desk.book.halted).toBe(rule)
  expect(desk.filled(desk.order(`${held}.2`), 5).step.facts).toEqual([])
  expect(desk.position(held).quantity).toBe(1)
})

test('a command in a book whose rules are missing is refused and halts', () => {
  const desk = new Desk().open()
  const { id } = desk.suggest()
  desk.book.rules = undefined
  const request = { id, via: 'click', edits: { quantity: 2 } } as const
  const { reply } = desk.send({ name: 'suggestion/modify', request })
  expect(reply).toEqual({
    ok: false,
    code: 'refused',
    message: 'Trading is halted: a rule of the program was broken.',
  })
  expect(desk.book.halted).toBe('Invariant: a session is open')
})

test('order keys count while they are armed, and become safe by themselves', () => {
  const desk = new Desk().open()
  const notArmed = { ok: false, code: 'keysNotArmed', message: 'order keys must be armed first' }
  const { id } = desk.suggest()
  expect(desk.accept(id, 'key').reply).toEqual(notArmed)
  desk.send({ name: 'keys/arm', request: { minutes: 1 } })
  expect(kinds(desk.send({ name: 'keys/disarm', request: {} }))).toEqual(['keysDisarmed'])
  expect(kinds(desk.send({ name: 'keys/disarm', request: {} }))).toEqual([])
  expect(desk.accept(id, 'key').reply).toEqual(notArmed)
  desk.send({ name: 'keys/arm', request: { minutes: 1 } })
  expect(desk.accept(id, 'key').reply.ok).toBe(true)
  expect(kinds(desk.beat({ time: desk.market.time + 60_000 }))).toContain('keysDisarmed')
  expect(desk.book.keysArmedUntil).toBeUndefined()
})
