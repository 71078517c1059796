/** What the harness says: a line `kind trial length`, then that many bytes, then a line end. */
export interface Frame {
  readonly kind: FrameKind
  readonly trial: number
  /** Untrusted where the kind is a child's. */
  readonly payload: Buffer
}

/** `child…` comes from the process with tried code in it, the rest from the harness itself. */
export type FrameKind = (typeof KINDS)[number]

/** What came of a chunk: the frames that are whole by now, or why nothing more can be read. */
export type Decoded =
  | { readonly ok: true; readonly frames: readonly Frame[] }
  | { readonly ok: false; readonly reason: string }

const KINDS = ['child', 'child0', 'child1', 'batch', 'end', 'reply'] as const
const HEAD = /^([a-z0-9]+) (\d{1,9}) (\d{1,10})$/
const LONGEST_HEAD = 40

/** A reader of frames out of chunks cut anywhere; after the first break it reads nothing more. Payloads over `limit` bytes are a break. */
export function frameReader(limit: number): (chunk: Buffer) => Decoded {
  let chunks: Buffer[] = []
  let held = 0
  // Bytes that must be there before reading on is worth a try
  let wanted = 1
  let broken: string | undefined
  return chunk => {
    if (broken !== undefined) return { ok: false, reason: broken }
    chunks.push(chunk)
    held += chunk.length
    if (held < wanted) return { ok: true, frames: [] }
    let rest = chunks.length === 1 ? chunk : Buffer.concat(chunks)
    const frames: Frame[] = []
    for (;;) {
      const next = readOne(rest, limit)
      if (next.kind === 'broken') {
        broken = next.reason
        return { ok: false, reason: broken }
      }
      if (next.kind === 'wait') {
        wanted = next.bytes
        break
      }
      frames.push(next.frame)
      rest = rest.subarray(next.length)
    }
    chunks = rest.length === 0 ? [] : [rest]
    held = rest.length
    return { ok: true, frames }
  }
}

/** A command as the harness reads it. */
export function commandBytes(command: object): Buffer {
  const body = Buffer.from(JSON.stringify(command))
  return Buffer.concat([Buffer.from(`${body.length}\n`), body, Buffer.from('\n')])
}

type Read =
  | { readonly kind: 'frame'; readonly frame: Frame; readonly length: number }
  | { readonly kind: 'wait'; readonly bytes: number }
  | { readonly kind: 'broken'; readonly reason: string }

function readOne(bytes: Buffer, limit: number): Read {
  const end = bytes.subarray(0, LONGEST_HEAD).indexOf(10)
  if (end < 0) {
    return bytes.length < LONGEST_HEAD
      ? { kind: 'wait', bytes: bytes.length + 1 }
      : { kind: 'broken', reason: 'a frame of the harness has no head' }
  }
  const [, name = '', trial = '', size = ''] = HEAD.exec(bytes.toString('latin1', 0, end)) ?? []
  const kind = KINDS.find(it => it === name)
  if (kind === undefined)
    return { kind: 'broken', reason: 'a frame of the harness has no head that is known' }
  const length = Number(size)
  if (length > limit) return { kind: 'broken', reason: 'a frame of the harness is larger than is read' }
  const whole = end + 1 + length + 1
  if (bytes.length < whole) return { kind: 'wait', bytes: whole }
  if (bytes[whole - 1] !== 10)
    return { kind: 'broken', reason: 'a frame of the harness does not end where it says' }
  const payload = bytes.subarray(end + 1, whole - 1)
  return { kind: 'frame', frame: { kind, trial: Number(trial), payload }, length: whole }
}
