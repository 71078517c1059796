import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { CONDOR, OPEN_DESK, WIDE_LIMITS, orderOf, proposalOf } from '../../fixtures/trades.ts'
import type { Order } from '../portfolio/order.ts'
import { checkOpeningOrder, type Approved } from './checkOrder.ts'

const MAIN = join(dirname(fileURLToPath(import.meta.url)), '../..')

/** A broker's door: what passes it must have passed the gate. */
const submit = (order: Approved<Order>): string => order.id

function approvedOrder(): Approved<Order> {
  const proposal = proposalOf(CONDOR)
  const checked = checkOpeningOrder(orderOf(proposal), proposal, 0, OPEN_DESK, WIDE_LIMITS)
  if (!checked.ok) throw new Error(checked.failure.sentence)
  return checked.value
}

test('what the gate let through is an order that a broker takes', () => {
  const approved = approvedOrder()
  const order: Order = approved
  expect(submit(approved)).toBe(order.id)
})

test('the compiler refuses an order that was not checked, one that was changed, and a look-alike', () => {
  const order = orderOf(proposalOf(CONDOR))
  const approved = approvedOrder()
  const ids = [
    // @ts-expect-error an order that nobody checked
    submit(order),
    // @ts-expect-error an approved order with more lots is another order
    submit({ ...approved, quantity: 99 }),
    // @ts-expect-error an approved order with other legs is another order
    submit({ ...approved, legs: [] }),
    // @ts-expect-error nothing that is written down makes an approval
    submit({ ...order, isApproved: true }),
    // @ts-expect-error an approval of something else is none
    submit({ ...approved.walk, id: 'order-1' }),
  ]
  expect(ids).toEqual(['order-1', 'order-1', 'order-1', 'order-1', 'order-1'])
})

test('no file where orders are made or sent makes an approval by a cast, or looks away from the compiler', () => {
  const files = ['core', 'engine', 'adapters/execution', 'processes'].flatMap(room =>
    readdirSync(join(MAIN, room), { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map(file => `${room}/${file}`),
  )
  const casts = /\bas (?:Approved\b|never\b|any\b|unknown as\b)|@ts-(?:ignore|expect-error|nocheck)/
  const prose = /^\s*(?:\/?\*|\/\/(?! @ts)).*$/gm
  const forgers = files.filter(file => casts.test(readFileSync(join(MAIN, file), 'utf8').replace(prose, '')))
  expect(files.length).toBeGreaterThan(50)
  expect(forgers).toEqual(['core/risk/checkOrder.ts'])
})
