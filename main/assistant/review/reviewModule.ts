import type { CodeFinding, CodeSuspicion } from '../../contract/assistant.ts'
import { functionNamed, functionsOf, replaceFunction } from '../syntax/python/functions.ts'
import { printModule } from '../syntax/python/print.ts'
import type { PythonModule } from '../syntax/python/tree.ts'
import type { Rule } from './rule.ts'
import { readSubject, type Subject } from './subject.ts'
import { runTrials, type TrialJudgement, type TrialModule, type TrialOf, type TrialParts } from './trials.ts'
import type { Shown } from './trying.ts'

/** What a review works with. */
export interface ReviewParts extends TrialParts {
  readonly rules: readonly Rule[]
}

/** One module under review. */
export interface ReviewedModule extends TrialModule {
  readonly file: string
}

/** What the review of a module gave. */
export interface ModuleReview {
  /** Each with an input that was run and failed. */
  readonly findings: readonly Omit<CodeFinding, 'id'>[]
  readonly functions: number
  /** What no input could show. */
  readonly suspicions: readonly CodeSuspicion[]
}

interface Suspected extends TrialOf {
  readonly subject: Subject
  readonly rule: Rule
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
  const suspected = subjects.flatMap((subject, place) => suspectedOf(parts.rules, subject, place))
  const callable = suspected.filter(each => isCallable(reviewed.module, each))
  const itself = await runTrials(parts, reviewed, callable, 'itself', signal)
  const fixed = callable.filter((each, index) => each.suspicion.fix && itself[index]?.kind === 'failed')
  const after = await runTrials(parts, reviewed, fixed, 'mended', signal)
  const mended = new Set(fixed.filter((_, index) => after[index]?.kind === 'passed'))
  const failing = callable.flatMap((each, index): readonly Failing[] => {
    const judgement = itself[index]
    return judgement?.kind === 'failed'
      ? [{ ...each, shown: judgement.shown, isMended: mended.has(each) }]
      : []
  })
  const judgements = new Map(callable.map((each, index) => [each, itself[index]]))
  return {
    findings: chosen(failing)
      .map(each => findingOf(reviewed, each))
      .toSorted((one, other) => one.lines.first - other.lines.first),
    functions: subjects.length,
    suspicions: distinct(
      suspected.flatMap(each => {
        const unshown = unshownOf(judgements.get(each))
        return each.suspicion.isGuess || unshown === undefined
          ? []
          : [{ ...describedBy(reviewed, each), unshown }]
      }),
    ),
  }
}

function suspectedOf(rules: readonly Rule[], subject: Subject, place: number): readonly Suspected[] {
  return rules.flatMap((rule, order) =>
    rule.look(subject).map((suspicion, index) => ({
      subject,
      rule,
      path: subject.path,
      function: subject.function,
      suspicion,
      mended: `mended_${String(place)}_${String(order)}_${String(index)}`,
    })),
  )
}

/** Whether trials can call it: a function inside another one lives only while that runs. */
function isCallable(module: PythonModule, { path, suspicion }: Suspected): boolean {
  const outer = path.slice(0, Math.max(path.lastIndexOf('.'), 0))
  const isInner = outer !== '' && (outer.includes('.') || functionNamed(module, outer) !== undefined)
  return suspicion.isAlone === true || !isInner
}

/** Of what fails on one input only the best explained: with a proven fix before without, an earlier rule before a later one. */
function chosen(failing: readonly Failing[]): readonly Failing[] {
  const believed = failing.filter(({ suspicion, isMended }) => isMended || !suspicion.isGuess)
  const ranked = [...believed].sort((one, other) => Number(other.isMended) - Number(one.isMended))
  const seen = new Set<string>()
  return ranked.filter(({ path, shown, rule, suspicion }) => {
    const keys = [`${path} ${shown.input}`, `${path} ${rule.id} ${String(suspicion.lines.first)}`]
    const isNew = !keys.some(key => seen.has(key))
    for (const key of keys) seen.add(key)
    return isNew
  })
}

/** One of those that a rule has of the same line. */
function distinct(suspicions: readonly CodeSuspicion[]): readonly CodeSuspicion[] {
  const keyOf = ({ rule, place, lines }: CodeSuspicion) => `${place.function} ${rule} ${lines.first}`
  return [...new Map(suspicions.map(each => [keyOf(each), each])).values()]
}

/** Why trials show nothing; undefined where they did. Without any it could not even be called. */
function unshownOf(judgement: TrialJudgement | undefined): string | undefined {
  switch (judgement?.kind) {
    case 'passed':
    case 'failed':
      return undefined
    case 'nothing':
      return 'none of the calls that were tried suits it'
    case 'unrun':
      return judgement.reason
    case undefined:
      return 'it stands inside another function and cannot be called alone'
  }
}

/** What is known of a suspicion without running it. */
function describedBy(
  { file }: ReviewedModule,
  { subject, rule, suspicion }: Suspected,
): Omit<CodeSuspicion, 'unshown'> {
  return {
    rule: rule.id,
    place: { file, function: subject.path, lines: subject.function.lines ?? suspicion.lines },
    lines: suspicion.lines,
    title: rule.title,
    reason: suspicion.reason,
  }
}

function findingOf(reviewed: ReviewedModule, failing: Failing): Omit<CodeFinding, 'id'> {
  const { subject, rule, suspicion, shown, isMended } = failing
  const { source, module } = reviewed
  const fix = isMended ? suspicion.fix : undefined
  return {
    ...describedBy(reviewed, failing),
    severity: rule.severity,
    failing: { ...shown, input: readable(shown.input) },
    fix: fix && {
      before: source,
      after: printModule(replaceFunction(module, subject.path, { function: fix, added: [] })),
    },
  }
}

/** An input without the name of the module that makes it up: `series(prices(60))`. */
function readable(input: string): string {
  return input.replaceAll('reference.datetime.', '').replaceAll('reference.', '')
}
