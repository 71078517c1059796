import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../fixtures/folder.ts'
import { PUT_VERTICAL, orderOf, proposalOf } from '../../fixtures/trades.ts'
import { Venue } from '../../fixtures/venue.ts'
import type { Order } from '../../core/portfolio/order.ts'
import type { Approved } from '../../core/risk/checkOrder.ts'
import { fileBrokerLog } from './brokerLog.ts'

/** A log of three orders: one filled in two parts, one cancelled, one working under a name of many bytes. */
function writtenLog(folder: string): string {
  const file = join(folder, 'below', 'broker.jsonl')
  const log = fileBrokerLog(file)
  const venue = new Venue({ log }).open()
  const sizes = { bidSize: 1, askSize: 9 }
  const short = { right: 'put' as const, strike: 686, bid: 0.9, ask: 0.94, ...sizes }
  const long = { right: 'put' as const, strike: 683, bid: 0.44, ask: 0.5, ...sizes }
  venue.show([short, long])
  const send = (id: string, limit: number) =>
    venue.broker.submit(orderOf(proposalOf(PUT_VERTICAL), { id, limit, quantity: 2 }) as Approved<Order>)
  send('filled', 0.4)
  venue.show([short]).pass(100)
  send('cancelled', 0.5)
  venue.broker.cancel('cancelled')
  send('größer als 😀', 0.5)
  log.close()
  return file
}

test('what was written is read again, line by line', () => {
  const file = writtenLog(temporaryFolder())
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  const records = fileBrokerLog(file).read()
  expect(records).toEqual(lines.map(line => JSON.parse(line)))
  expect(records.map(({ kind, order }) => `${kind} ${order.id} ${order.status}`)).toEqual([
    'order filled working',
    'fill filled working',
    'fill filled filled',
    'order cancelled working',
    'order cancelled cancelled',
    'order größer als 😀 working',
  ])
})

test('cut anywhere, the log holds the lines that were whole, and goes on from there', () => {
  const folder = temporaryFolder()
  const bytes = readFileSync(writtenLog(folder))
  const all = fileBrokerLog(join(folder, 'below', 'broker.jsonl')).read()
  const file = join(folder, 'cut.jsonl')
  for (let size = 0; size <= bytes.length; size += size % 13 === 0 ? 7 : 16) {
    writeFileSync(file, bytes.subarray(0, size))
    const whole = bytes.subarray(0, size).filter(byte => byte === 10).length
    const log = fileBrokerLog(file)
    expect(log.read()).toEqual(all.slice(0, whole))
    const last = all.at(-1)
    if (last) log.append(last)
    log.close()
    const again = fileBrokerLog(file)
    expect(again.read()).toEqual([...all.slice(0, whole), last])
    again.close()
  }
})

test('a broker that died anywhere starts with the orders and fills of the whole lines', () => {
  const folder = temporaryFolder()
  const bytes = readFileSync(writtenLog(folder))
  const file = join(folder, 'cut.jsonl')
  const expected = [
    [[], 0],
    [['filled working'], 0],
    [['filled working'], 1],
    [['filled filled'], 2],
    [['filled filled', 'cancelled working'], 2],
    [['filled filled', 'cancelled cancelled'], 2],
    [['filled filled', 'cancelled cancelled', 'größer als 😀 working'], 2],
  ]
  for (let size = 0; size <= bytes.length; size += 41) {
    writeFileSync(file, bytes.subarray(0, size))
    const whole = bytes.subarray(0, size).filter(byte => byte === 10).length
    const venue = new Venue({ log: fileBrokerLog(file) })
    venue.broker.connect(venue.time)
    const [known] = venue.said('reconciled')
    expect([known?.orders.map(order => `${order.id} ${order.status}`), known?.fills.length]).toEqual(
      expected[whole],
    )
    venue.log.close()
  }
})

test('every line is on disk when it is written', () => {
  const file = join(temporaryFolder(), 'broker.jsonl')
  const log = fileBrokerLog(file)
  const order = orderOf(proposalOf(PUT_VERTICAL))
  const sizes = [0, 1, 2].map(at => {
    log.append({ kind: 'order', at, order })
    return statSync(file).size
  })
  const line = Buffer.byteLength(`${JSON.stringify({ kind: 'order', at: 0, order })}\n`)
  expect(sizes).toEqual([line, 2 * line, 3 * line])
  log.close()
})

test('a line that is damaged in the middle is named, and the file is left as it is', () => {
  const file = writtenLog(temporaryFolder())
  const lines = readFileSync(file, 'utf8').split('\n')
  lines[2] = (lines[2] ?? '').slice(0, 40)
  writeFileSync(file, lines.join('\n'))
  expect(() => fileBrokerLog(file)).toThrow(`${file} must hold JSON in every line, line 3 is damaged`)
  expect(readFileSync(file, 'utf8')).toBe(lines.join('\n'))
})
