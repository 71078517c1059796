import { createHash } from 'node:crypto'
import type { WordTable } from './bm25.ts'
import type { Kept } from './kept.ts'

// The words of ten thousand functions take half a second to count; read again they take a few hundredths. A number is never given to
// another text, so that the number of a function says which text was counted.

/** The number at its end is to be counted up whenever a text has other terms than before, or other counts. */
const MARK = 'zerodte words 1\n'
const DIGEST_BYTES = 32
const NAME = 'words'

/** Functions, terms, postings and bytes of the terms, after the mark. */
const SIZES = 4
const HEAD = MARK.length + 4 * SIZES

/** Keeps words: a mark, four sizes, the columns, the terms by lines, and the SHA-256 of all that. */
export function keepWords(kept: Kept, { ids, lengths, terms, ends, slots, counts }: WordTable): void {
  const text = Buffer.from(terms.join('\n'))
  const sizes = Uint32Array.of(ids.length, terms.length, slots.length, text.length)
  const columns = [sizes, ids, lengths, ends, slots, counts].map(({ buffer }) => Buffer.from(buffer))
  const content = Buffer.concat([Buffer.from(MARK), ...columns, text])
  kept.write(NAME, Buffer.concat([content, digestOf(content)]))
}

/** The words that were kept; undefined where there are none, or damaged ones or those of another version, which are forgotten. */
export function readKeptWords(kept: Kept): WordTable | undefined {
  const bytes = kept.read(NAME)
  const table = bytes && readWords(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  if (bytes && !table) kept.forget(NAME)
  return table
}

function readWords(bytes: Buffer): WordTable | undefined {
  const content = bytes.subarray(0, Math.max(0, bytes.length - DIGEST_BYTES))
  if (content.length < HEAD || content.toString('latin1', 0, MARK.length) !== MARK) return undefined
  if (!digestOf(content).equals(bytes.subarray(content.length))) return undefined
  const size = (place: number) => content.readUInt32LE(MARK.length + 4 * place)
  const [functions, terms, postings, letters] = [size(0), size(1), size(2), size(3)]
  if (content.length !== HEAD + 12 * functions + 4 * terms + 8 * postings + letters) return undefined
  let read = HEAD
  // Copied, so that numbers begin where their width wants it
  const column = (width: number) => new Uint8Array(content.subarray(read, (read += width))).buffer
  const table = {
    ids: new Float64Array(column(8 * functions)),
    lengths: new Float32Array(column(4 * functions)),
    ends: new Uint32Array(column(4 * terms)),
    slots: new Uint32Array(column(4 * postings)),
    counts: new Float32Array(column(4 * postings)),
    terms: terms === 0 ? [] : content.toString('utf8', read).split('\n'),
  }
  return isWhole(table) ? table : undefined
}

/** Whether columns that have the right digest fit each other too: who wrote them may have been wrong. */
function isWhole({ ids, terms, ends, slots }: WordTable): boolean {
  if (terms.length !== ends.length || new Set(ids).size !== ids.length) return false
  if ((ends.at(-1) ?? 0) !== slots.length) return false
  return ends.every((end, row) => end > (ends[row - 1] ?? 0)) && slots.every(slot => slot < ids.length)
}

function digestOf(content: Buffer): Buffer {
  return createHash('sha256').update(content).digest()
}
