import type { ModuleFacts, ParameterFacts } from './facts.ts'
import { isSized, type Shape } from './shape.ts'
import { shapeContext, shapesOf } from './shapes.ts'

/** One call that is to be made: what each argument looks like, and how its numbers are drawn. */
export interface TrialInput {
  /** What it is for: `ordinary`, `empty`, `NaN`, … */
  readonly kind: string
  readonly seed: number
  readonly size: number
  readonly flavour: Flavour
  readonly special: readonly number[]
  readonly arguments: Readonly<Record<string, Shape>>
  /** Whether it is called once more with the same objects, changed in place. */
  readonly again: boolean
  /** Whether one element between the first and the last of each argument is drawn anew. */
  readonly inner?: boolean
}

/** How drawn numbers are bent. */
export type Flavour =
  | 'plain'
  | 'nan'
  | 'infinite'
  | 'zero'
  | 'negative'
  | 'duplicates'
  | 'large'
  | 'tiny'
  | 'integers'
  | 'special'
  | 'sorted'
  | 'reversed'

/** A way to call the function: a shape for every argument that is given. */
export interface CallForm {
  readonly arguments: Readonly<Record<string, Shape>>
  readonly isSized: boolean
}

/** How arguments are handed over. */
export interface Calling {
  readonly positional: readonly string[]
  readonly star: readonly string[]
  readonly double_star: readonly string[]
  readonly receiver: boolean
}

const MOST_FORMS = 24

/** How the arguments of a function are handed over: by place only where they must be. */
export function callingOf({ function: found }: ModuleFacts): Calling {
  const own = argumentsOf(found)
  const names = (form: ParameterFacts['form']) => own.filter(it => it.form === form).map(({ name }) => name)
  const star = names('star')
  // What stands before *values can only be given by place
  const positional = star.length > 0 ? [...names('positional'), ...names('plain')] : names('positional')
  return { positional, star, double_star: names('doubleStar'), receiver: found.kind === 'method' }
}

/** Parameters without the receiver that Python hands over itself. */
function argumentsOf(found: ModuleFacts['function']): readonly ParameterFacts[] {
  const isBound = found.kind === 'method' || found.kind === 'classmethod'
  return isBound ? found.parameters.slice(1) : found.parameters
}

/**
 * Ways to call the function worth trying, the likeliest first: every argument in its likeliest shape, then others, one argument at a time
 * and all together. Texts of arguments at call sites stand in for numbers that are fixed there.
 */
export function callForms(
  facts: ModuleFacts,
  seen: Readonly<Record<string, readonly string[]>>,
): readonly CallForm[] {
  const context = shapeContext(facts.classes)
  const found = facts.function
  const choices = argumentsOf(found).map((parameter): readonly [string, readonly Shape[]] => {
    const shapes = shapesOf(parameter, context)
    if (parameter.form === 'doubleStar') return [parameter.name, []]
    if (parameter.form === 'star')
      return [
        parameter.name,
        shapes.map((it): Shape => (it.of === 'sequence' ? it : { of: 'sequence', as: 'tuple', element: it })),
      ]
    return [parameter.name, narrowed(shapes, seen[parameter.name] ?? [])]
  })
  const owner = facts.classes[found.owner]
  const receiver =
    found.kind === 'method' && owner !== undefined && found.parameters[0] !== undefined
      ? { self: context.ofClass(found.owner, owner, found.parameters[0].use) }
      : {}
  return combined(choices).map(given => {
    const all = sizedByCount({ ...receiver, ...given })
    return { arguments: all, isSized: Object.values(all).some(isSized) }
  })
}

/** Where nothing given has a size of its own, what counts (paths, draws, steps) is the size. */
function sizedByCount(given: Readonly<Record<string, Shape>>): Readonly<Record<string, Shape>> {
  if (Object.values(given).some(isSized)) return given
  return Object.fromEntries(
    Object.entries(given).map(([name, shape]): [string, Shape] => [
      name,
      shape.of === 'integer' && shape.isCount === true ? { ...shape, isSize: true } : shape,
    ]),
  )
}

/** The first of all; every other of one with the first of the rest; the second of all, the third of all. */
function combined(
  choices: readonly (readonly [string, readonly Shape[]])[],
): readonly Readonly<Record<string, Shape>>[] {
  const pick = (rank: (name: string, many: number) => number) =>
    Object.fromEntries(
      choices.flatMap(([name, shapes]) => {
        const shape = shapes[Math.min(rank(name, shapes.length), shapes.length - 1)]
        return shape === undefined ? [] : [[name, shape] as const]
      }),
    )
  const together = [0, 1, 2].map(rank => pick((_, many) => Math.min(rank, many - 1)))
  const single = choices.flatMap(([own, shapes]) =>
    shapes.slice(1).map((_, rank) => pick(name => (name === own ? rank + 1 : 0))),
  )
  const texts = new Set<string>()
  return [...together, ...single]
    .filter(it => !texts.has(JSON.stringify(it)) && texts.add(JSON.stringify(it)) !== undefined)
    .slice(0, MOST_FORMS)
}

/** Bounds of a number widened to what call sites give, so that values as he uses them are among those drawn. */
function narrowed(shapes: readonly Shape[], texts: readonly string[]): readonly Shape[] {
  const numbers = texts
    .map(text => text.replace(/^\w+=/, ''))
    .filter(text => /^-?\d+(\.\d+)?(e-?\d+)?$/i.test(text))
    .map(Number)
  if (numbers.length === 0) return shapes
  return shapes.map(shape => {
    if (shape.of !== 'float' && shape.of !== 'integer') return shape
    const low = Math.min(...numbers, shape.low)
    // A count as large as the one he uses would make every trial as long as his own run
    const high = Math.max(...numbers.filter(it => shape.of === 'float' || it <= 200), shape.high)
    return { ...shape, low, high }
  })
}

const FLAVOURS: readonly (readonly [string, Flavour])[] = [
  ['NaN', 'nan'],
  ['infinities', 'infinite'],
  ['zero', 'zero'],
  ['negative', 'negative'],
  ['duplicates', 'duplicates'],
  ['large', 'large'],
  ['tiny', 'tiny'],
  ['whole numbers', 'integers'],
  ['ascending', 'sorted'],
  ['descending', 'reversed'],
]

/**
 * The inputs that a candidate has to pass, those that tell most first: ordinary ones, empty, one, then numbers bent in every way, sizes and
 * values that the texts of original and candidates name, lengths that differ, defaults left out, and a large one.
 */
export function inputsOf(
  facts: ModuleFacts,
  forms: readonly CallForm[],
  special: readonly number[],
): readonly TrialInput[] {
  const inputs: TrialInput[] = []
  let seed = 1
  const add = (
    form: CallForm,
    kind: string,
    size: number,
    flavour: Flavour,
    again = false,
    given = form.arguments,
  ) => {
    seed += 1
    inputs.push({ kind, seed: seed * 7_919, size, flavour, special, arguments: given, again })
  }
  forms.forEach((form, rank) => {
    // Inputs of one way of calling are the same whatever others there are
    seed = 1 + 500 * rank
    const ordinary = form.isSized ? [2, 3, 5, 8, 17, 64] : [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
    ordinary.forEach((size, place) => add(form, 'ordinary', size, 'plain', place === 3 || place === 4))
    if (form.isSized) {
      add(form, 'empty', 0, 'plain')
      add(form, 'one', 1, 'plain')
    }
    for (const [kind, flavour] of FLAVOURS) {
      add(form, kind, 4, flavour)
      add(form, kind, 9, flavour)
    }
    // Ties and equal distances are rare, so many are drawn
    for (const size of [2, 3, 3, 5, 6]) add(form, 'duplicates', size, 'duplicates')
    for (let draws = 0; draws < namingDraws(special); draws += 1) add(form, 'values it names', 6, 'special')
    if (rank === 0)
      for (const given of withoutDefaults(facts, form)) add(form, 'defaults', 5, 'plain', false, given)
    for (const given of otherLengths(form)) add(form, 'other lengths', EMPTIED, 'plain', false, given)
    if (form.isSized) {
      for (const size of namedSizes(special)) add(form, 'sizes it names', size, 'plain')
      add(form, 'large size', rank === 0 ? 1_000 : 300, 'plain')
    }
  })
  const [first] = forms
  if (first !== undefined) {
    for (let draws = 8; draws < namingDraws(special); draws += 1) add(first, 'values it names', 6, 'special')
    // Forms for arrays leave few elements to the loop that they came from. Where many numbers near the largest float are added, it is only the
    // order of the sum that says which is infinite
    const many = first.isSized ? FLAVOURS.filter(([, flavour]) => flavour !== 'large') : []
    for (const [kind, flavour] of many) add(first, kind, 70, flavour)
  }
  // The longest calls come last: where time runs out it is for them
  return inputs.toSorted((one, other) => Number(one.size > 100) - Number(other.size > 100))
}

/** So many calls that nearly every value that is named is drawn, by an argument that takes one value too. */
function namingDraws({ length }: readonly number[]): number {
  return length === 0 ? 0 : Math.min(24, Math.max(8, 3 * length))
}

/** Calls that leave out what has a default: all of them, and each alone. */
function withoutDefaults(
  { function: found }: ModuleFacts,
  form: CallForm,
): readonly Readonly<Record<string, Shape>>[] {
  const optional = found.parameters
    .filter(({ fallback, name }) => fallback !== null && name in form.arguments)
    .map(({ name }) => name)
  const without = (names: readonly string[]) =>
    Object.fromEntries(Object.entries(form.arguments).filter(([name]) => !names.includes(name)))
  if (optional.length === 0) return []
  return [optional, optional, ...(optional.length > 1 ? optional.map(name => [name]) : [])]
    .slice(0, 8)
    .map(without)
}

/** Size of the calls with other lengths; so many fewer is none. */
const EMPTIED = 5

/** Calls in which one sequence has more or fewer than the others, or none. */
function otherLengths(form: CallForm): readonly Readonly<Record<string, Shape>>[] {
  const sequences = Object.entries(form.arguments).filter(([, shape]) => shape.of === 'sequence')
  if (sequences.length < 2) return []
  return sequences
    .slice(0, 4)
    .flatMap(([name, shape]) =>
      shape.of === 'sequence'
        ? [1, -1, -EMPTIED].map(more => ({ ...form.arguments, [name]: { ...shape, more } }))
        : [],
    )
}

/** Sizes around the whole numbers that the texts name: where a wrong bound would show. */
function namedSizes(special: readonly number[]): readonly number[] {
  const whole = special.filter(it => Number.isInteger(it) && it >= 2 && it <= 5_000)
  return [...new Set(whole.flatMap(it => [it - 1, it, it + 1]))].slice(0, 24)
}

/**
 * Inputs of one size for timing. Every second one differs from the one before in a single element of each argument: who remembers a call by less
 * than all of its arguments gives a wrong result there.
 */
export function timedInputs(
  form: CallForm,
  size: number,
  count: number,
  seed: number,
): readonly TrialInput[] {
  return Array.from({ length: count }, (_, place) => ({
    kind: 'timed',
    seed: seed * 100_003 + (form.isSized ? place - (place % 2) : place),
    size,
    flavour: 'plain',
    special: [],
    arguments: form.arguments,
    again: false,
    inner: form.isSized && place % 2 === 1,
  }))
}
