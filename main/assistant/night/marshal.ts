import { failure, success, type Result } from '../../core/base/result.ts'

/** A value of Python's marshal format, as far as profiles use it. A dictionary is its entries, since its keys are tuples. */
export type MarshalValue =
  | number
  | bigint
  | string
  | boolean
  | undefined
  | Uint8Array
  | readonly MarshalValue[]
  | MarshalDictionary

/** A dictionary: its entries in the order in which they were written. */
export interface MarshalDictionary {
  readonly entries: readonly (readonly [MarshalValue, MarshalValue])[]
}

/** Nothing that a profiler writes is nested as deep. */
const DEEPEST = 50
const REFERENCE_FLAG = 0x80

/**
 * Decodes one value of Python's marshal format, versions 0 to 4 (Python/marshal.c of CPython). Code objects are not decoded;
 * nothing is ever run. Fails with a reason for bytes that are cut off, of another form, or have something behind the value.
 */
export function decodeMarshal(bytes: Uint8Array): Result<MarshalValue, string> {
  const reader = new MarshalReader(bytes)
  try {
    const value = reader.read(0)
    return reader.isAtEnd ? success(value) : failure('there are bytes behind the value')
  } catch (cause) {
    if (cause instanceof Malformed) return failure(cause.message)
    throw cause
  }
}

/** Thrown inside, and told as a value outside. */
class Malformed extends Error {}

const END = Symbol('end of a dictionary')

class MarshalReader {
  readonly #view: DataView
  readonly #bytes: Uint8Array
  readonly #references: (MarshalValue | typeof END)[] = []
  #place = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get isAtEnd(): boolean {
    return this.#place === this.#bytes.length
  }

  read(depth: number): MarshalValue {
    const value = this.#readOrEnd(depth)
    if (value === END) throw new Malformed('a dictionary ends where none began')
    return value
  }

  #readOrEnd(depth: number): MarshalValue | typeof END {
    if (depth > DEEPEST) throw new Malformed('it is nested too deep')
    const code = this.#byte()
    const type = String.fromCharCode(code & ~REFERENCE_FLAG)
    if (type === 'r') return this.#reference()
    // Its number is given before what is in it is read
    const slot = (code & REFERENCE_FLAG) === 0 ? -1 : this.#references.push(undefined) - 1
    const value = this.#valueOf(type, depth)
    if (slot >= 0) this.#references[slot] = value
    return value
  }

  #valueOf(type: string, depth: number): MarshalValue | typeof END {
    switch (type) {
      case '0':
        return END
      case 'N':
        return undefined
      case 'T':
        return true
      case 'F':
        return false
      case 'i':
        return this.#view.getInt32(this.#skip(4), true)
      case 'l':
        return this.#long()
      case 'g':
        return this.#view.getFloat64(this.#skip(8), true)
      case 'f':
        return Number(this.#text(this.#byte(), 'latin1'))
      case 's':
        return this.#slice(this.#size())
      case 'u':
      case 't':
        return this.#text(this.#size(), 'utf-8')
      case 'a':
      case 'A':
        return this.#text(this.#size(), 'latin1')
      case 'z':
      case 'Z':
        return this.#text(this.#byte(), 'latin1')
      case ')':
        return this.#many(this.#byte(), depth)
      case '(':
      case '[':
      case '<':
      case '>':
        return this.#many(this.#size(), depth)
      case '{':
        return this.#dictionary(depth)
      default:
        throw new Malformed(`there is no value of type ${JSON.stringify(type)}`)
    }
  }

  #many(count: number, depth: number): MarshalValue[] {
    // A value takes a byte at least
    if (count > this.#bytes.length - this.#place) throw new Malformed('it is cut off')
    return Array.from({ length: count }, () => this.read(depth + 1))
  }

  #dictionary(depth: number): MarshalDictionary {
    const entries: (readonly [MarshalValue, MarshalValue])[] = []
    for (;;) {
      const key = this.#readOrEnd(depth + 1)
      if (key === END) return { entries }
      entries.push([key, this.read(depth + 1)])
    }
  }

  #reference(): MarshalValue | typeof END {
    const value = this.#references[this.#view.getUint32(this.#skip(4), true)]
    if (value === undefined) throw new Malformed('it refers to what is not there')
    return value
  }

  /** A whole number in digits of 15 bits, the sign in their count. */
  #long(): bigint {
    const count = this.#view.getInt32(this.#skip(4), true)
    const digits = Math.abs(count)
    if (digits * 2 > this.#bytes.length - this.#place) throw new Malformed('it is cut off')
    let value = 0n
    for (let digit = 0; digit < digits; digit += 1)
      value |= BigInt(this.#view.getUint16(this.#skip(2), true)) << BigInt(15 * digit)
    return count < 0 ? -value : value
  }

  #text(length: number, encoding: 'latin1' | 'utf-8'): string {
    return new TextDecoder(encoding).decode(this.#slice(length))
  }

  #slice(length: number): Uint8Array {
    const start = this.#skip(length)
    return this.#bytes.subarray(start, start + length)
  }

  #size(): number {
    const size = this.#view.getInt32(this.#skip(4), true)
    if (size < 0) throw new Malformed('a length is negative')
    return size
  }

  #byte(): number {
    return this.#view.getUint8(this.#skip(1))
  }

  /** The place of so many bytes, which are then behind. */
  #skip(count: number): number {
    const start = this.#place
    if (start + count > this.#bytes.length) throw new Malformed('it is cut off')
    this.#place += count
    return start
  }
}
