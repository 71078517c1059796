import * as z from 'zod'
import type { Trial } from './rule.ts'

/** What one trial gave. */
export interface Tried {
  readonly told: string
  /** Whether the function under test raised, which shows nothing: the call may not suit it. */
  readonly raised: boolean
  /** The other side, for every convention. */
  readonly expected: readonly { readonly told: string; readonly agrees: boolean; readonly raised: boolean }[]
}

/** What trials say of a function; `nothing` where none of them could be held against it. */
export type Judgement =
  | { readonly kind: 'passed' | 'nothing' }
  | { readonly kind: 'failed'; readonly shown: Shown }

/** What a failing trial shows. */
export interface Shown {
  readonly input: string
  readonly actual: string
  readonly expected: string
}

const tried = z.array(
  z.object({
    told: z.string(),
    raised: z.boolean(),
    expected: z.array(z.object({ told: z.string(), agrees: z.boolean(), raised: z.boolean() })),
  }),
)

/** The text of a module with the references in it by the name `reference`, and other functions after it. */
export function withReferences(source: string, references: string, functions: readonly string[]): string {
  return [
    source.trimEnd(),
    '',
    '',
    'import types as _types',
    'reference = _types.ModuleType("reference")',
    `exec(${JSON.stringify(references)}, reference.__dict__)`,
    ...functions.flatMap(text => ['', '', text]),
    '',
  ].join('\n')
}

/** What the placeholders of a trial stand for. */
export interface Filling {
  /** Python for the function under test, and for its fix. */
  readonly function: string
  readonly mended: string
  /** The source of what is tested. */
  readonly text: string
}

/** The Python expression that runs the trials. */
export function triedCall(trials: readonly Trial[], filling: Filling): string {
  // Put in by functions, for a dollar in what is put in means nothing
  const fill = (text: string): string =>
    `lambda: ${text
      .replaceAll('$f', () => filling.function)
      .replaceAll('$mended', () => filling.mended)
      .replaceAll('$text', () => JSON.stringify(filling.text))}`
  const tuples = trials.map(
    ({ actual, expected, tolerance }) =>
      `(${fill(actual)}, [${expected.map(fill).join(', ')}], ${String(tolerance)})`,
  )
  return `reference.tried([${tuples.join(', ')}])`
}

/** What the trials gave, from the text that the call came to; undefined for any other text. */
export function readTried(text: string): readonly Tried[] | undefined {
  const encoded = /^'([A-Za-z0-9+/=]*)'$/.exec(text)?.[1]
  if (encoded === undefined) return undefined
  try {
    return tried.safeParse(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'))).data
  } catch {
    return undefined
  }
}

/**
 * Whether the function passed, with the first trial that it failed. Within a topic the convention counts that most trials
 * keep to. A trial in which one side raised says nothing of a function that is met for the first time, for the call may not
 * suit it; a fix (`mayRaise` false) must answer every trial.
 */
export function judge(trials: readonly Trial[], tried: readonly Tried[], mayRaise: boolean): Judgement {
  const pairs = trials.flatMap((trial, index) => {
    const one = tried[index]
    return one && !one.raised ? [{ trial, tried: one }] : []
  })
  if (pairs.length === 0 || (!mayRaise && pairs.length < trials.length)) return { kind: 'nothing' }
  for (const { trial, tried: one } of pairs) {
    const convention = conventionOf(
      pairs.filter(pair => pair.trial.topic === trial.topic).map(pair => pair.tried),
    )
    const right = one.expected[convention]
    if (right && !right.raised && !right.agrees)
      return { kind: 'failed', shown: { input: trial.input, actual: one.told, expected: right.told } }
  }
  return { kind: 'passed' }
}

/** The convention that most trials keep to, the first of equals. */
function conventionOf(tried: readonly Tried[]): number {
  const conventions = tried[0]?.expected.length ?? 0
  const kept = Array.from(
    { length: conventions },
    (_, index) => tried.filter(({ expected }) => expected[index]?.agrees === true).length,
  )
  return kept.indexOf(Math.max(...kept))
}
