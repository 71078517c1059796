import { printStatement } from '../syntax/python/print.ts'
import type { FunctionStatement, PythonModule } from '../syntax/python/tree.ts'
import type { EvaluationTask, Evaluated } from '../verifier/evaluate.ts'
import { loadableText } from './loadable.ts'
import type { Suspicion } from './rule.ts'
import { judge, readTried, triedCall, withReferences, type Judgement } from './trying.ts'

/** What runs trials: Python in the sandbox, and the text of `assets/assistant/references.py`. */
export interface TrialParts {
  readonly references: string
  readonly evaluate: (task: EvaluationTask, signal?: AbortSignal) => Promise<readonly Evaluated[]>
}

/** The module that trials run over. */
export interface TrialModule {
  /** The folder that its imports are found in. */
  readonly folder: string
  /** The package that it is in, dotted; empty for none. */
  readonly package: string
  readonly source: string
  readonly module: PythonModule
}

/** A suspicion of a function, with the name that its fix gets beside it. */
export interface TrialOf {
  readonly path: string
  readonly function: FunctionStatement
  readonly suspicion: Suspicion
  readonly mended: string
}

/** What trials say, or why they could not be run. */
export type TrialJudgement = Judgement | { readonly kind: 'unrun'; readonly reason: string }

/** Wall-clock for the trials of one module, seconds. */
const SECONDS = 20

/**
 * What each suspicion's trials say of the function itself or of its fix. A module that does not load is tried once more with only
 * what its functions stand on.
 */
export async function runTrials(
  parts: TrialParts,
  module: TrialModule,
  tried: readonly TrialOf[],
  under: 'itself' | 'mended',
  signal: AbortSignal | undefined,
): Promise<readonly TrialJudgement[]> {
  const alone = tried.filter(({ suspicion }) => suspicion.isAlone === true)
  const together = tried.filter(({ suspicion }) => suspicion.isAlone !== true)
  const judged = new Map<TrialOf, TrialJudgement>()
  const run = async (text: string, group: readonly TrialOf[], functions: readonly string[]) => {
    if (group.length === 0) return []
    const calls = group.map(each => callOf(each, under))
    const distinct = [...new Set(calls)]
    const evaluated = await parts.evaluate(
      {
        module: withReferences(text, parts.references, functions),
        folder: module.folder,
        package: module.package,
        calls: distinct,
        seconds: SECONDS,
      },
      signal,
    )
    group.forEach((each, index) => {
      judged.set(each, judgementOf(each, evaluated[distinct.indexOf(calls[index] ?? '')], under))
    })
    return evaluated
  }
  const functions = together.flatMap(({ suspicion, mended }) =>
    suspicion.fix ? [printStatement({ ...suspicion.fix, name: mended, above: [], decorators: [] })] : [],
  )
  const first = await run(module.source, together, functions)
  if (first.some(isUnloaded)) await run(loadableText(module.module), together, functions)
  await run('', alone, [])
  return tried.map(each => judged.get(each) ?? UNRUN)
}

function isUnloaded(outcome: Evaluated): boolean {
  return outcome.kind === 'stopped' && outcome.reason.includes('does not load')
}

const UNRUN = { kind: 'unrun', reason: 'it was not run' } as const

function judgementOf(
  { suspicion }: TrialOf,
  outcome: Evaluated | undefined,
  under: 'itself' | 'mended',
): TrialJudgement {
  if (!outcome) return UNRUN
  if (outcome.kind === 'stopped') return { kind: 'unrun', reason: outcome.reason }
  if (outcome.kind === 'exception') return { kind: 'unrun', reason: `${outcome.type}: ${outcome.message}` }
  const tried = readTried(outcome.text)
  return tried
    ? judge(suspicion.trials, tried, under === 'itself')
    : { kind: 'unrun', reason: 'what it gave could not be read' }
}

function callOf({ path, function: of, suspicion, mended }: TrialOf, under: 'itself' | 'mended'): string {
  const tested = under === 'itself' || !suspicion.fix ? of : suspicion.fix
  return triedCall(suspicion.trials, {
    function:
      under === 'itself' ? callable(path, JSON.stringify(of.name), of.name) : callable(path, mended, mended),
    mended: callable(path, mended, mended),
    text: printStatement({ ...tested, above: [] }),
  })
}

/** Python for a function by its path; a method is bound to an object of its class. */
function callable(path: string, method: string, name: string): string {
  const [owner, ...rest] = path.split('.')
  return rest.length === 0 ? name : `reference.bound(${owner ?? ''}, ${method})`
}
