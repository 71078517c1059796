import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { blocksIn, eachExpression, eachStatement, expressionsIn } from '../../syntax/python/visit.ts'

/** Names that statements bind, in their inner blocks too, comprehensions apart. */
export function assignedIn(block: readonly Statement[]): ReadonlySet<string> {
  const names = new Set<string>()
  const bind = (target: Expression): void => {
    if (target.kind === 'name') names.add(target.id)
    else if (target.kind === 'tuple' || target.kind === 'list') target.elements.forEach(bind)
    else if (target.kind === 'starred') bind(target.value)
  }
  for (const outer of block)
    eachStatement(outer, statement => {
      if (statement.kind === 'assign' || statement.kind === 'delete') statement.targets.forEach(bind)
      if (statement.kind === 'augmented' || statement.kind === 'for') bind(statement.target)
      if (statement.kind === 'function' || statement.kind === 'class') names.add(statement.name)
      if (statement.kind === 'with') statement.items.forEach(({ target }) => target && bind(target))
      if (statement.kind === 'try') statement.handlers.forEach(({ name }) => names.add(name))
      for (const part of expressionsIn(statement))
        eachExpression(part, expression => expression.kind === 'named' && bind(expression.target))
    })
  return names
}

const namesKnown = new WeakMap<Statement, ReadonlySet<string>>()

/** Every name that stands in a statement, read or bound. */
export function namesIn(statement: Statement): ReadonlySet<string> {
  const known = namesKnown.get(statement)
  if (known) return known
  const names = new Set<string>()
  for (const expression of expressionsIn(statement))
    eachExpression(expression, inner => inner.kind === 'name' && names.add(inner.id))
  for (const block of blocksIn(statement))
    for (const inner of block) for (const name of namesIn(inner)) names.add(name)
  namesKnown.set(statement, names)
  return names
}

/** Whether an expression reads a name. */
export function reads(expression: Expression, wanted: string): boolean {
  let found = false
  eachExpression(expression, inner => {
    if (inner.kind === 'name' && inner.id === wanted) found = true
  })
  return found
}

/** Whether the value that a name has before these statements may still be read by them; told too often rather than too seldom. */
export function isReadFirst(block: readonly Statement[], wanted: string): boolean {
  for (const statement of block) {
    const end = firstUse(statement, wanted)
    if (end !== 'neither') return end === 'read'
  }
  return false
}

function firstUse(statement: Statement, wanted: string): 'read' | 'bound' | 'neither' {
  const isTarget = (target: Expression): boolean => target.kind === 'name' && target.id === wanted
  switch (statement.kind) {
    case 'assign': {
      if (statement.value && reads(statement.value, wanted)) return 'read'
      if (statement.targets.some(isTarget)) return 'bound'
      const inPattern = statement.targets.some(
        target => target.kind === 'tuple' && target.elements.some(isTarget),
      )
      if (inPattern) return 'bound'
      return statement.targets.some(target => reads(target, wanted)) ? 'read' : 'neither'
    }
    case 'for': {
      if (reads(statement.iterable, wanted)) return 'read'
      const isBound =
        isTarget(statement.target) ||
        (statement.target.kind === 'tuple' && statement.target.elements.some(isTarget))
      // Without a round the name keeps its value, and what comes after may read it
      if (isBound) return isReadFirst(statement.otherwise, wanted) ? 'read' : 'neither'
      return isReadFirst(statement.body, wanted) || isReadFirst(statement.otherwise, wanted)
        ? 'read'
        : 'neither'
    }
    case 'if': {
      if (reads(statement.test, wanted)) return 'read'
      return isReadFirst(statement.body, wanted) || isReadFirst(statement.otherwise, wanted)
        ? 'read'
        : 'neither'
    }
    default:
      return namesIn(statement).has(wanted) ? 'read' : 'neither'
  }
}
