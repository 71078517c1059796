import { hashText } from '../../core/base/random.ts'
import type { EqualityEvidence, MemoryEvidence } from '../../contract/assistant.ts'
import { z } from 'zod'
import { linesReached, prepareBaseline, type Baseline } from './baseline.ts'
import { readDescribed, type Described, type FunctionFacts } from './facts.ts'
import { readJson, type Harness } from './harness.ts'
import { timedInputs } from './inputs.ts'
import { ALLOWED, COMPARED, judge } from './judge.ts'
import { commandOf, observe, type TriedModule } from './observe.ts'
import { race } from './race.ts'
import { speedUp } from './speedUp.ts'
import { gate, PURE } from './staticGate.ts'
import { unseenChange } from './unreached.ts'
import type { Candidate, Verdict, VerificationTask } from './verdict.ts'

/** How far a verification is, and every verdict as it is reached. */
export type VerificationProgress =
  | { readonly kind: 'phase'; readonly phase: string; readonly done: number; readonly total: number }
  | { readonly kind: 'verdict'; readonly verdict: Verdict }

/** Runs of each size that are timed. */
const RUNS = 8
/**
 * A candidate may take so many times as long as the original did on the same inputs, and never less than this: of the processor, and by
 * the clock, which says little on a busy machine.
 */
const PATIENCE = { times: 8, processor: 2, clock: 10 }
const TIMING_SECONDS = 4
/** Somebody waits for the first verdicts, so that many are timed before all others are compared, and in less time. */
const TIMED_AT_ONCE = 3
const FIRST_TIMING_SECONDS = 1
const MEMORY_SECONDS = 10

/** A verification under way. */
interface Run {
  readonly harness: Harness
  readonly task: VerificationTask
  readonly until: number
  readonly tell: (progress: VerificationProgress) => void
}

/** A candidate that may be run, with what is known of its function. */
type Opened = Candidate & { readonly facts: FunctionFacts }

/**
 * Tries every candidate against the original: what cannot be read or reaches too far is refuted unseen, the rest is called with all inputs in
 * two processes and in two orders, and what is equal is timed and measured in the order that was given. Gives one verdict a candidate, in
 * that order; what there was no time for is unverified.
 */
export async function verifyCandidates(
  harness: Harness,
  task: VerificationTask,
  tell: (progress: VerificationProgress) => void,
): Promise<readonly Verdict[]> {
  const run: Run = { harness, task, until: Date.now() + task.seconds * 1_000, tell }
  const verdicts = new Map<string, Verdict>()
  const settle = (verdict: Verdict) => {
    verdicts.set(verdict.id, verdict)
    tell({ kind: 'verdict', verdict })
  }
  const { candidates } = task
  tell({ kind: 'phase', phase: 'starting Python in the sandbox', done: 0, total: 0 })
  const described = await describe(run, [task.module, ...candidates.map(({ module }) => module)])
  const [original, ...others] = described
  if (original === undefined || !original.ok)
    return candidates.map(({ id }) => unverified(id, original?.reason ?? 'it could not be read'))
  const open = candidates.flatMap((candidate, place): Opened[] => {
    const told = others[place]
    const reason = gateReason(original, told)
    if (reason !== undefined) settle(refuted(candidate.id, reason))
    return reason === undefined && told?.ok === true ? [{ ...candidate, facts: told.facts.function }] : []
  })
  const known = described.flatMap(it => (it?.ok === true ? [it.facts] : []))
  const numbers = [
    ...known.flatMap(it => it.function.numbers),
    ...known.flatMap(({ named }) => named.numbers),
  ]
  const baseline =
    open.length === 0
      ? undefined
      : await prepareBaseline(harness, task, original.facts, numbers, secondsLeft(run) * 0.5)
  if (baseline !== undefined && !baseline.ok)
    for (const { id } of open) settle(unverified(id, baseline.failure))
  if (baseline?.ok === true) await tryAll(run, baseline.value, open, settle)
  return candidates.map(({ id }) => verdicts.get(id) ?? unverified(id, 'there was no time left for it'))
}

/** Equality of all first, as it is cheap; then the clock for those that are equal. */
async function tryAll(
  run: Run,
  baseline: Baseline,
  open: readonly Opened[],
  settle: (verdict: Verdict) => void,
): Promise<void> {
  // The first are timed as soon as they are known to be equal: someone waits for them
  let timed = 0
  const waiting: { readonly candidate: Candidate; readonly worst: number }[] = []
  for (const [place, candidate] of open.entries()) {
    if (secondsLeft(run) < 0.2 || run.harness.isClosed) return
    run.tell({
      kind: 'phase',
      phase: `checking that it is the same, ${place + 1} of ${open.length}`,
      done: place,
      total: open.length,
    })
    const equal = await compareWithBaseline(run, baseline, candidate)
    if ('kind' in equal) settle(equal)
    else if (timed < TIMED_AT_ONCE) {
      timed += 1
      settle(await timeCandidate(run, baseline, candidate, equal.worst, FIRST_TIMING_SECONDS))
    } else waiting.push({ candidate, worst: equal.worst })
  }
  for (const [place, { candidate, worst }] of waiting.entries()) {
    if (secondsLeft(run) < 0.5 || run.harness.isClosed) return
    run.tell({
      kind: 'phase',
      phase: `timing ${place + 1} of ${waiting.length}`,
      done: place,
      total: waiting.length,
    })
    settle(await timeCandidate(run, baseline, candidate, worst, TIMING_SECONDS))
  }
}

/** Why a candidate is not run: it is no Python, has another shape of call, or reaches further than the original. */
function gateReason(
  original: Described & { readonly ok: true },
  candidate: Described | undefined,
): string | undefined {
  if (candidate === undefined) return 'it could not be read'
  if (!candidate.ok) return candidate.reason
  const head = ({ facts }: typeof original) =>
    JSON.stringify([
      facts.function.kind,
      facts.function.parameters.map(({ name, form, fallback }) => [name, form, fallback]),
    ])
  if (head(original) !== head(candidate)) return 'its parameters are not those of the original'
  return gate(original.facts.named, candidate.facts.named)
}

/** Calls a candidate in two processes, with the inputs in two orders. */
async function compareWithBaseline(
  run: Run,
  baseline: Baseline,
  candidate: Opened,
): Promise<Verdict | { readonly worst: number }> {
  const { id, module, reorders, facts } = candidate
  const tried: TriedModule = { ...baseline.tried, module, isWatched: true }
  const seconds = Math.min(secondsLeft(run), Math.max(PATIENCE.clock, PATIENCE.times * baseline.seconds))
  const processor = Math.ceil(Math.max(PATIENCE.processor, PATIENCE.times * baseline.seconds))
  let worst = 0
  let lines: ReadonlySet<number> = new Set()
  for (const [place, order] of baseline.orders.entries()) {
    // Followed line by line in the second order, as the original was
    const observed = await observe(run.harness, tried, baseline.inputs, order.places, {
      seconds,
      processor,
      ...(place === 0 ? {} : { trace: [facts.first, facts.last] }),
    })
    if (run.harness.isClosed || secondsLeft(run) < 0.05)
      return unverified(id, observed.problem ?? 'there was no time left for it')
    const judged = judge(order.observed, observed, baseline.useful, reorders)
    if (!judged.ok) return refuted(id, judged.reason, judged.input)
    worst = Math.max(worst, judged.worst)
    lines = linesReached(observed, baseline.useful)
  }
  const unseen = unseenChange(baseline.facts, baseline.reachedLines, facts, lines)
  return unseen === undefined ? { worst } : unverified(id, unseen)
}

async function timeCandidate(
  run: Run,
  baseline: Baseline,
  candidate: Candidate,
  worst: number,
  seconds: number,
): Promise<Verdict> {
  const { id, module, reorders } = candidate
  const tried: TriedModule = { ...baseline.tried, module, isWatched: true }
  const raced = await race(run.harness, baseline.tried, tried, baseline.form, baseline.sizes, {
    runs: RUNS,
    seconds: Math.min(secondsLeft(run), seconds),
    mostSeconds: secondsLeft(run),
    seed: Math.abs(hashText(module)) % 1_000_003,
    reorders,
  })
  if (raced.kind === 'different') return refuted(id, raced.reason)
  if (raced.kind === 'stopped') return unverified(id, `it could not be timed: ${raced.reason}`)
  const memory = await measureMemory(run, baseline, tried)
  if (memory === undefined) return unverified(id, 'its memory could not be measured')
  const equality = equalityOf(baseline, candidate, Math.max(worst, raced.worst))
  return { id, kind: 'verified', equality, timing: speedUp(raced.sizes), memory }
}

function equalityOf(baseline: Baseline, { reorders }: Candidate, worst: number): EqualityEvidence {
  const isBent = reorders && worst > 0
  const note = reorders ? ["NumPy's 64-bit floats count as the Python floats that they are"] : []
  return {
    kind: isBent ? 'tolerance' : 'exact',
    worst,
    allowed: isBent ? ALLOWED : 0,
    inputs: baseline.useful.length,
    kinds: baseline.kinds,
    exceptions: baseline.exceptions,
    compared: [...COMPARED, ...note, ...baseline.notes],
  }
}

const Peak = z.object({ peak: z.number() })

/** Peak memory of one call of each in processes of their own: at the largest size, at the smallest where that takes too long. */
async function measureMemory(
  run: Run,
  baseline: Baseline,
  tried: TriedModule,
): Promise<MemoryEvidence | undefined> {
  const sizes = baseline.sizes.map(({ size }) => size)
  for (const size of [Math.max(...sizes), Math.min(...sizes)]) {
    const before = await peakOf(run, baseline, baseline.tried, size)
    const after = before === undefined ? undefined : await peakOf(run, baseline, tried, size)
    if (before !== undefined && after !== undefined) return { before, after }
  }
  return undefined
}

async function peakOf(
  run: Run,
  baseline: Baseline,
  tried: TriedModule,
  size: number,
): Promise<number | undefined> {
  let peak: number | undefined
  const inputs = timedInputs(baseline.form, size, 1, 97)
  const seconds = Math.max(1, Math.min(secondsLeft(run), MEMORY_SECONDS))
  await run.harness.ask(
    { do: 'run', work: 'memory', ...commandOf(tried), inputs, seconds },
    ({ payload }) => {
      const json = readJson(payload)
      peak ??= json.ok ? Peak.safeParse(json.value).data?.peak : undefined
    },
  )
  return peak
}

/** What Python's own parser says of the texts, in their order. */
async function describe(run: Run, texts: readonly string[]): Promise<readonly (Described | undefined)[]> {
  const found = new Map<number, Described>()
  const seconds = Math.max(2, Math.min(10, secondsLeft(run)))
  await run.harness.ask(
    { do: 'run', work: 'describe', texts, function: run.task.function, pure: [...PURE], seconds },
    ({ payload }) => {
      const json = readJson(payload)
      const described = json.ok ? readDescribed(json.value) : undefined
      if (described !== undefined) found.set(described.place, described)
    },
  )
  return texts.map((_, place) => found.get(place))
}

function secondsLeft({ until }: Run): number {
  return (until - Date.now()) / 1_000
}

function unverified(id: string, reason: string): Verdict {
  return { id, kind: 'unverified', reason }
}

function refuted(id: string, reason: string, input?: string): Verdict {
  return { id, kind: 'refuted', reason, input }
}
