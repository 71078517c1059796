import { z } from 'zod'

/** What is done with a value inside a function: read of it, done to it, and what it is called on the way. */
export interface Use {
  readonly names: readonly string[]
  readonly annotations: readonly string[]
  /** `arithmetic`, `compared`, `iterated`, `indexed`, `method:rolling`, `to:len`, `called:2` and the like. */
  readonly done: readonly string[]
  /** Texts that it is compared with. */
  readonly texts: readonly string[]
  /** How many parts it is taken apart into; zero where it is not. */
  readonly unpacked: number
  readonly attributes: Readonly<Record<string, Use>>
  /** By key; `#0` is the first part where it is taken apart, `*` any key. */
  readonly keys: Readonly<Record<string, Use>>
  readonly element: Use | null
}

const Use: z.ZodType<Use> = z.lazy(() =>
  z.object({
    names: z.array(z.string()),
    annotations: z.array(z.string()),
    done: z.array(z.string()),
    texts: z.array(z.string()),
    unpacked: z.number(),
    attributes: z.record(z.string(), Use),
    keys: z.record(z.string(), Use),
    element: Use.nullable(),
  }),
)

const Parameter = z.object({
  name: z.string(),
  form: z.enum(['positional', 'plain', 'star', 'keyword', 'doubleStar']),
  annotation: z.string(),
  fallback: z.string().nullable(),
  use: Use,
})

const Class = z.object({
  kind: z.enum(['plain', 'dataclass', 'NamedTuple', 'TypedDict', 'Enum']),
  bases: z.array(z.string()),
  fields: z.array(z.object({ name: z.string(), annotation: z.string(), fallback: z.string().nullable() })),
  parameters: z.array(Parameter),
})

const texts = z.array(z.string())

const Named = z.object({
  imports: texts,
  imported: texts,
  names: texts,
  attributes: texts,
  dotted: texts,
  stores: texts,
  globals: texts,
  numbers: z.array(z.number()),
  texts,
  defined: texts,
  async: texts,
  items: texts,
  far: texts,
})

const Statement = z.object({
  first: z.number(),
  last: z.number(),
  says: z.string(),
  raises: z.boolean(),
  falls: z.boolean(),
  reads: texts,
  head: z.string(),
  changes: texts,
})

const Function = z.object({
  kind: z.enum(['plain', 'method', 'staticmethod', 'classmethod', 'property']),
  owner: z.string(),
  docstring: z.string(),
  first: z.number(),
  last: z.number(),
  lines: z.array(z.number()),
  suites: z.array(z.array(Statement)),
  numbers: z.array(z.number()),
  parameters: z.array(Parameter),
})

const Described = z.object({
  place: z.number().int(),
  problem: z.string().nullable(),
  named: Named.optional(),
  classes: z.record(z.string(), Class).optional(),
  function: Function.nullish(),
})

export type ParameterFacts = z.infer<typeof Parameter>
export type ClassFacts = z.infer<typeof Class>
export type FunctionFacts = z.infer<typeof Function>

/**
 * One statement of a function: its lines, a digest of its text (`head`: of the head of a loop alone), whether it raises, and falls to a handler of
 * the function's own, what it reads and what it changes.
 */
export type StatementFacts = z.infer<typeof Statement>

/** Everything that a module names; what the gate looks at. */
export type NamedFacts = z.infer<typeof Named>

/** What Python's own parser knows of a module and of the function that is asked for. */
export interface ModuleFacts {
  readonly named: NamedFacts
  readonly classes: Readonly<Record<string, ClassFacts>>
  readonly function: FunctionFacts
}

/** What the harness says of one text: its facts, or why the function cannot be tried. */
export type Described =
  | { readonly place: number; readonly ok: true; readonly facts: ModuleFacts }
  | { readonly place: number; readonly ok: false; readonly reason: string }

/** Reads what the harness says of a text; undefined where it is nothing that is known. */
export function readDescribed(value: unknown): Described | undefined {
  const told = Described.safeParse(value).data
  if (told === undefined) return undefined
  const { place, problem, named, classes, function: found } = told
  if (problem !== null) return { place, ok: false, reason: problem }
  if (named === undefined || classes === undefined || found === undefined || found === null) return undefined
  return { place, ok: true, facts: { named, classes, function: found } }
}
