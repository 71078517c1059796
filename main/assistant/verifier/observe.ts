import { z } from 'zod'
import { howItEnded } from './evaluate.ts'
import { readJson, type Harness } from './harness.ts'
import type { Calling, TrialInput } from './inputs.ts'

/** A module with the function that is called in it, and how. */
export interface TriedModule {
  readonly module: string
  /** Dotted name and path that it is loaded under. */
  readonly name: string
  readonly path: string
  readonly function: string
  readonly calling: Calling
  /** Whether it may not look at the process that it runs in: what is proposed may not, his own code may. */
  readonly isWatched: boolean
}

/** What a process tells of one call. */
export const CallOutcomeFrame = z.object({
  result: z.unknown().optional(),
  raised: z.unknown().optional(),
  said: z.string().optional(),
  explicit: z.boolean().optional(),
  after: z.unknown().optional(),
})

const Observed = CallOutcomeFrame.extend({
  input: z.number().int(),
  shown: z.string().optional(),
  given: z.string(),
  output: z.unknown(),
  random: z.string(),
  globals: z.record(z.string(), z.string()),
  again: z
    .object({
      equal: CallOutcomeFrame,
      varied: z.array(CallOutcomeFrame),
      turned: CallOutcomeFrame,
      first: CallOutcomeFrame.optional(),
    })
    .optional(),
  lines: z.array(z.number()).optional(),
})
const Undrawn = z.object({ input: z.number().int(), undrawn: z.string() })
const Loaded = z.object({
  loaded: z.literal(true),
  output: z.unknown(),
  globals: z.record(z.string(), z.string()),
})
const Unloaded = z.object({ problem: z.unknown(), text: z.string() })
const Done = z.object({ done: z.literal(true), files: z.array(z.unknown()), patched: z.array(z.string()) })
const Unconfined = z.object({ unconfined: z.string() })

/** What came of one call: the encoding of its result or exception, and of the arguments after it. */
export type CallOutcome = z.infer<typeof CallOutcomeFrame>

/** Everything that was seen of one call. */
export type Observation = z.infer<typeof Observed>

/** What one process told of a module and its calls. */
export interface Observed {
  /** By place in the list of inputs. */
  readonly calls: ReadonlyMap<number, Observation>
  /** Output and globals after loading; undefined where it did not load. */
  readonly loaded: z.infer<typeof Loaded> | undefined
  /** What it left behind; undefined where it did not come to its end. */
  readonly done: z.infer<typeof Done> | undefined
  /** Why an input could not even be made, the first that could not; such inputs are left out. */
  readonly undrawn: string | undefined
  /** Why it did not load or come to its end; undefined where it did. */
  readonly problem: string | undefined
}

/** How long calls may take together, by the clock and of the processor; the lines whose running is told; whether arguments are shown. */
export interface ObserveLimits {
  readonly seconds: number
  readonly processor?: number
  readonly trace?: readonly [number, number]
  readonly show?: boolean
}

/** Calls the function with the inputs in the given order, in a process of its own. */
export async function observe(
  harness: Harness,
  tried: TriedModule,
  inputs: readonly TrialInput[],
  order: readonly number[],
  { seconds, ...limits }: ObserveLimits,
): Promise<Observed> {
  const calls = new Map<number, Observation>()
  const told: { -readonly [Key in 'loaded' | 'done' | 'problem' | 'undrawn']: Observed[Key] } = {
    loaded: undefined,
    done: undefined,
    problem: undefined,
    undrawn: undefined,
  }
  const end = await harness.ask(
    {
      do: 'run',
      work: 'inputs',
      ...commandOf(tried),
      inputs,
      order,
      seconds,
      ...limits,
    },
    ({ payload }) => {
      const json = readJson(payload)
      if (!json.ok) {
        told.problem ??= 'it broke the line to the harness'
        return
      }
      const call = Observed.safeParse(json.value).data
      if (call !== undefined) calls.set(call.input, call)
      else readRest(json.value, told)
    },
  )
  if (told.done === undefined) told.problem ??= howItEnded(end)
  return { calls, ...told }
}

function readRest(
  value: unknown,
  told: { -readonly [Key in 'loaded' | 'done' | 'problem' | 'undrawn']: Observed[Key] },
): void {
  told.loaded ??= Loaded.safeParse(value).data
  told.done ??= Done.safeParse(value).data
  const unloaded = Unloaded.safeParse(value).data
  if (unloaded !== undefined) told.problem ??= `the file does not load: ${unloaded.text}`
  const unconfined = Unconfined.safeParse(value).data
  if (unconfined !== undefined) told.problem ??= `it could not be confined: ${unconfined.unconfined}`
  told.undrawn ??= Undrawn.safeParse(value).data?.undrawn
}

/** The part of a command that says what is tried. */
export function commandOf({
  module,
  name,
  path,
  function: tried,
  calling,
  isWatched,
}: TriedModule): Readonly<Record<string, unknown>> {
  return { module, name, path, function: tried, watched: isWatched, ...calling }
}
