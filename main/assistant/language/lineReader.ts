/** Bytes longer than this without a line end are no lines of a protocol. */
const LONGEST_LINE = 4_000_000

/** Turns pieces of bytes into lines of text, wherever the pieces were cut, inside a letter too. */
export interface LineReader {
  /** The lines that are whole now; throws a RangeError where one never ends. */
  push(bytes: Uint8Array): readonly string[]
  /** What came after the last line end. */
  end(): string
}

/** A reader at the start of a stream in UTF-8. */
export function createLineReader(longest = LONGEST_LINE): LineReader {
  const decoder = new TextDecoder()
  let rest = ''
  return {
    push(bytes) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      if (rest.length > longest) throw new RangeError(`a line must end within ${longest} characters`)
      return lines
    },
    end() {
      const last = rest + decoder.decode()
      rest = ''
      return last
    },
  }
}
