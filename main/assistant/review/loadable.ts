import { printStatement, printStatements } from '../syntax/python/print.ts'
import type { Expression, PythonModule, Statement } from '../syntax/python/tree.ts'
import { eachExpression } from '../syntax/python/visit.ts'

/**
 * The text of a module with only what its functions stand on: imports, those that fail as `None`, functions, classes and
 * constants. It loads where the module itself does not, for want of a package or because it connects to something.
 */
export function loadableText(module: PythonModule): string {
  return module.body.flatMap(statement => keptText(statement) ?? []).join('\n')
}

function keptText(statement: Statement): string | undefined {
  switch (statement.kind) {
    case 'import':
    case 'importFrom':
      return isFuture(statement) ? printStatement(statement) : guarded(statement)
    case 'function':
    case 'class':
      return printStatement(statement)
    case 'assign':
      return statement.value && isConstant(statement.value) ? printStatement(statement) : undefined
    default:
      return undefined
  }
}

function isFuture(statement: Statement): boolean {
  return statement.kind === 'importFrom' && statement.module === '__future__'
}

/** An import that gives `None` for its names where there is no such module. */
function guarded(statement: Extract<Statement, { kind: 'import' | 'importFrom' }>): string {
  const bound = statement.names
    .map(({ name, alias }) => (alias === '' ? (name.split('.')[0] ?? name) : alias))
    .filter(name => name !== '*')
  const fallback = bound.length === 0 ? 'pass' : `${bound.join(' = ')} = None`
  return `try:\n${printStatements([statement], '    ')}\nexcept ImportError:\n    ${fallback}`
}

function isConstant(expression: Expression): boolean {
  let isPlain = true
  eachExpression(expression, part => {
    if (part.kind === 'call' || part.kind === 'verbatim') isPlain = false
  })
  return isPlain
}
