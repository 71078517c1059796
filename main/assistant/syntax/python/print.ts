import { reindent } from './layout.ts'
import { operand, printArguments, printExpression, printParameters, printTarget } from './printExpression.ts'
import { STRENGTH } from './strength.ts'
import { headTexts, moduleTexts, statementTexts } from './texts.ts'
import { WIDTH, wrapExpression } from './wrap.ts'
import type { Expression, FunctionDefinition, ImportedName, Placed, PythonModule, Statement } from './tree.ts'

/** The text of a module; one that was read and not touched is as it was written, to the byte. */
export function printModule(module: PythonModule): string {
  const known = moduleTexts.get(module)
  if (known !== undefined) return known
  const text = [...module.body.map(statement => printStatement(statement, '')), ...module.below]
    .map(part => `${part}\n`)
    .join('')
  moduleTexts.set(module, text)
  return text
}

/** The text of statements at some indentation, without a line end after the last. */
export function printStatements(statements: readonly Statement[], indentation = ''): string {
  return statements.map(statement => printStatement(statement, indentation)).join('\n')
}

/** The text of a statement and of the comments above it at some indentation, without a line end after it. */
export function printStatement(statement: Statement, indentation = ''): string {
  const text = indentation + textAt(statement, indentation)
  if (statement.above.length === 0) return text
  return `${printAbove(statement.above, indentation)}\n${text}`
}

function printAbove(above: readonly string[], indentation: string): string {
  return above.map(line => (line === '' ? '' : indentation + line)).join('\n')
}

function textAt(statement: Statement, indentation: string): string {
  const known = statementTexts.get(statement)
  if (known) return reindent(known.text, known.indentation, indentation)
  const text = isCompound(statement)
    ? printCompound(statement, indentation)
    : withComment(printSimple(statement, indentation), statement)
  statementTexts.set(statement, { text, indentation })
  return text
}

function withComment(text: string, { beside }: Placed): string {
  return beside === '' ? text : `${text}  ${beside}`
}

type Kind<Name extends Statement['kind']> = Extract<Statement, { kind: Name }>

type CompoundKind = 'if' | 'for' | 'while' | 'with' | 'try' | 'function' | 'class'

const COMPOUND: ReadonlySet<Statement['kind']> = new Set<CompoundKind>([
  'if',
  'for',
  'while',
  'with',
  'try',
  'function',
  'class',
])

function isCompound(statement: Statement): statement is Kind<CompoundKind> {
  return COMPOUND.has(statement.kind)
}

function printSimple(statement: Exclude<Statement, Kind<CompoundKind>>, indentation: string): string {
  switch (statement.kind) {
    case 'expression':
      return printValue(statement.value, indentation, '')
    case 'assign':
      return printAssign(statement, indentation)
    case 'augmented': {
      const head = `${printExpression(statement.target)} ${statement.operator}= `
      return head + printValue(statement.value, indentation, head)
    }
    case 'return':
      return printReturn(statement.value, indentation)
    case 'break':
    case 'continue':
    case 'pass':
      return statement.kind
    case 'raise': {
      const raised = statement.value ? ` ${operand(statement.value, STRENGTH.lambda)}` : ''
      return `raise${raised}${statement.from ? ` from ${operand(statement.from, STRENGTH.lambda)}` : ''}`
    }
    case 'assert': {
      const message = statement.message ? `, ${operand(statement.message, STRENGTH.lambda)}` : ''
      return `assert ${operand(statement.test, STRENGTH.lambda)}${message}`
    }
    case 'delete':
      return `del ${statement.targets.map(printExpression).join(', ')}`
    case 'global':
    case 'nonlocal':
      return `${statement.kind} ${statement.names.join(', ')}`
    case 'import':
      return `import ${printNames(statement.names)}`
    case 'importFrom':
      return `from ${statement.module} import ${printNames(statement.names)}`
    case 'verbatim':
      return reindent(statement.text, '', indentation)
  }
}

/** What is given back; `yield` needs parentheses there. */
function printReturn(value: Expression | undefined, indentation: string): string {
  if (!value) return 'return'
  return `return ${value.kind === 'verbatim' ? printExpression(value) : printValue(value, indentation, 'return ')}`
}

/**
 * A value that stands behind a piece of text for itself, where even `yield` needs no parentheses: a short tuple without its own, what is too
 * wide over several lines.
 */
function printValue(value: Expression, indentation: string, head: string): string {
  const taken = indentation.length + head.length
  const isPlain = value.kind === 'tuple' && value.elements.every(({ kind }) => kind !== 'starred')
  const text = isPlain ? printTarget(value) : ''
  return isPlain && taken + text.length <= WIDTH ? text : wrapExpression(value, indentation, taken)
}

function printAssign({ targets, annotation, value }: Kind<'assign'>, indentation: string): string {
  const [target] = targets
  const head =
    annotation && target
      ? `${printExpression(target)}: ${operand(annotation, STRENGTH.lambda)}`
      : targets.map(printTarget).join(' = ')
  return value ? `${head} = ${printValue(value, indentation, `${head} = `)}` : head
}

function printNames(names: readonly ImportedName[]): string {
  return names.map(({ name, alias }) => (alias === '' ? name : `${name} as ${alias}`)).join(', ')
}

function printCompound(statement: Kind<CompoundKind>, indentation: string): string {
  const block = (head: string, body: readonly Statement[]) => `${head}\n${printBlock(body, indentation)}`
  const first = (head: string, body: readonly Statement[]) => block(withComment(head, statement), body)
  const clause = (head: string, body: readonly Statement[]) => `\n${indentation}${block(head, body)}`
  const optional = (head: string, body: readonly Statement[]) => (body.length > 0 ? clause(head, body) : '')
  switch (statement.kind) {
    case 'if':
      return (
        first(`if ${printTest(statement.test)}:`, statement.body) +
        printOtherwise(statement.otherwise, indentation)
      )
    case 'for': {
      const head = `for ${printTarget(statement.target)} in ${printExpression(statement.iterable)}:`
      return first(head, statement.body) + optional('else:', statement.otherwise)
    }
    case 'while':
      return (
        first(`while ${printTest(statement.test)}:`, statement.body) + optional('else:', statement.otherwise)
      )
    case 'with': {
      const items = statement.items.map(({ value, target }) => {
        const text = operand(value, STRENGTH.lambda)
        return target ? `${text} as ${printExpression(target)}` : text
      })
      return first(`with ${items.join(', ')}:`, statement.body)
    }
    case 'try': {
      const handlers = statement.handlers.map(({ type, name, body }) => {
        const caught = type ? ` ${operand(type, STRENGTH.lambda)}` : ''
        return clause(`except${caught}${name && ` as ${name}`}:`, body)
      })
      const end = optional('else:', statement.otherwise) + optional('finally:', statement.last)
      return first('try:', statement.body) + handlers.join('') + end
    }
    case 'function':
      return first(printFunctionHead(statement, indentation), statement.body)
    case 'class':
      return first(printClassHead(statement, indentation), statement.body)
  }
}

function printTest(test: Expression): string {
  return operand(test, STRENGTH.lambda)
}

/** `if` alone in what happens otherwise is an `elif`. */
function printOtherwise(otherwise: readonly Statement[], indentation: string): string {
  const [only, ...rest] = otherwise
  if (!only) return ''
  if (only.kind !== 'if' || rest.length > 0)
    return `\n${indentation}else:\n${printBlock(otherwise, indentation)}`
  const above = only.above.length > 0 ? `${printAbove(only.above, indentation)}\n` : ''
  const head = withComment(`elif ${printTest(only.test)}:`, only)
  const body = printBlock(only.body, indentation)
  return `\n${above}${indentation}${head}\n${body}${printOtherwise(only.otherwise, indentation)}`
}

/** A block is indented as a statement of it that was read one step further in, else by four spaces. */
function printBlock(body: readonly Statement[], outer: string): string {
  const steps = body.flatMap(statement => {
    const indentation = statementTexts.get(statement)?.indentation ?? ''
    const step = indentation.startsWith(outer) ? indentation.slice(outer.length) : ''
    return /^(?: {1,4}|\t)$/.test(step) ? [step] : []
  })
  const indentation = outer + (steps[0] ?? '    ')
  return body.length > 0 ? printStatements(body, indentation) : `${indentation}pass`
}

function printFunctionHead(statement: FunctionDefinition, indentation: string): string {
  const { name, parameters, returns, decorators, isAsync } = statement
  const result = returns ? ` -> ${operand(returns, STRENGTH.lambda)}` : ''
  const head = `${isAsync ? 'async ' : ''}def ${name}(${printParameters(parameters)})${result}:`
  return (
    writtenHead(parameters, [name, returns, decorators, isAsync], indentation) ??
    decorate(decorators, head, indentation)
  )
}

function printClassHead({ name, bases, decorators }: Kind<'class'>, indentation: string): string {
  const head = bases.length > 0 ? `class ${name}(${printArguments(bases)}):` : `class ${name}:`
  return writtenHead(bases, [name, decorators], indentation) ?? decorate(decorators, head, indentation)
}

function writtenHead(
  key: Parameters<typeof headTexts.get>[0],
  parts: readonly unknown[],
  indentation: string,
): string | undefined {
  const known = headTexts.get(key)
  if (!known?.parts.every((part, index) => part === parts[index])) return undefined
  return reindent(known.text, known.indentation, indentation)
}

function decorate(decorators: readonly Expression[], head: string, indentation: string): string {
  return [...decorators.map(decorator => `@${operand(decorator, STRENGTH.named)}`), head].join(
    `\n${indentation}`,
  )
}
