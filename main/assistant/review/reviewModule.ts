import type { CodeFinding } from '../../contract/assistant.ts'
import { functionsOf, replaceFunction } from '../syntax/python/functions.ts'
import { printModule, printStatement } from '../syntax/python/print.ts'
import type { PythonModule } from '../syntax/python/tree.ts'
import type { EvaluationTask, Evaluated } from '../verifier/evaluate.ts'
import type { Rule, Suspicion } from './rule.ts'
import { readSubject, type Subject } from './subject.ts'
import { judge, readTried, triedCall, withReferences, type Shown } from './trying.ts'

/** What a review works with. */
export interface ReviewParts {
  readonly rules: readonly Rule[]
  /** The text of `assets/assistant/references.py`. */
  readonly references: string
  /** Runs Python in the sandbox. */
  readonly evaluate: (task: EvaluationTask, signal?: AbortSignal) => Promise<readonly Evaluated[]>
}

/** One module under review. */
export interface ReviewedModule {
  readonly file: string
  /** The folder that its imports are found in. */
  readonly folder: string
  readonly source: string
  readonly module: PythonModule
}

/** What the review of a module gave. */
export interface ModuleReview {
  /** Each with an input that was run and failed. */
  readonly findings: readonly Omit<CodeFinding, 'id'>[]
  readonly functions: number
  /** Suspicions that no input could show. */
  readonly suspicions: number
}

/** Wall-clock for the trials of one module, seconds. */
const SECONDS = 20

interface Suspected {
  readonly subject: Subject
  readonly rule: Rule
  readonly suspicion: Suspicion
  /** The name of the function under test, and of its fix beside it. */
  readonly name: string
  readonly mended: string
}

interface Failing extends Suspected {
  readonly shown: Shown
  readonly isMended: boolean
}

/** Looks at every function of a module with every rule, and runs what is suspected; only what fails is a finding. */
export async function reviewModule(
  parts: ReviewParts,
  reviewed: ReviewedModule,
  signal?: AbortSignal,
): Promise<ModuleReview> {
  const subjects = functionsOf(reviewed.module).map(({ path, statement }) =>
    readSubject(reviewed.module, path, statement),
  )
  const all = subjects.flatMap((subject, place) => suspectedOf(parts.rules, subject, place))
  // A method needs its object and an inner function its outer one: what is suspected of them stays a suspicion
  const callable = all.filter(({ subject }) => !subject.path.includes('.'))
  const first = await tryAll(parts, reviewed, callable, 'itself', signal)
  const failing = callable.filter((_, index) => first[index]?.kind === 'failed')
  const fixed = failing.filter(({ suspicion }) => suspicion.fix !== undefined)
  const second = await tryAll(parts, reviewed, fixed, 'mended', signal)
  const mended = new Set(fixed.filter((_, index) => second[index]?.kind === 'passed'))
  const shown = callable.flatMap((each, index): readonly Failing[] => {
    const outcome = first[index]
    return outcome?.kind === 'failed' ? [{ ...each, shown: outcome.shown, isMended: mended.has(each) }] : []
  })
  const told = chosen(shown)
  const unshown = all.filter(
    each => !each.suspicion.isGuess && !shown.some(({ suspicion }) => suspicion === each.suspicion),
  )
  const refuted = callable.filter((each, index) => !each.suspicion.isGuess && first[index]?.kind === 'passed')
  return {
    findings: told.map(each => findingOf(reviewed, each)),
    functions: subjects.length,
    suspicions: unshown.length - refuted.length,
  }
}

function suspectedOf(rules: readonly Rule[], subject: Subject, place: number): readonly Suspected[] {
  return rules.flatMap((rule, order) =>
    rule.look(subject).map((suspicion, index) => ({
      subject,
      rule,
      suspicion,
      name: subject.function.name,
      mended: `mended_${String(place)}_${String(order)}_${String(index)}`,
    })),
  )
}

/** Runs the trials of each on the function itself or on its fix. */
async function tryAll(
  parts: ReviewParts,
  { source, folder }: ReviewedModule,
  suspected: readonly Suspected[],
  under: 'itself' | 'mended',
  signal: AbortSignal | undefined,
): Promise<readonly (ReturnType<typeof judge> | undefined)[]> {
  if (suspected.length === 0) return []
  const functions = suspected.flatMap(({ suspicion, mended }) =>
    suspicion.fix ? [printStatement({ ...suspicion.fix, name: mended, above: [] })] : [],
  )
  const calls = suspected.map(each =>
    triedCall(each.suspicion.trials, under === 'itself' ? each.name : each.mended, each.mended),
  )
  const distinct = [...new Set(calls)]
  const evaluated = await parts.evaluate(
    {
      module: withReferences(source, parts.references, functions),
      folder,
      calls: distinct,
      seconds: SECONDS,
    },
    signal,
  )
  return suspected.map(({ suspicion }, index) => {
    const outcome = evaluated[distinct.indexOf(calls[index] ?? '')]
    const tried = outcome?.kind === 'value' ? readTried(outcome.text) : undefined
    return tried && judge(suspicion.trials, tried, under === 'itself')
  })
}

/** Of what fails on one input only the best explained: with a proven fix before without, an earlier rule before a later one. */
function chosen(failing: readonly Failing[]): readonly Failing[] {
  const believed = failing.filter(({ suspicion, isMended }) => isMended || !suspicion.isGuess)
  const ranked = [...believed].sort((one, other) => Number(other.isMended) - Number(one.isMended))
  const seen = new Set<string>()
  return ranked.filter(({ subject, shown }) => {
    const key = `${subject.path} ${shown.input}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

function findingOf(
  { file, source, module }: ReviewedModule,
  { subject, rule, suspicion, shown, isMended }: Failing,
): Omit<CodeFinding, 'id'> {
  const lines = subject.function.lines ?? suspicion.lines
  const fix = isMended && suspicion.fix ? suspicion.fix : undefined
  return {
    rule: rule.id,
    severity: rule.severity,
    place: { file, function: subject.path, lines },
    lines: suspicion.lines,
    title: rule.title,
    reason: suspicion.reason,
    failing: shown,
    fix: fix && {
      before: source,
      after: printModule(replaceFunction(module, subject.path, { function: fix, added: [] })),
    },
  }
}
