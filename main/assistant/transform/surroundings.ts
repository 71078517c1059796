import { callablesOf } from '../syntax/python/callables.ts'
import type { Surroundings } from '../syntax/python/effects.ts'
import { kindsOf } from '../syntax/python/kinds.ts'
import { surelyBound } from '../syntax/python/liveness.ts'
import { localNames } from '../syntax/python/names.ts'
import type { FunctionStatement } from '../syntax/python/tree.ts'
import type { Draft, DraftContext } from './transform.ts'

const known = new WeakMap<FunctionStatement, { context: DraftContext; surroundings: Surroundings }>()

/** What is known around the expressions of a draft; found once for each. */
export function surroundingsOf({ function: statement }: Draft, context: DraftContext): Surroundings {
  const before = known.get(statement)
  if (before?.context === context) return before.surroundings
  const locals = localNames(statement)
  const sure = surelyBound(statement.body)
  const parameters = new Set(statement.parameters.map(({ name }) => name))
  const surroundings: Surroundings = {
    callables: callablesOf(context.module),
    kinds: kindsOf(statement, context.parameters, context.modules),
    locals,
    uncertain: new Set([...locals].filter(name => !sure.has(name) && !parameters.has(name))),
    function: statement,
  }
  known.set(statement, { context, surroundings })
  return surroundings
}
