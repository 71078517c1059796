import { basename, relative, sep } from 'node:path'
import { failure, success, type Result } from '../../core/base/result.ts'
import type { FunctionFacts, ModuleFacts } from './facts.ts'
import type { Harness } from './harness.ts'
import { callForms, callingOf, inputsOf, type CallForm, type TrialInput } from './inputs.ts'
import { judge } from './judge.ts'
import { observe, type Observed, type TriedModule } from './observe.ts'
import { calibrate } from './calibrate.ts'
import type { RaceSize } from './race.ts'
import { recordedInputs } from './recorded.ts'
import type { VerificationTask } from './verdict.ts'

/** What the original does, that candidates are held against. */
export interface Baseline {
  readonly tried: TriedModule
  readonly inputs: readonly TrialInput[]
  /** Two orders of the inputs, and what the original did in each. */
  readonly orders: readonly { readonly places: readonly number[]; readonly observed: Observed }[]
  /** Places of inputs on which the original does the same every time. */
  readonly useful: readonly number[]
  readonly kinds: readonly { readonly kind: string; readonly inputs: number }[]
  readonly exceptions: number
  /** How long the original took for all inputs of one order. */
  readonly seconds: number
  /** What else is worth saying of the evidence. */
  readonly notes: readonly string[]
  /** The function itself, and those of its lines that the inputs reached. */
  readonly facts: FunctionFacts
  readonly reachedLines: ReadonlySet<number>
  /** The way of calling that is timed, and the sizes. */
  readonly form: CallForm
  readonly sizes: readonly RaceSize[]
}

/** Under so many calls that return a value nothing is called proven. */
const FEWEST_RETURNS = 8
const FEWEST_DISTINCT = 2
const PROBES = [3, 7]
const MOST_USED_FORMS = 3

/**
 * Finds out how the original is called, and what it does: ways of calling are tried until some work, then it is run twice on all inputs. Fails
 * with a sentence where too little can be called to prove anything.
 */
export async function prepareBaseline(
  harness: Harness,
  task: VerificationTask,
  facts: ModuleFacts,
  numbers: readonly number[],
  seconds: number,
): Promise<Result<Baseline, string>> {
  const tried = triedOf(task, facts)
  const forms = callForms(facts, task.seen)
  const probed = await probe(harness, tried, forms, seconds * 0.3)
  if (!probed.ok) return probed
  const named = [...facts.function.numbers, ...numbers].filter(it => Math.abs(it) <= 1e6)
  const special = [...new Set(named)].slice(0, 40)
  const inputs = [...recordedInputs(task.recorded), ...inputsOf(facts, probed.value, special)]
  const { first: firstLine, last } = facts.function
  const begun = await beginBaseline(harness, tried, inputs, seconds * 0.5)
  if (!begun.ok) return begun
  const { first, reached, took } = begun.value
  const mixed = mixedOrder(reached)
  const second = await observe(harness, tried, inputs, mixed, {
    seconds: Math.max(3, took * 6),
    trace: [firstLine, last],
  })
  const useful = reached.filter(place => judge(only(first), only(second), [place], false).ok)
  const enough = isEnough(first, second, useful, reached)
  if (enough !== undefined) return failure(enough)
  const [form] = probed.value
  if (form === undefined) return failure('no way to call it was found')
  const sizes = await calibrate(harness, tried, form, seconds * 0.3)
  if (!sizes.ok) return sizes
  const lines = linesReached(second, useful)
  return success({
    tried,
    inputs,
    orders: [
      { places: useful, observed: first },
      { places: mixed.filter(place => useful.includes(place)), observed: second },
    ],
    useful,
    kinds: kindsOf(inputs, useful),
    exceptions: useful.filter(place => first.calls.get(place)?.raised !== undefined).length,
    seconds: took,
    notes: [howFar(facts, lines), howLarge(inputs, useful, sizes.value)],
    facts: facts.function,
    reachedLines: lines,
    form,
    sizes: sizes.value,
  })
}

/** The first run of the original, on as many of the inputs as there is time for. */
async function beginBaseline(
  harness: Harness,
  tried: TriedModule,
  inputs: readonly TrialInput[],
  seconds: number,
): Promise<
  Result<{ readonly first: Observed; readonly reached: readonly number[]; readonly took: number }, string>
> {
  let order = inputs.map((_, place) => place)
  let problem = 'there was no time to call it'
  // What it has no time for, it has no time for in a second run either
  for (const share of [0.4, 0.6]) {
    const started = Date.now()
    const first = await observe(harness, tried, inputs, order, { seconds: seconds * share, show: true })
    const reached = order.filter(place => first.calls.has(place))
    if (first.done !== undefined) return success({ first, reached, took: (Date.now() - started) / 1_000 })
    problem = first.problem ?? problem
    if (reached.length < FEWEST_RETURNS) break
    order = reached.slice(0, Math.ceil(reached.length * 0.9))
  }
  return failure(problem)
}

/** Ways of calling that work, at most three, those that are asked for first. */
async function probe(
  harness: Harness,
  tried: TriedModule,
  forms: readonly CallForm[],
  seconds: number,
): Promise<Result<readonly CallForm[], string>> {
  const inputs = forms.flatMap((form): TrialInput[] =>
    PROBES.map(size => ({
      kind: 'probe',
      seed: 17 + size,
      size,
      flavour: 'plain',
      special: [],
      arguments: form.arguments,
      again: false,
    })),
  )
  let rest = inputs.map((_, place) => place)
  const works = new Set<number>()
  let said: string | undefined
  const until = Date.now() + seconds * 1_000
  while (rest.length > 0 && Date.now() < until) {
    const observed = await observe(harness, tried, inputs, rest, {
      seconds: Math.max(0.5, (until - Date.now()) / 2_000),
    })
    if (observed.loaded === undefined) return failure(observed.problem ?? 'the file does not load')
    for (const [place, { raised, said: problem }] of observed.calls) {
      if (raised === undefined) works.add(place)
      else said ??= problem
    }
    said ??= observed.undrawn
    const last = Math.max(-1, ...observed.calls.keys())
    // A call that never ended is passed over, with those of its form
    rest = observed.done === undefined ? rest.filter(place => place > last + 1) : []
  }
  const good = forms.filter((_, form) => PROBES.every((__, probe) => works.has(form * PROBES.length + probe)))
  const some = forms.filter((_, form) => PROBES.some((__, probe) => works.has(form * PROBES.length + probe)))
  const chosen = [...good, ...some.filter(form => !good.includes(form))].slice(0, MOST_USED_FORMS)
  return chosen.length > 0
    ? success(chosen)
    : failure(`no arguments were found that it takes${said === undefined ? '' : ` (${said})`}`)
}

/** A single input's part in it, without what a process leaves behind at its end. */
function only(observed: Observed): Observed {
  return { ...observed, done: { done: true, files: [], patched: [] } }
}

function isEnough(
  first: Observed,
  second: Observed,
  useful: readonly number[],
  reached: readonly number[],
): string | undefined {
  if (second.done === undefined) return second.problem ?? 'its second run did not come to an end'
  if (useful.length < reached.length / 2)
    return 'the original gives something else each time it is called with the same arguments'
  const returned = useful.flatMap(place => {
    const call = first.calls.get(place)
    return call === undefined || call.raised !== undefined
      ? []
      : [JSON.stringify([call.result, call.after, call.output])]
  })
  if (returned.length < FEWEST_RETURNS)
    return `only ${returned.length} calls returned a value, too few to prove anything`
  if (new Set(returned).size < FEWEST_DISTINCT)
    return 'the original gave the same answer to everything, which proves nothing'
  return undefined
}

function kindsOf(inputs: readonly TrialInput[], useful: readonly number[]): Baseline['kinds'] {
  const counts = new Map<string, number>()
  for (const place of useful) {
    const kind = inputs[place]?.kind ?? 'ordinary'
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return [...counts].map(([kind, many]) => ({ kind, inputs: many }))
}

/** The lines of the function that were reached in the given calls. */
export function linesReached(observed: Observed, places: readonly number[]): ReadonlySet<number> {
  return new Set(places.flatMap(place => observed.calls.get(place)?.lines ?? []))
}

/** How much of the original the inputs reached, line by line. */
function howFar({ function: { lines } }: ModuleFacts, seen: ReadonlySet<number>): string {
  const missed = lines.filter(line => !seen.has(line))
  return missed.length === 0
    ? `all ${lines.length} lines of the original were reached`
    : `${lines.length - missed.length} of ${lines.length} lines of the original were reached; not line ${missed.slice(0, 6).join(', ')}`
}

/** Nothing is known of what is larger than what was tried. */
function howLarge(
  inputs: readonly TrialInput[],
  useful: readonly number[],
  sizes: readonly RaceSize[],
): string {
  const tried = useful.map(place => inputs[place]?.size ?? 0)
  const most = Math.max(...tried, ...sizes.map(({ size }) => size))
  return most > 1 ? `no input of more than ${most.toLocaleString('en-US')} elements` : 'single values'
}

/** The same places, later ones among earlier ones: what depends on what was called before shows. */
function mixedOrder(places: readonly number[]): readonly number[] {
  const half = Math.ceil(places.length / 2)
  const back = places.slice(half).toReversed()
  return places.slice(0, half).flatMap((place, rank) => [...back.slice(rank, rank + 1), place])
}

function triedOf(task: VerificationTask, facts: ModuleFacts): TriedModule {
  const inside = relative(task.folder, task.file)
  const name = inside === '' || inside.startsWith('..') ? basename(task.file) : inside
  return {
    module: task.module,
    name: name
      .replace(/\.pyw?$/, '')
      .split(sep)
      .join('.')
      .replace(/\.__init__$/, ''),
    path: task.file,
    function: task.function,
    calling: callingOf(facts),
    isWatched: false,
  }
}
