import type { Variant } from './explorer/variant.ts'
import { functionNamed, replaceFunction } from './syntax/python/functions.ts'
import { printModule, printStatement } from './syntax/python/print.ts'
import type { PythonModule } from './syntax/python/tree.ts'
import { arraysForMany, roundsForArrays } from './transform/parameters.ts'
import type { Verdict } from './verifier/verdict.ts'

/** From so much faster at one size on it is worth while to ask from which size on. */
const WORTH_WHILE = 1.2

/** Whether a variant was proven to gain where there is much to do, and to lose where there is little. */
export function losesWhereLittleIs(verdict: Verdict): boolean {
  if (verdict.kind !== 'verified' || verdict.timing.verdict === 'faster') return false
  const ratios = verdict.timing.sizes.map(({ speedUp }) => speedUp.value)
  return Math.min(...ratios) < 1 && Math.max(...ratios) > WORTH_WHILE
}

/**
 * The variant with its array forms left to their loops where there are few elements: as fast as the original there, and faster with
 * many. Undefined where it has no array form.
 */
export function laterArrays(
  variant: Variant,
  path: string,
  readModule: (source: string) => PythonModule,
): Variant | undefined {
  const module = readModule(variant.module)
  const definition = functionNamed(module, path)
  const draft = definition && arraysForMany({ function: definition, added: [] })
  if (!draft) return undefined
  return {
    ...variant,
    module: printModule(replaceFunction(module, path, draft)),
    text: printStatement(draft.function),
    steps: [...variant.steps, roundsForArrays.name],
    why: [...variant.why, roundsForArrays.why],
  }
}
