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

/**
 * The names that statements bind whichever way they go. The body of a loop is taken to run, since what reads a name that only a loop
 * binds stands in that loop or counts on its running.
 */
export function surelyBound(block: readonly Statement[]): ReadonlySet<string> {
  return new Set(block.flatMap(statement => [...boundBy(statement)]))
}

function boundBy(statement: Statement): ReadonlySet<string> {
  switch (statement.kind) {
    case 'if':
      return inAll([statement.body, statement.otherwise])
    case 'try':
      return new Set([
        ...inAll([statement.body, ...statement.handlers.map(({ body }) => body)]),
        ...surelyBound(statement.last),
      ])
    case 'for':
      return new Set([...namesOfTarget(statement.target).writes, ...surelyBound(statement.body)])
    case 'while':
      return surelyBound(statement.body)
    case 'with':
      return new Set([...namesOfStatement({ ...statement, body: [] }).writes, ...surelyBound(statement.body)])
    default:
      return namesOfStatement(statement).writes
  }
}

/** Names that every block binds; a block that is left before its end need not. */
function inAll(blocks: readonly (readonly Statement[])[]): ReadonlySet<string> {
  const staying = blocks.filter(block => !/^(?:return|raise|continue|break)$/.test(block.at(-1)?.kind ?? ''))
  const [first, ...rest] = staying.map(surelyBound)
  return new Set([...(first ?? [])].filter(name => rest.every(names => names.has(name))))
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
