import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ask, buildPeer, NATIVE } from './peers.ts'

/** Options of an expiry day with their prices and Greeks, or quotes with their volatilities, in quadruple precision. */
export interface Oracle {
  readonly count: number
  /** The column at a place; the order is that of native/peers/quadOracle.cpp. */
  column(place: number): Float64Array
}

/**
 * Asks the oracle for so many rows; the same seed gives the same rows. Where it cannot be built, the few hundred rows
 * that it gave once answer.
 */
export function askOracle(kind: 'european' | 'volatility', count: number, seed = 20_261_121): Oracle {
  const table = freshTable(kind, count, seed)
  if (table !== undefined)
    return { count, column: place => table.subarray(place * count, (place + 1) * count) }
  const lines = readFileSync(join(NATIVE, 'peers', `${kind}.csv`), 'utf8')
    .trim()
    .split('\n')
  const rows = lines.map(line => line.split(',').map(Number))
  return { count: rows.length, column: place => Float64Array.from(rows, row => row[place] ?? Number.NaN) }
}

function freshTable(kind: string, count: number, seed: number): Float64Array | undefined {
  const peer = buildPeer(
    'g++',
    ['peers/quadOracle.cpp'],
    ['-std=gnu++17', '-O2'],
    ['-lquadmath', '-lpthread'],
  )
  if ('absent' in peer) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'zerodte-oracle-'))
  const file = join(folder, 'rows')
  const answer = ask(peer.program, [kind, String(count), String(seed), file])
  const bytes = answer === undefined ? undefined : readFileSync(file)
  rmSync(folder, { recursive: true })
  return bytes && new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
}
