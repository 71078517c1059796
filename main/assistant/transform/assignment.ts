import type { Expression, Statement } from '../syntax/python/tree.ts'

/** The name and the value of `name = value`; undefined for every other statement. */
export function assignmentOf(statement: Statement): readonly [string, Expression] | undefined {
  if (statement.kind !== 'assign' || !statement.value || statement.targets.length !== 1) return undefined
  const [target] = statement.targets
  return target?.kind === 'name' ? [target.id, statement.value] : undefined
}
