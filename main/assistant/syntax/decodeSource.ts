import { failure, success, type Result } from '../../core/base/result.ts'

const decoder = new TextDecoder('utf-8', { fatal: true })

/** The bytes of a source file as text, without a byte-order mark; or why they are no source text. */
export function decodeSource(bytes: Uint8Array): Result<string, string> {
  if (bytes.includes(0)) return failure(isUtf16(bytes) ? 'is UTF-16, must be UTF-8' : 'is not text')
  try {
    return success(decoder.decode(bytes))
  } catch {
    return failure('is not UTF-8')
  }
}

function isUtf16(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
}
