// Pulls the kill switch with the page closed, the database locked and the policy hung, and reads in the broker's own log
// how long it took until every open order was cancelled and everything was closed.
import { setTimeout as sleep } from 'node:timers/promises'
import type { BrokerRecord } from '../../adapters/execution/brokerLog.ts'
import type { Snapshot } from '../../contract/snapshot.ts'
import { isOpenOrder, type Order } from '../../core/portfolio/order.ts'
import { legKey } from '../../core/portfolio/structure.ts'
import { opensRisk } from '../../core/policy/action.ts'
import { openDrillDesk, type DrillDesk } from './drillDesk.ts'

const DATE = '2026-11-20'
const ROUNDS = 5
const MOST_DAYS = 25

const SLOWEST_CANCEL = 100
const PATIENCE = 25_000

let [rounds, good] = [0, 0]
for (let seed = 1; seed <= MOST_DAYS && rounds < ROUNDS; seed += 1) {
  const verdict = await drill(seed)
  if (verdict === 'notReady') continue
  rounds += 1
  if (verdict === 'good') good += 1
}
const isGood = good === ROUNDS
say(isGood ? 'The kill switch works with page, database and policy dead.' : 'NOT as wanted.')
process.exit(isGood ? 0 : 1)

/** One day: an order is open, a trade is held, everything is broken, the switch is pulled. */
async function drill(seed: number): Promise<'good' | 'bad' | 'notReady'> {
  const desk = await openDrillDesk({ date: DATE, seed, speed: 20 })
  try {
    const isReady = (await send(desk, 'best')) && (await hangPolicy(desk)) && hasOpenOrder(desk)
    if (!isReady) say(`day ${seed}: not both a position and an open order in time; another day`)
    if (!isReady) return 'notReady'
    await lockDatabase(desk)
    return (await pullTheSwitch(desk, seed)) ? 'good' : 'bad'
  } finally {
    await desk.end()
  }
}

/** Takes the next trade at the price that is paid at once; from that answer on the policy hangs, and the engine sees it. */
async function hangPolicy(desk: DrillDesk): Promise<boolean> {
  if (!(await send(desk, 'natural', () => desk.hangPolicy()))) return false
  const isLost = () =>
    snapshot(desk).then(({ lost }) => lost.some(({ dependency }) => dependency === 'policy'))
  if (!(await until(isLost))) throw new Error('the engine never noticed that the policy hangs')
  await desk.page.call('playback/set', { speed: 1 })
  return heldLegs(desk.brokerRecords()) > 0
}

/** Takes the next suggested trade, at the price that others pay at once or at one that nobody pays yet. */
async function send(
  desk: DrillDesk,
  price: 'natural' | 'best',
  before = (): void => undefined,
): Promise<boolean> {
  return until(async () => {
    const decision = (await snapshot(desk)).decisions.findLast(({ status }) => status === 'open')
    if (!decision?.proposal || !opensRisk(decision.action)) return false
    const { id, proposal } = decision
    const now = await desk.page.call('suggestion/preview', { id, edits: { quantity: proposal.quantity } })
    if (!now.ok) return false
    before()
    const limit = Math.floor(now.value.proposal.quote[price] * 100 + 1e-6) / 100
    return (await desk.page.call('suggestion/modify', { id, edits: { limit }, via: 'click' })).ok
  })
}

function hasOpenOrder(desk: DrillDesk): boolean {
  return ordersOf(desk.brokerRecords()).some(isOpenOrder)
}

/** Closes the page and locks the database, so that the switch is pulled while the last entries wait for the disk. */
async function lockDatabase(desk: DrillDesk): Promise<void> {
  desk.closePage()
  desk.lockDatabase()
  // Not at the best moment, but at any
  await sleep(500 * Math.random())
}

async function pullTheSwitch(desk: DrillDesk, seed: number): Promise<boolean> {
  const before = ordersOf(desk.brokerRecords()).filter(isOpenOrder)
  const held = heldLegs(desk.brokerRecords())
  const pulled = Date.now()
  void desk.cockpit.flatten()
  const flat = await until(() => Promise.resolve(isFlat(desk.brokerRecords())))
  const records = desk.brokerRecords()
  const slowest = Math.max(...before.map(order => cancelledAt(records, order) - pulled))
  const closed = Math.max(
    0,
    ...records.filter(record => record.kind === 'fill').map(record => record.at - pulled),
  )
  say(
    `day ${seed}: ${before.length} open orders cancelled after ${slowest} ms, ${held} contracts closed after ${closed} ms`,
  )
  return flat && before.length > 0 && held > 0 && slowest <= SLOWEST_CANCEL
}

async function snapshot(desk: DrillDesk): Promise<Snapshot> {
  const reply = await desk.page.call('snapshot/get', {})
  if (!reply.ok) throw new Error(reply.message)
  return reply.value
}

async function until(isSo: () => Promise<boolean>): Promise<boolean> {
  const began = Date.now()
  while (Date.now() - began < PATIENCE) {
    if (await isSo()) return true
    await sleep(20)
  }
  return false
}

/** Every order as the broker knows it last. */
function ordersOf(records: readonly BrokerRecord[]): Order[] {
  return [...new Map(records.map(({ order }) => [order.id, order])).values()]
}

function isFlat(records: readonly BrokerRecord[]): boolean {
  return heldLegs(records) === 0 && !ordersOf(records).some(isOpenOrder)
}

function cancelledAt(records: readonly BrokerRecord[], { id }: Order): number {
  return (
    records.find(({ order }) => order.id === id && order.status === 'cancelled')?.at ??
    Number.POSITIVE_INFINITY
  )
}

/** Contracts held, long and short alike, as the sum of all fills. */
function heldLegs(records: readonly BrokerRecord[]): number {
  const held = new Map<string, number>()
  for (const record of records) {
    if (record.kind !== 'fill') continue
    for (const leg of record.fill.legs) {
      held.set(legKey(leg), (held.get(legKey(leg)) ?? 0) + leg.ratio * record.fill.quantity)
    }
  }
  return [...held.values()].reduce((sum, count) => sum + Math.abs(count), 0)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
