import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { commandBytes, frameReader, type Frame } from './frames.ts'

const LIMIT = 10_000
const frame = fc.record({
  kind: fc.constantFrom('child', 'child0', 'child1', 'batch', 'end', 'reply'),
  trial: fc.nat(999_999),
  payload: fc.uint8Array({ maxLength: 300 }).map(bytes => Buffer.from(bytes)),
})

function bytesOf(
  frames: readonly { readonly kind: string; readonly trial: number; readonly payload: Buffer }[],
): Buffer {
  return Buffer.concat(
    frames.flatMap(({ kind, trial, payload }) => [
      Buffer.from(`${kind} ${trial} ${payload.length}\n`),
      payload,
      Buffer.from('\n'),
    ]),
  )
}

/** Feeds bytes in pieces cut at the given places. */
function readIn(
  bytes: Buffer,
  cuts: readonly number[],
): { readonly frames: readonly Frame[]; readonly reason: string | undefined } {
  const read = frameReader(LIMIT)
  const places = [...new Set([0, ...cuts.map(cut => cut % (bytes.length + 1)), bytes.length])].toSorted(
    (one, other) => one - other,
  )
  const frames: Frame[] = []
  for (const [place, start] of places.entries()) {
    const decoded = read(bytes.subarray(start, places[place + 1] ?? bytes.length))
    if (!decoded.ok) return { frames, reason: decoded.reason }
    frames.push(...decoded.frames)
  }
  return { frames, reason: undefined }
}

test('frames are read the same however they are cut', () => {
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 20 }), (frames, cuts) => {
      const { frames: found, reason } = readIn(bytesOf(frames), cuts)
      expect(reason).toBeUndefined()
      expect(found.map(({ kind, trial, payload }) => [kind, trial, payload.toString('hex')])).toEqual(
        frames.map(({ kind, trial, payload }) => [kind, trial, payload.toString('hex')]),
      )
    }),
  )
})

test('any bytes at all are read without throwing, and after a break nothing more is', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 400 }),
      fc.array(fc.nat(), { maxLength: 6 }),
      fc.array(frame, { maxLength: 3 }),
      (noise, cuts, frames) => {
        const read = frameReader(LIMIT)
        const first = read(Buffer.concat([bytesOf(frames), Buffer.from(noise)]))
        const second = read(bytesOf(frames))
        expect(first.ok || second === first || JSON.stringify(second) === JSON.stringify(first)).toBe(true)
        expect(() => readIn(Buffer.from(noise), cuts)).not.toThrow()
      },
    ),
  )
})

test('a frame that says it is larger than is read is a break, before its bytes are waited for', () => {
  expect(readIn(Buffer.from(`child 1 ${LIMIT + 1}\n`), []).reason).toMatch(/larger/)
  expect(readIn(Buffer.from('child 1 4\nfive!\n'), []).reason).toMatch(/does not end/)
  expect(readIn(Buffer.from('x'.repeat(60)), []).reason).toMatch(/no head/)
})

test('a command says its length in bytes, not in letters', () => {
  const [head = '', body = ''] = commandBytes({ do: 'prepare', modules: ['größe'] })
    .toString()
    .split('\n')
  expect(Number(head)).toBe(Buffer.byteLength(body))
})
