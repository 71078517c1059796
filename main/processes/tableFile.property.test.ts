import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { lateTables, withPutsPaying } from '../fixtures/sessionTables.ts'
import type { SessionTable } from '../training/sessionTable.ts'
import { decodeTable, encodeTable } from './tableFile.ts'

const ORIGIN = { madeBy: 'ab'.repeat(32), seed: 7 }
/** Where the digest, the length of the header and the header begin. */
const [DIGEST, LENGTH, HEADER] = [8, 40, 44]

let table: SessionTable
let bytes: Uint8Array
beforeAll(async () => {
  const [late] = await lateTables([1])
  if (!late) throw new Error('a table must be compiled')
  table = late
  bytes = encodeTable(table, ORIGIN)
})

const decode = (file: Uint8Array, origin = ORIGIN) => decodeTable(file, origin, table.plan)

/** The digest made right again, as somebody would who forges a file. */
function resealed(file: Uint8Array): Uint8Array {
  const copy = file.slice()
  copy.set(createHash('sha256').update(copy.subarray(LENGTH)).digest(), DIGEST)
  return copy
}

function headerEnd(file: Uint8Array): number {
  return HEADER + new DataView(file.buffer, file.byteOffset).getUint32(LENGTH, true)
}

/** The file with another header, its digest right. */
function withHeader(changes: object): Uint8Array {
  const end = headerEnd(bytes)
  const header: object = JSON.parse(new TextDecoder().decode(bytes.subarray(HEADER, end)))
  const text = new TextEncoder().encode(JSON.stringify({ ...header, ...changes }))
  const file = Uint8Array.from([...bytes.subarray(0, HEADER), ...text, ...bytes.subarray(end)])
  new DataView(file.buffer).setUint32(LENGTH, text.length, true)
  return resealed(file)
}

test('what is written is read again, bit by bit, prices in cents or not', () => {
  const { quotes } = table
  const inDollars = {
    ...quotes,
    scale: 1 as const,
    bid: Float64Array.from(quotes.bid, price => price / 100 + 1e-7),
    ask: Float64Array.from(quotes.ask, price => price / 100 + 1e-7),
  }
  for (const given of [table, withPutsPaying(table), { ...table, quotes: inDollars }]) {
    const written = encodeTable(given, ORIGIN)
    const read = decode(written)
    expect(read).toEqual({ ok: true, value: given })
    expect(read.ok && encodeTable(read.value, ORIGIN)).toEqual(written)
  }
})

test('whatever bit is turned, wherever it is cut or grown, the file is refused', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(7), (place, bit) => {
      const turned = bytes.slice()
      const index = place % bytes.length
      turned[index] = (turned[index] ?? 0) ^ (1 << bit)
      expect(decode(turned).ok).toBe(false)
      expect(decode(bytes.subarray(0, index)).ok).toBe(false)
      expect(decode(resealed(bytes.subarray(0, Math.max(index, HEADER)))).ok).toBe(false)
      expect(decode(resealed(Uint8Array.from([...bytes, bit]))).ok).toBe(false)
    }),
    { numRuns: 60 },
  )
})

test('a forged file is a table that can be played, or refused by a rule; it never breaks its reader', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }), changes => {
      const forged = bytes.slice()
      // Half of the changes hit the header and the columns just behind it
      for (const [place, value] of changes)
        forged[LENGTH + (place % (place % 2 === 0 ? 600 : bytes.length - LENGTH))] = value
      const read = decode(resealed(forged))
      const { quotes, decisions, openings } = read.ok ? read.value : table
      expect(quotes.bid.length).toBe(quotes.beats * quotes.rows)
      expect(decisions.beat.every(beat => beat >= 0 && beat < quotes.beats)).toBe(true)
      expect(openings.exitBeat.every(beat => beat >= -1 && beat < quotes.beats)).toBe(true)
      expect(openings.rows.every(row => row >= -1 && row < quotes.rows)).toBe(true)
    }),
    { numRuns: 150 },
  )
})

test('bytes of any kind are refused', () => {
  const named = Uint8Array.from(new TextEncoder().encode('ZDTETABL'))
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), noise => {
      expect(decode(noise).ok).toBe(false)
      expect(decode(Uint8Array.from([...named, ...noise])).ok).toBe(false)
      const file = Uint8Array.from([...named, ...new Uint8Array(32), ...noise])
      expect(decode(resealed(file)).ok).toBe(false)
    }),
  )
})

test.each([
  [{ version: 2 }, 'version must be 1, is 2'],
  [{ seed: 8 }, 'seed must be 7, is 8'],
  [{ madeBy: 'cd'.repeat(32) }, 'other code or other rules made it'],
  [{ beats: 3 }, 'the columns must be as long as the header says'],
  [{ strikes: 9_999_999, beats: 9_999_999 }, 'the columns must be as long as the header says'],
  [{ date: '2026-11-21' }, 'the columns must be as long as the header says'],
  [{ decisions: -1 }, /^header: decisions: /],
  [{ scale: 7 }, /^header: scale: /],
  [{ more: 1 }, /^header: the whole: /],
])('a header with %j is refused', (changes, rule) => {
  const read = decode(withHeader(changes))
  expect(read.ok ? 'read' : read.failure).toMatch(rule)
})

test('a column that points out of the table is named', () => {
  const openings = { ...table.openings, exitBeat: table.openings.exitBeat.map(() => table.quotes.beats) }
  expect(decode(encodeTable({ ...table, openings }, ORIGIN))).toEqual({
    ok: false,
    failure: 'openings.exitBeat must lie within the table',
  })
})
