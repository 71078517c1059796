import { callablesOf } from '../syntax/python/callables.ts'
import type { Surroundings } from '../syntax/python/effects.ts'
import { kindsOf } from '../syntax/python/kinds.ts'
import { surelyBound } from '../syntax/python/liveness.ts'
import { localNames } from '../syntax/python/names.ts'
import type { FunctionStatement, PythonModule } from '../syntax/python/tree.ts'
import type { Draft, DraftContext } from './transform.ts'

const known = new WeakMap<FunctionStatement, { context: DraftContext; surroundings: Surroundings }>()

/** What is known around the expressions of a draft; found once for each. */
export function surroundingsOf(draft: Draft, context: DraftContext): Surroundings {
  const { function: statement } = draft
  const before = known.get(statement)
  if (before?.context === context) return before.surroundings
  const callables = callablesOf(moduleOf(draft, context))
  const locals = localNames(statement)
  const sure = surelyBound(statement.body)
  const parameters = new Set(statement.parameters.map(({ name }) => name))
  const surroundings: Surroundings = {
    callables,
    kinds: kindsOf(statement, context.parameters, callables.modules),
    locals,
    uncertain: new Set([...locals].filter(name => !sure.has(name) && !parameters.has(name))),
    function: statement,
  }
  known.set(statement, { context, surroundings })
  return surroundings
}

const withImports = new WeakMap<Draft['added'], { module: PythonModule; whole: PythonModule }>()

/** The module with the imports that were added to it, so that what they bring is known like the rest. */
function moduleOf({ added }: Draft, { module }: DraftContext): PythonModule {
  const imports = added.filter(({ kind }) => kind === 'import' || kind === 'importFrom')
  if (imports.length === 0) return module
  const before = withImports.get(added)
  if (before?.module === module) return before.whole
  const whole = { ...module, body: [...imports, ...module.body] }
  withImports.set(added, { module, whole })
  return whole
}
