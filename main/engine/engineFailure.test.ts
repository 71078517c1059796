import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Floor } from '../fixtures/floor.ts'
import type { CommandReply } from './book/step.ts'
import { heldPositions, openDecision, openOrders } from './book/book.ts'

// Deadlines and the pause before the disk is tried again pass at once
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout'], shouldAdvanceTime: true }))
afterEach(() => void vi.useRealTimers())

const FLATTEN = { name: 'killSwitch/flatten', request: { via: 'click', immediately: true } } as const

const SENT_ALL_THE_SAME = 'The database did not store it. What closes or cancels was sent all the same.'

/** Lets deadlines pass until everything but a disk that is away has come to rest. */
async function wait(milliseconds = 200): Promise<void> {
  for (let part = 0; part < 20; part += 1) {
    await vi.advanceTimersByTimeAsync(milliseconds / 20)
    for (let turn = 0; turn < 10; turn += 1) await new Promise(resolve => setImmediate(resolve))
  }
}

async function beat(floor: Floor, seconds = 1): Promise<void> {
  void floor.quote({ time: floor.shape.time + seconds * 1000 })
  await wait()
}

async function suggesting(): Promise<Floor> {
  return new Floor({ wish: 'sellIronCondor' }).open()
}

async function holding(): Promise<Floor> {
  const floor = await suggesting()
  await floor.send(yesTo(floor))
  await floor.pass(25)
  return floor
}

function yesTo(floor: Floor) {
  return { name: 'suggestion/accept', request: { id: floor.suggested.id, via: 'click' } } as const
}

function noTo(floor: Floor) {
  return { name: 'suggestion/reject', request: { id: floor.suggested.id, via: 'click' } } as const
}

test.each([
  ['well', 'fulfilled'],
  ['failing', 'rejected'],
] as const)(
  'with a policy that is %s, a decision is told of as it begins, and ends',
  async (state, status) => {
    const floor = new Floor({ wish: 'sellIronCondor' })
    floor.policy.state = state
    void floor.open()
    await wait()
    expect(await Promise.allSettled(floor.decisions)).toMatchObject([{ status }])
  },
)

test.each([
  ['failing', 'the policy thread died'],
  ['hung', 'no answer within 20 ms'],
] as const)('a policy that is %s makes no decision, and the screen is told why', async (state, reason) => {
  const floor = new Floor({ wish: 'sellIronCondor' })
  floor.policy.state = state
  void floor.open()
  await wait()
  expect(floor.engine.book.decisions.size).toBe(0)
  expect(floor.facts('dependencyLost')).toMatchObject([{ dependency: 'policy', reason }])
  expect(floor.facts('alerted').map(fact => fact.alert.kind)).toEqual(['policy'])
  await beat(floor, 60)
  expect(floor.facts('dependencyLost')).toHaveLength(1)

  floor.policy.state = 'well'
  await beat(floor, 60)
  expect(floor.facts('dependencyRestored')).toMatchObject([{ dependency: 'policy' }])
  expect(floor.suggested.action).toBe('sellIronCondor')
})

test('a policy that hangs while reasons are worked out gives no half decision', async () => {
  const floor = new Floor({ wish: 'sellIronCondor' })
  const answer = floor.policy.logits.bind(floor.policy)
  let asked = 0
  floor.policy.logits = (rows, count) =>
    (asked += 1) < 3 ? answer(rows, count) : new Promise(() => undefined)
  void floor.open()
  await wait()
  expect(asked).toBe(3)
  expect(floor.engine.book.decisions.size).toBe(0)
  expect(floor.engine.book.lost.get('policy')?.reason).toBe('no answer within 20 ms')
})

test('exits go on while the policy is away', async () => {
  const floor = await holding()
  floor.policy.state = 'hung'
  void floor.quote({ time: floor.shape.time + 60_000, volatility: 0.06, skew: 0.004 })
  await wait()
  for (let second = 0; second < 10; second += 1) await beat(floor)
  expect(heldPositions(floor.engine.book)).toEqual([])
  expect(floor.engine.book.lost.has('policy')).toBe(true)
})

test.each(['failing', 'hung'] as const)('a memory that is %s only leaves its reasons out', async state => {
  const floor = await suggesting()
  await floor.send({ name: 'suggestion/lapse', request: { id: floor.suggested.id, via: 'click' } })
  floor.memory.recall = () =>
    state === 'hung' ? new Promise(() => undefined) : Promise.reject(new Error('locked'))
  await beat(floor, 60)
  expect(floor.suggested.number).toBe(2)
  expect(floor.suggested.reasons.neighbours).toEqual([])
  expect(floor.suggested.reasons.unknown).toContain('Past cases: memory did not answer in time.')
})

test.each(['failing', 'hung'] as const)('a yes is not acknowledged by a memory that is %s', async state => {
  const floor = await suggesting()
  floor.memory.state = state
  let reply: CommandReply | undefined
  void floor.engine.send(yesTo(floor)).then(answer => (reply = answer))
  await wait(0)
  expect(reply === undefined).toBe(state === 'hung')
  expect(floor.facts('answered').length === 0).toBe(state === 'hung')
  await wait()
  expect(reply).toMatchObject({ ok: false, message: 'The database did not store it. Nothing was sent.' })
  expect(floor.log.read()).toEqual([])
  expect(floor.facts('orderChanged').at(-1)?.order).toMatchObject({
    status: 'rejected',
    note: 'not sent: the database did not store it',
  })
})

test('while memory is away no trade is suggested, and it comes back without loss', async () => {
  const floor = await suggesting()
  floor.memory.state = 'failing'
  void floor.engine.send(noTo(floor))
  await wait()
  expect(floor.facts('dependencyLost')).toMatchObject([
    { dependency: 'memory', reason: 'database is locked' },
  ])
  expect(openDecision(floor.engine.book)).toBeUndefined()
  const before = floor.engine.book.decisions.size
  await beat(floor, 60)
  await beat(floor, 60)
  expect(floor.engine.book.decisions.size).toBe(before)

  floor.memory.state = 'well'
  await wait(1500)
  expect(floor.engine.book.lost.size).toBe(0)
  expect(floor.memory.entries.map(entry => entry.sequence)).toEqual(floor.audits.map(audit => audit.sequence))
  await beat(floor, 60)
  expect(floor.suggested.action).toBe('sellIronCondor')
})

test('a trade that was suggested before memory went away is refused', async () => {
  const floor = await suggesting()
  floor.memory.state = 'failing'
  void floor.engine.send({ name: 'keys/arm', request: { minutes: 1 } })
  await wait()
  const reply = await floor.engine.send(yesTo(floor))
  expect(reply).toMatchObject({ ok: false, code: 'refused' })
  expect(reply.ok ? '' : reply.message).toMatch(/^Risk: /)
  expect(floor.suggested.status).toBe('open')
  expect(floor.log.read()).toEqual([])
})

test('the kill switch cancels at once and closes with memory and policy hung', async () => {
  const floor = await holding()
  await floor.pass(40)
  const second = yesTo(floor)
  await floor.send(second)
  expect(openOrders(floor.engine.book).map(order => order.purpose)).toEqual(['open'])
  floor.memory.state = 'hung'
  floor.policy.state = 'hung'
  const replied = floor.engine.send(FLATTEN)
  await wait(0)
  expect(openOrders(floor.engine.book)).toEqual([])
  const cancelled = floor.log.read().filter(record => record.order.status === 'cancelled')
  expect(cancelled.map(record => record.order.id)).toEqual([`${second.request.id}.1`])
  expect(heldPositions(floor.engine.book)).toEqual([])
  await wait()
  expect(await replied).toMatchObject({ ok: false, message: SENT_ALL_THE_SAME })
})

test('the kill switch goes before everything that waits', async () => {
  const floor = await holding()
  const order: string[] = []
  const arm = { name: 'keys/arm', request: { minutes: 1 } } as const
  const keys = floor.engine.send(arm).then(() => order.push('keys'))
  const kill = floor.engine.send(FLATTEN).then(() => order.push('flatten'))
  await Promise.all([keys, kill])
  expect(order).toEqual(['flatten', 'keys'])
})

test('a position is closed by hand while memory is away, and the reply says that it was sent', async () => {
  const floor = await holding()
  const [held] = heldPositions(floor.engine.book)
  floor.memory.state = 'failing'
  const close = { id: held?.decision ?? '', via: 'click' } as const
  const replied = floor.engine.send({ name: 'position/close', request: close })
  await wait()
  expect(heldPositions(floor.engine.book)).toEqual([])
  expect(await replied).toMatchObject({ ok: false, message: SENT_ALL_THE_SAME })
})

test('keeping positions within a second of the kill switch leaves them, with their orders cancelled', async () => {
  const floor = await holding()
  await floor.send({ name: 'killSwitch/flatten', request: { via: 'click', immediately: false } })
  expect(await floor.send({ name: 'killSwitch/keep', request: { via: 'click' } })).toMatchObject({ ok: true })
  await beat(floor, 2)
  expect(heldPositions(floor.engine.book)).toHaveLength(1)
  expect(floor.engine.book.flattening).toBeUndefined()
})

test('an old market asks for no decision and lets no trade through', async () => {
  const floor = await suggesting()
  void floor.beat(floor.shape.time + 30_000)
  await wait()
  const reply = await floor.send(yesTo(floor))
  expect(reply.ok ? '' : reply.message).toMatch(/^Risk: .*old/)
  const before = floor.engine.book.decisions.size
  void floor.beat(floor.shape.time + 180_000)
  await wait()
  expect(openDecision(floor.engine.book)).toBeUndefined()
  expect(floor.engine.book.decisions.size).toBe(before)
})

test('an order that waits for the disk never leaves once the kill switch was pulled', async () => {
  const floor = await suggesting()
  const append = floor.memory.append.bind(floor.memory)
  const { promise: written, resolve: letWrite } = Promise.withResolvers<void>()
  floor.memory.append = entries => written.then(() => append(entries))
  const yes = floor.engine.send(yesTo(floor))
  await Promise.resolve()
  await Promise.resolve()
  expect(openOrders(floor.engine.book)).toHaveLength(1)
  void floor.engine.send(FLATTEN)
  await Promise.resolve()
  letWrite()
  expect((await yes).ok).toBe(true)
  await floor.engine.settled()
  expect(floor.log.read()).toEqual([])
  expect(openOrders(floor.engine.book)).toEqual([])
  expect(floor.facts('orderChanged').at(-1)?.order).toMatchObject({
    status: 'rejected',
    note: 'not sent: cancelled before it left',
  })
})

test('a yes that stands in line with the kill switch behind it is refused', async () => {
  const floor = await suggesting()
  const replies = [floor.engine.send(yesTo(floor)), floor.engine.send(FLATTEN)]
  expect((await Promise.all(replies)).map(reply => reply.ok)).toEqual([false, true])
  await wait()
  expect(floor.log.read()).toEqual([])
  expect(floor.suggested.status).toBe('open')
})

test('a listener that breaks stops trading, and the others hear on', async () => {
  const floor = await suggesting()
  floor.engine.onAudit(() => {
    throw new Error('the page could not be told')
  })
  const heard: number[] = []
  floor.engine.onAudit(audit => void heard.push(audit.sequence))
  await floor.send(noTo(floor))
  await floor.pass(2)
  expect(floor.engine.book.halted).toBe('the page could not be told')
  expect(heard).toContain(floor.engine.sequence)
  expect(floor.memory.entries.at(-1)?.sequence).toBe(floor.engine.sequence)
})

test('a rule that was found broken outside of the engine stops trading, and is recorded', async () => {
  const floor = await suggesting()
  floor.engine.post({ kind: 'failed', time: floor.engine.time, rule: 'the kernels computed wrong' })
  await floor.pass(1)
  expect(floor.facts('halted')).toMatchObject([{ rule: 'the kernels computed wrong' }])
  expect(await floor.engine.send(yesTo(floor))).toMatchObject({ ok: false })
})

test('a decision slower than the trader wants to wait is told', async () => {
  const floor = await suggesting()
  const rules = [{ kind: 'latency', isOn: true, threshold: 0 }]
  await floor.send({ name: 'alerts/setRules', request: { rules } })
  await floor.send(noTo(floor))
  expect(floor.facts('alerted').map(({ alert }) => alert.kind)).toEqual(['latency'])
})
