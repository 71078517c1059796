import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Floor } from '../fixtures/floor.ts'
import type { Command } from '../contract/commands.ts'
import { fromText, toText } from '../core/base/plainText.ts'
import { contractsFromFills, contractsFromPositions } from '../core/portfolio/position.ts'
import { DEFAULT_LIMITS } from '../core/risk/limits.ts'
import { heldPositions } from './book/book.ts'
import { snapshotOf } from './views/snapshotOf.ts'

/** What a trader and a market do to each other, one thing after another. */
type Deed =
  | { readonly kind: 'pass'; readonly seconds: number }
  | { readonly kind: 'move'; readonly dollars: number; readonly volatility: number }
  | { readonly kind: 'wish'; readonly action: 'noTrade' | 'sellIronCondor' | 'sellPutVertical15' | 'close' }
  | { readonly kind: 'answer'; readonly name: 'suggestion/accept' | 'suggestion/reject' | 'suggestion/lapse' }
  | { readonly kind: 'close' }
  | { readonly kind: 'flatten'; readonly immediately: boolean }

const anyDeed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('pass'), seconds: fc.constantFrom(1, 5, 25, 65) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('move'),
      dollars: fc.double({ min: -1.5, max: 1.5, noNaN: true }),
      volatility: fc.double({ min: 0.08, max: 0.3, noNaN: true }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('wish'),
      action: fc.constantFrom('noTrade', 'sellIronCondor', 'sellPutVertical15', 'close'),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('answer'),
      name: fc.constantFrom(
        'suggestion/accept',
        'suggestion/accept',
        'suggestion/reject',
        'suggestion/lapse',
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('close') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('flatten'), immediately: fc.boolean() }) },
)

const anyDay = fc.array(anyDeed, { minLength: 4, maxLength: 14 })

async function lived(deeds: readonly Deed[]): Promise<Floor> {
  const floor = await new Floor({ wish: 'sellIronCondor' }).open()
  for (const deed of deeds) await live(floor, deed)
  return floor
}

async function live(floor: Floor, deed: Deed): Promise<void> {
  switch (deed.kind) {
    case 'pass':
      return floor.pass(deed.seconds)
    case 'move': {
      const { time, spot } = floor.shape
      const moved = Math.round((spot + deed.dollars) * 100) / 100
      return floor.quote({ time: time + 1000, spot: moved, volatility: deed.volatility })
    }
    case 'wish':
      floor.policy.wish = deed.action
      return
    default: {
      const command = commandOf(floor, deed)
      if (command) await floor.send(command)
    }
  }
}

function commandOf(floor: Floor, deed: Deed): Command | undefined {
  const open = [...floor.engine.book.decisions.values()].find(decision => decision.status === 'open')
  const [held] = heldPositions(floor.engine.book)
  if (deed.kind === 'answer') return open && { name: deed.name, request: { id: open.id, via: 'click' } }
  if (deed.kind === 'close')
    return held && { name: 'position/close', request: { id: held.decision, via: 'click' } }
  if (deed.kind !== 'flatten') return undefined
  return { name: 'killSwitch/flatten', request: { via: 'click', immediately: deed.immediately } }
}

function seen(floor: Floor): string {
  return toText({ ...snapshotOf(floor.engine, { notices: [], shell: 'web' }), bars: [] })
}

test('whatever is done, positions are the sum of fills, the audits have no gap and no rule is broken', async () => {
  await fc.assert(
    fc.asyncProperty(anyDay, async deeds => {
      const floor = await lived(deeds)
      const { book } = floor.engine
      expect(book.halted).toBeUndefined()
      expect(contractsFromPositions(book.positions.values())).toEqual(contractsFromFills(book.fills))
      expect(floor.audits.map(audit => audit.sequence)).toEqual(floor.audits.map((_, index) => index + 1))
      expect(floor.audits.every((audit, index) => audit.time >= (floor.audits[index - 1]?.time ?? 0))).toBe(
        true,
      )
      for (const order of book.orders.values()) {
        const filled = book.fills.filter(fill => fill.order === order.id)
        expect(filled.reduce((sum, fill) => sum + fill.quantity, 0)).toBe(order.filled)
        expect(order.filled).toBeLessThanOrEqual(order.quantity)
      }
    }),
    { numRuns: 8 },
  )
}, 60_000)

test('whatever is done, no order reached the broker that nobody accepted or that no exit asked for', async () => {
  await fc.assert(
    fc.asyncProperty(anyDay, async deeds => {
      const floor = await lived(deeds)
      const yes = new Set(
        floor
          .facts('answered')
          .map(fact => fact.decision)
          .filter(isYes)
          .map(each => each.id),
      )
      const placed = new Set(floor.facts('orderPlaced').map(fact => fact.order.id))
      for (const { order } of floor.log.read()) {
        expect(placed).toContain(order.id)
        expect(yes).toContain(order.decision)
      }
      const open = heldPositions(floor.engine.book)
      expect(open.length).toBeLessThanOrEqual(DEFAULT_LIMITS.openStructures)
      expect(open.every(position => position.quantity <= DEFAULT_LIMITS.lotsPerOrder)).toBe(true)
    }),
    { numRuns: 6 },
  )
}, 60_000)

test('whatever is done, the ledger gives it back, and a second life is the same byte for byte', async () => {
  await fc.assert(
    fc.asyncProperty(anyDay, async deeds => {
      const floor = await lived(deeds)
      const after = new Floor({ log: floor.log })
      after.engine.recover(floor.memory.entries.map(entry => fromText(toText(entry))))
      expect(seen(after)).toBe(seen(floor))
      const again = await lived(deeds)
      expect(toText(again.audits)).toBe(toText(floor.audits))
    }),
    { numRuns: 4 },
  )
}, 60_000)

test('whatever was done, the kill switch leaves nothing held and nothing working', async () => {
  await fc.assert(
    fc.asyncProperty(anyDay, async deeds => {
      const floor = await lived(deeds)
      floor.policy.wish = 'noTrade'
      await floor.send({ name: 'killSwitch/flatten', request: { via: 'click', immediately: true } })
      await floor.pass(8)
      const { book } = floor.engine
      expect(heldPositions(book)).toEqual([])
      expect([...book.orders.values()].filter(order => order.status === 'working')).toEqual([])
      expect(book.flattening).toBeUndefined()
    }),
    { numRuns: 6 },
  )
}, 60_000)

function isYes(decision: { readonly answer?: { readonly kind: string } }): boolean {
  return decision.answer?.kind === 'accepted'
}
