// What two processes saw, compared by neither of them. Encodings are those of `encode.py`: nested JSON lists whose first element says
// what they are.

/** How alike two values are. */
export type Comparison =
  /** `worst` is the largest relative difference among floats; zero where all bits are the same. */
  | { readonly ok: true; readonly worst: number }
  /** Where they part, `result[3].delta`, and how. */
  | { readonly ok: false; readonly where: string; readonly how: string }

/** How far floats may differ: not at all, or relative to their size, with a floor for what sums to about nothing. */
export interface Allowance {
  readonly relative: number
  /** Largest number among arguments and results; differences under `floor` of it are rounding. */
  readonly scale: number
}

/** What tolerance a candidate gets that says it adds up in another order. */
export const RELATIVE_ALLOWED = 1e-9
const FLOOR = 1e-12
/** What counts as the relative difference of numbers that differ by rounding alone. */
const ROUNDING = 2 ** -53

/** Compares two encodings; without an allowance floats must be the same to the bit, NaN being NaN. */
export function compareEncodings(
  before: unknown,
  after: unknown,
  where: string,
  allowance?: Allowance,
): Comparison {
  return new Comparer(allowance).compare(before, after, where)
}

/** The largest finite number in an encoding, for the floor of a comparison. */
export function scaleOf(encoding: unknown): number {
  if (!Array.isArray(encoding)) return 0
  const numbers = floatsOf(encoding)
  if (numbers !== undefined) {
    let most = 0
    for (const number of numbers) if (Number.isFinite(number)) most = Math.max(most, Math.abs(number))
    return most
  }
  if (encoding[0] === 'int') return Math.min(Math.abs(Number(encoding[1])), Number.MAX_VALUE)
  return encoding.reduce((most: number, part) => Math.max(most, scaleOf(part)), 0)
}

class Comparer {
  readonly #allowance: Allowance | undefined
  #worst = 0

  constructor(allowance: Allowance | undefined) {
    this.#allowance = allowance
  }

  compare(before: unknown, after: unknown, where: string): Comparison {
    const problem = this.#differ(before, after, where)
    return problem ?? { ok: true, worst: this.#worst }
  }

  /** Where two encodings part; undefined where they do not. */
  #differ(before: unknown, after: unknown, where: string): (Comparison & { readonly ok: false }) | undefined {
    if (!Array.isArray(before) || !Array.isArray(after)) {
      return Object.is(before, after) ? undefined : differs(where, `${shown(before)} became ${shown(after)}`)
    }
    const [tag] = before
    const pair = this.#allowance === undefined ? undefined : numberPair(before, after)
    if (pair !== undefined) return this.#floats(pair[0], pair[1], where)
    if (tag === 'cut' || after[0] === 'cut') return differs(where, 'it is too large to compare')
    if (typeof tag === 'string' && FLOATS.has(tag) && tag === after[0])
      return this.#floats(before, after, where)
    if (typeof tag === 'string' && tag !== after[0])
      return differs(where, `${nameOf(before)} became ${nameOf(after)}`)
    if (before.length !== after.length) return differs(where, `${before.length} parts became ${after.length}`)
    for (let place = 0; place < before.length; place += 1) {
      const problem = this.#differ(before[place], after[place], placeName(before, place, where))
      if (problem !== undefined) return problem
    }
    return undefined
  }

  #floats(
    before: readonly unknown[],
    after: readonly unknown[],
    where: string,
  ): (Comparison & { readonly ok: false }) | undefined {
    const head = (it: readonly unknown[]) => JSON.stringify(it.slice(0, -1))
    // A scalar float carries its bits last, everything else its type, dtype and shape first
    if (before.length > 2 && before[0] !== 'complex' && head(before) !== head(after))
      return differs(where, `${nameOf(before)} became ${nameOf(after)}`)
    if (before.at(-1) === after.at(-1) && before[1] === after[1]) return undefined
    const one = floatsOf(before)
    const other = floatsOf(after)
    if (one === undefined || other === undefined) return differs(where, 'its content changed')
    if (one.length !== other.length) return differs(where, `${one.length} became ${other.length} elements`)
    for (let place = 0; place < one.length; place += 1) {
      const [first = Number.NaN, second = Number.NaN] = [one[place], other[place]]
      if (!this.#isSame(first, second))
        return differs(
          one.length === 1 ? where : `${where}[${place}]`,
          `${numberShown(first)} became ${numberShown(second)}`,
        )
    }
    return undefined
  }

  #isRounding(): boolean {
    this.#worst = Math.max(this.#worst, ROUNDING)
    return true
  }

  #isSame(before: number, after: number): boolean {
    if (Object.is(before, after)) return true
    if (this.#allowance === undefined || Number.isNaN(before) || Number.isNaN(after)) return false
    // Zero and minus zero: the same but for rounding
    if (before === after) return this.#isRounding()
    if (!Number.isFinite(before) || !Number.isFinite(after)) return false
    const difference = Math.abs(before - after)
    if (difference <= FLOOR * this.#allowance.scale) return this.#isRounding()
    const relative = difference / Math.max(Math.abs(before), Math.abs(after))
    this.#worst = Math.max(this.#worst, relative)
    return relative <= this.#allowance.relative
  }
}

/**
 * NumPy's 64-bit float is a Python float by inheritance, and rows of frames are full of them: where a candidate may differ in the last
 * digits, the two count as one. Both encodings, told as floats; undefined where one of them is not, or nothing is to be told anew.
 */
function numberPair(
  before: readonly unknown[],
  after: readonly unknown[],
): readonly [readonly unknown[], readonly unknown[]] | undefined {
  if (before[0] === after[0] && before[0] !== 'items') return undefined
  const one = plainFloats(before)
  const other = plainFloats(after)
  return one !== undefined && other !== undefined && one[0] === other[0] && one.length === other.length
    ? [one, other]
    : undefined
}

function plainFloats(encoding: readonly unknown[]): readonly unknown[] | undefined {
  const [tag, type, rest] = encoding
  if (tag === 'float' || tag === 'floats') return encoding
  if (tag === 'scalar' && type === 'numpy.float64') {
    const [value = Number.NaN] = floatsOf(encoding) ?? []
    return ['float', toBits(value)]
  }
  if (tag !== 'items' || !Array.isArray(rest)) return undefined
  const numbers: number[] = []
  for (const part of rest) {
    const plain: readonly unknown[] | undefined = Array.isArray(part) ? plainFloats(part) : undefined
    if (plain?.[0] !== 'float') return undefined
    numbers.push(fromBits(plain[1]))
  }
  return ['floats', type, Buffer.from(Float64Array.from(numbers).buffer).toString('base64')]
}

function toBits(value: number): string {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleBE(value)
  return Number.isNaN(value) ? 'nan' : bytes.toString('hex')
}

const FLOATS = new Set(['float', 'floats', 'array', 'scalar', 'complex'])

/** The numbers of an encoding of floats; undefined where it is of something else. */
function floatsOf(encoding: readonly unknown[]): readonly number[] | Float64Array | Float32Array | undefined {
  const [tag, first] = encoding
  const last = encoding.at(-1)
  if (tag === 'float') return [fromBits(first)]
  if (tag === 'complex') return [fromBits(first), fromBits(last)]
  if (tag === 'floats') return numbersOf('<f8', last)
  if (tag === 'array') return numbersOf(first, last)
  if (tag === 'scalar') return last === 'nan' ? [Number.NaN] : numbersOf(encoding[2], last)
  return undefined
}

function fromBits(text: unknown): number {
  if (typeof text !== 'string' || text === 'nan' || !/^[0-9a-f]{16}$/.test(text)) return Number.NaN
  return Buffer.from(text, 'hex').readDoubleBE()
}

/** Floats out of base64 in the byte order of this machine, which is little; integers, dates and texts are no floats. */
function numbersOf(dtype: unknown, text: unknown): Float64Array | Float32Array | undefined {
  if (typeof text !== 'string') return undefined
  // A view must begin on its own boundary, which a buffer out of the pool need not
  const bytes = new Uint8Array(Buffer.from(text, 'base64'))
  if (dtype === '<f8' || dtype === '<c16')
    return new Float64Array(bytes.buffer, 0, Math.floor(bytes.length / 8))
  if (dtype === '<f4') return new Float32Array(bytes.buffer, 0, Math.floor(bytes.length / 4))
  return undefined
}

function placeName(encoding: readonly unknown[], place: number, where: string): string {
  const [tag] = encoding
  if (typeof tag !== 'string') return `${where}[${place}]`
  if (tag === 'frame' || tag === 'series')
    return `${where}.${place === 1 && tag === 'frame' ? 'index' : place === 2 && tag === 'frame' ? 'columns' : 'values'}`
  return where
}

function nameOf(encoding: readonly unknown[]): string {
  const [tag, type, more] = encoding
  if (tag === 'array' || tag === 'objects') return `an array of ${shown(type)} ${JSON.stringify(more)}`
  if (tag === 'int' || tag === 'float' || tag === 'str' || tag === 'bool' || tag === 'none')
    return tag === 'none' ? 'None' : `${tag} ${tag === 'float' ? fromBits(type) : shown(type)}`
  if (tag === 'floats' || tag === 'items') return shown(type)
  return `${shown(tag)} ${shown(type)}`
}

/** A number with its sign, that of zero too. */
function numberShown(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}

function differs(where: string, how: string): Comparison & { readonly ok: false } {
  return { ok: false, where, how }
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text === undefined ? 'nothing' : text.length > 60 ? `${text.slice(0, 60)}…` : text
}
