import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import type { Fill, Order } from '../../core/portfolio/order.ts'

/** One line of what a broker did, with the wall clock beside session time. */
export type BrokerRecord =
  | { readonly kind: 'order'; readonly at: number; readonly order: Order }
  | { readonly kind: 'fill'; readonly at: number; readonly fill: Fill; readonly order: Order }

/** Where the simulated broker keeps its own truth, apart from ours, as a real broker does. */
export interface BrokerLog {
  /** Everything written so far. */
  read(): BrokerRecord[]
  /** Writes a line; it is on disk when this returns. */
  append(record: BrokerRecord): void
  close(): void
}

/** A log as a file of JSON lines, every line forced to disk. A last line that was cut off in a crash never happened. */
export function fileBrokerLog(file: string): BrokerLog {
  mkdirSync(dirname(file), { recursive: true })
  const records = existsSync(file) ? readRecords(file) : []
  const handle = openSync(file, 'a')
  return {
    read: () => records,
    append(record) {
      records.push(record)
      writeSync(handle, `${JSON.stringify(record)}\n`)
      fsyncSync(handle)
    },
    close: () => closeSync(handle),
  }
}

/** A log that is forgotten, for replays and tests. */
export function memoryBrokerLog(): BrokerLog {
  const records: BrokerRecord[] = []
  return { read: () => records, append: record => void records.push(record), close: () => undefined }
}

function readRecords(file: string): BrokerRecord[] {
  const text = readFileSync(file, 'utf8')
  const end = text.lastIndexOf('\n') + 1
  if (end < text.length) truncateSync(file, Buffer.byteLength(text.slice(0, end)))
  return text
    .slice(0, end)
    .split('\n')
    .flatMap((line, index) => (line === '' ? [] : [readRecord(file, line, index + 1)]))
}

function readRecord(file: string, line: string, number: number): BrokerRecord {
  try {
    return JSON.parse(line)
  } catch {
    throw new Error(`${file} must hold JSON in every line, line ${number} is damaged`)
  }
}
