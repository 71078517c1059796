import { namesOfExpression, namesOfTarget, overlap } from './names.ts'
import type { Expression, Statement } from './tree.ts'
import { mapBlocks, mapExpressions, mapParts, ofValues } from './visit.ts'

const keys = new WeakMap<Expression, string>()

/** A text that two expressions share exactly when they are made of the same parts, however they are spaced. */
export function keyOf(expression: Expression): string {
  if (expression.kind === 'name') return `${expression.id} `
  if (expression.kind === 'constant') return `${expression.text} `
  const before = keys.get(expression)
  if (before !== undefined) return before
  const key = makeKey(expression)
  keys.set(expression, key)
  return key
}

/** The commonest kinds are put together from the keys of their parts. */
function makeKey(expression: Expression): string {
  switch (expression.kind) {
    case 'binary':
      return `(${keyOf(expression.left)}${expression.operator} ${keyOf(expression.right)})`
    case 'attribute':
      return `${keyOf(expression.value)}.${expression.attribute} `
    case 'subscript':
      return `${keyOf(expression.value)}[${keyOf(expression.index)}]`
    case 'unary':
      return `(${expression.operator} ${keyOf(expression.operand)})`
    case 'call': {
      const given = expression.arguments.map(({ form, name, value }) => `${form} ${name}=${keyOf(value)}`)
      return `${keyOf(expression.callee)}(${given.join(',')})`
    }
    default:
      return JSON.stringify(expression)
  }
}

/** What stands for expressions, by their keys, and the names that those expressions read. */
export interface Replacements {
  readonly byKey: ReadonlyMap<string, Expression>
  readonly reads: ReadonlySet<string>
}

/** One expression that stands for all that are equal to another. */
export function replacing(wanted: Expression, by: Expression): Replacements {
  return { byKey: new Map([[keyOf(wanted), by]]), reads: namesOfExpression(wanted).reads }
}

/** Several replacements at once. */
export function replacingAll(pairs: readonly (readonly [Expression, Expression])[]): Replacements {
  return {
    byKey: new Map(pairs.map(([wanted, by]) => [keyOf(wanted), by])),
    reads: new Set(pairs.flatMap(([wanted]) => [...namesOfExpression(wanted).reads])),
  }
}

/** The statements with every value that is equal to a wanted one replaced; scopes that bind a name of it are left alone. */
export function replaceInBlock(
  block: readonly Statement[],
  replacements: Replacements,
): readonly Statement[] {
  let isSame = true
  const replaced = block.map(statement => {
    const next = replaceInStatement(statement, replacements)
    if (next !== statement) isSame = false
    return next
  })
  return isSame ? block : replaced
}

/** The statement, with its blocks, with every value that is equal to a wanted one replaced. */
export function replaceInStatement(statement: Statement, replacements: Replacements): Statement {
  if (statement.kind === 'function' || statement.kind === 'class') return statement
  const own = mapExpressions(
    statement,
    ofValues(part => replaceInExpression(part, replacements)),
  )
  return mapBlocks(own, block => replaceInBlock(block, replacements))
}

/** The expression with every part that is equal to a wanted one replaced. */
export function replaceInExpression(expression: Expression, replacements: Replacements): Expression {
  const by = expression.kind === 'constant' ? undefined : replacements.byKey.get(keyOf(expression))
  if (by) return by
  if (bindsOneOf(expression, replacements.reads)) return expression
  return mapParts(
    expression,
    ofValues(part => replaceInExpression(part, replacements)),
  )
}

/** Whether a scope of its own, a comprehension or lambda, binds one of the names. */
function bindsOneOf(expression: Expression, names: ReadonlySet<string>): boolean {
  if (expression.kind === 'lambda') return expression.parameters.some(({ name }) => names.has(name))
  if (expression.kind !== 'comprehension') return false
  return expression.clauses.some(({ target }) => overlap(namesOfTarget(target).writes, names))
}
