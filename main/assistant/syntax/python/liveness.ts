import { namesOfBlock, namesOfExpression, namesOfStatement, namesOfTarget } from './names.ts'
import type { Statement } from './tree.ts'

/** What becomes of the value that a name has before a piece of code. */
type Fate = 'read' | 'replaced' | 'kept'

/**
 * Whether statements may read the value that a name has before them. A loop over the name binds it before its body reads it.
 */
export function mayRead(block: readonly Statement[], name: string): boolean {
  return fateIn(block, name) === 'read'
}

function fateIn(block: readonly Statement[], name: string): Fate {
  for (const statement of block) {
    const fate = fateOf(statement, name)
    if (fate !== 'kept') return fate
  }
  return 'kept'
}

function fateOf(statement: Statement, name: string): Fate {
  const { reads } = namesOfStatement(statement)
  if (statement.kind === 'for' && namesOfTarget(statement.target).writes.has(name)) {
    const { iterable, otherwise } = statement
    if (namesOfExpression(iterable).reads.has(name)) return 'read'
    return namesOfBlock(otherwise).reads.has(name) ? 'read' : 'kept'
  }
  if (statement.kind === 'if') {
    if (namesOfExpression(statement.test).reads.has(name)) return 'read'
    const fates = [fateIn(statement.body, name), fateIn(statement.otherwise, name)]
    if (fates.includes('read')) return 'read'
    return fates.every(fate => fate === 'replaced') ? 'replaced' : 'kept'
  }
  if (reads.has(name)) return 'read'
  const isBound =
    statement.kind === 'assign' &&
    statement.value &&
    statement.targets.some(target => namesOfTarget(target).writes.has(name))
  return isBound ? 'replaced' : 'kept'
}
