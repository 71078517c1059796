import { z } from 'zod'
import { readJson, type Harness, type HarnessEnd } from './harness.ts'

/** Expressions that are to be evaluated with the names of a module. */
export interface EvaluationTask {
  /** The text of the module, and the folder that its imports are found in. */
  readonly module: string
  readonly folder: string
  /** The package that it is in, dotted as seen from that folder: relative imports are found by it. None where it is left out. */
  readonly package?: string
  /** Python expressions over the module's names; `np`, `pd` and `math` are known where they are installed. */
  readonly calls: readonly string[]
  /** Wall-clock for all of them. */
  readonly seconds: number
}

/** What one expression gave, in the order of the calls. */
export type Evaluated =
  /** `repr` of the value, and the value itself where it is one number. */
  | { readonly kind: 'value'; readonly text: string; readonly number: number | undefined }
  | { readonly kind: 'exception'; readonly type: string; readonly message: string }
  /** Not evaluated, or not to its end: the module does not load, it took too long, it ended its process. */
  | { readonly kind: 'stopped'; readonly reason: string }

const Told = z.union([
  z.object({ call: z.number().int(), text: z.string(), number: z.string().nullable() }),
  z.object({ call: z.number().int(), raised: z.string(), said: z.string() }),
])
const Problem = z.object({ problem: z.unknown(), text: z.string() })
const Unconfined = z.object({ unconfined: z.string() })

/**
 * Evaluates every call in the sandbox, in one process where that goes; where a call ends or hangs it, the calls after it get a
 * process of their own. Never fails as a whole: what was not evaluated says why.
 */
export async function evaluateCalls(harness: Harness, task: EvaluationTask): Promise<readonly Evaluated[]> {
  const found = new Map<number, Evaluated>()
  const until = Date.now() + task.seconds * 1_000
  let order = task.calls.map((_, place) => place)
  while (order.length > 0) {
    const seconds = (until - Date.now()) / 1_000
    if (seconds <= 0) break
    let wholeProblem: string | undefined
    const end = await harness.ask(
      {
        do: 'run',
        work: 'expressions',
        name: task.package === undefined || task.package === '' ? 'tried' : `${task.package}.tried`,
        path: 'tried.py',
        module: task.module,
        calls: task.calls,
        order,
        seconds: Math.max(0.2, Math.min(seconds, Math.max(2, task.seconds / 4))),
      },
      ({ payload }) => {
        const told = readJson(payload)
        if (!told.ok) return
        const one = Told.safeParse(told.value).data
        if (one !== undefined) found.set(one.call, evaluatedOf(one))
        wholeProblem ??= problemOf(told.value)
      },
    )
    const rest = order.filter(place => !found.has(place))
    const [first] = rest
    if (first === undefined) break
    // The module itself is at fault, or the harness: no other call would fare better
    const whole = wholeProblem ?? (end.ok ? undefined : end.reason)
    for (const place of whole === undefined ? [first] : rest)
      found.set(place, { kind: 'stopped', reason: whole ?? howItEnded(end) })
    order = rest.filter(place => !found.has(place))
  }
  return task.calls.map(
    (_, place) => found.get(place) ?? { kind: 'stopped', reason: 'there was no time left for it' },
  )
}

function problemOf(value: unknown): string | undefined {
  const problem = Problem.safeParse(value).data
  if (problem !== undefined) return `the module does not load: ${problem.text}`
  return Unconfined.safeParse(value).data?.unconfined
}

function evaluatedOf(told: z.infer<typeof Told>): Evaluated {
  if ('raised' in told) {
    const message = told.said.startsWith(`${told.raised}: `)
      ? told.said.slice(told.raised.length + 2)
      : told.said
    return { kind: 'exception', type: told.raised, message }
  }
  return {
    kind: 'value',
    text: told.text,
    number: told.number === null ? undefined : fromHexadecimal(told.number),
  }
}

/** A float of Python's `float.hex`, exactly: `0x1.8p+1` is 3. */
export function fromHexadecimal(text: string): number {
  const [, sign = '', whole = '', part = '', power = '0'] =
    /^(-?)0x([01])(?:\.([0-9a-f]+))?p([+-]\d+)$/.exec(text) ?? []
  if (whole === '') return text === 'inf' ? Infinity : text === '-inf' ? -Infinity : NaN
  const mantissa = Number.parseInt(whole + part, 16)
  // The mantissa has at most 53 bits, so the first product is exact; the second rounds once, where the float did
  const exponent = Number(power) - 4 * part.length
  const value = exponent < -1_000 ? mantissa * 2 ** (exponent + 100) * 2 ** -100 : mantissa * 2 ** exponent
  return sign === '-' ? -value : value
}

const End = z.object({ how: z.string(), status: z.union([z.number(), z.array(z.number())]) })

/** How a process of tried code came to its end, in words. */
export function howItEnded(end: HarnessEnd): string {
  if (!end.ok) return end.reason
  const told = End.safeParse(end.told).data
  if (told === undefined) return 'it ended in a way that is not known'
  if (told.how !== 'ended' && told.how !== 'ended itself') return `it ${told.how}`
  const statuses = typeof told.status === 'number' ? [told.status] : told.status
  const signal = statuses.map(status => status & 0x7f).find(it => it !== 0)
  if (signal !== undefined) return SIGNALS[signal] ?? `it was ended by signal ${signal}`
  return statuses.includes(3 << 8) ? 'it wanted more memory than it may have' : 'it ended itself'
}

const SIGNALS: Readonly<Record<number, string>> = {
  9: 'it ended itself',
  11: 'it crashed',
  24: 'it used more processor time than it may',
  25: 'it wrote more than it may',
  31: 'it asked the system for what is forbidden',
}
