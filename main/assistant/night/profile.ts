import { extname } from 'node:path'
import * as z from 'zod'
import { failure, success, type Result } from '../../core/base/result.ts'
import { decodeMarshal, type MarshalValue } from './marshal.ts'

/** How long one function ran. */
export interface ProfiledFunction {
  readonly file: string
  /** Its name without classes, as profilers know it. */
  readonly name: string
  /** A line in it, counted from 1; 0 where it is not known. */
  readonly line: number
  /** Seconds (or samples, where a profile has no times) in it with what it calls, and in it alone. */
  readonly total: number
  readonly own: number
  /** Calls; undefined where a profile counts none. */
  readonly calls: number | undefined
}

/**
 * The functions of a profile: cProfile's own file (`.pstats`, `.prof`), speedscope's JSON (which py-spy writes too), or collapsed
 * stacks as py-spy's `raw`. Fails with a reason for anything else.
 */
export function readProfile(bytes: Uint8Array, name: string): Result<ProfiledFunction[], string> {
  const first = bytes.find(byte => byte > 32)
  if (first === undefined) return failure('The profile is empty.')
  if (first === 123 && /\.json$/i.test(extname(name))) return readSpeedscope(bytes)
  const stats = readStats(bytes)
  if (stats.ok) return stats
  const stacks = readStacks(bytes)
  if (stacks.length > 0) return success(stacks)
  return first === 123 ? readSpeedscope(bytes) : stats
}

/** What cProfile keeps: `{(file, line, name): (primitive calls, calls, own, total, callers)}`. */
function readStats(bytes: Uint8Array): Result<ProfiledFunction[], string> {
  const decoded = decodeMarshal(bytes)
  if (!decoded.ok) return failure(`The profile cannot be read: ${decoded.failure}.`)
  const { value } = decoded
  if (typeof value !== 'object' || !('entries' in value)) return failure('The profile holds no functions.')
  if (typeof value.entries === 'function') return failure('The profile holds no functions.')
  const functions = value.entries.flatMap(([key, entry]) => {
    const [file, line, name] = partsOf(key)
    const [, calls, own, total] = partsOf(entry)
    const isRead =
      typeof file === 'string' &&
      typeof line === 'number' &&
      typeof name === 'string' &&
      typeof calls === 'number' &&
      typeof own === 'number' &&
      typeof total === 'number'
    return isRead ? [{ file, line, name, calls, own, total }] : []
  })
  return functions.length > 0 ? success(functions) : failure('The profile holds no functions.')
}

function partsOf(value: MarshalValue): readonly MarshalValue[] {
  return Array.isArray(value) ? value : []
}

const speedscope = z.object({
  shared: z.object({
    frames: z.array(z.object({ name: z.string(), file: z.string().optional(), line: z.number().optional() })),
  }),
  profiles: z.array(
    z.union([
      z.object({
        type: z.literal('sampled'),
        samples: z.array(z.array(z.int().min(0))),
        weights: z.array(z.number()),
      }),
      z.object({
        type: z.literal('evented'),
        events: z.array(z.object({ type: z.enum(['O', 'C']), frame: z.int().min(0), at: z.number() })),
      }),
    ]),
  ),
})

/** https://www.speedscope.app/file-format-schema.json */
function readSpeedscope(bytes: Uint8Array): Result<ProfiledFunction[], string> {
  const read = speedscope.safeParse(parseJson(bytes))
  if (!read.success) return failure('The profile is JSON, but not of speedscope.')
  const { shared, profiles } = read.data
  const times = new Times()
  for (const profile of profiles) {
    if (profile.type === 'sampled')
      profile.samples.forEach((stack, index) => times.add(stack, profile.weights[index] ?? 0))
    else {
      const open: number[] = []
      let before = profile.events[0]?.at ?? 0
      for (const { type, frame, at } of profile.events) {
        times.add(open, at - before)
        before = at
        if (type === 'O') open.push(frame)
        else open.pop()
      }
    }
  }
  return success(
    shared.frames.map(({ name, file = '', line = 0 }, frame) => ({
      file,
      // py-spy puts the classes of a method into the name of newer interpreters
      name: name.split('.').at(-1) ?? name,
      line,
      ...times.of(frame),
      calls: undefined,
    })),
  )
}

/** Lines `outer (file:line);inner (file:line) 12`, the count of samples last. */
function readStacks(bytes: Uint8Array): ProfiledFunction[] {
  const times = new Times()
  const frames = new Map<
    string,
    { readonly number: number; readonly name: string; file: string; line: number }
  >()
  for (const line of new TextDecoder().decode(bytes).split('\n')) {
    const [, stack, count] = /^(\S.*) (\d+)\r?$/.exec(line) ?? []
    if (stack === undefined) continue
    const numbers = stack.split(';').flatMap(text => {
      const [, name = '', file = '', place = '0'] = /^(.+?) \((.+?)(?::(\d+))?\)$/.exec(text.trim()) ?? []
      if (name === '') return []
      // Samples of one function are in many of its lines
      const key = `${name}\n${file}`
      const known = frames.get(key) ?? { number: frames.size, name, file, line: Number(place) }
      frames.set(key, known)
      return [known.number]
    })
    times.add(numbers, Number(count))
  }
  return [...frames.values()].map(({ number, name, file, line }) => ({
    file,
    name: name.split('.').at(-1) ?? name,
    line,
    ...times.of(number),
    calls: undefined,
  }))
}

/** Adds up the time of stacks by frame. */
class Times {
  readonly #own = new Map<number, number>()
  readonly #total = new Map<number, number>()

  /** Time that was spent with a stack, the outermost frame first. */
  add(stack: readonly number[], time: number): void {
    const last = stack.at(-1)
    if (last === undefined || !Number.isFinite(time)) return
    this.#own.set(last, (this.#own.get(last) ?? 0) + time)
    // One that calls itself is on the stack twice, but ran once
    for (const frame of new Set(stack)) this.#total.set(frame, (this.#total.get(frame) ?? 0) + time)
  }

  of(frame: number): { readonly own: number; readonly total: number } {
    return { own: this.#own.get(frame) ?? 0, total: this.#total.get(frame) ?? 0 }
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}
