import { failure, success, type Result } from '../../core/base/result.ts'

/** The header of a model file: facts about the model, and how many numbers of what width its weights have. */
export interface GgufHeader {
  readonly version: number
  /** Single values by name; of lists only how long they are is kept, as `name[]`. */
  readonly facts: ReadonlyMap<string, string | number | boolean>
  readonly parameters: number
  /** Bits that the format of most weights has by its name; undefined where it is not known. */
  readonly bits: number | undefined
}

/** Why a header could not be read; `isShort` where more bytes may help. */
export interface GgufProblem {
  readonly sentence: string
  readonly isShort: boolean
}

const MAGIC = 'GGUF'
const VERSIONS = new Set([2, 3])

/** More than any model has; a count above it is damage. */
const MOST_ENTRIES = 1_000_000
const MOST_DIMENSIONS = 8

/** Nominal bits of tensor types by their number in ggml.h. */
const BITS: ReadonlyMap<number, number> = new Map([
  [0, 32],
  [1, 16],
  [2, 4],
  [3, 4],
  [6, 5],
  [7, 5],
  [8, 8],
  [9, 8],
  [10, 2],
  [11, 3],
  [12, 4],
  [13, 5],
  [14, 6],
  [15, 8],
  [16, 2],
  [17, 2],
  [18, 3],
  [19, 1],
  [20, 4],
  [21, 3],
  [22, 2],
  [23, 4],
  [28, 64],
  [29, 1],
  [30, 16],
  [39, 4],
])

/**
 * Reads the header of a GGUF file (versions 2 and 3, little-endian; docs/gguf.md of the ggml repository) from its first bytes. Any
 * bytes may be given: what does not fit the format is a failure, and no count in it is trusted.
 */
export function readGgufHeader(bytes: Uint8Array): Result<GgufHeader, GgufProblem> {
  const cursor = createCursor(bytes)
  try {
    if (cursor.letters(4) !== MAGIC) return failure({ sentence: 'It is no GGUF file.', isShort: false })
    const version = cursor.u32()
    if (!VERSIONS.has(version))
      return failure({
        sentence: `It is a GGUF file of version ${version}, which is not read.`,
        isShort: false,
      })
    const tensors = cursor.count(MOST_ENTRIES)
    const entries = cursor.count(MOST_ENTRIES)
    const facts = new Map<string, string | number | boolean>()
    for (let entry = 0; entry < entries; entry += 1) readEntry(cursor, facts)
    return success({ version, facts, ...readTensors(cursor, tensors) })
  } catch (cause) {
    if (!(cause instanceof Unreadable)) throw cause
    return failure({ sentence: cause.message, isShort: cause.isShort })
  }
}

class Unreadable extends Error {
  readonly isShort: boolean

  constructor(message: string, isShort: boolean) {
    super(message)
    this.isShort = isShort
  }
}

function readEntry(cursor: Cursor, facts: Map<string, string | number | boolean>) {
  const name = cursor.text()
  const type = cursor.u32()
  if (type !== ARRAY) {
    facts.set(name, cursor.value(type))
    return
  }
  const inner = cursor.u32()
  const length = cursor.count(Number.MAX_SAFE_INTEGER)
  const width = WIDTHS[inner]
  if (inner === TEXT)
    for (let place = 0; place < length; place += 1) cursor.skip(cursor.count(Number.MAX_SAFE_INTEGER))
  else if (width !== undefined) cursor.skip(width * length)
  else throw new Unreadable(`The header has a list of an unknown type, ${inner}.`, false)
  facts.set(`${name}[]`, length)
}

function readTensors(cursor: Cursor, tensors: number): Pick<GgufHeader, 'parameters' | 'bits'> {
  const byType = new Map<number, number>()
  let parameters = 0
  for (let tensor = 0; tensor < tensors; tensor += 1) {
    cursor.skip(cursor.count(Number.MAX_SAFE_INTEGER))
    const dimensions = cursor.u32()
    if (dimensions > MOST_DIMENSIONS) throw new Unreadable(`A tensor has ${dimensions} dimensions.`, false)
    let numbers = 1
    for (let axis = 0; axis < dimensions; axis += 1) numbers *= cursor.count(Number.MAX_SAFE_INTEGER)
    const type = cursor.u32()
    cursor.skip(8)
    parameters += numbers
    byType.set(type, (byType.get(type) ?? 0) + numbers)
  }
  const [most] = [...byType].toSorted(([, one], [, other]) => other - one)
  return { parameters, bits: most && BITS.get(most[0]) }
}

/** Bytes of the values of a type, by its number in the format; texts and lists have no width. */
const WIDTHS: readonly (number | undefined)[] = [1, 1, 2, 2, 4, 4, 4, 1, undefined, undefined, 8, 8, 8]
const TEXT = 8
const ARRAY = 9

interface Cursor {
  skip(bytes: number): void
  letters(length: number): string
  u32(): number
  /** A number of 64 bits that counts something. */
  count(most: number): number
  text(): string
  value(type: number): string | number | boolean
}

function createCursor(bytes: Uint8Array): Cursor {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let place = 0
  function take(length: number): number {
    if (length > bytes.length - place) throw new Unreadable('The header is cut short.', true)
    const start = place
    place += length
    return start
  }
  function count(most: number): number {
    const value = view.getBigUint64(take(8), true)
    if (value > most) throw new Unreadable(`The header counts ${value} of something.`, false)
    return Number(value)
  }
  const letters = (length: number) => {
    const start = take(length)
    return Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString('utf8')
  }
  const readers: readonly (() => string | number | boolean)[] = [
    () => view.getUint8(take(1)),
    () => view.getInt8(take(1)),
    () => view.getUint16(take(2), true),
    () => view.getInt16(take(2), true),
    () => view.getUint32(take(4), true),
    () => view.getInt32(take(4), true),
    () => view.getFloat32(take(4), true),
    () => view.getUint8(take(1)) !== 0,
    () => letters(count(Number.MAX_SAFE_INTEGER)),
    () => '',
    () => Number(view.getBigUint64(take(8), true)),
    () => Number(view.getBigInt64(take(8), true)),
    () => view.getFloat64(take(8), true),
  ]
  return {
    skip: length => void take(length),
    letters,
    u32: () => view.getUint32(take(4), true),
    count,
    text: () => letters(count(Number.MAX_SAFE_INTEGER)),
    value(type) {
      const read = readers[type]
      if (!read || type === ARRAY)
        throw new Unreadable(`The header has a value of an unknown type, ${type}.`, false)
      return read()
    },
  }
}
