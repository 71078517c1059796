import { compareEncodings, RELATIVE_ALLOWED, scaleOf, type Allowance, type Comparison } from './compare.ts'
import type { CallOutcome, Observation, Observed } from './observe.ts'

/** How far floats may be apart, of the largest of them, where a rewriting reorders their sums. */
export const ALLOWED = RELATIVE_ALLOWED

/** What is compared beside the value or the exception, as evidence says it. */
export const COMPARED = [
  'arguments after the call',
  'what the module keeps',
  'output',
  'random streams',
  'files',
  'libraries left as they were',
  'further calls with equal arguments, with all but one equal or but one element, and with the same objects changed in place',
] as const

/** Whether a candidate did what the original did on every input that both were given, and the largest difference of floats. */
export type Judgement =
  | { readonly ok: true; readonly worst: number }
  | { readonly ok: false; readonly reason: string; readonly input: string | undefined }

/**
 * Compares all that two processes saw, over the given inputs. `reorders` allows floats to differ in the last digits; nothing else may
 * differ. A candidate that did not come to its end has failed.
 */
export function judge(
  original: Observed,
  candidate: Observed,
  inputs: readonly number[],
  reorders: boolean,
): Judgement {
  let worst = 0
  for (const place of inputs) {
    const before = original.calls.get(place)
    const after = candidate.calls.get(place)
    if (before === undefined) continue
    if (after === undefined)
      return { ok: false, reason: candidate.problem ?? 'it left out a call', input: before.shown }
    const found = judgeCall(before, after, original, candidate, reorders)
    if (!found.ok)
      return {
        ok: false,
        reason: found.where === '' ? found.how : `${found.where}: ${found.how}`,
        input: before.shown,
      }
    worst = Math.max(worst, found.worst)
  }
  if (candidate.done === undefined)
    return { ok: false, reason: candidate.problem ?? 'it did not come to its end', input: undefined }
  const patched = candidate.done.patched.filter(name => original.done?.patched.includes(name) !== true)
  if (patched.length > 0)
    return { ok: false, reason: `it changes ${patched.slice(0, 3).join(', ')}`, input: undefined }
  const files = compareEncodings(original.done?.files, candidate.done.files, 'files')
  if (!files.ok) return { ok: false, reason: 'it leaves other files behind', input: undefined }
  const output = compareEncodings(original.loaded?.output, candidate.loaded?.output, 'output while loading')
  return output.ok
    ? { ok: true, worst }
    : { ok: false, reason: 'it prints something else while it loads', input: undefined }
}

function judgeCall(
  before: Observation,
  after: Observation,
  original: Observed,
  candidate: Observed,
  reorders: boolean,
): Comparison {
  if (before.given !== after.given)
    return parts('', 'it was given other arguments: it changes how they are made')
  const first = judgeOutcome(before, after, reorders)
  if (!first.ok) return first
  const output = compareEncodings(before.output, after.output, 'output')
  if (!output.ok) return parts('', 'it prints something else')
  if (before.random !== after.random) return parts('', 'it leaves the random stream somewhere else')
  const globals = judgeGlobals(before, after, original, candidate)
  if (!globals.ok) return globals
  const { again } = before
  const { again: further } = after
  if (again === undefined) return first
  if (further === undefined) return parts('', 'it left out calls')
  type Row = readonly [when: string, before: CallOutcome, after: CallOutcome]
  const rows: readonly Row[] = [
    ['called again with equal arguments', again.equal, further.equal],
    ...again.varied.map((one, place): Row => [
      'called again with all arguments but one equal',
      one,
      further.varied[place] ?? {},
    ]),
    ['called again with the same objects, changed in place', again.turned, further.turned],
    ['its first result, after later calls', again.first ?? {}, further.first ?? {}],
  ]
  let { worst } = first
  for (const [when, one, other] of rows) {
    const found = judgeOutcome(one, other, reorders)
    if (!found.ok) return parts(when, found.where === '' ? found.how : `${found.where}: ${found.how}`)
    worst = Math.max(worst, found.worst)
  }
  return { ok: true, worst }
}

/** Values against values, exceptions against exceptions, and the arguments after the call. */
export function judgeOutcome(before: CallOutcome, after: CallOutcome, reorders: boolean): Comparison {
  const allowance = reorders ? allowanceOf(before) : undefined
  if ((before.raised === undefined) !== (after.raised === undefined)) {
    const was = before.raised === undefined ? 'returned a value' : `raised ${before.said ?? 'an exception'}`
    return parts(
      '',
      `the original ${was}, it ${after.raised === undefined ? 'returned a value' : `raised ${after.said ?? 'an exception'}`}`,
    )
  }
  const found =
    before.raised === undefined
      ? compareEncodings(before.result, after.result, 'result', allowance)
      : judgeRaised(before, after)
  if (!found.ok) return found
  const left = compareEncodings(before.after, after.after, 'arguments', allowance)
  return left.ok
    ? { ok: true, worst: Math.max(found.worst, left.worst) }
    : parts('arguments after the call', left.how)
}

/** The type of the exception; its message too where the code itself wrote it, but for the numbers in it. */
function judgeRaised(before: CallOutcome, after: CallOutcome): Comparison {
  const type = (it: unknown) => (Array.isArray(it) ? String(it[1]) : '')
  if (type(before.raised) !== type(after.raised))
    return parts('', `the original raised ${before.said ?? ''}, it raised ${after.said ?? ''}`)
  const plain = (it: string | undefined) => (it ?? '').replaceAll(/-?\d+(\.\d+)?(e[+-]?\d+)?/g, '#')
  if (before.explicit === true && plain(before.said) !== plain(after.said))
    return parts('', `the original raised ${before.said ?? ''}, it raised ${after.said ?? ''}`)
  return { ok: true, worst: 0 }
}

/** What the original's module keeps; a candidate may have more of its own, tables made while it loads, as long as no call changes them. */
function judgeGlobals(
  before: Observation,
  after: Observation,
  original: Observed,
  candidate: Observed,
): Comparison {
  for (const [name, value] of Object.entries(before.globals)) {
    const isOwn = original.loaded?.globals[name] !== undefined
    if (isOwn && after.globals[name] !== value) {
      // What was different from the start (a name for something else) and stays is no effect of the call
      const isKept =
        after.globals[name] === candidate.loaded?.globals[name] && value === original.loaded?.globals[name]
      if (!isKept) return parts('', `it leaves the module's ${name} different`)
    }
  }
  const grown = Object.entries(after.globals).find(
    ([name, value]) =>
      original.loaded?.globals[name] === undefined && candidate.loaded?.globals[name] !== value,
  )
  return grown === undefined || before.globals[grown[0]] !== undefined
    ? { ok: true, worst: 0 }
    : parts('', `it keeps something from call to call in ${grown[0]}`)
}

function allowanceOf(before: CallOutcome): Allowance {
  return { relative: RELATIVE_ALLOWED, scale: Math.max(scaleOf(before.result), scaleOf(before.after)) }
}

function parts(where: string, how: string): Comparison {
  return { ok: false, where, how }
}
